import { currencies, markText } from "./format.js";
import type { HeldBook } from "./held-book.js";
import { axisMarks, axisStep, type Rect, type Scale } from "./scale.js";
import type { ChartTheme } from "./theme.js";

const LABEL_PX = 12;
const ROW_PX = 26; // under the plot: one row of price labels
const X_GAP_PX = 90; // at most one price label in this width (formula F-48)
const Y_GAP_PX = 52;

export const labelFont = (theme: ChartTheme, weight = 400, px = LABEL_PX): string => `${weight} ${px}px ${theme.font}`;

interface Mark {
  readonly value: number;
  readonly text: string;
}

/** Size marks from 0 up to `max` units; thousands and millions are abbreviated when every mark allows it. */
function sizeMarks(max: number, height: number, qtyScale: number): Mark[] {
  const step = axisStep(max, height / Y_GAP_PX);
  const one = 10 ** qtyScale;
  const [divisor, suffix] = step >= 1e6 * one ? [1e6, "M"] : step >= 1e3 * one ? [1e3, "k"] : [1, ""];
  return axisMarks(0, max, step).map((value) => ({
    value,
    text: value === 0 ? "0" : markText(value / divisor, step / divisor, qtyScale) + suffix,
  }));
}

/** The plot inside a chart: the left gutter fits the longest size label, in steps of 8 px so that it rarely moves. */
export function plotArea(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  book: HeldBook,
  max: number,
  box: { readonly width: number; readonly height: number; readonly header: number },
): Rect {
  context.font = labelFont(theme);
  const bottom = box.height - ROW_PX;
  const widths = sizeMarks(max, bottom - box.header, book.qtyScale).map((mark) => context.measureText(mark.text).width);
  const unit = context.measureText(currencies(book.symbol).base).width;
  const gutter = 8 * Math.ceil((Math.max(unit, ...widths) + 10) / 8);
  return { left: gutter, top: box.header, right: box.width, bottom };
}

/** Grid, labels and units of both axes. Sizes are of the base currency, prices of the quote currency. */
export function paintAxes(context: CanvasRenderingContext2D, theme: ChartTheme, book: HeldBook, scale: Scale): void {
  const { plot } = scale;
  const { base, quote } = currencies(book.symbol);
  const hair = 1 / scale.ratio;
  context.font = labelFont(theme);

  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const mark of sizeMarks(scale.max, plot.bottom - plot.top, book.qtyScale)) {
    const y = scale.y(mark.value);
    context.fillStyle = theme.grid;
    context.fillRect(plot.left, y, plot.right - plot.left, hair);
    context.fillStyle = theme.muted;
    // The topmost strip belongs to the unit.
    if (y - plot.top > 20) context.fillText(mark.text, plot.left - 8, y);
  }
  context.fillText(base, plot.left - 8, plot.top + 2);

  const step = axisStep(scale.high - scale.low, Math.max(2, (plot.right - plot.left) / X_GAP_PX));
  const row = plot.bottom + ROW_PX / 2 + 3;
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
