// A short run of what `npm run soak` does for long: everything on, faults all the while, memory flat at the end.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

const soak = (...args) => spawnSync(process.execPath, ["--expose-gc", join(root, "tests/soak/soak.mjs"), ...args], { encoding: "utf8", timeout: 120_000 });

test("memory stays flat over six simulated minutes of faults, and every book comes back", (t) => {
  const { status, stdout, stderr } = soak("--minutes", "6");
  t.diagnostic(stdout.trimEnd().split("\n").at(-1));
  assert.equal(status, 0, stdout + stderr);
  const [, frames, , , , gaps, reconnects] = stdout.split("\n")[6].trim().split(/\s+/).map(Number);
  assert.ok(frames > 10_000 && gaps > 10 && reconnects > 1, stdout);
});

test("wrong arguments are told", () => {
  assert.equal(soak("--minutes", "soon").status, 2);
  assert.match(soak("--help").stdout, /simulated minutes/);
});
