// The library's JSON lines, read.

import type { Interval, RunEvent } from "./events";

type Line = RunEvent | (Interval & { readonly kind: "interval" });

export function readEvents(lines: string): { events: RunEvent[]; intervals: Interval[] } {
  const events: RunEvent[] = [];
  const intervals: Interval[] = [];
  for (const text of lines.split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as Line;
    if (line.kind === "interval") intervals.push(line);
    else events.push(line);
  }
  return { events, intervals };
}
