// The events of a run, as the page needs them: docs/trace-json.md has every field that there is.

export type EventKind =
  "call" | "app" | "send" | "lost" | "fault" | "arrive" | "discard" | "state" | "timer" | "host" | "end";

export interface RunEvent {
  readonly id: number;
  readonly t_ns: number;
  readonly kind: EventKind;
  readonly host: string | null;
  readonly conn: number;
  readonly cause: number | null;
  readonly peer?: string | null;
  readonly class?: string;
  readonly flags?: readonly string[];
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  readonly fate?: string;
  readonly injected?: boolean;
  readonly sent?: number | null;
  readonly copy?: number;
  readonly fault?: string;
  readonly culprit?: string;
  readonly text?: string | null;
  readonly file?: string | null;
  readonly line?: number | null;
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly event?: string;
  readonly bytes?: number;
  readonly error?: string;
  readonly timer?: string;
  readonly length_ns?: number | null;
  readonly due_ns?: number | null;
  readonly retry?: number;
  readonly limit?: number;
  readonly why?: string;
}

/** Where a host stands at the end of an interval: docs/counters.md. */
export interface Interval {
  readonly t_s: number;
  readonly host: string;
  readonly half_open: number;
  readonly bytes: number;
  readonly accepted: number;
  readonly tried: number;
  readonly connected: number;
  readonly failed: number;
  readonly syn_queue_full: number;
}

/** A time as the timeline writes it: "3.010". */
export function seconds(ns: number): string {
  return (ns / 1e9).toFixed(3);
}
