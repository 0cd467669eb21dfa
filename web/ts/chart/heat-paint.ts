import { labelFont } from "./axis.js";
import { currencies, fixed, markText } from "./format.js";
import type { HeldHeat } from "./heat-data.js";
import { newestName } from "./heat-reading.js";
import type { HeatScale } from "./heat-scale.js";
import { axisMarks, axisStep, type Rect } from "./scale.js";
import type { ChartTheme } from "./theme.js";

type Context = CanvasRenderingContext2D;

const rowPx = 26; // under the plot: one row of times
const priceGapPx = 44;
const timeGapPx = 76;
const largestDotPx = 7;
const leastDotPx = 2;
const partialPx = 3;
const second = 1000;
const timeSteps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400].map((seconds) => seconds * second);

/** The plot inside the heatmap: the right gutter fits the longest price, in steps of 8 px so that it rarely moves. Edges on whole device pixels. */
export function heatArea(context: Context, theme: ChartTheme, heat: HeldHeat, width: number, height: number, ratio: number): Rect {
  context.font = labelFont(theme);
  const price = fixed(Math.round((heat.middle ?? heat.view.first) * heat.view.group), heat.priceScale);
  const gutter = 8 * Math.ceil((context.measureText(price).width + 14) / 8);
  const snap = (pixel: number): number => Math.floor(pixel * ratio) / ratio;
  return { left: 0, top: 0, right: snap(width - gutter), bottom: snap(height - rowPx) };
}

/** Everything on the data canvas. `fresh`: the newest column is of this moment. */
export function paintHeat(context: Context, theme: ChartTheme, heat: HeldHeat, image: HTMLCanvasElement, scale: HeatScale, fresh: boolean): void {
  const { plot, ratio } = scale;
  const live = heat.state === "live";
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
  context.clip();
  context.fillStyle = theme.plate;
  context.fillRect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
  paintCells(context, theme, heat, image, scale);
  paintPartial(context, theme, heat, scale);
  paintBest(context, live ? theme.text : theme.stale, scale, heat, heat.view.bestBid);
  paintBest(context, live ? theme.text : theme.stale, scale, heat, heat.view.bestAsk);
  paintTrades(context, theme, heat, scale, live);
  context.restore();
  context.fillStyle = theme.grid;
  context.fillRect(plot.left, plot.bottom, plot.right - plot.left + 1 / ratio, 1 / ratio);
  context.fillRect(plot.right, plot.top, 1 / ratio, plot.bottom - plot.top);
  paintPrices(context, theme, heat, scale);
  paintTimes(context, theme, heat, scale, newestName(fresh));
}

/** Hatching first: it is seen through the cells that have no data. */
function paintCells(context: Context, theme: ChartTheme, heat: HeldHeat, image: HTMLCanvasElement, scale: HeatScale): void {
  const { index, columns, first, buckets } = heat.view;
  const left = scale.x(index);
  const top = scale.top(first + buckets - 1);
  const width = columns * scale.columnPx;
  const height = buckets * scale.bucketPx;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - height - ((left - height) % 7); x < left + width; x += 7) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.imageSmoothingEnabled = false;
  context.drawImage(image, left, top, width, height);
  context.restore();
}

/** Marks at the foot of the columns in which the book was live for only a part of the time: averages over that part. */
function paintPartial(context: Context, theme: ChartTheme, heat: HeldHeat, scale: HeatScale): void {
  const { index, columns } = heat.view;
  context.fillStyle = theme.warn;
  for (let i = 0; i < columns; i++) {
    const share = heat.coverage(index + i);
    if (share > 0 && share < 1) context.fillRect(scale.x(index + i), scale.plot.bottom - partialPx, scale.columnPx, partialPx);
  }
}

/** One best price as steps: a level for each column, and nothing where it is not known. In the colour of text, or cells of the side's own hue would hide it. */
function paintBest(context: Context, colour: string, scale: HeatScale, { view }: HeldHeat, prices: Float64Array): void {
  const path = new Path2D();
  const width = Math.max(1, Math.round(1.25 * scale.ratio)); // device pixels, and lines on them
  const snap = (y: number): number => (Math.round(y * scale.ratio - width / 2) + width / 2) / scale.ratio;
  let last = NaN;
  for (let i = 0; i < view.columns; i++) {
    const price = (view.coverage[i] ?? 0) > 0 ? (prices[i] ?? NaN) : NaN;
    if (!Number.isNaN(price)) {
      const x = scale.x(view.index + i);
      const y = snap(scale.y(price));
      if (Number.isNaN(last)) path.moveTo(x, y);
      else if (price !== last) path.lineTo(x, y);
      path.lineTo(x + scale.columnPx, y);
    }
    last = price;
  }
  context.lineJoin = "miter";
  context.strokeStyle = colour;
  context.lineWidth = width / scale.ratio;
  context.stroke(path);
}

