// The two halves of a client in a worker, with a message channel between them in place of a worker.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { simulate } from "hadal/sim";
import { Client } from "../../dist/client.js";
import { systemClock } from "../../dist/clock.js";
import { settingsOf } from "../../dist/options.js";
import { serve } from "../../dist/serve.js";
import { WorkerLink } from "../../dist/worker-link.js";
import { programs } from "./support.mjs";

const open = new Set();
after(() => {
  for (const port of open) port.close();
});

/** A client whose engine is at the other end of a channel; `posted` counts messages to the client by type. */
async function begin(options) {
  const { port1, port2 } = new MessageChannel();
  for (const port of [port1, port2]) open.add(port);
  serve(port2);
  const posted = {};
  port1.on("message", ({ type }) => (posted[type] = (posted[type] ?? 0) + 1));
  const { settings, local } = settingsOf(options);
  let ended = 0;
  const link = (told) => WorkerLink.start(port1, told, settings, local, () => void (ended++, port1.close(), port2.close()));
  const client = await Client.begin({ clock: systemClock, depth: settings.depth, signal: undefined, link });
  return { client, posted, ended: () => ended };
}

test("the same client through a channel: subscriptions, loops, pictures, questions, recordings", { timeout: 60_000 }, async () => {
  const exchange = await simulate({ seed: 5, scenario: "busy", symbols: 2 });
  const { client, posted, ended } = await begin({ WebSocket: exchange.WebSocket, symbols: ["BTC/USD"], keepLog: true, record: true, seed: 1 });
  assert.equal(client.mode, "worker");
  await client.subscribeTicker("ETH/USD");
  await assert.rejects(client.subscribeTrades("NO/PE"), { code: "subscribe_rejected", symbol: "NO/PE", channel: "trade" });
  await assert.rejects(client.subscribe({ channel: "book", symbol: "BTCUSD" }), { code: "symbol_invalid" });
  await assert.rejects(client.watch("BTC/USD", { ladder: 7 }), { code: "config_invalid" });
  const heard = [];
  const off = client.on("book_update", ({ revision }) => heard.push(revision));
  for await (const event of client.trades("BTC/USD")) {
    assert.equal(event.type, "trade");
    break;
  }
  const watch = await client.watch("BTC/USD", { book: true, ladder: { levels: 5 } });
  const pictures = [];
  for await (const { book, ladder, verified } of watch) {
    assert.ok(verified);
    assert.deepEqual([...ladder.bids.price], [...book.bids.price.slice(0, 5)]);
    pictures.push(book.copy());
    if (pictures.length === 5) break;
  }
  assert.ok(pictures.every(({ revision }, i) => i === 0 || revision >= pictures[i - 1].revision));
  assert.equal(pictures[0].text("bid", 0).size.split(".")[1].length, 8);
  await watch.update({ imbalance: true });
  for await (const { imbalance, book } of watch) {
    if (imbalance === undefined) continue; // asked for before the update
    assert.equal(book, undefined);
    assert.ok(Math.abs(imbalance.value) <= 1);
    break;
  }
  const gap = client.once("gap");
  exchange.inject({ fault: "wrong_checksum", channel: "book", count: 1 });
  assert.equal((await gap).cause, "checksum");
  for await (const { books } of client.status()) if (books.every(({ state }) => state === "live")) break;
  assert.ok(heard.every((revision, i) => i === 0 || revision > heard[i - 1] || revision <= 2));
  assert.equal((await off.stats()).dropped, 0);
  assert.deepEqual(client.subscribedPairs, ["BTC/USD", "ETH/USD"]);
  assert.equal((await client.fill("BTC/USD", { side: "buy", size: "0.1" })).complete, true);
  const stats = await client.stats();
  assert.equal(stats.books[0].mismatched, 1);
  const digest = await client.digest();
  const blob = await (await client.record()).stop();
  const { books } = await client.replay(blob);
  assert.equal(books[0].digest, digest);
  const { stdout } = programs.native(["replay", "-", "--json"], { input: await blob.text() });
  assert.equal(JSON.parse(stdout.split("\n")[0]).digest, digest);
  assert.ok(posted.picture < 400 && posted.lines > 0, JSON.stringify(posted));
  const tapped = await new Promise((resolve) => client.tap(resolve));
  assert.equal(typeof tapped.text, "string");
  await client.close();
  assert.equal(ended(), 1);
  assert.equal(client.state, "closed");
  await assert.rejects(client.stats(), { code: "already_closed" });
  exchange.close();
});

test("pictures are asked for, and nothing piles up while nobody reads", { timeout: 30_000 }, async () => {
  const exchange = await simulate({ seed: 5, scenario: "storm", symbols: 1 });
  const { client, posted } = await begin({ WebSocket: exchange.WebSocket, symbols: ["BTC/USD"] });
  const loop = client.events({ maxQueueDepth: 50 });
  await loop.next();
  const lines = posted.lines;
  for await (const { book } of client.frames("BTC/USD")) if (book.updates > 400) break;
  assert.ok(posted.lines - lines <= 2, `${posted.lines - lines} batches were posted to a loop that reads nothing`);
  const { queued, dropped } = await loop.stats();
  assert.ok(queued <= 51 && dropped > 100, `${queued} queued, ${dropped} dropped`);
  const after = [];
  for await (const event of loop) {
    after.push(event.type);
    if (event.type === "lagged") break;
  }
  assert.equal(after.at(-1), "lagged");
  await client.close();
  exchange.close();
});

test("what is wrong with the options comes back through the channel", async () => {
  await assert.rejects(begin({ WebSocket: class {}, url: "ws://example.org/v2" }), { code: "config_invalid", message: /^url:/ });
  await assert.rejects(begin({ WebSocket: class {}, symbols: ["BTCUSD"] }), { code: "symbol_invalid" });
  await assert.rejects(begin({ WebSocket: class {}, wasm: new Uint8Array([1, 2, 3]) }), { code: "wasm_load_failed" });
});
