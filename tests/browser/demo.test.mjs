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
async function open(size, hash = "", script = undefined) {
  const page = await browser.newPage();
  if (script) await page.addInitScript(script);
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("request", (request) => request.url().startsWith(address) || request.url().startsWith("data:") || problems.push(`asked for ${request.url()}`));
  if (size) await page.setViewportSize(size);
  await page.goto(address + hash);
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

// --- live simulation ---

const live = "#source=simulation";
const isLive = { name: "Live simulation" };

/** Runs in the page: what is running there, and each state that the badge had, however briefly. */
function watch() {
  const running = (globalThis.running = new Set());
  for (const [begin, end] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"], ["requestAnimationFrame", "cancelAnimationFrame"]]) {
    const [real, stop] = [globalThis[begin].bind(globalThis), globalThis[end].bind(globalThis)];
    globalThis[begin] = (callback, ...rest) => {
      const name = () => `${begin} ${id}`;
      const id = real((...args) => {
        if (begin !== "setInterval") running.delete(name());
        callback(...args);
      }, ...rest);
      running.add(name());
      return id;
    };
    globalThis[end] = (id) => (running.delete(`${begin} ${id}`), stop(id));
  }
  globalThis.states = [];
  const observer = new MutationObserver(() => states.push(document.documentElement.dataset.state));
  observer.observe(document, { subtree: true, attributeFilter: ["data-state"] });
}

/** Waits until the list tells it; resolves to the list, newest first. */
async function happened(page, words) {
  await page.waitForFunction((source) => new RegExp(source).test(document.getElementById("story").innerText), words.source, { timeout: 30_000 });
  return page.locator("#story").innerText();
}

const press = (page, name) => page.getByRole("button", { name }).click();
const connection = (page, state) => page.waitForFunction((wanted) => document.getElementById("pill").dataset.connection === wanted, state, { timeout: 30_000 });
const rate = async (page, name) => Number((await page.locator("#rates div", { hasText: name }).locator("dd").innerText()).replaceAll(",", ""));
const fits = async (page) => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, "scrolls sideways");

test("the exchange in the page is verified; a lost message makes the book stale and is repaired before the reader's eyes", async () => {
  const { page, problems } = await open(undefined, "", watch);
  await waitFor(page, "verified");
  await page.getByRole("radio", { name: "Recording" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.ok(page.url().endsWith(live));
  await happened(page, /All books: verified/);
  await waitFor(page, "verified");
  await connection(page, "subscribed");
  assert.match(await page.locator(".stage").innerText(), /simulated data, made by a program in this page/i);
  assert.equal(await page.getByRole("button", { name: "Damage one digit" }).count(), 0);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.evaluate(() => states.splice(0));
  await press(page, "Lose a message"); // where no checksum looks, the page strikes again by itself
  const story = await happened(page, /verified again after \d/);
  assert.match(story, /verified again[^]*asks for a new snapshot[^]*BTC\/USD: checksum differs, the book is stale[^]*You lose a message of BTC\/USD/);
  await waitFor(page, "verified");
  assert.deepEqual(await page.evaluate(() => states.slice(0, 2)), ["stale", "verified"]);
  assert.ok((await rate(page, "differing")) >= 1);
  assert.ok((await rate(page, "Repairs")) >= 1);
  await press(page, "Wrong checksum");
  await happened(page, /You change a checksum/);
  await page.waitForFunction(() => document.querySelectorAll("#story li").length >= 7);
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), height, "the list moves the page");
  await waitFor(page, "verified");
  await page.screenshot({ path: join(shots, "demo-live-desktop.png"), fullPage: true });
  assert.deepEqual(problems, []);
  await page.close();
});

test("a cut connection degrades, comes back and verifies; then the recording is what it was, and nothing else runs", async () => {
  const { page, problems } = await open(undefined, live, watch);
  await happened(page, /All books: verified/);
  await page.evaluate(() => void (globalThis.kept = hadalDemo.live()));
  await press(page, "Cut the connection");
  await connection(page, "degraded");
  await happened(page, /The connection broke: every book is stale/);
  await happened(page, /All books: verified again after/);
  await connection(page, "subscribed");
  await waitFor(page, "verified");
  assert.equal(await rate(page, "Reconnects"), 1);

  await page.getByText("Recording", { exact: true }).click();
  assert.ok(!page.url().includes("#"));
  await waitFor(page, "verified");
  assert.equal(await page.evaluate(() => globalThis.hadalDemo.digestOf()), expectedDigest);
  const freed = await page.evaluate(() =>
    [() => kept.client.state, () => kept.exchange.frames].map((use) => {
      try {
        return use();
      } catch ({ code }) {
        return code;
      }
    }),
  );
  assert.deepEqual(freed, ["closed", "already_closed"]);
  assert.equal(await page.evaluate(() => hadalDemo.live()), undefined);
  await press(page, "Pause");
  await page.waitForFunction(() => running.size === 0);

  // Back and forth faster than an exchange begins: the last choice stands, alone.
  await page.evaluate(() => {
    for (const name of ["simulation", "recording", "simulation", "recording"]) document.querySelector(`input[value="${name}"]`).click();
  });
  await page.waitForFunction(() => running.size === 0);
  assert.equal(await page.evaluate(() => hadalDemo.live()), undefined);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.source), "recording");
  assert.deepEqual(problems, []);
  await page.close();
});

