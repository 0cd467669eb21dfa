// Names of the event log in words. What is not known is said as it is named.

import type { NewsKind } from "./narrator.js";

const plain = (name: string): string => name.replaceAll("_", " ");

/** "0.2 s"; never 0. */
export const seconds = (ms: number): string => (ms >= 9950 ? `${Math.round(ms / 1000)} s` : `${Math.max(0.1, ms / 1000).toFixed(1).replace(/\.0$/, "")} s`);

const ofConnection = ["transport_lost", "silence", "pong_timeout", "server_closed", "ack_stalled", "closed"];

/** Whether a book is stale because of its connection. */
export const isOfConnection = (reason: string): boolean => ofConnection.includes(reason);

/** Why a book is not right: the middle of a sentence. */
export function gapWords(cause: string): string {
  switch (cause) {
    case "checksum":
      return "checksum differs";
    case "crossed":
      return "the best bid reached the best ask";
    case "level_order":
      return "a snapshot lists its levels out of order";
    case "parse":
      return "a message cannot be read";
    case "sequence":
      return "a message is missing";
    case "snapshot_timeout":
      return "the snapshot did not come in time";
    case "lost_frames":
      return "messages were lost";
    case "precision_changed":
      return "the number of decimals changed";
    case "number_out_of_range":
      return "a number is too large to hold exactly";
    case "limit":
      return "a message is larger than allowed";
    case "user":
      return "a new snapshot was asked for";
    default:
      return plain(cause) || "something went wrong";
  }
}

function lossWords(cause: string): string {
  switch (cause) {
    case "transport_lost":
      return "The connection broke";
    case "server_closed":
      return "The exchange closed the connection";
    case "silence":
      return "Nothing arrived for 10 s, so the client gives the connection up";
    case "pong_timeout":
      return "The exchange did not answer a ping, so the client gives the connection up";
    case "ack_stalled":
      return "The exchange did not answer the subscriptions";
    default:
      return `Connection lost (${plain(cause)})`;
  }
}

/** A change of the connection's state; nothing for those that other lines tell. */
export function connectionWords(from: string, to: string, cause: string, attempt: number): { kind: NewsKind; text: string } | undefined {
  if (to === "degraded" && from === "connecting") {
    return { kind: "trouble", text: `Attempt ${attempt} to reconnect failed` };
  }
  if (to === "degraded") return { kind: "trouble", text: `${lossWords(cause)}: every book is stale` };
  if (to === "closed") return { kind: "trouble", text: `The connection is closed (${plain(cause)})` };
  if (cause === "transport_opened") {
    const how = attempt > 0 ? `Attempt ${attempt} to reconnect succeeded` : "Connected";
    return { kind: "action", text: `${how}: the client asks for every book` };
  }
  return undefined;
}
