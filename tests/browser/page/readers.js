import { isRight, Story } from "./story.js";

/** Levels of one side, best first, as a reader of events keeps them. */
class Side {
  levels = new Map();
  constructor(sign) {
    this.sign = sign;
  }
  apply(changes, depth) {
    for (const [price, qty] of changes) Number(qty) === 0 ? this.levels.delete(price) : this.levels.set(price, qty);
    this.levels = new Map(this.sorted().slice(0, depth));
  }
  sorted() {
    return [...this.levels].sort(([a], [b]) => this.sign * (Number(a) - Number(b)));
  }
}

/** Somebody who rebuilds a book from its events (guarantee Q-20). */
class Rebuilt {
  missed = 0;
  holes = [];
  local = 0;
  revision = -1;

  hear(event, symbol) {
    if (event.type === "lagged") this.missed += event.missed;
    if (event.symbol !== symbol || !event.bids) return;
    if (event.type === "book_snapshot") {
      [this.bids, this.asks] = [new Side(-1), new Side(1)];
      if (event.local) this.local++;
    } else if (event.check === "not_applied") {
      return;
    } else if (!this.bids || event.revision !== this.revision + 1) {
      this.holes.push([this.revision, event.revision]);
    }
    this.bids?.apply(event.bids, event.depth);
    this.asks?.apply(event.asks, event.depth);
    this.revision = event.revision;
  }
}

/** One who never reads, one who throws, one whose queue is short, beside one who hears everything. */
export async function lateReaders({ client, exchange }) {
  const never = client.events({ maxQueueDepth: 64 });
  const late = client.events({ types: ["book_snapshot", "book_update"], maxQueueDepth: 32 });
  await Promise.all([never.next(), late.next()]);
  let thrown = 0;
  const thrower = client.on("book_update", () => {
    thrown++;
    throw new Error("mine");
  });
  const failures = [];
  client.on("error", (event) => event.code === "listener_failed" && failures.push(event));
  const loopFailures = client.events({ types: ["error"] });
  const frames = (await client.watch("BTC/USD")).onFrame(() => {
    frames();
    throw new Error("of a frame");
  });
  const story = new Story(client);
  await story.until("much traffic", () => story.length > 1500, 0);
  await story.verified(["BTC/USD", "ETH/USD"]);
  const [neverStats, lateStats, throwerStats] = await Promise.all([never.stats(), late.stats(), thrower.stats()]);

  // The one who is late reads again, through a loss of the connection, until nothing more comes.
  const rebuilt = new Rebuilt();
  exchange.inject({ fault: "wrong_checksum", symbol: "BTC/USD", channel: "book", count: 1 });
  const since = story.length;
  for (let read = 0; read < 700; read++) rebuilt.hear((await late.next()).value, "BTC/USD");
  await story.until("more traffic, unread", () => story.length - since > 1500, since);
  await client.disconnect();
  const book = await client.book("BTC/USD");
  while (rebuilt.revision < book.revision) rebuilt.hear((await late.next()).value, "BTC/USD");
  const levels = (side) => Array.from({ length: book[`${side}s`].price.length }, (_, i) => Object.values(book.text(side, i)));
  const numbers = story.events.map(({ n }) => n).filter((n) => n !== undefined);
  const loopHears = await Promise.race([loopFailures.next().then(({ value }) => value.code), new Promise((resolve) => setTimeout(resolve, 1000, "nothing"))]);
  return {
    thrown, neverStats, lateStats, throwerStats, loopHears,
    failures: failures.length,
    texts: [...new Set(failures.map(({ text }) => text))].sort(),
    counted: (await client.stats()).listener_failures,
    lagged: story.events.filter(({ type }) => type === "lagged").length,
    contiguous: numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1),
    wrong: story.events.filter((event) => /^book_(snap|up)/.test(event.type) && event.check === "mismatch").length,
    right: story.events.filter(isRight).length,
    missed: rebuilt.missed,
    holes: rebuilt.holes,
    local: rebuilt.local,
    rebuilt: [rebuilt.bids.sorted(), rebuilt.asks.sorted()],
    book: [levels("bid"), levels("ask")],
  };
}
