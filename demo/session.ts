import type { Client, Hadal } from "hadal";
import type { Fault, ScenarioName, SimulatedExchange } from "hadal/sim";
import { MOST_NEWS, Narrator, type News } from "./narrator.js";

const SYMBOLS = 4;
export const DEPTH = 100;
/** What a real exchange has anyway; without it a repair would be over before the next drawing. */
const DISTANCE: Fault = { fault: "latency", ms: 120 };
const MOST_INPUTS = 1000; // between two readings of the event log: some 400 kB

/** One simulated exchange and one client of it, until close(). */
export class LiveSession {
  readonly exchange: SimulatedExchange;
  readonly client: Client;
  readonly narrator: Narrator;
  readonly #stop: () => void;
  #news: News[] = [];
  #unread = 0;

  /** @param onChange follows everything that comes in, hidden tab or not */
  private constructor(exchange: SimulatedExchange, client: Client, onChange: () => void) {
    this.exchange = exchange;
    this.client = client;
    this.narrator = new Narrator(performance.now(), exchange.symbols.length);
    this.#stop = client.onChange(() => {
      if (++this.#unread >= MOST_INPUTS) this.#read();
      onChange();
    });
  }

  static async begin(hadal: Hadal, scenario: ScenarioName, seed: number, onChange: () => void): Promise<LiveSession> {
    const { simulate } = await import("hadal/sim");
    const exchange = await simulate({ symbols: SYMBOLS, scenario, seed, faults: [DISTANCE] });
    try {
      const { WebSocket, symbols } = exchange;
      return new LiveSession(exchange, hadal.connect({ WebSocket, symbols, depth: DEPTH, keepLog: true }), onChange);
    } catch (error) {
      exchange.close();
      throw error;
    }
  }

  /** What the event log told since the last call. */
  takeNews(): News[] {
    this.#read();
    return this.#news.splice(0);
  }

  endFaults(): void {
    this.exchange.endFaults();
    this.exchange.inject(DISTANCE);
  }

  close(): void {
    this.#stop();
    this.client.close();
    this.exchange.close();
  }

  #read(): void {
    this.#unread = 0;
    this.#news.push(...this.narrator.read(this.client.drain(), performance.now()));
    this.#news = this.#news.slice(-MOST_NEWS);
  }
}
