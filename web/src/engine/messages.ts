// What page and worker say to each other: a call, its question, its answer. A run stays in the worker; the page is told
// what it shows of it.

import type { Ends } from "../run/ends";
import type { Interval } from "../run/events";
import type { Changes } from "../run/changes";
import type { Drawing } from "../run/drawing";
import type { Packet } from "../run/packets";
import type { Target } from "../run/target";

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
  /** How many events there are. When, and why, the last one was: "quiet". */
  readonly count: number;
  readonly endNs: number;
  readonly end: string;
  /** The ladder; null when there are too many events, which are not stepped through either. */
  readonly drawing: Drawing | null;
  /** What is otherwise than in the run that this worker played before. */
  readonly changes: Changes;
  readonly intervals: readonly Interval[];
  readonly held: number;
  readonly failures: readonly Failure[];
  /** How many milliseconds it took to play. */
  readonly played: number;
}

export type RunAnswer = { readonly run: Run } | { readonly problems: readonly Problem[]; readonly text: string };

/** An event of the run at hand, and where everybody stands behind it. */
export interface Look {
  readonly sentence: string;
  /** Its causes, a line each. */
  readonly why: string;
  readonly ends: Ends;
  readonly target: Target | null;
  /** It sent a segment, or received one. */
  readonly hasPacket: boolean;
}

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

/** The library's messages in another language, by what they are in English. */
export type Messages = Readonly<Record<string, string>>;

export interface Calls {
  /** From now on it says so what has a translation. */
  speak: { question: Messages; answer: null };
  run: { question: RunQuestion; answer: RunAnswer };
  look: { question: number; answer: Look };
  /** Events from a number on, as sentences with their times. */
  sentences: { question: { first: number; count: number }; answer: readonly string[] };
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
