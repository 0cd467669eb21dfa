import { invalid } from "./error.js";
import { eventTypes, type EventType, type QueueOptions } from "./events.js";
import { checkNames } from "./options.js";

const numbers = {
  maxQueueDepth: [1, 1_048_576],
  coalesceWindowMs: [0, 60_000],
  maxMessagesPerSecond: [0, 1_000_000],
  burstAllowance: [1, 1_000_000],
} as const;
const policies = ["oldest", "latest", "coalesce"];
/** Of options that concern a queue alone. */
export const queueNames = ["policy", ...Object.keys(numbers)];

/** Throws `config_invalid`, whose message begins with the option's name. */
export function checkQueue(options: QueueOptions): void {
  checkNames("options", options, ["types", "symbol", ...queueNames]);
  const { types, symbol, policy } = options;
  if (types !== undefined && (!Array.isArray(types) || types.length === 0)) throw invalid("types: must be a list of names of events");
  for (const type of types ?? []) {
    if (!eventTypes.includes(type as EventType)) throw invalid(`types: there is no event ${String(type)}; there are ${eventTypes.join(", ")}`);
  }
  if (symbol !== undefined && typeof symbol !== "string") throw invalid(`symbol: must be BASE/QUOTE, for example BTC/USD, not ${String(symbol)}`);
  if (policy !== undefined && !policies.includes(policy)) throw invalid(`policy: must be one of ${policies.join(", ")}, not ${String(policy)}`);
  for (const [name, [least, most]] of Object.entries(numbers)) {
    const value = options[name as keyof typeof numbers];
    const right = value === undefined || (Number.isInteger(value) && value >= least && value <= most);
    if (!right) throw invalid(`${name}: must be a whole number from ${least} to ${most}, not ${String(value)}`);
  }
}
