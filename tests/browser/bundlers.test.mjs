// The package in an application's own build: Vite (built and in its development server) and webpack 5, none with any set-up, in Chromium under a
// strict Content-Security-Policy.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { build, createLogger, createServer, preview } from "vite";
import webpack from "webpack";
import { install, pack } from "../js/packed.mjs";
import { demoRecording } from "../js/support.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'";
const host = "127.0.0.1";
const patienceMs = 40_000;

const folder = mkdtempSync(join(tmpdir(), "hadal-bundlers-test-"));
const app = join(folder, "app");
let browser;

/**
 * What the page does: clients one after the other, each with an exchange of its own, until its book has been verified a few times; then it verifies a
 * recording, whose code is fetched only now.
 */
const page = `
import { connect } from "hadal";
import { simulate } from "hadal/sim";

async function verified(options) {
  const exchange = await simulate({ seed: 7 });
  const client = await connect({ ...options, WebSocket: exchange.WebSocket, symbols: ["BTC/USD"] });
  const { mode } = client;
  const warnings = [];
  client.on("warning", ({ text }) => warnings.push(text));
  let matched = 0;
  for await (const { book } of client.frames("BTC/USD")) {
    if (!book?.verified || book.matched < 5) continue;
    matched = book.matched;
    break;
  }
  const recording = await fetch("/recording.journal");
  const replay = await client.replay(await recording.blob());
  await client.close();
  exchange.close();
  return { mode, verified: matched >= 5, replayed: replay.verified, warnings };
}

const ways = {
  page: {},
  worker: { worker: true },
  entry: { worker: () => new Worker(new URL("hadal/worker", import.meta.url), { type: "module" }) },
  ownWorker: { worker: () => new Worker(new URL("./own-worker.js", import.meta.url), { type: "module" }) },
  ownUrl: { wasm: new URL("hadal/hadal.wasm", import.meta.url) },
  ownAddress: { wasm: "/engine.wasm" },
  ownAddressInWorker: { wasm: "/engine.wasm", worker: true },
};

globalThis.run = async (names) => {
  const outcome = {};
  for (const name of names) outcome[name] = await verified(ways[name]).catch(String);
  return outcome;
};
`;

const inPage = { mode: "page", verified: true, replayed: true, warnings: [] };
const inWorker = { ...inPage, mode: "worker" };
const expected = { page: inPage, worker: inWorker, entry: inWorker, ownWorker: inWorker, ownUrl: inPage, ownAddress: inPage, ownAddressInWorker: inWorker };

before(async () => {
  install(pack(folder), app);
  for (const name of ["src", "public"]) mkdirSync(join(app, name));
  writeFileSync(join(app, "src/main.js"), page);
  writeFileSync(join(app, "src/own-worker.js"), 'import "hadal/worker";\n');
  writeFileSync(join(app, "index.html"), '<!doctype html>\n<meta charset="utf-8">\n<title>application</title>\n<script type="module" src="./src/main.js"></script>\n');
  writeFileSync(join(app, "public/favicon.ico"), "");
  copyFileSync(join(app, "node_modules/hadal/dist/hadal.wasm"), join(app, "public/engine.wasm"));
  copyFileSync(demoRecording, join(app, "public/recording.journal"));
  browser = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the application; any error, warning, violation of the policy or request elsewhere is a problem. */
async function look(address, names = Object.keys(expected)) {
  const page = await browser.newPage();
  const problems = [];
  const told = (message) => ["error", "warning"].includes(message.type()) && problems.push(`${message.text()} (${message.location().url})`);
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", told);
  page.on("worker", (worker) => worker.on("console", told));
  page.on("request", (request) => request.url().startsWith(address) || problems.push(`asked for ${request.url()}`));
  page.on("websocket", (socket) => socket.url().startsWith(address.replace("http", "ws")) || problems.push(`connected to ${socket.url()}`));
  page.on("response", (response) => response.ok() || problems.push(`${response.status()} for ${response.url()}`));
  await page.exposeFunction("violated", (what) => problems.push(what));
  await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) => violated(`${event.effectiveDirective} forbids ${event.blockedURI}`)));
  const response = await page.goto(address);
  const outcome = await page.evaluate(
    ([names, ms]) => Promise.race([run(names), new Promise((_, reject) => setTimeout(() => reject(new Error(`no outcome within ${ms} ms`)), ms))]).catch(String),
    [names, patienceMs],
  );
  await page.close();
  return { outcome, problems, policy: response.headers()["content-security-policy"] };
}

