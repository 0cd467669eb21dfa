// An oracle that none of hadal's code computes: zlib's CRC-32 over the text of the frames, against the checksums that the exchange sent.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as zlib from "node:zlib";
import { bookCaptures, capture, demoRecording, noCaptures } from "./support.mjs";

// zlib.crc32 came with Node 20.15; an older 20 gets the same function from zlib's gzip trailer.
const crc32 = zlib.crc32 ?? ((text) => zlib.gzipSync(text).readUInt32LE(zlib.gzipSync(text).length - 8));

const digits = (text) => text.replace(".", "").replace(/^0+/, "");
const levels = (frame, side) =>
  [...(frame.match(new RegExp(`"${side}":\\[(.*?)\\]`))?.[1] ?? "").matchAll(/\{"price":([0-9.]+),"qty":([0-9.]+)\}/g)].map(
    ([, price, qty]) => [price, qty],
  );

/** Replays frames on Maps of text and counts the checksums that match. `pad` restores the zeros a source has lost. */
function verify(frames, depthOf, pad = (price, qty) => [price, qty]) {
  const books = new Map();
  let matched = 0;
  let mismatched = 0;
  for (const frame of frames) {
    if (!frame.startsWith('{"channel":"book"')) continue;
    const symbol = frame.match(/"symbol":"(.*?)"/)[1];
    const snapshot = frame.includes('"type":"snapshot"');
    if (snapshot) books.set(symbol, { bids: new Map(), asks: new Map(), depth: depthOf(frame) });
    const book = books.get(symbol);
    if (!book) continue;
    let text = "";
    for (const side of ["asks", "bids"]) {
      for (const level of levels(frame, side)) {
        const [price, qty] = pad(...level);
        if (Number(qty) === 0) book[side].delete(price);
        else book[side].set(price, qty);
      }
      const sorted = [...book[side].keys()].sort((a, b) => (side === "asks" ? 1 : -1) * (Number(a) - Number(b)));
      for (const price of sorted.splice(book.depth)) book[side].delete(price);
      for (const price of sorted.slice(0, 10)) text += digits(price) + digits(book[side].get(price));
    }
    if (crc32(text) === Number(frame.match(/"checksum":(\d+)/)[1])) matched += 1;
    else mismatched += 1;
  }
  return { matched, mismatched };
}

const depthInName = (name) => Number(name.match(/_d(\d+)_/)[1]);
const restored = (price, qty) => [Number(price).toFixed(1), Number(qty).toFixed(8)];

for (const name of bookCaptures) {
  test(`zlib agrees with every checksum of ${name}`, { skip: noCaptures }, () => {
    const frames = readFileSync(capture(name), "utf8").trim().split("\n");
    const depth = depthInName(name);
    const result = verify(frames, () => depth, name.includes("reencoded") ? restored : undefined);
    assert.ok(result.matched > 0);
    assert.equal(result.mismatched, 0);
  });
}

test("zlib agrees with every checksum of the committed recording", () => {
  const frames = readFileSync(demoRecording, "utf8").split("\n").map((line) => line.match(/^\d+ \d+ \d+ < (.*)$/)?.[1] ?? "");
  const result = verify(frames, (frame) => (frame.includes('"BTC/USD"') ? 25 : 10));
  assert.deepEqual(result, { matched: 1074, mismatched: 0 });
});

test("the oracle notices a changed digit", () => {
  const frames = readFileSync(demoRecording, "utf8").split("\n").map((line) => line.match(/^\d+ \d+ \d+ < (.*)$/)?.[1] ?? "");
  const at = frames.findIndex((frame) => frame.includes('"type":"snapshot"'));
  frames[at] = frames[at].replace(/("qty":\d+\.\d)(\d)/, (_, head, digit) => head + ((Number(digit) + 1) % 10));
  assert.ok(verify(frames, (frame) => (frame.includes('"BTC/USD"') ? 25 : 10)).mismatched > 0);
});
