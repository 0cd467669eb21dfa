// A folder of tests/browser as a page: built by Vite with the package as any page would have it, and served under a strict Content-Security-Policy.
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { root } from "../js/support.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".png": "image/png" };
/** O-9: nothing inline, no blob, no eval. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ws://127.0.0.1:*; img-src data:";
const entries = { hadal: "index", "hadal/worker": "worker", "hadal/sim": "sim", "hadal/chart": "chart/index", "hadal/element": "element/index", "hadal/react": "react/index" };
const plain = /^\/(counters|idle)\.js$/; // no modules: scripts of page/, as they are

/**
 * @param folder in tests/browser. `headers` come with every answer, `define` as Vite has it.
 * @returns {Promise<{ address: string, close(): void }>}
 */
export async function servePage(folder, { headers = {}, define = {} } = {}) {
  const out = mkdtempSync(join(tmpdir(), "hadal-test-page-"));
  await build({
    configFile: false,
    root: fileURLToPath(new URL(folder, import.meta.url)),
    base: "./",
    publicDir: false,
    logLevel: "error",
    define,
    worker: { format: "es" }, // load-worker.js waits at its top
    resolve: {
      alias: [
        ...Object.entries(entries).map(([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: join(root, "dist", `${file}.js`) })),
        { find: /^(react|react-dom)(?=$|\/)/, replacement: join(root, "node_modules", "$1") },
      ],
    },
    build: { outDir: out, emptyOutDir: true, target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, minify: false, chunkSizeWarningLimit: 5000 },
  });
  const server = createServer(({ url }, response) => {
    const path = normalize(new URL(url, "http://page").pathname);
    const file = plain.test(path) ? fileURLToPath(new URL(`page${path}`, import.meta.url)) : join(out, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void response.writeHead(404, { "content-type": "text/plain" }).end("not there");
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": policy, ...headers });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(out, { recursive: true, force: true });
    },
  };
}
