// npm test: builds and runs every test there is. --quick: what a change needs at once (no sanitizers, fuzzing, browser).
import "./node-version.mjs";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildDemo, buildPackage, cmake } from "./build.mjs";
import { heading, main, root, run } from "./run.mjs";
import { setup } from "./setup.mjs";

const quick = process.argv.includes("--quick");
const steps = [];

/** Runs a step and keeps its duration for the table at the end. */
function step(name, body) {
  const start = performance.now();
  body();
  steps.push([name, (performance.now() - start) / 1000]);
}

function ctest(preset) {
  heading(`ctest ${preset}`);
  run("ctest", ["--preset", preset, "--progress", "--parallel", "2"]);
}

/** node --test takes no glob in Node 20. Browsers take turns: two at once starve each other, and the figures that they print. */
function nodeTests(folder, ...options) {
  heading(`node --test ${folder}`);
  const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs")).map((name) => join(folder, name));
  run(process.execPath, ["--test", "--test-reporter=spec", ...options, ...files]);
}

await main(() => {
  step("set-up", () => setup("build", "unit", ...(quick ? [] : ["test"])));
  step("native build", () => cmake("native"));
  step("native tests", () => ctest("native"));
  step("wasm build", () => cmake("wasm"));
  step("wasm tests", () => ctest("wasm"));
  step("package", buildPackage);
  step("JavaScript tests", () => nodeTests("tests/js", "--test-concurrency=2"));
  if (!quick) {
    step("asan build", () => cmake("asan"));
    step("asan tests", () => ctest("asan"));
    step("tsan build", () => cmake("tsan"));
    step("tsan tests", () => ctest("tsan"));
    step("fuzz", () => run(process.execPath, ["scripts/fuzz.mjs", "--seconds", "15"]));
    step("demo", buildDemo);
    step("browser tests", () => nodeTests("tests/browser", "--test-concurrency=1"));
  }
  heading("all tests passed");
  for (const [name, seconds] of steps) console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}`);
  if (!existsSync(join(root, "../shared/captures"))) {
    console.log("\nThe recorded captures were not found beside the project: tests that need them were skipped, each by name.");
  }
});
