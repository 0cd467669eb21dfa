// `hadal serve` against `hadal sim`: what it answers, what its streams say, and that they live through everything that happens to the exchange.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { cleanUps, fresh, isLive, pairsOf, quickSession, scaled, startServe, startServer, startSim, until, within } from "./live-support.mjs";
import { demoRecording, programs, root } from "./support.mjs";

const own = join(root, "build/tools/promtool");
const promtool = existsSync(own) ? own : "promtool";
const noPromtool = spawnSync(promtool, ["--version"]).error ? "promtool is not there: node scripts/setup.mjs fetches it" : false;

const pathOf = (symbol) => symbol.replace("/", "%2F");
const depthOf = (server, symbol, query = "") => server.json(`/depth/${pathOf(symbol)}${query}`);
const healthy = (server) => until(async () => (await server.get("/health")).status === 200, "every book to be live");
const states = (events) => events.filter(({ kind }) => kind === "state").map(({ state, reason }) => (reason ? `${state} ${reason}` : state));

/** A server with live books. */
async function liveServer({ symbols = ["BTC/USD", "ETH/USD"], exchange = {}, ...options } = {}) {
  const sim = await startSim(exchange);
  const server = await startServe(sim.url, symbols, options);
  await healthy(server);
  return { sim, server };
}

/** What every body of /depth keeps to; decimals are text, and are added up as integers. */
function assertDepth(book, symbol) {
  const keys = ["symbol", "state", "reason", "verified", "verified_age_ms", "checksum", "depth", "best_bid", "best_ask", "spread", "mid", "bids", "asks", "timestamp", "revision"];
  assert.deepEqual(Object.keys(book), keys);
  assert.equal(book.symbol, symbol);
  const price = ({ price }) => scaled(price, 10);
  for (const { price, qty } of [...book.bids, ...book.asks]) {
    assert.match(price, /^\d+(\.\d+)?$/);
    assert.match(qty, /^\d+\.\d{8}$/);
    assert.ok(scaled(qty, 8) > 0n);
  }
  for (const [above, below] of [...book.asks.slice(1).map((row, i) => [row, book.asks[i]]), ...book.bids.slice(1).map((row, i) => [book.bids[i], row])])
    assert.ok(price(above) > price(below), `${above.price} is above ${below.price}`);
  assert.ok(price(book.best_ask) > price(book.best_bid));
  assert.equal(scaled(book.spread, 10), price(book.best_ask) - price(book.best_bid));
  assert.equal(scaled(book.mid, 10) * 2n, price(book.best_ask) + price(book.best_bid));
  assert.match(book.timestamp, /^\d{4}-\d\d-\d\dT[\d:]+\.\d+Z$/);
  assert.ok(Number.isInteger(book.checksum) && Number.isInteger(book.revision) && book.verified_age_ms >= 0);
}

function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test("/depth: the whole book in the exchange's digits, as its checksum says", async () => {
  const { server } = await liveServer({ exchange: { args: ["--scenario", "calm"] } });
  for (const symbol of ["BTC/USD", "ETH/USD"]) {
    const { status, json: book, headers } = await depthOf(server, symbol);
    assert.equal(status, 200);
    assert.deepEqual([headers["content-type"], headers["cache-control"], headers["x-content-type-options"]], ["application/json", "no-store", "nosniff"]);
    assertDepth(book, symbol);
    assert.deepEqual([book.state, book.reason, book.verified, book.depth, book.bids.length, book.asks.length], ["live", null, true, 10, 10, 10]);
    assert.deepEqual([book.best_bid, book.best_ask], [book.bids[0], book.asks[0]]);
    // The exchange's own rule, over the digits as they stand here: one that was lost would not match.
    const digits = ({ price, qty }) => [price, qty].map((number) => number.replace(".", "").replace(/^0+/, "")).join("");
    assert.equal(crc32([...book.asks, ...book.bids].map(digits).join("")), book.checksum);
  }
});

