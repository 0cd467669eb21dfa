import type { ChartTheme } from "./theme.js";

/** A rounded box that text stays readable on, whatever lies beneath. */
export function paintPlate(
  context: CanvasRenderingContext2D,
  theme: ChartTheme,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  radius = 8,
): void {
  context.beginPath();
  // roundRect came to browsers in 2023; square corners will do before that
  if (typeof context.roundRect === "function") context.roundRect(box.x, box.y, box.width, box.height, radius);
  else context.rect(box.x, box.y, box.width, box.height);
  context.fillStyle = theme.plate;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = theme.grid;
  context.stroke();
}

/** Breaks a text into lines no wider than `width`, in the context's font. */
export function wrapText(context: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

const widths = new Map<string, number>();

/** Width of a text in a font that the context has, with digits as wide as 0: it is measured once, and does not tremble while numbers run. */
export function textWidth(context: CanvasRenderingContext2D, font: string, text: string): number {
  const key = font + text.replace(/\d/g, "0"); // the context's own font would be written out anew for each question
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 500) widths.clear();
    width = context.measureText(text.replace(/\d/g, "0")).width;
    widths.set(key, width);
  }
  return width;
}
