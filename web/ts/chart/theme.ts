/** Colours and font of a chart; any CSS colour. */
export interface ChartTheme {
  readonly bid: string;
  readonly ask: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** Both curves of a book that is not live. */
  readonly stale: string;
  /** Behind the crosshair's reading and behind messages. */
  readonly plate: string;
  /** A font-family list. */
  readonly font: string;
}

const dark: ChartTheme = {
  bid: "#46d3a4",
  ask: "#ff8577",
  text: "#e6f1f5",
  muted: "#93aebb",
  grid: "#17303d",
  stale: "#7d929c",
  plate: "#0c222d",
  font: "system-ui, sans-serif",
};

const light: ChartTheme = {
  bid: "#0a7a57",
  ask: "#bd3527",
  text: "#10242d",
  muted: "#4c6570",
  grid: "#dbe5e9",
  stale: "#75858c",
  plate: "#ffffff",
  font: "system-ui, sans-serif",
};

// Forced colours: two system colours are all there is, so the sides differ by place and by their names only.
const forced: ChartTheme = {
  ...dark,
  bid: "CanvasText",
  ask: "CanvasText",
  text: "CanvasText",
  muted: "CanvasText",
  grid: "GrayText",
  stale: "GrayText",
  plate: "Canvas",
};

/**
 * The theme in force at an element: defaults by colour scheme, then the custom properties `--hadal-bid`,
 * `--hadal-ask`, `--hadal-text`, `--hadal-muted`, `--hadal-grid`, `--hadal-stale`, `--hadal-plate` and
 * `--hadal-font`, then `overrides`. Forced colours win over everything but the font.
 */
export function readTheme(element: Element, overrides: Partial<ChartTheme>): ChartTheme {
  const style = getComputedStyle(element);
  const property = (name: string): string => style.getPropertyValue(`--hadal-${name}`).trim();
  const font = overrides.font ?? (property("font") || style.fontFamily || dark.font);
  if (matchMedia("(forced-colors: active)").matches) return { ...forced, font };
  const base = matchMedia("(prefers-color-scheme: dark)").matches ? dark : light;
  const pick = (name: keyof ChartTheme): string => overrides[name] ?? (property(name) || base[name]);
  return {
    bid: pick("bid"),
    ask: pick("ask"),
    text: pick("text"),
    muted: pick("muted"),
    grid: pick("grid"),
    stale: pick("stale"),
    plate: pick("plate"),
    font,
  };
}
