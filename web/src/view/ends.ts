// Both ends at a moment: states, numbers, timers that run down, queues, what is under way.

import { seconds, type RunEvent } from "../run/events";
import { type Connection, type Moment, queuesOf, type Timer } from "../run/moment";
import { say } from "../strings/strings";
import { byId, drawing, element, terms } from "./dom";
import { stateDiagram } from "./diagram";

const shownMost = 6; // connections that are not over, the latest ones …
const overMost = 2; // … or, when all are over, so many of those

function timerRow(timer: Timer, now: number): HTMLElement {
  const left = Math.max(timer.dueNs - now, 0);
  const text = say("timerLeft", timer.name, seconds(left), seconds(timer.lengthNs));
  const retry = timer.limit > 0 ? `, ${say("retry", timer.retry, timer.limit)}` : "";
  return element(
    "div",
    { class: "timer" },
    element("span", {}, text + retry),
    element("progress", { max: String(timer.lengthNs || 1), value: String(left), "aria-label": text }),
  );
}

/** What was acknowledged, and what is not yet: from the initial number up to SND.NXT. */
function numberLine({ sndUna, sndNxt }: Connection): SVGElement {
  const width = 200;
  const acknowledged = sndNxt > 0 ? (sndUna / sndNxt) * width : 0;
  return drawing(
    "svg",
    { class: "numbers", viewBox: `0 0 ${width} 10`, "aria-hidden": "true" },
    drawing("rect", { class: "acknowledged", x: 0, y: 1, width: acknowledged, height: 8 }),
    drawing("rect", { class: "open", x: acknowledged, y: 1, width: sndNxt > 0 ? width - acknowledged : 0, height: 8 }),
  );
}

function connectionPart(connection: Connection, now: number): HTMLElement {
  const { sndUna, sndNxt, sndWnd, rcvNxt, sent, again, lost, arrived } = connection;
  const timers = [...connection.timers.values()].map((timer) => timerRow(timer, now));
  const numbers = element(
    "span",
    {},
    `SND.UNA ${sndUna}, SND.NXT ${sndNxt}, SND.WND ${sndWnd}, RCV.NXT ${rcvNxt}; ${say("unacknowledged", sndNxt - sndUna)}`,
    numberLine(connection),
  );
  return element(
    "section",
    { class: "end" },
    element("h3", {}, nameOf(connection), " ", element("strong", {}, connection.state)),
    terms([
      [say("numbers"), numbers],
      [say("counts"), say("countsOf", sent, again, lost, arrived)],
      [say("read"), say("bytes", connection.bytesRead)],
      [say("timers"), timers.length > 0 ? element("div", {}, ...timers) : say("none")],
    ]),
  );
}

const nameOf = ({ host, number }: Connection) => (number === 1 ? host : `${host}.${number}`);

function statesOf(moment: Moment): Map<string, string[]> {
  const inState = new Map<string, string[]>();
  const put = (state: string, who: string) => inState.set(state, [...(inState.get(state) ?? []), who]);
  for (const [host, state] of moment.listeners) if (state !== "CLOSED") put(state, host);
  for (const connection of moment.connections.values()) put(connection.state, nameOf(connection));
  return inState;
}

function underWay(moment: Moment, events: readonly RunEvent[]): string {
  const segments = [...moment.underWay].map((id) => events[id - 1]).filter((event) => event !== undefined);
  if (segments.length === 0) return say("none");
  const names = segments.slice(-4).map((event) => `${event.class} ${event.host}→${event.peer}`);
  return `${segments.length}: ${names.join(", ")}`;
}

export function showEnds(moment: Moment, events: readonly RunEvent[], now: number): void {
  byId("diagram").replaceChildren(stateDiagram(statesOf(moment)));
  const queues = [...moment.listeners]
    .filter(([, state]) => state === "LISTEN")
    .map(([host]): readonly [string, string] => {
      const { halfOpen, waiting } = queuesOf(moment, host);
      return [`${say("queues")} (${host})`, say("queuesOf", halfOpen, waiting)];
    });
  const all = [...moment.connections.values()];
  const open = all.filter(({ state }) => state !== "CLOSED").slice(-shownMost);
  const connections = open.length > 0 ? open : all.slice(-overMost);
  byId("ends").replaceChildren(
    ...connections.map((connection) => connectionPart(connection, now)),
    terms([...queues, [say("underWay"), underWay(moment, events)]]),
  );
}
