/**
 * Who acts when. What an engine tells reaches everybody before anything else is asked of it: calls that come meanwhile wait, and nothing overtakes
 * what waits (catalogue FD-4).
 */
export class Turns {
  readonly #tell: () => void;
  readonly #isBusy: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #telling = false;
  #again = false;
  #scheduled = false;
  #ended = false;

  /**
   * @param tell tells what there is to tell
   * @param isBusy the engine is in the midst of an input
   */
  constructor(tell: () => void, isBusy: () => boolean) {
    this.#tell = tell;
    this.#isBusy = isBusy;
  }

  /** Runs `act` in its turn. */
  enter<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      };
      if (this.#telling || this.#isBusy() || this.#waiting.length > 0) this.#waiting.push(go);
      else go();
    });
  }

  /** There may be something to tell. */
  tell(): void {
    this.#again = true;
    if (this.#telling || this.#ended) return; // whoever is telling goes on with this
    this.#telling = true;
    try {
      while (this.#again && !this.#ended) {
        this.#again = false;
        this.#tell();
      }
    } finally {
      this.#telling = false;
    }
    this.#schedule();
  }

  /** Nothing is told any more; what waits has its turn all the same. */
  end(): void {
    this.#ended = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#waiting.length === 0 || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      while (this.#waiting.length > 0) {
        const [go] = this.#waiting;
        go?.();
        this.#waiting.shift(); // so long it counts as waiting
      }
    });
  }
}
