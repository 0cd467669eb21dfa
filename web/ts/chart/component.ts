import { invalid } from "../error.js";
import type { WatchFrame, TrackOptions, WatchViews } from "../views.js";
import { checkOptions, commonChecks, type Checks } from "./checks.js";
import type { Market } from "./follow.js";
import { element, takePlace, type Place } from "./place.js";
import { changeSentence, noSituation, noticeOf, refusalSentence, situationOf, type Notice, type Situation } from "./situation.js";
import { Announcer } from "./speech.js";
import { readTheme, themeNames, themeSheet, type ChartTheme, type ColourScheme, type Palette } from "./theme.js";

/** What every component can be told. */
export interface ComponentOptions {
  /** @default "auto": that of the page */
  readonly theme?: ColourScheme;
  /** @default "teal-red" */
  readonly palette?: Palette;
  /** Colours and font, over the custom properties of the page. @default none */
  readonly colours?: Partial<ChartTheme>;
  /** The data are made up: the component says so. @default false, unless the market says it */
  readonly simulated?: boolean;
  /** It is no picture of the present: what is said of its time, for example "as of 12:03:05". @default none */
  readonly past?: string | undefined;
  /** Accessible name. @default depends on the component */
  readonly label?: string;
  /** What is said while there is no book. @default "Waiting for a snapshot" */
  readonly emptyText?: string;
}

/** What a component has to be given besides frames. */
export interface Needs {
  /** Trades of the symbol have to be subscribed. */
  readonly trades?: boolean;
  readonly track?: TrackOptions;
}

/** How to be told of what a component does. */
export type ComponentListener = (type: string, detail: unknown) => void;

const ageEveryMs = 1000;

/**
 * Something that shows one symbol. Whoever feeds it watches `views`, hands every frame to update(), and watches anew when `onViews` is called: follow() does.
 * Frames may be lent: what is needed later is copied. Draws at most once a picture, and nothing in a hidden page. Whatever is shown, a component says
 * whether it is simulated, of the past, held, or not live, and since when.
 */
export abstract class Component<Options extends ComponentOptions = ComponentOptions> {
  /** What has to be watched for it. */
  abstract readonly views: WatchViews;
  get needs(): Needs {
    return {};
  }

  /** Called when `views` are others. For whoever feeds it. */
  onViews: (() => void) | undefined;
  /** Called when the newest picture is wanted at once. For whoever feeds it. */
  onRefresh: (() => void) | undefined;
  /** Called with what the reader does, or what is to be known: see each component. */
  onEvent: ComponentListener | undefined;

