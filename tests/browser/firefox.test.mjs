// The essentials of the client in Firefox: books in both modes, equal logs, the end.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { checkEndings, checkRecord, checkShown, modeName, modes, nativeExchange } from "./support.mjs";
import { serveTestPage } from "./page/server.mjs";

const executablePath = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const skip = existsSync(executablePath) ? false : `there is no Firefox at ${executablePath}`;

let server;
let browser;
let exchange;

before(async () => {
  if (skip) return;
  server = await serveTestPage();
  browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  exchange = await nativeExchange("--rate", "4", "--for", "300");
});

after(async () => {
  exchange?.stop();
  await browser?.close();
  server?.close();
});

function firefoxTest(name, body) {
  for (const mode of modes) {
    test(`Firefox, ${modeName(mode)}: ${name}`, { skip, timeout: 90_000 }, async () => {
      const page = await browser.newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      try {
        await page.goto(server.address);
        await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
        await page.evaluate(() => counters.reset()); // what the driver of the browser put there
        await body({ page, ...mode });
        assert.deepEqual(problems, []);
      } finally {
        await page.close();
      }
    });
  }
}

firefoxTest("books, ticker, trades, loops and pictures of the exchange in the page", async ({ page, worker }) => {
  checkShown(await page.evaluate((options) => show(options), { worker }), { worker });
});

firefoxTest("the same of hadal sim over loopback, under the page's Content-Security-Policy", async ({ page, worker }) => {
  checkShown(await page.evaluate((options) => show(options), { worker, url: exchange.url }), { worker });
});

firefoxTest("what is recorded gives the same log natively, and in the page", async ({ page, worker }) => {
  checkRecord(await page.evaluate((options) => record(options), { worker }));
});

firefoxTest("close() leaves nothing behind, whenever it comes (Q-27)", async ({ page, worker }) => {
  checkEndings(await page.evaluate((worker) => endings({ worker, connect, simulate }), worker));
});
