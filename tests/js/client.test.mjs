// The client: a real WebSocket (ws) against `hadal sim`, and scripted sockets with a clock by hand.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { HadalError, connect, load } from "hadal";
import WebSocket from "ws";
import { HandClock, native } from "./support.mjs";

const hadal = await load();

/** A socket that does what the test says. */
class ScriptedSocket {
  static made = [];
  sent = [];
  closed = undefined;
  constructor(url) {
    this.url = url;
    ScriptedSocket.made.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close(code, reason) {
    this.closed = [code, reason];
  }
  open() {
    this.onopen?.({});
  }
  say(frame) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  end(code, reason = "") {
    this.onclose?.({ code, reason });
  }
}

async function scripted(options = {}) {
  ScriptedSocket.made = [];
  const clock = new HandClock();
  const client = await hadal.connect({ WebSocket: ScriptedSocket, clock, seed: 42, keepLog: true, ...options });
  return { client, clock, sockets: ScriptedSocket.made };
}

/** Everything that follows at once has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const hadalError = (code, words) => (error) => error instanceof HadalError && error.code === code && error.message.includes(words);

const ack = (id, symbol, method = "subscribe") => ({ method, req_id: id, result: { channel: "book", depth: 10, snapshot: true, symbol }, success: true });
const snapshot =
  '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":0,"timestamp":"2026-01-02T03:04:05.678901Z"}]}';

test("subscribes what is wanted, tells its state, keeps itself alive and comes back", async () => {
  const { client, clock, sockets } = await scripted({ symbols: ["XBT/USD"], depth: 10 });
  const key = { channel: "book", symbol: "BTC/USD", depth: 10 };
  assert.equal(client.state, "connecting");
  assert.equal(client.isConnected, false);
  assert.equal(sockets[0].url, "wss://ws.kraken.com/v2");
  assert.equal(sockets[0].binaryType, "arraybuffer");
  const heard = [];
  const off = client.on("connection", ({ to, cause }) => to && heard.push([to, cause]));
  sockets[0].open();
  assert.equal(client.state, "subscribing");
  assert.deepEqual(sockets[0].sent, [{ method: "subscribe", params: { channel: "book", symbol: ["BTC/USD"], depth: 10, snapshot: true }, req_id: 1 }]);
  assert.equal(await client.keyState(key), "pending");
  sockets[0].say(ack(1, "BTC/USD"));
  sockets[0].say(snapshot);
  assert.equal(client.state, "subscribed");
  assert.equal(client.isConnected, true);
  assert.deepEqual(client.subscribedPairs, ["BTC/USD"]);
  assert.equal(await client.keyState(key), "active");
  assert.equal((await client.book("BTC/USD")).state, "live");
  assert.deepEqual(heard, [["subscribing", "transport_opened"], ["subscribed", "all_settled"]]);
  off();
  off();

  // Silence: a ping, then the socket is closed and another one opened.
  clock.tick(5000);
  assert.equal(sockets[0].sent.at(-1).method, "ping");
  clock.tick(5000);
  assert.deepEqual(sockets[0].closed, [4000, "silence"]);
  assert.equal(client.state, "degraded");
  assert.equal(client.isConnected, false);
  assert.equal((await client.book("BTC/USD")).reason, "silence");
  clock.tick(500);
  assert.equal(sockets.length, 2);
  sockets[1].end(1006);
  assert.equal(client.state, "degraded");
  clock.tick(1000);
  sockets[2].open();
  assert.equal(sockets[2].sent[0].params.symbol[0], "BTC/USD");
  // What the first socket says now concerns nobody.
  sockets[0].end(1000);
  assert.equal(client.state, "subscribing");
  assert.equal(heard.length, 2);
  const closed = client.close();
  assert.deepEqual(sockets[2].closed, [1000, ""]);
  assert.equal(client.close(), closed);
  await Promise.all([closed, (clock.tick(2000), undefined)]); // this socket never says that it is closed
  assert.equal(clock.waiting, 0);
  assert.equal(client.state, "closed");
  await assert.rejects(client.stats(), { code: "already_closed" });
  assert.throws(() => client.on("trade", () => {}), { code: "already_closed" });
});

test("close() waits for the sockets, not for ever", async () => {
  const { client, clock, sockets } = await scripted();
  sockets[0].open();
  let done = false;
  const closed = client.close().then(() => (done = true));
  await settled();
  assert.equal(done, false);
  sockets[0].end(1000);
  await closed;
  assert.equal(clock.waiting, 0);
});

test("a subscription resolves when the exchange says yes, and rejects with its no", async () => {
  const { client, sockets } = await scripted();
  sockets[0].open();
  const yes = client.subscribe({ channel: "book", symbol: "XBT/USD", depth: 10 });
  const no = client.subscribe({ channel: "trade", symbol: "NO/PE" });
  const gone = client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  let settledYes = false;
  void yes.then(() => (settledYes = true));
  await settled();
  assert.equal(settledYes, false);
  const [first, second, third] = sockets[0].sent;
  sockets[0].say(ack(first.req_id, "BTC/USD"));
  await yes;
  sockets[0].say({ error: "Currency pair not supported NO/PE", method: "subscribe", req_id: second.req_id, success: false, symbol: "NO/PE" });
  await assert.rejects(no, (error) => {
    assert.ok(hadalError("subscribe_rejected", "Currency pair not supported")(error), String(error));
    assert.deepEqual([error.category, error.severity, error.symbol, error.channel, error.reqId], ["subscription", "medium", "NO/PE", "trade", second.req_id]);
    return true;
  });
  await client.unsubscribe({ channel: "trade", symbol: "BTC/USD" });
  await assert.rejects(gone, { code: "not_subscribed" });
  assert.equal(third.params.symbol[0], "BTC/USD");
  await client.subscribe({ channel: "book", symbol: "BTC/USD", depth: 10 }); // active already: resolves at once

  const stop = new AbortController();
  const given = client.subscribe({ channel: "ticker", symbol: "BTC/USD" }, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assert.rejects(given, /enough/);
  await settled();
  assert.ok(["leaving", undefined].includes(await client.keyState({ channel: "ticker", symbol: "BTC/USD" })));
  const waits = client.subscribe({ channel: "ohlc", symbol: "BTC/USD" });
  void client.close();
  await assert.rejects(waits, { code: "already_closed" });
});

test("one depth is the default everywhere", async () => {
  const { client } = await scripted({ symbols: ["BTC/USD"] });
  await client.unsubscribe({ channel: "book", symbol: "BTC/USD" });
  assert.equal(await client.keyState({ channel: "book", symbol: "BTC/USD" }), undefined);
  void client.close();
});

test("what a listener asks for begins when the event has reached all (FD-4)", async () => {
  const { client, sockets } = await scripted();
  const heard = [];
  client.on("connection", ({ to }) => {
    if (to !== "subscribed") return;
    void client.subscribe({ channel: "trade", symbol: "BTC/USD" });
    heard.push(["first", sockets[0].sent.length]);
  });
  client.on("connection", ({ to }) => to === "subscribed" && heard.push(["second", sockets[0].sent.length]));
  sockets[0].open();
  await settled();
  assert.deepEqual(heard, [["first", 0], ["second", 0]]);
  assert.equal(sockets[0].sent.length, 1);

  const second = await scripted();
  const after = [];
  second.client.on("connection", () => void second.client.close());
  second.client.on("connection", ({ to }) => to && after.push(to)); // hears what was there
  second.sockets[0].open();
  await settled();
  second.sockets[0].onclose({ code: 1000, reason: "" });
  await second.client.close();
  assert.deepEqual(after, ["subscribed", "closed"]);
  assert.equal(second.clock.waiting, 0);
  void client.close();
});

test("listeners hear each event in the order of registration, and events in their order", async () => {
  const { client, sockets } = await scripted();
  const heard = [];
  client.on("trade", ({ n }) => heard.push(["a", n]));
  const gone = client.on("*", ({ n, type }) => type === "trade" && heard.push(["b", n]));
  client.on("trade", ({ n }) => heard.push(["c", n]), { symbol: "BTC/USD" });
  sockets[0].open();
  const trade = (id) => ({ symbol: "BTC/USD", side: "buy", price: 1.5, qty: 2.5, ord_type: "limit", trade_id: id, timestamp: "2026-01-02T03:04:05.678901Z" });
  const trades = { channel: "trade", type: "update", data: [trade(1), trade(2)] };
  sockets[0].say(trades);
  const [first, second] = [heard[0][1], heard.at(-1)[1]];
  assert.ok(second > first);
  assert.deepEqual(heard, [first, second].flatMap((n) => [["a", n], ["b", n], ["c", n]]));
  gone();
  heard.length = 0;
  sockets[0].say(trades);
  assert.deepEqual(heard.map(([name]) => name), ["a", "c", "a", "c"]);
  void client.close();
});

test("a listener that throws disturbs nobody, is counted, and is told of", async () => {
  const { client, sockets } = await scripted();
  const heard = [];
  client.on("connection", () => {
    throw new Error("my fault");
  });
  client.on("connection", () => heard.push("heard"));
  client.on("error", ({ code, text }) => {
    heard.push([code, text]);
    throw new Error("not even this");
  });
  sockets[0].open();
  assert.deepEqual(heard.slice(0, 2), [["listener_failed", "Error: my fault"], "heard"]);
  assert.ok((await client.stats()).listener_failures >= 2);
  void client.close();
});

test("what fails later fails alike: async listeners, and a listener that hears of the end and closes", async () => {
  const { client, sockets } = await scripted();
  const told = [];
  client.on("error", ({ code, text }) => told.push([code, text]));
  client.on("connection", async () => {
    throw new Error("later");
  });
  let closes = 0;
  client.on("connection", ({ to }) => to === "closed" && (closes++, void client.close()));
  sockets[0].open();
  await settled();
  assert.deepEqual(told.slice(0, 1), [["listener_failed", "Error: later"]]);
  const closed = client.close();
  sockets[0].onclose({ code: 1000, reason: "" });
  await closed;
  assert.equal(closes, 1);
  assert.equal(client.state, "closed");
});

test("what is left alone kills no process, and calls do not overtake each other", async () => {
  const { client, sockets } = await scripted();
  sockets[0].open();
  void client.subscribeTrades("NO/PE");
  void client.subscribeBook(["BTC/USD", "ETH/USD"]);
  void client.unsubscribe({ channel: "ticker", symbol: "BTC/USD" });
  sockets[0].say({ error: "Currency pair not supported NO/PE", method: "subscribe", req_id: 1, success: false, symbol: "NO/PE" });
  await settled();
  const order = [];
  client.on("status", async () => {
    const first = client.subscribe({ channel: "trade", symbol: "BTC/USD" }).catch(({ code }) => order.push(code));
    await null;
    await client.unsubscribe({ channel: "trade", symbol: "BTC/USD" }).then(() => order.push("unsubscribed"));
    await first;
  });
  sockets[0].say({ channel: "status", type: "update", data: [{ system: "online", api_version: "v2", connection_id: 1, version: "2" }] });
  await settled();
  assert.deepEqual(order.sort(), ["not_subscribed", "unsubscribed"]);
  assert.ok(["leaving", undefined].includes(await client.keyState({ channel: "trade", symbol: "BTC/USD" })));
  void client.close();
});

test("signals: fired before, fired at once, or none at all", async () => {
  const { client } = await scripted();
  const fired = { signal: AbortSignal.abort(new Error("mine")) };
  let heard = 0;
  client.on("*", () => heard++, fired);
  client.tap(() => heard++, fired);
  for (const loop of [client.events(fired), client.trades("BTC/USD", fired), client.status(fired), client.frames("BTC/USD", {}, fired)]) {
    assert.equal((await loop.next()).done, true);
  }
  await assert.rejects(client.once("trade", fired), /mine/);
  await assert.rejects(client.watch("BTC/USD", {}, fired), /mine/);
  await assert.rejects(client.subscribeBook("BTC/USD", fired), /mine/);
  const stop = new AbortController();
  const watching = client.watch("BTC/USD", { book: true }, { signal: stop.signal });
  stop.abort();
  assert.throws(await watching.then((watch) => () => watch.frame()), { code: "already_closed" });
  await settled();
  assert.equal(await client.keyState({ channel: "book", symbol: "BTC/USD" }), undefined);
  assert.equal(heard, 0);
  for (const act of [() => client.events({ signal: 7 }), () => client.on("*", () => {}, { signal: {} }), () => client.status({ signal: null }), () => client.tap(() => {}, null)]) {
    assert.throws(act, { code: "config_invalid" });
  }
  void client.close();
});

test("loops over events wait, end with their signal, with the client, and by leaving", async () => {
  const { client, sockets } = await scripted();
  const stop = new AbortController();
  const ways = [client.events({ types: ["status"], signal: stop.signal }), client.events({ types: ["status"] }), client.events({ types: ["status"] })];
  const reading = ways.map((loop) => loop.next());
  sockets[0].open();
  sockets[0].say({ channel: "status", type: "update", data: [{ system: "online", api_version: "v2", connection_id: 1, version: "2" }] });
  for (const { value } of await Promise.all(reading)) assert.equal(value.system, "online");
  const waiting = ways.map((loop) => loop.next());
  stop.abort();
  assert.deepEqual(await waiting[0], { done: true, value: undefined });
  await ways[1].return();
  assert.deepEqual(await waiting[1], { done: true, value: undefined });
  const status = client.status();
  assert.equal((await status.next()).value.state, client.state);
  const closed = client.close();
  sockets[0].end(1000);
  assert.deepEqual(await waiting[2], { done: true, value: undefined });
  assert.equal((await status.next()).value?.state, "closed");
  assert.deepEqual(await status.next(), { done: true, value: undefined });
  await closed;
});

test("a loop of trades subscribes while it lasts, and throws the exchange's refusal", async () => {
  const { client, sockets } = await scripted();
  sockets[0].open();
  const loop = client.trades("BTC/USD");
  const next = loop.next();
  await settled();
  const { req_id } = sockets[0].sent[0];
  sockets[0].say({ method: "subscribe", req_id, result: { channel: "trade", snapshot: false, symbol: "BTC/USD" }, success: true });
  sockets[0].say(
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":60000.10,"qty":0.25000000,"ord_type":"market","trade_id":7,"timestamp":"2026-01-02T03:04:05.678901Z"}]}',
  );
  const { value } = await next;
  assert.deepEqual([value.price, value.qty, value.side, value.trade_id], ["60000.10", "0.25000000", "sell", 7]);
  await loop.return();
  await settled();
  assert.equal(sockets[0].sent.at(-1).method, "unsubscribe");
  const refused = client.trades("NO/PE");
  const failing = refused.next();
  await settled();
  sockets[0].say({ error: "Currency pair not supported NO/PE", method: "subscribe", req_id: sockets[0].sent.at(-1).req_id, success: false, symbol: "NO/PE" });
  await assert.rejects(failing, { code: "subscribe_rejected" });
  assert.deepEqual(await refused.next(), { done: true, value: undefined });
  void client.close();
});

test("a tap sees every frame both ways, without tokens", async () => {
  const { client, sockets } = await scripted();
  const seen = [];
  const off = client.tap(({ sent, text }) => seen.push([sent, text]));
  await settled();
  sockets[0].open();
  sockets[0].say({ channel: "heartbeat" });
  void client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  await settled();
  assert.deepEqual(seen.map(([sent, text]) => [sent, JSON.parse(text).channel ?? JSON.parse(text).method]), [[false, "heartbeat"], [true, "subscribe"]]);
  off();
  await settled();
  sockets[0].say({ channel: "heartbeat" });
  assert.equal(seen.length, 2);
  void client.close();
});

test("a socket that fails to send is lost, and the client goes on", async () => {
  const { client, clock, sockets } = await scripted({ symbols: ["BTC/USD"] });
  sockets[0].send = () => {
    throw new Error("broken pipe");
  };
  sockets[0].open();
  assert.equal(client.state, "degraded");
  clock.tick(1000);
  assert.equal(sockets.length, 2);
  sockets[1].open();
  assert.equal(sockets[1].sent.length, 1);
  // close() inside a socket's own call waits for its end, and ends everything.
  sockets[1].send = () => void client.close();
  sockets[1].say({ channel: "heartbeat" });
  clock.tick(10_000);
  const closed = client.close();
  await settled();
  clock.tick(2000);
  await closed;
  assert.equal(clock.waiting, 0);
});

test("a client called from inside its own socket acts when that has returned", async () => {
  const { client, sockets } = await scripted({ symbols: ["BTC/USD"] });
  const { send } = sockets[0];
  sockets[0].send = function (text) {
    sockets[0].send = send;
    void client.subscribe({ channel: "trade", symbol: "BTC/USD" });
    send.call(this, text);
  };
  sockets[0].open();
  await settled();
  assert.deepEqual(sockets[0].sent.map(({ params }) => params.channel), ["book", "trade"]);
  void client.close();
});

test("a socket that cannot even be made is an attempt that failed", async () => {
  const clock = new HandClock();
  const client = await hadal.connect({
    clock,
    seed: 42,
    WebSocket: class {
      constructor() {
        throw new TypeError("not today");
      }
    },
  });
  assert.equal(client.state, "degraded");
  const { value } = await client.status().next();
  assert.equal(value.cause, "connect_failed");
  assert.ok(value.retryInMs >= 0 && value.retryInMs <= 500);
  await client.close();
});

test("time limits and reconnection are settings", async () => {
  const { client, clock, sockets } = await scripted({ timeouts: { quietMs: 200, silenceMs: 400 }, reconnect: { enabled: false } });
  sockets[0].open();
  clock.tick(200);
  assert.equal(sockets[0].sent.at(-1).method, "ping");
  clock.tick(200);
  assert.deepEqual(sockets[0].closed, [4000, "silence"]);
  assert.equal(client.state, "closed"); // reconnection is off
  await client.connect();
  assert.equal(client.state, "connecting");
  await client.disconnect();
  assert.equal(client.state, "closed");
  void client.close();
});

test("an abort before the client is there rejects, afterwards it closes the client", async () => {
  ScriptedSocket.made = [];
  await assert.rejects(hadal.connect({ WebSocket: ScriptedSocket, signal: AbortSignal.abort(new Error("too late")) }), /too late/);
  assert.equal(ScriptedSocket.made.length, 0);
  const stop = new AbortController();
  const { client, clock } = await scripted({ signal: stop.signal });
  stop.abort();
  const closed = client.close();
  clock.tick(2000);
  await closed;
  assert.equal(client.state, "closed");
  assert.equal(clock.waiting, 0);
});

test("an abort ends the wait for a WebAssembly file that never comes", async (t) => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  t.after(() => (server.closeAllConnections(), server.close()));
  await once(server, "listening");
  const stop = new AbortController();
  const wasm = new URL(`http://127.0.0.1:${server.address().port}/hadal.wasm`);
  const waiting = connect({ WebSocket: ScriptedSocket, wasm, signal: stop.signal });
  await once(server, "request");
  stop.abort(new Error("too long"));
  await assert.rejects(waiting, /too long/);
});

test("bad options and calls are refused with the name of what is wrong", async () => {
  const bad = (options, words) => assert.rejects(scripted(options), hadalError("config_invalid", words), words);
  await bad({ url: "https://ws.kraken.com" }, "url:");
  await bad({ url: "ws://example.org/v2" }, "url:");
  await bad({ url: 7 }, "url:");
  await bad({ seed: -1 }, "seed:");
  await bad({ policy: "hope" }, "policy:");
  await bad({ symbols: "BTC/USD" }, "symbols:");
  await bad({ symbols: [7] }, "symbols:");
  await bad({ colour: 1 }, "colour:");
  await bad({ allowPlaintext: "false" }, "allowPlaintext:");
  await bad({ depth: "x" }, "depth:");
  await bad({ clock: {} }, "clock:");
  await bad({ worker: true }, "clock:");
  await bad({ wasm: new Uint8Array(1) }, "wasm:");
  await bad({ wasm: 7 }, "wasm:");
  await bad({ WebSocket: 7 }, "WebSocket:");
  await bad({ signal: {} }, "signal:");
  await bad({ timeouts: { silenceMs: 99 } }, "timeouts.silenceMs:");
  await bad({ timeouts: { patience: 99 } }, "patience:");
  await bad({ reconnect: { multiplier: 1 } }, "reconnect.multiplier:");
  await bad({ reconnect: { jitter: "no" } }, "reconnect.jitter:");
  await bad({ reconnect: { baseMs: 500, capMs: 100 } }, "reconnect");
  await bad({ flight: { frames: 0 } }, "flight.frames:");
  await bad({ record: "yes" }, "record:");
  await assert.rejects(scripted({ symbols: ["BTCUSD"] }), { code: "symbol_invalid" });
  await assert.rejects(hadal.connect(null), { code: "config_invalid" });
  const { client } = await scripted();
  const refused = (act, code, words) => assert.rejects(async () => act(), hadalError(code, words), words);
  await refused(() => client.subscribe(), "config_invalid", "subscription:");
  await refused(() => client.subscribe({ channel: "weather" }), "config_invalid", "channel:");
  await refused(() => client.subscribe({ channel: "book", symbol: "BTC/USD", levels: 3 }), "config_invalid", "levels:");
  await refused(() => client.subscribe({ channel: "book", symbol: "BTCUSD" }), "symbol_invalid", "subscribe()");
  await refused(() => client.subscribe({ channel: "book", symbol: "BTC/USD", depth: 11 }), "depth_invalid", "subscribe()");
  await refused(() => client.subscribe({ channel: "ohlc", symbol: "BTC/USD", interval: 2 }), "interval_invalid", "subscribe()");
  await refused(() => client.subscribe({ channel: "ticker", symbol: "BTC/USD", trigger: "moon" }), "config_invalid", "trigger:");
  await refused(() => client.unsubscribe({ channel: "trade", symbol: "BTC/USD" }), "not_subscribed", "unsubscribe()");
  await refused(() => client.resync("BTC/USD"), "not_subscribed", "resync()");
  await refused(() => client.connect(), "invalid_transition", "connecting");
  await refused(() => client.on("trade", 7), "config_invalid", "listener:");
  await refused(() => client.on(7, () => {}), "config_invalid", "type:");
  await refused(() => client.on("trade", () => {}, { policy: "some" }), "config_invalid", "policy:");
  await refused(() => client.on("trade", () => {}, { patience: 1 }), "config_invalid", "patience:");
  await refused(() => client.on("weather", () => {}), "config_invalid", "types:");
  await refused(() => client.events({ maxQueueDepth: 0 }).next(), "config_invalid", "maxQueueDepth:");
  await refused(() => client.watch("BTCUSD", {}), "config_invalid", "symbol:");
  await refused(() => client.watch("BTC/USD", { ladder: 7 }), "config_invalid", "ladder:");
  await refused(() => client.watch("BTC/USD", {}, { depth: 3 }), "config_invalid", "depth:");
  await refused(() => client.track("BTC/USD", { weather: true }), "config_invalid", "weather:");
  await refused(() => client.record({ compress: true }), "config_invalid", "compress:");
  await refused(() => client.replay(7), "config_invalid", "file:");
  await refused(() => client.normalizeSymbol("BTCUSD"), "symbol_invalid", "symbol:");
  await refused(() => client.watchLatency({ total: 1 }), "config_invalid", "total:");
  void client.close();
});

let exchange;
let url;

before(async () => {
  exchange = spawn(native, ["sim", "--port", "0", "--symbols", "5", "--for", "60"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(exchange.stdout, "data");
  url = /ws:\S+/.exec(String(line))[0];
});

after(() => void exchange.kill());

test("against the simulated exchange: books verify, a fault is repaired", { timeout: 30_000 }, async () => {
  const client = await connect({ url, WebSocket, symbols: ["BTC/USD", "ETH/USD"], depth: 100, keepLog: true });
  const status = async (done) => {
    for await (const now of client.status()) if (done(now)) return now;
  };
  const is = (symbol, wanted) => ({ books }) => books.some((book) => book.symbol === symbol && (book.reason ?? book.state) === wanted);
  for await (const { book } of client.frames("BTC/USD")) if (book.verified && book.updates > 20) break;
  assert.equal(client.state, "subscribed");
  assert.equal((await client.book("BTC/USD")).bids.price.length, 100);
  await Promise.all([client.subscribeTrades("BTC/USD"), client.subscribeTicker(["BTC/USD"], { trigger: "bbo" }), client.subscribeInstruments()]);
  assert.equal(await client.keyState({ channel: "ticker", symbol: "BTC/USD", trigger: "bbo" }), "active");
  const faulty = status(is("BTC/USD", "checksum"));
  exchange.stdin.write('{"fault":"drop","symbol":"BTC/USD","count":1}\n');
  await faulty;
  await status(is("BTC/USD", "live"));
  const lost = status(({ state }) => state === "degraded");
  exchange.stdin.write('{"fault":"close","count":1}\n');
  const { books } = await lost;
  assert.equal(books.find(({ symbol }) => symbol === "ETH/USD").reason, "server_closed");
  await status((now) => now.state === "subscribed" && is("ETH/USD", "live")(now));
  const log = await client.log();
  for (const words of ['"type":"ticker"', '"cause":"checksum"', '"to":"degraded","cause":"server_closed"', '"row":"U-8"']) assert.ok(log.includes(words), words);
  assert.match(await client.digest(), /^[0-9a-f]{16}$/);
  await client.close();
});
