// A thousand streams, a hundred of them stuck: the server does not grow, and nobody waits for those who do not read.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { cleanUps, pairsOf, pause, startServe, startSim, until, within } from "./live-support.mjs";

const kReaders = 900;
const kStuck = 100;
const kWarmUpMs = 5_000;
const kRunMs = Number(process.env.HADAL_LOAD_SECONDS ?? 30) * 1_000;
// Measured: about 1 MiB, most of it in the first seconds. What a stuck client costs at most is 64 events, which it shares with all others.
const kGrowthKiB = 8 << 10;

/** What has arrived of one symbol, by anybody. */
class Line {
  first = new Map(); // id -> when the first reader had it
  ids = []; // in that order
  at = [];

  arrived(id, now) {
    const first = this.first.get(id);
    if (first !== undefined) return now - first;
    this.first.set(id, now);
    this.ids.push(id);
    this.at.push(now);
    return 0;
  }
  /** The newest that somebody had by then. */
  newestAt(time) {
    let i = this.at.length - 1;
    while (i >= 0 && this.at[i] > time) --i;
    return this.ids[i] ?? 0;
  }
}

/** How long after the first reader the others had an event, in ms; counted, not kept. */
class Spread {
  counts = new Uint32Array(10_001);
  total = 0;
  add(ms) {
    ++this.counts[Math.min(this.counts.length - 1, Math.round(ms))];
    ++this.total;
  }
  at(part) {
    let seen = 0;
    for (const [ms, count] of this.counts.entries()) if ((seen += count) >= part * this.total) return ms;
  }
}

/** One stream on a bare socket. Of each piece that comes only the last id is looked at: this process must keep up with all of them. */
class Client {
  last = 0;
  falling = 0;
  closed = false;
  tail = "";

  constructor(port, path, line, spread) {
    Object.assign(this, { line, spread });
    this.socket = connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("error", () => (this.closed = true));
    this.socket.on("close", () => (this.closed = true));
    this.ready = new Promise((resolve) => this.socket.once("connect", resolve));
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    cleanUps.push(() => this.socket.destroy());
  }
  read() {
    this.socket.on("data", (piece) => this.look(piece));
    return this;
  }
  look(piece) {
    const at = piece.lastIndexOf("\nid: "); // of an event that is whole: its digits end with the next line
    const begin = at >= 0 ? at + 5 : piece.indexOf("id: ") === 0 ? 4 : -1;
    if (begin < 0) return;
    let id = 0;
    let i = begin;
    for (; i < piece.length && piece[i] !== 10; ++i) id = id * 10 + piece[i] - 48;
    if (i === piece.length) return; // cut in the middle of its number
    if (id < this.last) ++this.falling;
    this.last = id;
    this.spread.add(this.line.arrived(id, performance.now()));
  }
}

test(`${kReaders + kStuck} streams, ${kStuck} of them stuck, for ${kRunMs / 1_000} s`, { timeout: 240_000 }, async () => {
  const sim = await startSim({ symbols: 5, args: ["--scenario", "storm"] });
  const symbols = await pairsOf(sim.url);
  const server = await startServe(sim.url, symbols, { args: ["--max-clients", "1200"] });
  await until(async () => (await server.get("/health")).status === 200, "every book to be live");

  const lines = symbols.map(() => new Line());
  const spread = new Spread();
  const client = (i) => {
    const k = i % symbols.length;
    return new Client(server.port, `/stream/${symbols[k].replace("/", "%2F")}`, lines[k], spread);
  };
  const stuck = Array.from({ length: kStuck }, (_, i) => client(i));
  for (const { socket } of stuck) socket.pause();
  const readers = Array.from({ length: kReaders }, (_, i) => client(i).read());
  await within(Promise.all([...stuck, ...readers].map(({ ready }) => ready)), "a thousand connections");
  await until(async () => (await server.json("/status")).json.http.streams === kStuck + kReaders, "a thousand streams");
  await until(() => readers.every(({ last }) => last > 0), "every reader's first event");

  await pause(kWarmUpMs);
  const rss = await server.rss();
  const { http: before } = (await server.json("/status")).json;
  const begun = performance.now();
  let most = rss;
  while (performance.now() - begun < kRunMs) {
    await pause(1_000);
    most = Math.max(most, await server.rss());
    assert.equal(server.out.ended, undefined, "the server is there");
  }
  const { http } = (await server.json("/status")).json;
  const end = performance.now();
  const grown = (await server.rss()) - rss;

  // Nobody was lost, and every reader has what was new a second ago.
  assert.deepEqual([http.streams, http.refused], [kStuck + kReaders, 0]);
  assert.equal(readers.filter(({ closed }) => closed).length, 0);
  assert.equal(readers.reduce((sum, { falling }) => sum + falling, 0), 0, "ids rise");
  for (const [i, { last, line }] of readers.entries()) assert.ok(last >= line.newestAt(end - 1_000), `reader ${i} is at ${last}, others were at ${line.newestAt(end - 1_000)} a second ago`);
  for (const { ids } of lines) assert.ok(ids.length > kRunMs / 100, `${ids.length} events`);
  assert.ok(spread.at(0.99) < 1_000, `99 % within ${spread.at(0.99)} ms`);
  assert.ok(grown < kGrowthKiB, `${rss} KiB, then ${rss + grown} KiB`);

  // The stuck ones were not thrown out; they hear what they missed, and are where the others are.
  assert.equal(stuck.filter(({ closed }) => closed).length, 0);
  let missed = 0;
  const caughtUp = stuck.map(async (one) => {
    let text = "";
    let lag;
    let newest = 0;
    const target = one.line.ids.at(-1);
    const done = new Promise((resolve, reject) => {
      one.socket.on("data", (piece) => {
        text += piece.latin1Slice();
        const events = text.split("\n\n");
        text = events.pop();
        for (const event of events) {
          const told = event.match(/"kind":"lag","missed":(\d+)/);
          if (told) lag ??= Number(told[1]);
          const id = Number(event.match(/^id: (\d+)$/m)?.[1] ?? 0);
          if (id !== 0 && id < newest) return reject(new Error(`${newest}, then ${id}`));
          newest = Math.max(newest, id);
        }
        if (lag !== undefined && newest >= target) resolve();
      });
      one.socket.on("close", () => reject(new Error("a stuck client was disconnected")));
    });
    one.socket.resume();
    await within(done, "a stuck client to catch up");
    one.socket.removeAllListeners("close").destroy();
    assert.ok(lag > 0);
    missed += lag;
  });
  await Promise.all(caughtUp);

  const { json } = await server.json("/status");
  assert.ok(json.http.lagged >= missed, `${json.http.lagged} told, ${missed} heard`);
  const perSecond = Math.round((http.events - before.events) / ((end - begun) / 1_000));
  console.log(
    `${kReaders + kStuck} streams (${kStuck} stuck), ${symbols.length} symbols, ${kRunMs / 1_000} s: ${perSecond} events/s sent, ` +
      `RSS ${(rss / 1024).toFixed(1)} MiB, then ${((rss + grown) / 1024).toFixed(1)} MiB (most ${(most / 1024).toFixed(1)}), ` +
      `an event reaches all readers within ${spread.at(0.5)} ms (50 %), ${spread.at(0.99)} ms (99 %), ${spread.at(0.9999)} ms (99.99 %) of the first, ` +
      `readers missed ${http.lagged - before.lagged} events, stuck ones ${missed}`,
  );
});
