import { faultNames } from "hadal/sim";
import { Honesty, isRight, Story } from "./story.js";

const gap = (cause) => (event, symbol) => event.type === "gap" && event.symbol === symbol && event.cause === cause;
const lost = (cause) => (event) => event.type === "connection" && event.to === "degraded" && event.cause === cause;
const refused = ({ type, success }) => type === "subscription" && success === false;
const system = (word) => (event) => event.type === "status" && event.system === word;
/** A new snapshot, for faults that need one; refused while one is under way already. */
const ask = (client, symbol) => client.resync(symbol).catch(() => undefined);

/** How each fault strikes, and by which event a client tells of it; without `told` a client has no reason to. */
const faults = {
  // A frame of a book on its way. `count`: so often; what is not noticed strikes again.
  drop: { count: 1, told: gap("checksum") },
  duplicate: { count: 1 },
  reorder: { count: 1, told: gap("checksum") },
  wrong_checksum: { count: 1, told: gap("checksum") },
  corrupt_digit: { count: 1, told: gap("checksum") },
  truncate: { count: 1, told: gap("parse") },
  not_json: { count: 1, told: gap("checksum") },
  binary: { count: 1, told: gap("checksum") },
  missing_field: { count: 1, told: gap("parse") },
  huge_frame: { count: 1, told: lost("transport_lost") },
  deep_nesting: { count: 1, told: gap("parse") },
  quoted_numbers: { count: 1 },
  exponents: { count: 1 },
  extra_zeros: { count: 1 },
  missing_zeros: { count: 1 },
  long_number: { count: 1, told: gap("number_out_of_range"), after: ask },
  crossed: { count: 1, told: gap("crossed") },
  unsorted_snapshot: { count: 1, act: ask },
  repeated_price: { count: 1 },
  no_timestamp: { count: 1, act: ask },
  no_refill: { count: 1, told: gap("checksum") },
  old_frame: { count: 1, act: ask },
  snapshot_lost: { count: 1, act: ask },
  // A request.
  ack_lost: { count: 1, channel: undefined, act: ask },
  ack_late: { count: 1, channel: undefined, act: ask },
  reject: { count: 1, channel: undefined, act: ask, told: refused },
  rate_limit: { count: 1, wide: true, act: ask, told: refused },
  // A connection.
  disconnect: { count: 1, ms: 100, wide: true, told: lost("transport_lost") },
  close: { count: 1, ms: 0, wide: true, told: lost("server_closed") },
  half_open: { count: 1, wide: true, told: lost("silence") },
  stall: { count: 1, wide: true, ms: 60_000, told: lost("silence") },
  // While it lasts.
  latency: { ms: 300, wide: true },
  clock_skew: { ms: 5000, wide: true },
  burst: { factor: 20, wide: true },
  // The exchange.
  refuse_connect: { count: 2, wide: true, also: [{ fault: "close", count: 1, ms: 0 }], told: lost("connect_failed") },
  maintenance: { count: 1, ms: 100, wide: true, told: system("maintenance") },
  precision_change: { count: 1, channel: undefined, told: ({ type, symbol: of }, symbol) => type === "gap" && of === symbol },
  // Groups.
  loss: { count: 3, probability: 1, told: gap("checksum") },
  malformed: { count: 3, probability: 0.5, told: ({ type, category }) => type === "error" && category !== "delivery" },
  odd_numbers: { count: 10, probability: 0.3, after: ask },
  odd_book: { count: 2, told: ({ type }) => type === "gap" },
};

/**
 * Every fault in turn, one client: it strikes, the client tells of it where it can, the fault is over, and all books are right again.
 * @returns what failed, and how each went
 */
export async function chaos({ exchange, client, symbols, names = faultNames }) {
  const story = new Story(client);
  const honesty = [];
  for (const symbol of symbols) honesty.push(new Honesty(client, await client.watch(symbol)));
  await story.verified(symbols, 0, "at the beginning");
  const done = [];
  const failures = [];
  for (const [i, name] of names.entries()) {
    const { told, act, after, also = [], wide, ...fault } = faults[name];
    const symbol = symbols[i % symbols.length]; // one after the other: a book that goes wrong again and again waits longer and longer
    const about = wide ? {} : { symbol, channel: "book" };
    const begun = performance.now();
    const since = story.length;
    const before = exchange.faults;
    try {
      const strike = () => (exchange.inject([{ fault: name, ...about, ...fault }].concat(also)), act?.(client, symbol));
      const asked = strike();
      if (told) {
        let right = 0;
        const isNoticed = (event) => {
          if (told(event, symbol)) return true;
          if (!wide && isRight(event) && event.symbol === symbol && exchange.faults > before && ++right % 10 === 0) strike(); // nobody could notice
          return false;
        };
        await story.until(`${name} is told`, isNoticed, since);
      } else if (name !== "clock_skew") await story.until(`${name} strikes`, () => exchange.faults > before, since);
      exchange.endFaults();
      const from = story.length;
      await asked;
      await after?.(client, symbol);
      await story.verified(symbols, from, `after ${name}`);
      for await (const { state, books } of client.status()) if (state === "subscribed" && books.every((one) => one.state === "live")) break;
    } catch (error) {
      failures.push(`${name} of ${symbol}: ${error.message}`);
      exchange.endFaults();
      void ask(client, symbol);
      await story.verified(symbols, story.length, `mended after ${name}`).catch(() => undefined);
    }
    done.push(`${name} ${Math.round(performance.now() - begun)} ms, ${exchange.faults - before} times`);
  }
  return {
    done,
    failures,
    violations: honesty.flatMap(({ violations }) => violations),
    pictures: honesty.reduce((sum, one) => sum + one.pictures, 0),
    notLive: honesty.reduce((sum, one) => sum + one.notLive, 0),
    right: story.events.filter(isRight).length,
  };
}
