import type { WatchFrame } from "hadal";
import { fixed, type DepthChart } from "hadal/chart";
import { depths, isServerUrl, scenarios, sources, type Address, type View } from "./address.js";
import { fillSelect, Segments } from "./choices.js";
import { byId, setText } from "./dom.js";

const sourceNames: Record<View["source"], string> = { simulated: "Simulated, in this page", live: "Kraken, live", serve: "A server of yours", recording: "Recording" };
const scenarioNames: Record<View["scenario"], string> = { busy: "Busy", calm: "Calm", storm: "Storm", thin: "Thin", quiet: "Quiet", sweep: "Sweep" };
const themes: readonly View["theme"][] = ["auto", "light", "dark"];
const themeWords: Record<View["theme"], string> = { auto: "as the system", light: "light", dark: "dark" };
const themeSigns: Record<View["theme"], string> = { auto: "\u25d0", light: "\u2600", dark: "\u263e" };

/** "1000", not "1000.0" and not "1". */
const priceText = (ticks: number, scale: number): string => fixed(ticks, scale).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** What the visitor chooses: it goes into the address, and what is in the address is shown. */
export class Toolbar {
  readonly #address: Address;
  readonly #say: (sentence: string) => void;
  readonly #scale: Segments<View["scale"]>;
  readonly #unit: Segments<View["unit"]>;
  #groups = "";

  /** @param reconnect the source is wanted anew */
  constructor(address: Address, chart: DepthChart, say: (sentence: string) => void, reconnect: () => void) {
    this.#address = address;
    this.#say = say;
    for (const id of ["source", "symbol", "depth", "scenario", "group"] as const) {
      byId<HTMLSelectElement>(id).addEventListener("change", (event) => {
        const { value } = event.target as HTMLSelectElement;
        address.set({ [id]: id === "depth" ? Number(value) : value } as Partial<View>);
      });
    }
    byId<HTMLInputElement>("url").addEventListener("change", (event) => {
      const { value } = event.target as HTMLInputElement;
      if (isServerUrl(value)) address.set({ url: value });
      else say(`An address of a server begins with ws:// or wss://, for example ws://127.0.0.1:8080/v2, not ${value || "nothing"}`);
    });
    for (const id of ["calm", "worker"] as const) {
      byId<HTMLInputElement>(id).addEventListener("change", (event) => address.set({ [id]: (event.target as HTMLInputElement).checked ? "yes" : "no" }));
    }
    this.#scale = new Segments("scale", [["linear", "Linear"], ["log", "Log"]], (scale) => address.set({ scale }));
    this.#unit = new Segments("unit", [["base", "Base"], ["quote", "Quote"]], (unit) => address.set({ unit }));
    const press = (id: string, act: () => void): void => byId(id).addEventListener("click", act);
    press("theme", () => address.set({ theme: themes[(themes.indexOf(address.view.theme) + 1) % themes.length] ?? "auto" }));
    press("zoom-in", () => chart.zoom(1.5));
    press("zoom-out", () => chart.zoom(1 / 1.5));
    press("zoom-fit", () => chart.resetZoom());
    press("keys", () => chart.showKeys());
    press("reconnect", reconnect);
  }

  show(view: View): void {
    fillSelect(byId("source"), sources.map((name) => [name, sourceNames[name]]), view.source);
    const isRecorded = view.source === "recording";
    if (isRecorded) fillSelect(byId("depth"), [["", "as recorded"]], "");
    else fillSelect(byId("depth"), depths.map((depth) => [String(depth), String(depth)]), String(view.depth));
    fillSelect(byId("scenario"), scenarios.map((name) => [name, scenarioNames[name]]), view.scenario);
    byId("scenario-pick").hidden = view.source !== "simulated";
    byId("url-pick").hidden = view.source !== "serve";
    byId<HTMLInputElement>("url").value = view.url;
    for (const id of ["depth", "worker", "reconnect"]) byId<HTMLSelectElement | HTMLInputElement | HTMLButtonElement>(id).disabled = isRecorded;
    byId<HTMLInputElement>("calm").checked = view.calm === "yes";
    byId<HTMLInputElement>("worker").checked = view.worker === "yes";
    const theme = byId("theme");
    theme.title = `Colours: ${themeWords[view.theme]}`;
    theme.setAttribute("aria-label", theme.title);
    setText(theme, themeSigns[view.theme]);
    this.#scale.show(view.scale);
    this.#unit.show(view.unit);
  }

  /** The one that is looked at is among them, also if nobody has heard of it. */
  showSymbols(known: readonly string[]): void {
    const { symbol } = this.#address.view;
    const symbols = known.includes(symbol) ? known : [symbol, ...known];
    fillSelect(byId("symbol"), symbols.map((name) => [name, name]), symbol);
  }

  /** The core's choices (formula F-47), as far as they make sense for what is on screen. */
  showGroups({ ladder, priceScale, viewHalfWidth }: WatchFrame): void {
    if (!ladder || viewHalfWidth === null) return;
    const offered = [...ladder.groups].map((group) => priceText(group, priceScale));
    const groups = offered.filter((_, i) => (ladder.groups[i] ?? 0) > 1 && (ladder.groups[i] ?? 0) <= viewHalfWidth);
    const { group, symbol } = this.#address.view;
    const wanted = groups.join() + group;
    if (wanted === this.#groups) return;
    this.#groups = wanted;
    if (group !== "" && !offered.includes(group)) {
      this.#say(`${symbol} has no groups of ${group}: every level is shown.`);
      return this.#address.set({ group: "" });
    }
    this.#fillGroups(group === "" || groups.includes(group) ? groups : [group, ...groups]);
  }

  /** Another market is to come. */
  forgetGroups(): void {
    this.#groups = "";
    const { group } = this.#address.view;
    this.#fillGroups(group === "" ? [] : [group]);
  }

  #fillGroups(groups: readonly string[]): void {
    fillSelect(byId("group"), [["", "None"], ...groups.map((text) => [text, text] as const)], this.#address.view.group);
  }
}
