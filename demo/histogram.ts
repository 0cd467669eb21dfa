export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text?: string;
}

/** Bars on a canvas, drawn when asked, in the colours of the page. */
export function drawBars(canvas: HTMLCanvasElement, bars: readonly Bar[], colour: string): void {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width === 0 || height === 0) return;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  const style = getComputedStyle(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const step = width / Math.max(1, bars.length);
  const [top, bottom] = [16, height - 18];
  context.font = `11px ${style.fontFamily}`;
  context.textAlign = "center";
  bars.forEach(({ label, value, text }, i) => {
    const x = i * step;
    const high = value > 0 ? Math.max(2, ((bottom - top) * value) / most) : 0;
    context.fillStyle = colour;
    context.fillRect(x + 2, bottom - high, step - 4, high);
    context.fillStyle = style.color;
    context.textBaseline = "alphabetic";
    context.fillText(label, x + step / 2, height - 4);
    if (text) context.fillText(text, x + step / 2, bottom - high - 4);
  });
}
