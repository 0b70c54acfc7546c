// What is otherwise in a run than in the one before: events that this one has not got.

import type { RunEvent } from "./events";

/** What happened, whatever its number: events of two runs that have the same face are the same. */
export function faceOf(event: RunEvent): string {
  const { t_ns, kind, host, conn, seq, ack, length, flags, to, timer, length_ns, fate, error, why } = event;
  return [t_ns, kind, host, conn, seq, ack, length, flags, to, timer, event.event, length_ns, fate, error, why].join();
}

export interface Changes {
  /** Numbers of the later run's events that are new … */
  readonly added: ReadonlySet<number>;
  /** … and how many of the earlier one's are gone. */
  readonly gone: number;
}

/** Of runs whose events have these faces. */
export function changesBetween(before: readonly string[], after: readonly string[]): Changes {
  const left = new Map<string, number>();
  for (const face of before) left.set(face, (left.get(face) ?? 0) + 1);
  const added = new Set<number>();
  for (const [index, face] of after.entries()) {
    const count = left.get(face) ?? 0;
    if (count === 0) added.add(index + 1);
    else left.set(face, count - 1);
  }
  return { added, gone: before.length - (after.length - added.size) };
}

const mostChanged = 0.9; // of a run's events; more are another scenario's

/** Null: nothing is otherwise, or all is. */
export function worthSaying(changes: Changes, events: number): Changes | null {
  const isAnother = changes.added.size > events * mostChanged;
  return isAnother || changes.added.size + changes.gone === 0 ? null : changes;
}
