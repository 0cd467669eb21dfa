import { DepthChart, Heatmap, Ladder, StatusBadge, Tape, type Component } from "../chart/index.js";
import { colourSchemes, palettes } from "../chart/theme.js";
import { depths } from "../subscription.js";
import { decimal, flag, number, oneOf, symbolText, words, type Attribute } from "./attributes.js";
import type { Kind } from "./make.js";

const common: Readonly<Record<string, Attribute>> = {
  symbol: symbolText,
  depth: oneOf(depths),
  theme: oneOf(colourSchemes),
  palette: oneOf(palettes),
  label: words,
};

type Options = Readonly<Record<string, unknown>>;
type Maker = new (root: ShadowRoot, options: Options) => Component;
/** Attributes have checked the options. */
const made = (of: unknown): Kind["create"] => (root, options) => new (of as Maker)(root, options);

/** The elements there are. Each name of an attribute is that of an option, `-x` for `X`. */
export const kinds: readonly Kind[] = [
  {
    tag: "hadal-depth",
    attributes: { ...common, group: decimal("above 0"), scale: oneOf(["linear", "log"]), unit: oneOf(["base", "quote"]), announce: flag },
    properties: ["order"],
    create: made(DepthChart),
  },
  {
    tag: "hadal-ladder",
    attributes: { ...common, group: decimal("above 0"), rows: number(10, 25, true) },
    create: made(Ladder),
  },
  {
    tag: "hadal-tape",
    attributes: { ...common, count: number(1, 1000, true), "min-size": decimal("from 0") },
    chosen: { minSize: (detail) => ({ minSize: detail }) },
    create: made(Tape),
  },
  {
    tag: "hadal-heatmap",
    attributes: { ...common, low: number(0, 100, false), high: number(0, 100, false) },
    chosen: { cutoffs: (detail) => ({ ...(detail as Options) }) },
    create: made(Heatmap),
  },
  {
    tag: "hadal-status",
    attributes: { ...common, open: flag },
    chosen: { open: (detail) => ({ open: detail }) },
    create: made(StatusBadge),
  },
];
