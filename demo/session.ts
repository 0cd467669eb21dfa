import { connect, type Client, type HadalEvent } from "hadal";
import wasmUrl from "hadal/hadal.wasm?url";
import { simulate, type Fault, type SimulatedExchange } from "hadal/sim";
import type { View } from "./address.js";
import { mostNews, Narrator, told, type News } from "./narrator.js";
import { Troubles } from "./troubles.js";

const pairs = 4;
/** What a real exchange has anyway; without it a repair would be over before anybody sees it. */
export const distanceMs = 300;
const distance: Fault = { fault: "latency", ms: distanceMs };
const soonMs = 100; // events of one fault come together
const togetherMs = 600; // the narrator may keep a line back, for half a second
const mostEvents = 1000; // between two looks
/** Time travel: a stretch of this many bytes, and the one before it, which makes at most 32 MiB. */
const flight = { frames: 1_000_000, bytes: 16 * 2 ** 20 };
/** A minute of the heatmap fits a screen. */
export const tracked = { heatmap: { columnMs: 500 } } as const;
const patienceMs = 8000;

/** Both engines load at the same time; one that cannot be had is reported by connect(). */
const engine = WebAssembly.compileStreaming(fetch(wasmUrl)).catch(() => undefined);

/** Who is connected to, in words. */
export const placeOf = (source: View["source"], url: string): string => (source === "live" ? "Kraken" : url);

/** One client, and the exchange it talks to if that is in this page, until close(). */
export class Session {
  readonly client: Client;
  readonly exchange: SimulatedExchange | undefined;
  readonly symbols: readonly string[];
  readonly narrator: Narrator;
  /** ms since the first input of the client. */
  readonly troubles = new Troubles();
  /** The same moment, ms of performance.now(). */
  readonly begunAt = performance.now();
  /** Called soon after something happened that is told of. */
  onNews: () => void = () => undefined;
  #events: HadalEvent[] = [];
  #news: News[] = [];
  #closed = false;
  #far = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(client: Client, exchange: SimulatedExchange | undefined, symbols: readonly string[]) {
    this.client = client;
    this.exchange = exchange;
    this.symbols = symbols;
    this.narrator = new Narrator(this.begunAt, exchange ? symbols.length : 1);
    for (const type of told) {
      client.on(type, (event) => {
        this.#events.push(event);
        if (this.#events.length >= mostEvents) this.#read();
        this.#timer ??= setTimeout(() => this.#tell(), soonMs);
      });
    }
  }

  /** @param seed another exchange has another market. Rejects with a sentence if nobody answers */
  static async begin(view: View, seed: number, signal: AbortSignal): Promise<Session> {
    const options = { depth: view.depth, flight, worker: view.worker === "yes", signal };
    if (view.source === "simulated") {
      const [exchange, wasm] = await Promise.all([simulate({ symbols: pairs, scenario: view.scenario, seed }), engine]);
      try {
        const { WebSocket, symbols } = exchange;
        const client = await connect({ ...options, WebSocket, symbols, ...(wasm && { wasm }) });
        await client.track("*", tracked);
        return new Session(client, exchange, symbols);
      } catch (error) {
        exchange.close();
        throw error;
      }
    }
    const client = await connect({ ...options, ...(view.source === "serve" && { url: view.url }) });
    try {
      await client.track("*", tracked);
      await Session.#reached(client, view);
      return new Session(client, undefined, []);
    } catch (error) {
      void client.close();
      throw error;
    }
  }

  /** A page cannot know why a socket does not open: it waits a while, and then says so. */
  static async #reached(client: Client, { source, url }: View): Promise<void> {
    const where = placeOf(source, url);
    const late = AbortSignal.timeout(patienceMs);
    try {
      for await (const status of client.status({ signal: late })) {
        if (status.state === "subscribing" || status.state === "subscribed") return;
        if (status.state === "degraded" && (status.attempt ?? 0) >= 1) break;
      }
    } catch {
      // the time is over
    }
    throw new Error(`${where} could not be reached from this page: it is down, this device is offline, or the page\u2019s connect-src does not allow it.`);
  }

  /** What happened since the last call. */
  takeNews(): News[] {
    this.#read();
    return this.#news.splice(0);
  }

  /** The exchange moves away: once the first book is there, so that it is there at once. */
  moveAway(): void {
    if (this.#far || this.#closed) return;
    this.#far = true;
    this.exchange?.inject(distance);
  }

  inject(fault: Fault): void {
    if (!this.#closed) this.exchange?.inject(fault);
  }

  endFaults(): void {
    if (this.#closed) return;
    this.exchange?.endFaults();
    if (this.#far) this.exchange?.inject(distance);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    void this.client.close().finally(() => this.exchange?.close());
  }

  #tell(): void {
    this.#timer = undefined;
    this.onNews();
    if (this.narrator.waits) this.#timer = setTimeout(() => this.#tell(), togetherMs);
  }

  #read(): void {
    const events = this.#events.splice(0);
    for (const event of events) if (event.type === "book_state") this.troubles.hear(event.symbol, event.from, event.to, event.t);
    this.#news.push(...this.narrator.read(events, performance.now()));
    this.#news = this.#news.slice(-mostNews);
  }
}
