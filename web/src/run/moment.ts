// Where everybody stands behind an event: states, numbers, timers, queues, and what is under way, told by the
// events up to it. Numbers are relative to the initial ones, as in the timeline.

import type { RunEvent } from "./events";

export interface Timer {
  readonly name: string;
  readonly lengthNs: number;
  readonly dueNs: number;
  readonly retry: number;
  readonly limit: number;
}

export interface Connection {
  readonly host: string;
  readonly number: number;
  state: string;
  /** RFC 9293 §3.3.1; the window is the peer's last word, as in its header. */
  sndUna: number;
  sndNxt: number;
  sndWnd: number;
  rcvNxt: number;
  sent: number;
  again: number;
  lost: number;
  arrived: number;
  bytesRead: number;
  /** It came of a listener, and the application has it. */
  passive: boolean;
  accepted: boolean;
  readonly timers: Map<string, Timer>;
}

export interface Moment {
  readonly connections: ReadonlyMap<string, Connection>;
  /** By host: LISTEN, or what became of it. */
  readonly listeners: ReadonlyMap<string, string>;
  /** Numbers of the segments that were sent and have neither arrived nor got lost. */
  readonly underWay: ReadonlySet<number>;
}

interface Making {
  readonly connections: Map<string, Connection>;
  readonly listeners: Map<string, string>;
  readonly underWay: Set<number>;
}

const keyOf = (event: RunEvent) => `${event.host}.${event.conn}`;

function connectionOf(moment: Making, event: RunEvent): Connection | null {
  if (event.host === null || event.conn === 0) return null;
  const known = moment.connections.get(keyOf(event));
  if (known) return known;
  const made: Connection = {
    host: event.host,
    number: event.conn,
    state: "CLOSED",
    sndUna: 0,
    sndNxt: 0,
    sndWnd: 0,
    rcvNxt: 0,
    sent: 0,
    again: 0,
    lost: 0,
    arrived: 0,
    bytesRead: 0,
    passive: false,
    accepted: false,
    timers: new Map(),
  };
  moment.connections.set(keyOf(event), made);
  return made;
}

/** How many numbers a segment takes: its data, SYN, and FIN (RFC 9293 §3.4). */
function taken(event: RunEvent): number {
  const flags = event.flags ?? [];
  return (event.length ?? 0) + (flags.includes("SYN") ? 1 : 0) + (flags.includes("FIN") ? 1 : 0);
}

function send(moment: Making, event: RunEvent): void {
  moment.underWay.add(event.id);
  const connection = connectionOf(moment, event);
  if (!connection || event.injected) return;
  connection.sent++;
  if (event.retry) connection.again++;
  if (event.fate === "lost") connection.lost++;
  connection.sndNxt = Math.max(connection.sndNxt, (event.seq ?? 0) + taken(event));
  if (event.flags?.includes("ACK")) connection.rcvNxt = Math.max(connection.rcvNxt, event.ack ?? 0);
}

function arrive(moment: Making, event: RunEvent): void {
  if (event.sent) moment.underWay.delete(event.sent);
  const connection = connectionOf(moment, event);
  if (!connection) return;
  connection.arrived++;
  if (!event.flags?.includes("ACK") || (event.ack ?? 0) > connection.sndNxt) return;
  connection.sndUna = Math.max(connection.sndUna, event.ack ?? 0);
  connection.sndWnd = event.window ?? 0;
}

function state(moment: Making, event: RunEvent): void {
  if (event.host === null || event.to === undefined) return;
  if (event.conn === 0) {
    moment.listeners.set(event.host, event.to);
    return;
  }
  const connection = connectionOf(moment, event);
  if (!connection) return;
  if (event.from === "LISTEN") connection.passive = true;
  connection.state = event.to;
}

function timer(moment: Making, event: RunEvent): void {
  const timers = connectionOf(moment, event)?.timers;
  if (!timers || event.timer === undefined) return;
  timers.delete(event.timer);
  if (event.event !== "armed") return;
  timers.set(event.timer, {
    name: event.timer,
    lengthNs: event.length_ns ?? 0,
    dueNs: event.due_ns ?? 0,
    retry: event.retry ?? 0,
    limit: event.limit ?? 0,
  });
}

function app(moment: Making, event: RunEvent): void {
  const connection = connectionOf(moment, event);
  if (!connection) return;
  if (event.event === "accepted") connection.accepted = true;
  if (event.event === "read") connection.bytesRead += event.bytes ?? 0;
}

const see: Partial<Record<RunEvent["kind"], (moment: Making, event: RunEvent) => void>> = {
  send,
  arrive,
  state,
  timer,
  app,
  lost: (moment, event) => moment.underWay.delete(event.sent ?? 0),
};

/** Behind the event at `number`, from 1. */
export function momentAt(events: readonly RunEvent[], number: number): Moment {
  const moment: Making = { connections: new Map(), listeners: new Map(), underWay: new Set() };
  for (const event of events.slice(0, number)) see[event.kind]?.(moment, event);
  return moment;
}

/** What a listener's queues hold: half-open connections, and complete ones that wait for accept. */
export function queuesOf(moment: Moment, host: string): { halfOpen: number; waiting: number } {
  const own = [...moment.connections.values()].filter((connection) => connection.host === host && connection.passive);
  return {
    halfOpen: own.filter((connection) => connection.state === "SYN-RCVD").length,
    waiting: own.filter((connection) => !connection.accepted && connection.state === "ESTABLISHED").length,
  };
}
