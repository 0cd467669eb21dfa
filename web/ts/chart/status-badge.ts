import type { Status } from "../calls.js";
import type { BookEvent } from "../events.js";
import type { Stats } from "../stats.js";
import type { WatchFrame, WatchViews } from "../views.js";
import { isBoolean } from "./checks.js";
import { Component, type ComponentOptions } from "./component.js";
import { Evidence, evidenceSheet } from "./evidence.js";
import type { Market } from "./follow.js";
import { element, setAttribute, setText } from "./place.js";
import { dirty, FrameScheduler } from "./scheduler.js";
import { badgeOf, closedBadge, type BadgeText, type HeldBadge } from "./status-words.js";

export interface StatusBadgeOptions extends ComponentOptions {
  /** The evidence is open. @default false */
  readonly open?: boolean;
}

const tickMs = 500; // ages are text that people read
const statsMs = 1000;
const checksShown = 6;

const sheet = `
:host { display: inline-block; max-width: 100%; }
.status { display: flex; height: auto; font-size: 0.8125rem; }
.hadal .badge { display: inline-flex; flex: 0 1 auto; min-width: 0; align-items: center; gap: 0.5rem; max-width: 100%; padding: 0 0.875rem 0 0.625rem; border-radius: 999px; text-align: left; }
.sign { display: inline-grid; place-items: center; flex: none; width: 1.25rem; height: 1.25rem; border-radius: 50%; color: var(--_plate); background: var(--_muted); font-size: 0.75rem; font-weight: 700; }
.badge strong { font-weight: 600; white-space: nowrap; }
.badge .more { color: var(--_muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
[data-state="verified"] .sign { background: var(--_bid); }
[data-state="stale"] .sign, [data-state="reconnecting"] .sign, [data-state="refused"] .sign { background: var(--_warn); }
[data-state="closed"] .sign { background: var(--_ask); }
[data-quiet] .sign { background: var(--_warn); }
[data-state="stale"] .badge, [data-state="reconnecting"] .badge, [data-state="refused"] .badge { border-color: var(--_warn); }
.hadal .now { flex: none; margin-left: 0.375rem; }
@media (forced-colors: active) { .sign { forced-color-adjust: none; background: Canvas !important; color: CanvasText; border: 1px solid CanvasText; } }
${evidenceSheet}`;

/**
 * Whether the book can be trusted, in a pill that opens the evidence: last checksums, repairs, rates, ages and latency. Events: `state` (`state`, `title`,
 * `detail`), `open` (whether the evidence is shown).
 */
export class StatusBadge extends Component<StatusBadgeOptions> {
  readonly views: WatchViews = {};
  readonly #scheduler = new FrameScheduler(() => (this.#paint(), dirty.none));
  readonly #button = element("button", { type: "button", class: "badge", part: "badge", "aria-expanded": "false" });
  readonly #sign = element("span", { class: "sign", "aria-hidden": "true" });
  readonly #title = element("strong");
  readonly #detail = element("span", { class: "more" });
  readonly #now = element("button", { type: "button", class: "now", hidden: true }, "Retry now");
  readonly #evidence = new Evidence();
  #market: Market | undefined;
  #symbol = "";
  #status: { status: Status; at: number } | undefined;
  #frame: HeldBadge | undefined;
  /** Nobody feeds it any more. */
  #gone = false;
  #stats: Stats | undefined;
  #checks: { event: BookEvent; at: number }[] = [];
  #stopListening: (() => void) | undefined;
  #told = "";
  #timer: ReturnType<typeof setInterval> | undefined;
  #statsAt = -Infinity;

