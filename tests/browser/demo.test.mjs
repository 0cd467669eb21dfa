// The demo page in Chromium: it verifies, it breaks and recovers before the reader's eyes, it goes back in time, and it proves what it says.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { preview } from "vite";
import { demoRecording, programs, root } from "../js/support.mjs";
import { nativeExchange } from "./support.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const outDir = process.env.HADAL_DEMO_OUT ?? join(root, "build/demo");
const shots = join(root, "build/screenshots");
const profile = mkdtempSync(join(tmpdir(), "hadal-browser-"));
const expectedDigest = JSON.parse(programs.native(["replay", demoRecording, "--json"]).stdout.split("\n")[0]).digest;
const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

let server;
let browser;
let address;

before(async () => {
  mkdirSync(shots, { recursive: true });
  assert.ok(existsSync(join(outDir, "index.html")), "build the demo first: npm test does");
  server = await preview({ configFile: join(root, "demo/vite.config.ts"), logLevel: "warn", build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  address = `http://127.0.0.1:${server.httpServer.address().port}/`;
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"] });
});

after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(profile, { recursive: true, force: true });
});

/** A fresh page, and the states its badge had; any error, console error or request elsewhere fails the test. */
async function open({ query = "", width = 1440, height = 900, allowed = /^$/, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: "dark", acceptDownloads: true, ...options });
  const page = await context.newPage();
  const problems = [];
  const problem = (text) => allowed.test(text) || problems.push(text);
  page.on("pageerror", (error) => problem(String(error)));
  page.on("console", (message) => message.type() === "error" && problem(message.text()));
  page.on("request", (request) => request.url().startsWith(address) || /^(data|blob):/.test(request.url()) || problem(`asked for ${request.url()}`));
  await page.addInitScript(() => {
    globalThis.states = [];
    new MutationObserver(() => {
      const { state } = document.documentElement.dataset;
      if (state && states.at(-1) !== state) states.push(state);
    }).observe(document, { subtree: true, attributeFilter: ["data-state"] });
  });
  await page.goto(address + query);
  return {
    page,
    async end() {
      assert.deepEqual(problems, []);
      await context.close();
    },
  };
}

