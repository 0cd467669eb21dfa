// Declared views through WebAssembly: the numbers that C++ writes as bits into the log are those that JavaScript reads from the columns.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { HadalError, load } from "hadal";
import { simulate } from "hadal/sim";
import { HandClock, capture, demoRecording, noCaptures, programs, workedRun } from "./support.mjs";

const hadal = await load();
const isInvalid = (what) => (error) => error instanceof HadalError && error.code === "config_invalid" && error.message.startsWith(what);

/** The double of 16 hex digits. */
function double(hex) {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
}
/** Text with a point as a number of its last decimal: exact below 2^53. */
const units = (text) => Number(text.replace(".", ""));
const bits = (value) => (value === null || value === undefined ? undefined : value);

/** What a page sees of a book after so many of its messages, against the line that the native program wrote then. */
function assertViews(file, symbol, every) {
  const { status, stdout } = programs.native(["replay", file, "--symbol", symbol, "--views", String(every), "--log", "-"], {});
  assert.notEqual(status, 1);
  const lines = stdout.split("\n").filter((line) => line.includes('"type":"views"')).map((line) => JSON.parse(line));
  assert.ok(lines.length > 2, `${lines.length} lines`);
  const player = hadal.player(readFileSync(file), { symbol });
  const choices = ["none", "distance", "rank"];
  let checked = 0;
  for (const line of lines) {
    while ((player.book(symbol)?.revision ?? -1) < line.revision && player.step());
    const scale = player.book(symbol).priceScale;
    const watch = player.watch(symbol, {
      columns: { pixels: 64 },
      imbalance: true,
      pressure: { weighting: choices[line.revision % 3] },
      bands: true,
      fill: { side: line.revision % 2 === 0 ? "buy" : "sell", notional: 100_000 },
      tape: true,
    });
    const frame = watch.frame();
    assert.equal(frame.revision, line.revision);
    assert.equal(frame.verified, line.verified);
    const first = line.spread_bps === undefined ? null : double(line.spread_bps);
    assert.equal(frame.spreadBps, first);
    assert.equal(frame.microprice, line.microprice === undefined ? null : double(line.microprice));
    if (line.mid !== undefined) assert.equal(frame.mid2 * 5, units(line.mid));
    assert.equal(frame.totals.bidSize, units(line.bid_total));
    assert.deepEqual([frame.columns.first, frame.columns.last], [line.first, line.last]);
    for (const [mine, theirs] of [["bids", "bid_columns"], ["asks", "ask_columns"], ["bidCost", "bid_costs"], ["askCost", "ask_costs"]]) {
      assert.deepEqual([...frame.columns[mine]], line[theirs].map((hex) => (hex === null ? NaN : double(hex))), theirs);
    }
    assert.equal(frame.imbalance.value, double(line.imbalance));
    assert.equal(frame.imbalance.bidVwap, line.bid_vwap === undefined ? null : double(line.bid_vwap));
    assert.equal(frame.pressure.score, double(line.pressure));
    assert.equal(frame.pressure.signal, line.signal);
    assert.equal(frame.pressure.confidence, double(line.confidence));
    assert.deepEqual(frame.bands.map((band) => [band.imbalance, band.bidCut, band.askCut]), line.bands.map((band) => [double(band.imbalance), band.bid_cut, band.ask_cut]));
    assert.equal(frame.fill.average, line.fill.vwap === undefined ? null : double(line.fill.vwap));
    assert.equal(bits(frame.fill.slippageBps), line.fill.slippage_bps === undefined ? undefined : double(line.fill.slippage_bps));
    assert.equal(frame.fill.complete, line.fill.complete);
    assert.equal(frame.fill.levels, line.fill.levels);
    // The ladder of the line is grouped; ask for the same group.
    const ticks = line.bids.concat(line.asks);
    for (const group of [1, 5, 10].map((g) => (g / 10 ** scale).toFixed(scale))) {
      watch.update({ ladder: { levels: 0, group } });
      const { ladder } = watch.frame();
      if (ladder.bids.length !== line.bids.length || ladder.asks.length !== line.asks.length) continue;
      const rows = [...ladder.bids.price, ...ladder.asks.price];
      if (!rows.every((price, i) => price === units(ticks[i].price))) continue;
      line.bids.forEach((row, i) => {
        assert.equal(ladder.bids.size[i], units(row.qty));
        assert.equal(ladder.bids.share[i], double(row.share));
        assert.equal(ladder.bids.bar[i], double(row.bar));
        assert.equal(ladder.bids.levels[i], row.levels);
        assert.equal(bits(ladder.bids.distanceBps[i]), row.bps === undefined ? NaN : double(row.bps));
      });
      checked++;
      break;
    }
    watch.close();
  }
  assert.equal(checked, lines.length);
  player.close();
}

