import type { FillView } from "../views.js";
import { labelFont, sumUnit } from "./axis.js";
import { bpsText, currencies, fixed, midText, rounded } from "./format.js";
import type { HeldBook, HeldSide } from "./held-book.js";
import { paintOrder } from "./order.js";
import { paintPlate, textWidth, wrapText } from "./plate.js";
import type { Rect, Scale } from "./scale.js";
import type { Notice } from "./situation.js";
import { traceSteps } from "./steps.js";
import type { ChartTheme } from "./theme.js";

type Context = CanvasRenderingContext2D;

/** Height of the strip above the plot that holds the names of the sides, mid and spread. */
export const headerHeight = 58;

/** What is drawn besides the book. */
export interface Picture {
  readonly unit: "base" | "quote";
  /** What has to be known of the picture: made up, of the past, held. */
  readonly tags: readonly string[];
  readonly order: FillView | undefined;
  /** Why the book is not to be trusted; undefined while it is. */
  readonly notice: Notice | undefined;
}

/** Everything on the data canvas; axes and header lie behind it. */
export function paintBook(context: Context, theme: ChartTheme, book: HeldBook, scale: Scale, picture: Picture): void {
  if (book.mid2 !== null) paintMidLine(context, theme, scale, book.mid2 / 2);
  const painting: Painting = { context, theme, book, scale, picture };
  paintSide(painting, book.bids, -1);
  paintSide(painting, book.asks, 1);
  paintTags(painting);
  if (picture.notice) paintNotice(context, theme, scale, picture.notice);
}

interface Painting {
  readonly context: Context;
  readonly theme: ChartTheme;
  readonly book: HeldBook;
  readonly scale: Scale;
  readonly picture: Picture;
}

/** A chart with nothing to draw yet, in words. */
export function paintNothing(context: Context, theme: ChartTheme, width: number, height: number, text: string): void {
  context.font = labelFont(theme, 500, 14);
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.textBaseline = "middle";
  wrapText(context, text, width - 32).forEach((line, i) => context.fillText(line, width / 2, height / 2 + 20 * i));
}

/** What is drawn of a side. */
export const sumsOf = (side: HeldSide, unit: "base" | "quote"): Float64Array => (unit === "base" ? side.cumulative : side.cost);

function paintSide({ context, theme, book, scale, picture }: Painting, side: HeldSide, sign: 1 | -1): void {
  const { plot } = scale;
  const colour = picture.notice ? theme.stale : sign > 0 ? theme.ask : theme.bid;
  if (side.length === 0) {
    const middle = sign > 0 ? 0.75 : 0.25;
    context.font = labelFont(theme, 500, 14);
    context.fillStyle = theme.muted;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const text = sign > 0 ? "No asks in this book" : "No bids in this book";
    context.fillText(text, plot.left + middle * (plot.right - plot.left), (plot.top + plot.bottom) / 2);
    return;
  }
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top + 1);
  context.clip();
  // One path is stroked, closed along the base, and filled: what is filled lies over its own colour. Two paths would cost as much as everything else here.
  context.beginPath();
  const { start, end, isCut } = traceSteps(context, side, sumsOf(side, picture.unit), sign, book.isCut(side), scale);
  context.strokeStyle = colour;
  context.lineWidth = 1.75;
  context.lineJoin = "miter";
  context.stroke();
  context.lineTo(end.x, plot.bottom);
  context.lineTo(start, plot.bottom);
  context.closePath();
  fillFading(context, colour, plot);
  const { order } = picture;
  if (order && (order.side === "buy") === sign > 0) paintOrder(context, theme, scale, side, order, picture.notice ? theme.stale : theme.accent);
  if (isCut) {
    paintUnknown(context, theme, book, scale, sign, end.x);
    paintEnd(context, colour, end.x, end.y);
  }
  context.restore();
}

/** Gradients by canvas: a browser takes longer to read their colours than to fill with them. */
const fades = new WeakMap<Context, Map<string, CanvasGradient | null>>();

/** Stronger above, where the size is; null where the browser cannot mix colours. */
function fade(context: Context, colour: string, plot: Rect): CanvasGradient | null {
  let known = fades.get(context);
  if (!known) fades.set(context, (known = new Map()));
  const key = `${colour} ${plot.top} ${plot.bottom}`;
  let found = known.get(key);
  if (found !== undefined) return found;
  try {
    found = context.createLinearGradient(0, plot.top, 0, plot.bottom);
    found.addColorStop(0, `color-mix(in srgb, ${colour} 46%, transparent)`);
    found.addColorStop(1, `color-mix(in srgb, ${colour} 10%, transparent)`);
  } catch {
    found = null;
  }
  if (known.size > 16) known.clear();
  known.set(key, found);
  return found;
}

/** Fills the present path. */
function fillFading(context: Context, colour: string, plot: Rect): void {
  const fill = fade(context, colour, plot);
  context.globalAlpha = fill ? 1 : 0.2;
  context.fillStyle = fill ?? colour;
  context.fill();
  context.globalAlpha = 1;
}

/** A bar across the end of a cut side: the curve stops here, the book does not. */
function paintEnd(context: Context, colour: string, x: number, y: number): void {
  context.fillStyle = colour;
  context.fillRect(x - 1.5, y - 7, 3, 14);
}

