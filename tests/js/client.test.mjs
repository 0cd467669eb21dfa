// The client: a real WebSocket (ws) against `hadal sim`, and scripted sockets with a clock by hand.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { HadalError, connect, load } from "hadal";
import WebSocket from "ws";
import { HandClock, native, root } from "./support.mjs";

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

function scripted(options = {}) {
  ScriptedSocket.made = [];
  const clock = new HandClock();
  const client = hadal.connect({ WebSocket: ScriptedSocket, clock, seed: 42, keepLog: true, ...options });
  return { client, clock, sockets: ScriptedSocket.made };
}

const ack = (id, symbol, method = "subscribe") => ({ method, req_id: id, result: { channel: "book", depth: 10, snapshot: true, symbol }, success: true });
const snapshot =
  '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[],"asks":[],"checksum":0,"timestamp":"2026-01-02T03:04:05.678901Z"}]}';

test("subscribes what is wanted, tells its state, keeps itself alive and comes back", () => {
  const { client, clock, sockets } = scripted({ symbols: ["XBT/USD"], depth: 10 });
  assert.equal(client.state, "connecting");
  assert.equal(sockets[0].url, "wss://ws.kraken.com/v2");
  assert.equal(sockets[0].binaryType, "arraybuffer");
  let changes = 0;
  const off = client.onChange(() => changes++);
  sockets[0].open();
  assert.equal(client.state, "subscribing");
  assert.deepEqual(sockets[0].sent, [{ method: "subscribe", params: { channel: "book", symbol: ["BTC/USD"], depth: 10, snapshot: true }, req_id: 1 }]);
  assert.equal(client.keyState({ channel: "book", symbol: "BTC/USD" }), "pending");
  sockets[0].say(ack(1, "BTC/USD"));
  sockets[0].say(snapshot);
  assert.equal(client.state, "subscribed");
  assert.equal(client.keyState({ channel: "book", symbol: "BTC/USD" }), "active");
  assert.equal(client.book("BTC/USD").state, "live");
  assert.equal(changes, 3);
  off();
  sockets[0].say({ channel: "heartbeat" });
  assert.equal(changes, 3);

  // Silence: a ping, then the socket is closed and another one opened.
  clock.tick(5000);
  assert.equal(sockets[0].sent.at(-1).method, "ping");
  clock.tick(5000);
  assert.deepEqual(sockets[0].closed, [4000, "silence"]);
  assert.equal(client.state, "degraded");
  assert.equal(client.book("BTC/USD").reason, "silence");
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
  client.close();
  assert.deepEqual(sockets[2].closed, [1000, ""]);
  assert.equal(clock.waiting, 0);
  client.close();
  assert.throws(() => client.state, { code: "already_closed" });
});

test("one depth is the default everywhere", () => {
  const { client } = scripted({ symbols: ["BTC/USD"] });
  client.unsubscribe({ channel: "book", symbol: "BTC/USD" });
  assert.equal(client.keyState({ channel: "book", symbol: "BTC/USD" }), undefined);
  client.close();
});

test("a listener may call the client, and close it", () => {
  const { client, sockets } = scripted();
  let calls = 0;
  client.onChange(() => {
    calls++;
    client.retryNow(); // an input, of which the listener is told again, but not for ever
  });
  sockets[0].open();
  assert.ok(calls > 0 && calls < 10, `${calls} calls`);
  const second = scripted();
  let later = 0;
  second.client.onChange(() => second.client.close());
  second.client.onChange(() => later++);
  second.sockets[0].open();
  assert.equal(later, 0);
  assert.equal(second.clock.waiting, 0);
  client.close();
});

test("a socket that fails to send is lost, and the client goes on", () => {
  const { client, clock, sockets } = scripted({ symbols: ["BTC/USD"] });
  sockets[0].send = () => {
    throw new Error("broken pipe");
  };
  sockets[0].open();
  assert.equal(client.state, "degraded");
  clock.tick(1000);
  assert.equal(sockets.length, 2);
  sockets[1].open();
  assert.equal(sockets[1].sent.length, 1);
  // close() inside a socket's own call ends everything at once.
  sockets[1].send = () => client.close();
  sockets[1].say({ channel: "heartbeat" });
  clock.tick(10_000);
  assert.equal(clock.waiting, 0);
  client.close();
});

test("a client called from inside its own socket says so", () => {
  const { client, sockets } = scripted();
  sockets[0].send = () => client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  sockets[0].open();
  client.subscribe({ channel: "book", symbol: "BTC/USD" }); // its send() throws: that socket is lost
  assert.equal(client.state, "degraded");
  client.close();
});

