/** Colours and font of a chart; any CSS colour. */
export interface ChartTheme {
  readonly bid: string;
  readonly ask: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** What a book shows that is not live. */
  readonly stale: string;
  /** Behind the crosshair's reading and behind messages. */
  readonly plate: string;
  /** What the reader chose: an order's levels, a selected row, a focus ring. */
  readonly accent: string;
  /** Something is wrong. */
  readonly warn: string;
  /** A font-family list. */
  readonly font: string;
}

/** Which colours: those of the page's colour scheme, or one of the two. */
export type ColourScheme = "auto" | "light" | "dark";
/** The colours of the sides. Blue and orange stay apart for every kind of colour vision. */
export type Palette = "teal-red" | "blue-orange";

export const colourSchemes: readonly ColourScheme[] = ["auto", "light", "dark"];
export const palettes: readonly Palette[] = ["teal-red", "blue-orange"];

type ColourName = Exclude<keyof ChartTheme, "font">;
const names = ["bid", "ask", "text", "muted", "grid", "stale", "plate", "accent", "warn"] as const satisfies readonly ColourName[];
/** Everything that a page can choose. */
export const themeNames: readonly (keyof ChartTheme)[] = [...names, "font"];

/** Light and dark; text and signs have a contrast of 4.5 : 1 on the plate of their scheme. */
const colours: Record<ColourName, readonly [light: string, dark: string]> = {
  bid: ["#076b51", "#3fd0a6"],
  ask: ["#b52d23", "#ff8478"],
  text: ["#0e1c25", "#e6f0f5"],
  muted: ["#4d626f", "#93a9b6"],
  grid: ["#dde6eb", "#1b2d38"],
  stale: ["#66757d", "#84959f"],
  plate: ["#ffffff", "#0e1b25"],
  accent: ["#0a66a8", "#6fc3ff"],
  warn: ["#8a5a00", "#ffc061"],
};
const blueOrange: Partial<typeof colours> = { bid: ["#095aa6", "#5cb6ff"], ask: ["#964400", "#ff9f47"] };

const property = (name: ColourName, [light, dark]: readonly [string, string]): string => `--_${name}: var(--hadal-${name}, light-dark(${light}, ${dark}));`;
const properties = (of: Partial<typeof colours>): string => names.flatMap((name) => (of[name] ? [property(name, of[name])] : [])).join("\n  ");

/**
 * Every component's style sheet begins with this. A page sets `--hadal-bid`, `--hadal-ask`, `--hadal-text`, `--hadal-muted`, `--hadal-grid`,
 * `--hadal-stale`, `--hadal-plate`, `--hadal-accent`, `--hadal-warn` and `--hadal-font`. With forced colours the sides differ by place, sign and name.
 */
export const themeSheet = `
:host { display: block; }
:host([hidden]) { display: none; }
.hadal {
  ${properties(colours)}
  box-sizing: border-box;
  position: relative;
  width: 100%;
  height: 100%;
  color: var(--_text);
  font-family: var(--hadal-font, inherit);
  font-variant-numeric: tabular-nums;
  line-height: 1.4;
}
.hadal[data-scheme="light"] { color-scheme: light; }
.hadal[data-scheme="dark"] { color-scheme: dark; }
.hadal[data-palette="blue-orange"] {
  ${properties(blueOrange)}
}
.hadal *, .hadal *::before, .hadal *::after { box-sizing: border-box; }
.hadal [hidden] { display: none !important; }
.hadal :focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; border: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.probe { position: absolute; visibility: hidden; pointer-events: none; color: var(--_text); background-color: var(--_plate); border-top: 0 solid var(--_bid);
  transition: color 1ms, background-color 1ms, border-top-color 1ms; }
.hadal button, .hadal select {
  font: inherit; color: inherit; min-height: 44px; min-width: 44px; padding: 0 0.75rem; border: 1px solid var(--_grid); border-radius: 0.5rem;
  background: var(--_plate); cursor: pointer;
}
.hadal button:hover { border-color: var(--_muted); }
@media (pointer: fine) { .hadal button, .hadal select { min-height: 32px; min-width: 32px; padding: 0 0.6rem; } }
@media (forced-colors: active) {
  .hadal, .hadal[data-palette="blue-orange"] {
    --_bid: CanvasText; --_ask: CanvasText; --_text: CanvasText; --_muted: CanvasText; --_grid: GrayText; --_stale: GrayText; --_plate: Canvas;
    --_accent: Highlight; --_warn: CanvasText;
  }
}
`;

/** The theme in force inside a component's root, as colours that a canvas takes. Reads styles: not for every frame. */
export function readTheme(root: HTMLElement, probe: HTMLElement): ChartTheme {
  const { transition } = probe.style;
  probe.style.transition = "none"; // else the first value read is that of before
  const colour = (name: ColourName): string => {
    probe.style.color = `var(--_${name})`;
    return getComputedStyle(probe).color;
  };
  const found = Object.fromEntries(names.map((name) => [name, colour(name)])) as Record<ColourName, string>;
  probe.style.color = "";
  void getComputedStyle(probe).color;
  probe.style.transition = transition;
  return { ...found, font: getComputedStyle(root).fontFamily || "system-ui, sans-serif" };
}
