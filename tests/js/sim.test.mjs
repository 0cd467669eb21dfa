// `hadal sim` as clients meet it: a bare WebSocket, a trading library, plain HTTP, a terminal.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, test } from "node:test";
import ccxt from "ccxt";
import WebSocket from "ws";
import { native, programs } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-sim-test-"));
after(() => rmSync(folder, { recursive: true }));

const cleanUps = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A promise that must come true in time. */
function within(promise, what, ms = 20_000) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Things that come one by one, and waiting for the first that is wanted. */
class Arrivals {
  all = [];
  #waiting = [];

  push(one) {
    this.all.push(one);
    for (const check of [...this.#waiting]) check(one);
  }
  /** The first that `wanted` accepts, of those that have come or will come. */
  find(wanted, what) {
    const known = this.all.find(wanted);
    return known === undefined ? this.next(wanted, what) : Promise.resolve(known);
  }
  next(wanted, what) {
    let check;
    const found = new Promise((resolve, reject) => {
      check = (one) => {
        try {
          if (wanted(one)) resolve(one);
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push(check);
    });
    return within(found, what).finally(() => this.#waiting.splice(this.#waiting.indexOf(check), 1));
  }
}

/** Starts `hadal sim` on a free port and waits until it is ready. */
async function startSim(...args) {
  const child = spawn(native, ["sim", "--port", "0", ...args], { stdio: "pipe" });
  const exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  cleanUps.push(() => {
    child.kill("SIGKILL");
    return exit;
  });
  const out = new Arrivals();
  const err = new Arrivals();
  createInterface(child.stdout).on("line", (line) => out.push(line));
  createInterface(child.stderr).on("line", (line) => err.push(line));
  const ready = await out.find((line) => line.includes("ws://"), "the first line");
  const url = ready.match(/ws:\/\/\S+$/)[0];
  return { child, out, err, ready, url, http: url.replace("ws:", "http:").replace("/v2", ""), exit: (what) => within(exit, what) };
}

/** A client that keeps the text of every frame. */
async function connect(url) {
  const socket = new WebSocket(url);
  cleanUps.push(() => socket.terminate());
  const frames = new Arrivals();
  socket.on("message", (data, binary) => frames.push(binary ? { binary: data } : { text: data.toString(), json: parsed(data) }));
  const closed = new Promise((resolve) => socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() })));
  socket.on("error", () => {}); // close tells
  await within(new Promise((resolve) => socket.once("open", resolve)), "the upgrade");
  const subscribe = (params, req_id) => socket.send(JSON.stringify({ method: "subscribe", params, req_id }));
  return { socket, frames, subscribe, closed: () => within(closed, "the end of the connection") };
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

/** The HTTP status with which an upgrade is refused. */
function refusal(url) {
  const socket = new WebSocket(url);
  cleanUps.push(() => socket.terminate());
  socket.on("error", () => {});
  return within(new Promise((resolve) => socket.once("unexpected-response", (_, response) => resolve(response.statusCode))), "a refusal");
}

function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A book kept from the digits of its frames; no number of it is ever a float. */
class DigitBook {
  constructor(depth) {
    this.depth = depth;
    this.sides = { asks: new Map(), bids: new Map() };
  }
  sorted(side) {
    const integer = ([price]) => BigInt(price.replace(".", ""));
    const rising = [...this.sides[side]].sort((a, b) => (integer(a) < integer(b) ? -1 : 1));
    return side === "asks" ? rising : rising.reverse();
  }
  apply(text) {
    for (const side of ["bids", "asks"]) {
      if (text.includes('"type":"snapshot"')) this.sides[side].clear();
      const levels = text.match(new RegExp(`"${side}":\\[(.*?)\\]`))[1];
      for (const [, price, qty] of levels.matchAll(/"price":([\d.]+),"qty":([\d.]+)/g)) {
        if (/^[0.]+$/.test(qty)) this.sides[side].delete(price);
        else this.sides[side].set(price, qty);
      }
      this.sides[side] = new Map(this.sorted(side).slice(0, this.depth));
    }
  }
  checksum() {
    const digits = (number) => number.replace(".", "").replace(/^0+/, "");
    return crc32(["asks", "bids"].flatMap((side) => this.sorted(side).slice(0, 10).flat().map(digits)).join(""));
  }
}

test("a bare client gets acks, snapshots, updates and heartbeats, and a book whose checksums match", async () => {
  const sim = await startSim("--rate", "4", "--seed", "7");
  assert.match(sim.ready, /^hadal sim: 2 symbols \(BTC\/USD, ETH\/USD\), seed 7, scenario busy: ws:\/\/127\.0\.0\.1:\d+\/v2$/);
  const { frames, subscribe, socket } = await connect(sim.url);
  const symbol = ["BTC/USD"];
  const wanted = [
    { channel: "book", symbol, depth: 10 },
    { channel: "ticker", symbol, event_trigger: "bbo" },
    { channel: "ticker", symbol, event_trigger: "trades" },
    { channel: "trade", symbol, snapshot: true },
    { channel: "ohlc", symbol, interval: 1 },
    { channel: "instrument" },
  ];
  wanted.forEach((params, i) => subscribe(params, i + 1));

  assert.equal((await frames.find(() => true, "a frame")).json.channel, "status"); // before anything else
  for (const [i, params] of wanted.entries()) {
    const { json } = await frames.find(({ json }) => json?.req_id === i + 1, `the ack of ${params.channel}`);
    assert.equal(json.success, true, JSON.stringify(json));
    assert.equal(json.result.channel, params.channel);
    await frames.find(({ json }) => json?.channel === params.channel && json.type === "snapshot", `a snapshot of ${params.channel}`);
  }
  const tickers = () => frames.all.filter(({ json }) => json?.channel === "ticker" && json.type === "snapshot").length;
  assert.equal(tickers(), 2);
  for (const channel of ["ticker", "trade", "ohlc"])
    await frames.find(({ json }) => json?.channel === channel && json.type === "update", `an update of ${channel}`);

  let count = 0;
  await frames.find(({ json }) => json?.channel === "book" && json.type === "update" && ++count === 60, "60 updates");
  let beats = 0;
  await frames.find(({ json }) => json?.channel === "heartbeat" && ++beats === 2, "two heartbeats");

  const book = new DigitBook(10);
  let compared = 0;
  for (const { text, json } of frames.all) {
    if (json?.channel !== "book") continue;
    book.apply(text);
    assert.equal(String(book.checksum()), text.match(/"checksum":(\d+)/)[1], text);
    ++compared;
  }
  assert.ok(compared > 50);
  for (const side of ["asks", "bids"]) assert.equal(book.sides[side].size, 10);

  const pong = new Promise((resolve) => socket.once("pong", (data) => resolve(data.toString())));
  socket.ping("a ping of RFC 6455");
  assert.equal(await within(pong, "a pong"), "a ping of RFC 6455");
});

/** ccxt's `kraken` on a simulated exchange, its markets as the exchange would list them. */
async function ccxtClient(url, options = {}) {
  const exchange = new ccxt.pro.kraken({ options });
  exchange.urls.api.ws.publicV2 = url;
  await exchange.loadHttpProxyAgent(); // what it needs for ws://
  const market = (base, tick) => ({
    id: `${base}USD`, symbol: `${base}/USD`, base, quote: "USD", baseId: base, quoteId: "USD",
    type: "spot", spot: true, active: true, precision: { price: tick, amount: 1e-8 }, limits: {}, info: {},
  });
  exchange.setMarkets([market("BTC", 0.1), market("ETH", 0.01)]);
  cleanUps.push(() => exchange.close());
  return exchange;
}

test("ccxt watches books, tickers and trades of two pairs", async () => {
  const sim = await startSim("--rate", "10");
  const exchange = await ccxtClient(sim.url);
  const { frames, subscribe } = await connect(sim.url);
  for (const symbol of ["BTC/USD", "ETH/USD"]) {
    subscribe({ channel: "ticker", symbol: [symbol], event_trigger: "bbo" });
    const { json } = await frames.find(({ json }) => json?.channel === "ticker" && json.data[0].symbol === symbol, "a ticker");
    const [{ bid, ask }] = json.data;
    const near = (price, what) => assert.ok(Math.abs(price / ask - 1) < 0.02, `${symbol} ${what} ${price}, asked ${ask}`);
    assert.ok(bid < ask);

    for (let i = 0; i < 10; ++i) {
      const book = await within(exchange.watchOrderBook(symbol, 10), "a book");
      assert.deepEqual([book.symbol, book.bids.length, book.asks.length], [symbol, 10, 10]);
      assert.ok(book.bids[0][0] < book.asks[0][0], `${book.bids[0]} ${book.asks[0]}`);
      near(book.bids[0][0], "best bid");
      near(book.asks[0][0], "best ask");
    }
    const ticker = await within(exchange.watchTicker(symbol), "a ticker");
    assert.ok(ticker.bid < ticker.ask);
    near(ticker.last, "last price");
    const trades = await within(exchange.watchTrades(symbol), "trades");
    assert.ok(trades.length > 0);
    for (const trade of trades) {
      assert.equal(trade.symbol, symbol);
      assert.match(trade.side, /^(buy|sell)$/);
      assert.ok(trade.amount > 0);
      near(trade.price, "trade");
    }
  }
});

test("ccxt's own comparison of checksums agrees", async () => {
  const sim = await startSim("--rate", "10");
  const exchange = await ccxtClient(sim.url, { watchOrderBook: { checksum: true } });
  // ccxt 4.5.84 gives its formatter numbers where it takes text, price and quantity in turn: the text is made here.
  const format = exchange.formatNumber;
  let calls = 0;
  exchange.formatNumber = (number) => format.call(exchange, number.toFixed(calls++ % 2 === 0 ? 1 : 8));
  for (let i = 0; i < 50; ++i) await within(exchange.watchOrderBook("BTC/USD", 10), "a book"); // rejects with ChecksumError
  assert.ok(calls >= 50 * 40);

  sim.child.stdin.write('{"fault":"wrong_checksum"}\n');
  const failed = async () => {
    for (;;) await exchange.watchOrderBook("BTC/USD", 10);
  };
  await assert.rejects(within(failed(), "an error"), ccxt.ChecksumError);
});

test("bad flags exit with 2, one line and the flag's name", () => {
  const plan = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const unknown = plan("unknown.json", '[{"fault":"drop"},{"fault":"dorp"}]');
  const cases = [
    [["--port", "65536"], /--port 65536/],
    [["--port", "http"], /--port http/],
    [["--host", "example.org"], /--host example\.org: must be an IP address/],
    [["--host", "0.0.0.0"], /--host 0\.0\.0\.0: .*--allow-remote/],
    [["--symbols", "0"], /--symbols 0/],
    [["--symbols", "1201"], /--symbols 1201/],
    [["--seed", "-1"], /--seed/],
    [["--rate", "0"], /--rate 0/],
    [["--rate", "1.2345"], /--rate 1\.2345/],
    [["--rate", "1e3"], /--rate 1e3/],
    [["--scenario", "bussy"], /--scenario bussy: must be busy, calm/],
    [["--connection-limit", "many"], /--connection-limit many/],
    [["--for", "0"], /--for 0/],
    [["--faults", join(folder, "none.json")], /--faults .*none\.json: cannot be read: No such file/],
    [["--faults", folder], /--faults .*: cannot be read: Is a directory/],
    [["--faults", "-"], /--faults -: cannot be read/],
    [["--faults", plan("broken.json", "[{")], /--faults .*broken\.json: is not valid JSON/],
    [["--faults", unknown], /--faults .*unknown\.json: entry 2: unknown fault "dorp"; known are drop, /],
    [["--prot", "1"], /did you mean --port\?/],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = programs.native(["sim", ...args], { timeout: 20_000 });
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
  assert.match(programs.native(["--help"]).stdout, /^ {2}sim /m);
  assert.match(programs.native(["sim", "--help"]).stdout, /^Example: /m);
});

test("a port in use exits with 1 and one line", async () => {
  const server = createServer();
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const { status, stdout, stderr } = programs.native(["sim", "--port", String(port)], { timeout: 20_000 });
  assert.deepEqual([status, stdout], [1, ""]);
  assert.equal(stderr, `hadal: 127.0.0.1:${port}: cannot be listened on: Address already in use; choose another port with --port\n`);
});

test("--for ends by itself, whatever standard input is", () => {
  const lines = (options) => {
    const { status, stdout, stderr } = programs.native(["sim", "--port", "0", "--symbols", "6", "--for", "1"], { timeout: 20_000, ...options });
    assert.deepEqual([status, stderr], [0, ""]);
    return stdout.trim().split("\n");
  };
  const [ready, summary, ...rest] = lines({ stdio: ["ignore", "pipe", "pipe"] });
  assert.match(ready, /^hadal sim: 6 symbols \(BTC\/USD, ETH\/USD, SOL\/USD, XRP\/USD, ADA\/USD, \.\.\.\), seed 1, /);
  assert.equal(summary, "hadal sim: 0 connections served, 0 frames sent, 0 faults injected");
  assert.deepEqual(rest, []);
  assert.deepEqual(lines({ input: '{"fault":"drop"}\n\noff' }).slice(1, 3), ["fault: drop", "fault: off"]); // the last line without its end
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal} closes every connection and exits with 0, also if a client does not listen`, async () => {
    const sim = await startSim();
    const [listening, deaf] = [await connect(sim.url), await connect(sim.url)];
    deaf.socket.pause();
    listening.subscribe({ channel: "book", symbol: ["BTC/USD"], depth: 10 });
    await listening.frames.find(({ json }) => json?.type === "snapshot", "a snapshot");
    const start = performance.now();
    sim.child.kill(signal);
    assert.deepEqual(await listening.closed(), { code: 1001, reason: "" });
    assert.equal(await sim.exit("the end"), 0);
    assert.ok(performance.now() - start < 2_000);
    assert.match(sim.out.all.at(-1), /^hadal sim: 2 connections served, [1-9]\d* frames sent, 0 faults injected$/);
    assert.deepEqual(sim.err.all, []);
  });
}

test("plain HTTP: a page, 404 and 426", async () => {
  const sim = await startSim();
  const get = async (path) => {
    const response = await fetch(sim.http + path, { signal: AbortSignal.timeout(20_000) });
    return [response.status, await response.text()];
  };
  const [status, page] = await get("/");
  assert.equal(status, 200);
  assert.ok(page.includes(sim.url) && page.includes('"method":"subscribe"'));
  assert.deepEqual(await get("/v1"), [404, `Nothing is here; the WebSocket is ${sim.url}\n`]);
  assert.deepEqual(await get("/v2"), [426, `This is a WebSocket: connect to ${sim.url}\n`]);
  assert.equal(await refusal(sim.url.replace("/v2", "/")), 404);
  assert.equal(await refusal(sim.url.replace("/v2", "/v2/private")), 404);
  await connect(sim.url + "?a=1");
});

test("faults given on standard input reach the client, and end", async () => {
  const sim = await startSim("--rate", "4");
  const { frames, subscribe, closed, socket } = await connect(sim.url);
  subscribe({ channel: "book", symbol: ["BTC/USD"], depth: 10 });
  const isUpdate = ({ json }) => json?.channel === "book" && json.type === "update";
  await frames.find(isUpdate, "an update");

  sim.child.stdin.write('{"fault":"binary","channel":"book"}\n');
  await sim.out.find((line) => line === "fault: binary", "the answer");
  await frames.next(({ binary }) => binary !== undefined, "a binary frame");
  sim.child.stdin.write(" off \n");
  await sim.out.find((line) => line === "fault: off", "the answer");
  await frames.next(isUpdate, "an update");

  sim.child.stdin.write('{"fault":"dorp"}\nhello\n{"fault":"close","code":1013,"text":"come again","from":10,"until":600000}\n');
  await sim.out.find((line) => line.startsWith('error: standard input: entry 1: unknown fault "dorp"; known are drop, '), "an error");
  await sim.out.find((line) => line === "error: standard input: is not valid JSON", "an error");
  await sim.out.find((line) => line === "fault: close", "the answer");
  assert.deepEqual(await closed(), { code: 1013, reason: "come again" });
  assert.equal(socket.readyState, WebSocket.CLOSED);

  sim.child.stdin.write("quit\n");
  assert.equal(await sim.exit("the end"), 0);
  const injected = sim.out.all.at(-1).match(/^hadal sim: 1 connection served, \d+ frames sent, (\d+) faults injected$/)[1];
  assert.ok(Number(injected) >= 2);
});

test("the end of standard input changes nothing", async () => {
  const sim = await startSim();
  sim.child.stdin.end('{"fault":"ack_lost"}');
  await sim.out.find((line) => line === "fault: ack_lost", "the answer");
  const { frames, socket } = await connect(sim.url);
  socket.send('{"method":"ping","req_id":1}');
  await frames.find(({ json }) => json?.method === "pong", "a pong");
});

test("a plan of refusals answers the upgrade with 503", async () => {
  const plan = join(folder, "refuse.json");
  writeFileSync(plan, '[{"fault":"refuse_connect","count":2},{"fault":"refuse_connect","code":403,"count":1}]');
  const sim = await startSim("--faults", plan);
  for (const status of [503, 503, 403]) assert.equal(await refusal(sim.url), status);
  await connect(sim.url);
});

test("more connections than allowed are refused with 429", async () => {
  const sim = await startSim("--connection-limit", "1");
  await connect(sim.url);
  assert.equal(await refusal(sim.url), 429);
});

test("a disconnect is a reset without a close frame", async () => {
  const sim = await startSim();
  const { closed } = await connect(sim.url);
  sim.child.stdin.write('{"fault":"disconnect"}\n');
  assert.equal((await closed()).code, 1006);
});

test("a client that does not read is dropped, and others go on", async () => {
  const sim = await startSim("--rate", "10");
  const [deaf, listening] = [await connect(sim.url), await connect(sim.url)];
  for (const { subscribe } of [deaf, listening]) subscribe({ channel: "book", symbol: ["BTC/USD"], depth: 10 });
  await deaf.frames.find(({ json }) => json?.type === "snapshot", "a snapshot");
  deaf.socket.pause();
  sim.child.stdin.write('{"fault":"huge_frame","connection":1,"count":10}\n'); // 9 MiB each
  await sim.err.find((line) => line === "hadal sim: dropped a connection for which 32 MiB were waiting", "the warning");
  await listening.frames.next(({ json }) => json?.channel === "book", "an update");
  deaf.socket.resume();
  assert.equal((await deaf.closed()).code, 1006);
});

test("a message of more than 1 MiB ends the connection, a smaller one is answered", async () => {
  const sim = await startSim();
  const { socket, frames, closed } = await connect(sim.url);
  socket.send(Buffer.from("binary is ignored"));
  socket.send(" ".repeat(1 << 20));
  await frames.find(({ json }) => json?.success === false || json?.error !== undefined, "a refusal");
  socket.send(" ".repeat((1 << 20) + 1));
  assert.ok([1009, 1006].includes((await closed()).code)); // what was not read may overtake the close frame with a reset
});
