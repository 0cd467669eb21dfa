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
  const client = hadal.connect({ WebSocket: exchange.WebSocket, clock, seed: 1, symbols: ["BTC/USD"], depth: 25, ...options });
  const run = (ms, step = 20) => {
    for (let i = 0; i < ms; i += step) clock.tick(step);
  };
  run(500);
  return { clock, exchange, client, run, close: () => (client.close(), exchange.close()) };
}

test("a client follows a market over time: tape, heatmap, flow, all from one watch and one queue", async () => {
  const { exchange, client, run, close } = await world();
  client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  client.track("*", { heatmap: { columnMs: 250 }, flow: { large: "0.5", minChange: "0.1" }, spread: true });
  const queue = client.queue({ types: ["flow", "spread", "trade"], maxQueueDepth: 100_000 });
  run(20_000);
  const frame = client.watch("BTC/USD", { tape: { count: 20 }, heatmap: { columns: 40, buckets: 100 } }).frame();
  assert.equal(frame.verified, true);
  assert.ok(frame.tape.length > 3, `${frame.tape.length} trades`);
  assert.ok(frame.tape.timeMs[0] >= frame.tape.timeMs[frame.tape.length - 1]);
  assert.ok([...frame.tape.price].every((price) => Math.abs(price - frame.mid2 / 2) < frame.mid2 / 20));
  assert.equal(frame.heatmap.columns, 40);
  assert.equal(frame.heatmap.bids.length, 40 * 100);
  assert.ok(frame.heatmap.bids.some((cell) => cell > 200) && frame.heatmap.asks.some((cell) => cell > 1));
  const events = queue.drain();
  assert.ok(events.every((event) => ["flow", "spread", "trade"].includes(event.type)));
  for (const type of ["flow", "spread", "trade"]) assert.ok(events.some((event) => event.type === type), type);
  assert.ok(events.every((event, i) => i === 0 || event.n > events[i - 1].n));
  assert.equal(queue.stats.delivered, events.length);
  assert.equal(queue.stats.dropped, 0);
  close();
  void exchange;
});

test("a reader that is late is told what it missed, and its books begin again whole", async () => {
  const { client, run, close } = await world();
  const queue = client.queue({ types: ["book_snapshot", "book_update"], maxQueueDepth: 10 });
  assert.equal(queue.drain()[0].local, true); // it came late: a whole book to begin with
  run(10_000);
  const events = queue.drain();
  assert.equal(events[0].type, "delivery");
  assert.equal(events[0].phase, "begin");
  assert.equal(events[1].type, "lagged");
  assert.ok(events[1].missed > 10);
  const local = events.find((event) => event.type === "book_snapshot");
  assert.equal(local.local, true);
  assert.equal(local.revision, client.book("BTC/USD").revision);
  assert.equal(local.bids.length, client.book("BTC/USD").bids.price.length);
  let { revision } = local;
  let updates = 0;
  for (let i = 0; i < 100 && updates < 20; ++i) {
    run(20);
    for (const event of queue.drain()) {
      if (event.type === "book_snapshot") ({ revision } = event); // a burst was too long for ten places
      if (event.type !== "book_update") continue;
      assert.equal(event.revision, ++revision);
      updates++;
    }
  }
  assert.ok(updates >= 20);
  const late = client.queue({ types: ["book_snapshot", "book_update"] });
  assert.deepEqual(late.drain().map(({ type, local, revision: at }) => [type, local, at]), [["book_snapshot", true, client.book("BTC/USD").revision]]);
  queue.close();
  queue.close();
  assert.throws(() => queue.drain(), { code: "already_closed" });
  assert.throws(() => client.queue({ types: ["nothing"] }), isInvalid("types"));
  assert.throws(() => client.queue({ maxQueueDepth: 0 }), isInvalid("delivery: "));
  const other = client.queue();
  close();
  assert.throws(() => other.drain(), { code: "already_closed" });
  other.close();
});

