// Counters by interval as lines over time: docs/counters.md.

import type { Interval } from "../run/events";
import { say } from "../strings/strings";
import { byId, drawing, element } from "./dom";

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const size = { width: 640, height: 220, left: 56, right: 120, top: 12, bottom: 34 } as const;

/** 1, 2 or 5 times a power of ten: about five steps up to `most`. */
function stepTo(most: number): number {
  const rough = Math.max(most, 1e-9) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
}

const ticksTo = (most: number) => {
  const step = stepTo(most);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
};

const short = (value: number) => (value >= 10_000 ? `${value / 1000}k` : String(Number(value.toPrecision(6))));

function chart(title: string, lines: readonly Line[]): SVGSVGElement {
  const points = lines.flatMap((line) => line.points);
  const lastTime = Math.max(...points.map(([time]) => time), 1e-3);
  const most = Math.max(...points.map(([, value]) => value), 1);
  const x = (time: number) => size.left + (time / lastTime) * (size.width - size.left - size.right);
  const y = (value: number) => size.height - size.bottom - (value / most) * (size.height - size.top - size.bottom);
  const grid = [
    ...ticksTo(most).flatMap((value) => [
      drawing("path", { class: "grid", d: `M${size.left} ${y(value)}H${size.width - size.right}` }),
      drawing("text", { class: "tick l", x: size.left - 6, y: y(value) + 4 }, short(value)),
    ]),
    ...ticksTo(lastTime).map((time) =>
      drawing("text", { class: "tick m", x: x(time), y: size.height - 16 }, short(time)),
    ),
    drawing("text", { class: "tick m", x: (x(0) + x(lastTime)) / 2, y: size.height - 2 }, say("time")),
  ];
  const curves = lines.flatMap(({ name, points: own }, index) => {
    const last = own.at(-1) ?? [0, 0];
    return [
      drawing("path", {
        class: `curve c${index}`,
        d: `M${own.map(([time, value]) => `${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("L")}`,
      }),
      drawing(
        "text",
        { class: `legend c${index}`, x: x(last[0]) + 6, y: y(last[1]) + 4 - 8 * index },
        `${name}: ${last[1]}`,
      ),
    ];
  });
  return drawing(
    "svg",
    {
      class: "plot",
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: "img",
      "aria-label": `${title}. ${lines.map(({ name, points: own }) => `${name}: ${own.at(-1)?.[1] ?? 0}`).join(", ")}`,
    },
    ...grid,
    ...curves,
  );
}

type Counter = "half_open" | "connected" | "tried";

function lineOf(intervals: readonly Interval[], hosts: readonly string[], counter: Counter, name: string): Line {
  const sums = new Map<number, number>();
  const last = new Map<string, number>();
  for (const interval of intervals) {
    if (!hosts.includes(interval.host)) continue;
    last.set(interval.host, interval[counter]);
    sums.set(
      interval.t_s,
      [...last.values()].reduce((sum, value) => sum + value, 0),
    );
  }
  return { name, points: [...sums] };
}

/** Nothing where there is nothing to be drawn. */
function figure(title: string, lines: readonly Line[]): HTMLElement[] {
  const drawn = lines.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return [];
  return [element("figure", {}, element("figcaption", {}, title), chart(title, drawn))];
}

export function showPlots(intervals: readonly Interval[]): void {
  byId("plots").hidden = intervals.length === 0;
  const having = (counter: Counter) => [
    ...new Set(intervals.filter((interval) => interval[counter] > 0).map(({ host }) => host)),
  ];
  const clients = having("tried");
  byId("charts").replaceChildren(
    ...figure(
      say("halfOpen"),
      having("half_open").map((host) => lineOf(intervals, [host], "half_open", host)),
    ),
    ...figure(say("clients"), [
      lineOf(intervals, clients, "tried", say("tried")),
      lineOf(intervals, clients, "connected", say("connected")),
    ]),
  );
}
