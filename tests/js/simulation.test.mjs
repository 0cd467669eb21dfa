// The same seeds give the same event logs natively and in WebAssembly (guarantee Q-21).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

const seeds = ["--seeds", "16", "--digests"];

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
