// hadal/sim: the simulated exchange in the page, with a clock by hand: nothing here waits.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { load } from "hadal";
import { HadalError, faultNames, scenarioNames, simulate } from "hadal/sim";
import { HandClock, root } from "./support.mjs";

const hadal = await load();
const unixMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const url = "wss://simulated.example/v2";

const cleanUps = [];
afterEach(() => cleanUps.splice(0).forEach((exchange) => exchange.close()));

async function begin(options = {}) {
  const clock = new HandClock();
  const exchange = await simulate({ clock, unixMs, ...options });
  cleanUps.push(exchange);
  return { clock, exchange };
}

/** A socket whose events are kept in order. */
function open(exchange, address = url, protocols) {
  const socket = new exchange.WebSocket(address, protocols);
  const events = [];
  for (const type of ["open", "message", "error", "close"]) {
    socket.addEventListener(type, (event) => {
      const { code, reason, wasClean, data } = event;
      events.push(type === "close" ? ["close", code, reason, wasClean] : type === "message" ? ["message", data] : [type]);
    });
  }
  const texts = () => events.filter(([type, data]) => type === "message" && typeof data === "string").map(([, data]) => data);
  const subscribe = (params, req_id) => socket.send(JSON.stringify({ method: "subscribe", params, req_id }));
  /** Without messages. */
  const story = () => events.filter(([type]) => type !== "message");
  return { socket, events, texts, json: () => texts().map((text) => JSON.parse(text)), subscribe, story };
}

async function opened(options) {
  const { clock, exchange } = await begin(options);
  const client = open(exchange);
  clock.tick(0);
  assert.deepEqual(client.story(), [["open"]]);
  return { clock, exchange, ...client };
}

const book = { channel: "book", symbol: ["BTC/USD", "ETH/USD"], depth: 10 };
const digest = (texts) => createHash("sha256").update(texts.join("\n")).digest("hex");
const closing = (code, reason = "", wasClean = true) => [["open"], ["close", code, reason, wasClean]];
const never = [["error"], ["close", 1006, "", false]];

test("the same seed gives the same frames, in one module and in another; another seed gives others", async () => {
  const run = async (options) => {
    const { clock, exchange, subscribe, socket, texts } = await opened({ scenario: "storm", faults: [{ fault: "odd_numbers", probability: 0.05 }], ...options });
    subscribe(book, 1);
    clock.tick(700.5);
    subscribe({ channel: "ticker", symbol: ["ETH/USD"], event_trigger: "bbo" }, 2);
    clock.tick(2000);
    socket.send('{"method":"ping","req_id":3}');
    clock.tick(5);
    assert.ok(texts().length > 500, `${texts().length} frames`);
    assert.equal(exchange.frames, texts().length);
    assert.ok(exchange.faults > 0);
    return digest(texts());
  };
  const first = await run({ seed: 7 });
  assert.equal(await run({ seed: 7 }), first);
  assert.equal(await run({ seed: 7, wasm: readFileSync(join(root, "dist/hadal-sim.wasm")) }), first);
  assert.notEqual(await run({ seed: 8 }), first);
  assert.notEqual(await run({ seed: 2 ** 53 - 1 }), await run({ seed: 2 ** 53 - 2 }));
});

test("books, tickers and trades are served, and every checksum matches in the client's engine", async () => {
  const { clock, exchange, subscribe, json, texts } = await opened();
  assert.deepEqual(exchange.symbols, ["BTC/USD", "ETH/USD"]);
  subscribe(book, 1);
  subscribe({ channel: "ticker", symbol: ["BTC/USD"] }, 2);
  subscribe({ channel: "trade", symbol: ["BTC/USD"], snapshot: true }, 3);
  assert.equal(json().length, 1); // the status; nothing comes while send() runs
  clock.tick(10_000);
  assert.deepEqual([json()[0].channel, json()[0].type], ["status", "update"]);
  for (const channel of ["book", "ticker", "trade"]) {
    assert.ok(json().some((frame) => frame.result?.channel === channel && frame.success), `ack of ${channel}`);
    for (const type of ["snapshot", "update"]) assert.ok(json().some((frame) => frame.channel === channel && frame.type === type), `${type} of ${channel}`);
  }
  assert.equal(json().filter(({ channel }) => channel === "heartbeat").length, 10);
  assert.match(json().at(-1).data?.[0].timestamp ?? "2026-01-02T03:04:15", /^2026-01-02T03:04:1[45]/);
  const feed = hadal.feed();
  texts().forEach((text, i) => feed.onText(i, text));
  for (const symbol of exchange.symbols) {
    const { verified, matched, mismatched } = feed.book(symbol);
    assert.deepEqual([verified, mismatched], [true, 0], symbol);
    assert.ok(matched > 50, `${matched} of ${symbol}`);
  }
  feed.close();
});

