import type { WatchFrame, TrackOptions, WatchViews } from "../views.js";
import type { Market } from "./follow.js";
import { element, takePlace, type Place } from "./place.js";
import { readTheme, themeSheet, type ChartTheme, type ColourScheme, type Palette } from "./theme.js";

/** What every component can be told. */
export interface ComponentOptions {
  /** @default "auto": that of the page */
  readonly theme?: ColourScheme;
  /** @default "teal-red" */
  readonly palette?: Palette;
  /** Colours and font, over the custom properties of the page. @default none */
  readonly colours?: Partial<ChartTheme>;
  /** The data are made up: the component says so. @default false */
  readonly simulated?: boolean;
  /** It is no picture of the present: what is said of its time, for example "as of 12:03:05". @default none */
  readonly past?: string | undefined;
  /** Accessible name. @default depends on the component */
  readonly label?: string;
}

/** What a component has to be given besides frames. */
export interface Needs {
  /** Trades of the symbol have to be subscribed. */
  readonly trades?: boolean;
  readonly track?: TrackOptions;
}

/** How to be told of what a component does. */
export type ComponentListener = (type: string, detail: unknown) => void;

/**
 * Something that shows one symbol. Whoever feeds it watches `views`, hands every frame to update(), and watches anew when `onViews` is called. Frames
 * may be lent: what is needed later is copied. Draws at most once an animation frame, and nothing in a hidden page.
 */
export abstract class Component<Options extends ComponentOptions = ComponentOptions> {
  /** What has to be watched for it. */
  abstract readonly views: WatchViews;
  readonly needs: Needs = {};
  /** Called when `views` are others. */
  onViews: (() => void) | undefined;
  /** Called with what the reader does, or what is to be known: see each component. */
  onEvent: ComponentListener | undefined;

  protected readonly root: HTMLElement;
  /** Ends with the component. */
  protected readonly signal: AbortSignal;
  protected options: Options;
  readonly #place: Place;
  readonly #abort = new AbortController();
  readonly #probe = element("span", { class: "probe", "aria-hidden": "true" });
  #theme: ChartTheme | undefined;

  constructor(container: HTMLElement | ShadowRoot, name: string, sheet: string, options: Options) {
    this.options = { ...options };
    this.signal = this.#abort.signal;
    this.#place = takePlace(container, name, themeSheet, sheet);
    this.root = this.#place.root;
    this.root.append(this.#probe);
    this.#showScheme();
    // The page may change its colours at any time, and no event tells: but the probe's own transition does.
    this.#probe.addEventListener("transitionrun", () => this.#retheme(), { signal: this.signal });
  }

  /** Shows a frame; undefined when there is no book (yet). */
  abstract update(frame: WatchFrame | undefined): void;

  /** It is fed from this market now: what it has to know besides frames, it asks there. Returns what ends that. */
  attach(_market: Market, _symbol: string): (() => void) | undefined {
    return undefined;
  }

  /** Changes options; the others stay. */
  set(options: Partial<Options>): void {
    this.options = { ...this.options, ...options };
    this.#showScheme();
    this.#retheme();
  }

  /** Takes it off the page. Nothing of it is left. */
  destroy(): void {
    this.#abort.abort();
    this.#place.remove();
  }

  /** Colours or options are others: everything has to be drawn again. */
  protected abstract redraw(): void;

  /** Colours as a canvas takes them. */
  protected get theme(): ChartTheme {
    this.#theme ??= readTheme(this.root, this.#probe, this.options.colours ?? {});
    return this.#theme;
  }

  protected tell(type: string, detail: unknown): void {
    this.onEvent?.(type, detail);
  }

  #retheme(): void {
    this.#theme = undefined;
    this.redraw();
  }

  #showScheme(): void {
    this.root.dataset["scheme"] = this.options.theme ?? "auto";
    this.root.dataset["palette"] = this.options.palette ?? "teal-red";
  }
}
