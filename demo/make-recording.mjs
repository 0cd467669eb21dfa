#!/usr/bin/env node
// Writes recordings/synthetic.journal: 90 s of a simulated market in Kraken's WebSocket v2 format, then checks it.
// Deterministic: the same seed gives the same bytes on every machine.
//
//   node demo/make-recording.mjs          write and check
//   node demo/make-recording.mjs --check  only compare the committed file with what would be written

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { checkJournal } from "./check-recording.mjs";
import { Market } from "./market.mjs";
import { Random } from "./random.mjs";

const SEED = 42;
const FIRST_TRADE = 109_116_691;
const LENGTH_MS = 90_000;
const START_S = 1_767_323_045; // 2026-01-02T03:04:05Z
const TARGET = new URL("./recordings/synthetic.journal", import.meta.url);

const random = new Random(SEED);
const unitsOf = (text) => Number(text.replace(".", ""));
const markets = [
  new Market(
    {
      symbol: "BTC/USD", depth: 25, priceScale: 1, qtyScale: 8,
      mid: 600_000, reach: 2000, width: 190, wideSpread: 9, volatility: 22, unit: unitsOf("0.40000000"),
      menu: ["0.01250000", "0.00008000", "0.05000000", "0.25000000", "0.50000000", "1.00000000", "0.08330417"].map(unitsOf),
    },
    random,
  ),
  new Market(
    {
      symbol: "ETH/USD", depth: 10, priceScale: 2, qtyScale: 8,
      mid: 340_000, reach: 2500, width: 62, wideSpread: 12, volatility: 9, unit: unitsOf("5.00000000"),
      menu: ["1.25000000", "0.00230000", "0.50000000", "3.00000000", "10.00000000", "7.35294118"].map(unitsOf),
    },
    random,
  ),
];

