/**
 * Custom elements: `<hadal-depth>`, `<hadal-ladder>`, `<hadal-tape>`, `<hadal-heatmap>`, `<hadal-status>`. Importing this module defines them where there are
 * elements, and touches no browser global elsewhere.
 *
 * @packageDocumentation
 */
import { kinds } from "./kinds.js";
import { makeElement } from "./make.js";

export { setSharedClient, sharedClient, type MarketSource } from "./shared.js";
export type * from "./types.js";

/** Defines the elements whose names are not taken yet. Calling it twice is fine. */
export function defineElements(): void {
  if (typeof customElements === "undefined") return;
  for (const kind of kinds) if (!customElements.get(kind.tag)) customElements.define(kind.tag, makeElement(kind));
}

defineElements();
