import type { HeatmapView } from "../views.js";
import type { ChartTheme } from "./theme.js";

/** Below 1: faint sizes are told from nothing. */
const curve = 0.7;

type Rgb = readonly [red: number, green: number, blue: number];

/** A theme's colours as bytes. */
interface Inks {
  readonly of: ChartTheme;
  readonly plate: Rgb;
  readonly bid: Rgb;
  readonly ask: Rgb;
  readonly stale: Rgb;
}

/** Whatever way the browser writes a colour, a pixel of it has three bytes. */
function rgb(context: CanvasRenderingContext2D, colour: string, over: string): Rgb {
  for (const fill of [over, colour]) {
    context.fillStyle = fill;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** From the plate to the colour of a side, as pixels of an ImageData. The first two are no data, through which the hatching shows, and nothing resting. */
function ramp(plate: Rgb, colour: Rgb, levels: Uint8Array): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let value = 1; value < 256; value++) {
    const share = value === 1 ? 0 : ((levels[value] ?? 0) / 255) ** curve;
    for (let i = 0; i < 3; i++) bytes[4 * value + i] = (plate[i] ?? 0) + share * ((colour[i] ?? 0) - (plate[i] ?? 0));
    bytes[4 * value + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

/** The cells of a picture, one pixel each. */
export class HeatImage {
  readonly canvas = document.createElement("canvas");
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData | undefined;
  #inks: Inks | undefined;

  constructor() {
    this.canvas.width = this.canvas.height = 1;
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser gives no 2D canvas.");
    this.#context = context;
  }

  /** @param levels shares of 255 by intensity */
  compose(view: HeatmapView, theme: ChartTheme, levels: Uint8Array, live: boolean): void {
    const { columns, buckets, bids, asks } = view;
    const { plate, bid, ask, stale } = this.#read(theme);
    const bidRamp = ramp(plate, live ? bid : stale, levels);
    const askRamp = ramp(plate, live ? ask : stale, levels);
    if (this.#image?.width !== columns || this.#image.height !== buckets) {
      this.canvas.width = columns;
      this.canvas.height = buckets;
      this.#image = this.#context.createImageData(columns, buckets);
    }
    const pixels = new Uint32Array(this.#image.data.buffer);
    for (let column = 0, from = 0; column < columns; column++) {
      for (let to = (buckets - 1) * columns + column; to >= 0; to -= columns, from++) {
        const bidValue = bids[from] as number;
        const askValue = asks[from] as number;
        pixels[to] = (bidValue >= askValue ? bidRamp[bidValue] : askRamp[askValue]) as number;
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
  }

  #read(theme: ChartTheme): Inks {
    if (this.#inks?.of !== theme) {
      const read = (colour: string): Rgb => rgb(this.#context, colour, theme.plate);
      this.#inks = { of: theme, plate: read(theme.plate), bid: read(theme.bid), ask: read(theme.ask), stale: read(theme.stale) };
    }
    return this.#inks;
  }
}
