import { HadalError, type WatchFrame } from "hadal";
import { Address, type View } from "./address.js";
import { Alerts } from "./alerts.js";
import { ChecksLine } from "./checks-line.js";
import { Desk } from "./desk.js";
import { byId, errorText, setText, timeOfDay } from "./dom.js";
import { FaultPanel } from "./faults.js";
import { FrameList } from "./frames.js";
import { Message } from "./message.js";
import { Meter } from "./meter.js";
import type { News, NewsKind } from "./narrator.js";
import { OrderPanel } from "./order.js";
import { ProvePanel } from "./prove.js";
import { loadDefault, listenForFiles, openRecording, readFile, type Opened } from "./recording.js";
import { RecordButton } from "./recorder.js";
import { Scrubber, type Timeline } from "./scrubber.js";
import { distanceMs, placeOf, Session } from "./session.js";
import { Story } from "./story.js";
import { Strips } from "./strips.js";
import { TimeMachine } from "./time-machine.js";
import { Toolbar } from "./toolbar.js";

declare global {
  /** For tests: what runs in the page. */
  var hadalDemo: { session(): Session | undefined; firstPictureMs(): number | undefined; machine(): TimeMachine | undefined } | undefined;
}

const livePairs = ["BTC/USD", "ETH/USD", "SOL/USD", "XRP/USD", "ADA/USD", "DOGE/USD", "BTC/EUR", "ETH/EUR"];

const message = new Message();
const say = (sentence: string): void => message.say(sentence);

/** The page: one source at a time, and everything that shows it. */
class Page {
  readonly #address = new Address();
  readonly #desk = new Desk();
  readonly #toolbar = new Toolbar(this.#address, this.#desk.chart, say, () => void this.#begin());
  readonly #story = new Story((symbol) => this.#askAgain(symbol));
  readonly #meter = new Meter();
  readonly #strips = new Strips();
  readonly #checks = new ChecksLine();
  readonly #frames = new FrameList();
  readonly #recorder = new RecordButton();
  readonly #alerts = new Alerts((text) => this.#tell("fault", text));
  readonly #order = new OrderPanel((order) => this.#desk.order(order));
  readonly #faults = new FaultPanel(() => this.#address.view.symbol, (kind, text) => this.#tell(kind, text), () => this.#toPresent());
  /** The last recording that was shown or is to be, and its player if that has not begun. */
  #opened: Omit<Opened, "player"> & { player: Opened["player"] | undefined } | undefined;
  #wish = 0;
  #seed = 0;
  #begun: AbortController | undefined;
  #session: Session | undefined;
  #machine: TimeMachine | undefined;
  #scrubber: Scrubber | undefined;
  #shown: Pick<WatchFrame, "symbol" | "state" | "matched"> | undefined;
  /** Exchange time of what is shown, ms since 1970. */
  #exchangeMs: number | null = null;
  #firstPictureMs: number | undefined;