const verified = (page, timeout = 20_000) => page.waitForFunction(() => document.documentElement.dataset.state === "verified", undefined, { timeout });
const story = (page, words, timeout = 30_000) => page.waitForFunction(([source, flags]) => new RegExp(source, flags).test(document.getElementById("story").innerText), [words.source, words.flags], { timeout });
const fits = async (page, what) => {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${what}: scrolls sideways by ${over} px`);
};
const badge = (page) => page.locator("#status .badge");
const past = (page) => page.waitForFunction(() => document.documentElement.dataset.time === "past" && hadalDemo.machine().player);
const said = (page, words, timeout = 10_000) => page.waitForFunction(([source, flags]) => new RegExp(source, flags).test(document.getElementById("message").innerText), [words.source, words.flags], { timeout });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("the exchange in the page is verified at once, and everything says that it is simulated", async (t) => {
  const { page, end } = await open();
  await verified(page);
  const first = await page.evaluate(() => hadalDemo.firstPictureMs());
  t.diagnostic(`first verified picture ${Math.round(first)} ms after the page was asked for`);
  assert.match(await badge(page).innerText(), /Verified\s+simulated/);
  assert.match(await page.locator("body").innerText(), /not affiliated with Kraken/i);
  await page.waitForFunction(() => document.querySelector("#ladder > div").shadowRoot.querySelectorAll("tr[data-side] button:not([hidden])").length >= 20);
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector("#chart > div").shadowRoot.querySelectorAll("canvas")[1];
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let i = 0; i < pixels.length; i += 4) colours.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
    return colours.size;
  });
  assert.ok(drawn > 20, `the chart has ${drawn} colours`);
  // The evidence
  await badge(page).click();
  const evidence = page.getByRole("region", { name: "Evidence", exact: true });
  await page.waitForFunction(() => document.querySelector("#status > div").shadowRoot.querySelectorAll('li[data-check="match"]').length >= 3);
  assert.match(await evidence.innerText(), /Checksums differing\s+0/);
  await page.keyboard.press("Escape");
  assert.equal(await evidence.isVisible(), false);
  await end();
});

const chaos = [
  ["Lose a message", "stale", /checksum differs/],
  ["Flip a digit", "stale", /checksum differs|cannot be read|out of order/],
  ["Wrong checksum", "stale", /checksum differs/],
  ["Swap two messages", "stale", /checksum differs|best bid reached/],
  ["Cut the socket", "reconnecting", /The connection broke/],
  ["Stall", "reconnecting", /Nothing arrived for 10 s/],
];

test("each switch turns the badge stale with its reason, and it is verified again", { timeout: 240_000 }, async () => {
  const { page, end } = await open({ query: "?depth=10" }); // deeper down a lost message need not matter to any checksum
  await verified(page);
  for (const [name, state, reason] of chaos) {
    await page.evaluate(() => states.splice(0));
    await page.evaluate(() => document.getElementById("story").replaceChildren());
    await press(page, name);
    await page.waitForFunction((wanted) => states.includes(wanted), state, { timeout: 60_000 });
    await story(page, reason);
    await page.waitForFunction((bad) => states.indexOf("verified", states.indexOf(bad)) > 0, state, { timeout: 60_000 });
    await story(page, /verified( again after|$)/m, 60_000);
  }
  await page.screenshot({ path: join(shots, "demo-recovered.png") });
  await end();
});

test("a flipped digit: told at once, and both checksums stay beside each other", { timeout: 60_000 }, async () => {
  const { page, end } = await open({ query: "?depth=10" }); // a checksum covers all of it
  await verified(page);
  await page.waitForFunction(() => /^exchange [0-9a-f]{8}\s*=\s*here [0-9a-f]{8}$/.test(document.getElementById("pair").innerText));
  await page.evaluate(() => {
    globalThis.seen = { stale: 0, told: 0, differs: 0, agrees: 0 };
    const look = () => {
      const now = performance.now();
      if (document.documentElement.dataset.state === "stale") seen.stale ||= now;
      if (/the book is stale/.test(document.getElementById("story").textContent)) seen.told ||= now;
      const { same } = document.getElementById("pair").dataset;
      if (same === "false") seen.differs ||= now;
      else if (seen.differs) seen.agrees ||= now;
      if (!seen.agrees) setTimeout(look, 10);
    };
    look();
  });
  await press(page, "Flip a digit");
  await page.waitForFunction(() => document.getElementById("pair").dataset.same === "false", undefined, { timeout: 30_000 });
  assert.match(await page.locator("#pair").innerText(), /\u2260/);
  await page.waitForFunction(() => seen.agrees > 0 && seen.told > 0, undefined, { timeout: 30_000 });
  const { stale, told, differs, agrees } = await page.evaluate(() => seen);
  assert.ok(told - Math.min(stale || told, differs) < 400, `told ${told - differs} ms after the difference`);
  assert.ok(agrees - differs >= 1900, `the difference was shown for ${agrees - differs} ms`);
  await end();
});

test("given up: the client rests, and can be asked again at once", { timeout: 120_000 }, async () => {
  const { page, end } = await open();
  await verified(page);
  await page.evaluate(() => hadalDemo.session().inject({ fault: "wrong_checksum", channel: "book", symbol: "BTC/USD" }));
  await story(page, /repairs were not enough/, 90_000);
  await page.evaluate(() => hadalDemo.session().endFaults());
  await press(page, "Ask again now");
  await verified(page);
  await story(page, /BTC\/USD: verified/);
  await end();
});

test("what lasts can be switched off: lost messages, ten and a hundred times the traffic", { timeout: 120_000 }, async () => {
  const { page, end } = await open();
  await verified(page);
  const frames = () => page.evaluate(() => hadalDemo.session().exchange.frames);
  const perSecond = async () => {
    const before = await frames();
    await page.waitForTimeout(2000);
    return ((await frames()) - before) / 2;
  };
  const usual = await perSecond();
  for (const name of ["\u00d710", "\u00d7100"]) {
    await press(page, name);
    await page.waitForTimeout(500);
    assert.ok((await perSecond()) > 3 * usual, name);
    assert.equal(await page.getByRole("button", { name, exact: true }).getAttribute("aria-pressed"), "true");
  }
  assert.equal(await page.getByRole("button", { name: "\u00d710", exact: true }).getAttribute("aria-pressed"), "false");
  await press(page, "\u00d7100");
  await press(page, "Lose 30 %");
  await page.waitForFunction(() => states.includes("stale"), undefined, { timeout: 30_000 });
  await press(page, "Lose 30 %");
  await story(page, /No message is lost any more/);
  await press(page, "Reconnect");
  await verified(page);
  await end();
});

/** How much of the line of time is marked, because the book was not live then: from so many percent to so many. */
const marked = (page, least, most) =>
  page.waitForFunction(([least, most]) => {
    const marks = document.getElementById("seek").style.getPropertyValue("--marks").matchAll(/var\(--warn\) ([\d.]+)% ([\d.]+)%/g);
    const sum = [...marks].reduce((sum, [, from, to]) => sum + (to - from), 0);
    return sum >= least && sum <= most;
  }, [least, most]);

test("time travel: pause, step, scrub and back to the present, while the client goes on", { timeout: 90_000 }, async () => {
  const { page, end } = await open();
  await verified(page);
  await page.waitForTimeout(6000);
  const revision = () => page.evaluate(() => hadalDemo.machine().player?.line);
  await press(page, "Pause and look back");
  await page.waitForFunction(() => document.documentElement.dataset.time === "past");
  assert.match(await badge(page).innerText(), /as of \d\d:\d\d:\d\d/);
  const matched = await page.evaluate(async () => (await hadalDemo.session().client.stats()).books[0].matched);
  await page.locator("#seek").focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("PageDown");
  await page.waitForFunction(() => hadalDemo.machine().player.timeMs < hadalDemo.machine().player.durationMs - 500);
  assert.match(await page.locator("#clock").innerText(), /^0:\d\d\.\d ago$/);
  const before = await revision();
  await press(page, "One message on");
  assert.ok((await revision()) > before);
  await press(page, "A second back");
  assert.ok((await revision()) < before);
  await page.locator("#play").click();
  const at = await revision();
  await page.waitForFunction((line) => hadalDemo.machine().player.line > line, at);
  await page.locator("#play").click();
  assert.ok((await page.evaluate(async () => (await hadalDemo.session().client.stats()).books[0].matched)) > matched, "the client went on");
  await page.screenshot({ path: join(shots, "demo-past.png") });
  await press(page, "Live");
  await page.waitForFunction(() => document.documentElement.dataset.time === "live" && hadalDemo.machine().player === undefined);
  await verified(page);
  await page.waitForFunction(() => !/as of/.test(document.querySelector("#status > div").shadowRoot.textContent));
  // Before the first book there is nothing, and that is said of then, not of now
  await press(page, "Pause and look back");
  await past(page);
  await page.locator("#seek").focus();
  await page.keyboard.press("Home");
  await page.waitForFunction(() => /Syncing/.test(document.querySelector("#status > div").shadowRoot.textContent));
  assert.match(await badge(page).innerText(), /as of \d\d:\d\d:\d\d/);
  assert.match(await page.locator("#strips-note").innerText(), /line marks the moment/);
  // Live wins over a past that is still on its way; a switch comes back first
  await press(page, "Live");
  await page.evaluate(() => {
    document.getElementById("play").click();
    document.getElementById("now").click();
  });
  await page.waitForTimeout(1500);
  assert.equal(await page.evaluate(() => hadalDemo.machine().player), undefined);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.time), "live");
  await press(page, "Pause and look back");
  await past(page);
  await press(page, "Flip a digit");
  await story(page, /You flip a digit[\s\S]*You are back in the present/);
  assert.equal(await page.evaluate(() => hadalDemo.machine().player), undefined);
  // The line of time has a mark where that made the book stale, in the present and in the past
  await page.waitForFunction(() => states.includes("stale"));
  await marked(page, 0.4, 40);
  await press(page, "Pause and look back");
  await past(page);
  await marked(page, 0.4, 40);
  await end();
});

test("a dropped recording plays, gzip too; nonsense is refused with a sentence and loses nothing", { timeout: 90_000 }, async () => {
  const { page, end } = await open();
  await verified(page);
  const input = page.locator("#file");
  await input.setInputFiles({ name: "poem.txt", mimeType: "text/plain", buffer: Buffer.from("\n\n") });
  await said(page, /^poem\.txt holds no book messages/);
  await input.setInputFiles({ name: "package.json", mimeType: "application/json", buffer: readFileSync(join(root, "package.json")) });
  await said(page, /^package\.json holds no book messages: a recording is a hadal journal or one WebSocket frame a line/);
  await input.setInputFiles({ name: "shot.png", mimeType: "image/png", buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 255, 254, 10, 1]) });
  await said(page, /^shot\.png holds no book messages/);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.source), "simulated");
  await verified(page);
  // The later choice wins over a recording that is still loading
  await page.evaluate(() => {
    const source = document.getElementById("source");
    for (const name of ["recording", "simulated"]) {
      source.value = name;
      source.dispatchEvent(new Event("change"));
    }
  });
  await page.waitForTimeout(1500);
  await verified(page);
  assert.deepEqual(await page.evaluate(() => [document.getElementById("mode").textContent, document.documentElement.dataset.time, hadalDemo.machine().player, hadalDemo.session() !== undefined]),
    ["Socket and engine are in the page", "live", undefined, true]);
  await input.setInputFiles({ name: "mine.journal.gz", mimeType: "application/gzip", buffer: gzipSync(readFileSync(demoRecording)) });
  await page.waitForFunction(() => document.documentElement.dataset.time === "recording" && document.getElementById("mode").textContent === "mine.journal.gz");
  await verified(page);
  assert.match(page.url(), /source=recording/);
  await page.waitForFunction(() => /simulated \u00b7 recording, 2026-01-02 03:0\d:\d\d UTC/.test(document.querySelector("#status > div").shadowRoot.textContent));
  assert.equal(await page.locator("#message").isVisible(), false);
  assert.equal(await page.locator("#fault-drop").isDisabled(), true);
  await page.locator("#speed").selectOption("100");
  await page.waitForFunction(() => hadalDemo.machine().player.done, undefined, { timeout: 20_000 });
  assert.equal(await page.evaluate(() => hadalDemo.machine().player.digest()), expectedDigest);
  assert.match(await page.locator("#clock").innerText(), /1:2\d\.\d \/ 1:29/);
  await page.locator("#symbol").selectOption("ETH/USD");
  await page.waitForFunction(() => document.querySelector("#chart > div").shadowRoot.querySelector("[role=slider]").getAttribute("aria-valuetext")?.includes("ETH/USD") && document.querySelector("#ladder > div").shadowRoot.querySelector("caption").textContent.includes("ETH/USD"));
  // What was not live in a recording is marked on its line of time: two new subscriptions; and here messages are missing
  await marked(page, 0.5, 2);
  const lines = readFileSync(demoRecording, "utf8").split("\n");
  lines.splice(450, 30);
  await input.setInputFiles({ name: "lost.journal", mimeType: "text/plain", buffer: Buffer.from(lines.join("\n")) });
  await page.waitForFunction(() => document.getElementById("mode").textContent === "lost.journal");
  await page.locator("#symbol").selectOption("BTC/USD");
  await marked(page, 10, 30);
  // Wide numbers
  const wide = "111111111.12345678";
  const side = (price) => JSON.stringify(Array.from({ length: 10 }, (_, i) => ({ price: price(i), qty: 0 }))).replaceAll('"qty":0', `"qty":${wide}`);
  const frame = `{"channel":"book","type":"snapshot","data":[{"symbol":"WIDE/USD","bids":${side((i) => 123456.5 - i)},"asks":${side((i) => 123457.5 + i)}}]}\n`;
  await page.setViewportSize({ width: 360, height: 780 });
  await input.setInputFiles({ name: "wide.jsonl", mimeType: "text/plain", buffer: Buffer.from(frame) });
  await page.waitForFunction(() => document.getElementById("symbol").value === "WIDE/USD");
  await page.waitForFunction((digits) => document.querySelector("#ladder > div").shadowRoot.querySelector("tbody").textContent.includes(digits), wide);
  await fits(page, "wide numbers");
  await end();
});

test("prove it: the digest here is the native one; one other digit, and the first difference is shown", async () => {
  const { page, end } = await open();
  await verified(page);
  assert.equal(await page.locator("#digest-native").innerText(), expectedDigest);
  await press(page, "Replay it here");
  await page.waitForFunction(() => document.getElementById("proof").dataset.same === "true");
  assert.equal(await page.locator("#digest-here").innerText(), expectedDigest);
  assert.equal(await page.locator("#proof-sign").innerText(), "=");
  assert.match(await page.locator("#prove-note").innerText(), /equal, byte for byte/);
  await press(page, "Change one digit first");
  await page.waitForFunction(() => document.getElementById("proof").dataset.same === "false");
  assert.equal(await page.locator("#proof-sign").innerText(), "\u2260");
  await page.locator("#difference").waitFor();
  assert.match(await page.locator("#prove-note").innerText(), /First difference, line [\d,]+/);
  assert.match(await page.locator("#difference").innerText(), /Message\s+line [\d,]+ of the log: book update, [A-Z]+\/USD[\s\S]*sent\s+([0-9a-f]{8})[\s\S]*Native gives\s+\1, match[\s\S]*browser gives\s+[0-9a-f]{8}, mismatch/);
  await end();
});

test("the address keeps what was chosen, and what cannot be is ignored", async () => {
  const { page, end } = await open({ query: "?symbol=ETH/USD&depth=25&scale=log&unit=quote&theme=light&palette=blue-orange&group=0.1&depth=77&nonsense=1&source=mars" });
  await verified(page);
  const chosen = () => page.evaluate(() => Object.fromEntries(["source", "symbol", "depth", "group"].map((id) => [id, document.getElementById(id).value])));
  await page.waitForFunction(() => document.getElementById("group").value === "0.1");
  assert.deepEqual(await chosen(), { source: "simulated", symbol: "ETH/USD", depth: "25", group: "0.1" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  await page.locator("#symbol").selectOption("SOL/USD");
  await page.locator("#depth").selectOption("500");
  await verified(page);
  await page.getByText("Linear", { exact: true }).click();
  const { searchParams } = new URL(page.url());
  assert.deepEqual(Object.fromEntries(searchParams), { symbol: "SOL/USD", depth: "500", unit: "quote", theme: "light", palette: "blue-orange", group: "0.1" });
  assert.equal(await page.evaluate(() => hadalDemo.session().client.subscribedPairs.length), 4);
  await page.reload();
  await verified(page);
  assert.deepEqual(await chosen(), { source: "simulated", symbol: "SOL/USD", depth: "500", group: "0.1" });
  await end();
});

test("an address with what cannot be says so; a pair that the exchange does not have is refused in its words", { timeout: 60_000 }, async () => {
  {
    const { page, end } = await open({ query: "?symbol=eth/usd&group=0&url=nonsense" });
    await verified(page);
    await said(page, /group=0, url=nonsense/);
    assert.equal(await page.locator("#symbol").inputValue(), "ETH/USD");
    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), { symbol: "ETH/USD" });
    await end();
  }
  {
    const { page, end } = await open({ query: "?group=7" });
    await said(page, /BTC\/USD has no groups of 7/, 20_000);
    assert.equal(new URL(page.url()).search, "");
    await verified(page);
    await end();
  }
  const { page, end } = await open({ query: "?symbol=NO/PE" });
  await said(page, /The exchange refuses NO\/PE: Currency pair not supported/, 20_000);
  const shown = (selector, of) => page.waitForFunction(([selector, of]) => {
    const root = document.querySelector(selector).shadowRoot;
    return /refuses NO\/PE: Currency pair not supported/.test(of === undefined ? root.textContent : root.querySelector("[role=slider]").getAttribute(of));
  }, [selector, of]);
  await shown("#chart > div", "aria-valuetext");
  for (const name of ["ladder", "tape", "heat", "status"]) await shown(`#${name} > div`);
  await page.locator("#symbol").selectOption("BTC/USD");
  await verified(page);
  assert.equal(await page.locator("#message").isVisible(), false);
  await end();
});