/** Vite's settings: where things are, who hears its warnings, and nothing about the package. */
function vite(warnings) {
  const logger = createLogger("silent");
  const heard = (message) => void warnings.push(message);
  return { root: app, configFile: false, logLevel: "warn", customLogger: { ...logger, warn: heard, warnOnce: heard, error: heard } };
}

const addressOf = (server) => `http://${host}:${server.address().port}/`;

/** No script of a build may tell where it was built. */
function checkScripts(where) {
  const scripts = readdirSync(where, { recursive: true }).filter((name) => extname(name) === ".js");
  assert.ok(scripts.length >= 2, "a script of the page, one of the worker");
  for (const name of scripts) {
    const text = readFileSync(join(where, name), "utf8");
    assert.equal(text.includes(folder) || text.includes("file:///"), false, `${name} holds ${text.match(/file:\/\/\/[^"'`]*/)?.[0] ?? folder}`);
  }
}

test("in Vite's development server, where dependencies are bundled beforehand", async (t) => {
  const { ownWorker, ...others } = expected; // Vite learns late what a worker of the application imports, and reloads the page then
  const warnings = [];
  const server = await createServer({ ...vite(warnings), server: { port: 0, host } });
  t.after(() => server.close());
  await server.listen();
  const { outcome, problems } = await look(addressOf(server.httpServer), Object.keys(others));
  assert.deepEqual(outcome, others);
  assert.deepEqual(problems, []);
  assert.deepEqual(warnings, []);
});

test("built by Vite", async (t) => {
  const warnings = [];
  await build(vite(warnings));
  const server = await preview({ ...vite(warnings), preview: { port: 0, host, headers: { "Content-Security-Policy": policy } } });
  t.after(() => server.close());
  assert.deepEqual(await look(addressOf(server.httpServer)), { outcome: expected, problems: [], policy });
  assert.deepEqual(warnings, []);
  checkScripts(join(app, "dist"));
});

/** Serves a folder's files, under the policy. */
async function serve(where) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".ico": "image/x-icon" };
  const files = new Map(readdirSync(where).map((name) => [`/${name}`, name]));
  files.set("/", "index.html");
  const server = createHttpServer((request, response) => {
    const name = files.get(new URL(request.url, "http://localhost").pathname);
    response.writeHead(name ? 200 : 404, { "Content-Type": types[extname(name ?? "")] ?? "text/plain", "Content-Security-Policy": policy });
    response.end(name && readFileSync(join(where, name)));
  });
  await new Promise((listening) => server.listen(0, host, listening));
  return server;
}

test("built by webpack 5", async (t) => {
  const output = join(folder, "webpack");
  const { compilation } = await new Promise((done, failed) => {
    const compiler = webpack({ context: app, entry: "./src/main.js", output: { path: output }, mode: "production" });
    compiler.run((error, stats) => compiler.close((other) => (error || other ? failed(error ?? other) : done(stats))));
  });
  assert.deepEqual(compilation.errors, []);
  const size = /^(AssetsOverSizeLimit|EntrypointsOverSizeLimit|NoAsyncChunks)Warning$/; // it finds any file of 244 KiB large
  assert.deepEqual(compilation.warnings.filter(({ name }) => !size.test(name)).map(String), []);
  for (const name of readdirSync(join(app, "public"))) copyFileSync(join(app, "public", name), join(output, name));
  writeFileSync(join(output, "index.html"), '<!doctype html>\n<meta charset="utf-8">\n<title>application</title>\n<script defer src="main.js"></script>\n');
  const server = await serve(output);
  t.after(() => {
    server.closeAllConnections(); // Chromium holds some in reserve
    server.close();
  });
  assert.deepEqual(await look(addressOf(server)), { outcome: expected, problems: [], policy });
  checkScripts(output);
});
