// What the browser keeps: the text at hand, and the last one that somebody wrote, which a link that is opened and a
// scenario that is chosen leave alone. Inside another page (a lesson) nothing is kept.

import { recall, remember } from "../store";

export interface Scenario {
  /** Its path: what it includes is relative to it. */
  readonly name: string;
  readonly text: string;
}

type Slot = "at hand" | "own";

const keeps = window === window.parent;
const keyOf = (slot: Slot) => `tcpwaltz: ${slot}`;

export function keep(slot: Slot, { name, text }: Scenario): void {
  if (keeps) remember(keyOf(slot), `${name}\n${text}`);
}

export function kept(slot: Slot): Scenario | null {
  const both = keeps ? recall(keyOf(slot)) : null;
  if (both === null) return null;
  const end = both.indexOf("\n");
  return { name: both.slice(0, end), text: both.slice(end + 1) };
}
