// The segment that an event is about, as something to be done to.

import type { RunEvent } from "./events";
import { lateBy } from "./late";

export interface Target {
  /** The number of the event that sent it. */
  readonly sent: number;
  /** By how much to delay it, so that its repetition comes first. */
  readonly lateNs: number;
  /** Faults that a line of this scenario's text put on it. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** Of the scenario called `file`; null: there is none, or a forged one, which faults do not meet. */
export function targetOf(events: readonly RunEvent[], number: number, file: string): Target | null {
  const event = events[number - 1];
  const sent = event?.kind === "send" ? event : events[(event?.sent ?? 0) - 1];
  if (!sent || sent.injected) return null;
  const lines = events.flatMap((other) =>
    (other.kind === "lost" || other.kind === "fault") && other.sent === sent.id && other.line && other.file === file
      ? [{ number: other.line, text: other.text ?? "" }]
      : [],
  );
  return { sent: sent.id, lateNs: lateBy(events, sent), lines };
}
