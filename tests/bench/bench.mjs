// ns per `book` update in Node, from a JavaScript string, on the frames that `hadal_bench --dump DIR` wrote:
//
//   node tests/bench/bench.mjs DIR [--json FILE]
//
// Every pass of a step that keeps a book verifies every update. Steps take turns, so that a slow moment of the machine hits all of them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import * as zlib from "node:zlib";

import ccxt from "ccxt";

import { load } from "../../dist/index.js";

const depths = [10, 100, 1000];
const warmUps = 2;
const rounds = 9;
const batch = 1000; // updates between two calls of drain(), which is timed apart

/** Frames as a socket would give them: each its own flat string, not a slice of the file. */
function readFrames(path) {
  const bytes = readFileSync(path);
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    frames.push(bytes.toString("utf8", at, end));
    at = end + 1;
  }
  return { snapshot: frames[0], updates: frames.slice(1) };
}

function check(right, what) {
  if (!right) throw new Error(what);
}

/** Runs `pass` over all updates; ns per update. */
function timed(updates, pass) {
  const start = process.hrtime.bigint();
  pass();
  return Number(process.hrtime.bigint() - start) / updates.length;
}

/** JSON.parse and nothing else. */
function parseOnly({ updates }) {
  return () => {
    let length = 0;
    const ns = timed(updates, () => {
      for (const frame of updates) length += JSON.parse(frame).data.length;
    });
    check(length === updates.length, "JSON.parse lost an entry");
    return { parse: ns };
  };
}

