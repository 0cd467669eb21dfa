// The test page, built by Vite with the package as any page would have it, and served under a strict Content-Security-Policy.
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { root } from "../../js/support.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
/** O-9: nothing inline, no blob, no eval. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws://127.0.0.1:*; img-src data:";

/** @returns {Promise<{ address: string, close(): void }>} */
export async function serveTestPage() {
  const folder = mkdtempSync(join(tmpdir(), "hadal-test-page-"));
  const dist = (name) => join(root, "dist", name);
  await build({
    configFile: false,
    root: fileURLToPath(new URL(".", import.meta.url)),
    base: "./",
    publicDir: false,
    logLevel: "error",
    worker: { format: "es" }, // load-worker.js waits at its top
    resolve: {
      alias: [
        { find: /^hadal\/worker$/, replacement: dist("worker.js") },
        { find: /^hadal\/sim$/, replacement: dist("sim.js") },
        { find: /^hadal$/, replacement: dist("index.js") },
      ],
    },
    build: { outDir: folder, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, minify: false },
  });
  const server = createServer(({ url }, response) => {
    const path = normalize(new URL(url, "http://page").pathname);
    const asItIs = /^\/(counters|idle)\.js$/.test(path); // no modules
    const file = asItIs ? fileURLToPath(new URL(`.${path}`, import.meta.url)) : join(folder, path === "/" ? "index.html" : path);
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
