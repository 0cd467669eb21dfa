// npm start: builds native, WebAssembly and TypeScript, then serves the demo page on localhost.
import "./node-version.mjs";
import { join } from "node:path";
import { build, buildDemo } from "./build.mjs";
import { main, root } from "./run.mjs";
import { setup } from "./setup.mjs";

await main(async () => {
  setup("build", "unit");
  build();
  buildDemo();
  const { preview } = await import("vite");
  const server = await preview({ configFile: join(root, "demo/vite.config.ts"), logLevel: "warn", preview: { port: Number(process.env.PORT ?? 5173) } });
  const { port } = server.httpServer.address();
  console.log(`\nThe demo page is at http://localhost:${port}/   (Ctrl-C ends)`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.close().finally(() => process.exit(0)));
});
