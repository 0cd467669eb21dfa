// The driver of the package plays the scripts of the C++ session tests, with sockets and a clock by hand: what it sends, opens and closes is
// what those sessions did, and the log is the same, byte for byte.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Driver } from "../../dist/driver.js";
import { loadModule } from "../../dist/load.js";
import { Memory } from "../../dist/memory.js";
import { programs, root } from "./support.mjs";

const module = await loadModule();
const memory = new Memory(module);
const channels = module.names("channels").split(",");

// The session tests write down what they do (tests/support/session_tape.hpp).
const folder = mkdtempSync(join(tmpdir(), "hadal-driver-test-"));
after(() => rmSync(folder, { recursive: true }));
const sessions = spawnSync(join(root, "build/native/tests/core_tests"), ["[session]"], { encoding: "utf8", env: { ...process.env, HADAL_SCRIPTS: folder } });
const written = readdirSync(folder).sort();
const read = (name) => readFileSync(join(folder, name), "utf8");

/** The lines after the header: an input, something sent (`>`), or what else the driver had to do (`##`). */
function script(name) {
  const [header, ...lines] = read(name).trimEnd().split("\n");
  const records = lines.map((line) => {
    if (line.startsWith("## ")) return { kind: "##", what: line };
    const [, now, what, connection, kind, text] = line.match(/^\d+ (\d+) ((\d+) (<j?|[>!=]) (.*))$/);
    return { kind, now: Number(now), connection: Number(connection), payload: kind === "<j" ? JSON.parse(text) : text, what };
  });
  return { config: header.match(/"session":(\{.*?\})/)[1], records };
}

/** Why the driver of a page cannot be in this script; undefined if it can. Lines of a connection that was never made have no socket to say them. */
function notForPages({ records }) {
  for (const { kind, connection, payload } of records) {
    if (kind === "!" && /^lost /.test(payload)) return "this driver sheds no frames";
    if (kind === "!" && /^open_failed [1-9]/.test(payload) && records.some(({ what }) => what.startsWith(`## connect ${connection} `))) {
      return "a page is not told the HTTP status of an upgrade";
    }
    if (kind === "=" && !(JSON.parse(payload).call in calls)) return `no such call in a page: ${payload}`;
  }
}

const key = ({ channel, symbol = "", depth = 0, interval = 0, trigger }) => [channels.indexOf(channel), symbol, depth, interval, trigger === "bbo" ? 1 : 0];
const calls = {
  connect: (engine, now) => engine.connect(now),
  close: (engine, now, { code, text = "" }) => engine.closeConnections(now, code, text),
  retry_now: (engine, now) => engine.retryNow(now),
  online: (engine, now) => engine.network(now, true),
  offline: (engine, now) => engine.network(now, false),
  subscribe: (engine, now, call) => engine.subscribe(now, ...key(call)),
  unsubscribe: (engine, now, call) => engine.unsubscribe(now, ...key(call)),
  resync: (engine, now, { symbol }) => engine.resync(now, symbol),
};

