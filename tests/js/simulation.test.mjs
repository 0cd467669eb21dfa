// The same seeds give the same event logs natively and in WebAssembly (guarantee Q-21).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, test } from "node:test";
import { programs, root } from "./support.mjs";

const seeds = ["--seeds", "16", "--digests"];

const folder = mkdtempSync(join(tmpdir(), "hadal-simulation-test-"));
after(() => rmSync(folder, { recursive: true }));

function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

test("simulated runs are the same natively and in WebAssembly", () => {
  const native = output(join(root, "build/native/tests/simulation_tests"), seeds);
  const wasm = output(process.execPath, [join(root, "build/wasm/tests/simulation_tests.cjs"), ...seeds]);
  assert.match(native, /^1 [0-9a-f]{16}\n2 [0-9a-f]{16}\n/);
  assert.equal(wasm, native);
});

test("the journal of a simulated run, faults included, gives the same log and requests from both programs", () => {
  const journal = join(folder, "run.journal");
  const command = join(root, "build/native/tests/simulation_tests");
  const log = output(command, ["--seeds", "1", "--first-seed", "7", "--journal", journal, "--log"]).split("\n").filter((line) => /^[#{]/.test(line));
  for (const run of [programs.native, programs.wasm]) {
    const { status, stdout } = run(["replay", journal]);
    assert.match(stdout, /requests +\d+ recorded, all sent again/);
    assert.equal(status, 3); // it has mismatches: that is what the faults are for
    const again = run(["replay", journal, "--log", "-"]).stdout.split("\n").filter((line) => /^[#{]/.test(line));
    assert.ok(again.length > 1000);
    assert.deepEqual(again, log);
  }
  assert.match(programs.native(["parity", journal]).stdout, /equal/);
});
