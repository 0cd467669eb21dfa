// The page of elements and React components, built by Vite with the package as any page would have it, under a policy that allows nothing inline: no style-src.
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { root } from "../../js/support.mjs";
import { dist } from "./dist.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const counters = fileURLToPath(new URL("../page/counters.js", import.meta.url)); // no module

async function serve() {
  const folder = mkdtempSync(join(tmpdir(), "hadal-parts-"));
  const own = (name) => [new RegExp(`^hadal${name === "index" ? "" : `/${name.replace("/index", "")}`}$`), dist(`${name}.js`)];
  await build({
    configFile: false,
    root: fileURLToPath(new URL(".", import.meta.url)),
    base: "./",
    publicDir: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": JSON.stringify("development") }, // Strict Mode does nothing otherwise
    resolve: {
      alias: [
        ...["element/index", "react/index", "sim", "index"].map(own).map(([find, replacement]) => ({ find, replacement })),
        { find: /^(react|react-dom)(?=$|\/)/, replacement: join(root, "node_modules", "$1") },
      ],
    },
    build: { outDir: folder, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, minify: false, chunkSizeWarningLimit: 5000 },
  });
  const server = createServer(({ url }, response) => {
    const path = normalize(new URL(url, "http://page").pathname);
    const file = path === "/counters.js" ? counters : join(folder, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void response.writeHead(404, { "content-type": "text/plain" }).end("not there");
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": policy });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gives `partTest(name, body, allowed)`: a test with a page of its own. An error, or one on the console, fails it, unless `allowed` fits it. */
export function partTests() {
  let server;
  let browser;
  before(async () => {
    server = await serve();
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