test("a socket that cannot even be made is an attempt that failed", () => {
  const clock = new HandClock();
  const client = hadal.connect({
    clock,
    seed: 42,
    WebSocket: class {
      constructor() {
        throw new TypeError("not today");
      }
    },
  });
  assert.equal(client.state, "degraded");
  client.close();
});

test("bad options and calls are refused with the name of what is wrong", async () => {
  const bad = (options, words) =>
    assert.throws(() => scripted(options), (error) => error instanceof HadalError && error.code === "config_invalid" && error.message.includes(words), words);
  bad({ url: "https://ws.kraken.com" }, "url:");
  bad({ url: "ws://example.org/v2" }, "url:");
  bad({ seed: -1 }, "seed:");
  bad({ policy: "hope" }, "policy:");
  bad({ symbols: "BTC/USD" }, "symbols:");
  bad({ colour: 1 }, "colour:");
  bad({ allowPlaintext: "false" }, "allowPlaintext:");
  bad({ depth: "x" }, "depth:");
  bad({ clock: {} }, "clock:");
  bad({ wasm: new Uint8Array(1) }, "wasm:");
  assert.throws(() => hadal.connect(null), { code: "config_invalid" });
  bad({ WebSocket: 7 }, "WebSocket:");
  const { client } = scripted();
  const refused = (act, code, words) => assert.throws(act, (error) => error instanceof HadalError && error.code === code && error.message.includes(words), words);
  refused(() => client.subscribe(), "config_invalid", "subscription:");
  refused(() => client.subscribe({ channel: "weather" }), "config_invalid", "channel:");
  refused(() => client.subscribe({ channel: "book", symbol: "BTC/USD", levels: 3 }), "config_invalid", "levels:");
  refused(() => client.subscribe({ channel: "book", symbol: "BTCUSD" }), "symbol_invalid", "subscribe()");
  refused(() => client.subscribe({ channel: "book", symbol: "BTC/USD", depth: 11 }), "depth_invalid", "subscribe()");
  refused(() => client.subscribe({ channel: "ohlc", symbol: "BTC/USD", interval: 2 }), "interval_invalid", "subscribe()");
  refused(() => client.subscribe({ channel: "ticker", symbol: "BTC/USD", trigger: "moon" }), "config_invalid", "trigger:");
  refused(() => client.unsubscribe({ channel: "trade", symbol: "BTC/USD" }), "not_subscribed", "unsubscribe()");
  refused(() => client.resync("BTC/USD"), "not_subscribed", "resync()");
  refused(() => client.connect(), "invalid_transition", "connecting");
  client.close();
});

test("a listener that throws disturbs nobody, and is reported", () => {
  const script = `
    import { load } from "hadal";
    const socket = class { constructor() { globalThis.made = this; } send() {} close() {} };
    const client = (await load()).connect({ WebSocket: socket });
    process.on("uncaughtException", (error) => { console.log("reported: " + error.message); client.close(); });
    client.onChange(() => { throw new Error("my fault"); });
    client.onChange(() => console.log("heard"));
    made.onopen({});`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  assert.equal(stdout, "heard\nreported: my fault\n", stderr);
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
  const until = (done) =>
    new Promise((resolve) => {
      const off = client.onChange(() => done() && (off(), resolve()));
      if (done()) off(), resolve();
    });
  await until(() => ["BTC/USD", "ETH/USD"].every((symbol) => client.book(symbol)?.verified && client.book(symbol).updates > 20));
  assert.equal(client.state, "subscribed");
  assert.equal(client.book("BTC/USD").bids.price.length, 100);
  client.subscribe({ channel: "trade", symbol: "BTC/USD" });
  client.subscribe({ channel: "ticker", symbol: "BTC/USD", trigger: "bbo" });
  await until(() => client.keyState({ channel: "ticker", symbol: "BTC/USD", trigger: "bbo" }) === "active");
  exchange.stdin.write('{"fault":"drop","symbol":"BTC/USD","count":1}\n');
  await until(() => client.book("BTC/USD").reason === "checksum");
  await until(() => client.book("BTC/USD").verified);
  exchange.stdin.write('{"fault":"close","count":1}\n');
  await until(() => client.state === "degraded");
  assert.equal(client.book("ETH/USD").reason, "server_closed");
  await until(() => client.state === "subscribed" && client.book("ETH/USD").verified);
  const log = client.drain();
  for (const words of ['"type":"ticker"', '"cause":"checksum"', '"to":"degraded","cause":"server_closed"', '"row":"U-8"']) assert.ok(log.includes(words), words);
  assert.match(client.digest(), /^[0-9a-f]{16}$/);
  client.close();
});
