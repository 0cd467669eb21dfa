// Native and WebAssembly write the same bytes (guarantee Q-22), and they write what was written before (the golden log).
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { bookCaptures, capture, captures, demoRecording, noCaptures, programs, root, workedRun } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-parity-test-"));
after(() => rmSync(folder, { recursive: true }));

/** Damaged and odd recordings: parity must hold for bad input, too. */
function badRecordings() {
  const [snapshot, ...updates] = workedRun;
  const bad = {
    "cut.jsonl": [snapshot, updates[0].slice(0, 70), ...updates.slice(1), '{"channel":"book","type":"upd'].join("\n"),
    "odd.jsonl": [
      "CloudFlare WebSocket proxy restarting",
      snapshot.replace("60000.0", '"60000.0"').replace("0.50000000", "5e-1"),
      updates[0].replace("2410023125", "1"),
      updates[1].replace("BTC/USD", "B\\u0054C/USD"),
      updates[2].replace("0.04000000", "99999999999999999999"),
      '{"channel":"nobody \\u0001 \\ud83d\\ude00 caf\u00e9"}',
    ].join("\n"),
    "journal.jsonl":
      '# hadal-journal 1 {"version":"0.1.0","depth":10}\n' +
      "1767323045000000000 5000 1 ! open\n" +
      `1767323045000000000 5000 1 < ${snapshot}\n` +
      "this is no record\n" +
      `1767323045100000000 5100 1 <j ${JSON.stringify(updates[0].replaceAll(",", ",\r\n"))}\n` +
      "1767323045200000000 5200 1 ! lost 3\n" +
      "1767323045300000000 5300 1 ! closed 1006 \n" +
      `1767323045400000000 5400 2 < ${snapshot}\n` +
      "1767323045500000000 5500 2 < {\"channel\":\"he",
  };
  return Object.entries(bad).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}

function outputs(program, files, ...flags) {
  const log = join(folder, `${program}.log`);
  const { status, stdout, stderr } = programs[program](["replay", ...files, "--log", log, ...flags]);
  return { status, stdout, stderr, log: readFileSync(log, "utf8") };
}

function assertSame(files, ...flags) {
  const [one, two] = ["native", "wasm"].map((program) => outputs(program, files, ...flags));
  assert.equal(two.status, one.status);
  assert.equal(two.stdout, one.stdout);
  assert.equal(two.stderr, one.stderr);
  const [mine, theirs] = [one.log.split("\n"), two.log.split("\n")];
  const index = mine.findIndex((line, i) => line !== theirs[i]);
  assert.equal(index, -1, `first differing log line: ${index + 1}`);
  assert.equal(two.log, one.log);
  return one;
}

for (const name of captures) test(`native and wasm agree on ${name}`, { skip: noCaptures }, () => void assertSame([capture(name)]));

for (const name of captures)
  test(`native and wasm agree on ${name} with every tracker and every view`, { skip: noCaptures }, () => {
    const { log } = assertSame([capture(name)], "--track", "all", "--views", "7");
    if (/v2_book_(BTC|ETH)/.test(name)) for (const type of ["flow", "spread", "views"]) assert.ok(log.includes(`"type":"${type}"`), type);
  });

