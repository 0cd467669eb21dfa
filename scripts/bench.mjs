// Runs the benchmarks, native and in Node, on the same frames, and prints one table and the targets. Figures, never a test.
//
//   node scripts/bench.mjs [--json FILE]
//
// Absolute figures differ from machine to machine, and on a shared one from minute to minute: quote ratios from one run.
import "./node-version.mjs";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildPackage, cmake } from "./build.mjs";
import { StepFailed, heading, main, root, run } from "./run.mjs";
import { setup } from "./setup.mjs";

const depths = [10, 100, 1000];

/** Steps in the order of the table: what it says, and the name in the native or Node results. A list: its first minus its second. */
const steps = [
  ["JSON.parse of the frame, nothing else", undefined, "parse"],
  ["nlohmann, DOM", "nlohmann_dom"],
  ["nlohmann, SAX, digits kept", "nlohmann_sax"],
  ["simdjson On-Demand, digits kept", "simdjson"],
  ["simdjson On-Demand, numbers and time converted", "simdjson_values"],
  ["hadal scanner", "scanner"],
  ["hadal decoder", "decoder"],
  ["encodeInto WebAssembly memory", undefined, "enter"],
  ["book apply", "apply"],
  ["checksum by definition: text + Boost.CRC", ["apply_definition", "apply"]],
  ["checksum joined from levels", ["apply_joined", "apply"]],
  ["ALL: JSON.parse, plain book, toFixed, table CRC", undefined, "plain_table"],
  ["ALL: JSON.parse, plain book, toFixed, zlib CRC", undefined, "plain_zlib"],
  ["ALL: JSON.parse, ccxt, no checksum compared", undefined, "ccxt"],
  ["ALL: hadal, verified book", "whole", "whole"],
  ["ALL: hadal's client from its WebSocket on, verified book", undefined, "client"],
  ["ALL: the same, and a listener for every update", undefined, "client_listener"],
  ["ALL: hadal, verified book and event line", "whole_log", "whole_log"],
  ["drain() of the event lines", undefined, "drain"],
];

/** Medians of Google Benchmark, as { depth: { step: { ns, allocations } } }. */
function nativeResults(report) {
  const results = Object.fromEntries(depths.map((depth) => [depth, {}]));
  for (const { run_name, aggregate_name, update, allocations } of report.benchmarks) {
    if (aggregate_name !== "median") continue;
    const [step, depth] = run_name.split("/");
    results[depth][step] = { ns: update * 1e9, allocations };
  }
  return results;
}

function value(results, step) {
  if (step === undefined) return undefined;
  if (!Array.isArray(step)) return results[step]?.ns ?? results[step];
  const [sum, part] = step.map((name) => value(results, name));
  return sum - part;
}

function print(rows, header) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  console.log(line(header));
  console.log(widths.map((width) => "-".repeat(width)).join("  "));
  for (const row of rows) console.log(line(row));
}

const ns = (number) => (number === undefined ? "" : Math.round(number).toLocaleString("en"));

/** One row a view or tracker: its cost at depth 10 and 1000, and a remark where it allocates. */
function viewRows({ benchmarks }) {
  const rows = new Map();
  for (const { run_name, aggregate_name, real_time, update, allocations } of benchmarks) {
    if (aggregate_name !== "median") continue;
    const [name, depth] = run_name.split("/");
    const row = rows.get(name) ?? [name, "", ""];
    row[depth === "10" ? 1 : 2] = ns(update === undefined ? real_time : update * 1e9) + (allocations > 0 ? " allocates" : "");
    rows.set(name, row);
  }
  return [...rows.values()];
}

/** Bytes of `gzip -9`, file by file as they are: what a page loads for connect(). A bundler makes less of it: tests/js/size.test.mjs. */
function packageBytes() {
  const dist = join(root, "dist");
  const files = new Set(["hadal.wasm"]);
  const follow = (name) => {
    if (files.has(name)) return;
    files.add(name);
    for (const [, next] of readFileSync(join(dist, name), "utf8").matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g)) follow(next);
  };
  follow("index.js");
  return Object.fromEntries([...files].map((name) => [name, gzipSync(readFileSync(join(dist, name)), { level: 9 }).length]));
}

