import { connect } from "hadal";
import { faultNames, simulate } from "hadal/sim";
import { chaos } from "./chaos.js";
import { endings, settledWithin } from "./endings.js";
import { loadSocketClass } from "./load-socket.js";
import { lateReaders } from "./readers.js";
import { Honesty, isRight, Story } from "./story.js";

const both = ["BTC/USD", "ETH/USD"];

/** An exchange in the page, and a client of it; or a client of the exchange at `url`. */
async function begin({ sim = {}, url, ...options }) {
  const exchange = url ? undefined : await simulate({ seed: 7, connectionLimit: 0, ...sim });
  const source = url ? { url } : { WebSocket: counters.counted(exchange.WebSocket) };
  const client = await connect({ symbols: both, depth: 10, seed: 7, ...source, ...options });
  const end = async () => {
    await client.close();
    exchange?.close();
  };
  return { exchange, client, end };
}

/** Options for a client of so many frames a second, `total` in all, that are made in the thread of its engine. */
const loadWorker = (rate, total) => new Worker(new URL("./load-worker.js", import.meta.url), { type: "module", name: `${rate} ${total}` });
async function loadOptions(worker, rate, total) {
  const WebSocket = await loadSocketClass(rate, total);
  return { symbols: WebSocket.symbols, depth: 100, ...(worker ? { worker: () => loadWorker(rate, total) } : { WebSocket }) };
}

/** Calls until it is so; each animation frame in between. */
const until = async (isSo) => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
};

/** The first status that is as wanted. */
async function statusOf(client, wanted) {
  for await (const now of client.status()) if (wanted(now)) return now;
}

/** What a client shows of an exchange: everything that a test asks about, as plain data. */
async function show(options) {
  const { client, end } = await begin({ sim: { rate: 4 }, ...options });
  const story = new Story(client);
  const opened = client.isConnected;
  await Promise.all([client.subscribeTicker("BTC/USD"), client.subscribeCandles("ETH/USD")]);
  await story.verified(both, 0);
  const ticker = await client.once("ticker");
  const trades = [];
  for await (const trade of client.trades("BTC/USD")) if (trades.push(trade.kind) && trade.kind === "update") break;
  const loop = [];
  for await (const { type, n } of client.events({ types: ["book_update"] })) if (type === "book_update" && loop.push(n) === 5) break;
  const pictures = [];
  for await (const frame of client.frames("BTC/USD", { book: true, ladder: { levels: 3 }, fill: { side: "buy", size: "0.5" } })) {
    const { revision, state, verified, book, ladder, fill } = frame;
    if (!state || pictures.push({ revision, state, verified, bids: book.bids.price.length, best: book.text("bid", 0).price, rows: ladder.asks.length, filled: fill.filled }) === 5) break;
  }
  const book = await client.book("BTC/USD");
  const refusal = await client.subscribeTrades("NO/PE").catch(({ code, channel, symbol }) => ({ code, channel, symbol }));
  const bookState = await client.keyState({ channel: "book", symbol: "BTC/USD", depth: 10 });
  const tradeState = await client.keyState({ channel: "trade", symbol: "BTC/USD" });
  const { sessions, books } = await client.stats();
  const numbers = story.events.map(({ n }) => n).filter((n) => n !== undefined);
  const shown = {
    opened, ticker, trades, loop, pictures, refusal, bookState, tradeState, books,
    mode: client.mode,
    version: client.version,
    state: client.state,
    pairs: [...client.subscribedPairs].sort(),
    connected: client.isConnected,
    depth: book.bids.price.length,
    frames: sessions[0].frames_received,
    ordered: numbers.every((n, i) => i === 0 || n > numbers[i - 1]),
    types: [...new Set(story.events.map(({ type }) => type))],
  };
  await end();
  return { ...shown, stateAfter: client.state, left: counters.left() };
}

/** A recorded run with a fault in it: its digest, that of the same run replayed here, and the recording itself. */
async function record(options) {
  const { exchange, client, end } = await begin({ keepLog: true, record: true, sim: { rate: 4, unixMs: Date.UTC(2026, 0, 2, 3, 4, 5) }, ...options });
  const story = new Story(client);
  await client.subscribeTicker("BTC/USD");
  await story.verified(both, 0);
  const since = story.length;
  exchange?.inject({ fault: "wrong_checksum", symbol: "BTC/USD", channel: "book", count: 1 });
  if (exchange) await story.until("the gap", ({ type }) => type === "gap", since);
  else await client.resync("BTC/USD");
  await story.until("the repair", ({ type, symbol, to }) => type === "book_state" && symbol === "BTC/USD" && to === "live", since);
  await story.until("a hundred events", () => story.length - since > 100, since);
  const recording = await client.record({ simulated: true });
  await client.disconnect(); // nothing more comes in
  const blob = await recording.stop();
  const digest = await client.digest();
  const log = await client.log();
  const played = await client.replay(blob, { keepLog: true });
  await end();
  return { digest, log, replayed: { digest: played.books.at(-1).digest ?? played.books.at(-1).log_digest, exitCode: played.exitCode, messages: played.messages, log: played.log, books: played.books }, full: blob.full, text: await blob.text() };
}

Object.assign(globalThis, { connect, simulate, faultNames, begin, until, statusOf, Story, Honesty, isRight, both, show, record, chaos, endings, lateReaders, loadOptions, settledWithin });
document.documentElement.dataset.ready = "yes";