/** Time is what the script says, and what is due fires when the script says that time has run out. */
class ScriptClock {
  #time = 0;
  #timers = new Map();
  #last = 0;
  now = () => this.#time;
  setTimeout = (callback, ms) => (this.#timers.set(++this.#last, { at: this.#time + ms, callback }), this.#last);
  clearTimeout = (id) => void this.#timers.delete(id);
  get waiting() {
    return this.#timers.size;
  }
  setTime(now) {
    this.#time = now + 0.25; // a page's clock does not count whole ms
  }
  /** Whether anything fired. */
  fire(due = ({ at }) => at <= this.#time) {
    const fired = [...this.#timers].filter(([, timer]) => due(timer));
    for (const [id, { callback }] of fired) {
      this.#timers.delete(id);
      callback();
    }
    return fired.length > 0;
  }
}

/**
 * Plays a script.
 * @param restless every timer fires early, and so does the one after it: that changes nothing but deadlines
 * @returns what happened, as lines of the script; the log; and what the engine heard and sent, by its own recording, and what it ought to be
 */
async function play({ config, records }, restless) {
  const engine = new module.Engine(config, true);
  engine.record(0, NaN, "", false);
  const clock = new ScriptClock();
  const sockets = new Map(); // by connection
  const open = new Set();
  const happened = [];
  const due = []; // to be in the engine's recording
  class FakeSocket {
    constructor(url) {
      this.connection = module._hadal_engine_connection(engine.handle()); // the driver is making it for this one
      happened.push(`## connect ${this.connection} ${url}`);
      sockets.set(this.connection, this);
      open.add(this.connection);
    }
    send(text) {
      happened.push(`${this.connection} > ${text}`);
    }
    close(code, reason) {
      happened.push(`## close ${this.connection} ${code}${reason && ` ${reason}`}`);
      open.delete(this.connection);
    }
  }
  const driver = new Driver(module, memory, engine, { WebSocket: FakeSocket, clock, url: undefined, afterInput() {}, tap: { see() {} } });

  for (const { kind, now, connection, payload, what } of records) {
    if (kind === "##") continue;
    // What a socket says that was let go concerns nobody.
    if (kind === "=" || kind === ">" || open.has(connection)) due.push(`${now} ${what}`);
    if (kind === ">") continue;
    clock.setTime(now);
    happened.push(what);
    const socket = sockets.get(connection);
    const [, word, number, text = ""] = payload.match(/^(\w+)(?: (\d+)(?: (.*))?)?$/) ?? [];
    if (kind === "=") {
      const call = JSON.parse(payload);
      driver.input(() => calls[call.call](engine, driver.now(), call));
    } else if (kind !== "!") socket?.onmessage?.({ data: payload });
    else if (word === "timeout") {
      if (clock.fire()) due.push(`${now} ${what}`);
    } else if (word === "open") socket?.onopen?.({});
    else if (word === "binary") socket?.onmessage?.({ data: new ArrayBuffer(Number(number)) });
    else {
      open.delete(connection);
      if (word === "open_failed") socket?.onerror?.({});
      socket?.onclose?.({ code: word === "closed" ? Number(number) : 1006, reason: text });
    }
    for (let times = restless ? 2 : 0; times > 0; times--) clock.fire(() => true);
    assert.ok(clock.waiting <= 1, "one timer at most");
  }
  const log = engine.drain();
  const size = module._hadal_engine_take_journal(engine.handle());
  const journal = memory.readText(module._hadal_outbox(), size).trimEnd().split("\n");
  const heard = journal.slice(1).map((line) => line.slice(line.indexOf(" ") + 1));

  // The end: every socket is closed, no timer is left, and what sockets say then is heard by nobody.
  const end = happened.length;
  const closing = [...open].map((connection) => `## close ${connection} 1000`);
  const ended = driver.end();
  for (const socket of sockets.values()) {
    socket.onopen?.({});
    socket.onmessage?.({ data: '{"channel":"heartbeat"}' });
    socket.onclose?.({ code: 1000, reason: "" });
  }
  await ended;
  assert.deepEqual(happened.splice(end), closing);
  assert.equal(clock.waiting, 0);
  assert.equal(engine.drain(), "");
  engine.delete();
  return { happened, log, heard, due };
}

/** As assert.equal on the whole, but quick to say where texts of many lines differ. */
function sameLines(actual, expected, what) {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) assert.equal(actual[i], expected[i], `${what}, line ${i + 1}`);
}

let played = 0;
for (const file of written.filter((name) => name.endsWith(".journal"))) {
  const name = file.slice(0, -".journal".length);
  const one = script(file);
  const sent = one.records.filter(({ kind }) => kind === ">").length;
  const native = programs.native(["replay", join(folder, file), "--log", "-"]);

  test(`natively, the engine does what the session did: ${name}`, () => {
    assert.match(native.stderr, new RegExp(`requests +${sent} recorded, all sent again\\n`));
    sameLines(native.stdout.split("\n"), read(`${name}.log`).split("\n"), "log");
    // 1: a script without a frame; 3: one with a fault
    assert.ok(native.status === 0 || native.status === 3 || !one.records.some(({ kind }) => kind[0] === "<"), `exit code ${native.status}`);
  });

  const skip = notForPages(one);
  test(`so does the driver: ${name}`, { skip }, async () => {
    played++;
    for (const restless of [false, true]) {
      const { happened, log, heard, due } = await play(one, restless);
      sameLines(happened, one.records.map(({ what }) => what), restless ? "early timers" : "done");
      sameLines(log.split("\n"), native.stdout.split("\n"), restless ? "early timers, log" : "log");
      if (!restless) sameLines(heard, due, "heard by the engine");
    }
  });
}

for (const file of written.filter((name) => name.endsWith(".skipped"))) test(`so does the driver: ${file.slice(0, -".skipped".length)}`, { skip: read(file) });

test("most scripts of the session tests are played", () => {
  assert.equal(sessions.status, 0, sessions.stdout ?? String(sessions.error));
  assert.ok(played >= 45, `${played} scripts`);
});

const sources = ["driver", "socket"].map((name) => readFileSync(join(root, `web/ts/${name}.ts`), "utf8"));

test("driver and socket have fewer than 200 lines together", () => {
  const lines = sources.reduce((sum, text) => sum + text.trimEnd().split("\n").length, 0);
  assert.ok(lines < 200, `${lines} lines`);
});

test("driver and socket hold no rule of the protocol", () => {
  const words =
    /subscri|snapshot|heart|checksum|crc|book|channel|symbol|depth|method|resync|repair|req_?id|\bp[io]ng|status|kraken|wss?:|json|retry|retries|backoff|jitter|attempt|delay|stale|silence|random/gi;
  for (const text of sources) {
    assert.deepEqual(text.match(words), null);
    // Nor a time or a limit: 1000 and 1006 are codes of WebSocket itself, the last is what a timer can hold.
    const numbers = text.replace(/"[^"]*"|\/\/.*$|\/\*[\s\S]*?\*\//gm, "").match(/\b\d[\w.]*/g) ?? [];
    assert.deepEqual(numbers.filter((number) => !["0", "1000", "1006", "0x7fffffff"].includes(number)), []);
  }
});
