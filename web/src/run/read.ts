// The library's views, read: JSON lines, and the table of counters.

import type { Interval, RunEvent } from "./events";

/** docs/trace-json.md; behind the events stand intervals, which are read from their table. */
export function readEvents(lines: string): RunEvent[] {
  const isEvent = (line: string) => line !== "" && !line.startsWith('{"kind":"interval"');
  return lines
    .split("\n")
    .filter(isEvent)
    .map((line) => JSON.parse(line) as RunEvent);
}

/** docs/counters.md: names of columns, then a row a host and interval. */
export function readCounters(table: string): Interval[] {
  const [head = "", ...rows] = table.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const columns = head.split(",");
  return rows.map((row) => {
    const cells = row.split(",");
    const numbers = Object.fromEntries(columns.map((name, index) => [name, Number(cells[index])]));
    return { ...numbers, host: cells[columns.indexOf("host")] ?? "" } as Interval;
  });
}
