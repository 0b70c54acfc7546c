// What is shown of a moment: of many connections the latest ones, of many that are in one state how many.

import type { RunEvent } from "./events";
import { type Connection, type Moment, momentAt, queuesOf } from "./moment";

const connectionsMost = 6; // that are not over, the latest ones …
const overMost = 2; // … or, when all are over, so many of those
const segmentsMost = 4;

export interface Ends {
  readonly timeNs: number;
  readonly connections: readonly Connection[];
  /** Of each state who is in it: "client", "server.2 +3". */
  readonly states: ReadonlyMap<string, string>;
  /** Of each host that listens. */
  readonly queues: readonly { readonly host: string; readonly halfOpen: number; readonly waiting: number }[];
  /** How many segments, and the latest: "SYN client→server". */
  readonly underWay: { readonly count: number; readonly latest: readonly string[] };
}

export const nameOf = ({ host, number }: Connection) => (number === 1 ? host : `${host}.${number}`);

/** Two are named, of more the first one. */
const few = (names: readonly string[]) => (names.length > 2 ? `${names[0]} +${names.length - 1}` : names.join(" "));

function statesOf(moment: Moment): Ends["states"] {
  const states = new Map<string, string[]>();
  const put = (state: string, who: string) => {
    const known = states.get(state);
    if (known) known.push(who);
    else states.set(state, [who]);
  };
  for (const [host, state] of moment.listeners) if (state !== "CLOSED") put(state, host);
  for (const connection of moment.connections.values()) put(connection.state, nameOf(connection));
  return new Map([...states].map(([state, names]) => [state, few(names)]));
}

function underWay(moment: Moment, events: readonly RunEvent[]): Ends["underWay"] {
  const latest = [...moment.underWay].slice(-segmentsMost).flatMap((id) => events[id - 1] ?? []);
  return {
    count: moment.underWay.size,
    latest: latest.map((event) => `${event.class} ${event.host}→${event.peer}`),
  };
}

/** Behind the event at `number`, from 1. */
export function endsAt(events: readonly RunEvent[], number: number): Ends {
  const moment = momentAt(events, number);
  const all = [...moment.connections.values()];
  const open = all.filter(({ state }) => state !== "CLOSED").slice(-connectionsMost);
  const listening = [...moment.listeners].filter(([, state]) => state === "LISTEN");
  return {
    timeNs: events[number - 1]?.t_ns ?? 0,
    connections: open.length > 0 ? open : all.slice(-overMost),
    states: statesOf(moment),
    queues: listening.map(([host]) => ({ host, ...queuesOf(moment, host) })),
    underWay: underWay(moment, events),
  };
}
