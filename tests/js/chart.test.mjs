// The charts' arithmetic without a page: what they read off a book is what the core says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "hadal";
import { HeldBook } from "../../dist/chart/held-book.js";
import { fillText } from "../../dist/chart/order.js";
import { readAt, readingText, stepPrice } from "../../dist/chart/reading.js";
import { axisMarks, axisStep, heightAt } from "../../dist/chart/scale.js";
import { badgeOf } from "../../dist/chart/status-words.js";
import { View } from "../../dist/chart/view.js";
import { ageText, stateSentence } from "../../dist/chart/words.js";
import { capture, demoRecording, noCaptures } from "./support.mjs";

const hadal = await load();
const near = (actual, expected, what) => assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${what}: ${actual}, not ${expected}`);

/** Every price in and around the book, against the core's own reading of it (formula F-51). */
function assertReadings(file, symbol, moments) {
  const player = hadal.player(readFileSync(file), { symbol });
  const held = new HeldBook();
  let compared = 0;
  for (const part of moments) {
    player.seek(part * player.durationMs);
    const frame = player.ask(symbol, { book: true });
    if (!frame || frame.mid2 === null) continue;
    const rows = new HeldBook();
    rows.copy(player.ask(symbol, { ladder: { levels: 0 } }));
    held.copy(frame);
    for (const side of ["bids", "asks"]) for (const column of ["price", "size", "cumulative"]) assert.deepEqual(held[side][column], rows[side][column]);
    for (const side of ["bids", "asks"]) held[side].cost.forEach((cost, i) => near(cost, rows[side].cost[i], "cost")); // beyond 2^53 doubles round
    assert.equal(held.isCut(held.bids), held.bids.length === frame.depth);
    const { price: bids } = held.bids;
    const { price: asks } = held.asks;
    const around = [bids.at(-1) - 7, bids.at(-1), bids[Math.floor(bids.length / 2)], bids[1] + 1, bids[0], Math.floor(frame.mid2 / 2), asks[0], asks[3] - 1, asks[Math.floor(asks.length / 2)], asks.at(-1), asks.at(-1) + 9];
    for (const price of around) {
      const mine = readAt(held, price);
      const { cursor } = player.ask(symbol, { cursor: price });
      const what = `${symbol} at ${price}`;
      assert.equal(mine.total, cursor.total, what);
      if (cursor.cost === null) assert.equal(mine.cost, null, what);
      else near(mine.cost, cursor.cost, what);
      near(mine.percent, cursor.distancePercent, what);
      if (cursor.average === null) assert.equal(mine.average, null, what);
      else near(mine.average, cursor.average, what);
      if (cursor.slippageBps === null) assert.equal(mine.slippageBps, null, what);
      else near(mine.slippageBps, cursor.slippageBps, what);
      assert.equal(2 * mine.mirror.price, cursor.mirror.price2, what);
      assert.equal(mine.mirror.total, cursor.mirror.total, what);
      compared++;
    }
  }
  player.close();
  return compared;
}

test("the crosshair reads what the core reads, in the demo recording", () => {
  assert.ok(assertReadings(demoRecording, "BTC/USD", [0.05, 0.2, 0.5, 0.8, 1]) > 40);
  assert.ok(assertReadings(demoRecording, "ETH/USD", [0.1, 0.6, 1]) > 20);
});

test("the crosshair reads what the core reads, in recorded frames", { skip: noCaptures }, () => {
  assert.ok(assertReadings(capture("v2_book_ETH-USD_d25_20260802.jsonl"), "ETH/USD", [0.2, 0.7, 1]) > 20);
  assert.ok(assertReadings(capture("v2form_book_10pairs_d1000_20210417.jsonl"), "XMR/USD", [0.9, 1]) > 10);
});

/** A frame of a small book, as a watch gives it. */
function frameOf({ bids, asks, depth = 10, ...rest }) {
  const side = (rows) => {
    const price = Float64Array.from(rows, ([price]) => price);
    const size = Float64Array.from(rows, ([, size]) => size);
    let [sum, spent] = [0, 0];
    const cumulative = size.map((value) => (sum += value));
    const cost = size.map((value, i) => (spent += value * price[i]));
    return { length: rows.length, price, size, cumulative, cost, levels: size.map(() => 1) };
  };
  const best = (rows) => (rows.length > 0 ? { price: rows[0][0], size: rows[0][1] } : null);
  const mid2 = bids.length && asks.length ? bids[0][0] + asks[0][0] : null;
  return {
    symbol: "BTC/USD", revision: 1, state: "live", reason: null, verified: true, depth, priceScale: 1, qtyScale: 0, mid2, viewHalfWidth: 10,
    bestBid: best(bids), bestAsk: best(asks), ladder: { group: 1, groups: new Float64Array(), bids: side(bids), asks: side(asks) }, ...rest,
  };
}

// The book of the examples in formulas.md
const example = { bids: [[1000, 2], [999, 3], [995, 5]], asks: [[1001, 1], [1002, 4], [1010, 6]] };
const heldExample = (rest) => {
  const held = new HeldBook();
  held.copy(frameOf({ ...example, ...rest }));
  return held;
};

test("readings of the documented book (F-51), and of what lies beyond it", () => {
  const reading = readAt(heldExample(), 1003);
  assert.deepEqual([reading.side, reading.total, reading.cost, reading.mirror.price, reading.mirror.total], ["ask", 5, 5009, 998, 5]);
  near(reading.percent, 0.249875062, "distance");
  const beyond = readAt(heldExample({ depth: 3 }), 1011);
  assert.deepEqual([beyond.total, beyond.cost, beyond.average], [null, null, null]);
  assert.match(readingText(heldExample({ depth: 3 }), beyond).spoken, /beyond visible depth/);
  const complete = readAt(heldExample(), 1011);
  assert.equal(complete.total, 11);
  const onlyBids = new HeldBook();
  onlyBids.copy(frameOf({ bids: example.bids, asks: [] }));
  const reading1 = readAt(onlyBids, 999);
  assert.deepEqual([reading1.side, reading1.total, reading1.percent, reading1.mirror, reading1.slippageBps], ["bid", 5, null, null, null]);
  assert.equal(readingText(onlyBids, reading1).rows.find(([name]) => name === "From mid")[1], "no mid");
});

test("steps of the cursor: levels, tens, ends and sides, from levels that are still there or gone", () => {
  const book = heldExample();
  const step = (from, what) => stepPrice(book, from, what, 900, 1100);
  assert.deepEqual([step(undefined, "next"), step(undefined, "previous")], [1001, 1000]);
  assert.deepEqual([step(1001, "next"), step(1001, "previous"), step(1000, "previous")], [1002, 1000, 999]);
  assert.deepEqual([step(998, "next"), step(998, "previous"), step(996, "next")], [999, 995, 999]); // gone
  assert.deepEqual([step(995, "previous"), step(1010, "next"), step(995, "next10"), step(1010, "previous10")], [995, 1010, 1010, 995]);
  assert.deepEqual([step(1002, "first"), step(1002, "last"), step(1010, "bestBid"), step(995, "bestAsk")], [995, 1010, 1000, 1001]);
  assert.deepEqual([stepPrice(book, undefined, "first", 999, 1002), stepPrice(book, undefined, "last", 999, 1002)], [999, 1002]); // in view
  assert.equal(stepPrice(new HeldBook(), undefined, "next", 0, 1), undefined);
});

test("heights (F-32), axis steps (F-48) and groups of a cut side", () => {
  near(heightAt(5 / 11, "linear"), 0.454545455, "linear");
  assert.ok(Math.abs(heightAt(5 / 11, "log") - 0.886049035) < 1e-9);
  assert.deepEqual([heightAt(0, "log"), heightAt(1, "log")], [0, 1]);
  assert.equal(axisStep(22, 5), 5);
  assert.deepEqual(axisMarks(990, 1012, 5), [990, 995, 1000, 1005, 1010]);
  assert.deepEqual([axisStep(0, 5), axisMarks(0, 10, 0)], [0, []]);
  // Two rows of five levels each: the side is cut although it has fewer rows than levels were subscribed
  const grouped = frameOf({ bids: [[1000, 2], [995, 8]], asks: [[1005, 5]] });
  grouped.ladder.bids.levels = Float64Array.of(5, 5);
  const held = new HeldBook();
  held.copy(grouped);
  assert.deepEqual([held.isCut(held.bids), held.isCut(held.asks)], [true, false]);
  // ... and its last group may hold more than is seen: nothing is said of it
  assert.deepEqual([held.isPartial(held.bids), held.isPartial(held.asks)], [false, false], "no groups");
  held.copy({ ...grouped, ladder: { ...grouped.ladder, group: 5 } });
  assert.deepEqual([held.isPartial(held.bids), held.isPartial(held.asks)], [true, false]);
  assert.deepEqual([readAt(held, 1000).total, readAt(held, 995).total, readAt(held, 1005).total], [2, null, 5]);
});

test("the view stands still, follows mid that has left, and keeps what the reader zoomed to", () => {
  const view = new View();
  const sums = ({ cumulative }) => cumulative;
  const at = (shift, rest = {}) => {
    const held = new HeldBook();
    const move = (rows) => rows.map(([price, size]) => [price + shift, size]);
    held.copy(frameOf({ bids: move(example.bids), asks: move(example.asks), ...rest }));
    return held;
  };
  const look = (book, now = 0) => view.follow(book, sums, "base", now, true);
  look(at(0));
  assert.deepEqual([view.low, view.high], [990.5, 1010.5]);
  look(at(2));
  assert.deepEqual([view.low, view.high], [990.5, 1010.5], "mid wandered a little");
  look(at(4));
  assert.deepEqual([view.low, view.high], [994.5, 1014.5], "mid wandered off");
  assert.equal(view.zoom(2, 0), true);
  look(at(4));
  assert.deepEqual([view.low, view.high, view.zoomed], [999.5, 1009.5, true]);
  look(at(4, { viewHalfWidth: 80 }));
  assert.deepEqual([view.low, view.high], [999.5, 1009.5], "zoomed by the reader: kept");
  view.fit(at(4, { viewHalfWidth: 80 }), 0);
  look(at(4, { viewHalfWidth: 80 }));
  assert.deepEqual([view.low, view.high, view.zoomed], [924.5, 1084.5, false]);
  const before = [view.low, view.high, view.max];
  view.follow(at(5000, { viewHalfWidth: 9000 }), sums, "base", 0, true, true);
  assert.deepEqual([view.low, view.high, view.max], before, "a book that is not to be trusted moves nothing");
  look(at(4, { viewHalfWidth: 80 }));
  for (let i = 0; i < 20; i++) view.zoom(2, 0);
  assert.equal(view.zoom(2, 0), false, "no narrower than five ticks");
  look(at(4));
  assert.equal(view.high - view.low, 10);
  for (let i = 0; i < 20; i++) view.zoom(0.5, 0);
  assert.equal(view.zoom(0.5, 0), false, "no wider than sixteen first views");
  look(at(0, { symbol: "ETH/USD" }));
  assert.deepEqual([view.low, view.high, view.zoomed], [990.5, 1010.5, false], "another book");
  assert.equal(view.follow(at(0, { bids: [], asks: [] }), sums, "base", 0, true), false);
});

test("words: orders, ages and badges", () => {
  const held = heldExample();
  const fill = { side: "buy", filled: 5, cost: 5009, average: 1001.8, worst: 1002, levels: 2, complete: true, cut: false, unspent: null, slippageBps: 12.994, worstBps: 14.99 };
  assert.equal(fillText(held, fill), "Buy 5 BTC at 100.18 USD on average, slippage 13.0 bps, up to 100.2");
  assert.match(fillText(held, { ...fill, side: "sell", complete: false, cut: true }), /down to 100\.2, and more beyond visible depth$/);
  assert.match(fillText(held, { ...fill, side: "sell", average: null, worst: null }), /^Sell: nothing/);
  assert.deepEqual([0, 59_999, 60_000, 3_660_000].map(ageText), ["0 s", "59 s", "1 min", "1 h 1 min"]);
  const book = { state: "live", reason: null, verified: true, matched: 1234, at: 100 };
  const known = (status) => ({ status: { online: true, pairs: [], books: [], ...status }, at: 0 });
  const words = (...args) => {
    const { state, title, detail } = badgeOf(...args);
    return [state, title, detail];
  };
  assert.deepEqual(words(book, known({ state: "subscribed" }), false, undefined, 112), ["verified", "Verified", "12 ms ago, 1,234 checks"]);
  assert.deepEqual(words(book, known({ state: "subscribed" }), false, undefined, 6100), ["verified", "Verified, quiet", "6.0 s ago, 1,234 checks"]);
  assert.deepEqual(words({ ...book, verified: false }, undefined, true, undefined, 112)[0], "unverified");
  assert.deepEqual(words(book, known({ state: "degraded", cause: "silence", retryInMs: 2500 }), false, undefined, 600).slice(0, 2), ["reconnecting", "Reconnecting in 2 s"]);
  assert.match(words({ ...book, state: "stale", reason: "checksum" }, known({ state: "subscribed" }), false, undefined, 600)[2], /^A checksum did not match\./);
  assert.deepEqual(words(undefined, known({ state: "connecting", attempt: 2 }), false, undefined, 0), ["connecting", "Connecting", "attempt 2"]);
  assert.equal(words(undefined, known({ state: "subscribed" }), false, undefined, 0)[0], "syncing");
  assert.match(stateSentence("unsubscribed", null), /These levels are the last ones known/);
  assert.equal(stateSentence("unsubscribed", null, false), "There is no subscription.");
  assert.equal(stateSentence("stale", "transport_lost", false), "The connection was lost.");
  assert.equal(words(book, known({ state: "closed" }), false, undefined, 0)[0], "closed");
  assert.deepEqual(words(book, known({ state: "closed" }), true, "as of 12:03:05", 0), ["verified", "Verified", "simulated \u00b7 as of 12:03:05 \u00b7 1,234 checks"]);
});
