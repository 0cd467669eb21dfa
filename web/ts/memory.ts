import type { RawModule } from "./hadal-glue.js";

/** The most bytes of UTF-8 that one UTF-16 unit becomes. */
const worstBytesPerUnit = 3;

/** Moves bytes across the wasm edge. Views are made anew when memory has grown: old ones are empty then. */
export class Memory {
  readonly #raw: RawModule;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #rx: Uint8Array = new Uint8Array(0);

  constructor(raw: RawModule) {
    this.#raw = raw;
  }

  /** The receive buffer with room for `bytes`, as a cached view. */
  #room(bytes: number): Uint8Array {
    if (this.#rx.length < bytes || this.#rx.buffer !== this.#raw.HEAPU8.buffer) {
      const size = Math.max(bytes, this.#raw._hadal_rx_size());
      const at = this.#raw._hadal_rx(size) >>> 0;
      this.#rx = new Uint8Array(this.#raw.HEAPU8.buffer, at, size);
    }
    return this.#rx;
  }

  /** Writes text into the receive buffer; returns its length in bytes. */
  writeText(text: string): number {
    return this.#encoder.encodeInto(text, this.#room(text.length * worstBytesPerUnit)).written;
  }

  writeBytes(bytes: Uint8Array): number {
    this.#room(bytes.length).set(bytes);
    return bytes.length;
  }

  /** The receive buffer was given back inside: the view must be made anew. */
  forgetRoom(): void {
    this.#rx = new Uint8Array(0);
  }

  /** A copy of bytes inside. */
  copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes(at, length));
  }

  /** Text inside, from its UTF-8. */
  readText(at: number, length: number): string {
    return this.#decoder.decode(this.#raw.HEAPU8.subarray(at >>> 0, (at >>> 0) + length));
  }

  /** Bytes inside, lent until the next call. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#raw.HEAPU8.buffer, at >>> 0, length);
  }

  /** Doubles inside, lent until the next call. */
  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.#raw.HEAPU8.buffer, at >>> 0, length);
  }
}
