const mostBehindMs = 1000;
const longestStepMs = 100;

/**
 * The time of the exchange: ms of a clock, but never far behind it. Twin of native/sim/clock.hpp: a page that slept would have to play
 * everything it missed; instead the missed time is left out, and the exchange goes on from where it stood.
 */
export class MarketTime {
  readonly #start: number;
  #leftOut = 0;
  #now = 0;

  constructor(start: number) {
    this.#start = start;
  }

  /** Whole ms since the start. Goes on by at most 100 ms a call, so that nothing else waits long while the exchange catches up. */
  now(time: number): number {
    let elapsed = this.#elapsed(time);
    if (elapsed > this.#now + mostBehindMs) {
      this.#leftOut += elapsed - this.#now - mostBehindMs;
      elapsed = this.#now + mostBehindMs;
    }
    this.#now = Math.min(Math.max(elapsed, this.#now), this.#now + longestStepMs);
    return this.#now;
  }

  /** Whether now() has not come to this time yet. */
  isBehind(time: number): boolean {
    return this.#elapsed(time) > this.#now;
  }

  /** When now() will have come to `ms`, or before if it is behind. */
  when(ms: number): number {
    return this.#start + this.#leftOut + ms;
  }

  #elapsed(time: number): number {
    return Math.floor(time - this.#start) - this.#leftOut;
  }
}
