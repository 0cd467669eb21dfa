import { currencies, markText } from "./format.js";
import type { HeldBook } from "./held-book.js";
import { axisMarks, axisStep, heightAt, type HeightScale, type Rect, type Scale } from "./scale.js";
import type { ChartTheme } from "./theme.js";

const labelPx = 12;
const rowPx = 26; // under the plot: one row of price labels
const xGapPx = 90; // at most one price label in this width (formula F-48)
const yGapPx = 52;

export const labelFont = (theme: ChartTheme, weight = 400, px = labelPx): string => `${weight} ${px}px ${theme.font}`;

/** What the heights of a chart count. */
export interface SumUnit {
  readonly name: string;
  /** Decimals of one. */
  readonly scale: number;
}

/** Base currency, or the quote currency that it costs. */
export function sumUnit(book: HeldBook, unit: "base" | "quote"): SumUnit {
  const { base, quote } = currencies(book.symbol);
  return unit === "base" ? { name: base, scale: book.qtyScale } : { name: quote, scale: book.priceScale + book.qtyScale };
}

interface Mark {
  readonly value: number;
  readonly text: string;
}

/** Marks from 0 up to `max`; thousands and millions are abbreviated when every mark allows it. On a log scale, decades. */
function sumMarks(max: number, height: number, scale: number, kind: HeightScale): Mark[] {
  const one = 10 ** scale;
  const short = (value: number, step: number): string => {
    const [divisor, suffix] = step >= 1e6 * one ? [1e6, "M"] : step >= 1e3 * one ? [1e3, "k"] : [1, ""];
    return value === 0 ? "0" : markText(value / divisor, step / divisor, scale) + suffix;
  };
  if (kind === "linear") {
    const step = axisStep(max, height / yGapPx);
    return axisMarks(0, max, step).map((value) => ({ value, text: short(value, step) }));
  }
  const marks: Mark[] = [{ value: 0, text: "0" }];
  let last = 0;
  for (let value = axisStep(max / 1000, 1); value <= max; value = axisStep(value * 1.5, 1)) {
    const y = height * heightAt(value / max, kind);
    if (y - last < yGapPx * 0.6) continue;
    marks.push({ value, text: short(value, value) });
    last = y;
  }
  return marks;
}

/** The plot inside a chart: the left gutter fits the longest label of a sum, in steps of 8 px so that it rarely moves. */
export function plotArea(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  unit: SumUnit,
  max: number,
  box: { readonly width: number; readonly height: number; readonly header: number; readonly kind: HeightScale },
): Rect {
  context.font = labelFont(theme);
  const bottom = box.height - rowPx;
  const widths = sumMarks(max, bottom - box.header, unit.scale, box.kind).map((mark) => context.measureText(mark.text).width);
  const gutter = 8 * Math.ceil((Math.max(context.measureText(unit.name).width, ...widths) + 10) / 8);
  return { left: gutter, top: box.header, right: box.width, bottom };
}

/** Grid, labels and units of both axes: sums upwards, prices of the quote currency to the right. */
export function paintAxes(context: CanvasRenderingContext2D, theme: ChartTheme, book: HeldBook, scale: Scale, unit: SumUnit): void {
  const { plot } = scale;
  const { quote } = currencies(book.symbol);
  const hair = 1 / scale.ratio;
  context.font = labelFont(theme);

  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const mark of sumMarks(scale.max, plot.bottom - plot.top, unit.scale, scale.height)) {
    const y = scale.y(mark.value);
    context.fillStyle = theme.grid;
    context.fillRect(plot.left, y, plot.right - plot.left, hair);
    context.fillStyle = theme.muted;
    // The topmost strip belongs to the unit.
    if (y - plot.top > 20) context.fillText(mark.text, plot.left - 8, y);
  }
  context.textBaseline = "top";
  context.fillStyle = theme.muted;
  context.fillText(unit.name, plot.left - 8, plot.top - 4);

  context.textBaseline = "middle";
  const step = axisStep(scale.high - scale.low, Math.max(2, (plot.right - plot.left) / xGapPx));
  const row = plot.bottom + rowPx / 2 + 3;
  const unitLeft = plot.right - context.measureText(quote).width;
  context.fillText(quote, plot.right, row);
  context.textAlign = "center";
  for (const value of axisMarks(scale.low, scale.high, step)) {
    const x = scale.x(value);
    const text = markText(value, step, book.priceScale);
    const half = context.measureText(text).width / 2;
    context.fillStyle = theme.grid;
    context.fillRect(x, plot.top, hair, plot.bottom - plot.top);
    if (value < 0 || x - half < 0 || x + half > unitLeft - 8) continue;
    context.fillStyle = theme.muted;
    context.fillRect(x, plot.bottom, hair, 4);
    context.fillText(text, x, row);
  }
}
