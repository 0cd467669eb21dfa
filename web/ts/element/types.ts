import type { BadgeState, Component, ColourScheme, DepthChart, DepthChartOptions, Heatmap, HeightScale, Ladder, Market, Palette, Reading, StatusBadge, Tape } from "../chart/index.js";
import type { HeatReading } from "../chart/heat-reading.js";
import type { Depth } from "../types.js";
import type { Exact } from "../views.js";

/**
 * What all elements have. Each attribute is a property, too: it gives the last value that was valid, undefined where the default holds. What is shown follows at
 * the end of the present task.
 */
export interface HadalElement<Shown extends Component = Component> extends HTMLElement {
  /** Nothing is shown without one. */
  symbol: string | undefined;
  /** Levels a side, if nobody has subscribed the book yet. @default that of the client */
  depth: Depth | undefined;
  /** @default "auto" */
  theme: ColourScheme | undefined;
  /** @default "teal-red" */
  palette: Palette | undefined;
  /** Accessible name. */
  label: string | undefined;
  /** Where its data come from. @default the page's shared client */
  client: Market | PromiseLike<Market> | undefined;
  /** The component inside; undefined while the element is in no document. A new one when it comes back. */
  readonly component: Shown | undefined;
}

/** `<hadal-depth>`: cumulative depth. */
export interface HadalDepthElement extends HadalElement<DepthChart> {
  /** Price of a step. */
  get group(): string | undefined;
  set group(group: Exact | undefined);
  /** @default "linear" */
  scale: HeightScale | undefined;
  /** @default "base" */
  unit: "base" | "quote" | undefined;
  announce: boolean | undefined;
  /** No attribute. */
  order: DepthChartOptions["order"];
}

/** `<hadal-ladder>`: the levels around the spread as a table. */
export interface HadalLadderElement extends HadalElement<Ladder> {
  /** Price of a row. */
  get group(): string | undefined;
  set group(group: Exact | undefined);
  /** A side, 10 to 25. */
  rows: number | undefined;
}

/** `<hadal-tape>`: the newest trades. */
export interface HadalTapeElement extends HadalElement<Tape> {
  /** Trades shown, 1 to 1000. */
  count: number | undefined;
  /** Follows the reader's choice. */
  get minSize(): string | undefined;
  set minSize(size: Exact | undefined);
}

/** `<hadal-heatmap>`: liquidity over time and price. */
export interface HadalHeatmapElement extends HadalElement<Heatmap> {
  /** Percentiles, 0 to 100. They follow the reader's choice. */
  low: number | undefined;
  high: number | undefined;
}

/** `<hadal-status>`: whether the book can be trusted. */
export interface HadalStatusElement extends HadalElement<StatusBadge> {
  /** The evidence is shown. Follows the reader. */
  open: boolean | undefined;
}

/** Events of the elements. They bubble, also out of shadow roots. */
export interface HadalElementEvents {
  /** What the book, or the heatmap, says under the cursor; undefined: it has left. */
  "hadal-cursor": CustomEvent<Reading | HeatReading | undefined>;
  /** Whether the view is zoomed. */
  "hadal-zoom": CustomEvent<boolean>;
  /** Whether the picture is held. */
  "hadal-pause": CustomEvent<boolean>;
  /** The text that was copied. */
  "hadal-copy": CustomEvent<string>;
  /** The smallest trade shown; undefined: every trade. */
  "hadal-min-size": CustomEvent<Exact | undefined>;
  /** Percentiles of the colours. */
  "hadal-cutoffs": CustomEvent<{ readonly low: number; readonly high: number }>;
  /** Whether the book can be trusted is another. */
  "hadal-state": CustomEvent<{ readonly state: BadgeState; readonly title: string; readonly detail: string }>;
  /** Whether the evidence is shown. */
  "hadal-open": CustomEvent<boolean>;
  /** Why the symbol cannot be shown: most often a HadalError. Goes to the console, unless somebody says preventDefault(). */
  "hadal-error": CustomEvent<unknown>;
}

declare global {
  interface HTMLElementTagNameMap {
    "hadal-depth": HadalDepthElement;
    "hadal-ladder": HadalLadderElement;
    "hadal-tape": HadalTapeElement;
    "hadal-heatmap": HadalHeatmapElement;
    "hadal-status": HadalStatusElement;
  }
  interface GlobalEventHandlersEventMap extends HadalElementEvents {}
}