test("an incident of a client plays again in the native program", async (t) => {
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { tmpdir } = await import("node:os");
  const folder = mkdtempSync(join(tmpdir(), "hadal-incident-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { exchange, client, run, close } = await world({ flight: { frames: 200, bytes: 1 << 20 } });
  run(5_000);
  assert.equal(client.takeIncident(), "");
  const before = client.book("BTC/USD").mismatched;
  exchange.inject({ fault: "wrong_checksum", channel: "book", count: 1 });
  for (let i = 0; i < 200 && client.book("BTC/USD").mismatched === before; ++i) run(20);
  const file = client.takeIncident();
  assert.match(file, /^# hadal-journal 1 \{"version":"[^"]+","incident":"book BTC\/USD: checksum"/);
  const path = join(folder, "incident.journal");
  writeFileSync(path, file);
  const { status, stdout } = programs.native(["replay", path]);
  assert.equal(status, 3);
  assert.match(stdout, /checksums +\d+ matched, 1 mismatched/);
  assert.ok(client.incident("because").includes('"incident":"because"'));
  close();
  assert.throws(() => hadal.connect({ WebSocket: exchange.WebSocket, flight: { frames: 0 } }), isInvalid("flight: "));
  assert.throws(() => hadal.connect({ WebSocket: exchange.WebSocket, flight: 7 }), isInvalid("flight: "));
});

test("what trackers know can be asked for, and so can a single picture", async () => {
  const { client, run, close } = await world();
  assert.equal(client.followed("XYZ/USD"), undefined);
  client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  client.track("BTC/USD", { all: true });
  run(20_000);
  const known = client.followed("BTC/USD");
  assert.equal(known.health, "active");
  for (const part of ["overlay", "whales", "hottest", "history", "heatmap", "flow"]) assert.ok(known[part].length > 0, part);
  assert.ok(known.history.length >= 19);
  const frame = await client.ask("BTC/USD", { ladder: { levels: 3 }, fill: { side: "sell", size: "0.5" } });
  const prices = [...frame.ladder.bids.price];
  run(2000);
  await client.ask("BTC/USD", { ladder: true });
  assert.deepEqual([...frame.ladder.bids.price], prices); // kept, not lent
  assert.equal(frame.fill.complete, true);
  assert.equal(await client.ask("XYZ/USD", { ladder: true }), undefined);
  await assert.rejects(client.ask("BTC/USD", { ladder: 7 }), isInvalid("ladder: "));
  close();
});

test("a limited queue wakes its reader when its time has come", async () => {
  const { clock, client, run, close } = await world();
  const queue = client.queue({ types: ["book_update"], maxMessagesPerSecond: 10, burstAllowance: 1 });
  queue.drain();
  run(2_000);
  let woken = 0;
  client.onChange(() => woken++);
  queue.drain();
  const before = woken;
  const updates = () => queue.drain().filter((event) => event.type === "book_update").length;
  assert.equal(updates(), 0);
  clock.tick(101);
  assert.ok(woken > before);
  assert.equal(updates(), 1);
  close();
});

test("latency is known where the time of day is", async () => {
  const clock = Object.assign(new HandClock(), { unixMs: undefined });
  clock.unixMs = () => 1_767_323_045_000 + clock.now();
  const exchange = await simulate({ seed: 11, clock, unixMs: Math.floor(1_767_323_045_000 + clock.now()), scenario: "storm", symbols: 1 });
  const client = hadal.connect({ WebSocket: exchange.WebSocket, clock, seed: 1, symbols: ["BTC/USD"] });
  const queue = client.queue({ types: ["latency"] });
  client.watchLatency({ intervalMs: 1000 });
  for (let i = 0; i < 300; ++i) clock.tick(20);
  const events = queue.drain();
  assert.ok(events.some((event) => event.part === "network" && event.count > 10), JSON.stringify(events));
  assert.match(client.metrics(), /^hadal_latency_seconds_count\{part="network"\} [1-9]/m);
  assert.throws(() => client.watchLatency({ totalMs: -1 }), isInvalid("latency: "));
  assert.throws(() => client.watchLatency({ total: 1 }), isInvalid("total: "));
  client.close();
  exchange.close();
});

test("metrics are Prometheus text", async () => {
  const { client, run, close } = await world();
  run(3_000);
  const text = client.metrics();
  assert.match(text, /^hadal_connection_state 4$/m);
  assert.match(text, /^hadal_book_state\{symbol="BTC\/USD"\} 2$/m);
  assert.match(text, new RegExp(`^hadal_checksums_total\\{symbol="BTC/USD",result="match"\\} ${client.book("BTC/USD").matched}$`, "m"));
  assert.match(text, /^hadal_frames_received_total\{endpoint="public",channel="book"\} \d+$/m);
  close();
});

test("latencies for people", () => {
  assert.equal(hadal.formatLatency(999), "999 \u00b5s");
  assert.equal(hadal.formatLatency(1500), "1.50 ms");
  assert.equal(hadal.formatLatency(999_995), "1.00 s");
  assert.equal(hadal.formatLatency(null), "\u2013");
});
