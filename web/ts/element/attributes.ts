/** How an attribute's text is read. An empty text is as no attribute, but for a flag. */
export interface Attribute<Value = unknown> {
  /** For people: what may stand there. */
  readonly allowed: string;
  /** Undefined: cannot be. */
  parse(text: string): Value | undefined;
}

/** The property of an attribute: `min-size` is `minSize`. */
export const propertyOf = (attribute: string): string => attribute.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The other way. */
export const attributeOf = (property: string): string => property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const words: Attribute<string> = { allowed: "a text", parse: (text) => text };

export const symbolText: Attribute<string> = { allowed: "BASE/QUOTE, for example BTC/USD", parse: (text) => (/^[^/\s]+\/[^/\s]+$/.test(text) ? text : undefined) };

export const oneOf = <Value extends string | number>(values: readonly Value[]): Attribute<Value> => ({
  allowed: values.join(", "),
  parse: (text) => values.find((value) => String(value) === text),
});

/** Its digits count: it stays a text. */
export const decimal = (what: "above 0" | "from 0"): Attribute<string> => ({
  allowed: `a decimal number ${what}, for example 0.5`,
  parse: (text) => (/^\d+(\.\d+)?$/.test(text) && (what === "from 0" || Number(text) > 0) ? text : undefined),
});

export const number = (least: number, most: number, whole: boolean): Attribute<number> => ({
  allowed: `a ${whole ? "whole " : ""}number from ${least} to ${most}`,
  parse(text) {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most && (!whole || Number.isInteger(value)) ? value : undefined;
  },
});

/** On when it is there, unless it says `false`. */
export const flag: Attribute<boolean> = {
  allowed: "nothing, true or false",
  parse: (text) => (text === "" || text === "true" ? true : text === "false" ? false : undefined),
};
