import { HadalError } from "../error.js";
import type { RawSim } from "../hadal-sim-glue.js";
import { invalid, type Settings } from "./options.js";

/** What the exchange does to one connection. */
export interface ServerFrame {
  kind: "text" | "binary" | "close" | "reset";
  connection: number;
  /** Of a close frame. */
  code: number;
  /** Bytes of a binary frame; else the text, or the reason of a close frame. */
  data: string | Uint8Array<ArrayBuffer>;
}

/** In the order of ServerFrame::Kind. */
const kinds = ["text", "binary", "close", "reset"] as const;

const worstBytesPerUnit = 3; // of UTF-8 a UTF-16 unit
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const registry = new FinalizationRegistry<() => void>((free) => free());

/** A fault plan as text. Throws `config_invalid` for what JSON cannot say. */
function planText(name: string, plan: unknown): string {
  try {
    return JSON.stringify(plan) ?? "null";
  } catch (cause) {
    throw invalid(name, `must be plain data (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

/** One exchange inside the module. Times are whole ms that do not go back. Freed by free(), or when nobody holds it any more. */
export class Machine {
  readonly #raw: RawSim;
  #handle: number;

  constructor(raw: RawSim, settings: Settings) {
    const { seed, symbols, scenario, rate, unixMs = Date.now(), connectionLimit, faults } = settings;
    this.#raw = raw;
    const scenarios = this.#outbox(raw._hadal_sim_scenarios()).split("\n");
    const plan = faults.length === 0 ? 0 : this.#write(planText("faults", faults));
    this.#handle = raw._hadal_sim_make(
      seed,
      symbols,
      scenarios.indexOf(scenario),
      Math.round(rate * 1000),
      unixMs,
      connectionLimit,
      plan,
    );
    if (this.#handle === 0) throw invalid("faults", this.#outbox(raw._hadal_sim_outbox_size()));
    const handle = this.#handle;
    registry.register(this, () => raw._hadal_sim_free(handle), this);
  }

  /** 101, or the HTTP status of the refusal. */
  open(now: number, connection: number): number {
    return this.#raw._hadal_sim_open(this.handle, now, connection);
  }

  text(now: number, connection: number, frame: string): void {
    this.#raw._hadal_sim_text(this.handle, now, connection, this.#write(frame));
  }

  close(now: number, connection: number): void {
    this.#raw._hadal_sim_close(this.handle, now, connection);
  }

  advance(now: number): void {
    this.#raw._hadal_sim_advance(this.handle, now);
  }

  /** When something will happen by itself. */
  deadline(): number {
    return this.#raw._hadal_sim_deadline(this.handle);
  }

  /** What has to be sent, in order; undefined: nothing more. */
  next(): ServerFrame | undefined {
    const raw = this.#raw;
    const handle = this.handle;
    const kind = kinds[raw._hadal_sim_next(handle)];
    if (kind === undefined) return undefined;
    const at = raw._hadal_sim_frame_text(handle) >>> 0;
    const end = at + (raw._hadal_sim_frame_size(handle) >>> 0);
    return {
      kind,
      connection: raw._hadal_sim_frame_connection(handle),
      code: raw._hadal_sim_frame_code(handle),
      data: kind === "binary" ? new Uint8Array(raw.HEAPU8.subarray(at, end)) : decoder.decode(raw.HEAPU8.subarray(at, end)),
    };
  }

  /** Throws `config_invalid`: the plan cannot be used. */
  inject(now: number, plan: unknown): void {
    const bytes = this.#write(planText("fault", plan));
    if (this.#raw._hadal_sim_inject(this.handle, now, bytes) === 0) {
      throw invalid("fault", this.#outbox(this.#raw._hadal_sim_outbox_size()));
    }
  }

  endFaults(): void {
    this.#raw._hadal_sim_end_faults(this.handle);
  }

  symbols(): string[] {
    return this.#outbox(this.#raw._hadal_sim_symbols(this.handle)).split("\n");
  }

  frames(): number {
    return this.#raw._hadal_sim_frames(this.handle);
  }

  faults(): number {
    return this.#raw._hadal_sim_faults(this.handle);
  }

  free(): void {
    if (this.#handle === 0) return;
    registry.unregister(this);
    this.#raw._hadal_sim_free(this.#handle);
    this.#handle = 0;
  }

  /** Throws `already_closed`. */
  private get handle(): number {
    if (this.#handle === 0) throw new HadalError("already_closed", "close() was called; simulate() a new exchange.");
    return this.#handle;
  }

  /** Text into the receive buffer; returns its bytes. */
  #write(text: string): number {
    const room = text.length * worstBytesPerUnit;
    const at = this.#raw._hadal_sim_rx(room) >>> 0;
    return encoder.encodeInto(text, this.#raw.HEAPU8.subarray(at, at + room)).written;
  }

  #outbox(bytes: number): string {
    const at = this.#raw._hadal_sim_outbox() >>> 0;
    return decoder.decode(this.#raw.HEAPU8.subarray(at, at + (bytes >>> 0)));
  }
}