test("an exchange on this machine; and one that is not there: the page says so and shows the simulator", { timeout: 60_000 }, async () => {
  const exchange = await nativeExchange("--for", "60");
  try {
    const { page, end } = await open({ query: `?source=serve&url=${exchange.url}`, allowed: /WebSocket connection|asked for ws:/ });
    await verified(page);
    assert.equal(await page.locator("#url").inputValue(), exchange.url);
    assert.equal(await page.locator("#fault-drop").isDisabled(), true);
    await page.locator("#url").fill("ftp://nowhere");
    await page.locator("#url").press("Enter");
    await page.waitForFunction(() => /begins with ws/.test(document.getElementById("message").innerText));
    await page.locator("#url").fill("ws://127.0.0.1:9/v2");
    await page.locator("#url").press("Enter");
    await page.waitForFunction(() => document.documentElement.dataset.source === "simulated", undefined, { timeout: 20_000 });
    assert.match(await page.locator("#message").innerText(), /ws:\/\/127\.0\.0\.1:9\/v2 could not be reached.*simulated exchange/s);
    assert.doesNotMatch(page.url(), /source=/);
    await verified(page);
    await press(page, "Try again");
    await said(page, /^Connecting to ws:\/\/127\.0\.0\.1:9\/v2/);
    await page.waitForFunction(() => document.documentElement.dataset.source === "simulated", undefined, { timeout: 20_000 });
    await verified(page);
    await end();
  } finally {
    exchange.stop();
  }
});

