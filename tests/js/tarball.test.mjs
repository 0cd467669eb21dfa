// What is published: packed by npm, installed into a fresh folder, and used from there in Node and by the TypeScript compiler.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, sep } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { install, pack, runIn } from "./packed.mjs";
import { demoRecording, root } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "hadal-tarball-test-"));
process.on("exit", () => rmSync(folder, { recursive: true })); // also if it cannot be packed
const tarball = pack(folder);
const app = install(tarball, join(folder, "app"));
const installed = join(app, "node_modules", "hadal");
const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

/** Every file below a folder, by its path from there, sorted. */
function filesIn(where) {
  const names = readdirSync(where, { recursive: true }).filter((name) => statSync(join(where, name)).isFile());
  return names.map((name) => name.replaceAll(sep, "/")).sort();
}

const files = filesIn(installed);
const sources = filesIn(join(root, "web/ts"));
/** The WebAssembly modules: each has types by hand. */
const modules = sources.filter((name) => name.endsWith("-glue.d.ts")).map((name) => name.replace("-glue.d.ts", ""));
const text = (name) => readFileSync(join(installed, name), "utf8");

/** Runs a script inside the application, to its own end. */
function script(name, source, options) {
  writeFileSync(join(app, name), source);
  return runIn(app, process.execPath, [name], options);
}

test("the tarball holds what each source becomes, the WebAssembly and five papers; nothing else", () => {
  const becomes = (name) => (name.endsWith(".d.ts") ? [name] : [name.replace(/\.ts$/, ".js"), name.replace(/\.ts$/, ".d.ts")]);
  const built = modules.flatMap((name) => [`${name}-glue.js`, `${name}.wasm`]);
  const dist = [...sources.flatMap(becomes), ...built].map((name) => `dist/${name}`);
  const papers = ["CHANGELOG.md", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.md", "package.json", "web/API.md"];
  assert.deepEqual(files, [...dist, ...papers].sort());
});

test("no file knows the machine that built it, or points at a source map that is not there", () => {
  const places = [root, homedir(), tmpdir()].map((place) => place.replace(/[\\/]*$/, sep)).filter((place) => place !== sep);
  for (const name of files) {
    const bytes = readFileSync(join(installed, name));
    for (const place of places) assert.equal(bytes.includes(place), false, `${name} has ${place}`);
    if (name.endsWith(".wasm")) continue;
    const body = bytes.toString().replace(/^#!.*/, "");
    assert.doesNotMatch(body, /file:\/\/\/|(?<![\w.:/-])\/(?:home|root|Users|tmp|usr|opt|mnt)\/|\b[A-Z]:\\/, name);
    assert.doesNotMatch(body, /sourceMappingURL/, name);
  }
});

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true, level: "suggestion" });
  assert.equal(pkg.name, "hadal");
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg)), []);
});

test("the types are not wrong, say the Are The Types Wrong rules for ESM", () => {
  const attw = join(root, "node_modules/.bin/attw");
  const wasm = Object.keys(exports).filter((entry) => entry.endsWith(".wasm")); // bytes have no types
  assert.deepEqual(wasm.sort(), modules.map((name) => `./${name}.wasm`).sort());
  const { stdout } = runIn(folder, attw, [tarball, "--profile", "esm-only", "--format", "json", "--no-definitely-typed", "--exclude-entrypoints", ...wasm]);
  const { entrypoints } = JSON.parse(stdout).analysis;
  assert.deepEqual(Object.keys(entrypoints).sort(), Object.keys(exports).filter((entry) => !wasm.includes(entry)).sort());
});

// --- in Node ---

const entries = Object.keys(exports).filter((entry) => exports[entry].default?.endsWith(".js") && entry !== "./react");

test("a script imports every entry that needs no React, sees a verified book of the in-page exchange, and ends by itself", () => {
  assert.deepEqual(["./chart", "./element", "./sim", "./worker", "."].filter((entry) => !entries.includes(entry)), []);
  const { stdout, stderr } = script(
    "verified.mjs",
    `${entries.map((entry) => `import ${JSON.stringify(entry.replace(".", "hadal"))};`).join("\n")}
     import { connect } from "hadal";
     import { simulate } from "hadal/sim";
     const exchange = await simulate({ seed: 7 });
     const client = await connect({ WebSocket: exchange.WebSocket, symbols: ["BTC/USD"] });
     for await (const { book } of client.frames("BTC/USD")) {
       if (!book?.verified) continue;
       console.log(book.symbol, "verified:", book.bids.price.length, "bids");
       break;
     }
     await client.close();
     exchange.close();`,
  );
  assert.equal(stdout, "BTC/USD verified: 25 bids\n");
  assert.equal(stderr, "");
});

test("hadal/react asks for React, an optional peer, and renders where there is one", () => {
  const source = `import { createElement } from "react";
    import { renderToString } from "react-dom/server";
    import { DepthChart, HadalProvider } from "hadal/react";
    console.log(renderToString(createElement(HadalProvider, { options: {} }, createElement(DepthChart, { symbol: "BTC/USD" }))));`;
  assert.match(script("alone.mjs", `import "hadal/react";`, { mayFail: true }).stderr, /Cannot find package 'react'/);
  mkdirSync(join(app, "node_modules/@types"), { recursive: true });
  for (const name of ["react", "react-dom", "scheduler", "@types/react", "csstype"]) symlinkSync(join(root, "node_modules", name), join(app, "node_modules", name));
  const { stdout, stderr } = script("rendered.mjs", source);
  assert.match(stdout, /^<div/);
  assert.equal(stderr, "");
});