function targets(native, node, bytes) {
  const inNode = (depth) => node[depth].whole;
  const inNative = (depth) => native[depth].whole.ns;
  const allocations = Math.max(...depths.map((depth) => native[depth].whole.allocations));
  const kilobytes = Object.values(bytes).reduce((sum, size) => sum + size, 0) / 1024;
  const ratio = (id, text, reached, target) => ({ id, text, reached, target, met: reached <= target, unit: "" });
  return [
    ratio("P-1", "native verified update / simdjson decoding, depth 10", inNative(10) / native[10].simdjson.ns, 0.5),
    ratio("P-2", "verified update in Node / bare JSON.parse, depth 10", inNode(10) / node[10].parse, 0.2),
    ratio("P-2", "the same through a client from its WebSocket on", node[10].client / node[10].parse, 0.2),
    ratio("P-3", "verified update in Node / native, depth 10", inNode(10) / inNative(10), 2.5),
    ratio("P-4", "native, depth 1000 / depth 10", inNative(1000) / inNative(10), 1.5),
    ratio("P-4", "Node, depth 1000 / depth 10", inNode(1000) / inNode(10), 1.5),
    { id: "P-5", text: "allocations in 40,000 updates, any depth", reached: allocations, target: 0, met: allocations === 0, unit: "" },
    { id: "P-7", text: "wasm, glue and client JavaScript, gzip -9", reached: kilobytes, target: 75, met: kilobytes <= 75, unit: " KB" },
  ];
}

await main(() => {
  const [option, file, ...rest] = process.argv.slice(2);
  if (option !== undefined && (option !== "--json" || file === undefined || rest.length > 0)) throw new StepFailed("usage: node scripts/bench.mjs [--json FILE]");
  setup("build", "bench");
  cmake("wasm", "hadal_wasm", "hadal_full_wasm", "hadal_sim_wasm");
  buildPackage();
  cmake("bench", "hadal_bench", "hadal_views_bench", "hadal_live_bench");

  const folder = mkdtempSync(join(tmpdir(), "hadal-bench-"));
  try {
    const program = join(root, "build/bench/tests/bench/hadal_bench");
    const nativeFile = join(folder, "native.json");
    const nodeFile = join(folder, "node.json");
    run(program, ["--dump", folder]);
    heading("native, about a minute");
    run(program, [
      "--benchmark_min_time=0.1",
      "--benchmark_repetitions=7",
      "--benchmark_enable_random_interleaving=true",
      "--benchmark_report_aggregates_only=true",
      `--benchmark_out=${nativeFile}`,
      "--benchmark_out_format=json",
    ], { stdio: ["ignore", "ignore", "inherit"] });
    heading(`Node ${process.version}, about a minute`);
    run(process.execPath, [join("tests", "bench", "bench.mjs"), folder, "--json", nodeFile]);

    // The relative deviation of no allocations at all is written as NaN, which is not JSON.
    const report = JSON.parse(readFileSync(nativeFile, "utf8").replace(/: -?NaN/g, ": null"));
    const native = nativeResults(report);
    const node = JSON.parse(readFileSync(nodeFile, "utf8")).depths;
    const bytes = packageBytes();

    heading(`ns per update of about 200 bytes, medians; ${cpus()[0]?.model ?? "unknown processor"}\n`);
    const header = ["step", ...depths.map((depth) => `native ${depth}`), ...depths.map((depth) => `Node ${depth}`)];
    print(steps.map(([text, inNative, inNode]) => [
      text,
      ...depths.map((depth) => ns(value(native[depth], inNative))),
      ...depths.map((depth) => ns(value(node[depth], inNode))),
    ]).filter((row) => row.slice(1).some((cell) => cell !== "")), header);

    heading("views and trackers, native, about a minute");
    const viewsFile = join(folder, "views.json");
    run(join(root, "build/bench/tests/bench/hadal_views_bench"), [
      "--benchmark_min_time=0.1",
      "--benchmark_repetitions=5",
      "--benchmark_report_aggregates_only=true",
      `--benchmark_out=${viewsFile}`,
      "--benchmark_out_format=json",
    ], { stdio: ["ignore", "ignore", "inherit"] });
    const views = JSON.parse(readFileSync(viewsFile, "utf8").replace(/: -?NaN/g, ": null"));
    print(viewRows(views), ["ns a call, or an update, medians", "depth 10", "depth 1000"]);

    heading("latency of the live client, half a minute\n");
    run(join(root, "build/bench/tests/bench/hadal_live_bench"), []);
    console.log("");

    const reached = targets(native, node, bytes);
    console.log("");
    const figure = ({ unit }, number) => (Number.isInteger(number) ? String(number) : number.toFixed(2)) + unit;
    print(reached.map((row) => [`${row.id}  ${row.text}`, figure(row, row.reached), figure(row, row.target), row.met ? "met" : "not yet"]),
      ["target", "reached", "at most", ""]);
    if (file !== undefined) writeFileSync(file, JSON.stringify({ native, node, bytes, targets: reached, report }, null, 2) + "\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
