// The worker of hadal, whose WebSocket is the one of load-socket.js. What comes before that is made waits.
import { loadSocketClass } from "./load-socket.js";

const early = [];
onmessage = (event) => early.push(event);
const [rate, total] = self.name.split(" ").map(Number);
globalThis.WebSocket = await loadSocketClass(rate, total);
await import("hadal/worker");
for (const event of early) onmessage(event);