test("/depth: levels, groups, and every way to write a symbol", async () => {
  const { server } = await liveServer({ exchange: { args: ["--scenario", "quiet"] } }); // so that the book stands still
  const { json: whole } = await depthOf(server, "BTC/USD");
  for (const path of ["btc-usd", "BTC-USD", "BTC/USD", "BTC%2FUSD", "btc%2fusd", "b%74c%2Dusd"]) {
    const { status, json } = await server.json(`/depth/${path}`);
    assert.deepEqual([status, json.symbol], [200, "BTC/USD"], path);
  }
  const { json: three } = await depthOf(server, "BTC/USD", "?levels=3");
  assertDepth(three, "BTC/USD");
  assert.deepEqual([three.bids.length, three.asks.length], [3, 3]);
  const { json: rows } = await depthOf(server, "BTC/USD", "?group=10&levels=1000");
  const { json: after } = await depthOf(server, "BTC/USD");
  assertDepth(rows, "BTC/USD");
  for (const side of ["bids", "asks"]) {
    for (const { price } of rows[side]) assert.equal(scaled(price, 10) % (10n * 10n ** 10n), 0n, price);
    // Nothing is lost by grouping, if the book was the same all the time.
    const sum = (levels) => levels.reduce((total, { qty }) => total + scaled(qty, 8), 0n);
    if (whole.revision === after.revision) assert.equal(sum(rows[side]), sum(whole[side]));
  }
  assert.ok(scaled(rows.bids[0].price, 10) <= scaled(rows.best_bid.price, 10));
  assert.ok(scaled(rows.asks[0].price, 10) >= scaled(rows.best_ask.price, 10));
});

test("errors are JSON with a code", async () => {
  const { server } = await liveServer();
  const cases = [
    ["/depth/XX%2FUSD", 404, "unknown_symbol", /XX\/USD/],
    ["/stream/XX%2FUSD", 404, "unknown_symbol", /XX\/USD/],
    ["/depth/SOL%2FUSD", 404, "unknown_symbol", /SOL\/USD is not served here/], // the exchange may have it
    ["/depth/", 404, "unknown_symbol", /./],
    ["/depth/%zz", 404, "unknown_symbol", /./],
    ["/nope", 404, "not_found", /\/symbols/],
    ["/symbols/", 404, "not_found", /./],
    ["/depth/btc-usd?levels=0", 400, "bad_query", /levels/],
    ["/depth/btc-usd?levels=1001", 400, "bad_query", /levels/],
    ["/depth/btc-usd?levels=ten", 400, "bad_query", /levels/],
    ["/depth/btc-usd?levels=", 400, "bad_query", /levels/],
    ["/depth/btc-usd?group=0", 400, "bad_query", /group/],
    ["/depth/btc-usd?group=-1", 400, "bad_query", /group/],
    ["/depth/btc-usd?group=0.15", 400, "bad_query", /increment/],
    ["/depth/btc-usd?group=1e999999999", 400, "bad_query", /group/],
    ["/depth/btc-usd?level=5", 400, "bad_query", /level: is no parameter/],
    ["/depth/btc-usd?%zz=1", 400, "bad_query", /hex/],
    ["/stream/btc-usd?interval_ms=-1", 400, "bad_query", /interval_ms/],
    ["/stream/btc-usd?interval_ms=60001", 400, "bad_query", /interval_ms/],
    ["/stream/btc-usd?interval=5", 400, "bad_query", /interval: is no parameter/],
    ["/symbols?x=1", 400, "bad_query", /takes no parameters/],
    ["/health?x=1", 400, "bad_query", /takes no parameters/],
  ];
  for (const [path, status, code, message] of cases) {
    const answer = await server.json(path);
    assert.deepEqual([answer.status, answer.headers["content-type"], answer.json.error?.code], [status, "application/json", code], path);
    assert.match(answer.json.error.message, message, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers, json } = await server.json("/symbols", { method });
    assert.deepEqual([status, headers.allow, json.error.code], [405, "GET", "method_not_allowed"], method);
  }
  const long = await server.json("/symbols", { headers: { "x-long": "a".repeat(9 << 10) } });
  assert.deepEqual([long.status, long.json.error.code], [431, "header_too_large"]);
  assert.match(await raw(server.port, "this is no HTTP\r\n\r\n"), /^HTTP\/1\.1 400 [^]*"bad_request"/);
  assert.equal((await server.get("/symbols")).status, 200); // and it goes on
});

/** Everything that a server says to these bytes until it hangs up, or until `enough`. */
function raw(port, bytes, enough = () => false) {
  const socket = connect(port, "127.0.0.1");
  cleanUps.push(() => socket.destroy());
  let text = "";
  return within(
    new Promise((resolve, reject) => {
      socket.on("connect", () => socket.write(bytes));
      socket.on("data", (data) => enough((text += data)) && resolve(text));
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    }),
    "an answer",
  );
}