test("native and wasm agree on the committed recording with every tracker and every view", () => {
  const { log } = assertSame([demoRecording], "--track", "all", "--views", "5");
  for (const type of ["flow", "whale", "cancel_after_show", "health", "spread", "views", "followed"]) assert.ok(log.includes(`"type":"${type}"`), type);
  assert.match(log, /"heatmap":\[\{"index":/);
  const [plain] = ["native"].map((program) => outputs(program, [demoRecording]));
  const without = (text) => text.split("\n").map((line) => line.replace(/^\{"n":\d+,/, "{"));
  const derived = /"type":"(flow|whale|cancel_after_show|health|spread|candle_closed|views|followed)"/;
  assert.deepEqual(without(log).filter((line) => !derived.test(line)), without(plain.log), "trackers change nothing but the numbers of events");
});

test("an incident is the same in both programs, and plays again", () => {
  const [, ...updates] = workedRun;
  const recording = join(folder, "incident.jsonl");
  writeFileSync(recording, [workedRun[0], ...updates.slice(0, 2), updates[2].replace("4157348007", "7")].join("\n") + "\n");
  const made = ["native", "wasm"].map((program) => {
    const out = join(folder, `${program}.incident`);
    assert.equal(programs[program](["replay", recording, "--incident", out]).status, 3);
    return readFileSync(out, "utf8");
  });
  assert.equal(made[1], made[0]);
  assert.match(made[0], /^# hadal-journal 1 .*"incident":"BTC\/USD: the book is no longer verified: checksum \(sent 7, computed 4157348007\)"/);
  assertSame([join(folder, "native.incident")]);
  const { stderr } = programs.native(["replay", recording.replace("incident.jsonl", "native.incident")]);
  assert.match(stderr, /sent 7, computed 4157348007/);
  for (const program of ["native", "wasm"]) {
    const { status, stderr: words } = programs[program](["replay", demoRecording, "--incident", join(folder, "none")]);
    assert.equal(status, 0);
    assert.match(words, /none: not written: nothing went wrong/);
  }
});

test("all book captures verify in both programs, without any option", { skip: noCaptures }, () => {
  const { status, stdout } = assertSame(bookCaptures.map(capture), "--json");
  assert.equal(status, 0);
  const rows = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(rows.length, 6 + 10);
  assert.equal(rows.reduce((sum, row) => sum + row.matched, 0), 41 + 510 + 45 + 1129 + 19 + 1 + 4279);
  assert.ok(rows.every((row) => row.mismatched === 0 && row.skipped === 0 && row.parse_errors === 0));
});

test("the re-encoded capture verifies with the instrument's precision in both programs", { skip: noCaptures }, () => {
  const { status } = assertSame([capture("v2_book_BTC-USD_d10_reencoded_20230730.jsonl")], "--precision", "1,8");
  assert.equal(status, 0);
});

test("native and wasm agree on damaged and odd recordings, messages included", () => {
  for (const path of badRecordings()) {
    const { status, stderr } = assertSame([path]);
    assert.equal(status, 3, path);
    assert.ok(stderr.includes(`${path}:`), stderr);
  }
  assertSame(badRecordings(), "--json");
});

test("options change both alike", () => {
  assertSame([demoRecording], "--symbol", "xbt/usd", "--depth", "100");
  assertSame([demoRecording], "--json", "--precision", "2,8");
});

test("the golden log of the committed recording has not changed", () => {
  const golden = gunzipSync(readFileSync(join(root, "tests/golden/synthetic.log.gz"))).toString();
  const { log } = assertSame([demoRecording]);
  const index = log.split("\n").findIndex((line, i) => line !== golden.split("\n")[i]);
  assert.equal(index, -1, `line ${index + 1} differs:\n${log.split("\n")[index]}\n${golden.split("\n")[index]}\nIf that is meant: hadal replay demo/recordings/synthetic.journal --log - | gzip -9n > tests/golden/synthetic.log.gz`);
  assert.equal(log, golden);
});

test("a gzip recording reads like the plain one", () => {
  const path = join(folder, "synthetic.journal.gz");
  writeFileSync(path, gzipSync(readFileSync(demoRecording)));
  const { stdout } = assertSame([path], "--json");
  const plain = programs.native(["replay", demoRecording, "--json"]).stdout;
  assert.equal(stdout.replaceAll(path, demoRecording), plain);
});

test("hadal parity says equal, and finds a difference", () => {
  const equal = programs.native(["parity", demoRecording, "--json"]);
  assert.equal(equal.status, 0, equal.stderr);
  assert.equal(JSON.parse(equal.stdout).equal, true);

  // A stand-in for the package's program that changes one byte of the log.
  const liar = join(folder, "liar.mjs");
  writeFileSync(
    liar,
    `import { spawnSync } from "node:child_process"; import { readFileSync, writeFileSync } from "node:fs";
     const args = process.argv.slice(2); const log = args[args.indexOf("--log") + 1];
     const { status, stdout } = spawnSync(process.execPath, [${JSON.stringify(join(root, "dist/cli.js"))}, ...args]);
     writeFileSync(log, readFileSync(log, "utf8").replace('"revision":2', '"revision":3')); process.stdout.write(stdout); process.exit(status);`,
  );
  const different = programs.native(["parity", demoRecording, "--js", liar]);
  assert.equal(different.status, 3, different.stderr);
  assert.match(different.stdout, /DIFFERENT in line \d+ of the event log/);
  assert.match(different.stdout, /"revision":3/);
});

test("hadal parity without Node or without the package says what to do and exits with 1", () => {
  const noNode = programs.native(["parity", demoRecording], { env: { PATH: folder } });
  assert.equal(noNode.status, 1);
  assert.match(noNode.stderr, /Node\.js 20 or newer/);
  const noPackage = programs.native(["parity", demoRecording, "--js", join(folder, "nothing.js")]);
  assert.equal(noPackage.status, 1);
  assert.match(noPackage.stderr, /npm run build/);
});

test("hadal parity finds the package beside its build tree, and by HADAL_JS", () => {
  assert.equal(programs.native(["parity", demoRecording], { cwd: folder }).status, 0);
  const named = programs.native(["parity", demoRecording], { env: { ...process.env, HADAL_JS: join(folder, "nothing.js") } });
  assert.equal(named.status, 1);
  assert.match(named.stderr, /nothing\.js/);
});
