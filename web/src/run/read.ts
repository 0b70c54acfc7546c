// The library's JSON lines, read.

import type { Interval, RunEvent } from "./events";

export interface Told {
  readonly events: RunEvent[];
  readonly intervals: Interval[];
  /** The last event. */
  readonly end: RunEvent;
}

/** Lines that are no events; they stand behind all events. */
const isInterval = (line: string) => line.startsWith('{"kind":"interval"');

/** Of more events than `most` there is the last one alone. */
export function readEvents(text: string, most: number): Told {
  const lines = text.trimEnd().split("\n");
  const firstInterval = lines.findIndex(isInterval);
  const count = firstInterval < 0 ? lines.length : firstInterval;
  const end = JSON.parse(lines[count - 1] ?? "") as RunEvent;
  return {
    events: count > most ? [] : lines.slice(0, count).map((line) => JSON.parse(line) as RunEvent),
    intervals: lines.slice(count).map((line) => JSON.parse(line) as Interval),
    end,
  };
}
