import { invalid } from "../error.js";
import { colourSchemes, palettes } from "./theme.js";

/** What an option must be, in words; undefined: it is. */
export type Check = (value: unknown) => string | undefined;
export type Checks = Readonly<Record<string, Check>>;

export const isOneOf = (choices: readonly string[]): Check => (value) => (choices.includes(value as string) ? undefined : `must be one of ${choices.join(", ")}`);
export const isNumber = (least: number, most: number): Check => (value) =>
  typeof value === "number" && value >= least && value <= most ? undefined : `must be a number from ${least} to ${most}`;
export const isBoolean: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");
export const isText: Check = (value) => (typeof value === "string" ? undefined : "must be a string");
const isObject: Check = (value) => (typeof value === "object" && value !== null ? undefined : "must be an object");
/** A decimal with its digits; whether the market has it, the core says. */
export const isExact: Check = (value) =>
  (typeof value === "string" && /^(\d+(\.\d+)?)?$/.test(value)) || (typeof value === "number" && value >= 0 && Number.isFinite(value)) ? undefined : "must be a number from 0, or its digits as a string";
export const isOrder: Check = (value) => {
  const order = value as { side?: unknown; size?: unknown; notional?: unknown } | null;
  const right = typeof order === "object" && order !== null && (order.side === "buy" || order.side === "sell") && (order.size === undefined) !== (order.notional === undefined);
  return right && !isExact(order.size ?? order.notional) && Number(order.size ?? order.notional) > 0 ? undefined : "must be { side: \"buy\" or \"sell\", size } or { side, notional }, above 0";
};

/** Of every component. */
export const commonChecks: Checks = {
  theme: isOneOf(colourSchemes), palette: isOneOf(palettes), colours: isObject, simulated: isBoolean, past: isText, label: isText, emptyText: isText,
};

/** Throws `config_invalid`, whose message begins with the option's name. Undefined is as good as absent. */
export function checkOptions(options: object, checks: Checks): void {
  for (const [name, value] of Object.entries(options)) {
    const check = checks[name];
    if (!check) throw invalid(`${name}: is no option; there are ${Object.keys(checks).join(", ")}`);
    const wrong = value === undefined ? undefined : check(value);
    if (wrong) throw invalid(`${name}: ${wrong}, not ${String(value)}`);
  }
}