test("an order is shaded and priced; a wrong size is refused in words; alerts speak", async () => {
  const { page, end } = await open();
  await verified(page);
  await page.locator("#order-size").fill("2.5");
  await page.waitForFunction(() => /USD/.test(document.querySelector("#order-result dd").textContent));
  await page.waitForFunction(() => /^Buy 2\.5/.test(document.querySelector("#chart > div").shadowRoot.querySelector(".order").textContent));
  await page.locator("#order-size").fill("lots");
  assert.equal(await page.locator("#order-wrong").isVisible(), true);
  assert.equal(await page.locator("#order-size").getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator("#order-size").getAttribute("aria-describedby"), "order-wrong");
  assert.deepEqual(await page.locator("#order-result dd").allInnerTexts(), ["\u2013", "\u2013", "\u2013", "\u2013"], "nothing stays of the last right size");
  await page.waitForFunction(() => document.querySelector("#chart > div").shadowRoot.querySelector(".order").hidden);
  await page.locator("#order-size").fill("1,5");
  assert.match(await page.locator("#order-wrong").innerText(), /point/);
  await page.locator("#order-size").fill("0.123456789");
  assert.match(await page.locator("#order-wrong").innerText(), /steps of 0\.00000001/);
  await page.locator("#order-size").fill("100000");
  await page.waitForFunction(() => / for [\d.,]+ BTC, all that is visible/.test(document.getElementById("order-result").innerText));
  await page.getByText("Sell", { exact: true }).click();
  await page.locator("#order-size").fill("1");
  await page.waitForFunction(() => /^Sell 1\.0/.test(document.querySelector("#chart > div").shadowRoot.querySelector(".order").textContent));
  await page.locator("#alert-size").fill("0.0001");
  await page.waitForFunction(() => !document.getElementById("alert-said").hidden);
  assert.match(await page.locator("#alert-said").innerText(), /BTC\/USD: (bid|ask) of \d/);
  await end();
});

