// The charts in Chromium: golden images, the keyboard, accessibility, and what a picture costs.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { load } from "hadal";
import { demoRecording, root } from "../js/support.mjs";
import { servePage } from "./serve.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const golden = join(root, "tests/golden/charts");
const shots = join(root, "build/screenshots");
const text = readFileSync(demoRecording, "utf8");
const seconds = Number(process.env.HADAL_LOAD_SECONDS ?? 3);
const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

let server;
let browser;

before(async () => {
  mkdirSync(shots, { recursive: true });
  // A page of its own origin has a finer clock
  server = await servePage("charts", { headers: { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" } });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb", "--font-render-hinting=none"] });
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function open({ colorScheme = "light", deviceScaleFactor = 1, reducedMotion = "reduce", forcedColors = "none", bypassCSP = false, hasTouch = false } = {}) {
  const context = await browser.newContext({ colorScheme, deviceScaleFactor, reducedMotion, forcedColors, bypassCSP, hasTouch, viewport: { width: 1000, height: 800 }, timezoneId: "UTC", locale: "en" });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(server.address);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  return {
    page,
    async end() {
      assert.deepEqual(problems, []);
      await context.close();
    },
  };
}

// --- golden images ---

/** Part of the pixels that differ visibly, found in the page: no decoder of our own. */
async function difference(page, mine, theirs) {
  return page.evaluate(
    async ([a, b]) => {
      const pixels = async (base64) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], { type: "image/png" }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        context.drawImage(bitmap, 0, 0);
        return context.getImageData(0, 0, bitmap.width, bitmap.height);
      };
      const [one, other] = [await pixels(a), await pixels(b)];
      if (one.width !== other.width || one.height !== other.height) return 1;
      let different = 0;
      for (let i = 0; i < one.data.length; i += 4) {
        const most = Math.max(Math.abs(one.data[i] - other.data[i]), Math.abs(one.data[i + 1] - other.data[i + 1]), Math.abs(one.data[i + 2] - other.data[i + 2]));
        if (most > 48) different++;
      }
      return different / (one.data.length / 4);
    },
    [mine.toString("base64"), theirs.toString("base64")],
  );
}

const tolerated = 0.004; // edges of letters

async function assertGolden(page, name, image) {
  const file = join(golden, `${name}.png`);
  if (process.env.HADAL_GOLDEN === "write") {
    mkdirSync(golden, { recursive: true });
    return writeFileSync(file, image);
  }
  assert.ok(existsSync(file), `${file} is missing: look at the picture, then write it with HADAL_GOLDEN=write`);
  const part = await difference(page, image, readFileSync(file));
  if (part > tolerated) writeFileSync(join(shots, `${name}.png`), image);
  assert.ok(part <= tolerated, `${name}: ${(100 * part).toFixed(2)} % of the pixels differ; see build/screenshots/${name}.png, and HADAL_GOLDEN=write if it is right`);
}

const pictures = {
  depth: { kind: "depth", atMs: 60_000 },
  "depth-log-order": { kind: "depth", atMs: 60_000, options: { scale: "log", unit: "quote", group: "1", order: { side: "sell", size: "6" } } },
  "depth-stale": { kind: "depth", atMs: 29_000, damage: true },
  ladder: { kind: "ladder", atMs: 60_000, width: 340, height: 640, options: { lastTrade: false } },
  heatmap: { kind: "heatmap", atMs: 88_000 },
};

