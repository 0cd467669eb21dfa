// `hadal record` against `hadal sim`: what is recorded replays, whatever happens to the recorder.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { folder, fresh, isWhole, pairsOf, pause, quickSession, run, start, startSim, until } from "./live-support.mjs";
import { programs } from "./support.mjs";

/** What replay makes of a recording; its books by symbol. */
function replay(...files) {
  const { status, stdout, stderr } = programs.native(["replay", "--json", ...files], { timeout: 60_000 });
  const lines = stdout.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
  return { status, stderr, lines, books: lines.filter((line) => line.symbol !== undefined), frames: lines.find((line) => line.frames !== undefined)?.frames ?? 0 };
}

/** Nothing in it contradicts a checksum, and nothing in it is damaged. */
function assertSound(file, what = file) {
  const seen = replay(file);
  assert.equal(seen.status, 0, `${what}: ${seen.stderr}\n${JSON.stringify(seen.lines)}`);
  assert.doesNotMatch(seen.stderr, /corrupt|mismatch/, what);
  for (const { mismatched, parse_errors } of seen.books) assert.deepEqual([mismatched, parse_errors], [0, 0], what);
  return seen;
}

const record = (exchange, symbols, args, options) => start(["record", ...symbols, "--url", exchange, ...args], options);

for (const name of ["plain.journal", "packed.journal.gz"]) {
  test(`twenty symbols to ${name}: every book is verified again, and every request is sent again`, async () => {
    const sim = await startSim({ symbols: 20, args: ["--scenario", "calm"] });
    const symbols = await pairsOf(sim.url);
    const file = fresh(name);
    const recorder = record(sim.url, symbols, ["--out", file, "--for", "2"]);
    assert.equal(await recorder.exit(), 0, recorder.text());
    assert.match(recorder.err.all.at(-1), /^hadal record: [\d,]+ lines, \d+\.\d\d MB in 1 file$/);
    const { books } = assertSound(file);
    assert.deepEqual(books.map(({ symbol }) => symbol).sort(), [...symbols].sort());
    for (const { symbol, matched } of books) assert.ok(matched >= 1, symbol);
    assert.match(programs.native(["replay", file]).stdout, /requests +[1-9]\d* recorded, all sent again/);

    // Each line that arrived is there as it came: the frames are JSON, the header has no key of any kind.
    const text = name.endsWith(".gz") ? gunzipSync(readFileSync(file)).toString() : readFileSync(file, "utf8");
    const [header, ...lines] = text.trimEnd().split("\n");
    assert.match(header, /^# hadal-journal 1 \{.*\}$/);
    for (const line of lines) assert.match(line, /^\d{19} \d+ \d+ [=!<>] ./);
    assert.equal(Number(recorder.err.all.at(-1).match(/: ([\d,]+) lines/)[1].replaceAll(",", "")), lines.length + 1);
  });
}

/** Two recordings in one plain file, with a torn line between them. */
async function recordTwice() {
  const sim = await startSim();
  const file = fresh("twice.journal");
  const once = async () => {
    const recorder = record(sim.url, ["BTC/USD", "ETH/USD"], ["--out", file, "--for", "1"]);
    assert.equal(await recorder.exit(), 0, recorder.text());
    return recorder.err.all[0];
  };
  assert.match(await once(), /recording to/);
  const first = readFileSync(file, "utf8");
  appendFileSync(file, '1795347602078103044 89009469 1 < {"channel":"book","ty'); // as a loss of power leaves it
  assert.match(await once(), /going on with/);
  const whole = readFileSync(file, "utf8");
  return { sim, file, once, first, whole };
}

test("a second run continues a plain file, and cuts off a line that was torn in between", async () => {
  const { file, once, first, whole } = await recordTwice();
  assert.ok(whole.startsWith(`${first}# hadal-journal 1 `), "the second run begins with its own header, right after the last whole line");
  assert.ok(isWhole(whole));
  const second = fresh("second.journal");
  writeFileSync(second, whole.slice(first.length));
  for (const { matched, snapshots } of assertSound(second).books) assert.ok(snapshots === 1 && matched > 0);

  // What is there may end in a torn line of its own.
  truncateSync(file, statSync(file).size - 9);
  const lines = readFileSync(file, "utf8").split("\n").length - 1;
  await once();
  assert.match(readFileSync(file, "utf8").split("\n")[lines], /^# hadal-journal 1 /);
});

test("a file with two recordings replays both", async () => {
  const { file } = await recordTwice();
  const { books } = assertSound(file);
  const symbols = new Set(books.map(({ symbol }) => symbol));
  assert.equal(books.length, 2 * symbols.size); // a report for each part
  for (const { symbol, snapshots, matched } of books) assert.ok(snapshots === 1 && matched > 1, `${symbol}: ${snapshots}, ${matched}`);
  assert.match(programs.native(["replay", file]).stdout, /\(part 2\)/);
  assert.match(programs.native(["replay", file]).stdout, /all sent again/);
});

test("a gzip file that is there is left alone", async () => {
  const sim = await startSim();
  const file = fresh("there.journal.gz");
  appendFileSync(file, "somebody's");
  const { status, errors } = await run(["record", "BTC/USD", "--url", sim.url, "--out", file, "--for", "1"]);
  assert.equal(status, 1);
  assert.ok(errors.includes(`hadal: --out ${file}: is there already, and a gzip file cannot be continued; choose another name`), errors.join("\n"));
  assert.equal(readFileSync(file, "utf8"), "somebody's");
});

for (const name of ["turned.journal", "turned.journal.gz"]) {
  test(`--rotate begins new files with their time in the name, each of which replays: ${name}`, async () => {
    const sim = await startSim({ args: ["--scenario", "storm"] });
    const file = fresh(name);
    const recorder = record(sim.url, ["BTC/USD", "ETH/USD"], ["--out", file, "--rotate", "20kB", "--for", "2"]);
    assert.equal(await recorder.exit(), 0, recorder.text());
    const stem = basename(file).replace(/\.journal.*/, "");
    const parts = readdirSync(dirname(file)).filter((one) => one.startsWith(`${stem}-`)).map((one) => join(folder, one));
    assert.ok(parts.length >= 4, parts.join());
    assert.ok(!existsSync(file));
    assert.match(recorder.err.all.at(-1), new RegExp(`in ${parts.length} files$`));
    for (const part of parts) {
      assert.match(basename(part), /-\d{8}T\d{6}Z(-\d+)?\.journal(\.gz)?$/);
      const text = part.endsWith(".gz") ? gunzipSync(readFileSync(part)).toString() : readFileSync(part, "utf8");
      assert.ok(isWhole(text), part);
      assert.ok(text.length < 60_000, `${part}: ${text.length} bytes`); // 20 kB, and the frame that filled it, and the books it begins with
      // The last may have begun a moment before the end; the others have all of both books.
      const { status, books } = replay(part);
      for (const { mismatched, parse_errors } of books) assert.deepEqual([mismatched, parse_errors], [0, 0], part);
      assert.ok(status === 0, `${part}: ${status} ${JSON.stringify(books)}`);
    }
  });
}

test("--rotate by time", async () => {
  const sim = await startSim();
  const file = fresh("hourly.journal");
  // Every two of three seconds: a file that is begun in the very moment of the end would hold nothing that was received.
  const recorder = record(sim.url, ["BTC/USD"], ["--out", file, "--rotate", "2s", "--for", "3"]);
  assert.equal(await recorder.exit(), 0, recorder.text());
  const parts = readdirSync(folder).filter((one) => one.startsWith(basename(file, ".journal")));
  assert.ok(parts.length >= 2 && parts.length <= 4, parts.join());
  for (const part of parts) assertSound(join(folder, part));
});

test("a disk that is full ends the recording with an error, and the feed goes on", async () => {
  const sim = await startSim();
  const recorder = record(sim.url, ["BTC/USD"], ["--out", "/dev/full", "--for", "3"]);
  await recorder.err.find((line) => / error journal +the recording has ended: .*No space left on device/.test(line), "the error");
  const before = recorder.err.all.length;
  await sim.fault({ fault: "wrong_checksum", symbol: "BTC/USD", count: 1 });
  await recorder.err.after(before, (line) => line.includes("BTC/USD live -> resyncing: checksum"), "the feed to notice a fault");
  await recorder.err.after(before, (line) => line.includes("BTC/USD resyncing -> live"), "the feed to repair it");
  assert.equal(await recorder.exit(), 1);
  assert.match(recorder.err.all.at(-1), /^hadal: record: .*No space left on device$/);
});

test("--retry-after 0 ends at once when the disk is full", async () => {
  const sim = await startSim();
  const recorder = record(sim.url, ["BTC/USD"], ["--out", "/dev/full", "--retry-after", "0"]);
  assert.equal(await recorder.exit(), 1);
  assert.match(recorder.text(), /No space left on device/);
});

test("a folder that is missing: exit 1, and one line says so", async () => {
  const file = join(folder, "none", "a.journal");
  const { status, stdout, errors } = await run(["record", "BTC/USD", "--url", "ws://127.0.0.1:1/v2", "--out", file, "--log-level", "warn"]);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.deepEqual(errors, [`hadal: --out ${file}: cannot be opened: No such file or directory`]);
});

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The same numbers for the same seed (mulberry32). */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("SIGKILL at twenty random moments: every file replays", async () => {
  const seed = Number(process.env.HADAL_TEST_SEED ?? Date.now() % 1e9);
  const next = random(seed);
  const sim = await startSim({ symbols: 5, args: ["--scenario", "storm"] });
  const symbols = await pairsOf(sim.url);
  const moments = Array.from({ length: 20 }, (_, i) => ({ after: 50 + Math.floor(next() * 550), packed: i % 2 === 1 }));
  const one = async ({ after, packed }) => {
    const file = fresh(packed ? "killed.journal.gz" : "killed.journal");
    const recorder = record(sim.url, symbols, ["--out", file]);
    // Packed, it is on the disk when it has been flushed, a quarter of a second later; a gzip header has 10 bytes.
    await until(() => sizeOf(file) > (packed ? 100 : 0), "the first line");
    await pause(after);
    assert.equal(await recorder.kill(), "SIGKILL");
    const what = `seed ${seed}, killed after ${after} ms, ${basename(file)}`;
    const seen = assertSound(file, what);
    assert.deepEqual(seen.books.map(({ symbol }) => symbol).sort(), [...symbols].sort(), what);
    return seen.frames;
  };
  // A few at a time: two cores would see little of each otherwise.
  let frames = 0;
  for (let i = 0; i < moments.length; i += 4) for (const count of await Promise.all(moments.slice(i, i + 4).map(one))) frames += count;
  assert.ok(frames > 20 * 50, `${frames} frames in all, seed ${seed}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`${signal}: exit 0 within 2 s, and the file ends with a whole line`, async () => {
    const sim = await startSim({ symbols: 5, args: ["--scenario", "storm"] });
    for (const name of ["ended.journal", "ended.journal.gz"]) {
      const file = fresh(name);
      const recorder = record(sim.url, await pairsOf(sim.url), ["--out", file]);
      await until(() => sizeOf(file) > 20_000, "a part of a recording");
      const begun = performance.now();
      recorder.child.kill(signal);
      assert.equal(await recorder.exit(), 0, recorder.text());
      assert.ok(performance.now() - begun < 2_000, `${performance.now() - begun} ms`);
      const text = name.endsWith(".gz") ? gunzipSync(readFileSync(file)).toString() : readFileSync(file, "utf8"); // throws if it has no end
      assert.ok(isWhole(text));
      assertSound(file);
    }
  });
}

test("SIGTERM while the exchange says nothing any more: within 2 s all the same", async () => {
  const sim = await startSim();
  const file = fresh("deaf.journal");
  const recorder = record(sim.url, ["BTC/USD"], ["--out", file]);
  await recorder.err.find((line) => line.includes("BTC/USD awaiting_snapshot -> live"), "a live book");
  sim.child.kill("SIGSTOP"); // it answers no close frame
  const begun = performance.now();
  recorder.child.kill("SIGTERM");
  assert.equal(await recorder.exit(), 0, recorder.text());
  assert.ok(performance.now() - begun < 2_500, `${performance.now() - begun} ms`);
  assert.ok(isWhole(readFileSync(file, "utf8")));
  assertSound(file);
});

/** A port on which nobody listens. */
async function deadPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("nobody there: exit 4, and the log names the refusal", async () => {
  const port = await deadPort();
  const { status, errors } = await run(["record", "BTC/USD", "--url", `ws://127.0.0.1:${port}/v2`, "--out", fresh("none.journal"), "--retries", "0"]);
  assert.equal(status, 4);
  const refusals = errors.filter((line) => / warn +session .*connect_failed/.test(line));
  for (const line of refusals) assert.ok(line.includes(`connecting to 127.0.0.1:${port}: Connection refused`), line);
  assert.ok(refusals.length >= 1);
  assert.equal(errors.filter((line) => line.startsWith("hadal: record: could not connect: ")).length, 1);
});

test("nobody there: the message at the end names the refusal", async () => {
  const { stderr } = await run(["record", "BTC/USD", "--url", `ws://127.0.0.1:${await deadPort()}/v2`, "--out", fresh("none.journal"), "--retries", "0", "--log-level", "off"]);
  assert.match(stderr, /^hadal: record: could not connect: .*Connection refused/m);
});

test("an --out that cannot be: the line that says so is the only one", async () => {
  const { errors } = await run(["record", "BTC/USD", "--url", "ws://127.0.0.1:1/v2", "--out", join(folder, "none", "a.journal")]);
  assert.equal(errors.length, 1, errors.join("\n"));
});

test("--retries N asks N times more", async () => {
  for (const retries of [0, 2]) {
    const { status, errors } = await run(["record", "BTC/USD", "--url", `ws://127.0.0.1:${await deadPort()}/v2`, "--out", fresh("none.journal"), "--retries", String(retries), "--session", quickSession]);
    assert.equal(status, 4);
    assert.equal(errors.filter((line) => line.includes("-> connecting")).length, retries + 1, errors.join("\n"));
  }
});

test("an upgrade that is refused: exit 4 with the exchange's status", async () => {
  const sim = await startSim();
  await sim.fault({ fault: "refuse_connect", code: 404, count: 100 });
  const { status, stderr } = await run(["record", "BTC/USD", "--url", sim.url, "--out", fresh("none.journal"), "--retries", "0"]);
  assert.equal(status, 4, stderr);
  assert.match(stderr, /^hadal: record: could not connect: .*404/m);
});

test("a pair that the exchange does not have is told in its words, and the others are recorded", async () => {
  const sim = await startSim();
  const file = fresh("refused.journal");
  const recorder = record(sim.url, ["BTC/USD", "NO/PE"], ["--out", file, "--for", "1"]);
  assert.equal(await recorder.exit(), 0, recorder.text());
  const told = recorder.err.all.filter((line) => line.includes("Currency pair not supported NO/PE"));
  assert.ok(told.length >= 1, recorder.text());
  for (const line of told) assert.match(line, / warn +subscription NO\/PE subscribe_rejected: /);
  const { books } = replay(file);
  assert.ok(books.find(({ symbol }) => symbol === "BTC/USD").matched > 0);
});

test("the channels that were asked for are recorded, and no others", async () => {
  const sim = await startSim();
  const file = fresh("channels.journal");
  const recorder = record(sim.url, ["BTC/USD"], ["--out", file, "--channels", "ticker,ohlc,instrument", "--for", "1"]);
  assert.equal(await recorder.exit(), 0, recorder.text());
  const channels = new Set(readFileSync(file, "utf8").match(/(?<=^\d+ \d+ \d+ < \{"channel":")\w+/gm));
  for (const channel of ["ticker", "ohlc", "instrument"]) assert.ok(channels.has(channel), channel);
  for (const channel of ["book", "trade"]) assert.ok(!channels.has(channel), channel);
});