test("views of the committed recording in JavaScript are those of the native program, bit for bit", () => {
  assertViews(demoRecording, "BTC/USD", 31);
  assertViews(demoRecording, "ETH/USD", 40);
});

test("and of a capture", { skip: noCaptures }, () => assertViews(capture("v2_book_ETH-USD_d25_20260802.jsonl"), "ETH/USD", 101));

test("a watch is declared before there is a book, computed once for a revision, and tells what cannot be had", () => {
  const feed = hadal.feed();
  const watch = feed.watch("xbt/usd", { ladder: { group: "0.01" }, cursor: 600_003, fill: { side: "buy", size: "0.000000001" }, imbalance: { levels: 1 } });
  assert.equal(watch.symbol, "BTC/USD");
  assert.equal(watch.frame(), undefined);
  feed.onText(0, workedRun[0]);
  const frame = watch.frame();
  assert.equal(frame.ladder, null); // finer than the market's prices
  assert.equal(frame.fill, null); // finer than its sizes
  assert.equal(frame.columns, undefined); // not asked for
  assert.deepEqual(frame.bestBid, { price: 600_000, size: 50_000_000 });
  assert.equal(frame.cursor.distance, 5); // half ticks above mid
  assert.equal(frame.cursor.total, 25_000_000);
  assert.equal(frame.imbalance.value, 1 / 3);
  assert.equal(frame.health, "active");
  watch.frame();
  assert.equal(watch.computed, 1);
  feed.onText(1, workedRun[1]);
  assert.equal(watch.frame().revision, 2);
  watch.update({ ladder: { levels: 2, group: 1 } });
  const { ladder } = watch.frame();
  assert.equal(ladder.group, 10);
  assert.deepEqual([...ladder.bids.price], [600_000, 599_990]);
  assert.deepEqual([...ladder.asks.price], [600_010, 600_030]);
  assert.equal(watch.computed, 3);
  watch.update({ ladder: { group: 1, levels: 2 } });
  watch.frame();
  assert.equal(watch.computed, 3); // the same request in another order of words
  feed.close();
  assert.throws(() => watch.frame(), { code: "already_closed" });
  watch.close();
});

test("what is wrong with views, trackers and queues is named", () => {
  const feed = hadal.feed();
  assert.throws(() => feed.watch("BTC", { ladder: true }), isInvalid("symbol: "));
  assert.throws(() => feed.watch("BTC/USD"), isInvalid("views: "));
  assert.throws(() => feed.watch("BTC/USD", { lader: true }), isInvalid("lader: "));
  assert.throws(() => feed.watch("BTC/USD", { ladder: { group: NaN } }), isInvalid("group: "));
  assert.throws(() => feed.watch("BTC/USD", { columns: { pixels: 0 } }), isInvalid("columns.pixels: "));
  const watch = feed.watch("BTC/USD", { bands: true });
  assert.throws(() => watch.update({ fill: { side: "hold", size: 1 } }), isInvalid("fill.side: "));
  assert.deepEqual(watch.views, { bands: true });
  assert.throws(() => feed.track("BTC/USD", { flow: { large: -1 } }), isInvalid("flow: "));
  assert.throws(() => feed.track("BTC", { flow: true }), isInvalid("symbol: "));
  assert.throws(() => feed.track("*", { flows: true }), isInvalid("flows: "));
  assert.throws(() => feed.watch("BTC/USD", { fill: { side: "buy", size: 1, notional: 2 } }), isInvalid("fill.notional: "));
  const deep = {};
  for (let i = 0, at = deep; i < 20_000; ++i) at = at.x = {};
  assert.throws(() => feed.watch("BTC/USD", deep), isInvalid("views: "));
  feed.close();
});

