// The metrics text is what Prometheus reads, and what promtool finds nothing to complain about.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "hadal";
import { simulate } from "hadal/sim";
import { HandClock, root } from "./support.mjs";

const own = join(root, "build/tools/promtool");
const promtool = existsSync(own) ? own : "promtool";
const missing = spawnSync(promtool, ["--version"]).error ? "promtool is not there: node scripts/setup.mjs fetches it" : false;

function check(text) {
  const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.equal(`${stdout}${stderr}`, "");
  assert.equal(status, 0);
}

for (const what of ["empty", "full"]) {
  test(`promtool accepts ${what} statistics`, { skip: missing }, () => {
    const { status, stdout } = spawnSync(join(root, "build/native/tests/print_metrics"), [what], { encoding: "utf8" });
    assert.equal(status, 0);
    check(stdout);
  });
}

test("the metrics of a client count its faults, and promtool accepts them", async () => {
  const clock = new HandClock();
  const exchange = await simulate({ seed: 3, clock, unixMs: 1_767_323_045_000, symbols: 5 });
  const hadal = await load();
  const client = await hadal.connect({ WebSocket: exchange.WebSocket, clock, seed: 1, symbols: ["BTC/USD", "ETH/USD"] });
  const run = async (ms) => {
    for (let i = 0; i < ms; i += 20) {
      clock.tick(20);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await run(3000);
  exchange.inject({ fault: "wrong_checksum", channel: "book", count: 1 });
  await run(5000);
  exchange.inject({ fault: "disconnect", count: 1 });
  await run(20_000);
  const text = await client.metrics();
  if (!missing) check(text);
  assert.match(text, /^hadal_gaps_total\{channel="book",cause="checksum"\} 1$/m);
  assert.match(text, /^hadal_resyncs_total\{symbol="[A-Z/]+",result="done"\} 1$/m);
  assert.match(text, /^hadal_reconnections_total 1$/m);
  assert.match(text, /^hadal_connection_failures_total\{cause="\w+"\} 1$/m);
  assert.match(text, /^hadal_requests_total\{method="subscribe",result="answered"\} \d+$/m);
  assert.match(text, /^hadal_resync_duration_seconds_count 1$/m);
  assert.match(text, /^hadal_ping_rtt_seconds_count [1-9]/m);
  void client.close();
  exchange.close();
});
