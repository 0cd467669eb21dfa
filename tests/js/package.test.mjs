// The npm package as its users meet it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { HadalError, load } from "hadal";
import { loadFullModule, loadModule } from "../../dist/load.js";
import { startWasm } from "../../dist/wasm.js";
import { demoRecording, programs, root, workedRun } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-package-test-"));
after(() => rmSync(folder, { recursive: true }));
const hadal = await load();

test("importing any entry in plain Node touches no browser global and evaluates no text", () => {
  const script = join(folder, "import.mjs");
  writeFileSync(
    script,
    `for (const name of ["window", "document", "self", "WebSocket", "localStorage", "requestAnimationFrame", "HTMLElement", "location"])
       Object.defineProperty(globalThis, name, { get() { throw new Error("touched " + name); }, configurable: true });
     await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)});
     await import(${JSON.stringify(new URL("../../dist/chart/index.js", import.meta.url).href)});
     await import(${JSON.stringify(new URL("../../dist/sim.js", import.meta.url).href)});
     console.log("untouched");`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ["--disallow-code-generation-from-strings", script], { encoding: "utf8" });
  assert.equal(stdout, "untouched\n", stderr);
});

test("the JavaScript example of the README runs", () => {
  const example = readFileSync(join(root, "README.md"), "utf8").match(/```js\n([\s\S]*?)```/)?.[1];
  assert.ok(example, "README.md has a JavaScript example");
  // Inside the project, so that the package finds itself by its name.
  const script = join(root, "build", "readme-example.mjs");
  writeFileSync(script, example);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, demoRecording], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^BTC\/USD verified: 576 checksums matched, best bid \d+\.\d\nETH\/USD verified: 498 checksums matched, best bid \d+\.\d\d\n$/);
});

test("the client example of the README sees a lost message repaired", () => {
  const example = readFileSync(join(root, "README.md"), "utf8").match(/<!-- example: client -->\n```js\n([\s\S]*?)```/)?.[1];
  assert.ok(example, "README.md has a client example");
  const script = join(root, "build", "readme-client.mjs");
  writeFileSync(script, example);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "1 checksum differed, a new snapshot was asked for, and the book is verified again\n");
});

test("the example of views and events in the README shows a verified book", () => {
  const example = readFileSync(join(root, "README.md"), "utf8").match(/<!-- example: watch -->\n```js\n([\s\S]*?)```/)?.[1];
  assert.ok(example, "README.md has an example of views");
  const script = join(root, "build", "readme-watch.mjs");
  writeFileSync(script, example);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^somebody did (buy|sell) \d+\.\d+ at \d+\.\d\n[\s\S]*BTC\/USD: awaiting_snapshot -> live\n[\s\S]*imbalance -?\d\.\d\d, 0\.5 BTC at \d+\.\d\d, -?\d+\.\d\d bps\n\d+\.00 < \d+\.00 < \d+\.00\n\d+ lines of flight record\n/,
  );
});

test("there is one version: package.json, the engine and the native program", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  assert.equal(hadal.version, version);
  assert.equal(programs.native(["--version"]).stdout, `hadal ${version}\n`);
});

