// What the tests of the client share between browsers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "hadal/sim";
import { WebSocketServer } from "ws";
import { HandClock, native, programs } from "../js/support.mjs";

export const modes = [{ worker: false }, { worker: true }];
export const modeName = ({ worker }) => (worker ? "worker" : "page");

/** `hadal sim` on a free port. */
export async function nativeExchange(...args) {
  const child = spawn(native, ["sim", "--port", "0", "--connection-limit", "0", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { url: /ws:\S+/.exec(String(line))[0], stop: () => child.kill() };
}

/** What show() of the test page must have seen. */
export function checkShown(shown, { worker }) {
  assert.equal(shown.mode, modeName({ worker }));
  assert.match(shown.version, /^\d+\.\d+\.\d+$/);
  assert.equal(shown.state, "subscribed");
  assert.equal(shown.connected, true);
  assert.deepEqual(shown.pairs, ["BTC/USD", "ETH/USD"]);
  assert.equal(shown.ticker.symbol, "BTC/USD");
  assert.match(shown.ticker.bid, /^\d+\.\d+$/);
  assert.equal(shown.trades.at(-1), "update");
  assert.equal(shown.loop.length, 5);
  assert.ok(shown.loop.every((n, i) => i === 0 || n > shown.loop[i - 1]));
  assert.equal(shown.pictures.length, 5);
  for (const { state, verified, bids, best, rows, filled } of shown.pictures) {
    assert.deepEqual([state, verified, bids, rows, filled], ["live", true, 10, 3, 50_000_000]);
    assert.match(best, /^\d+\.\d$/);
  }
  const revisions = shown.pictures.map(({ revision }) => revision);
  assert.deepEqual(revisions, [...revisions].sort((a, b) => a - b));
  assert.deepEqual(shown.refusal, { code: "subscribe_rejected", channel: "trade", symbol: "NO/PE" });
  assert.equal(shown.bookState, "active");
  assert.ok([null, undefined, "leaving"].includes(shown.tradeState), `the loop's own subscription is ${shown.tradeState}`);
  assert.equal(shown.depth, 10);
  for (const book of shown.books) {
    assert.deepEqual([book.verified, book.mismatched, book.gaps], [true, 0, 0], book.symbol);
    assert.equal(book.matched, book.snapshots + book.updates);
  }
  assert.ok(shown.ordered);
  for (const type of ["connection", "subscription", "book_snapshot", "book_update", "book_state", "ticker", "trade", "ohlc"]) assert.ok(shown.types.includes(type), type);
  assert.equal(shown.stateAfter, "closed");
  assert.deepEqual(shown.left, []);
}

/** The recording of record() played natively: the same events, the same digest. */
export function checkRecord({ digest, log, replayed, full, text }) {
  assert.equal(full, false);
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.equal(replayed.digest, digest);
  assert.equal(replayed.log, log);
  const folder = mkdtempSync(join(tmpdir(), "hadal-recorded-"));
  try {
    const file = join(folder, "recorded.journal");
    writeFileSync(file, text);
    const summary = programs.native(["replay", file, "--json"]);
    assert.equal(JSON.parse(summary.stdout.split("\n")[0]).digest, digest, summary.stderr);
    assert.equal(summary.status, replayed.exitCode);
    assert.equal(programs.native(["replay", file, "--log", "-"]).stdout, log);
    assert.match(programs.native(["replay", file]).stdout, /requests +\d+ recorded, all sent again/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function checkEndings(endings) {
  assert.ok(endings.length >= 15);
  assert.deepEqual(endings.filter(({ came, left }) => came !== "done" || left.length > 0), []);
}

/**
 * A server that says what the simulated exchange once said, as fast as asked: 40 books of depth 100, from their snapshots on and then again. `rate`:
 * frames a second.
 */
export async function loadServer(rate) {
  const clock = new HandClock();
  const exchange = await simulate({ clock, symbols: 40, scenario: "storm", seed: 7 });
  const frames = [];
  const socket = new exchange.WebSocket("wss://made/v2");
  socket.onopen = () => socket.send(JSON.stringify({ method: "subscribe", params: { channel: "book", symbol: exchange.symbols, depth: 100 } }));
  socket.onmessage = ({ data }) => data.startsWith('{"channel":"book"') && frames.push(data);
  while (frames.length < 20_000) clock.tick(20);
  const { symbols } = exchange;
  exchange.close();

  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  let sent = 0;
  let sending = true;
  server.on("connection", (socket) => {
    const answered = new Set();
    const begin = () => {
      const begun = performance.now();
      const more = setInterval(() => {
        const due = Math.min(rate * 0.001 * (performance.now() - begun), sent + 4000);
        for (; sending && sent < due && socket.bufferedAmount < 1 << 22; sent++) socket.send(frames[sent % frames.length]);
      }, 4);
      socket.on("close", () => clearInterval(more));
    };
    socket.on("message", (text) => {
      const { method, params, req_id } = JSON.parse(String(text));
      if (method === "ping") return socket.send(JSON.stringify({ method: "pong", req_id }));
      for (const symbol of params?.symbol ?? []) {
        answered.add(symbol);
        socket.send(JSON.stringify({ method, req_id, result: { channel: "book", depth: 100, snapshot: true, symbol }, success: true }));
      }
      if (method === "subscribe" && answered.size === symbols.length) begin();
    });
  });
  return {
    url: `ws://127.0.0.1:${server.address().port}/v2`,
    symbols,
    /** Ends the sending; how many frames of books it was. */
    stop: () => ((sending = false), sent),
    close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