/** A digit of a quantity is another from 30 s on: the book turns stale there, until a snapshot mends it at 50 s. */
function damaged() {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => Number(line.split(" ")[1]) >= 30_000 && /"channel":"book","type":"update".*"symbol":"BTC\/USD","bids":\[\{"price":[\d.]+,"qty":[1-9]/.test(line));
  lines[at] = lines[at].replace(/("bids":\[\{"price":[\d.]+,"qty":)(\d)/, (_, before, digit) => before + ((Number(digit) % 9) + 1));
  return lines.join("\n");
}

for (const colorScheme of ["light", "dark"]) {
  for (const deviceScaleFactor of [1, 2]) {
    test(`golden images, ${colorScheme}, ${deviceScaleFactor} device pixels a pixel`, { timeout: 90_000 }, async () => {
      for (const [name, picture] of Object.entries(pictures)) {
        const { page, end } = await open({ colorScheme, deviceScaleFactor });
        // Ages stand still
        await page.evaluate(() => (performance.now = () => 1e9));
        await page.evaluate((options) => show(options.kind, options), { ...picture, text: picture.damage ? damaged() : text });
        const image = await page.evaluateHandle(() => box).then((box) => box.asElement().screenshot());
        await assertGolden(page, `${name}-${colorScheme}-${deviceScaleFactor}x`, image);
        await end();
      }
    });
  }
}

test("forced colours: no colour of ours is left, and the sides are still told apart by place and name", async () => {
  const { page, end } = await open({ forcedColors: "active" });
  await page.evaluate((options) => show("depth", options), { text, atMs: 60_000 });
  const theme = await page.evaluate(() => {
    const root = box.firstElementChild.shadowRoot.querySelector(".hadal");
    const style = getComputedStyle(root);
    return ["--_bid", "--_ask", "--_plate"].map((name) => style.getPropertyValue(name).trim());
  });
  assert.deepEqual(theme, ["CanvasText", "CanvasText", "Canvas"]);
  await end();
});

// --- the keyboard ---

test("a walk over the chart by keyboard: what is spoken is what the core reads", async () => {
  const { page, end } = await open();
  await page.evaluate((options) => show("depth", options), { text, atMs: 60_000 });
  const hadal = await load();
  const player = hadal.player(text);
  player.seek(60_000);
  const book = player.book("BTC/USD");
  const levels = { bid: [...book.bids.price], ask: [...book.asks.price] };
  const slider = page.getByRole("slider", { name: "Order book depth" });
  await slider.focus();
  const spoken = async () => (await slider.getAttribute("aria-valuetext")).replace(/, simulated$/, "");
  assert.match(await slider.getAttribute("aria-valuetext"), /, simulated$/);
  assert.equal(await spoken(), `BTC/USD, best bid ${(levels.bid[0] / 10).toFixed(1)}, best ask ${(levels.ask[0] / 10).toFixed(1)}`);
  const expect = async (key, ticks) => {
    await page.keyboard.press(key);
    const { cursor } = player.ask("BTC/USD", { cursor: ticks });
    const side = ticks <= levels.bid[0] ? "bid" : "ask";
    const away = `${Math.abs(cursor.distancePercent).toFixed(4)} % ${cursor.distancePercent < 0 ? "below" : "above"} mid`;
    assert.equal(await spoken(), `${side} ${(ticks / 10).toFixed(1)} USD, ${away}, total ${(cursor.total / 1e8).toFixed(8)} BTC`, key);
    assert.equal(await slider.getAttribute("aria-valuenow"), (ticks / 10).toFixed(1));
  };
  await expect("a", levels.ask[0]);
  await expect("ArrowRight", levels.ask[1]);
  await expect("ArrowUp", levels.ask[2]);
  await expect("PageUp", levels.ask[12]);
  await expect("ArrowLeft", levels.ask[11]);
  await expect("b", levels.bid[0]);
  await expect("ArrowDown", levels.bid[1]);
  await expect("PageDown", levels.bid[11]);
  // The first and the last level inside the first view (F-56)
  const [low, high] = [book.mid2 / 2 - book.viewHalfWidth, book.mid2 / 2 + book.viewHalfWidth];
  await expect("Home", Math.min(...levels.bid.filter((price) => price >= low)));
  await expect("End", Math.max(...levels.ask.filter((price) => price <= high)));
  await page.keyboard.press("Escape");
  assert.match(await spoken(), /best bid/);
  // Zoom, centre, pause, help, speaking
  await page.evaluate(() => {
    globalThis.heard = [];
    component.onEvent = (type, detail) => heard.push([type, type === "cursor" ? detail?.price : detail]);
  });
  for (const key of ["+", "-", "-", "c", "0", "p", "p", "a"]) await page.keyboard.press(key);
  assert.deepEqual(await page.evaluate(() => heard), [["zoom", true], ["zoom", true], ["zoom", true], ["zoom", false], ["pause", true], ["pause", false], ["cursor", levels.ask[0]]]);
  await page.keyboard.press("?");
  assert.ok(await page.getByRole("note", { name: "Keys" }).isVisible());
  await page.keyboard.press("Escape");
  assert.ok(await page.getByRole("note", { name: "Keys" }).isHidden());
  await page.keyboard.press("s");
  assert.equal(await page.getByRole("status").textContent(), "Changes are spoken");
  // The table of ten levels
  const cells = await page.getByRole("table").locator("tbody tr").first().locator("td").allInnerTexts();
  assert.deepEqual(cells, [book.text("bid", 0).size, book.text("bid", 0).price, book.text("ask", 0).price, book.text("ask", 0).size]);
  // Keys with Ctrl are the browser's, and so is Tab
  await page.keyboard.press("Control+b");
  assert.deepEqual(await page.evaluate(() => heard.length), 7 + 1); // Escape took the cursor away
  await end();
});

test("the wheel zooms only where it was asked for; the pointer reads; leaving forgets", async () => {
  const { page, end } = await open();
  await page.evaluate((options) => show("depth", options), { text, atMs: 60_000 });
  await page.evaluate(() => {
    document.querySelector("main").style.height = "3000px";
    globalThis.heard = [];
    component.onEvent = (type, detail) => heard.push([type, detail?.side ?? detail]);
  });
  const { x, y, width, height } = await (await page.evaluateHandle(() => box)).asElement().boundingBox();
  await page.mouse.move(x + width * 0.3, y + height / 2);
  await page.evaluate(() => settled());
  await page.mouse.wheel(0, 120);
  await page.waitForFunction(() => scrollY > 0);
  assert.deepEqual((await page.evaluate(() => heard)).filter(([type]) => type === "zoom"), []);
  await page.evaluate(() => scrollTo(0, 0));
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => heard.some(([type]) => type === "zoom"));
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.mouse.move(x + width * 0.8, y + height / 2);
  await page.waitForFunction(() => heard.at(-1)?.[1] === "ask");
  await page.mouse.move(x + width + 200, y + height + 100);
  await page.waitForFunction(() => heard.at(-1)?.[0] === "cursor" && heard.at(-1)[1] === undefined);
  await end();
});

test("a finger scrolls the page, and reads after a long press; two fingers pinch", async () => {
  const { page, end } = await open({ hasTouch: true });
  await page.evaluate((options) => show("depth", options), { text, atMs: 60_000 });
  await page.evaluate(() => {
    document.querySelector("main").style.height = "3000px";
    globalThis.heard = [];
    component.onEvent = (type, detail) => heard.push([type, detail?.side ?? detail]);
  });
  const heard = () => page.evaluate(() => heard.splice(0));
  const { x, y, width, height } = await (await page.evaluateHandle(() => box)).asElement().boundingBox();
  const [left, right, middle] = [x + width * 0.3, x + width * 0.8, y + height / 2];
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...points) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  // A tap and a swipe are the page's
  await touch("touchStart", [left, middle]);
  await touch("touchEnd");
  await touch("touchStart", [left, middle]);
  for (let up = 20; up <= 200; up += 20) await touch("touchMove", [left, middle - up]);
  await touch("touchEnd");
  await page.waitForFunction(() => scrollY > 100);
  await page.waitForTimeout(500); // longer than a long press
  assert.deepEqual(await heard(), []);
  await page.evaluate(() => scrollTo(0, 0));
  // A long press reads; the finger then moves the cursor, not the page, and leaves its reading behind
  await touch("touchStart", [left, middle]);
  await page.waitForFunction(() => heard.at(-1)?.[1] === "bid");
  await touch("touchMove", [right, middle - 60]);
  await page.waitForFunction(() => heard.at(-1)?.[1] === "ask");
  await touch("touchEnd");
  await page.evaluate(() => settled());
  assert.equal(await page.evaluate(() => scrollY), 0);
  assert.equal((await heard()).at(-1)[1], "ask");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => heard.at(-1)?.[0] === "cursor" && heard.at(-1)[1] === undefined);
  await heard();
  // Apart: closer; the second finger ends the long press of the first
  await touch("touchStart", [left, middle]);
  await touch("touchStart", [left, middle], [right, middle]);
  for (let apart = 10; apart <= 60; apart += 10) await touch("touchMove", [left - apart, middle], [right + apart, middle]);
  await page.waitForFunction(() => heard.some(([type, zoomed]) => type === "zoom" && zoomed));
  await page.waitForTimeout(500);
  await touch("touchEnd");
  assert.deepEqual((await heard()).filter(([type]) => type === "cursor"), []);
  await end();
});

