// The client in Chromium, with its engine in the page and in a worker: books, faults, equal logs, a hidden page, the end, slow listeners, load.
// HADAL_LOAD_SECONDS: how long the load run lasts in each mode; 3 by default.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { checkEndings, checkRecord, checkShown, loadServer, modeName, modes, nativeExchange } from "./support.mjs";
import { serveTestPage } from "./page/server.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const loadSeconds = Number(process.env.HADAL_LOAD_SECONDS ?? 3);

let server;
let browser;
let exchange;

before(async () => {
  server = await serveTestPage();
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
  exchange = await nativeExchange("--rate", "4", "--for", "300");
});

after(async () => {
  exchange?.stop();
  await browser?.close();
  server?.close();
});

/** A test with a page of its own; an error, also on the console, fails it. */
function pageTest(name, body, allowed = /^$/) {
  for (const mode of modes) {
    test(`${modeName(mode)}: ${name}`, { timeout: 120_000 }, async (t) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const problems = [];
      const problem = (words) => allowed.test(words) || problems.push(words);
      page.on("pageerror", (error) => problem(String(error)));
      page.on("console", (message) => message.type() === "error" && problem(message.text()));
      await page.goto(server.address);
      await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
      await page.evaluate(() => counters.reset()); // what the driver of the browser put there
      try {
        await body({ t, page, context, ...mode });
        assert.deepEqual(problems, []);
      } finally {
        await context.close();
      }
    });
  }
}

/** Workers that Chromium has, once there are as many as said. */
async function workers(page, count) {
  while (page.workers().length > count) await page.workers()[0].waitForEvent("close", { timeout: 5000 }).catch(() => undefined);
  return page.workers().length;
}

pageTest("books, ticker, trades, loops and pictures of the exchange in the page", async ({ page, worker }) => {
  checkShown(await page.evaluate((options) => show(options), { worker }), { worker });
  assert.equal(await workers(page, 0), 0);
});

pageTest("the same of hadal sim over loopback, under the page's Content-Security-Policy", async ({ page, worker }) => {
  checkShown(await page.evaluate((options) => show(options), { worker, url: exchange.url }), { worker });
  assert.equal(await workers(page, 0), 0);
});

const soon = {
  timeouts: { connectMs: 2000, ackMs: 300, snapshotMs: 300, pongMs: 1000, quietMs: 400, silenceMs: 1200, pingIntervalMs: 0, ackRetryMs: 500, retryAfterGiveUpMs: 500 },
  reconnect: { baseMs: 50, capMs: 100 },
};

pageTest("every fault is told of where it can be, and mended; until then no picture calls the book live (Q-9)", async ({ t, page, worker }) => {
  const told = await page.evaluate(
    async (options) => {
      const { exchange, client, end } = await begin(options);
      await client.subscribeBook(exchange.symbols, { depth: 10 });
      const told = await chaos({ exchange, client, symbols: exchange.symbols });
      await end();
      return { ...told, expected: faultNames.length };
    },
    { worker, sim: { rate: 3, symbols: 8 }, symbols: [], ...soon },
  );
  t.diagnostic(told.done.join("; "));
  t.diagnostic(`${told.pictures} pictures seen, ${told.notLive} of books that were not live; ${told.right} book messages were right`);
  assert.deepEqual(told.failures, []);
  assert.equal(told.done.length, told.expected);
  assert.ok(told.notLive > 100);
  assert.deepEqual(told.violations.slice(0, 10), [], `${told.violations.length} pictures were not honest`);
});

pageTest("what is recorded gives the same log natively, and in the page", async ({ page, worker }) => {
  const recorded = await page.evaluate((options) => record(options), { worker });
  checkRecord(recorded);
  assert.ok(recorded.log.includes('"cause":"checksum"'));
  checkRecord(await page.evaluate((options) => record(options), { worker, url: exchange.url }));
});

