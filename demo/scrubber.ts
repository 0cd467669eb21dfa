import { byId, clock, errorText, setText } from "./dom.js";
import { fillSelect } from "./choices.js";
import { wholeEngine } from "./prove.js";
import type { Opened, Recording } from "./recording.js";
import type { TimeMachine } from "./time-machine.js";
import type { Troubles } from "./troubles.js";

const play = "M4 2.5v11l9-5.5z";
const pause = "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z";
const longestMs = 600_000;
const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 100];

/** A past that is travelled. */
interface Past {
  /** Where it starts in its recording. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** When it ended, ms of performance.now(). */
  readonly endedAt: number;
  /** Where its recording starts, ms since 1970. */
  readonly startsAt: number;
  readonly cut: boolean;
}

/** ms since 1970 of a journal's first line. */
function startOf(journal: string): number | undefined {
  const nanos = /^\d{16,20}(?= )/m.exec(journal.slice(0, 4096))?.[0];
  return nanos === undefined ? undefined : Number(BigInt(nanos) / 1_000_000n);
}

/** Where the pictures come from, as far as its time goes. */
export interface Timeline {
  readonly troubles: Troubles;
  /** Of a live source: when it began, ms of performance.now(). */
  readonly begunAt: number;
  readonly recording: Recording | undefined;
}

/** Time: the present, the last ten minutes, or a recording. */
export class Scrubber {
  /** Called whenever what is to be said of the time is another. */
  onShow: () => void = () => undefined;
  readonly #machine: TimeMachine;
  readonly #say: (sentence: string) => void;
  /** Whose marks are shown. */
  symbol = "";
  readonly #of: Timeline;
  readonly #play = byId<HTMLButtonElement>("play");
  readonly #seek = byId<HTMLInputElement>("seek");
  readonly #speed = byId<HTMLSelectElement>("speed");
  readonly #now = byId<HTMLButtonElement>("now");
  readonly #ended = new AbortController();
  #past: Past | undefined;
  /** The last wish wins: a past that comes late is not shown. */
  #wish = 0;
  #travelling = false;
  /** Where to in the past that is being fetched, 0 ... 1; undefined: its end. */
  #part: number | undefined;
  #seekTo: number | undefined;
  #marks = "";