/** A client and an exchange in one process, on a clock by hand. */
async function world(options = {}) {
  const clock = new HandClock();
  const exchange = await simulate({ seed: 11, clock, unixMs: 1_767_323_045_000, scenario: "storm", symbols: 1 });
  const client = await hadal.connect({ WebSocket: exchange.WebSocket, clock, seed: 1, symbols: ["BTC/USD"], depth: 25, ...options });
  const run = async (ms, step = 20) => {
    for (let i = 0; i < ms; i += step) {
      clock.tick(step);
      await settled();
    }
  };
  await run(500);
  return { clock, exchange, client, run, close: () => (void client.close(), exchange.close()) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What a loop has now, without waiting for more. */
function reader(loop) {
  let pending;
  return async () => {
    const events = [];
    for (;;) {
      pending ??= loop.next();
      const result = await Promise.race([pending, settled()]);
      if (!result || result.done) return events;
      pending = undefined;
      events.push(result.value);
    }
  };
}

test("a client follows a market over time: tape, heatmap, flow, all from one watch and one loop", async () => {
  const { client, run, close } = await world();
  void client.subscribeTrades("BTC/USD");
  await client.track("*", { heatmap: { columnMs: 250 }, flow: { large: "0.5", minChange: "0.1" }, spread: true });
  const loop = client.events({ types: ["flow", "spread", "trade"], maxQueueDepth: 100_000 });
  const read = reader(loop);
  await run(20_000, 100);
  const watch = await client.watch("BTC/USD", { tape: { count: 20 }, heatmap: { columns: 40, buckets: 100 } });
  const frame = watch.frame();
  assert.equal(frame.verified, true);
  assert.ok(frame.tape.length > 3, `${frame.tape.length} trades`);
  assert.ok(frame.tape.timeMs[0] >= frame.tape.timeMs[frame.tape.length - 1]);
  assert.ok([...frame.tape.price].every((price) => Math.abs(price - frame.mid2 / 2) < frame.mid2 / 20));
  assert.equal(frame.heatmap.columns, 40);
  assert.equal(frame.heatmap.bids.length, 40 * 100);
  assert.ok(frame.heatmap.bids.some((cell) => cell > 200) && frame.heatmap.asks.some((cell) => cell > 1));
  const events = await read();
  assert.ok(events.every((event) => ["flow", "spread", "trade"].includes(event.type)));
  for (const type of ["flow", "spread", "trade"]) assert.ok(events.some((event) => event.type === type), type);
  assert.ok(events.every((event, i) => i === 0 || event.n > events[i - 1].n));
  const stats = await loop.stats();
  assert.equal(stats.delivered, events.length);
  assert.equal(stats.dropped, 0);
  close();
});

test("the book in a picture is the book, copies keep, and exact digits come from ticks", async () => {
  const { client, run, close } = await world();
  const watch = await client.watch("XBT/USD", { book: true, ladder: { levels: 5 } });
  assert.equal(watch.symbol, "BTC/USD");
  const { book, ladder } = watch.frame();
  const kept = book.copy();
  const asked = await client.book("BTC/USD");
  for (const side of ["bids", "asks"]) {
    assert.deepEqual([...kept[side].price], [...asked[side].price]);
    assert.deepEqual([...kept[side].size], [...asked[side].size]);
    assert.deepEqual([...ladder[side].price], [...asked[side].price.slice(0, 5)]);
  }
  for (const key of ["revision", "matched", "state", "verified", "mid2", "viewHalfWidth", "depth", "updates", "snapshots"]) assert.equal(kept[key], asked[key], key);
  assert.equal(kept.bids.cumulative.at(-1), kept.bids.size.reduce((sum, size) => sum + size, 0));
  const text = kept.text("ask", 3);
  assert.equal(Number(text.price.replace(".", "")), kept.asks.price[3]);
  assert.equal(text.size.split(".")[1].length, kept.qtyScale);
  assert.deepEqual(kept.text("ask", 25), { price: "", size: "" });
  const before = [...kept.bids.price];
  await run(2000);
  assert.notEqual(watch.frame().revision, kept.revision);
  assert.deepEqual([...kept.bids.price], before);
  watch.close();
  watch.close();
  assert.throws(() => watch.frame(), { code: "already_closed" });
  close();
});

test("digits that a double cannot hold are exact all the same", async () => {
  const feed = hadal.feed();
  const level = (price, qty) => `{"price":${price},"qty":${qty}}`;
  feed.onText(0, `{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[${level("1.5", "12345678901.12345678")}],"asks":[],"checksum":0}]}`);
  const watch = feed.watch("BTC/USD", { book: true });
  const { book } = watch.frame();
  assert.ok(book.bids.size[0] > 2 ** 53);
  assert.deepEqual(book.text("bid", 0), { price: "1.5", size: "12345678901.12345678" });
  assert.deepEqual(feed.book("BTC/USD").copy().text("bid", 0), book.text("bid", 0));
  assert.deepEqual(feed.ask("BTC/USD", { book: true }).book.text("bid", 0), book.text("bid", 0));
  feed.close();
});

test("pictures come when something has changed, the newest to a slow loop, and none of a watch that was closed", async () => {
  const { client, run, close } = await world();
  const watch = await client.watch("BTC/USD", { book: true });
  const seen = [];
  const off = watch.onFrame(({ revision }) => seen.push(revision));
  const loop = watch[Symbol.asyncIterator]();
  const first = (await loop.next()).value.revision;
  await run(3000);
  assert.ok(seen.length > 10);
  assert.ok(seen.every((revision, i) => i === 0 || revision >= seen[i - 1]));
  const { value } = await loop.next();
  assert.equal(value.revision, (await client.book("BTC/USD")).revision); // what came between was skipped
  assert.ok(value.revision - first > 10);
  off();
  const { length } = seen;
  await run(500);
  assert.equal(seen.length, length);
  const later = async () => {
    const next = loop.next();
    return (await Promise.race([next.then(() => true), settled()])) ? { next: loop.next() } : { next }; // one that was there already is skipped
  };
  const { next: last } = await later();
  await watch.update({ ladder: { levels: 2 } });
  assert.deepEqual(Object.keys(watch.views), ["ladder"]);
  await run(100);
  assert.equal((await last).value.ladder.bids.length, 2);
  await assert.rejects(watch.update({ ladder: 7 }), isInvalid("ladder: "));
  assert.equal(watch.frame().ladder.bids.length, 2);
  const { next: waiting } = await later();
  watch.close();
  assert.equal((await waiting).done, true);
  close();
});

test("two watches of one book: the first to end takes nothing from the other", async () => {
  const { client, run, close } = await world({ symbols: [] });
  const first = await client.watch("BTC/USD", { book: true });
  const second = await client.watch("XBT/USD", { book: true }, { depth: 100 });
  await run(1000);
  assert.equal(second.frame().depth, 25); // as somebody has it
  first.close();
  await run(1000);
  assert.equal(second.frame().state, "live");
  const { revision } = second.frame();
  await run(1000);
  assert.ok(second.frame().revision > revision);
  await client.subscribeBook("BTC/USD", { depth: 25 });
  await client.unsubscribe({ channel: "book", symbol: "BTC/USD" });
  await run(500);
  assert.equal(second.frame().state, "live");
  second.close();
  await run(500);
  assert.equal(await client.keyState({ channel: "book", symbol: "BTC/USD" }), undefined);
  close();
});

test("many updates of its views starve no picture", async () => {
  const { client, clock, run, close } = await world();
  const watch = await client.watch("BTC/USD", { book: true });
  await run(200);
  let seen = 0;
  watch.onFrame(({ ladder }) => (seen += ladder ? 1 : 0));
  for (let levels = 1; levels < 300; levels++) {
    await watch.update({ ladder: { levels: 1 + (levels % 20) } });
    clock.tick(4);
    await settled();
  }
  assert.ok(seen > 20, `${seen} pictures`);
  close();
});

test("a watch subscribes its book while it lasts, unless somebody has", async () => {
  const { client, run, close } = await world({ symbols: [] });
  const key = { channel: "book", symbol: "BTC/USD", depth: 100 };
  const watch = await client.watch("BTC/USD", { book: true }, { depth: 100 });
  const other = await client.watch("BTC/USD", { ladder: true });
  await run(1000);
  assert.equal(watch.frame().depth, 100);
  assert.equal(other.frame().ladder.bids.length, 10);
  other.close();
  await run(1000);
  assert.equal(await client.keyState(key), "active");
  watch.close();
  await run(1000);
  assert.equal(await client.keyState(key), undefined);
  close();
});

test("a reader that is late is told what it missed, and its books begin again whole", async () => {
  const { client, run, close } = await world();
  const loop = client.events({ types: ["book_snapshot", "book_update"], maxQueueDepth: 10 });
  const read = reader(loop);
  assert.equal((await loop.next()).value.local, true); // it came late: a whole book to begin with
  await run(10_000);
  const events = await read();
  const lag = events.findIndex(({ type }) => type === "lagged");
  assert.ok(events.slice(0, lag).some(({ type, phase }) => type === "delivery" && phase === "begin"));
  assert.ok(events[lag].missed > 10);
  const local = events.slice(lag).find((event) => event.type === "book_snapshot");
  assert.equal(local.local, true);
  const book = await client.book("BTC/USD");
  let { revision } = local;
  const follow = (event) => {
    if (event.type === "book_snapshot") ({ revision } = event); // a burst was too long for ten places
    if (event.type === "book_update") assert.equal(event.revision, ++revision);
    return event.type === "book_update";
  };
  for (const event of events.slice(events.indexOf(local) + 1)) follow(event);
  assert.equal(revision, book.revision);
  let updates = 0;
  for (let i = 0; i < 100 && updates < 20; ++i) {
    await run(20);
    updates += (await read()).filter(follow).length;
  }
  assert.ok(updates >= 20);
  const late = client.events({ types: ["book_snapshot", "book_update"] });
  const { value } = await late.next();
  assert.deepEqual([value.type, value.local, value.revision], ["book_snapshot", true, (await client.book("BTC/USD")).revision]);
  close();
});

test("an incident of a client plays again in the native program", async (t) => {
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { tmpdir } = await import("node:os");
  const folder = mkdtempSync(join(tmpdir(), "hadal-incident-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { exchange, client, run, close } = await world({ flight: { frames: 200, bytes: 1 << 20 } });
  await run(5_000);
  assert.equal(await client.takeIncident(), "");
  const mismatched = async () => (await client.book("BTC/USD")).mismatched;
  const before = await mismatched();
  exchange.inject({ fault: "wrong_checksum", channel: "book", count: 1 });
  for (let i = 0; i < 200 && (await mismatched()) === before; ++i) await run(20);
  const file = await client.takeIncident();
  assert.match(file, /^# hadal-journal 1 \{"version":"[^"]+","incident":"book BTC\/USD: checksum"/);
  const path = join(folder, "incident.journal");
  writeFileSync(path, file);
  const { status, stdout } = programs.native(["replay", path]);
  assert.equal(status, 3);
  assert.match(stdout, /checksums +\d+ matched, 1 mismatched/);
  assert.ok((await client.incident("because")).includes('"incident":"because"'));
  close();
});

test("a recording of a client from its first input runs again, here and in the native program", async (t) => {
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const { gzipSync } = await import("node:zlib");
  const { join } = await import("node:path");
  const { tmpdir } = await import("node:os");
  const folder = mkdtempSync(join(tmpdir(), "hadal-recording-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { exchange, client, run, close } = await world({ keepLog: true, record: true });
  exchange.inject([{ fault: "drop", channel: "book", count: 2 }, { fault: "disconnect", count: 1, from: 4000 }]);
  await run(15_000);
  const recording = await client.record();
  assert.equal(await client.record(), recording); // joined
  const digest = await client.digest();
  const log = await client.log();
  const blob = await recording.stop();
  assert.equal(blob.full, false);
  assert.equal(await recording.stop(), blob); // each recording is its own
  const text = await blob.text();
  assert.match(text, /^# hadal-journal 1 \{"version"/);
  const path = join(folder, "client.journal");
  writeFileSync(path, text);
  const { stdout } = programs.native(["replay", path, "--json"]);
  assert.equal(JSON.parse(stdout.split("\n")[0]).digest, digest);
  const progress = [];
  for (const file of [blob, new Uint8Array(gzipSync(text)), text]) {
    const result = await client.replay(file, { keepLog: true, onProgress: (now) => progress.push(now), name: "client.journal" });
    assert.equal(result.books[0].digest, digest);
    assert.equal(result.log, log);
    assert.equal(result.verified, false); // two checksums differed
    assert.match(result.summary, /requests +\d+ recorded, all sent again/);
  }
  assert.ok(progress.length >= 3 && progress.every(({ bytes, totalBytes }) => bytes <= totalBytes));
  await assert.rejects(client.replay(new Uint8Array([0x1f, 0x8b, 1, 2, 3])), { code: "journal_corrupt" });
  await assert.rejects(client.replay(blob, { depth: 11 }), isInvalid("depth: "));
  await assert.rejects(client.replay(blob, { patience: 11 }), isInvalid("patience: "));
  await assert.rejects(client.replay(blob, { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  const short = await client.record({ maxBytes: 65_536, simulated: true });
  await run(30_000);
  const cut = await short.stop();
  assert.equal(cut.full, true);
  assert.ok(cut.size >= 65_536 && cut.size < 1 << 20);
  assert.match((await cut.text()).split("\n")[0], /"simulated":true/);
  close();
});

test("what trackers know can be asked for, and so can a single picture", async () => {
  const { client, run, close } = await world();
  assert.equal(await client.followed("XYZ/USD"), undefined);
  void client.subscribeTrades("BTC/USD");
  await client.track("BTC/USD", { all: true });
  await run(20_000, 100);
  const known = await client.followed("BTC/USD");
  assert.equal(known.health, "active");
  for (const part of ["overlay", "whales", "hottest", "history", "heatmap", "flow"]) assert.ok(known[part].length > 0, part);
  assert.ok(known.history.length >= 19);
  const frame = await client.ask("BTC/USD", { ladder: { levels: 3 }, fill: { side: "sell", size: "0.5" } });
  const prices = [...frame.ladder.bids.price];
  await run(2000);
  await client.ask("BTC/USD", { ladder: true });
  assert.deepEqual([...frame.ladder.bids.price], prices); // kept, not lent
  assert.equal(frame.fill.complete, true);
  assert.equal((await client.fill("BTC/USD", { side: "buy", notional: "1000" })).complete, true);
  assert.equal(await client.ask("XYZ/USD", { ladder: true }), undefined);
  assert.equal(await client.fill("XYZ/USD", { side: "buy", size: "1" }), undefined);
  await assert.rejects(client.ask("BTC/USD", { ladder: 7 }), isInvalid("ladder: "));
  await assert.rejects(client.ask("", { ladder: true }), isInvalid("symbol: "));
  close();
});

test("a limited loop gets its events when their time has come", async () => {
  const { clock, client, run, close } = await world();
  const loop = client.events({ types: ["book_update"], maxMessagesPerSecond: 10, burstAllowance: 1 });
  const read = reader(loop);
  const updates = async () => (await read()).filter((event) => event.type === "book_update").length;
  await run(2_000);
  const first = await updates();
  assert.ok(first >= 1 && first <= 25, `${first} in two seconds`);
  clock.tick(101);
  await settled();
  assert.equal(await updates(), 1);
  assert.ok((await loop.stats()).limited > 0);
  close();
});

test("latency is known where the time of day is", async () => {
  const clock = Object.assign(new HandClock(), { unixMs: undefined });
  clock.unixMs = () => 1_767_323_045_000 + clock.now();
  const exchange = await simulate({ seed: 11, clock, unixMs: Math.floor(1_767_323_045_000 + clock.now()), scenario: "storm", symbols: 1 });
  const client = await hadal.connect({ WebSocket: exchange.WebSocket, clock, seed: 1, symbols: ["BTC/USD"] });
  const events = [];
  client.on("latency", (event) => events.push(event));
  await client.watchLatency({ intervalMs: 1000 });
  for (let i = 0; i < 300; ++i) {
    clock.tick(20);
    await settled();
  }
  assert.ok(events.some((event) => event.part === "network" && event.count > 10), JSON.stringify(events));
  assert.match(await client.metrics(), /^hadal_latency_seconds_count\{part="network"\} [1-9]/m);
  assert.ok((await client.stats()).latency.network.p50 >= 0);
  await assert.rejects(client.watchLatency({ totalMs: -1 }), isInvalid("latency: "));
  void client.close();
  exchange.close();
});

test("metrics are Prometheus text, statistics an object", async () => {
  const { client, run, close } = await world();
  await run(3_000);
  const text = await client.metrics();
  const { matched } = await client.book("BTC/USD");
  assert.match(text, /^hadal_connection_state 4$/m);
  assert.match(text, /^hadal_book_state\{symbol="BTC\/USD"\} 2$/m);
  assert.match(text, new RegExp(`^hadal_checksums_total\\{symbol="BTC/USD",result="match"\\} ${matched}$`, "m"));
  assert.match(text, /^hadal_frames_received_total\{endpoint="public",channel="book"\} \d+$/m);
  const stats = await client.stats();
  assert.equal(stats.state, "subscribed");
  assert.equal(stats.books[0].matched, matched);
  assert.ok(stats.sessions[0].frames_received.book > 10);
  close();
});

test("words for people", async () => {
  assert.equal(hadal.formatLatency(999), "999 \u00b5s");
  assert.equal(hadal.formatLatency(1500), "1.50 ms");
  assert.equal(hadal.formatLatency(999_995), "1.00 s");
  assert.equal(hadal.formatLatency(null), "\u2013");
  const { client, close } = await world();
  assert.equal(await client.formatLatency(1500), "1.50 ms");
  assert.equal(await client.normalizeSymbol("xbt/usd"), "BTC/USD");
  close();
});
