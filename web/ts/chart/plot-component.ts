import { invalid } from "../error.js";
import type { Checks } from "./checks.js";
import { Component, type ComponentOptions } from "./component.js";
import { keyList, spokenKeys, type KeyWords } from "./keys.js";
import { element } from "./place.js";
import { listenToPointers } from "./pointer.js";
import { dirty, FrameScheduler, type Dirty } from "./scheduler.js";
import { Surface } from "./surface.js";

/** What keys do on every plot. */
export type PlotAction = "zoomIn" | "zoomOut" | "fit" | "pause" | "help" | "leave";

/** The keys of a plot: what is listed, and what each does. */
export interface PlotKeys<Own> {
  readonly words: KeyWords;
  actionOf(event: KeyboardEvent): PlotAction | Own | undefined;
}

const zoomStep = 1.5;

/** A component with a plot on canvas that is pointed at, walked over by keyboard, zoomed and held. */
export abstract class PlotComponent<Options extends ComponentOptions, Own> extends Component<Options> {
  protected readonly plot = element("div", { class: "plot", part: "plot", role: "slider", tabindex: 0 });
  /** The list of keys. */
  protected readonly keys: HTMLElement;
  protected readonly surface: Surface;
  protected readonly scheduler = new FrameScheduler((level, now) => (this.surface.visible ? this.draw(level, now) : dirty.none));
  readonly #keys: PlotKeys<Own>;

  constructor(container: HTMLElement | ShadowRoot, name: string, sheet: string, options: Options, checks: Checks, keys: PlotKeys<Own>) {
    super(container, name, sheet, options, checks);
    this.#keys = keys;
    this.keys = keyList(keys.words);
    this.surface = new Surface(this.plot, () => this.resized());
    this.#listen();
  }

  /** Narrower by a factor above 1, wider below. Throws `config_invalid` for what is no factor. */
  zoom(factor: number): void {
    if (!(factor > 0 && Number.isFinite(factor))) throw invalid(`factor: must be a number above 0, not ${String(factor)}`);
    if (factor !== 1) this.zoomBy(factor);
  }

  /** Back to the first view. */
  abstract resetZoom(): void;

  /** Shows the list of keys, or takes it away. @default the other way round */
  showKeys(shown = this.keys.hidden): void {
    this.keys.hidden = !shown;
    this.announcer.say(shown ? spokenKeys(this.#keys.words) : "");
  }

  override destroy(): void {
    this.scheduler.stop();
    this.surface.destroy();
    super.destroy();
  }

  protected redraw(): void {
    this.scheduler.mark(dirty.layout);
  }

  /** The canvases have another size, and are empty. */
  protected resized(): void {
    this.scheduler.mark(dirty.layout);
  }

  /** Returns what has to be drawn with the next picture. */
  protected abstract draw(level: Dirty, now: number): Dirty;
  protected abstract zoomBy(factor: number): void;
  /** There is something to read. */
  protected abstract get readable(): boolean;
  /** A pointer is there, CSS pixels from the plot's upper left corner. */
  protected abstract point(x: number, y: number): void;
  protected abstract clearCursor(): void;
  /** A key of the component's own. */
  protected abstract act(action: Own): void;
  /** Writes the spoken value: only on focus and keys, so that a running picture does not talk. */
  protected abstract say(): void;

  #listen(): void {
    const { signal, plot } = this;
    listenToPointers(plot, {
      point: (x, y) => this.readable && this.point(x, y),
      leave: () => this.clearCursor(),
      zoom: (factor) => this.zoom(factor),
    }, signal);
    plot.addEventListener("blur", () => this.clearCursor(), { signal });
    plot.addEventListener("focus", () => this.say(), { signal });
    plot.addEventListener("keydown", (event) => {
      const action = this.#keys.actionOf(event);
      if (!action || (!this.readable && action !== "help" && action !== "leave")) return;
      event.preventDefault();
      this.#act(action);
    }, { signal });
  }

  #act(action: PlotAction | Own): void {
    switch (action) {
      case "zoomIn":
        return this.zoom(zoomStep);
      case "zoomOut":
        return this.zoom(1 / zoomStep);
      case "fit":
        return this.resetZoom();
      case "pause":
        this.paused = !this.paused;
        return this.announcer.say(this.paused ? "Picture paused" : "Picture goes on");
      case "help":
        return this.showKeys();
      case "leave":
        this.keys.hidden = true;
        this.clearCursor();
        return this.say();
      default:
        return this.act(action as Own);
    }
  }
}