test("the ladder: rows by keyboard, copies and CSV with exact digits", async () => {
  const { page, end } = await open();
  await page.evaluate((options) => show("ladder", options), { text, atMs: 60_000, width: 340, height: 640, options: { lastTrade: false } });
  await page.evaluate(() => {
    globalThis.heard = [];
    Object.defineProperty(navigator, "clipboard", { value: { writeText: async () => undefined } });
    component.onEvent = (type, detail) => heard.push(detail);
  });
  const book = await page.evaluate(() => {
    const frame = player.book("BTC/USD");
    return { bid: [0, 1, 2].map((i) => frame.text("bid", i)), ask: [0, 1].map((i) => frame.text("ask", i)), depth: frame.bids.price.length };
  });
  const focused = () => page.evaluate(() => box.firstElementChild.shadowRoot.activeElement?.textContent);
  for (let i = 0; i < 3 && (await focused()) !== book.bid[0].price; i++) await page.keyboard.press("Tab");
  assert.equal(await focused(), book.bid[0].price);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), book.bid[1].price);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(), book.ask[0].price);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => heard.length === 1);
  assert.deepEqual((await page.evaluate(() => heard[0])).split("\t"), [book.ask[0].price, book.ask[0].size, book.ask[0].size]);
  await page.getByRole("button", { name: "CSV" }).click();
  const csv = (await page.evaluate(() => heard[1])).trim().split("\n");
  assert.equal(csv[0], "side,price,size,total");
  assert.ok(csv.includes(`bid,${book.bid[0].price},${book.bid[0].size},${book.bid[0].size}`));
  assert.equal(await page.getByRole("button", { name: "Centre" }).isVisible(), false);
  await end();
});

