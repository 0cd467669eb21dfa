import { byId, create } from "./dom.js";

/** Fills a select; the value is kept if it is still there. */
export function fillSelect(select: HTMLSelectElement, options: readonly (readonly [value: string, text: string])[], value: string): void {
  const wanted = options.map(([name, text]) => `${name}\n${text}`).join("\t");
  if (select.dataset["options"] !== wanted) {
    select.dataset["options"] = wanted;
    select.replaceChildren(...options.map(([name, text]) => new Option(text, name)));
  }
  if (select.value !== value) select.value = value;
}

/** A few choices side by side: radio buttons, so that arrow keys move between them. */
export class Segments<Value extends string> {
  readonly #inputs: HTMLInputElement[];

  constructor(id: string, options: readonly (readonly [value: Value, text: string])[], onPick: (value: Value) => void) {
    const place = byId(id);
    this.#inputs = options.map(([value, text]) => {
      const label = create("label");
      const input = create("input", "unseen");
      input.type = "radio";
      input.name = id;
      input.value = value;
      input.addEventListener("change", () => onPick(value));
      label.append(input, create("span", "", text));
      place.append(label);
      return input;
    });
  }

  show(value: Value | undefined): void {
    for (const input of this.#inputs) input.checked = input.value === value;
  }
}
