import type { Hadal } from "hadal";
import type { ScenarioName } from "hadal/sim";
import { PAUSE, PLAY } from "./controls.js";
import { byId, errorText, setText } from "./dom.js";
import { FaultPanel } from "./faults.js";
import { Rates } from "./rates.js";
import { LiveSession } from "./session.js";
import type { Source, Stage } from "./stage.js";
import { Story } from "./story.js";

const SCENARIOS: readonly (readonly [ScenarioName, string])[] = [
  ["busy", "Busy"],
  ["calm", "Calm"],
  ["storm", "Storm (10\u00d7 busy)"],
  ["thin", "Thin (few levels)"],
  ["quiet", "Quiet"],
  ["sweep", "Sweep"],
];

/** The simulated exchange and a client of it, in this page. */
export class Live implements Source {
  session: LiveSession | undefined;
  readonly #hadal: Hadal;
  readonly #stage: Stage;
  readonly #fail: (why: string) => void;
  readonly #faults: FaultPanel;
  readonly #story = new Story();
  readonly #rates = new Rates();
  readonly #scenario = byId<HTMLSelectElement>("scenario");
  #begun = 0; // exchanges so far: an answer for an older one comes too late, and each has another market
  #held = false;
  #second: ReturnType<typeof setInterval> | undefined;
  #frame = 0;

  /** @param fail is told a sentence when there can be no exchange */
  constructor(hadal: Hadal, stage: Stage, fail: (why: string) => void) {
    this.#hadal = hadal;
    this.#stage = stage;
    this.#fail = fail;
    this.#faults = new FaultPanel(
      () => stage.picker.selected,
      (kind, text) => this.#story.add([{ at: performance.now(), kind, text }]),
    );
    for (const [name, text] of SCENARIOS) this.#scenario.append(new Option(text, name));
    this.#scenario.addEventListener("change", () => void this.#begin());
    byId("anew").addEventListener("click", () => void this.#begin());
    byId("hold").addEventListener("click", () => {
      this.#setHeld(!this.#held);
      this.render();
    });
  }

  enter(): void {
    void this.#begin();
  }

  leave(): void {
    this.#begun++;
    this.#end();
  }

  /** Shows what was chosen even while the view is held. */
  render(): void {
    this.#render(false);
  }

  async #begin(): Promise<void> {
    this.#end();
    const number = ++this.#begun;
    this.#stage.begin("Simulated data, made by a program in this page", true);
    this.#stage.show(undefined);
    let session: LiveSession;
    try {
      session = await LiveSession.begin(this.#hadal, this.#scenario.value as ScenarioName, number, () => this.#wake());
    } catch (error) {
      if (number === this.#begun) this.#fail(errorText(error));
      return;
    }
    if (number !== this.#begun) return session.close();
    this.session = session;
    this.#faults.attach(session);
    this.#stage.picker.render(session.exchange.symbols);
    this.#second = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  /** Nothing runs any more, and nothing is held. */
  #end(): void {
    clearInterval(this.#second);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#faults.attach(undefined);
    this.session?.close();
    this.session = undefined;
    this.#setHeld(false);
    this.#story.clear();
    this.#rates.clear();
  }

  #setHeld(held: boolean): void {
    this.#held = held;
    byId("held").hidden = !held;
    setText(byId("hold-text"), held ? "Resume view" : "Pause view");
    byId("hold-icon").setAttribute("d", held ? PLAY : PAUSE);
  }

  /** Ages and rates change even if nothing comes. */
  #tick(): void {
    const { session } = this;
    if (session) {
      void session.count().then(
        () => session === this.session && this.#rates.measure(session, performance.now()),
        () => undefined, // closed meanwhile
      );
    }
    this.#wake();
  }

  /** One drawing in the next animation frame; a hidden tab has none. */
  #wake(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render(this.#held);
    });
  }

  #render(held: boolean): void {
    const { session } = this;
    if (!session) return;
    const now = performance.now();
    this.#story.add(session.takeNews());
    const frame = session.book(this.#stage.picker.selected);
    this.#stage.show(frame, held);
    this.#faults.follow(session.narrator.noticed, frame, now);
    session.narrator.noticed.clear();
    this.#story.render(now);
    this.#rates.render(session); // last: it asks for other books
  }
}
