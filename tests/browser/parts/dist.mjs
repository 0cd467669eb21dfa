// Where the built package is: HADAL_DIST, or the project's own dist.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../js/support.mjs";

const folder = process.env.HADAL_DIST ?? join(root, "dist");
export const dist = (name) => join(folder, name);
export const distUrl = (name) => pathToFileURL(dist(name)).href;