test("axe finds nothing, in any component and scheme", { timeout: 90_000 }, async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, end } = await open({ colorScheme, bypassCSP: true });
    for (const kind of ["depth", "ladder", "tape", "heatmap", "status"]) {
      await page.evaluate((options) => show(options.kind, options), { kind, text, atMs: 60_000 });
    }
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ target, failureSummary }) => `${target}: ${failureSummary}`)]), []);
    await end();
  }
});

// --- honesty ---

const wrongChecksum = (page) => page.evaluate(() => next((frame) => frame.replace(/"checksum":\d+/, '"checksum":1')));
const spokenBy = (page) => page.evaluate(() => root("depth").querySelector(".plot").getAttribute("aria-valuetext"));
/** What ladder and tape say of their book, once it is as wanted; the tape draws ten times a second. */
const noted = (page, wanted) =>
  page.waitForFunction((source) => ["ladder", "tape"].every((name) => new RegExp(source).test(root(name).dataset.live === "no" ? root(name).querySelector(".stale-note").textContent : "live")), wanted.source);

test("a book that goes wrong is told by every component at once, and so is a client that closes", async () => {
  const { page, end } = await open();
  await page.evaluate(() => fed());
  await page.waitForFunction(() => root("status").dataset.state === "verified");
  await noted(page, /^live$/);
  await wrongChecksum(page);
  await page.waitForFunction(() => root("status").dataset.state === "stale");
  await noted(page, /^Stale for \d+ s\. A checksum did not match\./);
  await page.evaluate(() => root("depth").querySelector(".plot").focus());
  assert.match(await spokenBy(page), /, Stale\. A checksum did not match/);
  await page.evaluate(() => client.close());
  await page.waitForFunction(() => root("status").dataset.state === "closed");
  await noted(page, /^Closed for \d+ s\. /);
  await page.evaluate(() => root("status").querySelector(".badge").click()); // the evidence of what is gone
  assert.deepEqual(await page.evaluate(() => errors), []);
  await end();
});

