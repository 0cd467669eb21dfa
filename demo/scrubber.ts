import { byId, clock, errorText, setText } from "./dom.js";
import { fillSelect } from "./choices.js";
import { wholeEngine } from "./prove.js";
import type { Opened, Recording } from "./recording.js";
import type { TimeMachine } from "./time-machine.js";
import type { Troubles } from "./troubles.js";

const play = "M4 2.5v11l9-5.5z";
const pause = "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z";
const longestMs = 600_000;
const lateMs = 3000; // a client needs a moment until its first message
const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 100];

/** A past that is travelled. */
interface Past {
  /** Where it starts in its recording. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where its recording starts, ms since 1970. */
  readonly startsAt: number;
  /** The same moment, ms of performance.now(). */
  readonly beginsAt: number;
  readonly cut: boolean;
}

/** ms since 1970 of an incident's first message: its header says when it was asked for, by both clocks. */
function startOf(incident: string): number | undefined {
  const header = /^# hadal-journal \d+ (\{.*\})/.exec(incident)?.[1];
  const first = /^\d+ (\d+) \d+ [<>!] /m.exec(incident)?.[1];
  if (header === undefined || first === undefined) return undefined;
  const { now, wall } = JSON.parse(header) as { now?: number; wall?: string };
  const asked = Date.parse(wall ?? "");
  return now === undefined || Number.isNaN(asked) ? undefined : asked - (now - Number(first));
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
    this.#past = { firstMs: 0, lastMs: player.durationMs, startsAt: 0, beginsAt: 0, cut: false };
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

  /** The present moves by itself: once a second. */
  tick(): void {
    this.show();
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
      // It ends with the last message, which may be a while ago: what is known is when it begins
      const startsAt = startOf(text) ?? performance.timeOrigin + performance.now() - lastMs;
      const beginsAt = startsAt - performance.timeOrigin;
      this.#past = { firstMs, lastMs, startsAt, beginsAt, cut: lastMs < longestMs && beginsAt > this.#of.begunAt + lateMs };
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
    const shift = live ? past.beginsAt - this.#of.begunAt : 0;
    this.#mark(past.firstMs + shift, past.lastMs + shift);
    const length = past.lastMs - past.firstMs;
    const at = timeMs - past.firstMs;
    const part = length > 0 ? Math.min(1, Math.max(0, at / length)) : 1;
    if (this.#seekTo === undefined) this.#seek.value = String(Math.round(part * Number(this.#seek.max)));
    this.#seek.style.setProperty("--done", String(part));
    const ago = live ? performance.now() - past.beginsAt - timeMs : 0;
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