test("frames can be watched, and a recording kept that the native program plays", { timeout: 60_000 }, async () => {
  const { page, end } = await open();
  await verified(page);
  await press(page, "Listen");
  await page.locator("#frames summary").nth(3).waitFor();
  assert.ok((await page.locator("#frames code").allTextContents()).every((text) => !text.includes('"symbol":"ETH/USD"')));
  await page.locator("#frames summary").first().click();
  assert.match(await page.locator("#frames pre").first().innerText(), /"channel"|"method"/);
  await press(page, "Stop");
  await page.locator("#frames-clear").click();
  assert.match(await page.locator("#frames").innerText(), /Press Listen/);
  await press(page, "Record");
  await page.waitForTimeout(1500);
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Stop and keep")]);
  const file = join(profile, "kept.journal");
  await download.saveAs(file);
  const { status, stdout } = programs.native(["replay", file]);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /0 mismatched/);
  await end();
});

test("calm: one picture a second; a worker: the same page", { timeout: 60_000 }, async () => {
  const pictures = async (query) => {
    const { page, end } = await open({ query, reducedMotion: "reduce" });
    await verified(page);
    await page.waitForTimeout(1500); // the first view is fitted
    const mode = await page.locator("#mode").innerText();
    const distinct = await page.evaluate(async () => {
      const canvas = document.querySelector("#chart > div").shadowRoot.querySelectorAll("canvas")[1];
      const seen = new Set();
      const until = performance.now() + 3000;
      while (performance.now() < until) {
        await new Promise(requestAnimationFrame);
        const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        let hash = 0;
        for (let i = 0; i < pixels.length; i += 7) hash = (Math.imul(hash, 31) + pixels[i]) | 0;
        seen.add(hash);
      }
      return seen.size;
    });
    await end();
    return { mode, distinct };
  };
  const calm = await pictures("?calm=yes&worker=yes");
  assert.match(calm.mode, /worker/);
  assert.ok(calm.distinct >= 2 && calm.distinct <= 6, `${calm.distinct} pictures in 3 s`);
  const usual = await pictures("");
  assert.ok(usual.distinct > 8, `${usual.distinct} pictures in 3 s without calm`);
});

for (const [width, height, name] of [[320, 640, "small"], [390, 844, "phone"], [820, 1180, "tablet"], [1440, 900, "desktop"], [2560, 1300, "wide"]]) {
  test(`the page fits ${width} px, dark and light, and axe finds nothing`, { timeout: 60_000 }, async () => {
    for (const colorScheme of ["dark", "light"]) {
      const { page, end } = await open({ width, height, colorScheme, bypassCSP: true, hasTouch: width < 900, isMobile: width < 900 });
      await verified(page);
      await page.waitForTimeout(2500);
      await fits(page, `${width} px`);
      await page.screenshot({ path: join(shots, `demo-${name}-${colorScheme}.png`), fullPage: name === "phone" });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ target, failureSummary }) => `${target}: ${failureSummary}`)]), []);
      await end();
    }
  });
}