pageTest("a hidden page gets no pictures, its books stay right; seen again, it connects at once and shows what is true", async ({ page, worker }) => {
  const seen = await page.evaluate(
    async (options) => {
      const { exchange, client, end } = await begin(options);
      const story = new Story(client);
      const watch = await client.watch("BTC/USD");
      const honesty = new Honesty(client, watch);
      let pictures = [];
      const two = () => story.until("two pictures", () => pictures.length >= 2);
      watch.onFrame(({ revision, state, verified }) => pictures.push({ revision, state, verified }));
      await story.verified(both, 0);
      counters.hide(true);
      await story.verified(both);
      pictures = [];
      await story.until("fifty messages", () => story.length > 100);
      await story.verified(both);
      const whileHidden = pictures.length;
      const before = (await client.stats()).books.map(({ verified }) => verified);
      const since = story.length;
      exchange.inject({ fault: "disconnect", count: 1, ms: 0 });
      await story.until("the loss", ({ type, to }) => type === "connection" && to === "degraded", since);
      const waits = (await statusOf(client, ({ retryInMs }) => retryInMs !== undefined)).retryInMs;
      exchange.endFaults();
      pictures = [];
      const begun = performance.now();
      counters.hide(false);
      await story.verified(both, story.length, "seen again");
      const took = performance.now() - begun;
      await two();
      await end();
      return { whileHidden, before, waits, took, first: pictures[0], violations: honesty.violations };
    },
    { worker, sim: { rate: 6 }, reconnect: { baseMs: 60_000, capMs: 60_000, jitter: false } },
  );
  assert.equal(seen.whileHidden, 0);
  assert.deepEqual(seen.before, [true, true]);
  assert.ok(seen.waits > 30_000, `the next attempt was ${seen.waits} ms away`);
  assert.ok(seen.took < seen.waits);
  assert.deepEqual(seen.violations, []);
});

pageTest("whoever looks at a watch on every event takes no picture away from its listeners", async ({ page, worker }) => {
  const pictures = await page.evaluate(async (options) => {
    const { client, end } = await begin(options);
    const watch = await client.watch("BTC/USD");
    let pictures = 0;
    watch.onFrame(() => pictures++);
    client.on("*", () => void watch.frame());
    const story = new Story(client);
    await story.until("many messages", () => story.length > 300, 0);
    await end();
    return pictures;
  }, { worker, sim: { rate: 6 } });
  assert.ok(pictures >= 5, `${pictures} pictures`);
});

pageTest("offline is told and closes nothing; online again, the next attempt comes at once", async ({ page, context, worker }) => {
  await page.evaluate(
    async (options) => {
      Object.assign(globalThis, await begin(options));
      globalThis.story = new Story(client);
      await story.verified(both, 0);
    },
    { worker, sim: { rate: 6 }, reconnect: { baseMs: 60_000, capMs: 60_000, jitter: false } },
  );
  await context.setOffline(true);
  const offline = await page.evaluate(async () => {
    const { online, state } = await statusOf(client, ({ online }) => !online);
    const since = story.length;
    await story.verified(both, since); // the socket is not the network's
    exchange.inject({ fault: "disconnect", count: 1, ms: 0 });
    await story.until("the loss", ({ type, to }) => type === "connection" && to === "degraded", since);
    exchange.endFaults();
    return { online, state };
  });
  assert.deepEqual([offline.online, offline.state], [false, "subscribed"]);
  await context.setOffline(false);
  const online = await page.evaluate(async () => {
    await story.verified(both, story.length, "online again");
    const now = await statusOf(client, ({ state, books }) => state === "subscribed" && books.every((book) => book.state === "live"));
    const events = story.events.filter(({ type }) => type === "network").length;
    await end();
    return { ...now, events };
  });
  assert.equal(online.online, true);
  assert.equal(online.events, 2);
});

pageTest("close() leaves nothing behind, whenever it comes (Q-27)", async ({ page, worker }) => {
  checkEndings(await page.evaluate((worker) => endings({ worker, connect, simulate }), worker));
  assert.equal(await workers(page, 0), 0);
});

pageTest("a signal that has fired already ends what it is given to, and throws nothing of its own", async ({ page, worker }) => {
  const came = await page.evaluate(async (worker) => {
    const { client, end } = await begin({ worker });
    const signal = AbortSignal.abort(new Error("mine"));
    const tries = {
      on: async () => (client.on("*", () => undefined, { signal }), "done"),
      tap: async () => (client.tap(() => undefined, { signal }), "done"),
      events: async () => (await client.events({ signal }).next()).done,
      trades: async () => (await client.trades("BTC/USD", { signal }).next()).done,
      status: async () => (await client.status({ signal }).next()).done,
      once: () => client.once("ticker", { signal }).catch(({ message }) => message),
      watch: () => client.watch("BTC/USD", { book: true }, { signal }).catch(({ message }) => message),
      subscribe: async () => client.subscribe({ channel: "ticker", symbol: "BTC/USD" }, { signal }).catch(({ message }) => message),
    };
    const came = {};
    for (const [name, act] of Object.entries(tries)) came[name] = await act().catch(String);
    const connecting = await connect({ worker, signal }).catch(({ message }) => message);
    await end();
    return { ...came, connecting };
  }, worker);
  assert.deepEqual(came, { on: "done", tap: "done", events: true, trades: true, status: true, once: "mine", watch: "mine", subscribe: "mine", connecting: "mine" });
});

