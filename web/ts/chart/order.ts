import type { FillView } from "../views.js";
import { labelFont } from "./axis.js";
import { bpsText, currencies, fixed, rounded } from "./format.js";
import type { HeldBook, HeldSide } from "./held-book.js";
import type { Scale } from "./scale.js";
import type { ChartTheme } from "./theme.js";

const integer = (value: number): bigint => BigInt(Math.round(value));

/** What an order would get, in a line: size, average price, slippage, worst price. */
export function fillText(book: HeldBook, fill: FillView): string {
  const { base, quote } = currencies(book.symbol);
  const [verb, up] = fill.side === "buy" ? ["Buy", "up"] : ["Sell", "down"];
  if (fill.average === null || fill.worst === null) return `${verb}: nothing there to fill it`;
  const size = `${rounded(integer(fill.filled), book.qtyScale, Math.min(book.qtyScale, 4))} ${base}`;
  const average = rounded(integer(fill.average * 100), book.priceScale + 2, book.priceScale + 1);
  const slippage = fill.slippageBps === null ? "" : `, slippage ${bpsText(fill.slippageBps)}`;
  const short = fill.complete ? "" : fill.cut ? ", and more beyond visible depth" : ", and the book is empty then";
  return `${verb} ${size} at ${average} ${quote} on average${slippage}, ${up} to ${fixed(fill.worst, book.priceScale)}${short}`;
}

/** Shades the levels that an order would eat, within the present path, the area under their curve, and marks its average price. */
export function paintOrder(context: CanvasRenderingContext2D, theme: ChartTheme, scale: Scale, side: HeldSide, fill: FillView, colour: string): void {
  const best = side.price[0];
  if (fill.worst === null || best === undefined) return;
  const { plot } = scale;
  const from = scale.x(best);
  const to = scale.x(fill.worst) + (fill.side === "buy" ? 1 : -1);
  const eaten = new Path2D();
  eaten.rect(Math.max(plot.left, Math.min(from, to)), plot.top, Math.abs(to - from), plot.bottom - plot.top);
  context.save();
  context.clip(eaten);
  context.globalAlpha = 0.5;
  context.fillStyle = colour;
  context.fill();
  context.restore();
  if (fill.average === null) return;
  const x = scale.x(fill.average);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, plot.bottom - (plot.bottom - plot.top) * 0.45);
  context.lineTo(x, plot.bottom);
  context.stroke();
  context.setLineDash([]);
  context.font = labelFont(theme, 600, 11);
  context.textBaseline = "bottom";
  context.textAlign = fill.side === "buy" ? "left" : "right";
  context.fillStyle = theme.text;
  context.fillText("VWAP", x, plot.bottom - (plot.bottom - plot.top) * 0.45 - 3);
}