// --- wire format ---------------------------------------------------------------------------------------------

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** The ten best asks, then bids, as the plain integers of price and quantity. */
function checksum(market) {
  let crc = 0xffffffff;
  for (const side of [market.asks, market.bids]) {
    for (const level of market.view(side).slice(0, 10)) {
      for (const char of level.join("")) crc = crcTable[(crc ^ char.charCodeAt(0)) & 255] ^ (crc >>> 8);
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function fixed(integer, scale) {
  const text = String(integer).padStart(scale + 1, "0");
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** RFC 3339 with six digits; `us` counts from the start of the recording. */
function stamp(us) {
  const seconds = Math.floor(us / 1e6);
  return `${new Date((START_S + seconds) * 1000).toISOString().slice(0, 19)}.${String(us - seconds * 1e6).padStart(6, "0")}Z`;
}

/** Exchange clocks never step back, and each message leaves some 20 ms before it arrives. */
let engineUs = 0;
const tradeIds = new Map();
function engineTime(now) {
  engineUs = Math.max(engineUs + random.int(3, 60), now * 1000 - random.int(17_000, 24_000));
  return stamp(engineUs);
}

function bookFrame(market, type, { bids, asks }, now) {
  const { symbol, priceScale, qtyScale } = market.config;
  const levels = (list) =>
    list.map(([p, q]) => `{"price":${fixed(p, priceScale)},"qty":${fixed(q, qtyScale)}}`).join(",");
  return (
    `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${levels(bids)}],` +
    `"asks":[${levels(asks)}],"checksum":${checksum(market)},"timestamp":"${engineTime(now)}"}]}`
  );
}

/** What one taker took: the same moment for all. Kraken's trade ids count up for each market. */
function tradeFrame(market, now) {
  const { symbol, priceScale, qtyScale } = market.config;
  const data = market.trades.map(
    ({ buy, price, quantity }) =>
      `{"symbol":"${symbol}","side":"${buy ? "buy" : "sell"}","price":${fixed(price, priceScale)},"qty":${fixed(quantity, qtyScale)},` +
      `"ord_type":"market","trade_id":${tradeIds.set(market, (tradeIds.get(market) ?? FIRST_TRADE) + 1).get(market)},"timestamp":"${stamp(Math.max(engineUs, now * 1000 - 20_000))}"}`,
  );
  return `{"channel":"trade","type":"update","data":[${data.join(",")}]}`;
}

// --- the connection ------------------------------------------------------------------------------------------

const lines = [];
const write = (now, kind, payload) => lines.push({ now, text: `${BigInt(START_S) * 1_000_000_000n + BigInt(now) * 1_000_000n} ${now} 1 ${kind} ${payload}` });

const script = []; // what the client does, and the answers: { at, run }
const later = (at, run) => {
  script.push({ at, run });
  script.sort((a, b) => a.at - b.at);
};
const runUntil = (now) => {
  while (script.length > 0 && script[0].at <= now) {
    const { at, run } = script.shift();
    run(at);
  }
};

const streaming = new Set();
let hearsTrades = false;
let requests = 0;

function ack(method, result, id, sentAt, now, delay = random) {
  const inUs = sentAt * 1000 + 9_000 + delay.int(0, 900);
  write(now, "<",
    `{"method":"${method}","req_id":${id},"result":{${result}},"success":true,"time_in":"${stamp(inUs)}","time_out":"${stamp(inUs + delay.int(25, 90))}"}`);
}

const bookResult = ({ config: { symbol, depth } }) => `"channel":"book","depth":${depth},"snapshot":true,"symbol":"${symbol}"`;

/** Without the trades there were before. */
function subscribeTrades(at, symbols) {
  const id = ++requests;
  write(at, ">", `{"method":"subscribe","params":{"channel":"trade","symbol":${JSON.stringify(symbols)},"snapshot":false},"req_id":${id}}`);
  later(at + 20, (now) => {
    const delay = new Random(SEED); // of its own: the books are the same without trades
    for (const symbol of symbols) ack("subscribe", `"channel":"trade","snapshot":false,"symbol":"${symbol}"`, id, at, now, delay);
    hearsTrades = true;
  });
}

function subscribe(at, market) {
  const id = ++requests;
  const { symbol, depth } = market.config;
  write(at, ">", `{"method":"subscribe","params":{"channel":"book","symbol":["${symbol}"],"depth":${depth},"snapshot":true},"req_id":${id}}`);
  const acked = at + random.int(19, 31);
  later(acked, (now) => ack("subscribe", bookResult(market), id, at, now));
  later(acked + random.int(60, 180), (now) => {
    write(now, "<", bookFrame(market, "snapshot", { bids: market.view(market.bids), asks: market.view(market.asks) }, now));
    streaming.add(market);
  });
}

function resubscribe(at, market) {
  const id = ++requests;
  const { symbol, depth } = market.config;
  write(at, ">", `{"method":"unsubscribe","params":{"channel":"book","symbol":["${symbol}"],"depth":${depth}},"req_id":${id}}`);
  later(at + random.int(19, 31), (now) => {
    ack("unsubscribe", bookResult(market), id, at, now);
    streaming.delete(market);
    later(now + 2, (then) => subscribe(then, market));
  });
}

write(0, "!", "open");
later(11, (now) =>
  write(now, "<", '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":11529215046068469760,"upcoming_maintenance":[],"emergency":[]}]}'));
for (const market of markets) later(12, (now) => subscribe(now, market));
later(13, (now) => subscribeTrades(now, markets.map(({ config }) => config.symbol)));
for (let at = 1_030; at < LENGTH_MS; at += 1000) later(at, (now) => write(now, "<", '{"channel":"heartbeat"}'));
for (const at of [25_000, 50_000, 75_000]) later(at, (now) => resubscribe(now, markets[0]));
for (const at of [36_000, 68_000]) later(at, (now) => resubscribe(now, markets[1]));

// --- the market: bursts, and pauses with a long tail ----------------------------------------------------------

let drift = 0;
let driftUntil = 0;
for (let now = 40; now < LENGTH_MS; ) {
  const pause = Math.min(2400, Math.ceil(110 * random.tail()) + 4);
  now += pause;
  if (now > driftUntil) {
    drift = random.chance(0.4) ? 0 : 0.5 * random.gauss();
    driftUntil = now + random.int(3000, 12_000);
  }
  for (const market of markets) market.wander(pause / 1000, drift);
  const active = random.chance(0.58) ? markets[0] : markets[1];
  const burst = Math.min(24, Math.ceil(1.1 * random.tail()));
  for (let n = 0; n < burst && now < LENGTH_MS; n++) {
    runUntil(now);
    const market = random.chance(0.85) ? active : random.pick(markets);
    const change = market.message(now);
    if (change && streaming.has(market)) write(now, "<", bookFrame(market, "update", change, now));
    if (market.trades.length > 0 && hearsTrades) write(now, "<", tradeFrame(market, now));
    now += random.chance(0.6) ? 0 : random.int(1, 4);
  }
}
runUntil(LENGTH_MS);

// --- out -----------------------------------------------------------------------------------------------------

const header = { version: "0.1.0", started: stamp(0), simulated: true, seed: SEED };
const text = `# hadal-journal 1 ${JSON.stringify(header)}\n${lines.map((line) => line.text).join("\n")}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(TARGET, "utf8") !== text) {
    console.error("recordings/synthetic.journal differs from what this script writes");
    process.exit(1);
  }
} else {
  mkdirSync(new URL(".", TARGET), { recursive: true });
  writeFileSync(TARGET, text);
}

const { problems, ...counts } = checkJournal(text);
const seconds = lines.at(-1).now / 1000;
console.log(`${(text.length / 1024).toFixed(0)} KiB, ${counts.lines} lines, ${seconds} s, ${(counts.updates / seconds).toFixed(1)} updates/s`);
console.log(`${counts.frames} frames received: ${counts.snapshots} snapshots, ${counts.updates} updates`);
console.log(`${counts.trades} trades`);
console.log(`checksums: ${counts.matched} matched, ${counts.mismatched} mismatched`);
for (const problem of problems) console.error(problem);
if (counts.mismatched > 0 || problems.length > 0 || counts.matched === 0) process.exit(1);
