/** All events of a client, in order, and whoever waits for one. */
export class Story {
  events = [];
  #waiting = new Set();

  constructor(client) {
    client.on("*", (event) => this.#hear(event), { maxQueueDepth: 1 << 20 });
  }

  get length() {
    return this.events.length;
  }

  /** The first event from `since` on that is as wanted; rejects with the last events when it does not come. */
  until(what, wanted, since = this.length, ms = 15_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const last = this.events.slice(since).filter(({ type }) => !type.startsWith("book_up")).slice(-25);
        reject(new Error(`waited in vain: ${what}; since then ${this.events.length - since} events, of them\n${last.map(inShort).join("\n")}`));
      }, ms);
      let next = since;
      const look = () => {
        for (; next < this.events.length; next++) {
          if (!wanted(this.events[next])) continue;
          clearTimeout(timer);
          this.#waiting.delete(look);
          return resolve(this.events[next]);
        }
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Every one of these books has a message that was right, from `since` on. */
  verified(symbols, since = this.length, what = "verified") {
    return Promise.all(symbols.map((symbol) => this.until(`${what}: ${symbol}`, (event) => isRight(event) && event.symbol === symbol, since)));
  }

  #hear(event) {
    this.events.push(event);
    for (const look of [...this.#waiting]) look();
  }
}

const inShort = ({ bids, asks, ...event }) => JSON.stringify(event).slice(0, 300);

const isBook = ({ type }) => type === "book_snapshot" || type === "book_update";
export const isRight = (event) => isBook(event) && event.state === "live" && event.check === "match" && !event.local;

/**
 * Watches a watch (guarantee Q-9): from the event that says that a book is not live, until the snapshot that mends it, no picture may say otherwise.
 * A picture may be ahead of the events, never behind them.
 */
export class Honesty {
  violations = [];
  pictures = 0;
  notLive = 0;
  #last = -1;
  #broken = false;
  #claims = new Map();

  constructor(client, watch) {
    watch.onFrame((frame) => this.#see(frame, "onFrame"));
    client.on("*", (event) => {
      if (event.symbol === watch.symbol) this.#hear(event);
      const frame = watch.frame();
      if (frame) this.#see(frame, `frame() on ${event.type}`);
    }, { maxQueueDepth: 1 << 20 });
  }

  #say(words) {
    if (this.violations.length < 20) this.violations.push(words);
  }

  #see({ revision, state, verified, reason }, where) {
    this.pictures++;
    if (state !== "live") this.notLive++;
    if (verified && state !== "live") this.#say(`${where}: verified, but ${state}`);
    if (state === "live" && reason !== null) this.#say(`${where}: live, with the reason ${reason}`);
    if (state !== "live") return;
    if (revision > this.#last) this.#claims.set(revision, where);
    else if (this.#broken) this.#say(`${where}: live at revision ${revision}, but the events say ${this.#broken} since revision ${this.#last}`);
  }

  #hear(event) {
    if (event.type === "book_state") this.#broken = event.to !== "live" && `${event.to} (${event.reason})`;
    if (event.type === "gap") this.#broken = `gap (${event.cause})`;
    if (!isBook(event) || event.local) return;
    const { revision, state, check, type } = event;
    if (this.#broken && state === "live" && type !== "book_snapshot") this.#say(`an update calls the book live at revision ${revision} after ${this.#broken}`);
    const claimed = this.#claims.get(revision);
    if (claimed && (state !== "live" || check === "mismatch")) this.#say(`${claimed}: live at revision ${revision}, which was ${state}, ${check}`);
    this.#claims.delete(revision);
    this.#last = Math.max(this.#last, revision);
    this.#broken = state !== "live" && `${state} at revision ${revision}`;
  }
}
