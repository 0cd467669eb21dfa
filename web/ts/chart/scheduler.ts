/** What the next frame has to redo; each level includes the ones below it. */
export const dirty = { none: 0, cursor: 1, data: 2, layout: 3 } as const;
export type Dirty = (typeof dirty)[keyof typeof dirty];

/**
 * At most one animation frame at a time, for the highest level asked for.
 * A hidden tab gets no frames from the browser, so it draws nothing.
 */
export class FrameScheduler {
  #draw: (level: Dirty, now: number) => Dirty;
  #level: Dirty = dirty.none;
  #frame = 0;

  /** @param draw returns what must be redrawn in the next frame, `dirty.none` when nothing is moving */
  constructor(draw: (level: Dirty, now: number) => Dirty) {
    this.#draw = draw;
  }

  mark(level: Dirty): void {
    if (level > this.#level) this.#level = level;
    if (this.#level !== dirty.none && this.#frame === 0) this.#frame = requestAnimationFrame(this.#run);
  }

  stop(): void {
    if (this.#frame !== 0) cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#level = dirty.none;
  }

  #run = (now: number): void => {
    const level = this.#level;
    this.#frame = 0;
    this.#level = dirty.none;
    this.mark(this.#draw(level, now));
  };
}
