// What page and worker say to each other: a call, its question, its answer.

import type { Packet } from "../run/packets";
import type { RunEvent, Interval } from "../run/events";

/** Something wrong with a scenario; numbers are 0 where it has no such place. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly message: string;
  readonly hint: string;
}

/** An expectation that did not hold. */
export interface Failure {
  readonly text: string;
  readonly expected: string;
  readonly actual: string;
}

export interface RunQuestion {
  /** Its path: what it includes is relative to it. */
  readonly name: string;
  readonly text: string;
  /** "client.profile=linux-6.18" */
  readonly settings: readonly string[];
}

export interface Run {
  readonly events: readonly RunEvent[];
  readonly intervals: readonly Interval[];
  /** How many events there are: of too many `events` is empty. When, and why, the last one was: "quiet". */
  readonly count: number;
  readonly endNs: number;
  readonly end: string;
  /** The ladder, an <svg>; "" when there are too many events. */
  readonly ladder: string;
  readonly held: number;
  readonly failures: readonly Failure[];
  /** How many milliseconds it took to play. */
  readonly played: number;
}

export type RunAnswer = { readonly run: Run } | { readonly problems: readonly Problem[]; readonly text: string };

export type Fault = "drop" | "duplicate" | "corrupt" | "delay";

/** A key of a profile. */
export interface Key {
  readonly name: string;
  readonly help: string;
  readonly takes: string;
  readonly value: string;
  readonly source: string;
}

export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly keys: readonly Key[];
}

export interface Calls {
  run: { question: RunQuestion; answer: RunAnswer };
  /** The events of the run at hand as list items, a sentence each. */
  list: { question: null; answer: string };
  why: { question: number; answer: string };
  fault: { question: { event: number; fault: Fault; delayNs: number }; answer: string };
  view: { question: string; answer: Uint8Array<ArrayBuffer> };
  packet: { question: number; answer: Packet | null };
  profiles: { question: null; answer: readonly Profile[] };
}

export type CallName = keyof Calls;

/** One of the calls; `id` tells the answers apart. */
export type Question = {
  [Name in CallName]: { readonly id: number; readonly call: Name; readonly question: Calls[Name]["question"] };
}[CallName];

export interface Answer {
  readonly id: number;
  readonly answer?: Calls[CallName]["answer"];
  /** Why there is none. */
  readonly trouble?: string;
}