test("the files that bundlers ask for by name are there, and no others", () => {
  const given = [...modules.map((name) => `${name}.wasm`), "package.json"];
  const { stdout } = script(
    "names.mjs",
    `for (const name of ${JSON.stringify(given)}) console.log(import.meta.resolve("hadal/" + name));
     for (const name of ["dist/client.js", "dist/index.js", "client", "client.js", "README.md"])
       await import("hadal/" + name).then(() => console.log(name), (error) => console.log(error.code));`,
  );
  const lines = stdout.trim().split("\n");
  for (const url of lines.slice(0, given.length)) assert.ok(statSync(new URL(url)).isFile(), url);
  assert.deepEqual(lines.slice(given.length), Array(5).fill("ERR_PACKAGE_PATH_NOT_EXPORTED"));
});

test("require() gives the package from Node 20.19 on, Node's own ERR_REQUIRE_ESM before; import() works in CommonJS always", () => {
  const { stdout } = script("names-esm.mjs", `console.log(Object.keys(await import("hadal")).join());`);
  assert.match(stdout, /\bconnect\b/);
  assert.equal(script("imports.cjs", `import("hadal").then((hadal) => console.log(Object.keys(hadal).join()));`).stdout, stdout);
  const required = script("requires.cjs", `console.log(Object.keys(require("hadal")).join());`, { mayFail: true });
  if (process.features.require_module) assert.equal(required.stdout, stdout, required.stderr);
  else assert.match(required.stderr, /ERR_REQUIRE_ESM/);
});

test("the hadal program is installed and verifies a recording", () => {
  const { stdout } = runIn(app, "npx", ["--no-install", "hadal", "replay", demoRecording]);
  assert.match(stdout, /BTC\/USD[^]* 576 matched, 0 mismatched, 0 skipped[^]*live, verified[^]*ETH\/USD[^]* 498 matched/);
});

// --- in TypeScript ---

/** A page's code, with what the compiler must refuse: an expectation that nothing meets is an error, too. */
const consumer = `
import { connect, HadalError, load, type BookFrame, type Client, type ConnectOptions, type HadalEvent, type WatchFrame } from "hadal";
import { DepthChart, type DepthChartOptions } from "hadal/chart";
import { setSharedClient, type HadalDepthElement } from "hadal/element";
import { DepthChart as Chart, HadalProvider, useBook } from "hadal/react";
import { simulate, type Fault } from "hadal/sim";
import "hadal/worker";

type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export const options: ConnectOptions = { symbols: ["BTC/USD"], depth: 10, worker: true, wasm: new URL("./hadal.wasm", "https://example.com/") };
export const chart = (canvas: HTMLElement, wanted: DepthChartOptions): DepthChart => new DepthChart(canvas, wanted);

export const element = (client: Client): void => {
  setSharedClient(client);
  const depth: HadalDepthElement = document.createElement("hadal-depth");
  depth.scale = "log";
  // @ts-expect-error no such scale
  depth.scale = "cubic";
  document.querySelector("hadal-ladder")?.addEventListener("hadal-copy", (event) => console.log(event.detail.length));
};
export const App = (): unknown => [Chart, HadalProvider, useBook("BTC/USD", { ladder: true })?.ladder?.bids.length];

export async function run(): Promise<number> {
  const exchange = await simulate({ seed: 7 });
  const lost: Fault = { fault: "drop", channel: "book", count: 1 };
  exchange.inject(lost);
  const client: Client = await connect({ ...options, WebSocket: exchange.WebSocket });
  let last = "";
  const stop = client.on("trade", (event) => {
    const price: Is<typeof event.price, string> = true;
    const side: Is<typeof event.side, "buy" | "sell"> = true;
    last = price && side ? event.price : event.qty;
    // @ts-expect-error prices are text, with all their digits
    const number: number = event.price;
    // @ts-expect-error no such member
    const text: string = event.prise;
    return [number, text];
  });
  client.on("*", (event: HadalEvent) => void (last = event.type));
  for await (const frame of client.frames("BTC/USD", { book: true, imbalance: true })) {
    const whole: Is<typeof frame, WatchFrame> = true;
    const book: BookFrame | undefined = frame.book;
    if (whole && book?.verified) break;
    // @ts-expect-error no such view
    frame.booc;
  }
  stop();
  // @ts-expect-error no such event
  client.on("tradez", () => undefined);
  // @ts-expect-error no such option
  await connect({ symbol: "BTC/USD" });
  // @ts-expect-error no such depth
  await connect({ depth: 11 });
  // @ts-expect-error no such fault
  exchange.inject({ fault: "dropped" });
  // @ts-expect-error inside
  new HadalError("config_invalid", "depth: no").code = "closed";
  await client.close();
  return (await load()).version.length + last.length;
}
`;

for (const [module, moduleResolution] of [["ESNext", "bundler"], ["NodeNext", "nodenext"]]) {
  for (const types of [[], ["node"]]) {
    test(`strict TypeScript code compiles against it: ${moduleResolution}, ${types.length ? "with" : "without"} @types/node`, () => {
      writeFileSync(join(app, "consumer.ts"), consumer);
      const compilerOptions = {
        ...{ target: "ES2022", lib: ["ES2022", "DOM"], module, moduleResolution, types, typeRoots: [join(root, "node_modules/@types")] },
        ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
      };
      writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
      const { stdout, status } = runIn(app, process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { mayFail: true });
      assert.equal(stdout, "");
      assert.equal(status, 0);
    });
  }
}

test("no type is any", () => {
  const withoutComments = (source) => source.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
  const loose = files.filter((name) => name.endsWith(".d.ts") && /\bany\b/.test(withoutComments(text(name))));
  assert.deepEqual(loose, []);
});