  constructor() {
    new ProvePanel(loadDefault);
    this.#desk.onFrame = (frame) => {
      this.#shown = { symbol: frame.symbol, state: frame.state, matched: frame.matched };
      if (frame.verified) {
        this.#firstPictureMs ??= performance.now();
        this.#session?.moveAway();
      }
      this.#exchangeMs = frame.exchangeTimeMs;
      this.#showTime();
      this.#toolbar.showGroups(frame);
      this.#order.show(frame);
      if (!this.#machine?.live && frame.exchangeTimeMs !== null) this.#strips.add(frame, frame.exchangeTimeMs, true);
      else if (!this.#machine?.player) this.#strips.add(frame, Date.now(), false);
      this.#alerts.look(frame);
    };
    this.#desk.badge.onEvent = (type, detail) => {
      if (type === "state") document.documentElement.dataset["state"] = (detail as { state: string }).state;
    };
    this.#address.onChange((view, changed) => {
      const anew = (["source", "depth", "scenario", "worker"] as const).some((name) => changed.has(name)) || (changed.has("url") && view.source === "serve");
      if (anew) void this.#begin();
      else if (changed.has("symbol")) {
        say("");
        this.#attach();
      }
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
    this.#wish++;
    const { view } = this.#address;
    const begun = (this.#begun = new AbortController());
    const late = (): boolean => begun.signal.aborted;
    say(this.#address.takeProblem());
    setText(byId("mode"), "");
    try {
      if (view.source === "recording") {
        const opened = await this.#takeOpened();
        if (late()) return opened.player.close();
        this.#play(opened);
      } else {
        if (view.source !== "simulated") this.#connecting(placeOf(view.source, view.url));
        const session = await Session.begin(view, ++this.#seed, begun.signal);
        if (late()) return session.close();
        if (view.source !== "simulated") say("");
        this.#desk.say("Waiting for a snapshot");
        this.#runs(session);
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

  #connecting(place: string): void {
    say(`Connecting to ${place}`);
    this.#desk.say(`Connecting to ${place}`);
  }

  #runs(session: Session): void {
    const { client } = session;
    this.#session = session;
    session.onNews = () => this.#hear();
    const { troubles, begunAt } = session;
    this.#takeMachine(new TimeMachine(client, client.simulated), { troubles, begunAt, recording: undefined });
    setText(byId("version"), client.version);
    setText(byId("mode"), client.mode === "worker" ? "Socket and engine are in a worker" : "Socket and engine are in the page");
  }

  /** The recording to be shown, at its beginning. */
  async #takeOpened(): Promise<Opened> {
    const ready = this.#opened;
    if (!ready?.player) return openRecording(ready?.recording ?? (await loadDefault()));
    const { player } = ready;
    ready.player = undefined;
    return { ...ready, player };
  }

  #play(opened: Opened): void {
    const { recording, symbols } = opened;
    this.#opened = { ...opened, player: undefined };
    const scrubber = this.#takeMachine(new TimeMachine(undefined, recording.simulated), { ...opened, begunAt: 0 });
    setText(byId("mode"), recording.name);
    if (!symbols.includes(this.#address.view.symbol)) this.#address.set({ symbol: symbols[0] ?? "" });
    scrubber.open(opened);
  }

  #takeMachine(machine: TimeMachine, timeline: Timeline): Scrubber {
    const scrubber = new Scrubber(machine, timeline, say);
    this.#machine = machine;
    this.#scrubber = scrubber;
    machine.onJump = () => this.#strips.gap();
    machine.onNothing = () => this.#nothing();
    scrubber.onShow = () => this.#showTime();
    this.#showTime();
    return scrubber;
  }

  #refused(view: View, why: string): void {
    if (view.source === "simulated") return say(`There is no exchange in this page: ${why}`);
    this.#opened = undefined;
    this.#address.set({ source: "simulated" });
    const again = { label: "Try again", act: () => this.#address.set({ source: view.source, url: view.url }) };
    message.say(`${why} Here is the simulated exchange instead.`, view.source === "recording" ? undefined : again);
  }

  #end(): void {
    this.#begun?.abort();
    this.#desk.detach();
    this.#faults.attach(undefined);
    this.#frames.attach(undefined);
    this.#recorder.attach(undefined);
    this.#checks.attach(undefined, "");
    this.#scrubber?.end();
    this.#machine?.close();
    this.#session?.close();
    this.#session = this.#machine = this.#scrubber = this.#shown = undefined;
    this.#story.clear();
    this.#meter.forget();
    this.#forget();
    this.#showTime();
  }

  #attach(): void {
    const { view } = this.#address;
    this.#forget();
    this.#frames.symbol = view.symbol;
    if (this.#scrubber) this.#scrubber.symbol = view.symbol;
    this.#checks.attach(this.#session?.client, view.symbol);
    this.#faults.refused = undefined;
    this.#desk.attach(this.#machine?.market, view, (error) => this.#failed(view.symbol, error));
    this.#desk.chart.resetView();
    this.#show();
  }

  /** What was known of a market. */
  #forget(): void {
    this.#alerts.forget();
    this.#strips.clear();
    this.#order.show(undefined);
    this.#exchangeMs = null;
    this.#toolbar.forgetGroups();
  }

  /** What cannot be watched. */
  #failed(symbol: string, error: unknown): void {
    const refused = error instanceof HadalError && error.code === "subscribe_rejected";
    if (!refused) return say(errorText(error));
    const other = this.#session?.exchange?.symbols[0] ?? "BTC/USD";
    message.say(`The exchange refuses ${symbol}: ${error.message}`, { label: `Show ${other}`, act: () => this.#address.set({ symbol: other }) });
    this.#faults.refused = `There is no book of ${symbol} that could be broken.`;
  }

  async #open(file: File): Promise<void> {
    const wish = ++this.#wish;
    try {
      const opened = await openRecording(await readFile(file)); // throws, and what is shown stays
      if (wish !== this.#wish) return opened.player.close();
      this.#opened?.player?.close();
      this.#opened = opened;
      if (this.#address.view.source === "recording") await this.#begin();
      else this.#address.set({ source: "recording" });
    } catch (error) {
      if (wish === this.#wish) say(errorText(error));
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

  /** What happened since the last time. */
  #hear(): void {
    const session = this.#session;
    if (!session) return;
    this.#news(session.takeNews());
    this.#faults.follow(session.narrator.noticed, this.#shown, performance.now());
    session.narrator.noticed.clear();
  }

  #second(): void {
    const now = performance.now();
    const session = this.#session;
    this.#scrubber?.tick();
    this.#showSymbols();
    if (!session) return this.#meter.show(undefined, now);
    session.client.stats().then(
      (stats) => session === this.#session && this.#meter.show(stats, now, session.exchange ? distanceMs : 0),
      () => undefined, // closed meanwhile
    );
    this.#hear();
  }

  /** No book at the time that is looked at. */
  #nothing(): void {
    this.#shown = undefined;
    this.#exchangeMs = null;
    this.#desk.empty();
    this.#order.show(undefined);
    this.#showTime();
  }

  /** Whatever is not the present says so: known from where the pictures come from, for a picture does not know. */
  #showTime(): void {
    const machine = this.#machine;
    const travels = machine?.player !== undefined;
    const at = this.#scrubber?.momentMs;
    const past = machine && !machine.live ? recordingTime(this.#exchangeMs) : travels ? `as of ${at === undefined ? "before" : timeOfDay(at)}` : undefined;
    this.#desk.past(past);
    this.#strips.playhead(at);
    this.#checks.hidden = travels;
  }

  /** Out of the past, if that is what is looked at. */
  #toPresent(): void {
    if (!this.#scrubber?.away || !this.#machine?.live) return;
    this.#scrubber.live();
    this.#tell("action", "You are back in the present: what you break happens now");
  }

  #askAgain(symbol: string): void {
    const { client } = this.#session ?? {};
    this.#tell("action", `${symbol}: you ask for a new snapshot`);
    client?.resync(symbol).catch((error: unknown) => say(errorText(error)));
  }

  #show(): void {
    const { view } = this.#address;
    const root = document.documentElement;
    root.dataset["theme"] = view.theme;
    root.dataset["palette"] = view.palette;
    root.dataset["source"] = view.source;
    if (this.#machine) this.#machine.calm = view.calm === "yes";
    this.#toolbar.show(view);
    this.#showSymbols();
    this.#desk.style(view);
    this.#strips.recolour();
  }

  #showSymbols(): void {
    const recorded = this.#address.view.source === "recording" ? (this.#opened?.symbols ?? []) : livePairs;
    this.#toolbar.showSymbols(this.#session?.exchange?.symbols ?? recorded);
  }
}

/** Of the exchange's clock, which is UTC. */
function recordingTime(ms: number | null): string {
  return ms === null ? "recording" : `recording, ${new Date(ms).toISOString().slice(0, 10)} ${timeOfDay(ms, true)} UTC`;
}

try {
  new Page();
} catch (error) {
  say(`The page could not be started: ${errorText(error)}`);
}
