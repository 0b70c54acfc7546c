// How late is late? Behind the repetition that its sender's timer brings.

import type { RunEvent } from "./events";
import { momentAt } from "./moment";

const behind = 10e6; // ns
const withoutTimer = 5e9;

/** Timers that have a segment sent again, by which comes first where both are there. */
const repeating = ["tail-probe", "retransmit"];

/** By how much to delay what the event `sent` sent. */
export function lateBy(events: readonly RunEvent[], sent: RunEvent): number {
  const sameTime = events.findLast((event) => event.t_ns === sent.t_ns);
  const moment = momentAt(events, sameTime?.id ?? sent.id);
  const timers = moment.connections.get(`${sent.host}.${sent.conn}`)?.timers;
  const due = repeating.map((name) => timers?.get(name)?.dueNs).find((time) => time !== undefined);
  return due === undefined ? withoutTimer : due - sent.t_ns + behind;
}