test("a fault by hand strikes from now on, for as long as it says", async () => {
  const { clock, exchange, subscribe, texts } = await opened();
  subscribe(book);
  clock.tick(3000);
  assert.equal(exchange.faults, 0);
  exchange.inject({ fault: "wrong_checksum", symbol: "BTC/USD", channel: "book", count: 1 });
  clock.tick(3000);
  assert.equal(exchange.faults, 1);
  const feed = hadal.feed();
  texts().forEach((text, i) => feed.onText(i, text));
  assert.deepEqual([feed.book("BTC/USD").mismatched, feed.book("ETH/USD").mismatched], [1, 0]);
  feed.close();

  exchange.inject([{ fault: "drop", from: 1000, until: 2000 }, { fault: "binary", from: 5000 }]);
  clock.tick(999);
  assert.equal(exchange.faults, 1);
  clock.tick(1500);
  const dropped = exchange.faults;
  assert.ok(dropped > 5);
  clock.tick(2000);
  assert.equal(exchange.faults, dropped);
  exchange.endFaults();
  clock.tick(5000);
  assert.equal(exchange.faults, dropped);
});

test("the names of faults, their members and scenarios are those that the simulator knows", async () => {
  const { exchange } = await begin();
  const told = (fault) => {
    try {
      exchange.inject(fault);
    } catch (error) {
      assert.equal(error.code, "config_invalid");
      return error.message.match(/known are (.*)$/)[1].split(", ");
    }
  };
  assert.deepEqual(told({ fault: "?" }), [...faultNames]);
  const type = readFileSync(join(root, "web/ts/sim/fault.ts"), "utf8").match(/interface Fault \{([\s\S]*?)\n\}/)[1];
  assert.deepEqual(told({ fault: "drop", "?": 1 }), [...type.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name));
  const header = readFileSync(join(root, "src/hadal_sim/scenario.hpp"), "utf8").match(/kScenarios\[\] = \{([\s\S]*?)\n\};/)[1];
  assert.deepEqual([...header.matchAll(/^ {4}\{"(\w+)"/gm)].map(([, name]) => name), [...scenarioNames]);
  for (const scenario of scenarioNames) (await begin({ scenario })).exchange.close();
  const sizes = (await Promise.all(["busy", "calm", "thin"].map((scenario) => opened({ scenario })))).map(({ clock, subscribe, texts }) => {
    subscribe(book);
    clock.tick(5000);
    return texts().length;
  });
  assert.equal(new Set(sizes).size, 3, `${sizes} frames`);
});

test("events come in later tasks; what is lost before they come is not told", async () => {
  const { clock, exchange } = await begin();
  const { socket, events, story } = open(exchange);
  assert.equal(socket.readyState, socket.CONNECTING);
  assert.throws(() => socket.send("{}"), { name: "InvalidStateError" });
  await new Promise(setImmediate);
  assert.deepEqual(events, []);
  clock.tick(0);
  assert.equal(socket.readyState, socket.OPEN);
  assert.deepEqual(events[0], ["open"]);
  assert.equal(JSON.parse(events[1][1]).channel, "status");
  const before = events.length;
  socket.send('{"method":"ping"}');
  assert.equal(events.length, before);
  socket.close(4000, "enough");
  assert.equal(socket.readyState, socket.CLOSING);
  socket.close(); // no more than once
  socket.send("into the void");
  clock.tick(60_000);
  assert.deepEqual([...story(), events.length], [...closing(4000, "enough"), before + 1]); // the pong found a closing socket
  assert.equal(socket.readyState, socket.CLOSED);
  assert.equal(clock.waiting, 0);
});

test("answers in a handler come in later tasks too", async () => {
  const { clock, socket, texts } = await opened();
  let inside = 0;
  socket.onmessage = () => {
    assert.equal(inside++, 0);
    if (texts().length < 6) socket.send('{"method":"ping"}');
    inside--;
  };
  socket.send('{"method":"ping"}');
  clock.tick(100);
  assert.equal(texts().filter((text) => text.includes("pong")).length, 5);
});

test("only /v2 without a subprotocol is served, on any host", async () => {
  const { clock, exchange } = await begin();
  for (const [address, protocols, story] of [
    ["ws://localhost:8080/v2", undefined, [["open"]]],
    ["https://simulated.example/v2?a=b", [], [["open"]]],
    [new URL("wss://simulated.example/v2"), undefined, [["open"]]],
    ["wss://simulated.example/", undefined, never],
    ["wss://simulated.example/v2/", undefined, never],
    ["wss://simulated.example/v2", "kraken", never], // the server names none: browsers give up
  ]) {
    const client = open(exchange, address, protocols);
    clock.tick(0);
    assert.deepEqual(client.story(), story, String(address));
    assert.equal(client.socket.readyState, story === never ? 3 : 1);
    client.socket.close();
  }
  assert.equal(new exchange.WebSocket("https://simulated.example/v2").url, "wss://simulated.example/v2");
  for (const [address, protocols] of [["/v2"], ["ftp://a/v2"], ["wss://a/v2#b"], ["wss://a/v2#"], ["wss://"], [url, ["a", "a"]], [url, "a b"], [url, ""]]) {
    assert.throws(() => new exchange.WebSocket(address, protocols), (error) => error instanceof DOMException && error.name === "SyntaxError", `${address} ${protocols}`);
  }
});

test("close() checks its arguments as the DOM does and names the code that the other side answers", async () => {
  const { clock, exchange, socket } = await opened();
  for (const code of [0, 999, 1001, 1006, 2999, 5000, NaN, "x"]) {
    assert.throws(() => socket.close(code), (error) => error instanceof DOMException && error.name === "InvalidAccessError", String(code));
  }
  assert.throws(() => socket.close(1000, "é".repeat(62)), { name: "SyntaxError" });
  assert.equal(socket.readyState, 1);
  for (const [args, code, reason] of [
    [[], 1005, ""],
    [[1000], 1000, ""],
    [[undefined, "bye"], 1000, "bye"],
    [[4999, "é".repeat(61)], 4999, "é".repeat(61)],
  ]) {
    const client = open(exchange);
    clock.tick(0);
    client.socket.close(...args);
    clock.tick(0);
    assert.deepEqual(client.story(), closing(code, reason));
  }
  const early = open(exchange);
  early.socket.close(1000);
  assert.equal(early.socket.readyState, 2);
  clock.tick(0);
  assert.deepEqual(early.story(), never);
});

test("handlers, listeners and constants are those of the DOM", async () => {
  const { clock, exchange } = await begin();
  const socket = new exchange.WebSocket(url);
  assert.ok(socket instanceof EventTarget && socket instanceof exchange.WebSocket);
  const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
  for (const [name, value] of Object.entries(states)) assert.deepEqual([exchange.WebSocket[name], socket[name]], [value, value]);
  assert.deepEqual([socket.bufferedAmount, socket.protocol, socket.extensions, socket.binaryType, socket.url], [0, "", "", "blob", url]);
  assert.equal(socket.onopen, null);
  const order = [];
  const replaced = () => order.push("replaced");
  socket.onopen = replaced;
  assert.equal(socket.onopen, replaced);
  socket.addEventListener("open", () => order.push("listener"));
  socket.onopen = function (event) {
    order.push(this === socket && event.target === socket && event instanceof Event && event.type);
  };
  const removed = () => order.push("removed");
  socket.addEventListener("open", removed);
  socket.removeEventListener("open", removed);
  socket.onmessage = (event) => order.push(event instanceof MessageEvent && event.origin);
  socket.onerror = removed;
  socket.onerror = null;
  socket.onclose = "not a function";
  assert.equal(socket.onclose, null);
  socket.onclose = ({ type, code, reason, wasClean, target }) => order.push([type, code, reason, wasClean, target === socket]);
  clock.tick(0);
  socket.close(1000);
  clock.tick(0);
  assert.deepEqual(order, ["open", "listener", "wss://simulated.example", ["close", 1000, "", true, true]]);
});

test("binary frames come as the socket wants them; binary data that is sent goes nowhere", async () => {
  const { clock, socket, subscribe, events, exchange } = await opened({ faults: [{ fault: "binary", channel: "book" }] });
  const last = () => events.at(-1)[1];
  subscribe({ ...book, symbol: ["BTC/USD"] });
  clock.tick(0);
  assert.ok(last() instanceof Blob);
  assert.match(await last().text(), /^\{"channel":"book","type":"snapshot"/);
  socket.binaryType = "arraybuffer";
  socket.binaryType = "nonsense";
  assert.equal(socket.binaryType, "arraybuffer");
  while (last() instanceof Blob || typeof last() === "string") clock.tick(10);
  assert.match(Buffer.from(last()).toString(), /^\{"channel":"book","type":"update"/);
  const frames = exchange.frames;
  for (const data of [new Uint8Array(3), new ArrayBuffer(3), new Blob(["{}"])]) socket.send(data);
  assert.equal(exchange.frames, frames);
});

test("a reset is 1006, a close frame has its code and words, a refusal shows no status", async () => {
  for (const [fault, story] of [
    [{ fault: "disconnect" }, closing(1006, "", false)],
    [{ fault: "close", code: 1012, text: "restart" }, closing(1012, "restart")],
    [{ fault: "close" }, closing(1001, "CloudFlare WebSocket proxy restarting")],
    [{ fault: "close", text: `${"x".repeat(122)}é` }, closing(1001, "x".repeat(122))],
    [{ fault: "close", code: 1006 }, [["open"], ...never]],
    [{ fault: "refuse_connect", code: 429 }, never],
  ]) {
    const { clock, exchange } = await begin({ faults: [{ ...fault, count: 1 }] });
    const client = open(exchange);
    clock.tick(1500);
    assert.deepEqual(client.story(), story);
    assert.equal(client.socket.readyState, 3);
    assert.equal(clock.waiting, 0);
  }
  const { clock, exchange } = await begin({ connectionLimit: 2 });
  const stories = [1, 2, 3].map(() => {
    const client = open(exchange);
    clock.tick(0);
    return client.story();
  });
  assert.deepEqual(stories, [[["open"]], [["open"]], never]);
});

test("odd text and messages that are too long", async () => {
  const { clock, socket, json, story } = await opened();
  socket.send("\ud800 not JSON");
  socket.send(5);
  socket.send("é".repeat(300_000));
  clock.tick(0);
  assert.deepEqual(json().slice(1).map(({ success }) => success), [false, false, false]);
  socket.send("x".repeat((1 << 20) + 1));
  clock.tick(0);
  assert.deepEqual(story(), closing(1009));
  const huge = await opened({ faults: [{ fault: "huge_frame", channel: "book", count: 1 }] });
  huge.subscribe(book);
  huge.clock.tick(0);
  assert.ok(huge.texts().some((text) => text.length > 9 << 20)); // memory grew
  assert.equal(huge.exchange.symbols.length, 2);
});

test("one timer; none while there is no socket; of missed time a second is played", async () => {
  const { clock, exchange } = await begin({ scenario: "storm" });
  assert.equal(clock.waiting, 0);
  const time = ({ json }) => json().map(({ time_in }) => time_in).filter(Boolean).at(-1);
  const visit = () => {
    const client = open(exchange);
    assert.equal(clock.waiting, 1);
    clock.tick(0);
    client.socket.send('{"method":"ping"}');
    clock.tick(0);
    return client;
  };
  clock.tick(600);
  const first = visit();
  assert.equal(time(first), "2026-01-02T03:04:05.600000Z");
  first.socket.close();
  clock.tick(0);
  assert.equal(clock.waiting, 0);
  clock.tick(3_600_000);
  const second = visit();
  assert.equal(time(second), "2026-01-02T03:04:06.600000Z");
  second.subscribe(book);
  clock.tick(0);
  const before = second.texts().length;
  clock.sleep(3_600_000);
  clock.tick(0);
  second.socket.send('{"method":"ping"}');
  clock.tick(0);
  assert.equal(time(second), "2026-01-02T03:04:07.600000Z");
  assert.ok(second.texts().length > before + 100);
  assert.equal(clock.waiting, 1);
});

test("two exchanges, and two sockets of one, do not disturb each other", async () => {
  const alone = await opened({ seed: 3 });
  alone.subscribe(book);
  alone.clock.tick(2000);
  const one = await opened({ seed: 3 });
  const other = await opened({ seed: 4, symbols: 1200, scenario: "quiet" });
  assert.equal(other.exchange.symbols.length, 1200);
  one.subscribe(book);
  other.subscribe({ ...book, symbol: other.exchange.symbols.slice(0, 20) });
  const neighbour = open(one.exchange);
  for (let i = 0; i < 20; ++i) {
    one.clock.tick(100);
    other.clock.tick(100);
  }
  other.exchange.close();
  assert.equal(digest(one.texts()), digest(alone.texts()));
  assert.equal(neighbour.texts().length, 1);
  assert.equal(one.exchange.frames, one.texts().length + 1);
});

test("close() ends everything, once; afterwards it says so", async () => {
  const { clock, exchange, socket, story, subscribe } = await opened();
  subscribe(book);
  const leaving = open(exchange);
  clock.tick(0);
  leaving.socket.close(1000);
  const connecting = open(exchange);
  const events = story().length;
  exchange.close();
  exchange.close();
  assert.equal(story().length, events);
  socket.send('{"method":"ping"}');
  assert.equal(clock.waiting, 0);
  await null;
  assert.deepEqual(story(), closing(1006, "", false));
  assert.deepEqual(connecting.story(), never);
  assert.deepEqual(leaving.story(), closing(1006, "", false));
  socket.close();
  clock.tick(10_000);
  assert.equal(story().length, 2);
  assert.equal(clock.waiting, 0);
  for (const use of [
    () => new exchange.WebSocket(url),
    () => exchange.inject({ fault: "drop" }),
    () => exchange.endFaults(),
    () => exchange.frames,
    () => exchange.faults,
  ]) {
    assert.throws(use, (error) => error instanceof HadalError && error.code === "already_closed");
  }

  const again = await opened(); // by a handler, between two events
  again.subscribe(book);
  again.socket.onmessage = () => again.exchange.close();
  again.clock.tick(5000);
  await null;
  assert.deepEqual([...again.story(), again.texts().length], [...closing(1006, "", false), 2]);
});

test("bad options name the option and what is allowed", async () => {
  const cases = [
    [{ seed: -1 }, /^seed: must be a whole number from 0 to 9007199254740991, not -1$/],
    [{ seed: 1.5 }, /^seed: /],
    [{ seed: 2 ** 53 }, /^seed: /],
    [{ symbols: 0 }, /^symbols: must be a whole number from 1 to 1200, not 0$/],
    [{ symbols: 1201 }, /^symbols: /],
    [{ symbols: "2" }, /^symbols: /],
    [{ scenario: "wild" }, /^scenario: must be one of busy, calm, storm, thin, quiet, sweep, not wild$/],
    [{ rate: 0 }, /^rate: must be a factor from 0.001 to 1000, not 0$/],
    [{ rate: NaN }, /^rate: /],
    [{ rate: 1001 }, /^rate: /],
    [{ connectionLimit: -1 }, /^connectionLimit: /],
    [{ unixMs: NaN }, /^unixMs: /],
    [{ clock: {} }, /^clock: must have now\(\), setTimeout\(\) and clearTimeout\(\)$/],
    [{ clock: null }, /^clock: /],
    [{ speed: 2 }, /^speed: is no option; there are seed, symbols, /],
    [{ faults: { fault: "drop" } }, /^faults: must be a list/],
    [{ faults: [{ fault: "dorp" }] }, /^faults: entry 1: unknown fault "dorp"; known are drop, /],
    [{ faults: [{ fault: "drop" }, { fault: "drop", count: 1.5 }] }, /^faults: entry 2 \(drop\): "count" is not a whole number from 0 to 4294967295$/],
    [{ faults: [{ fault: "drop", count: 1n }] }, /^faults: must be plain data/],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(simulate(options), (error) => error instanceof HadalError && error.code === "config_invalid" && message.test(error.message), JSON.stringify(Object.keys(options)) + message);
  }
  const { exchange } = await begin();
  for (const [fault, message] of [
    [{ fault: "dorp" }, /^fault: entry 1: unknown fault "dorp"/],
    [[], /^fault: names no fault$/],
    [undefined, /^fault: is not a list of faults$/],
    [{ fault: "close", code: 5 }, /^fault: entry 1 \(close\): "code" is not a whole number from 1000 to 4999$/],
  ]) {
    assert.throws(() => exchange.inject(fault), (error) => error.code === "config_invalid" && message.test(error.message), String(message));
  }
  await assert.rejects(simulate({ wasm: new Uint8Array([1, 2, 3]) }), (error) => error.code === "wasm_load_failed" && /hadal-sim\.wasm/.test(error.message));
});

test("with the system's clock a script ends when its exchange is closed", async () => {
  const exchange = await simulate();
  const socket = new exchange.WebSocket(url);
  await new Promise((resolve) => (socket.onmessage = resolve));
  const closed = new Promise((resolve) => (socket.onclose = resolve));
  exchange.close();
  assert.equal((await closed).code, 1006);
});

test("size", (t) => {
  const kilobytes = (name) => (gzipSync(readFileSync(join(root, "dist", name)), { level: 9 }).length / 1000).toFixed(1);
  t.diagnostic(`gzip -9: hadal-sim.wasm ${kilobytes("hadal-sim.wasm")} KB, its glue ${kilobytes("hadal-sim-glue.js")} KB`);
});