test("a held picture catches up: what went wrong meanwhile is there at once", async () => {
  const { page, end } = await open();
  await page.evaluate(() => fed());
  await page.evaluate(() => (parts.depth.paused = parts.heatmap.paused = true));
  await wrongChecksum(page);
  const notice = () => page.evaluate(() => root("depth").querySelector("p[role=status]").textContent);
  assert.match(await notice(), /Stale/);
  const before = await page.evaluate(() => root("depth").querySelectorAll("canvas")[1].toDataURL());
  await page.evaluate(async () => {
    parts.depth.paused = false;
    await settled();
  });
  assert.notEqual(await page.evaluate(() => root("depth").querySelectorAll("canvas")[1].toDataURL()), before, "the tag has gone");
  // Another market is not held back
  await page.evaluate(async () => {
    parts.depth.paused = true;
    parts.depth.update(undefined);
    await settled();
    root("depth").querySelector(".plot").focus();
  });
  assert.match(await spokenBy(page), /^Waiting for a snapshot/);
  await end();
});

test("what is of the past, or made up, says so everywhere; what the market does not say, the page may", async () => {
  const { page, end } = await open();
  const said = { simulated: true };
  await page.evaluate((said) => fed({ depth: said, ladder: said, tape: said, heatmap: said, status: said }), said);
  await page.evaluate(async () => {
    for (const part of Object.values(parts)) part.set({ past: "as of 12:03:05", simulated: true });
    await settled(20);
  });
  await page.waitForFunction(() => /as of/.test(root("status").textContent) && /as of/.test(root("tape").textContent));
  for (const name of ["ladder", "tape", "heatmap", "status"]) assert.match(await page.evaluate((name) => root(name).textContent, name), /simulated \u00b7 as of 12:03:05/, name);
  await page.evaluate(() => root("depth").querySelector(".plot").focus());
  assert.match(await spokenBy(page), /, simulated, as of 12:03:05$/);
  await page.evaluate(() => root("ladder").querySelector("button").click()); // copies: the label stays
  assert.match(await page.evaluate(() => root("ladder").textContent), /simulated/);
  await end();
});

