// A client for hours of simulated time, with everything on and faults all the while: memory stays flat, books verify.
//
//   node --expose-gc tests/soak/soak.mjs [--minutes N] [--seed N]
//
// Time is by hand, so that an hour takes a minute or two. Exit code 1: memory grew, or a book did not come back.
import { parseArgs } from "node:util";
import { load } from "hadal";
import { simulate } from "hadal/sim";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, help: { type: "boolean", short: "h" } } });
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (values.help || !(minutes >= 1) || !Number.isSafeInteger(seed)) {
  console.log("usage: npm run soak -- [--minutes N] [--seed N]\n\nA client against the simulated exchange, with faults, for N simulated minutes (60); its memory must stay flat.");
  process.exit(values.help ? 0 : 2);
}
if (!globalThis.gc) {
  console.error("soak: needs node --expose-gc");
  process.exit(2);
}

/** Time that goes on when nothing is left to do. */
class Time {
  time = 0;
  #timers = new Map();
  #last = 0;
  now = () => this.time;
  unixMs = () => 1_767_323_045_000 + this.time;
  setTimeout = (callback, ms) => (this.#timers.set(++this.#last, { at: this.time + Math.max(0, ms), callback }), this.#last);
  clearTimeout = (id) => void this.#timers.delete(id);
  next() {
    let [first, soonest] = [0, Infinity];
    for (const [id, { at }] of this.#timers) if (at < soonest) [first, soonest] = [id, at];
    const { at, callback } = this.#timers.get(first);
    this.#timers.delete(first);
    this.time = Math.max(this.time, at);
    callback();
  }
}

const clock = new Time();
const settled = () => new Promise((resolve) => setImmediate(resolve));
const until = async (time) => {
  while (clock.time < time) {
    for (let i = 0; i < 200 && clock.time < time; i++) {
      clock.next();
      await null; // what follows from one timer comes before the next
    }
    await settled();
  }
};
const faults = [
  { fault: "loss", probability: 0.002, channel: "book" },
  { fault: "corrupt_digit", probability: 0.001, channel: "book" },
  { fault: "malformed", probability: 0.0005 },
  { fault: "reorder", probability: 0.001, channel: "book" },
  { fault: "disconnect", probability: 0.001 },
];
const exchange = await simulate({ seed, clock, unixMs: clock.unixMs(), symbols: 4, scenario: "busy", faults });
const hadal = await load();
const client = await hadal.connect({ WebSocket: exchange.WebSocket, clock, seed, symbols: exchange.symbols, depth: 100, flight: true });
const events = { "*": 0, trade: 0, book_update: 0 };
for (const type of Object.keys(events)) client.on(type, () => events[type]++);
client.on("trade", () => {
  throw new Error("a listener that throws");
});
client.on("error", () => {}); // hears of it
const late = client.events(); // and is never read
void late.next();
await client.track("*", { all: true });
for (const symbol of exchange.symbols) {
  void client.subscribeTrades(symbol);
  const watch = await client.watch(symbol, { book: true, ladder: { levels: 25 }, columns: { pixels: 320 }, imbalance: true, bands: true, tape: true, heatmap: true });
  watch.onFrame(() => events["*"]++);
}

const samples = [];
const step = Math.max(1, minutes / 30);
const begun = performance.now();
console.log("minute   frames   events     heap MB   outside MB   gaps   reconnects");
for (let minute = step; minute <= minutes + 1e-9; minute += step) {
  await until(minute * 60_000);
  for (const symbol of exchange.symbols) await client.ask(symbol, { book: true, fill: { side: "buy", size: "1" } });
  await client.takeIncident();
  globalThis.gc();
  await settled();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const { gaps, sessions } = await client.stats();
  samples.push([heapUsed / 2 ** 20, external / 2 ** 20]);
  const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);
  const row = [minute.toFixed(0).padStart(6), exchange.frames, events["*"], ...samples.at(-1).map((mb) => mb.toFixed(2)), sum(gaps), sessions[0].reconnections];
  console.log(row.map((cell, i) => String(cell).padStart([6, 9, 9, 11, 12, 6, 12][i])).join(""));
}

// Rings and histories fill up first; from a third on nothing may grow.
const part = (from, to, column) => samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).map((sample) => sample[column]).sort((a, b) => a - b);
const median = (list) => list[list.length >> 1];
const grown = [0, 1].map((column) => median(part(2 / 3, 1, column)) - median(part(1 / 3, 2 / 3, column)));
exchange.endFaults();
await until(clock.time + 90_000);
const { books } = await client.status().next().then(({ value }) => value);
const wrong = books.filter(({ state }) => state !== "live");
const closing = client.close();
exchange.close();
await closing;
console.log(`${minutes} simulated minutes in ${((performance.now() - begun) / 1000).toFixed(0)} s; from the second third to the last heap ${grown[0].toFixed(2)} MB, outside ${grown[1].toFixed(2)} MB`);
if (wrong.length > 0) console.log(`not live at the end: ${wrong.map(({ symbol }) => symbol).join(", ")}`);
process.exit(grown[0] > 1 || grown[1] > 1 || wrong.length > 0 ? 1 : 0);