/** Hatching over the prices that lie beyond the last level of a cut side. */
function paintUnknown(context: Context, theme: ChartTheme, book: HeldBook, scale: Scale, sign: 1 | -1, from: number): void {
  const { plot } = scale;
  const left = sign > 0 ? from : plot.left;
  const right = sign > 0 ? plot.right : from;
  context.save();
  context.beginPath();
  context.rect(left, plot.top, right - left, plot.bottom - plot.top);
  context.clip();
  context.globalAlpha = 0.8;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  const height = plot.bottom - plot.top;
  for (let x = left - height - ((left - height) % 9); x < right; x += 9) {
    context.moveTo(x, plot.bottom);
    context.lineTo(x + height, plot.top);
  }
  context.stroke();
  context.globalAlpha = 1;
  const text = `beyond depth ${book.depth}`;
  context.font = labelFont(theme);
  if (right - left > context.measureText(text).width + 16) {
    context.fillStyle = theme.muted;
    context.textAlign = sign > 0 ? "right" : "left";
    context.textBaseline = "alphabetic";
    context.fillText(text, sign > 0 ? right - 8 : left + 8, plot.bottom - 10);
  }
  context.restore();
}

function paintMidLine(context: Context, theme: ChartTheme, scale: Scale, mid: number): void {
  const { plot } = scale;
  const x = scale.x(mid);
  if (x < plot.left || x > plot.right) return;
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(x + 0.5 / scale.ratio, plot.top);
  context.lineTo(x + 0.5 / scale.ratio, plot.bottom);
  context.stroke();
  context.setLineDash([]);
}

/**
 * Bids on the left, asks on the right, with their totals; mid and spread as near to the mid line as those allow. Text costs more than both curves, and nobody
 * reads numbers that change sixty times a second: it lies with the axes, and is painted a few times a second.
 */
export function paintHeader(context: Context, theme: ChartTheme, book: HeldBook, scale: Scale, drawn: "base" | "quote", live: boolean): void {
  const { plot } = scale;
  const wide = plot.right - plot.left > 520;
  const { quote } = currencies(book.symbol);
  const { bestBid, bestAsk, mid2 } = book;
  const unit = sumUnit(book, drawn);
  const total = (side: HeldSide): string => {
    const levels = side.levels === 1 ? "1 level" : `${side.levels} levels`;
    return `${rounded(BigInt(Math.round(sumsOf(side, drawn)[side.length - 1] ?? 0)), unit.scale, drawn === "quote" ? 0 : 2)} ${unit.name} in ${levels}`;
  };
  const [left, right] = wide ? [total(book.bids), total(book.asks)] : ["Bids", "Asks"];
  context.clearRect(0, 0, plot.right + 1, plot.top - 10);
  context.textBaseline = "alphabetic";
  const font = labelFont(theme);
  context.font = font;
  context.fillStyle = theme.muted;
  if (wide) {
    context.textAlign = "left";
    context.fillText(left, plot.left, 38);
    context.textAlign = "right";
    context.fillText(right, plot.right, 38);
  }
  if (mid2 !== null && bestBid !== null && bestAsk !== null) {
    context.textAlign = "center";
    const named = plot.right - plot.left > 420 ? "spread " : "";
    const spread = bestAsk <= bestBid ? "crossed" : `${named}${fixed(bestAsk - bestBid, book.priceScale)} ${quote} \u00b7 ${bpsText((20000 * (bestAsk - bestBid)) / mid2)}`;
    const half = textWidth(context, font, spread) / 2 + 12;
    const middle = Math.min(Math.max(scale.x(mid2 / 2), plot.left + textWidth(context, font, left) + half), plot.right - textWidth(context, font, right) - half);
    context.fillText(spread, middle, 38);
    context.font = labelFont(theme, 600, 17);
    context.fillStyle = live ? theme.text : theme.stale;
    context.fillText(midText(mid2, book.priceScale), middle, 20);
  }
  context.font = labelFont(theme, 600, 14);
  context.textAlign = "left";
  context.fillStyle = live ? theme.bid : theme.stale;
  context.fillText("Bids", plot.left, 20);
  context.textAlign = "right";
  context.fillStyle = live ? theme.ask : theme.stale;
  context.fillText("Asks", plot.right, 20);
}

function paintTags({ context, theme, book, scale, picture }: Painting): void {
  const tags = book.group > 1 ? [...picture.tags, `groups of ${fixed(book.group, book.priceScale)}`] : picture.tags;
  if (tags.length === 0) return;
  const { plot } = scale;
  const text = tags.join(" \u00b7 ");
  const font = labelFont(theme, 600, 11);
  context.font = font;
  const width = textWidth(context, font, text) + 16;
  const middle = book.mid2 === null ? (plot.left + plot.right) / 2 : scale.x(book.mid2 / 2);
  const x = Math.min(Math.max(middle - width / 2, plot.left + 2), plot.right - width - 2);
  paintPlate(context, theme, { x, y: plot.top - 8, width, height: 20 }, 10);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = theme.muted;
  context.fillText(text, x + width / 2, plot.top + 2.5);
}

function paintNotice(context: Context, theme: ChartTheme, scale: Scale, { title, sentence }: Notice): void {
  const { plot } = scale;
  const width = Math.min(410, plot.right - plot.left - 24);
  context.font = labelFont(theme, 400, 13);
  const lines = wrapText(context, sentence, width - 32);
  const x = (plot.left + plot.right - width) / 2;
  const y = plot.top + 24;
  paintPlate(context, theme, { x, y, width, height: 50 + 18 * lines.length });
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillStyle = theme.text;
  lines.forEach((line, i) => context.fillText(line, x + width / 2, y + 50 + 18 * i));
  context.font = labelFont(theme, 600, 15);
  context.fillStyle = theme.warn;
  context.fillText(title, x + width / 2, y + 27);
}
