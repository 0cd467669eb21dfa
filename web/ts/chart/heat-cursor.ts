import { paintReading } from "./crosshair.js";
import type { HeatCell } from "./heat-place.js";
import type { HeatScale } from "./heat-scale.js";
import type { ReadingText } from "./reading.js";
import type { ChartTheme } from "./theme.js";

type Context = CanvasRenderingContext2D;

const tagPx = 36; // the upper left corner is where the tags are

/** The overlay: lines through a cell, a frame around it, and what it says beside it. */
export function paintHeatCursor(context: Context, theme: ChartTheme, scale: HeatScale, { index, bucket }: HeatCell, { rows }: ReadingText): void {
  const { plot, columnPx, bucketPx, ratio } = scale;
  const left = scale.x(index);
  const top = scale.top(bucket);
  if (left + columnPx < plot.left || top + bucketPx < plot.top || top > plot.bottom) return;
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
  context.clip();
  const hair = 1 / ratio;
  const x = Math.round((left + columnPx / 2) * ratio - 0.5) / ratio;
  const y = Math.round((top + bucketPx / 2) * ratio - 0.5) / ratio;
  context.globalAlpha = 0.5;
  context.fillStyle = theme.text;
  context.fillRect(x, plot.top, hair, plot.bottom - plot.top);
  context.fillRect(plot.left, y, plot.right - plot.left, hair);
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.strokeStyle = theme.text;
  context.strokeRect(left - 1.75, top - 1.75, columnPx + 3.5, bucketPx + 3.5);
  context.restore();
  paintReading(context, theme, rows, ({ width, height }) => ({
    // In the corner away from the cursor, and never off the chart
    left: Math.max(2, Math.min(x < (plot.left + plot.right) / 2 ? plot.right - width - 8 : plot.left + 8, context.canvas.width / ratio - width - 2)),
    top: y < (plot.top + plot.bottom) / 2 ? Math.max(plot.top + 2, plot.bottom - height - 8) : plot.top + tagPx,
  }));
}
