// npm run simulate -- [--seeds N] [--first-seed S]: sessions against simulated exchanges with faults, in virtual time.
import "./node-version.mjs";
import { join } from "node:path";
import { cmake } from "./build.mjs";
import { main, root, run } from "./run.mjs";
import { setup } from "./setup.mjs";

await main(() => {
  setup("build", "unit");
  cmake("native", "simulation_tests");
  run(join(root, "build/native/tests/simulation_tests"), process.argv.slice(2));
});
