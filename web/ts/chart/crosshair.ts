import { labelFont } from "./axis.js";
import { paintPlate } from "./plate.js";
import type { Reading } from "./reading.js";
import type { Scale } from "./scale.js";
import type { ChartTheme } from "./theme.js";

const ROW_PX = 19;
const PAD_PX = 12;

/** The overlay: a line at the price, a dot where it meets the curve, and the reading beside it. */
export function paintCrosshair(
  context: CanvasRenderingContext2D, theme: ChartTheme, scale: Scale, reading: Reading, live: boolean,
): void {
  const { plot } = scale;
  const x = scale.x(reading.price);
  const y = scale.y(Math.min(reading.total, scale.max));
  const half = 0.5 / scale.ratio;
  if (x < plot.left || x > plot.right) return;

  context.strokeStyle = theme.text;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x + half, plot.top);
  context.lineTo(x + half, plot.bottom);
  if (reading.side !== "spread") {
    context.moveTo(plot.left, y + half);
    context.lineTo(x, y + half);
  }
  context.stroke();
  context.globalAlpha = 1;

  if (reading.side !== "spread") {
    context.beginPath();
    context.arc(x, y, 4.5, 0, 2 * Math.PI);
    context.fillStyle = !live ? theme.stale : reading.side === "bid" ? theme.bid : theme.ask;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = theme.plate;
    context.stroke();
  }
  paintReading(context, theme, scale, reading, x);
}

function paintReading(
  context: CanvasRenderingContext2D, theme: ChartTheme, scale: Scale, reading: Reading, x: number,
): void {
  const { plot } = scale;
  context.font = labelFont(theme, 400, 13);
  const names = Math.max(...reading.rows.map(([name]) => context.measureText(name).width));
  const values = Math.max(...reading.rows.map(([, value]) => context.measureText(value).width));
  const width = 2 * PAD_PX + 16 + names + 4 * Math.ceil(values / 4);
  const height = 2 * PAD_PX - 4 + ROW_PX * reading.rows.length;
  const middle = (plot.left + plot.right) / 2;
  // Away from the side that the cursor is on, and never off the chart
  const wanted = x < middle ? x + 14 : x - 14 - width;
  const left = Math.max(plot.left + 2, Math.min(wanted, plot.right - width - 2));
  const top = plot.top + 10;
  paintPlate(context, theme, { x: left, y: top, width, height });
  context.textBaseline = "middle";
  reading.rows.forEach(([name, value], i) => {
    const y = top + PAD_PX - 2 + ROW_PX * (i + 0.5);
    context.textAlign = "left";
    context.fillStyle = theme.muted;
    context.fillText(name, left + PAD_PX, y);
    context.textAlign = "right";
    context.fillStyle = theme.text;
    context.fillText(value, left + width - PAD_PX, y);
  });
}