/** The bytes of the string into memory of the kind WebAssembly has, with nothing done there. */
function enterOnly({ updates }) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Uint8Array(memory.buffer, 0, 4096);
  const encoder = new TextEncoder();
  const length = updates.reduce((sum, frame) => sum + frame.length, 0);
  return () => {
    let written = 0;
    const ns = timed(updates, () => {
      for (const frame of updates) written += encoder.encodeInto(frame, view).written;
    });
    check(written === length, "encodeInto lost bytes");
    return { enter: ns };
  };
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; ++bit) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function tableCrc(text) {
  let crc = ~0;
  for (let i = 0; i < text.length; ++i) crc = crcTable[(crc ^ text.charCodeAt(i)) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The book that one writes first: doubles in sorted arrays, texts made again with toFixed for the checksum. */
class PlainBook {
  bids = [];
  asks = [];

  constructor(depth, crc) {
    this.depth = depth;
    this.crc = crc;
  }

  take(entry, snapshot) {
    if (snapshot) this.bids = [];
    if (snapshot) this.asks = [];
    for (const { price, qty } of entry.bids) PlainBook.set(this.bids, price, qty, -1);
    for (const { price, qty } of entry.asks) PlainBook.set(this.asks, price, qty, 1);
    if (this.bids.length > this.depth) this.bids.length = this.depth;
    if (this.asks.length > this.depth) this.asks.length = this.depth;
    return this.crc(PlainBook.text(this.asks) + PlainBook.text(this.bids)) === entry.checksum;
  }

  static set(side, price, qty, sign) {
    let low = 0;
    let high = side.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((side[middle].price - price) * sign < 0) low = middle + 1;
      else high = middle;
    }
    const known = low < side.length && side[low].price === price;
    if (qty === 0) {
      if (known) side.splice(low, 1);
    } else if (known) {
      side[low].qty = qty;
    } else {
      side.splice(low, 0, { price, qty });
    }
  }

  static text(side) {
    let out = "";
    for (let i = 0; i < Math.min(10, side.length); ++i) out += PlainBook.digits(side[i].price, 1) + PlainBook.digits(side[i].qty, 8);
    return out;
  }

  static digits(value, decimals) {
    return value.toFixed(decimals).replace(".", "").replace(/^0+/, "");
  }
}

function plain({ snapshot, updates }, depth, key, crc) {
  const book = new PlainBook(depth, crc);
  return () => {
    let matched = 0;
    check(book.take(JSON.parse(snapshot).data[0], true), "the plain book differs after the snapshot");
    const ns = timed(updates, () => {
      for (const frame of updates) matched += book.take(JSON.parse(frame).data[0], false) ? 1 : 0;
    });
    check(matched === updates.length, `the plain book verified ${matched} of ${updates.length} updates`);
    return { [key]: ns };
  };
}

/** hadal through its public API. Event lines are taken out between batches, as a program that lives long has to. */
function whole(hadal, { snapshot, updates }, key, options) {
  const feed = hadal.feed(options);
  const takeLines = options.keepLog ? () => feed.drain().length : () => 0;
  const nothing = { matched: 0 };
  let now = 0;
  return () => {
    let inFeed = 0n;
    let inDrain = 0n;
    let lineBytes = 0;
    feed.onText(now, snapshot);
    const before = (feed.book("BTC/USD") ?? nothing).matched;
    takeLines();
    for (let first = 0; first < updates.length; first += batch) {
      const last = Math.min(first + batch, updates.length);
      const start = process.hrtime.bigint();
      for (let i = first; i < last; ++i) feed.onText(++now, updates[i]);
      const end = process.hrtime.bigint();
      lineBytes += takeLines();
      inFeed += end - start;
      inDrain += process.hrtime.bigint() - end;
    }
    const book = feed.book("BTC/USD");
    check(feed.parseErrors === 0, `${feed.parseErrors} frames could not be read`);
    check(book.verified && book.mismatched === 0, "the book is not verified");
    check(book.matched - before === updates.length, `${book.matched - before} of ${updates.length} updates verified`);
    const drain = { drain: Number(inDrain) / updates.length, drain_bytes: lineBytes / updates.length };
    return { [key]: Number(inFeed) / updates.length, ...(lineBytes > 0 ? drain : {}) };
  };
}

/** A socket that says what it is told to. */
class FrameSocket {
  static last;
  constructor() {
    FrameSocket.last = this;
  }
  send() {}
  close() {
    this.onclose?.({ code: 1000, reason: "" });
  }
}

/** A client as users have it: frames come in through its WebSocket, and `listener`, if any, hears every update. */
async function client(hadal, { snapshot, updates }, depth, key, listens) {
  const most = 600_000; // nothing comes while the other steps run
  const timeouts = { quietMs: most, silenceMs: most, pongMs: most, snapshotMs: most, pingIntervalMs: 0 };
  const made = await hadal.connect({ WebSocket: FrameSocket, symbols: ["BTC/USD"], depth, timeouts });
  const socket = FrameSocket.last;
  const say = (data) => socket.onmessage({ data });
  let heard = 0;
  if (listens) made.on("book_update", () => heard++);
  socket.onopen({});
  say(`{"method":"subscribe","req_id":1,"result":{"channel":"book","depth":${depth},"snapshot":true,"symbol":"BTC/USD"},"success":true}`);
  return async () => {
    heard = 0;
    say(snapshot);
    const before = (await made.book("BTC/USD")).matched;
    const ns = timed(updates, () => {
      for (const data of updates) socket.onmessage({ data });
    });
    const book = await made.book("BTC/USD");
    check(book.verified && book.mismatched === 0 && book.matched - before === updates.length, "the client did not verify every update");
    check(!listens || heard === updates.length, `the listener heard ${heard} of ${updates.length} updates`);
    return { [key]: ns };
  };
}

/** ccxt's handler of the same messages. It compares no checksum. */
function peer({ snapshot, updates }) {
  const exchange = new ccxt.pro.kraken();
  const sink = { resolve() {} };
  return () => {
    exchange.handleOrderBook(sink, JSON.parse(snapshot));
    const ns = timed(updates, () => {
      for (const frame of updates) exchange.handleOrderBook(sink, JSON.parse(frame));
    });
    check(exchange.orderbooks["BTC/USD"].bids.length > 0, "ccxt has no book");
    return { ccxt: ns };
  };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const [folder, option, file] = process.argv.slice(2);
if (folder === undefined || (option !== undefined && (option !== "--json" || file === undefined))) {
  console.error("usage: node tests/bench/bench.mjs DIR [--json FILE]");
  process.exit(2);
}

const hadal = await load();
const results = {};
for (const depth of depths) {
  const frames = readFrames(join(folder, `depth-${depth}.jsonl`));
  const steps = [
    enterOnly(frames),
    parseOnly(frames),
    plain(frames, depth, "plain_table", tableCrc),
    whole(hadal, frames, "whole", { depth }),
    whole(hadal, frames, "whole_log", { depth, keepLog: true }),
    await client(hadal, frames, depth, "client", false),
    await client(hadal, frames, depth, "client_listener", true),
    peer(frames),
  ];
  if (zlib.crc32) steps.push(plain(frames, depth, "plain_zlib", zlib.crc32)); // from Node 20.15 on
  const samples = {};
  for (let round = -warmUps; round < rounds; ++round) {
    for (const step of steps) {
      for (const [key, value] of Object.entries(await step())) if (round >= 0) (samples[key] ??= []).push(value);
    }
  }
  results[depth] = Object.fromEntries(Object.entries(samples).map(([key, values]) => [key, median(values)]));
}

const text = JSON.stringify({ node: process.version, unit: "ns per update, median", rounds, depths: results }, null, 2);
if (file !== undefined) writeFileSync(file, text + "\n");
else console.log(text);
process.exit(0); // clients live until they are closed
