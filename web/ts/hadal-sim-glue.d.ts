/** Types of the simulated exchange's Emscripten module, by hand: 3.1.6 writes none. A test compares them with the module itself. */
import type { ModuleOptions } from "./hadal-glue.js";

export interface RawSim {
  readonly HEAPU8: Uint8Array;
  _hadal_sim_rx(bytes: number): number;
  _hadal_sim_outbox(): number;
  _hadal_sim_outbox_size(): number;
  _hadal_sim_scenarios(): number;
  _hadal_sim_make(
    seed: number,
    symbols: number,
    scenario: number,
    rate: number,
    unixMs: number,
    connections: number,
    planBytes: number,
  ): number;
  _hadal_sim_free(handle: number): void;
  _hadal_sim_open(handle: number, now: number, connection: number): number;
  _hadal_sim_text(handle: number, now: number, connection: number, bytes: number): void;
  _hadal_sim_close(handle: number, now: number, connection: number): void;
  _hadal_sim_advance(handle: number, now: number): void;
  _hadal_sim_deadline(handle: number): number;
  _hadal_sim_next(handle: number): number;
  _hadal_sim_frame_connection(handle: number): number;
  _hadal_sim_frame_code(handle: number): number;
  _hadal_sim_frame_text(handle: number): number;
  _hadal_sim_frame_size(handle: number): number;
  _hadal_sim_inject(handle: number, now: number, bytes: number): number;
  _hadal_sim_end_faults(handle: number): void;
  _hadal_sim_symbols(handle: number): number;
  _hadal_sim_frames(handle: number): number;
  _hadal_sim_faults(handle: number): number;
}

export default function createHadalSim(options: ModuleOptions): Promise<RawSim>;
