// The page of elements and React components: a page of its own for each test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { servePage } from "../serve.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Gives `partTest(name, body, allowed)`: a test with a page of its own. An error, or one on the console, fails it, unless `allowed` fits it. */
export function partTests() {
  let server;
  let browser;
  before(async () => {
    server = await servePage("parts", { define: { "process.env.NODE_ENV": JSON.stringify("development") } }); // Strict Mode does nothing otherwise
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  return (name, body, allowed = /^$/) =>
    test(name, { timeout: 60_000 }, async (t) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const problems = [];
      const warnings = [];
      const problem = (words) => allowed.test(words) || problems.push(words);
      page.on("pageerror", (error) => problem(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") problem(message.text());
        if (message.type() === "warning") warnings.push(message.text());
      });
      try {
        await page.goto(server.address);
        await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
        await page.evaluate(() => counters.reset()); // what the driver of the browser put there
        await body({ t, page, warnings });
        assert.deepEqual(problems, []);
      } finally {
        await context.close();
      }
    });
}
