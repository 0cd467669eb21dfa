// Decimals that people type, and a market's integers, compared digit by digit: doubles would round.

import { setText } from "./dom.js";

const decimal = /^\d{1,15}(\.\d{1,15})?$/;

/** Decimals that count. */
export const decimalsOf = (text: string): number => (text.split(".")[1] ?? "").replace(/0+$/, "").length;

/** -1, 0 or 1: `units` of 10^-scale against a decimal. */
export function compare(units: number, scale: number, text: string): number {
  const [whole = "0", part = ""] = text.split(".");
  const digits = Math.max(scale, part.length);
  const mine = BigInt(units) * 10n ** BigInt(digits - scale);
  const theirs = BigInt(whole + part.padEnd(digits, "0"));
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

/** What is wrong with a number above 0, in a sentence; undefined: nothing. */
function wrong(text: string, what: string): string | undefined {
  if (text.includes(",")) return `${what} is written with a point and without commas, for example 1250.5`;
  return decimal.test(text) && /[1-9]/.test(text) ? undefined : `${what} is a number above 0, for example 2.5`;
}

/** An input for a number above 0, and the sentence beside it when what was typed is none. */
export class NumberField {
  readonly input: HTMLInputElement;
  readonly #problem: HTMLElement;
  readonly #what: string;

  constructor(input: HTMLInputElement, problem: HTMLElement, what: string) {
    this.input = input;
    this.#problem = problem;
    this.#what = what;
  }

  /**
   * The number; undefined: there is none, or it is refused, which is said.
   * @param more what else can be wrong with it
   */
  read(more: (text: string) => string | undefined = () => undefined): string | undefined {
    const text = this.input.value.trim();
    const problem = text === "" ? undefined : (wrong(text, this.#what) ?? more(text));
    this.#problem.hidden = problem === undefined;
    setText(this.#problem, problem ?? "");
    if (problem === undefined) {
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-describedby");
      return text || undefined;
    }
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", this.#problem.id);
    return undefined;
  }
}