pageTest("who reads late, never, or throws disturbs nobody, and can rebuild the book from what is given (Q-19, Q-20)", async ({ page, worker }) => {
  const { rebuilt, book, ...heard } = await page.evaluate(
    async (options) => {
      const { client, exchange, end } = await begin(options);
      const heard = await lateReaders({ client, exchange });
      await end();
      return heard;
    },
    { worker, sim: { rate: 15 } },
  );
  assert.equal(heard.wrong, 1);
  assert.ok(heard.right > 700);
  assert.ok(heard.contiguous, "others miss events");
  assert.equal(heard.lagged, 0);
  assert.ok(heard.neverStats.dropped > 100);
  assert.ok(heard.lateStats.dropped > 100);
  assert.equal(heard.throwerStats.dropped, 0);
  assert.ok(heard.thrown > 500);
  assert.equal(heard.failures, heard.thrown + 1); // and the picture's listener, once
  assert.equal(heard.counted, heard.failures);
  assert.deepEqual(heard.texts, ["Error: mine", "Error: of a frame"]);
  assert.ok(heard.missed > 500);
  assert.ok(heard.local >= 1);
  assert.deepEqual(heard.holes, []);
  assert.deepEqual(rebuilt, book);
});

pageTest("a loop over events hears of listeners that throw, as a listener does", async ({ page, worker }) => {
  const heard = await page.evaluate(async (worker) => {
    const { client, end } = await begin({ worker, sim: { rate: 6 } });
    const loop = client.events({ types: ["error"] });
    const next = loop.next();
    const once = client.once("error");
    client.on("book_update", () => {
      throw new Error("mine");
    });
    const story = new Story(client);
    await story.until("the failure is told", ({ code }) => code === "listener_failed", 0);
    const heard = await Promise.all([next.then(({ value }) => value), once].map((one) => settledWithin(one.then(({ code }) => code), 1000)));
    await end();
    return heard;
  }, worker);
  assert.deepEqual(heard, ["listener_failed", "listener_failed"]);
});

// --- workers that fail ---

const broken = {
  "throws": () => {
    throw new Error("no workers today");
  },
  "has no script": () => new Worker("/nothing.js", { type: "module" }),
};
for (const [name, make] of Object.entries(broken)) {
  test(`a worker that ${name} leaves the engine in the page, with one warning`, { timeout: 30_000 }, async () => {
    const page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
    await page.evaluate(() => counters.reset());
    const fallen = await page.evaluate(`(async () => {
      const { client, end } = await begin({ worker: ${make} });
      const warnings = [];
      client.on("warning", ({ text, n }) => n === undefined && warnings.push(text));
      const once = client.once("warning");
      const loop = client.events({ types: ["warning"] }).next();
      await new Story(client).verified(both, 0);
      const heard = await Promise.all([once, loop.then(({ value }) => value)].map((one) => settledWithin(one.then(({ text }) => text), 1000)));
      const mode = client.mode;
      await end();
      return { mode, warnings, heard, left: counters.left() };
    })()`);
    assert.equal(fallen.mode, "page");
    assert.equal(fallen.warnings.length, 1);
    assert.match(fallen.warnings[0], /^worker: .*(no workers today|could not be loaded)/);
    assert.deepEqual(fallen.left, []);
    assert.equal(page.workers().length, 0);
    assert.deepEqual(fallen.heard, [fallen.warnings[0], fallen.warnings[0]], "loops hear the warning, too");
    await page.close();
  });
}

test("a signal ends the wait for a worker that never answers", { timeout: 30_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(server.address);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  await page.evaluate(() => counters.reset());
  const came = await page.evaluate(async () => {
    const controller = new AbortController();
    const waiting = connect({ worker: () => new Worker("./idle.js"), signal: controller.signal });
    controller.abort();
    return { came: await settledWithin(waiting, 2000), left: counters.left() };
  });
  assert.deepEqual(came, { came: "AbortError", left: [] });
  await page.close();
});

test("close() ends even when the worker has died", { timeout: 30_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(server.address);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  await page.evaluate(() => counters.reset());
  const came = await page.evaluate(async () => {
    const { client, exchange } = await begin({ worker: true });
    await new Story(client).verified(both, 0);
    counters.lastWorker.terminate();
    const came = await settledWithin(client.close(), 5000);
    exchange.close();
    return { came, left: counters.left() };
  });
  assert.deepEqual(came, { came: "done", left: [] });
  await page.close();
});

