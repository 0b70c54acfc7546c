// The run at hand, in the worker: played, looked at, its events and packets read when somebody asks for them.

import { type Changes, changesBetween, faceOf } from "../run/changes";
import { drawingOf } from "../run/drawing";
import { endsAt } from "../run/ends";
import { type RunEvent, seconds } from "../run/events";
import { packetsOf, type Packet } from "../run/packets";
import { readCounters, readEvents } from "../run/read";
import { targetOf } from "../run/target";
import type { Calls, Failure, Fault, Look, Problem, Run, RunAnswer } from "./messages";
import type { Library } from "./wasm";

/** A run ends at the latest with so many events, bytes, and steps without an event: a page has less room than
 * a terminal, and somebody who waits. */
const bounds = { events: 50_000, bytes: 400_000_000, steps: 3_000_000 } as const;

/** More events are neither drawn nor stepped through. */
const drawnMost = 6_000;

function problemsIn(library: Library): Problem[] {
  return Array.from({ length: library.errorCount() }, (_, index) => ({
    file: library.errorFile(index),
    line: library.errorLine(index),
    column: library.errorColumn(index),
    width: library.errorWidth(index),
    message: library.errorMessage(index),
    hint: library.errorHint(index),
  }));
}

/** What a call that leaves a text answers; a trouble is thrown. */
function told(library: Library, status: number): string {
  if (status !== 0) throw new Error(library.text());
  return library.text();
}

/** Of a run whose events nobody sees. */
const noChanges: Changes = { added: new Set(), gone: 0 };

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

function failuresIn(text: string): Failure[] {
  return linesOf(text).map((line) => {
    const [what = "", expected = "", actual = ""] = line.split("\t");
    return { text: what, expected, actual };
  });
}

const faults: readonly Fault[] = ["drop", "duplicate", "corrupt", "delay"];

export class Runs {
  readonly #all: Library;
  #isPlayed = false;
  #name = "";
  #events: readonly RunEvent[] = [];
  #faces: readonly string[] = [];
  #packets: ReadonlyMap<number, Packet> | null = null;

  constructor(library: Library) {
    this.#all = library;
  }

  /** The library with a run at hand: a worker that took the place of a stopped one has none. */
  get #library(): Library {
    if (!this.#isPlayed) throw new Error("there is no run: change the text, and it is played");
    return this.#all;
  }

  play({ name, text, settings }: Calls["run"]["question"]): RunAnswer {
    const library = this.#all;
    const began = performance.now();
    for (const setting of settings) library.set(setting);
    library.bound(bounds.events, bounds.bytes, bounds.steps);
    if (library.run(name, text) !== 0) return { problems: problemsIn(library), text: library.text() };
    this.#isPlayed = true;
    this.#name = name;
    this.#packets = null;
    return { run: this.#made(performance.now() - began) };
  }

  #made(played: number): Run {
    const library = this.#library;
    const count = library.eventCount();
    const isDrawn = count <= drawnMost;
    const before = this.#faces;
    this.#events = isDrawn ? readEvents(this.#view("json")) : [];
    this.#faces = this.#events.map(faceOf);
    const held = library.check();
    const failures = failuresIn(library.text());
    return {
      count,
      endNs: library.endTime(),
      end: library.end(),
      drawing: isDrawn ? drawingOf(told(library, library.ladder())) : null,
      changes: isDrawn ? changesBetween(before, this.#faces) : noChanges,
      intervals: readCounters(this.#view("counters")),
      held,
      failures,
      played,
    };
  }

  #view(format: string): string {
    return told(this.#library, this.#library.view(format));
  }

  /** A view as the program writes it. */
  view(format: string): Uint8Array<ArrayBuffer> {
    this.#view(format);
    return this.#library.bytes();
  }

  /** The line that does this to the segment of an event. */
  fault({ event, fault, delayNs }: Calls["fault"]["question"]): string {
    return told(this.#library, this.#library.fault(event, faults.indexOf(fault), delayNs));
  }

  look(at: number): Look {
    const event = this.#events[at - 1];
    return {
      sentence: this.sentences(at, 1)[0] ?? "",
      why: told(this.#library, this.#library.why(at)),
      ends: endsAt(this.#events, at),
      target: targetOf(this.#events, at, this.#name),
      hasPacket: event?.kind === "send" || event?.kind === "arrive",
    };
  }

  sentences(first: number, count: number): string[] {
    const said = linesOf(told(this.#library, this.#library.sentences(first, count)));
    return said.map((sentence, index) => `${seconds(this.#events[first + index - 1]?.t_ns ?? 0)} s ${sentence}`);
  }

  packet(event: number): Packet | null {
    if (this.#packets === null) {
      this.#packets = packetsOf(this.view("pcapng"), this.#events);
    }
    return this.#packets.get(event) ?? null;
  }
}
