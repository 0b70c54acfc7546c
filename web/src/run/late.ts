// How late is late? Behind the repetition that its sender's timer brings.

import type { RunEvent } from "./events";
import { momentAt } from "./moment";

const behind = 10e6; // ns
const withoutTimer = 5e9;

/** By how much to delay what the event `sent` sent. */
export function lateBy(events: readonly RunEvent[], sent: RunEvent): number {
  const sameTime = events.findLast((event) => event.t_ns === sent.t_ns);
  const moment = momentAt(events, sameTime?.id ?? sent.id);
  const timer = moment.connections.get(`${sent.host}.${sent.conn}`)?.timers.get("retransmit");
  return timer ? timer.dueNs - sent.t_ns + behind : withoutTimer;
}
