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
  group: /^((?=.*[1-9])\d{1,12}(\.\d{1,12})?)?$/, // a step of 0 is none
};

/** As the exchange writes it. */
const spelled = (name: string, text: string): string => (name === "symbol" ? text.toUpperCase() : text);

/** What cannot be is left out, and said: an address is typed by people. */
function read(search: string): { view: View; left: string[] } {
  const view: Record<string, unknown> = { ...usual };
  const left: string[] = [];
  for (const [name, text] of new URLSearchParams(search)) {
    if (!Object.hasOwn(usual, name)) continue;
    const known = choices[name as keyof View] as readonly unknown[] | undefined;
    const value = known?.find((choice) => String(choice) === text);
    if (known ? value !== undefined : name === "url" ? isServerUrl(text) : shapes[name as keyof View]?.test(text)) view[name] = known ? value : spelled(name, text);
    else left.push(`${name}=${text.slice(0, 60)}`);
  }
  return { view: view as unknown as View, left };
}

/** Whether it can be the address of a server. */
export const isServerUrl = (text: string): boolean => shapes.url?.test(text) === true && URL.canParse(text);

type Listener = (view: View, changed: ReadonlySet<keyof View>) => void;

/** The one place where the state of the page is. */
export class Address {
  view: View;
  readonly #listeners: Listener[] = [];
  #left: readonly string[];

  constructor() {
    const { view, left } = read(location.search);
    this.view = view;
    this.#left = left;
    this.#write();
    addEventListener("popstate", () => this.#become(read(location.search).view));
  }

  /** What the address asked for and cannot be, in a sentence; once. */
  takeProblem(): string {
    const [...left] = this.#left;
    this.#left = [];
    return left.length === 0 ? "" : `The address asks for what cannot be, and that is left out: ${left.join(", ")}.`;
  }

  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  set(change: Partial<View>): void {
    const view = { ...this.view, ...change };
    this.#write(view);
    this.#become(view);
  }

  #write(view = this.view): void {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(view)) if (value !== usual[name as keyof View]) search.set(name, String(value));
    const text = search.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
  }

  #become(view: View): void {
    const names = Object.keys(usual) as (keyof View)[];
    const changed = new Set(names.filter((name) => view[name] !== this.view[name]));
    this.view = view;
    if (changed.size > 0) for (const listener of this.#listeners) listener(view, changed);
  }
}
