import { HadalError } from "./error.js";

/** Options as JSON. Throws `config_invalid` for what JSON would change without a word: NaN, Infinity, functions. */
export function json(what: string, options: object): string {
  if (typeof options !== "object" || options === null || Array.isArray(options)) throw new HadalError("config_invalid", `${what}: must be an object`);
  try {
    return JSON.stringify(options, (name, value: unknown) => {
      const lost = (typeof value === "number" && !Number.isFinite(value)) || typeof value === "function" || typeof value === "bigint" || typeof value === "symbol";
      if (lost) throw new HadalError("config_invalid", `${name}: cannot be ${String(value)}`);
      return value;
    });
  } catch (cause) {
    if (cause instanceof HadalError) throw cause;
    throw new HadalError("config_invalid", `${what}: cannot be written as JSON`, { cause }); // it holds itself, or is too deep
  }
}
