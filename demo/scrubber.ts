import { byId, clock, errorText, setText } from "./dom.js";
import { fillSelect } from "./choices.js";
import { wholeEngine } from "./prove.js";
import type { Recording } from "./recording.js";
import type { TimeMachine } from "./time-machine.js";

const play = "M4 2.5v11l9-5.5z";
const pause = "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z";
const longestMs = 600_000;
const speeds = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 100];

/** Time: the present, the last ten minutes, or a recording. */
export class Scrubber {
  readonly #machine: TimeMachine;
  readonly #say: (sentence: string) => void;
  /** Of a live source: when it began, ms of performance.now(). */
  readonly #begun = performance.now();
  readonly #recording: Recording | undefined;
  readonly #play = byId<HTMLButtonElement>("play");
  readonly #seek = byId<HTMLInputElement>("seek");
  readonly #speed = byId<HTMLSelectElement>("speed");
  readonly #now = byId<HTMLButtonElement>("now");
  readonly #ended = new AbortController();
  /** Of the past that is travelled: where it starts in its recording, and when it ended, ms of performance.now(). */
  #past: { firstMs: number; lastMs: number; endedAt: number; cut: boolean } | undefined;
  #travelling = false;
  #seekTo: number | undefined;

  constructor(machine: TimeMachine, recording: Recording | undefined, say: (sentence: string) => void) {
    this.#machine = machine;
    this.#recording = recording;
    this.#say = say;
    const { signal } = this.#ended;
    const on = (element: HTMLElement, type: string, act: () => void): void => element.addEventListener(type, act, { signal });
    fillSelect(this.#speed, speeds.map((speed) => [String(speed), `${speed}\u00d7`]), "1");
    on(this.#speed, "change", () => (machine.speed = Number(this.#speed.value)));
    on(this.#play, "click", () => void this.#toggle());
    on(byId("step"), "click", () => machine.step());
    on(byId("back"), "click", () => machine.seek(Math.max(this.#past?.firstMs ?? 0, (machine.player?.timeMs ?? 0) - 1000)));
    on(this.#now, "click", () => this.#live());
    on(this.#seek, "input", () => this.#seekSoon());
    this.#play.innerHTML = ""; // an icon of its own
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS("http://www.w3.org/2000/svg", "path"));
    this.#play.append(svg);
    machine.speed = 1;
    machine.onChange = () => this.show();
    this.show();
  }

  /** Shows a recording from its beginning. Returns its symbols. */
  async open(recording: Recording): Promise<string[]> {
    const hadal = await wholeEngine();
    const player = hadal.player(recording.text);
    player.playToEnd(); // a player knows the books that there have been so far
    const symbols = player.symbols();
    player.seek(0);
    this.#past = { firstMs: 0, lastMs: player.durationMs, endedAt: performance.now(), cut: false };
    this.#machine.travel(player);
    this.#machine.play();
    return symbols;
  }

  end(): void {
    this.#ended.abort();
    this.#machine.onChange = () => undefined;
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
    if (!live || this.#travelling) return;
    this.#travelling = true;
    this.#now.setAttribute("aria-pressed", "false");
    try {
      const [hadal, text] = await Promise.all([wholeEngine(), live.incident("time travel")]);
      if (this.#ended.signal.aborted) return;
      const player = hadal.player(text);
      const lastMs = player.durationMs;
      const firstMs = Math.max(0, lastMs - longestMs);
      const lived = performance.now() - this.#begun;
      this.#past = { firstMs, lastMs, endedAt: performance.now(), cut: lastMs + 2000 < Math.min(lived, longestMs) };
      this.#machine.travel(player, part === undefined ? lastMs : firstMs + part * (lastMs - firstMs));
    } catch (error) {
      this.#say(`The last minutes cannot be shown: ${errorText(error)}`);
      this.show();
    } finally {
      this.#travelling = false;
    }
  }

  #live(): void {
    if (!this.#machine.live) return;
    this.#past = undefined;
    this.#machine.travel(undefined);
  }

  /** A slider reports more often than the screen shows: one seek a frame is enough. */
  #seekSoon(): void {
    const waiting = this.#seekTo !== undefined;
    this.#seekTo = Number(this.#seek.value) / Number(this.#seek.max);
    if (waiting) return;
    requestAnimationFrame(() => {
      const part = this.#seekTo ?? 0;
      this.#seekTo = undefined;
      if (!this.#past || !this.#machine.player) return void this.#lookBack(part);
      this.#machine.pause();
      this.#machine.seek(this.#past.firstMs + part * (this.#past.lastMs - this.#past.firstMs));
    });
  }

  show(): void {
    const machine = this.#machine;
    const { player } = machine;
    const past = this.#past;
    const isLive = machine.live !== undefined && !player;
    document.documentElement.dataset["time"] = isLive ? "live" : this.#recording ? "recording" : "past";
    this.#now.hidden = !machine.live;
    this.#now.setAttribute("aria-pressed", String(isLive));
    for (const id of ["back", "step"]) byId<HTMLButtonElement>(id).disabled = !player;
    this.#speed.disabled = !player;
    this.#play.firstElementChild?.firstElementChild?.setAttribute("d", isLive || machine.playing ? pause : play);
    this.#play.setAttribute("aria-label", isLive ? "Pause and look back" : machine.playing ? "Pause" : "Play");
    const clockText = byId("clock");
    if (!player || !past) {
      const minutes = Math.min(longestMs, performance.now() - this.#begun);
      if (this.#seekTo === undefined) this.#seek.value = this.#seek.max;
      this.#seek.style.setProperty("--done", "1");
      this.#seek.setAttribute("aria-valuetext", "now");
      this.#seek.disabled = !machine.live;
      setText(clockText, machine.live ? `now \u00b7 ${clock(minutes)} kept` : "");
      return;
    }
    this.#seek.disabled = false;
    const length = past.lastMs - past.firstMs;
    const at = player.timeMs - past.firstMs;
    const part = length > 0 ? Math.min(1, Math.max(0, at / length)) : 1;
    if (this.#seekTo === undefined) this.#seek.value = String(Math.round(part * Number(this.#seek.max)));
    this.#seek.style.setProperty("--done", String(part));
    const ago = machine.live ? past.lastMs - player.timeMs + performance.now() - past.endedAt : 0;
    const text = machine.live ? `${clock(ago, true)} ago` : `${clock(at, true)} / ${clock(length)}`;
    this.#seek.setAttribute("aria-valuetext", text);
    setText(clockText, text + (past.cut ? " \u00b7 older ones left for lack of memory" : ""));
  }
}
