// What the browser keeps: the text at hand, and the last one that somebody wrote, which a link that is opened and a
// scenario that is chosen leave alone. Inside another page (a lesson) nothing is kept.

import { forget, recall, remember } from "../store";

export interface Scenario {
  /** Its path: what it includes is relative to it. */
  readonly name: string;
  readonly text: string;
}

type Slot = "at hand" | "own";

const keeps = window === window.parent;
const keyOf = (slot: Slot) => `tcpwaltz: ${slot}`;

/** The text at hand, which is one's own or another. False: the browser has no room for it. */
export function keep({ name, text }: Scenario, isOwn: boolean): boolean {
  if (!keeps) return true;
  const both = `${name}\n${text}`;
  if (isOwn) forget(keyOf("own"));
  const isKept = remember(keyOf("at hand"), both);
  if (isOwn) remember(keyOf("own"), both);
  return isKept;
}

export function kept(slot: Slot): Scenario | null {
  const both = keeps ? recall(keyOf(slot)) : null;
  if (both === null) return null;
  const end = both.indexOf("\n");
  return { name: both.slice(0, end), text: both.slice(end + 1) };
}
