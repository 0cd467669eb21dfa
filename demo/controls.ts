import { byId, clock, create, setText } from "./dom.js";
import type { Playback } from "./playback.js";

export const PLAY = "M4 2.5v11l9-5.5z";
export const PAUSE = "M3.5 2.5h3.2v11H3.5zM9.3 2.5h3.2v11H9.3z";
const AGAIN = "M8 2.2a5.8 5.8 0 1 0 5.8 5.8h-2A3.8 3.8 0 1 1 8 4.2V7l4.4-3.8L8 0z";

/** Play, step, seek and speed. */
export class Transport {
  #playback: Playback;
  #play = byId<HTMLButtonElement>("play");
  #step = byId<HTMLButtonElement>("step");
  #seek = byId<HTMLInputElement>("seek");
  #seekTo: number | undefined;

  constructor(playback: Playback) {
    this.#playback = playback;
    this.#play.addEventListener("click", () => (playback.playing ? playback.pause() : playback.play()));
    this.#step.addEventListener("click", () => playback.step());
    this.#seek.addEventListener("input", () => this.#requestSeek());
    const speed = byId<HTMLSelectElement>("speed");
    speed.addEventListener("change", () => (playback.speed = Number(speed.value)));
    playback.speed = Number(speed.value); // browsers keep a choice over a reload
  }

  /** A slider reports more often than the screen shows: one seek a frame is enough. */
  #requestSeek(): void {
    const waiting = this.#seekTo !== undefined;
    this.#seekTo = Number(this.#seek.value);
    if (waiting) return;
    requestAnimationFrame(() => {
      const to = this.#seekTo ?? 0;
      this.#seekTo = undefined;
      this.#playback.seek(to);
    });
  }

  render(): void {
    const { player, playing } = this.#playback;
    for (const control of [this.#play, this.#step, this.#seek]) control.disabled = !player;
    if (!player) return;
    const text = playing ? "Pause" : player.done ? "Again" : "Play";
    setText(byId("play-text"), text);
    byId("play-icon").setAttribute("d", playing ? PAUSE : player.done ? AGAIN : PLAY);
    this.#step.disabled = player.done;
    const max = String(Math.max(1, Math.ceil(player.durationMs)));
    if (this.#seek.max !== max) this.#seek.max = max;
    if (this.#seekTo === undefined) this.#seek.value = String(Math.round(player.timeMs));
    const time = `${clock(player.timeMs)} / ${clock(player.durationMs)}`;
    setText(byId("time"), time);
    this.#seek.setAttribute("aria-valuetext", `${clock(player.timeMs)} of ${clock(player.durationMs)}`);
    this.#seek.style.setProperty("--done", String(player.durationMs > 0 ? player.timeMs / player.durationMs : 0));
  }
}

/** One radio button a symbol that has a book so far. */
export class SymbolPicker {
  selected = "";
  #field = byId("symbols");
  #shown: string[] = [];
  #onPick: () => void;

  constructor(onPick: () => void) {
    this.#onPick = onPick;
  }

  /** Symbols appear while a recording plays; a new recording may have others altogether. */
  render(found: readonly string[]): void {
    const symbols = [...found].sort();
    if (!symbols.includes(this.selected)) this.selected = symbols[0] ?? "";
    if (symbols.join() === this.#shown.join()) return;
    this.#shown = symbols;
    for (const old of this.#field.querySelectorAll("label")) old.remove();
    for (const symbol of symbols) {
      const label = create("label", "symbol");
      const input = create("input", "unseen");
      input.type = "radio";
      input.name = "symbol";
      input.value = symbol;
      input.checked = symbol === this.selected;
      input.addEventListener("change", () => {
        this.selected = symbol;
        this.#onPick();
      });
      label.append(input, create("span", "", symbol));
      this.#field.append(label);
    }
  }
}
