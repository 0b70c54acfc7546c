// What is otherwise in a run than in the one before: events that this one has not got.

import type { RunEvent } from "./events";

/** What happened, whatever its number. */
function faceOf(event: RunEvent): string {
  const {
    t_ns,
    kind,
    host,
    conn,
    seq,
    ack,
    length,
    flags,
    to,
    timer,
    event: what,
    length_ns,
    fate,
    error,
    why,
  } = event;
  return [t_ns, kind, host, conn, seq, ack, length, flags, to, timer, what, length_ns, fate, error, why].join();
}

export interface Changes {
  /** Numbers of the later run's events that are new … */
  readonly added: ReadonlySet<number>;
  /** … and how many of the earlier one's are gone. */
  readonly gone: number;
}

export function changesBetween(before: readonly RunEvent[], after: readonly RunEvent[]): Changes {
  const left = new Map<string, number>();
  for (const event of before) {
    const face = faceOf(event);
    left.set(face, (left.get(face) ?? 0) + 1);
  }
  const added = new Set<number>();
  for (const event of after) {
    const face = faceOf(event);
    const count = left.get(face) ?? 0;
    if (count === 0) added.add(event.id);
    else left.set(face, count - 1);
  }
  return { added, gone: before.length - (after.length - added.size) };
}