/** Up for buys, down for sells; the area goes by size, so that the largest is seen first. */
function paintTrades(context: Context, theme: ChartTheme, { view }: HeldHeat, scale: HeatScale, live: boolean): void {
  const { trades, index } = view;
  let largest = 0;
  for (let i = 0; i < trades.length; i++) largest = Math.max(largest, trades.size[i] ?? 0);
  const buys = new Path2D();
  const sells = new Path2D();
  for (let i = 0; i < trades.length; i++) {
    const x = scale.x(index + (trades.column[i] ?? 0)) + scale.columnPx / 2;
    const y = scale.y(trades.price[i] ?? NaN);
    const radius = Math.max(leastDotPx, largestDotPx * Math.sqrt((trades.size[i] ?? 0) / largest));
    const buy = trades.buy[i] === 1;
    triangle(buy ? buys : sells, x, y, radius, buy ? -1 : 1);
  }
  context.lineJoin = "round";
  for (const [path, colour] of [[sells, theme.ask], [buys, theme.bid]] as const) {
    context.strokeStyle = theme.plate;
    context.lineWidth = 1.5;
    context.stroke(path);
    context.fillStyle = live ? colour : theme.stale;
    context.fill(path);
  }
}

function triangle(path: Path2D, x: number, y: number, radius: number, sign: 1 | -1): void {
  path.moveTo(x, y + sign * radius * 1.1);
  path.lineTo(x + radius, y - sign * radius * 0.7);
  path.lineTo(x - radius, y - sign * radius * 0.7);
  path.closePath();
}

function paintPrices(context: Context, theme: ChartTheme, heat: HeldHeat, scale: HeatScale): void {
  const { plot, group, ratio } = scale;
  const half = (plot.bottom - plot.top) / 2 / scale.bucketPx;
  const step = axisStep(2 * half * group, (plot.bottom - plot.top) / priceGapPx);
  context.font = labelFont(theme);
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const price of axisMarks((scale.centre - half) * group, (scale.centre + half) * group, step)) {
    const y = Math.round(scale.y(price) * ratio) / ratio;
    if (price < 0 || y < plot.top + 7 || y > plot.bottom - 4) continue;
    context.fillStyle = theme.grid;
    context.fillRect(plot.right, y, 4, 1 / ratio);
    context.fillStyle = theme.muted;
    context.fillText(markText(price, step, heat.priceScale), plot.right + 8, y + 0.5);
  }
  context.fillStyle = theme.muted;
  context.fillText(currencies(heat.symbol).quote, plot.right + 8, plot.bottom + rowPx / 2 + 3);
}

/** "2 min" for whole minutes, "90 s" else. */
function spanText(ms: number): string {
  const [unit, name] = ms % 3_600_000 === 0 ? [3_600_000, "h"] : ms % 60_000 === 0 ? [60_000, "min"] : [second, "s"];
  return `${ms / unit} ${name}`;
}

/** Ages: the picture moves, the marks stay. */
function paintTimes(context: Context, theme: ChartTheme, heat: HeldHeat, scale: HeatScale, newest: string): void {
  const { plot, ratio, columnPx } = scale;
  const pxPerMs = columnPx / heat.view.columnMs;
  const step = timeSteps.find((ms) => ms * pxPerMs >= timeGapPx) ?? timeSteps[timeSteps.length - 1] ?? second;
  const row = plot.bottom + rowPx / 2 + 3;
  context.font = labelFont(theme);
  context.textBaseline = "middle";
  context.fillStyle = theme.muted;
  context.textAlign = "right";
  context.fillText(newest, plot.right, row);
  context.textAlign = "center";
  for (let age = step; ; age += step) {
    const x = Math.round((plot.right - age * pxPerMs) * ratio) / ratio;
    const text = `\u2212${spanText(age)}`;
    if (x - context.measureText(text).width / 2 < plot.left) break;
    context.fillRect(x, plot.bottom, 1 / ratio, 4);
    context.fillText(text, x, row);
  }
}
