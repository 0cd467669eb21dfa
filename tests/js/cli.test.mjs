// Both programs on the command line: options, messages, exit codes.
import assert from "node:assert/strict";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { demoRecording, programs, root, workedRun } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-cli-test-"));
after(() => rmSync(folder, { recursive: true }));

const run = join(folder, "run.jsonl");
writeFileSync(run, workedRun.join("\n") + "\n");

/** F-59 in BigInt. */
function digest(text) {
  let hash = 14695981039346656037n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 1099511628211n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

for (const [name, program] of Object.entries(programs)) {
  test(`${name}: the JSON summary has the documented keys in order and the digest of the log`, () => {
    const { status, stdout, stderr } = program(["replay", run, "--json", "--log", "-"]);
    assert.equal(status, 0);
    const row = JSON.parse(stderr); // with the log on standard output the summary goes to stderr
    assert.deepEqual(Object.keys(row), [
      "file", "symbol", "depth", "depth_source", "frames", "snapshots", "updates", "matched", "mismatched", "skipped",
      "resnapshots", "parse_errors", "best_bid", "best_ask", "digest",
    ]);
    assert.deepEqual(row, {
      file: run, symbol: "BTC/USD", depth: 10, depth_source: "snapshot", frames: 5, snapshots: 1, updates: 4, matched: 5,
      mismatched: 0, skipped: 0, resnapshots: 0, parse_errors: 0, best_bid: "60000.0", best_ask: "60000.3", digest: digest(stdout),
    });
    assert.ok(stdout.startsWith('# hadal-log 1\n{"n":1,"t":0,"conn":1,"type":"book_state","symbol":"BTC/USD","row":"U-1"'));
    assert.ok(stdout.includes('\n{"n":2,"t":0,"conn":1,"type":"book_snapshot","symbol":"BTC/USD"'));
    for (const line of stdout.trim().split("\n").slice(1)) JSON.parse(line);
  });

  test(`${name}: a mismatch exits with 3 and names file and line`, () => {
    const path = join(folder, "bad.jsonl");
    writeFileSync(path, workedRun.join("\n").replace("4117151077", "4117151078"));
    const { status, stdout, stderr } = program(["replay", path]);
    assert.equal(status, 3);
    assert.equal(stderr, `hadal: ${path}:3: BTC/USD: the book is no longer verified: checksum (sent 4117151078, computed 4117151077)\n`);
    assert.match(stdout, /4 matched, 1 mismatched/);
    assert.match(stdout, /stale \(checksum\)/);
  });

  test(`${name}: an undecodable book frame exits with 3`, () => {
    const path = join(folder, "undecodable.jsonl");
    writeFileSync(path, [workedRun[0], workedRun[1].replace('"qty":0.35000000', '"size":1'), ""].join("\n"));
    const { status, stderr } = program(["replay", path]);
    assert.equal(status, 3);
    assert.match(stderr, /undecodable\.jsonl:2: field_missing: .*qty/);
  });

  test(`${name}: several files are told apart in the log, each with the digest it has alone`, () => {
    const { stdout, stderr } = program(["replay", run, demoRecording, "--log", "-", "--json"]);
    assert.deepEqual(stdout.split("\n").filter((line) => line.startsWith("#")), ["# hadal-log 1", "# file run.jsonl", "# file synthetic.journal"]);
    const alone = JSON.parse(program(["replay", run, "--json"]).stdout).digest;
    assert.equal(JSON.parse(stderr.split("\n")[0]).digest, alone);
  });

  test(`${name}: a symbol that does not occur exits with 1 and says which do`, () => {
    const { status, stderr } = program(["replay", run, "--symbol", "ETH/USD"]);
    assert.equal(status, 1);
    assert.equal(stderr, `hadal: ${run}: no book for ETH/USD; it has BTC/USD\n`);
  });

  test(`${name}: a file without books gives one object whose symbol is null`, () => {
    const path = join(folder, "heartbeats.jsonl");
    writeFileSync(path, '{"channel":"heartbeat"}\n{"channel":"heartbeat"}\n');
    const { status, stdout } = program(["replay", path, "--json"]);
    assert.equal(status, 0);
    assert.deepEqual([JSON.parse(stdout).symbol, JSON.parse(stdout).frames], [null, 2]);
  });

  test(`${name}: unreadable files exit with 1 and one line`, () => {
    for (const path of [join(folder, "none.jsonl"), folder]) {
      const { status, stdout, stderr } = program(["replay", path]);
      assert.equal(status, 1);
      assert.equal(stdout, "");
      assert.match(stderr, new RegExp(`^hadal: ${path}.*\n$`));
    }
    const { status, stderr } = program(["replay", run, "--log", join(folder, "no/such/folder.log")]);
    assert.equal(status, 1);
    assert.match(stderr, /cannot be written: No such file or directory/);
  });

  test(`${name}: usage errors exit with 2 and name the flag`, () => {
    const cases = [
      [[], /name a command/],
      [["replay"], /FILE|recording/],
      [["replya", run], /replya/],
      [["replay", run, "--dept", "10"], /--dept/],
      [["replay", run, "--depth", "11"], /depth/],
      [["replay", run, "--depth", "ten"], /depth/],
      [["replay", run, "--precision", "1"], /precision/],
      [["replay", run, "--precision", "1,19"], /precision/],
      [["replay", run, "--symbol", "BTCUSD"], /symbol/],
      [["replay", run, "--symbol", ""], /symbol/],
      [["replay", run, "--depth", ""], /depth/],
      [["replay", run, "--log", ""], /--log/],
      [["replay", run, "--log", "a", "--log", "b"], /--log/],
      [["replya", run], /did you mean replay\?/],
      [["replay", run, "--dept", "10"], /did you mean --depth\?/],
    ];
    for (const [args, message] of cases) {
      const { status, stderr, stdout } = program(args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, message);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.equal(stdout, "");
    }
  });

  test(`${name}: --help and --version`, () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(program(["--version"]).stdout, `hadal ${version}\n`);
    for (const args of [["--help"], ["replay", "--help"]]) {
      const { status, stdout } = program(args);
      assert.equal(status, 0);
      assert.match(stdout, /replay/);
    }
    for (const flag of ["--depth", "--precision", "--symbol", "--log", "--json"]) assert.ok(program(["replay", "--help"]).stdout.includes(flag));
  });

  test(`${name}: writing to a full disk ends with an error`, { skip: process.platform !== "linux" }, () => {
    const { status, stderr } = program(["replay", demoRecording, "--log", "/dev/full"]);
    assert.equal(status, 1);
    assert.equal(stderr, "hadal: /dev/full: cannot be written: No space left on device\n");
  });

  test(`${name}: what cannot be printed is an error`, { skip: process.platform !== "linux" }, () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = program(["replay", run], { stdio: ["ignore", full, "pipe"] });
    closeSync(full);
    assert.deepEqual([status, stderr], [1, "hadal: standard output: cannot be written: No space left on device\n"]);
  });

  test(`${name}: the log never overwrites a recording, nor an older log before there is anything to write`, () => {
    const journal = join(folder, "own.jsonl");
    writeFileSync(journal, readFileSync(run));
    const { status, stderr } = program(["replay", journal, "--log", journal]);
    assert.equal(status, 2);
    assert.match(stderr, /is the recording itself/);
    assert.deepEqual(readFileSync(journal), readFileSync(run));
    const old = join(folder, "old.log");
    writeFileSync(old, "old");
    assert.equal(program(["replay", join(folder, "none.jsonl"), "--log", old]).status, 1);
    assert.equal(readFileSync(old, "utf8"), "old");
  });

  test(`${name}: one file that cannot be read does not silence the others`, () => {
    const { status, stdout, stderr } = program(["replay", join(folder, "none.jsonl"), run, "--json"]);
    assert.equal(status, 1);
    assert.match(stderr, /none\.jsonl: cannot be opened/);
    assert.equal(JSON.parse(stdout).matched, 5);
  });

  test(`${name}: standard input, plain and gzip, a byte at first`, { skip: process.platform !== "linux" }, () => {
    const plain = readFileSync(demoRecording);
    const expected = program(["replay", demoRecording, "--json"]).stdout.replaceAll(demoRecording, "-");
    assert.equal(program(["replay", "-", "--json"], { input: plain }).stdout, expected);
    assert.equal(program(["replay", "-", "--json"], { input: gzipSync(plain) }).stdout, expected);
  });

  test(`${name}: a gzip stream that ends early is said, and what came before counts`, () => {
    const cut = join(folder, "cut.gz");
    writeFileSync(cut, gzipSync(readFileSync(demoRecording)).subarray(0, 20_000));
    const { status, stdout, stderr } = program(["replay", cut]);
    assert.equal(status, 0);
    assert.match(stderr, /the file ends early: its gzip data are cut short/);
    assert.match(stdout, /^.*cut\.gz {2}\d{3} frames, journal\n/);
    assert.match(stdout, / torn +the file ends early\n/);
  });

  test(`${name}: files in which nothing was verified are not called verified`, () => {
    const cases = [["", 1, /holds no received frames/], ["[1]\n", 1, /is no recording of WebSocket v2/], [workedRun[1] + "\n", 3, /nothing was verified: no snapshot/]];
    for (const [text, code, message] of cases) {
      const file = join(folder, "nothing.jsonl");
      writeFileSync(file, text);
      const { status, stderr } = program(["replay", file]);
      assert.equal(status, code, text);
      assert.match(stderr, message);
    }
  });
}

