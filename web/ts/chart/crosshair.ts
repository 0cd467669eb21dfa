import { labelFont } from "./axis.js";
import { paintPlate } from "./plate.js";
import type { Reading, ReadingText } from "./reading.js";
import type { Scale } from "./scale.js";
import type { ChartTheme } from "./theme.js";

const rowPx = 19;
const padPx = 12;

type Context = CanvasRenderingContext2D;

/** Where a reading meets the chart. */
export interface Crosshair {
  readonly reading: Reading;
  readonly text: ReadingText;
  /** Sum at the price, and at the mirrored one, in the chart's units; null: not on the curve. */
  readonly sum: number | null;
  readonly mirrored: number | null;
}

/** The overlay: a line at the price, a dot where it meets the curve, a ring at the mirrored price, and the reading beside it. */
export function paintCrosshair(context: Context, theme: ChartTheme, scale: Scale, { reading, text, sum, mirrored }: Crosshair, live: boolean): void {
  const { plot } = scale;
  const x = scale.x(reading.price);
  if (x < plot.left || x > plot.right) return;
  const half = 0.5 / scale.ratio;
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.5;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x + half, plot.top);
  context.lineTo(x + half, plot.bottom);
  const y = sum === null ? undefined : scale.y(Math.min(sum, scale.max));
  if (y !== undefined && reading.side !== "spread") {
    context.moveTo(plot.left, y + half);
    context.lineTo(x, y + half);
  }
  context.stroke();
  context.globalAlpha = 1;
  const colour = (side: "bid" | "ask"): string => (!live ? theme.stale : theme[side]);
  if (reading.side !== "spread") {
    const there = reading.mirror && scale.x(reading.mirror.price);
    if (there !== null && mirrored !== null && there >= plot.left && there <= plot.right) {
      dot(context, there, scale.y(Math.min(mirrored, scale.max)), theme.plate, colour(reading.side === "bid" ? "ask" : "bid"));
    }
    if (y !== undefined) dot(context, x, y, colour(reading.side), theme.plate);
  }
  paintReading(context, theme, text.rows, ({ width }) => ({
    // Away from the side that the cursor is on, and never off the chart
    left: Math.max(plot.left + 2, Math.min(x < (plot.left + plot.right) / 2 ? x + 14 : x - 14 - width, plot.right - width - 2)),
    top: plot.top + 8,
  }));
}

function dot(context: Context, x: number, y: number, fill: string, ring: string): void {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = ring;
  context.stroke();
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plate with names and values beside a cursor; `place` says where one of that size goes. */
export function paintReading(context: Context, theme: ChartTheme, rows: ReadingText["rows"], place: (size: Size) => { left: number; top: number }): void {
  context.font = labelFont(theme, 400, 13);
  const names = Math.max(...rows.map(([name]) => context.measureText(name).width));
  const values = Math.max(...rows.map(([, value]) => context.measureText(value).width));
  const width = 2 * padPx + 16 + names + 4 * Math.ceil(values / 4);
  const height = 2 * padPx - 4 + rowPx * rows.length;
  const { left, top } = place({ width, height });
  paintPlate(context, theme, { x: left, y: top, width, height });
  context.textBaseline = "middle";
  rows.forEach(([name, value], i) => {
    const y = top + padPx - 2 + rowPx * (i + 0.5);
    context.textAlign = "left";
    context.fillStyle = theme.muted;
    context.fillText(name, left + padPx, y);
    context.textAlign = "right";
    context.fillStyle = theme.text;
    context.fillText(value, left + width - padPx, y);
  });
}
