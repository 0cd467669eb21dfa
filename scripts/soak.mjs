// npm run soak -- [--minutes N] [--seed N]: a client for a long simulated time, its memory printed. Build first (npm run build).
import "./node-version.mjs";
import { main, run } from "./run.mjs";

await main(() => run(process.execPath, ["--expose-gc", "tests/soak/soak.mjs", ...process.argv.slice(2)]));
