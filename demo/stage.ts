import type { BookFrame } from "hadal";
import { DepthChart } from "hadal/chart";
import { renderBadge } from "./badge.js";
import { SymbolPicker } from "./controls.js";
import { byId, setText } from "./dom.js";
import { Ladder } from "./ladder.js";

/** Where the data come from. One of the two owns the stage at a time. */
export interface Source {
  enter(): void;
  /** Stops everything that runs by itself. */
  leave(): void;
  render(): void;
}

/** What both sources show a book with. */
export class Stage {
  readonly picker: SymbolPicker;
  #chart = new DepthChart(byId("chart"), { label: "Order book depth by price" });
  #ladder = new Ladder();

  constructor(onPick: () => void) {
    this.picker = new SymbolPicker(onPick);
  }

  /** Other data follow: the view is fitted afresh. */
  begin(source: string, simulated: boolean): void {
    setText(byId("source"), source);
    this.#chart.setSimulated(simulated);
    this.#chart.resetView();
  }

  /** @param held chart and ladder stay as they are */
  show(frame: BookFrame | undefined, held = false): void {
    renderBadge(frame);
    if (held) return;
    this.#chart.update(frame);
    this.#ladder.render(frame);
  }
}

/** Shows a sentence on top of the page; an empty one takes it away. */
export function say(sentence: string): void {
  const message = byId("message");
  message.hidden = sentence === "";
  setText(message, sentence);
}