test("native: close words are suggested", () => {
  assert.match(programs.native(["replya"]).stderr, /did you mean replay\?/);
  assert.match(programs.native(["replay", run, "--dept", "10"]).stderr, /did you mean --depth\?/);
});

test("native: book prints the ladder after a line", () => {
  const { status, stdout } = programs.native(["book", run, "--symbol", "BTC/USD", "--at", "3", "--levels", "2"]);
  assert.equal(status, 0);
  assert.equal(
    stdout,
    "BTC/USD  live, verified  (depth 10, revision 3, checksums 3 matched, 0 mismatched)\n" +
      "       price         qty       total\n" +
      "ask  60001.0  1.00000000  1.00700000\n" +
      "ask  60000.4  0.00700000  0.00700000\n" +
      "     spread 0.4  mid 60000.20\n" +
      "bid  60000.0  0.35000000  0.35000000\n" +
      "bid  59999.9  0.12500010  0.47500010\n",
  );
});

test("native: book beyond the file, before a snapshot or without a symbol says so", () => {
  assert.match(programs.native(["book", run, "--symbol", "BTC/USD", "--at", "99"]).stderr, /no line 99/);
  assert.match(programs.native(["book", demoRecording, "--symbol", "BTC/USD", "--at", "2"]).stderr, /no book for BTC\/USD up to line 2/);
  assert.equal(programs.native(["book", run, "--at", "2"]).status, 2);
  assert.match(programs.native(["book", run, "--symbol", "BTC/USD", "--levels", "1"]).stdout, /revision 5/); // without --at: the end
  assert.equal(programs.native(["book", run, "--symbol", "BTC/USD", "--at", "0"]).status, 2);
});

