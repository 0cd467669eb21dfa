import { byId } from "./dom.js";

export type SourceName = "recording" | "simulation";

const inAddress = (): SourceName =>
  new URLSearchParams(location.hash.slice(1)).get("source") === "simulation" ? "simulation" : "recording";

/** Recording or live simulation. The choice stands in the address, so that it can be linked. */
export class SourceSwitch {
  #selected: SourceName | undefined;
  #inputs = [...byId("sources").querySelectorAll("input")];
  #onChange: (selected: SourceName) => void;

  constructor(onChange: (selected: SourceName) => void) {
    this.#onChange = onChange;
    for (const input of this.#inputs) input.addEventListener("change", () => this.choose(input.value as SourceName));
    addEventListener("hashchange", () => this.choose(inAddress()));
  }

  /** What the address says. */
  begin(): void {
    this.choose(inAddress());
  }

  choose(name: SourceName): void {
    for (const input of this.#inputs) input.checked = input.value === name;
    if (name === this.#selected) return;
    this.#selected = name;
    document.documentElement.dataset["source"] = name;
    if (name !== inAddress()) {
      history.replaceState(null, "", name === "simulation" ? "#source=simulation" : location.pathname + location.search);
    }
    this.#onChange(name);
  }
}