test("the answer to HEAD has no body, as HTTP has it", async () => {
  const { server } = await liveServer();
  const text = await raw(server.port, "HEAD /symbols HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.match(text, /^HTTP\/1\.1 405 /);
  assert.equal(text.slice(text.indexOf("\r\n\r\n") + 4), "");
});

test("no absolute path leads out of the page's folder", async () => {
  const { server } = await liveServer({ args: ["--demo", join(root, "demo")] });
  const outside = fresh("outside.txt");
  writeFileSync(outside, "not for everybody");
  for (const path of [`/${outside}`, `//${outside}`, `/%2f${outside.slice(1)}`, `/%2F%2f${outside.slice(1)}`]) {
    const { status, body } = await server.get("/", { path });
    assert.ok(!body.includes("everybody"), path);
    assert.equal(status, 404, path);
  }
});

test("no path leads out of the page's folder", async () => {
  const { server } = await liveServer({ args: ["--demo", join(root, "demo")] });
  assert.equal((await server.get("/style.css")).status, 200); // it does serve the folder
  for (const path of ["/../package.json", "/..%2fpackage.json", "/%2e%2e/package.json", "/%2e%2e%2fpackage.json", "/x/../../package.json", "/..\\package.json", "/..%5cpackage.json", "/.gitignore", "/%00", "/style.css%00.html", "/style.css/"]) {
    const { status, body } = await server.get("/", { path });
    assert.equal(status, 404, path);
    assert.equal(JSON.parse(body).error.code, "not_found", path);
  }
});

test("a client that asks more than 100 times a second is told to slow down, and others are not", async () => {
  const { server } = await liveServer();
  const asks = "GET /symbols HTTP/1.1\r\nHost: x\r\n\r\n".repeat(149) + "GET /symbols HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const [text, other] = await Promise.all([raw(server.port, asks), server.get("/symbols")]);
  const answers = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  assert.equal(answers.length, 150);
  assert.deepEqual(answers.slice(0, 100), Array(100).fill(200));
  const refused = answers.filter((status) => status === 429).length;
  assert.ok(refused > 0 && refused <= 50, `${refused} refused`);
  assert.match(text, /HTTP\/1\.1 429 [^]*?Retry-After: 1[^]*?"too_many_requests"/i);
  assert.equal(other.status, 200);

  // It may ask again later, on the same connection.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanUps.push(() => agent.destroy());
  const many = await Promise.all(Array.from({ length: 150 }, () => server.get("/symbols", { agent })));
  if (many.some(({ status }) => status === 429)) await until(async () => (await server.get("/symbols", { agent })).status === 200, "an answer again");
});

test("more clients than --max-clients are told so, and are let in when another has gone", async () => {
  const { server } = await liveServer({ args: ["--max-clients", "3"] });
  const streams = [await server.stream("/stream/btc-usd"), await server.stream("/stream/btc-usd"), await server.stream("/stream/eth-usd")];
  const { status, json, headers } = await server.json("/symbols");
  assert.deepEqual([status, json.error.code, headers["retry-after"]], [503, "too_many_clients", "1"]);
  await server.err.find((line) => /warn +http .*--max-clients 3/.test(line), "the warning");
  streams[0].close();
  await until(async () => (await server.get("/symbols")).status === 200, "room for one more");
  for (const { events } of streams.slice(1)) await events.next(() => true, "an event of one that stayed");
});

test("/stream: a snapshot, then each change of the top, with rising ids", async () => {
  const { server } = await liveServer({ exchange: { args: ["--rate", "5"] } });
  const stream = await server.stream("/stream/btc-usd");
  assert.deepEqual([stream.status, stream.headers["content-type"], stream.headers["cache-control"]], [200, "text/event-stream", "no-store"]);
  let updates = 0;
  await stream.events.find(({ kind }) => kind === "update" && ++updates === 30, "thirty updates");
  assert.deepEqual(stream.fields, ["retry: 2000"]);
  const [first, ...rest] = stream.events.all;
  assert.equal(first.kind, "snapshot");
  let last = first;
  for (const event of [first, ...rest]) {
    const { best_bid, best_ask, spread, text } = event;
    assert.deepEqual([event.symbol, event.state, event.reason, event.verified], ["BTC/USD", "live", null, true]);
    assert.match(text, /"best_bid":\{"price":"\d+\.\d","qty":"\d+\.\d{8}"\},"best_ask":\{"price":"\d+\.\d","qty":"\d+\.\d{8}"\},"spread":"\d+\.\d"/);
    assert.equal(scaled(spread, 1), scaled(best_ask.price, 1) - scaled(best_bid.price, 1));
    assert.equal(event.id, event.revision);
    if (event === first) continue;
    assert.equal(event.kind, "update");
    assert.ok(event.id > last.id, `${last.id}, then ${event.id}`);
    assert.notDeepEqual([event.best_bid, event.best_ask], [last.best_bid, last.best_ask], "a change of the top");
    last = event;
  }
});

test("/stream and /depth agree when the book stands still", async () => {
  const { server } = await liveServer({ exchange: { args: ["--scenario", "quiet"] } });
  const stream = await server.stream("/stream/btc-usd");
  await until(async () => {
    const { json } = await depthOf(server, "BTC/USD");
    const last = stream.events.all.at(-1);
    return last && JSON.stringify([last.best_bid, last.best_ask]) === JSON.stringify([json.best_bid, json.best_ask]);
  }, "the stream to have the top of the book");
});

test("interval_ms: no more updates than that, and the newest of them", async () => {
  const { server } = await liveServer({ exchange: { args: ["--scenario", "storm"] } });
  const each = await server.stream("/stream/btc-usd?interval_ms=0");
  const calm = await server.stream("/stream/btc-usd?interval_ms=400");
  const begun = performance.now();
  let count = 0;
  await calm.events.find(({ kind }) => kind === "update" && ++count === 5, "five updates");
  assert.ok(performance.now() - begun >= 4 * 400 - 100, "five updates take four intervals");
  assert.ok(each.events.all.length > 3 * calm.events.all.length, `${each.events.all.length} and ${calm.events.all.length}`);
  // Each is an event that the other has, in the same order.
  const ids = each.events.all.map(({ id }) => id);
  const wanted = calm.events.all.slice(1).map(({ id }) => id);
  await each.events.find(({ id }) => id >= wanted.at(-1), "the last of them");
  const texts = new Map(each.events.all.map(({ id, text }) => [id, text]));
  for (const { id, text, kind } of calm.events.all.slice(1)) if (kind === "update") assert.equal(texts.get(id), text);
  assert.deepEqual([...wanted].sort((a, b) => a - b), wanted);
  assert.ok(ids.length > 0);
});

test("a stream misses nothing between its snapshot and its first change", async () => {
  const { server } = await liveServer({ exchange: { args: ["--scenario", "storm", "--rate", "60"] }, args: ["--max-clients", "1000"] });
  const whole = await server.stream("/stream/btc-usd");
  await whole.events.find(isLive, "a live book");
  let compared = 0;
  for (let round = 0; round < 10; ++round) {
    const streams = await Promise.all(Array.from({ length: 100 }, () => server.stream("/stream/btc-usd"))); // at once: that is when it happens
    await Promise.all(streams.map(({ events }) => events.find(() => events.all.length >= 4, "four events")));
    const last = Math.max(...streams.map(({ events }) => events.all[3].id ?? 0));
    await whole.events.find(({ id }) => id >= last, "the same events");
    for (const { events, close } of streams) {
      close();
      const begin = events.all.slice(0, 4);
      if ([...begin, ...whole.events.all].some(({ kind }) => kind === "lag")) continue; // this machine is too slow to tell
      const [snapshot, ...next] = begin.map(({ id }) => id);
      assert.deepEqual(next, whole.events.all.filter(({ id }) => id > snapshot).slice(0, 3).map(({ id }) => id), `after the snapshot ${snapshot}`);
      ++compared;
    }
  }
  assert.ok(compared > 0);
});

test("/health and /depth tell that there is no exchange, and when there is one", async () => {
  const dead = createServer();
  await new Promise((resolve) => dead.listen(0, "127.0.0.1", resolve));
  const { port } = dead.address();
  await new Promise((resolve) => dead.close(resolve));

  const server = await startServe(`ws://127.0.0.1:${port}/v2`, ["BTC/USD", "ETH/USD"], { args: ["--session", quickSession] });
  const { status, json } = await server.json("/health");
  assert.deepEqual([status, json.healthy, json.live, json.symbols, Object.keys(json.not_live)], [503, false, 0, 2, ["BTC/USD", "ETH/USD"]]);
  const depth = await depthOf(server, "BTC/USD");
  assert.equal(depth.status, 503);
  assert.deepEqual([depth.json.symbol, depth.json.verified, depth.json.bids, depth.json.asks, depth.json.best_bid, depth.json.revision], ["BTC/USD", false, [], [], null, 0]);
  assert.notEqual(depth.json.state, "live");
  const stream = await server.stream("/stream/btc-usd");
  const first = await stream.events.find(() => true, "an event");
  assert.deepEqual([first.best_bid, first.best_ask, first.spread, first.verified, first.revision], [null, null, null, false, 0]);
  assert.deepEqual((await server.json("/symbols")).json, ["BTC/USD", "ETH/USD"]);

  await startSim({ port });
  await stream.events.find(isLive, "a live book");
  await healthy(server);
  assert.deepEqual((await server.json("/health")).json, { healthy: true, live: 2, symbols: 2, not_live: {} });
  assert.equal((await depthOf(server, "BTC/USD")).status, 200);
});

test("/health names a pair that the exchange refused", async () => {
  const sim = await startSim();
  const server = await startServe(sim.url, ["BTC/USD", "NO/PE"]);
  await until(async () => (await server.json("/health")).json.live === 1, "the other book");
  const { status, json } = await server.json("/health");
  assert.equal(status, 503);
  assert.deepEqual(json.not_live, { "NO/PE": "refused: Currency pair not supported NO/PE" });
  const refused = await server.json("/depth/NO%2FPE");
  assert.equal(refused.status, 503);
  assert.equal(refused.json.refused, "Currency pair not supported NO/PE");
});

test("/status tells of the connection, the books and the clients", async () => {
  const { sim, server } = await liveServer();
  const stream = await server.stream("/stream/btc-usd");
  await stream.events.find(isLive, "a live book");
  await sim.fault({ fault: "wrong_checksum", symbol: "BTC/USD", count: 1 });
  await stream.events.find(({ reason }) => reason === "checksum", "the fault");
  await stream.events.next(isLive, "a live book");
  const { status, json } = await server.json("/status");
  assert.equal(status, 200);
  assert.match(json.version, /^\d+\.\d+\.\d+/);
  assert.equal(json.connection.state, "subscribed");
  assert.deepEqual(json.transitions.map(({ to }) => to).slice(0, 3), ["connecting", "subscribing", "subscribed"]);
  const book = json.stats.books.find(({ symbol }) => symbol === "BTC/USD");
  assert.deepEqual([book.mismatched, book.repairs_done], [1, 1]);
  assert.deepEqual([json.http.streams, json.http.lagged], [1, 0]);
  assert.ok(json.http.events > 0 && json.http.clients >= 1 && json.uptime_ms > 0);
});

test("/metrics counts what happened, and promtool finds nothing to complain about", async () => {
  const { sim, server } = await liveServer();
  const stream = await server.stream("/stream/btc-usd");
  await stream.events.find(isLive, "a live book");
  await sim.fault({ fault: "wrong_checksum", symbol: "BTC/USD", count: 1 });
  await stream.events.find(({ reason }) => reason === "checksum", "the fault");
  await stream.events.next(isLive, "a live book");
  const { status, headers, body } = await server.get("/metrics");
  assert.equal(status, 200);
  assert.match(headers["content-type"], /^text\/plain; version=0\.0\.4/);
  for (const line of ['hadal_checksums_total{symbol="BTC/USD",result="mismatch"} 1', 'hadal_gaps_total{channel="book",cause="checksum"} 1', 'hadal_resyncs_total{symbol="BTC/USD",result="done"} 1', "hadal_http_streams 1", "hadal_http_lagged_total 0"])
    assert.ok(body.split("\n").includes(line), line);
  assert.match(body, /^hadal_http_events_total [1-9]/m);
  if (noPromtool) return;
  const checked = spawnSync(promtool, ["check", "metrics"], { input: body, encoding: "utf8" });
  assert.deepEqual([checked.status, checked.stdout + checked.stderr], [0, ""]);
});
test("promtool is there", { skip: noPromtool }, () => {});

test("/books is a page without anything from elsewhere, / is the built page if there is one", async () => {
  const { server } = await liveServer();
  const books = await server.get("/books");
  assert.deepEqual([books.status, books.headers["content-type"]], [200, "text/html; charset=utf-8"]);
  assert.match(books.body, /data-symbol="BTC\/USD"/);
  assert.doesNotMatch(books.body, /https?:\/\//);
  const index = await server.get("/");
  assert.equal(index.status, 200);
  assert.match(index.headers["content-type"], /^text\/html/);
});

// --- outages ---

/** Streams that stay open while things happen to the exchange. */
class Audience {
  constructor(server, symbols, streams) {
    Object.assign(this, { server, symbols, streams });
  }
  static async of(server, symbols, watched) {
    const streams = new Map();
    for (const symbol of watched) streams.set(symbol, await server.stream(`/stream/${pathOf(symbol)}`));
    const audience = new Audience(server, symbols, streams);
    for (const [symbol, { events }] of streams) await events.find(isLive, `${symbol} live`);
    return audience;
  }
  /** Every stream of a touched symbol tells the reason, then is live and verified again; the others hear nothing of it. */
  async through(what, { touched = [...this.streams.keys()], reason, happen, meanwhile, mend }) {
    const before = new Map([...this.streams].map(([symbol, { events }]) => [symbol, events.all.length]));
    await happen();
    const reasonOf = typeof reason === "function" ? reason : () => reason;
    const tells = (symbol) => (e) => e.kind === "state" && e.state !== "live" && e.reason === reasonOf(symbol);
    const told = (symbol) => this.streams.get(symbol).events.after(before.get(symbol), tells(symbol), `${what}: ${symbol} to tell ${reasonOf(symbol)}`);
    await Promise.all(touched.map(told));
    if (meanwhile) await meanwhile();
    if (mend) await mend();
    for (const symbol of touched) {
      const { events } = this.streams.get(symbol);
      const fell = events.all.findIndex((event, i) => i >= before.get(symbol) && tells(symbol)(event));
      const live = await events.after(fell, isLive, `${what}: ${symbol} to be live again`);
      assert.equal(live.kind, "state", what);
      assert.ok(events.all.slice(before.get(symbol), fell).every((event) => isLive(event) || event.state !== "live"), what);
    }
    await healthy(this.server);
    for (const [symbol, stream] of this.streams) {
      assert.ok(stream.open, `${what}: the stream of ${symbol}`);
      if (!touched.includes(symbol)) assert.deepEqual(states(stream.events.all.slice(before.get(symbol))), [], `${what}: ${symbol} has nothing to do with it`);
    }
  }
  /** At the end all are there, in order, and go on. */
  async finish() {
    for (const [symbol, stream] of this.streams) {
      assert.ok(stream.open, symbol);
      await stream.events.next(isLive, `${symbol} to go on`);
      const ids = stream.events.all.map(({ id }) => id).filter((id) => id !== undefined);
      for (let i = 1; i < ids.length; ++i) assert.ok(ids[i] >= ids[i - 1], `${symbol}: ${ids[i - 1]}, then ${ids[i]}`);
      assert.deepEqual(stream.events.all.filter(({ kind }) => kind === "lag"), [], symbol);
    }
  }
}

for (const { count, scenario, rate } of [{ count: 1, scenario: "busy", rate: "1" }, { count: 20, scenario: "busy", rate: "1" }, { count: 500, scenario: "busy", rate: "0.5" }]) {
  test(`${count} symbols: streams live through an exchange that is corrupted, silent, killed and restarted`, async () => {
    const exchange = { symbols: Math.max(2, count), args: ["--scenario", scenario, "--rate", rate] };
    let sim = await startSim(exchange);
    const symbols = (await pairsOf(sim.url)).slice(0, count);
    assert.equal(symbols.length, count);
    const server = await startServe(sim.url, symbols, { args: ["--session", quickSession] });
    await healthy(server);
    const watched = symbols.filter((_, i) => count <= 5 || i % Math.ceil(count / 5) === 0);
    const audience = await Audience.of(server, symbols, watched);
    const [one] = watched;

    const faults = [["wrong_checksum", "checksum"], ["corrupt_digit", "checksum"], ["truncate", "parse"], ["missing_field", "parse"]];
    if (watched.length < faults.length) {
      for (const [fault, reason] of faults) await audience.through(fault, { touched: [one], reason, happen: () => sim.fault({ fault, channel: "book", symbol: one, count: 1 }) });
    } else {
      // One each; the fifth hears nothing of it.
      await audience.through("damaged messages", {
        touched: watched.slice(0, faults.length),
        reason: (symbol) => faults[watched.indexOf(symbol)][1],
        happen: async () => {
          for (const [i, [fault]] of faults.entries()) await sim.fault({ fault, channel: "book", symbol: watched[i], count: 1 });
        },
      });
    }
    // The message after a dropped one may happen to say the same: then there is nothing to notice, and another is dropped.
    const { events } = audience.streams.get(watched.at(-1));
    const drop = async () => {
      const before = events.all.length;
      for (let i = 0; i < 20; ++i) {
        await sim.fault({ fault: "drop", channel: "book", symbol: watched.at(-1), count: 1 });
        const noticed = await events.after(before, ({ reason }) => reason === "checksum", "a mismatch", 1_500).catch(() => undefined);
        if (noticed) return;
      }
    };
    await audience.through("a lost message", { touched: [watched.at(-1)], reason: "checksum", happen: drop });

    await audience.through("silence", { reason: "silence", happen: () => sim.fault({ fault: "half_open", count: 1 }) });

    let exit;
    await audience.through("a killed exchange", {
      reason: "transport_lost",
      happen: () => (exit = sim.kill()),
      meanwhile: async () => {
        await exit;
        const { status, json } = await server.json("/health");
        assert.deepEqual([status, json.live, Object.keys(json.not_live).length], [503, 0, count]);
        for (const symbol of watched) {
          const depth = await depthOf(server, symbol);
          assert.deepEqual([depth.status, depth.json.state, depth.json.reason, depth.json.verified], [503, "stale", "transport_lost", false]);
          assert.equal(depth.json.bids.length > 0 && depth.json.asks.length > 0, true, "the last levels are there, as old ones");
          const late = await server.stream(`/stream/${pathOf(symbol)}`);
          const first = await late.events.find(() => true, "an event");
          assert.deepEqual([first.kind, first.state, first.verified], ["snapshot", "stale", false]);
          late.close();
        }
      },
      mend: async () => (sim = await startSim({ ...exchange, port: sim.port })),
    });
    await audience.finish();
    const { json } = await server.json("/status");
    assert.ok(json.stats.sessions[0].reconnections >= 2);
    assert.equal(json.http.streams, watched.length);
  });
}

test("a frame of 9 MiB costs the connection, and no stream", async () => {
  const { sim, server } = await liveServer({ args: ["--session", quickSession] });
  const audience = await Audience.of(server, [], ["BTC/USD", "ETH/USD"]);
  await audience.through("a huge frame", { reason: "transport_lost", happen: () => sim.fault({ fault: "huge_frame", channel: "book", symbol: "BTC/USD", count: 1 }) });
  await audience.finish();
});

test("an exchange that is paused as a whole, and goes on", async () => {
  const { sim, server } = await liveServer({ args: ["--session", JSON.stringify({ ...JSON.parse(quickSession), "times.connect": 1000 })] });
  const audience = await Audience.of(server, [], ["BTC/USD", "ETH/USD"]);
  await audience.through("a pause", {
    reason: "silence",
    happen: () => sim.child.kill("SIGSTOP"),
    meanwhile: async () => assert.equal((await depthOf(server, "BTC/USD")).status, 503),
    mend: () => sim.child.kill("SIGCONT"),
  });
  await audience.finish();
});

// --- ends ---

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal}: streams end, exit 0 within 2 s, also if a client does not read`, async () => {
    const { server } = await liveServer({ exchange: { args: ["--scenario", "storm"] } });
    const streams = await Promise.all(Array.from({ length: 20 }, (_, i) => server.stream(`/stream/${i % 2 ? "btc" : "eth"}-usd`)));
    for (const { events } of streams) await events.find(isLive, "a live book");
    const idle = connect(server.port, "127.0.0.1"); // says nothing
    const deaf = connect(server.port, "127.0.0.1");
    for (const socket of [idle, deaf]) {
      socket.on("error", () => {});
      cleanUps.push(() => socket.destroy());
      await within(new Promise((resolve) => socket.once("connect", resolve)), "a connection");
    }
    deaf.pause();
    deaf.write("GET /stream/btc-usd HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(async () => (await server.json("/status")).json.http.streams === 21, "21 streams");
    const begun = performance.now();
    server.child.kill(signal);
    for (const { ended } of streams) assert.equal(await ended(), "ended");
    assert.equal(await server.exit(), 0, server.text());
    assert.ok(performance.now() - begun < 2_000, `${performance.now() - begun} ms`);
    for (const { events } of streams) assert.ok(events.all.every(({ text }) => text.endsWith("}")), "whole events");
  });
}

test("--for ends by itself; --record writes what was served", async () => {
  const sim = await startSim();
  const file = fresh("served.journal");
  const server = await startServe(sim.url, ["BTC/USD", "ETH/USD"], { args: ["--for", "2", "--record", file] });
  const stream = await server.stream("/stream/btc-usd");
  assert.equal(await server.exit(), 0, server.text());
  const { status, stdout } = programs.native(["replay", "--json", file]);
  assert.equal(status, 0, stdout);
  const book = stdout.trim().split("\n").map((line) => JSON.parse(line)).find(({ symbol }) => symbol === "BTC/USD");
  const last = stream.events.all.findLast(({ best_bid }) => best_bid);
  assert.deepEqual([last.best_bid.price, last.best_ask.price], [book.best_bid, book.best_ask]);
});

test("a full disk ends what --record writes, and the books go on", async () => {
  const { sim, server } = await liveServer({ args: ["--record", "/dev/full"] });
  await server.err.find((line) => / error +journal .*No space left on device/.test(line), "the error");
  const stream = await server.stream("/stream/btc-usd");
  await stream.events.find(isLive, "a live book");
  await sim.fault({ fault: "wrong_checksum", symbol: "BTC/USD", count: 1 });
  await stream.events.find(({ reason }) => reason === "checksum", "a fault");
  await stream.events.next(isLive, "its repair");
  assert.equal((await server.get("/health")).status, 200);
  server.child.kill("SIGTERM");
  assert.equal(await server.exit(), 1);
  assert.match(server.err.all.at(-1), /^hadal: serve: the recording ended early: .*No space left on device$/);
});

test("an address in use: exit 1 and a line that says what to do", async () => {
  const { sim, server } = await liveServer();
  const { status, stdout, stderr } = programs.native(["serve", "BTC/USD", "--url", sim.url, "--listen", `127.0.0.1:${server.port}`], { timeout: 20_000 });
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, new RegExp(`^hadal: --listen 127\\.0\\.0\\.1:${server.port}: cannot be listened on: Address already in use; choose another with --listen$`, "m"));
});

test("an address that other machines reach is served with a warning", async () => {
  const sim = await startSim();
  const server = await startServer(["serve", "BTC/USD", "--url", sim.url, "--listen", "0.0.0.0:0"]);
  await server.err.find((line) => /warn +http +other machines can reach 0\.0\.0\.0/.test(line), "a warning");
});

// --- a recording, served ---

test("replay --serve plays a recording to its end, where /depth is what replay says", async () => {
  const server = await startServer(["replay", demoRecording, "--serve", "--speed", "100", "--listen", "127.0.0.1:0"]);
  const { json: begun } = await server.json("/status");
  assert.deepEqual([begun.playback.recording, begun.playback.speed, begun.playback.loop, begun.playback.rounds], ["synthetic.journal", 100, false, 0]);
  assert.deepEqual((await server.json("/symbols")).json, ["BTC/USD", "ETH/USD"]);
  const streams = [await server.stream("/stream/btc-usd"), await server.stream("/stream/eth-usd")];
  await until(async () => (await server.json("/status")).json.playback.ended, "the end of the recording");
  const { json: ended } = await server.json("/status");
  assert.ok(ended.playback.at_ms >= ended.playback.duration_ms && ended.playback.duration_ms > 80_000);
  const books = programs.native(["replay", "--json", demoRecording]).stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(books.length, 2);
  for (const [i, { symbol, best_bid, best_ask, matched, snapshots }] of books.entries()) {
    const { status, json } = await depthOf(server, symbol);
    assert.equal(status, 200);
    assertDepth(json, symbol);
    assert.deepEqual([json.best_bid.price, json.best_ask.price], [best_bid, best_ask]);
    const book = ended.stats.books.find((one) => one.symbol === symbol);
    assert.deepEqual([book.matched, book.snapshots], [matched, snapshots]);
    const { events } = streams[i];
    assert.ok(events.all.length > 20, `${events.all.length} events of ${symbol}`);
    const last = await events.find(({ id }) => id >= json.revision - 50, "the last events");
    assert.equal(last.symbol, symbol);
    assert.deepEqual([events.all.at(-1).best_bid, events.all.at(-1).best_ask], [json.best_bid, json.best_ask]);
  }
  const begin = performance.now();
  server.child.kill("SIGTERM");
  for (const stream of streams) await stream.ended();
  assert.equal(await server.exit(), 0);
  assert.ok(performance.now() - begin < 2_000);
});

test("replay --serve --loop begins again", async () => {
  const server = await startServer(["replay", demoRecording, "--serve", "--loop", "--speed", "100", "--listen", "127.0.0.1:0"]);
  const stream = await server.stream("/stream/btc-usd");
  await until(async () => (await server.json("/status")).json.playback.rounds >= 2, "two rounds");
  assert.ok(stream.open);
  const before = stream.events.all.length;
  await stream.events.after(before, () => true, "an event of the next round");
  assert.equal((await server.json("/status")).json.playback.ended, false);
});