test("options are checked; one that the market refuses can be mended; a wheel turned sideways is the page's", async () => {
  const { page, end } = await open();
  const refusals = await page.evaluate(() => {
    const why = (act) => {
      try {
        act();
        return "taken";
      } catch ({ code, message }) {
        return `${code} ${message}`;
      }
    };
    const box = place(300, 200);
    const chart = new kinds.depth(box);
    return [
      why(() => new kinds.depth(null)), why(() => new kinds.depth(box, { unit: "usd" })), why(() => new kinds.ladder(box, { rows: "many" })), why(() => chart.set({ colour: "red" })),
      why(() => chart.zoom(NaN)), why(() => chart.set({ order: { side: "buy", size: "-1" } })), why(() => new kinds.heatmap(box, { low: 200 })),
    ];
  });
  const begins = ["container", "unit", "rows", "colour", "factor", "order", "low"];
  refusals.forEach((text, i) => assert.match(text, new RegExp(`^config_invalid ${begins[i]}: `)));
  await page.evaluate(() => fed({ depth: { group: "0" } }));
  assert.match((await page.evaluate(() => errors))[0], /group/);
  await page.evaluate(async () => {
    parts.depth.set({ group: undefined });
    await next();
    root("depth").querySelector(".plot").focus();
  });
  assert.match(await spokenBy(page), /best bid 59999\.9/);
  const zooms = await page.evaluate(() => {
    const heard = [];
    parts.depth.onEvent = (type) => heard.push(type);
    root("depth").querySelector(".plot").dispatchEvent(new WheelEvent("wheel", { deltaX: 50, deltaY: 0, ctrlKey: true, cancelable: true }));
    return heard;
  });
  assert.deepEqual(zooms, []);
  await end();
});

test("the heatmap says in which columns the book was live for a part of the time only", async () => {
  const { page, end } = await open();
  await page.evaluate((options) => show("heatmap", options), { text: damaged(), atMs: 29_000, damage: true });
  const readings = await page.evaluate(async () => {
    player.seek(60_000); // a snapshot mended it meanwhile
    component.onViews();
    await settled();
    const heard = [];
    component.onEvent = (type, detail) => type === "cursor" && detail && heard.push({ ...detail, spoken: undefined });
    const plot = box.firstElementChild.shadowRoot.querySelector(".plot");
    plot.focus();
    for (let i = 0; i < 58; i++) {
      plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, composed: true }));
      if (heard.length > 0) heard.at(-1).spoken = plot.getAttribute("aria-valuetext");
    }
    return heard;
  });
  const partial = readings.filter(({ coverage }) => coverage > 0 && coverage < 1);
  assert.ok(partial.length >= 1 && partial.length <= 4, `${partial.length} columns`);
  for (const { spoken } of partial) assert.match(spoken, /\. Live \d+ % of the time, simulated$/);
  assert.ok(readings.some(({ coverage }) => coverage === 0));
  for (const { spoken, coverage } of readings) if (coverage === 1) assert.doesNotMatch(spoken, /Live/);
  await end();
});

// --- cost ---

test("script per picture at a thousand levels a side (P-6): printed", async (t) => {
  const { page, end } = await open();
  const result = await page.evaluate(() => scriptPerPicture(1000, 400));
  assert.deepEqual([result.verified, result.rows], [true, [1000, 1000]]);
  assert.ok(result.both < 5, "ten times what P-6 asks for: something is wrong");
  t.diagnostic(`1,000 levels a side: fill ${result.fill.toFixed(3)} ms, draw ${result.draw.toFixed(3)} ms, both ${result.both.toFixed(3)} ms (median), ${result.mean.toFixed(3)} ms (mean); P-6 asks for 0.5`);
  await end();
});

for (const worker of [false, true]) {
  test(`20,000 frames a second for ${seconds} s with charts, ${worker ? "worker" : "page"}: pictures printed, nothing wrong`, { timeout: 60_000 + 2000 * seconds }, async (t) => {
    const { page, end } = await open({ reducedMotion: "no-preference" });
    const [rate, total] = [20_000, 20_000 * (seconds + 8)];
    const result = await page.evaluate((options) => underLoad(options), { worker, rate, total, seconds });
    assert.equal(result.verified, true);
    assert.ok(result.drawn > 0);
    const { histogram } = result;
    t.diagnostic(`${Math.round(result.rate)} frames/s, ${result.pictures.toFixed(1)} pictures/s; ms between pictures: median ${result.median.toFixed(1)}, p99 ${result.p99.toFixed(1)}, most ${result.most.toFixed(1)}; drawing ${result.draw.toFixed(2)} ms`);
    t.diagnostic(`pictures by ms since the one before: ${JSON.stringify(histogram)}`);
    await end();
  });
}