  protected readonly root: HTMLElement;
  /** Ends with the component. */
  protected readonly signal: AbortSignal;
  protected options: Options;
  protected readonly announcer = new Announcer();
  readonly #checks: Checks;
  readonly #place: Place;
  readonly #abort = new AbortController();
  readonly #probe = element("span", { class: "probe", "aria-hidden": "true" });
  #theme: ChartTheme | undefined;
  #situation: Situation = noSituation;
  #paused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement | ShadowRoot, name: string, sheet: string, options: Options, checks: Checks) {
    if (!(container instanceof HTMLElement || container instanceof ShadowRoot)) throw invalid(`container: must be an element to fill, not ${String(container)}`);
    this.#checks = { ...commonChecks, ...checks };
    checkOptions(options, this.#checks);
    this.options = { ...options };
    this.signal = this.#abort.signal;
    this.#place = takePlace(container, name, themeSheet, sheet);
    this.root = this.#place.root;
    this.root.append(this.#probe, this.announcer.element);
    this.#showScheme();
    // The page may change its colours at any time, and no event tells: but the probe's own transition does.
    this.#probe.addEventListener("transitionrun", () => this.#retheme(), { signal: this.signal });
  }

  /** Shows a frame; undefined when there is no book (yet). */
  update(frame: WatchFrame | undefined): void {
    if (this.signal.aborted) return;
    const before = this.#situation;
    if (before.state === "refused" && frame?.symbol === before.symbol && frame.state === "unsubscribed") return;
    this.#become(frame ? situationOf(frame, before, performance.now()) : noSituation);
    const { symbol, state } = this.#situation;
    if (this.#paused && frame && before.symbol === symbol && before.state !== "none") {
      if (before.state !== state) this.redraw();
      return;
    }
    this.show(frame);
  }

  /** The exchange does not have this symbol, in these words: they are shown until there is a book after all. */
  refuse(symbol: string, words: string): void {
    if (this.signal.aborted) return;
    this.#become({ ...noSituation, symbol, state: "refused", since: performance.now(), words });
    this.show(undefined);
    this.redraw();
  }

  /** Nobody feeds it any more: what is shown stays, greyed, and says so. */
  lost(): void {
    if (this.signal.aborted || ["none", "refused", "closed"].includes(this.#situation.state)) return;
    this.#become({ ...this.#situation, state: "closed", reason: null, since: performance.now(), then: 0 });
    this.redraw();
  }

  /** It is fed from this market now: what it has to know besides frames, it asks there. Returns what ends that. */
  attach(_market: Market, _symbol: string): (() => void) | undefined {
    return undefined;
  }

  /** Changes options; the others stay. Throws `config_invalid`, whose message begins with the option's name; nothing is changed then. */
  set(options: Partial<Options>): void {
    checkOptions(options, this.#checks);
    if (this.signal.aborted) return;
    this.options = { ...this.options, ...options };
    this.#showScheme();
    this.#retheme();
  }

  /** Whether the picture is held. What it shows goes on all the same, and is there at once afterwards. */
  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.tell("pause", paused);
    if (!paused) this.onRefresh?.();
    this.redraw();
  }

  /** Takes it off the page. Nothing of it is left. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#place.remove();
  }

  /** The frame is lent, and not asked for while the picture is held. */
  protected abstract show(frame: WatchFrame | undefined): void;

  /** Colours, options, or how the picture stands are others: everything has to be drawn again. */
  protected abstract redraw(): void;

  /** Colours as a canvas takes them. */
  protected get theme(): ChartTheme {
    this.#theme ??= readTheme(this.root, this.#probe);
    return this.#theme;
  }

  /** Nothing is wrong with what is shown, or there is nothing yet. */
  protected get fine(): boolean {
    return this.#situation.state === "live" || this.#situation.state === "none";
  }

  /** What is said in place of a book. */
  protected get emptyText(): string {
    const { state, symbol, words } = this.#situation;
    return state === "refused" ? refusalSentence(symbol, words) : (this.options.emptyText ?? "Waiting for a snapshot");
  }

  /** Why the exchange gives no book; undefined if it did not say that. */
  protected get refusal(): string | undefined {
    return this.#situation.state === "refused" ? this.emptyText : undefined;
  }

  /** Why not, and since when: asked for with each drawing, which comes back as the age grows. */
  protected get notice(): Notice | undefined {
    clearTimeout(this.#timer);
    const isPast = this.options.past !== undefined;
    const notice = noticeOf(this.#situation, isPast, performance.now());
    if (notice && !isPast) this.#timer = setTimeout(() => this.redraw(), ageEveryMs);
    return notice;
  }

  /** What has to be said of the picture, whatever it shows. */
  protected get tags(): string[] {
    const { simulated, past } = this.options;
    return [simulated && "simulated", past, this.#paused && "paused"].filter((tag): tag is string => Boolean(tag));
  }

  /** The same for those who listen, with a comma before each. */
  protected get caveats(): string {
    const wrong = this.fine ? [] : [changeSentence(this.#situation).replace(`${this.#situation.symbol}: `, "")];
    return [...this.tags, ...wrong].map((text) => `, ${text}`).join("");
  }

  protected tell(type: string, detail: unknown): void {
    this.onEvent?.(type, detail);
  }

  /** Changes are said, but not that there is something at last. */
  #become(now: Situation): void {
    const before = this.#situation;
    this.#situation = now;
    const same = before.symbol === now.symbol && (before.state === now.state || (before.state === "stale" && now.state === "resyncing"));
    if (!same && before.symbol === now.symbol && before.state !== "none") this.announcer.change(changeSentence(now));
  }

  #retheme(): void {
    this.#theme = undefined;
    this.redraw();
  }

  #showScheme(): void {
    const { theme = "auto", palette = "teal-red", colours = {} } = this.options;
    this.root.dataset["scheme"] = theme;
    this.root.dataset["palette"] = palette;
    for (const name of themeNames) {
      if (colours[name] === undefined) this.root.style.removeProperty(`--hadal-${name}`);
      else this.root.style.setProperty(`--hadal-${name}`, colours[name]);
    }
  }
}
