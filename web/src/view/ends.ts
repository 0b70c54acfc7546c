// Both ends at a moment: states, numbers, timers that run down, queues, what is under way.

import { type Ends, nameOf } from "../run/ends";
import { seconds } from "../run/events";
import type { Connection, Timer } from "../run/moment";
import { inWords, say } from "../strings/strings";
import { byId, drawing, element, terms } from "./dom";
import { stateDiagram } from "./diagram";

function timerRow(timer: Timer, now: number): HTMLElement {
  const left = Math.max(timer.dueNs - now, 0);
  const text = say("timerLeft", inWords(timer.name), seconds(left), seconds(timer.lengthNs));
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

export function showEnds({ timeNs, connections, states, queues, underWay }: Ends): void {
  byId("diagram").replaceChildren(stateDiagram(states));
  const segments = underWay.count === 0 ? say("none") : `${underWay.count}: ${underWay.latest.join(", ")}`;
  byId("ends").replaceChildren(
    ...connections.map((connection) => connectionPart(connection, timeNs)),
    terms([
      ...queues.map(({ host, halfOpen, waiting }): readonly [string, string] => [
        `${say("queues")} (${host})`,
        say("queuesOf", halfOpen, waiting),
      ]),
      [say("underWay"), segments],
    ]),
  );
}