  constructor(container: HTMLElement | ShadowRoot, options: StatusBadgeOptions = {}) {
    super(container, "status", sheet, options, { open: isBoolean });
    this.#button.append(this.#sign, this.#title, this.#detail);
    this.root.append(this.#button, this.#now, this.#evidence.element);
    this.#button.addEventListener("click", () => this.#toggle(!this.options.open), { signal: this.signal });
    this.#now.addEventListener("click", () => void this.#market?.retryNow?.().catch(() => undefined), { signal: this.signal });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.options.open) return;
      this.#toggle(false);
      this.#button.focus();
    }, { signal: this.signal });
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#apply();
    this.#paint();
  }

  override attach(market: Market, symbol: string): () => void {
    this.#market = market;
    this.#symbol = symbol;
    this.#gone = false;
    const ended = new AbortController();
    void this.#follow(market, ended.signal);
    this.#apply();
    return () => {
      ended.abort();
      this.#stopListening?.();
      this.#stopListening = undefined;
      this.#market = this.#status = this.#stats = undefined;
      this.#checks = [];
    };
  }

  protected show(frame: WatchFrame | undefined): void {
    if (!frame) {
      this.#frame = undefined;
    } else {
      const { symbol, state, reason, verified, matched, mismatched, skipped, snapshots, updates, exchangeTimeMs, nowMs, verifiedAtMs } = frame;
      const at = verifiedAtMs === null ? undefined : performance.now() - Math.max(0, nowMs - verifiedAtMs);
      this.#frame = { symbol, state, reason, verified, matched, mismatched, skipped, snapshots, updates, exchangeTimeMs, at };
    }
    const { state } = this.#words();
    if (state !== this.#told) this.#scheduler.mark(dirty.data); // a change at once; ages with the next tick
  }

  override lost(): void {
    super.lost();
    this.#gone = this.#frame !== undefined;
  }

  override set(options: Partial<StatusBadgeOptions>): void {
    super.set(options);
    this.#apply();
  }

  override destroy(): void {
    clearInterval(this.#timer);
    this.#watchOutside(false);
    this.#stopListening?.();
    this.#scheduler.stop();
    super.destroy();
  }

  protected redraw(): void {
    this.#scheduler.mark(dirty.layout);
  }

  async #follow(market: Market, signal: AbortSignal): Promise<void> {
    if (!market.status) return;
    try {
      for await (const status of market.status({ signal })) {
        if (signal.aborted) return;
        this.#status = { status, at: performance.now() };
        this.#scheduler.mark(dirty.data);
      }
    } catch {
      // closed, or detached: what was known stays shown
    }
  }

  #toggle(open: boolean): void {
    this.set({ open });
    this.tell("open", open);
  }

  /** Checksums are events, and cost something: they are listened to while the evidence is open. */
  #apply(): void {
    const { open = false } = this.options;
    this.#evidence.element.hidden = !open;
    setAttribute(this.#button, "aria-expanded", String(open));
    this.#watchOutside(open);
    if (open && !this.#stopListening && this.#market?.on) {
      try {
        this.#stopListening = this.#market.on("book_update", (event) => {
          this.#checks.unshift({ event, at: performance.now() });
          this.#checks.length = Math.min(this.#checks.length, checksShown);
        }, { symbol: this.#symbol });
      } catch {
        // closed: there will be no more
      }
      this.#tick();
    } else if (!open) {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }
  }

  /** A press elsewhere: the reader is done with the evidence. */
  readonly #outside = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this.root)) this.#toggle(false);
  };

  #watchOutside(open: boolean): void {
    const { ownerDocument } = this.root;
    if (open) ownerDocument.addEventListener("pointerdown", this.#outside);
    else ownerDocument.removeEventListener("pointerdown", this.#outside);
  }

  #tick(): void {
    this.#scheduler.mark(dirty.data);
    const now = performance.now();
    if (!this.options.open || !this.#market?.stats || now - this.#statsAt < statsMs - 50) return;
    this.#statsAt = now;
    const market = this.#market;
    market.stats?.().then(
      (stats) => void (market === this.#market && (this.#stats = stats)),
      () => undefined, // closed meanwhile
    );
  }

  #words(): BadgeText {
    if (this.#gone && this.options.past === undefined) return closedBadge;
    if (this.refusal !== undefined) return { state: "refused", sign: "\u00d7", title: "Refused", detail: this.refusal, reason: this.refusal };
    return badgeOf(this.#frame, this.#status, this.options.simulated ?? false, this.options.past, performance.now());
  }

  #paint(): void {
    const text = this.#words();
    setAttribute(this.root, "data-state", text.state);
    setText(this.#sign, text.sign);
    setText(this.#title, text.title);
    setText(this.#detail, text.detail);
    this.#now.hidden = text.state !== "reconnecting" || !this.#market?.retryNow;
    setAttribute(this.root, "data-quiet", text.quiet ? "yes" : undefined);
    if (text.state !== this.#told) {
      this.#told = text.state;
      // Once for each change: ages and counts would never let a reader rest
      this.announcer.say(text.state === "verified" ? text.title : `${text.title}. ${text.reason}`);
      this.tell("state", { state: text.state, title: text.title, detail: text.reason });
    }
    if (this.options.open) this.#evidence.show({ symbol: this.#frame?.symbol ?? this.#symbol, book: this.#frame, reason: text.reason, status: this.#status?.status, stats: this.#stats, checks: this.#checks, now: performance.now(), isPast: this.options.past !== undefined });
  }
}
