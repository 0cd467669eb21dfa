import type { WatchFrame } from "hadal";
import { fixed } from "hadal/chart";
import { Address, depths, scenarios, sources, type View } from "./address.js";
import { fillSelect, Segments } from "./choices.js";
import { Desk } from "./desk.js";
import { byId, errorText, setText } from "./dom.js";
import { FaultPanel } from "./faults.js";
import { FrameList } from "./frames.js";
import { Meter } from "./meter.js";
import type { News, NewsKind } from "./narrator.js";
import { Alerts, OrderPanel } from "./order.js";
import { ProvePanel, wholeEngine } from "./prove.js";
import { loadDefault, listenForFiles, readFile, type Recording } from "./recording.js";
import { RecordButton } from "./recorder.js";
import { Scrubber } from "./scrubber.js";
import { Session } from "./session.js";
import { Story } from "./story.js";
import { Strips } from "./strips.js";
import { TimeMachine } from "./time-machine.js";

declare global {
  /** For tests: what runs in the page. */
  var hadalDemo: { session(): Session | undefined; firstPictureMs(): number | undefined; machine(): TimeMachine | undefined } | undefined;
}

const sourceNames: Record<View["source"], string> = { simulated: "Simulated, in this page", live: "Kraken, live", serve: "A server of yours", recording: "Recording" };
const scenarioNames: Record<View["scenario"], string> = { busy: "Busy", calm: "Calm", storm: "Storm", thin: "Thin", quiet: "Quiet", sweep: "Sweep" };
const livePairs = ["BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "BTC/EUR", "ETH/EUR"];

function say(sentence: string): void {
  const message = byId("message");
  message.hidden = sentence === "";
  setText(message, sentence);
}

/** The page: one source at a time, and everything that shows it. */
class Page {
  readonly #address = new Address();
  readonly #desk = new Desk();
  readonly #story = new Story();
  readonly #meter = new Meter();
  readonly #strips = new Strips();
  readonly #frames = new FrameList();
  readonly #recorder = new RecordButton();
  readonly #alerts = new Alerts((text) => this.#tell("fault", text));
  readonly #order = new OrderPanel((order) => this.#desk.order(order));
  readonly #faults = new FaultPanel(() => this.#address.view.symbol, (kind, text) => this.#tell(kind, text));
  #recording: Recording | undefined;
  /** Of the recording. */
  #symbols: readonly string[] = [];
  #seed = 0;
  #begun: AbortController | undefined;
  #session: Session | undefined;
  #machine: TimeMachine | undefined;
  #scrubber: Scrubber | undefined;
  #shown: Pick<WatchFrame, "symbol" | "state" | "matched"> | undefined;
  #groups = "";
  #firstPictureMs: number | undefined;

  constructor() {
    new ProvePanel(loadDefault);
    this.#controls();
    this.#desk.onFrame = (frame) => {
      this.#shown = { symbol: frame.symbol, state: frame.state, matched: frame.matched };
      if (frame.verified) this.#firstPictureMs ??= performance.now();
      const { exchangeTimeMs } = frame;
      const travels = this.#machine?.live !== undefined && this.#machine.player !== undefined;
      this.#desk.past(travels && exchangeTimeMs !== null ? `as of ${new Date(exchangeTimeMs).toTimeString().slice(0, 8)}` : undefined);
      this.#showGroups(frame);
      this.#order.show(frame);
      if (!this.#machine?.player) this.#strips.add(frame, performance.now());
      this.#alerts.look(frame);
    };
    this.#desk.badge.onEvent = (type, detail) => {
      if (type === "state") document.documentElement.dataset["state"] = (detail as { state: string }).state;
    };
    this.#desk.chart.onEvent = (type) => type === "zoom" && this.#show();
    this.#address.onChange((view, changed) => {
      const anew = (["source", "depth", "scenario", "worker"] as const).some((name) => changed.has(name)) || (changed.has("url") && view.source === "serve");
      if (anew) void this.#begin();
      else if (changed.has("symbol")) this.#attach();
      this.#show();
    });
    listenForFiles(byId<HTMLInputElement>("file"), byId("drop"), (file) => void this.#open(file));
    setInterval(() => this.#second(), 1000);
    globalThis.hadalDemo = { session: () => this.#session, firstPictureMs: () => this.#firstPictureMs, machine: () => this.#machine };
    this.#show();
    void this.#begin();
  }

  // --- the source ---

  async #begin(): Promise<void> {
    this.#end();
    const { view } = this.#address;
    const begun = (this.#begun = new AbortController());
    const late = (): boolean => begun.signal.aborted;
    say("");
    try {
      if (view.source === "recording") {
        const recording = this.#recording ?? (await loadDefault());
        if (late()) return;
        await this.#play(recording);
      } else {
        const session = await Session.begin(view, ++this.#seed, begun.signal);
        if (late()) return session.close();
        this.#session = session;
        this.#machine = new TimeMachine(session.client, session.client.simulated);
        this.#scrubber = new Scrubber(this.#machine, undefined, say);
        setText(byId("version"), session.client.version);
        setText(byId("mode"), session.client.mode === "worker" ? "Socket and engine are in a worker" : "Socket and engine are in the page");
      }
    } catch (error) {
      if (!late()) this.#refused(view, errorText(error));
      return;
    }
    this.#faults.attach(this.#session);
    this.#frames.attach(this.#session?.client);
    this.#recorder.attach(this.#session?.client);
    this.#attach();
  }

  async #play(recording: Recording): Promise<void> {
    const machine = new TimeMachine(undefined, recording.simulated);
    const scrubber = new Scrubber(machine, recording, say);
    this.#machine = machine;
    this.#scrubber = scrubber;
    const symbols = await scrubber.open(recording);
    this.#symbols = symbols;
    setText(byId("mode"), recording.name);
    if (symbols.length > 0 && !symbols.includes(this.#address.view.symbol)) this.#address.set({ symbol: symbols[0] ?? "" });
  }

  #refused(view: View, why: string): void {
    if (view.source === "simulated") return say(`There is no exchange in this page: ${why}`);
    say(`${why} ${view.source === "recording" ? "" : "Here is the simulated exchange instead."}`);
    this.#recording = undefined;
    const message = byId("message").textContent ?? "";
    this.#address.set({ source: "simulated" });
    queueMicrotask(() => say(message));
  }

  #end(): void {
    this.#begun?.abort();
    this.#desk.detach();
    this.#faults.attach(undefined);
    this.#frames.attach(undefined);
    this.#recorder.attach(undefined);
    this.#scrubber?.end();
    this.#machine?.close();
    this.#session?.close();
    this.#session = this.#machine = this.#scrubber = this.#shown = undefined;
    this.#story.clear();
    this.#alerts.forget();
    this.#meter.forget();
    this.#strips.add(undefined, 0);
  }

  #attach(): void {
    const { view } = this.#address;
    this.#alerts.forget();
    this.#strips.add(undefined, 0);
    this.#desk.attach(this.#machine?.market, view, (error) => say(errorText(error)));
    this.#desk.chart.resetView();
    this.#show();
  }

  async #open(file: File): Promise<void> {
    try {
      const recording = await readFile(file);
      (await wholeEngine()).player(recording.text).close(); // throws, and what is shown stays
      this.#recording = recording;
      if (this.#address.view.source === "recording") await this.#begin();
      else this.#address.set({ source: "recording" });
    } catch (error) {
      say(`${file.name} cannot be played: ${errorText(error)}`);
    }
  }

  // --- what is shown ---

  #tell(kind: NewsKind, text: string): void {
    this.#news([{ at: performance.now(), kind, text }]);
  }

  #news(news: readonly News[]): void {
    this.#story.add(news);
    this.#story.render(performance.now());
  }

  #second(): void {
    const now = performance.now();
    const session = this.#session;
    this.#scrubber?.tick();
    this.#showSymbols();
    if (!session) return this.#meter.show(undefined, now);
    session.client.stats().then(
      (stats) => session === this.#session && this.#meter.show(stats, now),
      () => undefined, // closed meanwhile
    );
    this.#news(session.takeNews());
    this.#faults.follow(session.narrator.noticed, this.#shown, now);
    session.narrator.noticed.clear();
  }

  #show(): void {
    const { view } = this.#address;
    const root = document.documentElement;
    root.dataset["theme"] = view.theme;
    root.dataset["palette"] = view.palette;
    root.dataset["source"] = view.source;
    fillSelect(byId("source"), sources.map((name) => [name, sourceNames[name]]), view.source);
    fillSelect(byId("depth"), depths.map((depth) => [String(depth), String(depth)]), String(view.depth));
    fillSelect(byId("scenario"), scenarios.map((name) => [name, scenarioNames[name]]), view.scenario);
    byId("scenario-pick").hidden = view.source !== "simulated";
    byId("url-pick").hidden = view.source !== "serve";
    byId<HTMLInputElement>("url").value = view.url;
    byId<HTMLSelectElement>("depth").disabled = view.source === "recording";
    byId<HTMLInputElement>("calm").checked = view.calm === "yes";
    byId<HTMLInputElement>("worker").checked = view.worker === "yes";
    if (this.#machine) this.#machine.calm = view.calm === "yes";
    const theme = byId("theme");
    const word = { auto: "as the system", light: "light", dark: "dark" }[view.theme];
    theme.setAttribute("aria-label", `Colours: ${word}`);
    theme.title = `Colours: ${word}`;
    setText(theme, { auto: "\u25d0", light: "\u2600", dark: "\u263e" }[view.theme]);
    this.#scale.show(view.scale);
    this.#unit.show(view.unit);
    this.#showSymbols();
    this.#desk.style(view);
    this.#strips.recolour();
  }

  #showSymbols(): void {
    const { symbol } = this.#address.view;
    const known = this.#session?.exchange?.symbols ?? (this.#machine?.live ? livePairs : this.#symbols);
    const symbols = known.includes(symbol) ? known : [symbol, ...known];
    fillSelect(byId("symbol"), symbols.map((name) => [name, name]), symbol);
  }

  /** The core's choices (formula F-47), as far as they make sense for what is on screen. */
  #showGroups({ ladder, priceScale, viewHalfWidth }: WatchFrame): void {
    if (!ladder || viewHalfWidth === null) return;
    const groups = [...ladder.groups].filter((group) => group > 1 && group <= viewHalfWidth).map((group) => fixed(group, priceScale).replace(/\.?0+$/, ""));
    const wanted = groups.join() + this.#address.view.group;
    if (wanted === this.#groups) return;
    this.#groups = wanted;
    const { group } = this.#address.view;
    const all = group === "" || groups.includes(group) ? groups : [group, ...groups];
    fillSelect(byId("group"), [["", "None"], ...all.map((text) => [text, text] as const)], group);
  }

  // --- what the visitor does ---

  #scale!: Segments<View["scale"]>;
  #unit!: Segments<View["unit"]>;

  #controls(): void {
    const address = this.#address;
    const pick = (id: keyof View): void => byId<HTMLSelectElement>(id).addEventListener("change", (event) => {
      const { value } = event.target as HTMLSelectElement;
      address.set({ [id]: id === "depth" ? Number(value) : value } as Partial<View>);
    });
    for (const id of ["source", "symbol", "depth", "scenario", "group"] as const) pick(id);
    byId<HTMLInputElement>("url").addEventListener("change", (event) => {
      const { value } = event.target as HTMLInputElement;
      if (/^wss?:\/\/[^\s]+$/.test(value)) address.set({ url: value });
      else say(`An address of a server begins with ws:// or wss://, for example ws://127.0.0.1:8080/v2, not ${value || "nothing"}`);
    });
    for (const id of ["calm", "worker"] as const) {
      byId<HTMLInputElement>(id).addEventListener("change", (event) => address.set({ [id]: (event.target as HTMLInputElement).checked ? "yes" : "no" }));
    }
    this.#scale = new Segments("scale", [["linear", "Linear"], ["log", "Log"]], (scale) => address.set({ scale }));
    this.#unit = new Segments("unit", [["base", "Base"], ["quote", "Quote"]], (unit) => address.set({ unit }));
    byId("theme").addEventListener("click", () => {
      const themes: readonly View["theme"][] = ["auto", "light", "dark"];
      address.set({ theme: themes[(themes.indexOf(address.view.theme) + 1) % themes.length] ?? "auto" });
    });
    byId("zoom-in").addEventListener("click", () => this.#desk.chart.zoom(1.5));
    byId("zoom-out").addEventListener("click", () => this.#desk.chart.zoom(1 / 1.5));
    byId("zoom-fit").addEventListener("click", () => this.#desk.chart.zoom(1));
    byId("reconnect").addEventListener("click", () => void this.#begin());
  }
}

try {
  new Page();
} catch (error) {
  say(`The page could not be started: ${errorText(error)}`);
}
