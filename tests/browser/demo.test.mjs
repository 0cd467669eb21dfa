// The first page in Chromium: it verifies, it compares with the native program, it turns stale when damaged, and it recovers.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { demoRecording, programs, root } from "../js/support.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = join(root, "build/screenshots");
const profile = mkdtempSync(join(tmpdir(), "hadal-browser-"));
const expectedDigest = JSON.parse(programs.native(["replay", demoRecording, "--json"]).stdout.split("\n")[0]).digest;

let server;
let browser;
let address;

before(async () => {
  mkdirSync(shots, { recursive: true });
  assert.ok(existsSync(join(root, "build/demo/index.html")), "build the demo first: npm test does");
  server = await preview({ configFile: join(root, "demo/vite.config.ts"), logLevel: "warn", preview: { port: 0, host: "127.0.0.1" } });
  address = `http://127.0.0.1:${server.httpServer.address().port}/`;
  browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
    viewport: { width: 1280, height: 900 },
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(profile, { recursive: true, force: true });
});

/** A fresh page; any error, console error or request elsewhere fails the test. */
async function open(size) {
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => request.url().startsWith(address) || request.url().startsWith("data:") || problems.push(`asked for ${request.url()}`));
  if (size) await page.setViewportSize(size);
  await page.goto(address);
  return { page, problems };
}

const waitFor = (page, state) => page.waitForFunction((wanted) => document.documentElement.dataset.state === wanted, state, { timeout: 20_000 });

test("the page verifies the recording, says it is simulated, and its digest is the native one", async () => {
  const { page, problems } = await open();
  await waitFor(page, "verified");
  const text = await page.locator("body").innerText();
  assert.match(text, /simulated/i);
  assert.match(text, /not affiliated with Kraken/i);
  assert.match(await page.locator('[role="status"]').first().innerText(), /verified/i);
  assert.equal(await page.evaluate(() => globalThis.hadalDemo.digestOf()), expectedDigest);
  // A ladder of ten levels a side, in text, and a chart that has been drawn.
  const prices = [...(await page.locator("table").first().innerText()).matchAll(/\d[\d,]*\.\d\b/g)];
  assert.ok(prices.length >= 20);
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector("canvas");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let i = 0; i < pixels.length; i += 4) colours.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
    return colours.size;
  });
  assert.ok(drawn > 5, `the chart has ${drawn} colours`);
  await page.screenshot({ path: join(shots, "demo-desktop.png"), fullPage: true });
  assert.deepEqual(problems, []);
  await page.close();
});

test("a damaged digit turns the book stale with its reason, and a later snapshot mends it", async () => {
  const { page, problems } = await open();
  await waitFor(page, "verified");
  await page.getByRole("button", { name: /damage/i }).click();
  await waitFor(page, "stale");
  assert.match(await page.locator('[role="status"]').first().innerText(), /checksum/i);
  await page.screenshot({ path: join(shots, "demo-stale.png"), fullPage: true });
  await page.getByLabel(/speed/i).first().selectOption({ label: "100×" }).catch(() => undefined);
  await waitFor(page, "verified");
  assert.deepEqual(problems, []);
  await page.close();
});

test("a recording dropped into the file field is played, gzip too; nonsense is refused with a sentence", async () => {
  const { page, problems } = await open();
  await waitFor(page, "verified");
  const input = page.locator('input[type="file"]');
  await input.setInputFiles({ name: "mine.journal.gz", mimeType: "application/gzip", buffer: gzipSync(readFileSync(demoRecording)) });
  await page.waitForFunction(() => document.body.innerText.includes("mine.journal.gz"));
  await waitFor(page, "verified");
  assert.equal(await page.evaluate(() => globalThis.hadalDemo.digestOf()), expectedDigest);
  await input.setInputFiles({ name: "poem.txt", mimeType: "text/plain", buffer: Buffer.from("\n\n") });
  await page.waitForFunction(() => /poem\.txt cannot be played/.test(document.body.innerText));
  assert.deepEqual(problems, []);
  await page.close();
});

test("the page fits a phone", async () => {
  const { page, problems } = await open({ width: 360, height: 780 });
  await waitFor(page, "verified");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `scrolls sideways by ${overflow} px`);
  await page.screenshot({ path: join(shots, "demo-phone.png"), fullPage: true });
  // Eight decimals and totals of ten digits.
  const wide = "111111111.12345678";
  const side = (price) => JSON.stringify(Array.from({ length: 10 }, (_, i) => ({ price: price(i), qty: 0 }))).replaceAll('"qty":0', `"qty":${wide}`);
  const frame = `{"channel":"book","type":"snapshot","data":[{"symbol":"WIDE/USD","bids":${side((i) => 123456.5 - i)},"asks":${side((i) => 123457.5 + i)}}]}\n`;
  await page.locator('input[type="file"]').setInputFiles({ name: "wide.jsonl", mimeType: "text/plain", buffer: Buffer.from(frame) });
  await page.waitForFunction(() => document.body.innerText.includes("wide.jsonl"));
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, "wide numbers scroll the page");
  assert.deepEqual(problems, []);
  await page.close();
});

test("without WebAssembly the page says what to check", async () => {
  const page = await browser.newPage();
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "gone" }));
  await page.goto(address);
  await page.waitForFunction(() => /could not be loaded/i.test(document.body.innerText), undefined, { timeout: 20_000 });
  await page.close();
});

test("views in Chromium are those in Node, number by number (Q-22)", async () => {
  const page = await browser.newPage();
  await page.route("**/package/*", (route) => route.fulfill({ path: join(root, "dist", new URL(route.request().url()).pathname.split("/").at(-1)) }));
  await page.goto(address);
  const recording = readFileSync(demoRecording, "utf8");
  /** Every double and the best digits of every book, at several moments. Runs in both. */
  const dump = (hadal, text) => {
    const out = [];
    const player = hadal.player(text);
    for (const part of [0.01, 0.3, 0.7, 1]) {
      player.seek(player.durationMs * part);
      for (const symbol of player.symbols()) {
        const { bids, asks, text: digits, ...rest } = player.book(symbol);
        const side = ({ price, size, cumulative }) => [[...price], [...size], [...cumulative]];
        out.push({ ...rest, bids: side(bids), asks: side(asks) }, digits("bid", 0), digits("ask", 9));
      }
    }
    return JSON.stringify(out);
  };
  const { load } = await import("hadal");
  const inNode = dump(await load(), recording);
  const url = JSON.stringify(`${address}package/index.js`);
  const inBrowser = await page.evaluate(`import(${url}).then(({ load }) => load()).then((hadal) => (${dump})(hadal, ${JSON.stringify(recording)}))`);
  assert.ok(inNode.length > 10_000);
  assert.equal(inBrowser, inNode);
  await page.close();
});
