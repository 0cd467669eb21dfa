// What the page shows stands in its address, so that it can be linked and reloaded.

export const sources = ["simulated", "live", "serve", "recording"] as const;
export type SourceName = (typeof sources)[number];
export const scenarios = ["busy", "calm", "storm", "thin", "quiet", "sweep"] as const;
export const depths = [10, 25, 100, 500, 1000] as const;

export interface View {
  readonly source: SourceName;
  /** Of a server that speaks WebSocket v2 on this machine. */
  readonly url: string;
  readonly symbol: string;
  readonly depth: (typeof depths)[number];
  readonly scenario: (typeof scenarios)[number];
  /** Price of a step; empty: every level. */
  readonly group: string;
  readonly scale: "linear" | "log";
  readonly unit: "base" | "quote";
  readonly theme: "auto" | "light" | "dark";
  readonly palette: "teal-red" | "blue-orange";
  /** Socket and engine in a worker. */
  readonly worker: "no" | "yes";
  /** One picture a second. */
  readonly calm: "no" | "yes";
}

const usual: View = {
  source: "simulated", url: "ws://127.0.0.1:8080/v2", symbol: "BTC/USD", depth: 100, scenario: "busy", group: "", scale: "linear", unit: "base", theme: "auto",
  palette: "teal-red", worker: "no", calm: "no",
};

const choices: { readonly [Name in keyof View]?: readonly View[Name][] } = {
  source: sources, depth: depths, scenario: scenarios, scale: ["linear", "log"], unit: ["base", "quote"], theme: ["auto", "light", "dark"],
  palette: ["teal-red", "blue-orange"], worker: ["no", "yes"], calm: ["no", "yes"],
};

const shapes: { readonly [Name in keyof View]?: RegExp } = {
  symbol: /^[A-Z0-9.]{1,16}\/[A-Z0-9.]{1,16}$/i,
  url: /^wss?:\/\/[^\s]+$/,
  group: /^(\d{1,12}(\.\d{1,12})?)?$/,
};

/** What cannot be is left out: an address is typed by people. */
function read(search: string): View {
  const view: Record<string, unknown> = { ...usual };
  for (const [name, text] of new URLSearchParams(search)) {
    if (!Object.hasOwn(usual, name)) continue;
    const known = choices[name as keyof View] as readonly unknown[] | undefined;
    const value = known?.find((choice) => String(choice) === text);
    if (known ? value !== undefined : shapes[name as keyof View]?.test(text)) view[name] = known ? value : text;
  }
  return view as unknown as View;
}

type Listener = (view: View, changed: ReadonlySet<keyof View>) => void;

/** The one place where the state of the page is. */
export class Address {
  view = read(location.search);
  readonly #listeners: Listener[] = [];

  constructor() {
    addEventListener("popstate", () => this.#become(read(location.search)));
  }

  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  set(change: Partial<View>): void {
    const view = { ...this.view, ...change };
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(view)) if (value !== usual[name as keyof View]) search.set(name, String(value));
    const text = search.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
    this.#become(view);
  }

  #become(view: View): void {
    const names = Object.keys(usual) as (keyof View)[];
    const changed = new Set(names.filter((name) => view[name] !== this.view[name]));
    this.view = view;
    if (changed.size > 0) for (const listener of this.#listeners) listener(view, changed);
  }
}
