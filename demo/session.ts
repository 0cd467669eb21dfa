import type { BookFrame, Client, Hadal, HadalEvent, LiveWatch } from "hadal";
import type { Fault, ScenarioName, SimulatedExchange } from "hadal/sim";
import { MOST_NEWS, Narrator, TOLD, type News } from "./narrator.js";

const SYMBOLS = 4;
export const DEPTH = 100;
/** What a real exchange has anyway; without it a repair would be over before the next drawing. */
const DISTANCE: Fault = { fault: "latency", ms: 120 };
const MOST_EVENTS = 1000; // between two drawings

/** One simulated exchange and one client of it, until close(). */
export class LiveSession {
  readonly exchange: SimulatedExchange;
  readonly client: Client;
  readonly narrator: Narrator;
  /** Frames received so far, as of the last count. */
  frames = 0;
  readonly #watches = new Map<string, LiveWatch>();
  #events: HadalEvent[] = [];
  #news: News[] = [];

  private constructor(exchange: SimulatedExchange, client: Client) {
    this.exchange = exchange;
    this.client = client;
    this.narrator = new Narrator(performance.now(), exchange.symbols.length);
    for (const type of TOLD) {
      client.on(type, (event) => {
        this.#events.push(event);
        if (this.#events.length >= MOST_EVENTS) this.#read();
      });
    }
  }

  /** @param onPicture is called when there is something to draw */
  static async begin(hadal: Hadal, scenario: ScenarioName, seed: number, onPicture: () => void): Promise<LiveSession> {
    const { simulate } = await import("hadal/sim");
    const exchange = await simulate({ symbols: SYMBOLS, scenario, seed, faults: [DISTANCE] });
    let client: Client | undefined;
    try {
      const { WebSocket, symbols } = exchange;
      client = await hadal.connect({ WebSocket, symbols, depth: DEPTH });
      const session = new LiveSession(exchange, client);
      for (const symbol of symbols) {
        const watch = await session.client.watch(symbol, { book: true });
        watch.onFrame(onPicture);
        session.#watches.set(watch.symbol, watch);
      }
      return session;
    } catch (error) {
      void client?.close();
      exchange.close();
      throw error;
    }
  }

  book(symbol: string): BookFrame | undefined {
    return this.#watches.get(symbol)?.frame()?.book;
  }

  books(): BookFrame[] {
    return [...this.#watches.keys()].flatMap((symbol) => this.book(symbol) ?? []);
  }

  /** Brings `frames` up to now. */
  async count(): Promise<void> {
    const { sessions } = await this.client.stats();
    this.frames = Object.values(sessions[0]?.frames_received ?? {}).reduce((sum, count) => sum + count, 0);
  }

  /** What happened since the last call. */
  takeNews(): News[] {
    this.#read();
    return this.#news.splice(0);
  }

  endFaults(): void {
    this.exchange.endFaults();
    this.exchange.inject(DISTANCE);
  }

  close(): void {
    void this.client.close();
    this.exchange.close();
  }

  #read(): void {
    this.#news.push(...this.narrator.read(this.#events.splice(0), performance.now()));
    this.#news = this.#news.slice(-MOST_NEWS);
  }
}
