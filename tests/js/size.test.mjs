// What a page has to load before connect() works, compressed as servers do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { minifySync, parseSync } from "vite";
import { root } from "./support.mjs";

/**
 * Ceilings, bytes: what was there when they were set, and 3 %. They keep a size from growing unseen; they are no goal. The goal is below them and
 * not yet reached: whoever makes a part smaller lowers its ceiling.
 */
const ceilings = { wasm: 193_700, glue: 9_780, client: 22_350 };
const goal = 75_000;

const dist = join(root, "dist");
const read = (name) => readFileSync(join(dist, name));
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** What a module imports statically, by its path in dist. */
function importsOf(name) {
  const { staticImports, staticExports } = parseSync(name, read(name).toString()).module;
  const requests = [...staticImports, ...staticExports.flatMap(({ entries }) => entries)].map(({ moduleRequest }) => moduleRequest?.value);
  return requests.filter((request) => request !== undefined).map((request) => (request.startsWith(".") ? normalize(join(dirname(name), request)) : request));
}

/** Everything that is loaded with a module. */
function loadedWith(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of importsOf(name)) {
    assert.ok(other.endsWith(".js"), `${name} imports ${other}`);
    loadedWith(other, found);
  }
  return found;
}

/** As a bundler brings it: minified and joined. Import statements and exported names are still in it, so that a bundle is somewhat smaller. */
const bundled = (names) => gzipped(names.map((name) => minifySync(name, read(name).toString(), { module: true }).code).join("\n"));
/** As a page without a bundler loads it: file by file. */
const alone = (names) => names.reduce((sum, name) => sum + gzipped(read(name)), 0);

test("the simulator, the worker, recordings and charts are loaded only when asked for", () => {
  const page = loadedWith("index.js");
  assert.ok(page.has("hadal-glue.js") && page.has("connect.js"), "the walk finds what is there");
  assert.deepEqual([...page].filter((name) => /^(sim|chart)\b|^hadal-(sim|full)|^(worker|serve|replays|cli)\.js$/.test(name)), []);
  // The two programs each know their own WebAssembly alone.
  assert.equal(loadedWith("sim.js").has("hadal-glue.js"), false);
  assert.equal([...loadedWith("chart/index.js")].some((name) => name.includes("glue")), false);
});

test("what a page loads for connect() stays below its ceilings", (t) => {
  const glue = ["hadal-glue.js"];
  const client = [...loadedWith("index.js")].filter((name) => !glue.includes(name));
  const wasm = gzipped(read("hadal.wasm"));
  const rows = [
    ["hadal.wasm", wasm, wasm, ceilings.wasm],
    ["hadal-glue.js", bundled(glue), alone(glue), ceilings.glue],
    [`client, ${client.length} files`, bundled(client), alone(client), ceilings.client],
  ];
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  const line = (name, ...cells) => t.diagnostic(name.padEnd(20) + cells.map((cell) => String(cell).padStart(12)).join(""));
  line("bytes, gzip -9", "bundled", "as it is", "ceiling");
  for (const row of rows) line(...row);
  line("in all", sum(1), sum(2), sum(3));
  line("goal", goal);
  for (const [name, size, , ceiling] of rows) assert.ok(size <= ceiling, `${name}: ${size} bytes, ceiling ${ceiling}`);
});
