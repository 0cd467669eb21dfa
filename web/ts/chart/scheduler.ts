import { isPicture } from "../pace.js";

/** What the next frame has to redo; each level includes the ones below it. */
export const dirty = { none: 0, cursor: 1, data: 2, layout: 3 } as const;
export type Dirty = (typeof dirty)[keyof typeof dirty];

/** Everything in this page that has something to draw: one animation frame draws it all. */
const waiting = new Set<FrameScheduler>();
let frame = 0;
let soon = false;
let drawing = false;

const listeners = new Set<(ms: number) => void>();
let spent = 0; // ms, since the listeners were told last
let telling = false;

/** After the picture: what several drawings took that belong to it. */
function tell(ms: number): void {
  spent += ms;
  if (telling) return;
  telling = true;
  setTimeout(() => {
    telling = false;
    const took = spent;
    spent = 0;
    for (const listener of listeners) listener(took);
  });
}

/** Calls `listener` after every picture with the ms that the drawing of all components of the page together took. Returns what ends it. */
export function watchDrawing(listener: (ms: number) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** What a client delivers with a picture is drawn in that picture, not one later; everything else with the next. */
function ask(): void {
  if (frame !== 0 || soon) return;
  if (!isPicture()) {
    frame = requestAnimationFrame(run);
    return;
  }
  soon = true;
  queueMicrotask(() => {
    soon = false;
    if (frame === 0) run(performance.now());
  });
}

function run(now: number): void {
  frame = 0;
  drawing = true;
  const begun = listeners.size > 0 ? performance.now() : 0;
  try {
    for (const scheduler of [...waiting]) scheduler.run(now);
  } finally {
    drawing = false;
    if (listeners.size > 0) tell(performance.now() - begun);
    if (waiting.size > 0) ask();
  }
}

/** At most one drawing an animation frame, for the highest level asked for. A hidden tab gets no frames from the browser, so it draws nothing. */
export class FrameScheduler {
  readonly #draw: (level: Dirty, now: number) => Dirty;
  #level: Dirty = dirty.none;

  /** @param draw returns what must be redrawn in the next frame, `dirty.none` when nothing is moving */
  constructor(draw: (level: Dirty, now: number) => Dirty) {
    this.#draw = draw;
  }

  mark(level: Dirty): void {
    if (level > this.#level) this.#level = level;
    if (this.#level === dirty.none) return;
    waiting.add(this);
    if (!drawing) ask();
  }

  /** @internal One drawing. */
  run(now: number): void {
    waiting.delete(this);
    const level = this.#level;
    this.#level = dirty.none;
    this.mark(this.#draw(level, now));
  }

  stop(): void {
    waiting.delete(this);
    this.#level = dirty.none;
    if (waiting.size > 0 || frame === 0) return;
    cancelAnimationFrame(frame);
    frame = 0;
  }
}
