import { checkEnds } from "./arguments.js";
import type { Calls, TappedFrame } from "./calls.js";
import type { Ends } from "./client-types.js";
import { invalid } from "./error.js";
import { caught, disposer, onAbort, type Disposer } from "./signal.js";

/** `missed`: so many frames before this one were left out. */
export type TapListener = (frame: TappedFrame & { missed?: number }) => void;

type Tell = <Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>) => void;

/** Whoever sees frames as they pass. The engine is asked for them while somebody does. */
export class Taps {
  readonly #tell: Tell;
  readonly #failed: (error: unknown) => void;
  readonly #listeners = new Map<Disposer, TapListener>();

  constructor(tell: Tell, failed: (error: unknown) => void) {
    this.#tell = tell;
    this.#failed = failed;
  }

  add(listener: TapListener, options: Ends): Disposer {
    if (typeof listener !== "function") throw invalid("listener: must be a function");
    checkEnds(options);
    if (this.#listeners.size === 0) this.#tell("tap", true);
    const end = disposer(() => {
      quit();
      this.#listeners.delete(end);
      if (this.#listeners.size === 0) this.#tell("tap", false);
    });
    const quit = onAbort(options.signal, end);
    this.#listeners.set(end, listener);
    return end;
  }

  hear(frames: readonly TappedFrame[], missed: number): void {
    for (const [i, frame] of frames.entries()) {
      const told = i === 0 && missed > 0 ? { ...frame, missed } : frame;
      for (const listener of this.#listeners.values()) {
        try {
          caught(listener(told), this.#failed);
        } catch (error) {
          this.#failed(error);
        }
      }
    }
    this.#tell("moreTapped");
  }

  end(): void {
    for (const end of [...this.#listeners.keys()]) end();
  }
}
