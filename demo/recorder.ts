import type { Client } from "hadal";
import { byId, errorText, setText } from "./dom.js";

/** Records what comes and goes, as a file that `hadal replay` plays. */
export class RecordButton {
  readonly #button = byId<HTMLButtonElement>("record");
  #client: Client | undefined;
  #recording: Awaited<ReturnType<Client["record"]>> | undefined;
  /** Between a press and what it leads to. */
  #busy = false;

  constructor() {
    this.#button.addEventListener("click", () => void this.#press());
  }

  attach(client: Client | undefined): void {
    if (this.#recording && client !== this.#client) void this.#stop();
    this.#client = client;
    this.#button.disabled = !client;
  }

  async #press(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await (this.#recording ? this.#stop() : this.#start());
    this.#busy = false;
  }

  async #start(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    try {
      const recording = await client.record({ simulated: client.simulated });
      if (client !== this.#client) return; // closed meanwhile, and its recording with it
      this.#recording = recording;
      this.#show("Recording \u2026 press again to keep the file.");
    } catch (error) {
      this.#show(`It cannot be recorded: ${errorText(error)}`);
    }
  }

  async #stop(): Promise<void> {
    const recording = this.#recording;
    this.#recording = undefined;
    this.#show("");
    try {
      const blob = await recording?.stop();
      if (!blob) return;
      const url = URL.createObjectURL(blob);
      const link = document.createElement("a");
      link.href = url;
      link.download = `hadal-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.journal`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      this.#show(`${link.download}, ${(blob.size / 1024).toFixed(0)} KiB: drop it on this page, or play it with hadal replay.`);
    } catch (error) {
      this.#show(`The recording is gone: ${errorText(error)}`);
    }
  }

  #show(text: string): void {
    const on = this.#recording !== undefined;
    this.#button.setAttribute("aria-pressed", String(on));
    setText(this.#button, on ? "Stop and keep" : "Record");
    setText(byId("record-note"), text);
  }
}
