// The wasm edge is inside the proof: a ladder printed from the columns in JavaScript equals the one the native program prints.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "hadal";
import { capture, demoRecording, noCaptures, programs } from "./support.mjs";

const hadal = await load();

/** Text with a point as a whole number of its last decimal. */
const units = (text) => BigInt(text.replace(".", ""));

/**
 * One row of the native ladder against the columns. Columns are doubles: exact below 2^53, above that the nearest double, which a sum
 * of deep levels can reach.
 */
function assertRow(row, book, side, i) {
  const [price, size, total] = row.trim().split(/ +/);
  const columns = side === "bid" ? book.bids : book.asks;
  assert.deepEqual(book.text(side, i), { price, size });
  for (const [text, value] of [[price, columns.price[i]], [size, columns.size[i]], [total, columns.cumulative[i]]]) {
    if (units(text) < 2n ** 53n) assert.equal(BigInt(value), units(text));
    else assert.equal(value, Number(units(text)));
  }
}

function compare(file, symbol, lines) {
  for (const line of lines) {
    const native = programs.native(["book", file, "--symbol", symbol, "--at", String(line), "--levels", "0"]);
    assert.equal(native.status, 0, native.stderr);
    const replay = hadal.replay({ symbol, stopAfterLine: line });
    replay.begin(file);
    replay.push(readFileSync(file));
    assert.equal(replay.stopped, true);
    const book = replay.book(symbol);
    for (const side of ["ask", "bid"]) {
      const rows = native.stdout.split("\n").filter((row) => row.startsWith(side)).map((row) => row.slice(3));
      if (side === "ask") rows.reverse(); // printed worst first
      assert.equal(rows.length, (side === "bid" ? book.bids : book.asks).price.length, `${file} line ${line}`);
      rows.forEach((row, i) => assertRow(row, book, side, i));
    }
    assert.ok(native.stdout.includes(`revision ${book.revision}, checksums ${book.matched} matched, ${book.mismatched} mismatched`));
    replay.close();
  }
}

test("ladders of the committed recording", () => {
  compare(demoRecording, "BTC/USD", [10, 100, 500, 1100]);
  compare(demoRecording, "ETH/USD", [50, 600, 1170]);
});

test("ladders of the captures", { skip: noCaptures }, () => {
  compare(capture("v2_book_ETH-USD_d25_20260802.jsonl"), "ETH/USD", [3, 200, 1170]);
  compare(capture("v2form_book_10pairs_d1000_20210417.jsonl"), "SC/EUR", [200, 4279]);
  compare(capture("v2form_book_10pairs_d1000_20210417.jsonl"), "XMR/USD", [2000]);
});