  constructor(machine: TimeMachine, of: Timeline, say: (sentence: string) => void) {
    this.#machine = machine;
    this.#of = of;
    this.#say = say;
    const { signal } = this.#ended;
    const on = (element: HTMLElement, type: string, act: () => void): void => element.addEventListener(type, act, { signal });
    fillSelect(this.#speed, speeds.map((speed) => [String(speed), `${speed}\u00d7`]), "1");
    on(this.#speed, "change", () => (machine.speed = Number(this.#speed.value)));
    on(this.#play, "click", () => void this.#toggle());
    on(byId("step"), "click", () => machine.step());
    on(byId("back"), "click", () => machine.seek(Math.max(this.#past?.firstMs ?? 0, (machine.player?.timeMs ?? 0) - 1000)));
    on(this.#now, "click", () => this.live());
    on(this.#seek, "input", () => this.#seekSoon());
    machine.speed = 1;
    machine.onChange = () => this.show();
    this.show();
  }

  /** Not the present is shown, or soon is not. */
  get away(): boolean {
    return this.#travelling || this.#machine.player !== undefined;
  }

  /** The moment that is looked at, ms since 1970; undefined: the present, or not known. */
  get momentMs(): number | undefined {
    const { player, live } = this.#machine;
    return live && player && this.#past ? this.#past.startsAt + player.timeMs : undefined;
  }

  /** Shows a recording from its beginning. */
  open({ player }: Opened): void {
    this.#past = { firstMs: 0, lastMs: player.durationMs, endedAt: performance.now(), startsAt: 0, cut: false };
    this.#machine.travel(player);
    this.#machine.play();
  }

  end(): void {
    this.#wish++;
    this.#ended.abort();
    this.#machine.onChange = () => undefined;
  }

  /** The present, whatever is on its way. */
  live(): void {
    if (!this.#machine.live) return;
    this.#wish++;
    this.#travelling = false;
    this.#seekTo = undefined;
    this.#past = undefined;
    if (this.#machine.player) this.#machine.travel(undefined);
    else this.show();
  }

  /** What the present is, as far as it moves by itself: once a second. */
  tick(): void {
    if (!this.#machine.player) this.show();
  }

  async #toggle(): Promise<void> {
    const machine = this.#machine;
    if (machine.player) return machine.playing ? machine.pause() : machine.play();
    await this.#lookBack(undefined);
  }

  /** Takes the last minutes out of the client; the client goes on. `part` 0 ... 1 of the slider; undefined: the last moment. */
  async #lookBack(part: number | undefined): Promise<void> {
    const { live } = this.#machine;
    if (!live) return;
    this.#part = part;
    if (this.#travelling) return; // the wish is heard when it has come
    const wish = ++this.#wish;
    const late = (): boolean => wish !== this.#wish || this.#ended.signal.aborted;
    this.#travelling = true;
    this.show();
    try {
      const [hadal, text] = await Promise.all([wholeEngine(), live.incident("time travel")]);
      if (late()) return;
      const player = hadal.player(text);
      const lastMs = player.durationMs;
      const firstMs = Math.max(0, lastMs - longestMs);
      const lived = performance.now() - this.#of.begunAt;
      this.#past = { firstMs, lastMs, endedAt: performance.now(), startsAt: startOf(text) ?? Date.now() - lastMs, cut: lastMs + 2000 < Math.min(lived, longestMs) };
      this.#travelling = false;
      this.#machine.travel(player, this.#part === undefined ? lastMs : firstMs + this.#part * (lastMs - firstMs));
    } catch (error) {
      if (late()) return;
      this.#travelling = false;
      this.#say(`The last minutes cannot be shown: ${errorText(error)}`);
      this.show();
    }
  }

  /** A slider reports more often than the screen shows: one seek a frame is enough. */
  #seekSoon(): void {
    const waiting = this.#seekTo !== undefined;
    this.#seekTo = Number(this.#seek.value) / Number(this.#seek.max);
    if (waiting) return;
    requestAnimationFrame(() => {
      const part = this.#seekTo;
      this.#seekTo = undefined;
      if (part === undefined) return; // back in the present meanwhile
      if (!this.#past || !this.#machine.player) return void this.#lookBack(part);
      this.#machine.pause();
      this.#machine.seek(this.#past.firstMs + part * (this.#past.lastMs - this.#past.firstMs));
    });
  }

  show(): void {
    const machine = this.#machine;
    const { player } = machine;
    const isLive = machine.live !== undefined && !player;
    document.documentElement.dataset["time"] = isLive ? "live" : this.#of.recording ? "recording" : "past";
    this.#now.hidden = !machine.live;
    this.#now.setAttribute("aria-pressed", String(isLive && !this.#travelling));
    for (const id of ["back", "step"]) byId<HTMLButtonElement>(id).disabled = !player;
    this.#speed.disabled = !player;
    byId("play-icon").setAttribute("d", isLive || machine.playing ? pause : play);
    this.#play.setAttribute("aria-label", isLive ? "Pause and look back" : machine.playing ? "Pause" : "Play");
    if (player && this.#past) this.#showPast(this.#past, player.timeMs);
    else this.#showPresent();
    this.onShow();
  }

  #showPresent(): void {
    const lived = performance.now() - this.#of.begunAt;
    const kept = Math.min(longestMs, lived);
    this.#mark(lived - kept, lived);
    if (this.#seekTo === undefined && !this.#travelling) this.#seek.value = this.#seek.max;
    this.#seek.style.setProperty("--done", "1");
    this.#seek.setAttribute("aria-valuetext", "now");
    this.#seek.disabled = !this.#machine.live;
    setText(byId("clock"), this.#travelling ? "looking back \u2026" : this.#machine.live ? `now \u00b7 ${clock(kept)} kept` : "");
  }

  #showPast(past: Past, timeMs: number): void {
    const { live } = this.#machine;
    this.#seek.disabled = false;
    // What the present has kept ends at another place of its own time than of the recording made of it
    const shift = live ? past.endedAt - this.#of.begunAt - past.lastMs : 0;
    this.#mark(past.firstMs + shift, past.lastMs + shift);
    const length = past.lastMs - past.firstMs;
    const at = timeMs - past.firstMs;
    const part = length > 0 ? Math.min(1, Math.max(0, at / length)) : 1;
    if (this.#seekTo === undefined) this.#seek.value = String(Math.round(part * Number(this.#seek.max)));
    this.#seek.style.setProperty("--done", String(part));
    const ago = live ? past.lastMs - timeMs + performance.now() - past.endedAt : 0;
    const text = live ? `${clock(ago, true)} ago` : `${clock(at, true)} / ${clock(length)}`;
    this.#seek.setAttribute("aria-valuetext", text);
    setText(byId("clock"), text + (past.cut ? " \u00b7 older ones left for lack of memory" : ""));
  }

  #mark(first: number, last: number): void {
    const image = this.#of.troubles.image(this.symbol, first, last);
    if (image === this.#marks) return;
    this.#marks = image;
    this.#seek.style.setProperty("--marks", image);
    this.#seek.title = image === "none" ? "" : "Marked: when this book was not live";
  }
}