test("a socket that cannot send is closed, also when a worker asks for it", { timeout: 30_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(server.address);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
  for (const { worker } of modes) {
    await page.evaluate(() => counters.reset());
    const left = await page.evaluate(async (worker) => {
      const exchange = await simulate({ seed: 7 });
      let broken = 1;
      class Broken extends counters.counted(exchange.WebSocket) {
        send(text) {
          if (broken-- > 0) throw new Error("broken pipe");
          super.send(text);
        }
      }
      const client = await connect({ worker, WebSocket: Broken, symbols: ["BTC/USD"], reconnect: { baseMs: 50 } });
      await new Story(client).verified(["BTC/USD"], 0);
      const open = counters.left().filter((one) => one.startsWith("socket")).length;
      await client.close();
      const left = counters.left().filter((one) => one.startsWith("socket")).length;
      exchange.close();
      return { open, left };
    }, worker);
    assert.deepEqual(left, { open: 1, left: 0 }, modeName({ worker }));
  }
  await page.close();
});

// --- load ---

/** As text: 12,345. */
const count = (number) => Math.round(number).toLocaleString("en-US");
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;

/** A client of 20,000 frames a second for `loadSeconds`: what it cost the page's thread, printed; that nothing was lost, asserted. */
async function loadTest({ t, page, context }, options, sent) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const busyMs = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value; // of the page's thread, all of it
  };
  const symbols = await page.evaluate(async ({ inThread, worker, rate, total, ...options }) => {
    if (inThread) Object.assign(options, await loadOptions(worker, rate, total));
    else options.worker = worker;
    globalThis.client = await connect({ seed: 7, ...options });
    globalThis.pictures = 0;
    const watch = await client.watch(options.symbols[0], { ladder: { levels: 25 }, columns: { pixels: 800 }, imbalance: true });
    watch.onFrame(() => pictures++);
    await statusOf(client, ({ state, books }) => state === "subscribed" && books.length === options.symbols.length && books.every((book) => book.state === "live"));
    return options.symbols;
  }, options);
  const before = await busyMs();
  const run = await page.evaluate(async (seconds) => {
    globalThis.counted = async () => (await client.stats()).sessions[0].frames_received.book;
    const [frames, drawn, begun] = [await counted(), pictures, performance.now()];
    const gaps = [];
    for (let last = begun; last - begun < seconds * 1000; ) {
      const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
      gaps.push(now - last);
      last = now;
    }
    const ms = performance.now() - begun;
    return { ms, frames: (await counted()) - frames, pictures: pictures - drawn, gaps: gaps.sort((a, b) => a - b) };
  }, loadSeconds);
  const share = (await busyMs()) - before;
  const expected = sent();
  const books = await page.evaluate(async (expected) => {
    await until(async () => (await counted()) >= expected); // what was under way
    const { books } = await client.stats();
    await client.close();
    return books;
  }, expected);
  const [p50, p99, most] = [0.5, 0.99, 1].map((q) => quantile(run.gaps, q).toFixed(1));
  t.diagnostic(
    `${count((1000 * run.frames) / run.ms)} frames/s for ${(run.ms / 1000).toFixed(1)} s; page thread ${((100 * share) / run.ms).toFixed(1)} % busy, ` +
      `${count((1000 * share) / run.frames)} us a frame; ${count((1000 * run.pictures) / run.ms)} pictures/s; between animation frames p50 ${p50}, p99 ${p99}, max ${most} ms`,
  );
  assert.equal(books.length, symbols.length);
  for (const { symbol, matched, mismatched, snapshots, updates, gaps } of books) {
    assert.deepEqual({ mismatched, gaps, matched }, { mismatched: 0, gaps: 0, matched: snapshots + updates }, symbol);
  }
  assert.equal(books.reduce((sum, { matched }) => sum + matched, 0), expected);
  assert.ok(run.pictures > 0);
}

pageTest(`20,000 frames a second, made in the engine's own thread, for ${loadSeconds} s: nothing is lost`, async ({ t, page, context, worker }) => {
  const [rate, total] = [20_000, 20_000 * (loadSeconds + 1)];
  await loadTest({ t, page, context }, { inThread: true, worker, rate, total }, () => total);
});

pageTest(`20,000 frames a second are offered through a socket for ${loadSeconds} s: of what it carries nothing is lost`, async ({ t, page, context, worker }) => {
  const busy = await loadServer(20_000);
  try {
    await loadTest({ t, page, context }, { worker, url: busy.url, symbols: busy.symbols, depth: 100 }, () => busy.stop());
  } finally {
    busy.close();
  }
});
