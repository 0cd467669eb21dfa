import type { BookFrame } from "hadal";
import { stateSentence, stateTitle } from "hadal/chart";
import { byId, count, setText } from "./dom.js";

export type BadgeState = "verified" | "stale" | "waiting";

/** A live book counts as verified only when its last message was compared and matched. */
export function badgeState(frame: BookFrame | undefined): BadgeState {
  if (!frame) return "waiting";
  if (frame.verified) return "verified";
  return frame.state === "stale" || frame.state === "resyncing" ? "stale" : "waiting";
}

/**
 * Says whether the book can be trusted. Title and reason are a live region and change only with the state; the count
 * stands outside it, or a screen reader would read every message.
 */
export function renderBadge(frame: BookFrame | undefined): void {
  const state = badgeState(frame);
  const root = document.documentElement;
  if (root.dataset["state"] !== state) root.dataset["state"] = state;
  const matched = frame ? `${count(frame.matched)} ${frame.matched === 1 ? "checksum" : "checksums"} matched` : "";
  const title = byId("badge-title");
  const reason = byId("badge-reason");
  const counted = byId("badge-count");
  switch (state) {
    case "verified":
      setText(title, "Verified");
      setText(reason, "");
      setText(counted, matched);
      break;
    case "stale":
      setText(title, "Stale");
      setText(reason, frame ? stateSentence(frame.state, frame.reason) : "");
      setText(counted, "");
      break;
    default:
      setText(title, frame?.state === "live" ? "Live, not compared" : stateTitle(frame?.state ?? "awaiting_snapshot"));
      setText(reason, "");
      setText(counted, frame && frame.matched > 0 ? `${matched} so far` : "");
  }
}
