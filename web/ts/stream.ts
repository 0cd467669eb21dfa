/** One `for await`: it waits for what is not there yet, and ends by end(), by leaving the loop, or with its signal. */
abstract class Reader<Value extends object> implements AsyncIterableIterator<Value> {
  readonly #left: () => void;
  readonly #waiting: { resolve(result: IteratorResult<Value>): void; reject(error: unknown): void }[] = [];
  #ended = false;
  #error: { error: unknown } | undefined;

  /** @param left called once, when the loop is over */
  constructor(left: () => void) {
    this.#left = left;
  }

  /** What is there, taken away. */
  protected abstract take(): Value | undefined;
  /** Somebody waits. */
  protected abstract pull(): void;

  /** Something may be there. */
  protected serve(): void {
    while (this.#waiting.length > 0) {
      const value = this.take();
      if (value === undefined) return this.pull();
      this.#waiting.shift()?.resolve({ done: false, value });
    }
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What is there is still read; then the loop is over, or throws. */
  end(error?: { error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#settle();
    this.#left();
  }

  next(): Promise<IteratorResult<Value>> {
    const value = this.#waiting.length === 0 ? this.take() : undefined;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#ended) this.#settle();
      else this.serve();
    });
  }

  return(): Promise<IteratorResult<Value>> {
    while (this.take() !== undefined); // nobody reads it
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Nobody waits any more. An error is thrown once. */
  #settle(): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      const error = this.#error;
      this.#error = undefined;
      if (error) reject(error.error);
      else resolve({ done: true, value: undefined });
    }
  }
}

/** Values in their order, none left out here. */
export class Stream<Value extends object> extends Reader<Value> {
  readonly #pull: () => void;
  #values: Value[] = [];
  #first = 0;

  /** @param pull called when a reader waits and nothing is there */
  constructor(pull: () => void, left: () => void) {
    super(left);
    this.#pull = pull;
  }

  push(values: readonly Value[]): void {
    if (this.ended) return;
    this.#values = this.#first === this.#values.length ? [...values] : [...this.#values.slice(this.#first), ...values];
    this.#first = 0;
    this.serve();
  }

  protected take(): Value | undefined {
    return this.#values[this.#first] === undefined ? undefined : this.#values[this.#first++];
  }

  protected pull(): void {
    this.#pull();
  }
}

/** A mailbox with one slot: whoever reads gets the newest, and skips what came before. */
export class Newest<Value extends object> extends Reader<Value> {
  readonly #read: () => Value | undefined;
  readonly #pull: () => void;
  #unread = true;

  /**
   * @param read gives the newest there is
   * @param pull called when a reader waits; whoever has something new says so by news()
   */
  constructor(read: () => Value | undefined, left: () => void, pull: () => void = () => {}) {
    super(left);
    this.#read = read;
    this.#pull = pull;
  }

  /** There is something newer. */
  news(): void {
    if (this.ended) return;
    this.#unread = true;
    this.serve();
  }

  protected take(): Value | undefined {
    if (!this.#unread) return undefined;
    this.#unread = false;
    return this.#read();
  }

  protected pull(): void {
    this.#pull();
  }
}