test("the hand-kept types of the module name just what the module has", async () => {
  const [raw, full] = [await loadModule(), await loadFullModule()];
  const types = readFileSync(join(root, "web/ts/hadal-glue.d.ts"), "utf8");
  const body = (name) => types.match(new RegExp(`interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`))[1];
  const members = (name) => [...body(name).matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map((match) => match[1]);

  for (const member of members("RawModule")) assert.notEqual(raw[member], undefined, `module has no ${member}`);
  for (const member of members("RawFullModule")) assert.notEqual(full[member], undefined, `the full module has no ${member}`);
  const plain = (names) => names.filter((name) => name.startsWith("_hadal_")).sort();
  assert.deepEqual(plain(Object.keys(raw)), plain(members("RawModule")));
  assert.deepEqual(plain(Object.keys(full)), plain([...members("RawModule"), ...members("RawFullModule")]));
  assert.equal(raw.Player, undefined); // a page that plays nothing does not load it

  const methods = (type) => Object.getOwnPropertyNames(type.prototype).filter((name) => !["constructor", "argCount"].includes(name));
  const inherited = ["isAliasOf", "delete", "isDeleted", "deleteLater", "clone"]; // embind gives these to every class
  for (const name of ["Engine", "Feed", "Player", "Replay"]) {
    assert.deepEqual(methods(full[name]).sort(), members(`Raw${name}`).sort(), name);
  }
  assert.deepEqual(methods(raw.Watch).filter((name) => !inherited.includes(name)).sort(), members("RawWatch").filter((name) => name !== "delete").sort());
  const base = methods(raw.BookSource).filter((name) => !inherited.includes(name));
  assert.deepEqual(base.sort(), members("RawSource").filter((name) => name !== "delete").sort());
});

test("the types of the simulated exchange's module name just what it exports", async () => {
  const { default: createHadalSim } = await import("../../dist/hadal-sim-glue.js");
  const wasm = readFileSync(new URL(import.meta.resolve("hadal/hadal-sim.wasm")));
  const raw = await startWasm(createHadalSim, wasm, "The simulated exchange", "hadal-sim.wasm");
  const body = readFileSync(join(root, "web/ts/hadal-sim-glue.d.ts"), "utf8").match(/interface RawSim \{([\s\S]*?)\n\}/)[1];
  const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map((match) => match[1]);
  for (const member of members) assert.notEqual(raw[member], undefined, `module has no ${member}`);
  assert.deepEqual(Object.keys(raw).filter((name) => name.startsWith("_hadal_")).sort(), members.filter((name) => name.startsWith("_hadal_")).sort());
  assert.equal(Object.keys(raw).filter((name) => name.startsWith("_hadal_")).every((name) => name.startsWith("_hadal_sim_")), true);
});

test("words that stand for the core's enumerations are in its order", async () => {
  const raw = await loadModule();
  const { channels, keyStates } = await import("../../dist/subscription.js");
  const { policies } = await import("../../dist/options.js");
  const { connectionStates } = await import("../../dist/states.js");
  const { eventTypes } = await import("../../dist/events.js");
  const { errors } = await import("../../dist/error.js");
  const { healths, signals } = await import("../../dist/views.js");
  const words = { channels, policies, keyStates, connectionStates, eventTypes, health: healths, signals };
  for (const [what, list] of Object.entries(words)) assert.equal(raw.names(what), list.join(), what);
  const known = Object.fromEntries(raw.names("errors").split(",").map((line) => line.split(" ")).map(([code, ...meaning]) => [code, meaning]));
  for (const [code, meaning] of Object.entries(errors)) assert.deepEqual(meaning, known[code], code);
});

test("the block of doubles has the same slots in C++ and TypeScript", async () => {
  const { Slot, ViewSlot, ladderColumns, layoutVersion } = await import("../../dist/layout.js");
  const header = readFileSync(join(root, "web/cpp/layout.hpp"), "utf8");
  const names = [...header.match(/enum Slot[^{]*\{([\s\S]*?)\};/)[1].matchAll(/^ {2}k(\w+),/gm)].map(([, name]) => name[0].toLowerCase() + name.slice(1));
  assert.deepEqual(Object.fromEntries(names.map((name, i) => [name, i])), { ...Slot });
  assert.equal(Number(header.match(/kLayoutVersion = (\d+)/)[1]), layoutVersion);
  const view = {};
  let next = 0;
  for (const [, name, offset] of header.match(/enum ViewSlot[^{]*\{([\s\S]*?)\};/)[1].matchAll(/^ {2}kView(\w+)(?: = kViewBands \+ (\d+))?,/gm)) {
    if (offset !== undefined) next = view.bands + Number(offset);
    view[name[0].toLowerCase() + name.slice(1)] = next++;
  }
  assert.deepEqual(view, { ...ViewSlot });
  assert.equal(Number(header.match(/kLadderColumns = (\d+)/)[1]), ladderColumns);
});

test("a feed verifies frames and lends its book as columns", () => {
  const feed = hadal.feed({ keepLog: true });
  workedRun.forEach((frame, i) => feed.onText(i * 100, frame));
  assert.deepEqual(feed.symbols(), ["BTC/USD"]);
  const book = feed.book("BTC/USD");
  assert.equal(book.verified, true);
  assert.equal(book.state, "live");
  assert.equal(book.reason, null);
  assert.deepEqual([book.matched, book.mismatched, book.revision, book.depth, book.priceScale, book.qtyScale], [5, 0, 5, 10, 1, 8]);
  assert.deepEqual([...book.bids.price.slice(0, 2)], [600000, 599999]);
  assert.deepEqual([...book.bids.size.slice(0, 2)], [35000000, 12500010]);
  assert.deepEqual([...book.bids.cumulative.slice(0, 2)], [35000000, 47500010]);
  assert.equal(book.asks.price.length, 10);
  assert.deepEqual(book.text("ask", 0), { price: "60000.3", size: "0.50000000" });
  assert.deepEqual(book.text("ask", 10), { price: "", size: "" });
  assert.equal(book.mid2, 1200003);
  assert.equal(book.exchangeTimeMs, Date.parse("2026-01-02T03:04:06.220Z"));
  assert.equal(feed.book("ETH/USD"), undefined);
  const lines = feed.drain().trim().split("\n");
  assert.equal(lines[0], "# hadal-log 1");
  assert.deepEqual(lines.slice(1, 4).map((line) => JSON.parse(line).type), ["book_state", "book_snapshot", "book_state"]);
  feed.close();
});

test("a wrong checksum turns the book stale, with its reason", () => {
  const feed = hadal.feed();
  feed.onText(0, workedRun[0]);
  feed.onText(1, workedRun[1].replace("2410023125", "2410023126"));
  const book = feed.book("BTC/USD");
  assert.deepEqual([book.state, book.reason, book.verified, book.mismatched], ["stale", "checksum", false, 1]);
  feed.close();
});

test("every reason and state crosses the edge under its own name", () => {
  const feed = hadal.feed();
  feed.onOpen(0, 1);
  feed.onText(0, workedRun[0]);
  feed.onLost(1, 1, 2);
  assert.equal(feed.book("BTC/USD").reason, "lost_frames");
  feed.onClosed(2, 1);
  assert.equal(feed.book("BTC/USD").reason, "transport_lost");
  feed.onSent(3, 2, '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}');
  assert.equal(feed.book("BTC/USD").state, "awaiting_snapshot");
  feed.onText(4, workedRun[0].slice(0, 200));
  assert.deepEqual([feed.book("BTC/USD").state, feed.book("BTC/USD").reason], ["resyncing", "parse"]);
  assert.equal(feed.parseErrors, 1);
  feed.close();
});

test("a player gives the same digest whichever way it is driven, the one that both programs print", () => {
  const expected = JSON.parse(programs.native(["replay", demoRecording, "--json"]).stdout.split("\n")[0]).digest;
  const recording = readFileSync(demoRecording);
  const ways = [
    (player) => player.playToEnd(),
    (player) => { while (player.step()); player.playToEnd(); },
    (player) => { while (!player.done) player.advance(333.3); },
    (player) => { player.seek(50_000); player.seek(1_000); player.advance(1e9); },
  ];
  for (const way of ways) {
    const player = hadal.player(recording);
    way(player);
    assert.equal(player.done, true);
    assert.equal(player.digest(), expected);
    assert.equal(player.frames, 1396);
    assert.equal(player.timeMs, player.durationMs);
    player.close();
  }
  const text = hadal.player(recording.toString());
  text.playToEnd();
  assert.equal(text.digest(), expected);
  text.close();
});

test("bad arguments name the option; a closed object says so", () => {
  const cases = [
    [() => hadal.feed({ depth: 11 }), "depth"],
    [() => hadal.feed({ depth: "10" }), "depth"],
    [() => hadal.feed({ precision: [1] }), "precision"],
    [() => hadal.feed({ precision: [1, 19] }), "precision"],
    [() => hadal.feed({ symbol: "BTCUSD" }), "symbol"],
    [() => hadal.feed({ symbol: 5 }), "symbol"],
    [() => hadal.player(5), "recording"],
    [() => hadal.feed().onText(0, new Uint8Array(3)), "frame"],
    [() => hadal.feed().drain(), "keepLog"],
    [() => hadal.feed().digest(), "keepLog"],
    [() => hadal.feed({ dept: 10 }), "dept"],
    [() => hadal.feed().onText(NaN, "{}"), "nowMs"],
    [() => hadal.feed().onText("5", "{}"), "nowMs"],
    [() => hadal.feed().onText(-1, "{}"), "nowMs"],
    [() => hadal.feed().onOpen(0, -1), "connection"],
    [() => hadal.feed().onLost(0, 1, 2.5), "frames"],
    [() => hadal.replay({ stopAfterLine: -1 }), "stopAfterLine"],
    [() => hadal.replay({ stopAfterLine: "x" }), "stopAfterLine"],
  ];
  for (const [make, option] of cases) {
    assert.throws(make, (error) => error instanceof HadalError && error.code === "config_invalid" && error.message.startsWith(option));
  }
  assert.throws(() => hadal.player("\n"), { code: "journal_corrupt" });
  const feed = hadal.feed();
  feed.close();
  feed.close();
  assert.throws(() => feed.onText(0, "{}"), { code: "already_closed" });
  const replay = hadal.replay();
  for (const call of [() => replay.push(new Uint8Array(1)), () => replay.finish(), () => replay.cutShort()]) {
    assert.throws(call, { code: "invalid_transition" });
  }
  replay.begin("run");
  replay.push(new TextEncoder().encode(workedRun.join("\n")));
  replay.finish();
  assert.throws(() => replay.finish(), { code: "invalid_transition" });
  assert.equal(JSON.parse(replay.summaryJson()).matched, 5);
  const player = hadal.player(readFileSync(demoRecording));
  player.playToEnd();
  const kept = player.book("BTC/USD").copy();
  player.close();
  assert.match(kept.text("bid", 0).price, /^\d+\.\d$/);
});

test("a wasm that cannot be loaded says what to check", async () => {
  await assert.rejects(load({ wasm: new Uint8Array([1, 2, 3]) }), (error) => error.code === "wasm_load_failed" && /wasm-unsafe-eval/.test(error.message));
  await assert.rejects(load({ wasm: new URL("file:///no/such/hadal.wasm") }), { code: "wasm_load_failed" });
  const bytes = readFileSync(join(root, "dist/hadal-full.wasm"));
  assert.equal((await load({ wasm: bytes })).version, hadal.version);
  assert.equal((await load({ wasm: new WebAssembly.Module(bytes) })).version, hadal.version);
});

test("frames larger than the buffer, memory growth and odd text are fine", () => {
  const feed = hadal.feed();
  feed.onText(0, workedRun[0]);
  feed.onText(1, "x".repeat(9 << 20)); // grows memory; not JSON
  feed.onText(2, `{"channel":"book","x":"${"é\ud800".repeat(1000)}"}`); // a lone surrogate
  feed.onText(3, workedRun[1]);
  assert.equal(feed.book("BTC/USD").revision, 2);
  assert.equal(feed.book("BTC/USD").bids.price[0], 600000);
  feed.close();
});