test("native: a file without read permission exits with 1", { skip: process.getuid?.() === 0 ? "root reads everything" : false }, () => {
  const path = join(folder, "secret.jsonl");
  writeFileSync(path, "");
  chmodSync(path, 0);
  assert.match(programs.native(["replay", path]).stderr, /Permission denied/);
});

test("book shows ladder, groups, liquidity and fills, and names what is wrong", () => {
  const run = join(folder, "views.jsonl");
  writeFileSync(run, workedRun[0] + "\n");
  const show = (...flags) => programs.native(["book", run, "--symbol", "BTC/USD", ...flags]);
  const ladder = show("--ladder", "--levels", "2").stdout.split("\n");
  assert.match(ladder[0], /^BTC\/USD {2}live, verified/);
  assert.match(ladder[1], /price +size +total +share +bps$/);
  assert.match(ladder[2], /^ask +60000\.4 +0\.00700000 +0\.25700000 +2\.7 % +\+0\.06 +\u2588+/);
  assert.match(ladder[4], /spread 0\.1 \(0\.02 bps\) {2}mid 60000\.05 {2}microprice 60000\.067/);
  assert.match(ladder[5], /^bid +60000\.0 +0\.50000000/);

  const grouped = show("--group", "5").stdout;
  assert.match(grouped, /^ask +60005\.0 +5\.10152000 .* 7 {2}/m);
  assert.match(grouped, /^ask +60010\.0 +5\.21000000 .* 3\+ {2}/m);
  assert.match(grouped, /\+: levels beyond depth 10 may belong to it/);

  const words = show("--levels", "1", "--imbalance", "1", "--fill", "buy:1", "--fill", "sell:100", "--fill-for", "buy:30000").stdout;
  assert.match(words, /^imbalance +\+0\.333 over 1 level: bids 0\.50000000 \(66\.7 %\), asks 0\.25000000$/m);
  assert.match(words, /^pressure +weak_buy \+0\.333, confidence 0\.310$/m);
  assert.match(words, /^within 0\.1 % +bids .*\(at least: both sides go on beyond depth 10\)$/m);
  assert.match(words, /^buy +1: average 60000\.771, worst 60001\.0, 3 levels, slippage 0\.12 bps$/m);
  assert.match(words, /^ +filled 1\.00000000, cost 60000\.770800000$/m);
  assert.match(words, /^ +not complete: the book holds no more down to depth 10; more may rest beyond it$/m);
  assert.match(words, /^buy +for 30000 quote: average /m);

  for (const [flags, complaint] of [
    [["--group", "0.01"], /--group 0\.01: is finer than the market's prices, or too large: they have 1 decimals/],
    [["--group", "-1"], /--group -1: must be a price/],
    [["--fill", "buy"], /--fill buy: must be buy or sell, a colon and an amount/],
    [["--fill", "buy:0"], /--fill buy:0: must be/],
    [["--fill-for", "hold:3"], /--fill-for hold:3: must be/],
    [["--imbalance", "many"], /--imbalance many: must be a number of levels/],
  ]) {
    const { status, stderr } = show(...flags);
    assert.equal(status, 2, flags.join(" "));
    assert.match(stderr, complaint);
  }
  assert.match(show("--fill", "buy:0.000000001").stdout, /the amount is finer than what this market trades in, or too large/);
});

test("trackers, views and incidents of a replay are named when they are wrong, alike in both programs", () => {
  for (const [flags, complaint] of [
    [["--track", "flows"], /track flows: must be all, or some of flow,whales/],
    [["--views", "0"], /views 0: must be a number of messages, from 1/],
    [["--views", "x"], /views x: must be a number of messages, from 1/],
    [["--incident", ""], /--incident: name a file, or - for standard output/],
  ]) {
    for (const program of ["native", "wasm"]) {
      const { status, stderr } = programs[program](["replay", demoRecording, ...flags]);
      assert.equal(status, 2, `${program} ${flags.join(" ")}: ${stderr}`);
      assert.match(stderr, complaint);
    }
  }
});
