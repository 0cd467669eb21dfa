import type { Clock } from "./clock.js";

const longest = 0x7fffffff; // ms; beyond it a browser's timer fires at once

/** Time as an engine counts it, and the one timer that it asks for. */
export class Timer {
  readonly #clock: Clock;
  readonly #fired: () => void;
  #timer: unknown;
  #until = Infinity;
  #ahead: number;

  constructor(clock: Clock, fired: () => void) {
    this.#clock = clock;
    this.#fired = fired;
    this.#ahead = this.wall() - clock.now();
  }

  /** Whole ms. */
  now(): number {
    return Math.floor(this.#clock.now());
  }

  /** Time of day; NaN where nobody knows it. */
  wall(): number {
    return this.#clock.unixMs?.() ?? NaN;
  }

  /** How far the time of day is ahead of the clock, as of the last timer: it need not be asked for with each frame. */
  get ahead(): number {
    return this.#ahead;
  }

  set(until: number): void {
    if (until === this.#until) return; // most frames change no deadline
    this.clear();
    this.#until = until;
    if (until === Infinity) return;
    const ms = Math.min(longest, Math.max(0, Math.ceil(until - this.#clock.now())));
    this.#timer = this.#clock.setTimeout(() => {
      this.#until = Infinity;
      this.#ahead = this.wall() - this.#clock.now();
      this.#fired();
    }, ms);
  }

  clear(): void {
    this.#clock.clearTimeout(this.#timer);
  }
}