test("the view can be held while the books go on; another market begins another exchange", async () => {
  const { page, problems } = await open(undefined, live);
  await happened(page, /All books: verified/);
  await press(page, "Pause view");
  const ladder = await page.locator("#ladder").innerText();
  const matched = await rate(page, "matched");
  await page.waitForFunction((before) => Number(document.querySelectorAll("#rates dd")[1].textContent.replaceAll(",", "")) > before + 50, matched);
  assert.equal(await page.locator("#ladder").innerText(), ladder);
  await press(page, "Resume view");
  await page.waitForFunction((before) => document.getElementById("ladder").innerText !== before, ladder);

  await press(page, "Lose 30% of the messages");
  await happened(page, /repair 2 of 5/);
  const toggle = page.getByRole("button", { name: "Lose 30% of the messages" });
  assert.equal(await toggle.getAttribute("aria-pressed"), "true");
  await toggle.click();
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  await happened(page, /No message is lost any more/);

  await page.evaluate(() => void (globalThis.kept = hadalDemo.live()));
  for (const scenario of ["thin", "storm"]) {
    await page.getByLabel("Market").selectOption(scenario);
    await page.waitForFunction(() => hadalDemo.live() && hadalDemo.live() !== kept);
    await happened(page, /All books: verified/);
    await waitFor(page, "verified");
  }
  assert.equal(await rate(page, "Repairs"), 0);
  assert.deepEqual(problems, []);
  await page.close();
});

test("a file dropped on the live page is played as a recording; nonsense leaves the page live", async () => {
  const { page, problems } = await open(undefined, live);
  await happened(page, /All books: verified/);
  const drop = (name, text) =>
    page.evaluate(
      ([name, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], name));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, text],
    );
  await drop("poem.txt", "\n\n");
  await page.waitForFunction(() => /poem\.txt cannot be played/.test(document.body.innerText));
  assert.ok(await page.evaluate(() => hadalDemo.live() !== undefined));
  await drop("mine.journal", readFileSync(demoRecording, "utf8"));
  await page.waitForFunction(() => document.body.innerText.includes("mine.journal"));
  await page.getByRole("radio", { name: "Recording", checked: true }).waitFor();
  await waitFor(page, "verified");
  assert.equal(await page.evaluate(() => globalThis.hadalDemo.digestOf()), expectedDigest);
  assert.deepEqual(problems, []);
  await page.close();
});

test("the live page fits a phone, and silence is told before it is over", async () => {
  const { page, problems } = await open({ width: 360, height: 780 }, live);
  await page.getByRole("radio", { ...isLive, checked: true }).waitFor(); // when the engine is there
  await happened(page, /All books: verified/);
  await fits(page);
  await press(page, "Go silent");
  await happened(page, /Nothing has arrived for 5 s/);
  await fits(page);
  await page.setViewportSize({ width: 320, height: 780 });
  await fits(page);
  await page.setViewportSize({ width: 360, height: 780 });
  await happened(page, /Nothing arrived for 10 s, so the client gives the connection up: every book is stale/);
  await happened(page, /All books: verified again/);
  await waitFor(page, "verified");
  await page.screenshot({ path: join(shots, "demo-live-phone.png"), fullPage: true });
  assert.deepEqual(problems, []);
  await page.close();
});

test("without the simulator the page says so and stays with the recording", async () => {
  const page = await browser.newPage();
  await page.route("**/hadal-sim*.wasm", (route) => route.fulfill({ status: 404, body: "gone" }));
  await page.goto(address + live);
  await page.waitForFunction(() => /simulated exchange could not be loaded/i.test(document.body.innerText), undefined, { timeout: 20_000 });
  await waitFor(page, "verified");
  await page.getByRole("radio", { name: "Recording", checked: true }).waitFor();
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
