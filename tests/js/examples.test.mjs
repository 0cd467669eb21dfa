// What others build on the live client: the compiled examples, and a project that finds the installed library.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { native, root } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-examples-"));
let sim;
let url;
before(async () => {
  sim = spawn(native, ["sim", "--port", "0", "--scenario", "storm", "--for", "120"], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  for await (const piece of sim.stdout) {
    text += piece;
    if (text.includes("\n")) break;
  }
  url = text.match(/ws:\/\/\S+/)[0];
});
after(() => {
  sim.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Runs to its end, in time. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 60_000, ...options });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}
const example = (name, ...urls) => run(join(root, "build/native/examples", name), urls.length ? urls : [url]);

test("basic: verified states, best levels with their digits", () => {
  const lines = example("basic").trimEnd().split("\n");
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^revision \d+: \d+\.\d{8} for \d+\.\d {2}\| {2}\d+\.\d{8} for \d+\.\d$/);
});

test("callbacks: trades, states, and a refusal in the exchange's words", () => {
  const out = example("callbacks");
  assert.match(out, /^BTC\/USD: live$/m);
  assert.match(out, /^error subscribe_rejected: Currency pair not supported NO\/PE$/m);
  assert.equal(out.match(/^(buy|sell) \d+\.\d+ at \d+\.\d$/gm).length, 3);
});

test("backpressure: who drops is told, who blocks loses nothing", () => {
  const out = example("backpressure");
  assert.match(out, /^oldest +\d+ lines, told [1-9]/m);
  assert.match(out, /^coalesce +[1-9]\d* lines, told 0 times/m);
  assert.match(out, /^block +400 lines, told 0 times/m);
});

test("latency: parts and percentiles", () => {
  const out = example("latency");
  assert.match(out, /^processing +\d+ frames {2}p50 +\d+ us {2}p99 +\d+ us/m);
  // Between two processes of one machine a ping takes less than the millisecond that clocks are read in: there may be nothing to correct by.
  assert.match(out, /^network latency is (corrected by the clock offset|uncorrected)$/m);
});

test("resync: a user's doubt, and back", () => {
  assert.match(example("resync"), /live -> resyncing \(user\)\n.*resyncing -> live/s);
});

test("threads: two clients, one hub, two workers", () => {
  const out = example("threads", url, url);
  const [, one, two] = out.match(/^worker \d: (\d+) quotes[^]*^worker \d: (\d+) quotes/m);
  assert.equal(Number(one) + Number(two), 200);
  assert.ok(Number(one) > 0 && Number(two) > 0, out);
});

test("the README shows the consumer as it is", () => {
  const [, shown] = readFileSync(join(root, "README.md"), "utf8").match(/<!-- example: consumer -->\n```c\+\+\n([^`]*)```/);
  assert.equal(shown, readFileSync(join(root, "tests/consumer/main.cpp"), "utf8"));
});

test("an installed library is found, linked and used in ten lines", () => {
  const prefix = join(folder, "prefix");
  run("cmake", ["--install", join(root, "build/native"), "--prefix", prefix]);
  assert.ok(existsSync(join(prefix, "bin/hadal")));
  assert.match(run(join(prefix, "bin/hadal"), ["--version"]), /^hadal \d/);
  const build = join(folder, "build");
  run("cmake", ["-S", join(root, "tests/consumer"), "-B", build, "-G", "Ninja", `-DCMAKE_PREFIX_PATH=${prefix}`], { timeout: 120_000 });
  run("cmake", ["--build", build], { timeout: 240_000 });
  assert.match(run(join(build, "consumer"), [url]), /^BTC\/USD verified at \d+\.\d\n$/);
});
