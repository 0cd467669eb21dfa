/** Three stacked canvases that fill an element, sized in whole device pixels: what stands still, the data, the crosshair. */
export class Surface {
  readonly back: CanvasRenderingContext2D;
  readonly data: CanvasRenderingContext2D;
  readonly overlay: CanvasRenderingContext2D;
  /** CSS pixels. */
  width = 0;
  height = 0;
  /** Device pixels in a CSS pixel. */
  ratio = 1;
  #observer: ResizeObserver;

  constructor(root: HTMLElement, onResize: () => void) {
    this.back = addCanvas(root);
    this.data = addCanvas(root);
    this.overlay = addCanvas(root);
    this.#observer = new ResizeObserver((entries) => {
      const entry = entries[entries.length - 1];
      if (!entry) return;
      this.width = entry.contentRect.width;
      this.height = entry.contentRect.height;
      const box = entry.devicePixelContentBoxSize?.[0];
      const deviceWidth = box ? box.inlineSize : Math.round(this.width * devicePixelRatio);
      const deviceHeight = box ? box.blockSize : Math.round(this.height * devicePixelRatio);
      this.ratio = this.width > 0 ? deviceWidth / this.width : devicePixelRatio;
      for (const context of [this.back, this.data, this.overlay]) {
        context.canvas.width = deviceWidth; // which resets everything
        context.canvas.height = deviceHeight;
        context.scale(this.ratio, this.ratio);
      }
      onResize();
    });
    try {
      // Exact at fractional zoom, and also reports a move to a screen of another density
      this.#observer.observe(root, { box: "device-pixel-content-box" });
    } catch {
      this.#observer.observe(root);
    }
  }

  get visible(): boolean {
    return this.width > 0 && this.height > 0;
  }

  /** Clears one canvas. Its unit is the CSS pixel. */
  begin(context: CanvasRenderingContext2D): CanvasRenderingContext2D {
    context.clearRect(0, 0, this.width + 1, this.height + 1);
    return context;
  }

  destroy(): void {
    this.#observer.disconnect();
    this.back.canvas.remove();
    this.data.canvas.remove();
    this.overlay.canvas.remove();
  }
}

function addCanvas(root: HTMLElement): CanvasRenderingContext2D {
  const canvas = root.ownerDocument.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const { style } = canvas;
  style.position = "absolute";
  style.inset = "0";
  style.width = "100%";
  style.height = "100%";
  style.pointerEvents = "none";
  root.append(canvas);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives no 2D canvas.");
  return context;
}
