// What came of a run, in a few lines: how much there is, whether it held what it expects, what ended it.

import type { Run } from "../engine/messages";
import { worthSaying } from "../run/changes";
import { seconds } from "../run/events";
import { say } from "../strings/strings";
import { element } from "./dom";

function summary({ count, endNs, played, changes }: Run): HTMLElement {
  const worth = worthSaying(changes, count);
  const change = worth ? ` (${say("changed", worth.added.size, worth.gone)})` : "";
  return element("p", {}, say("summary", count, seconds(endNs), played.toFixed(1)) + change);
}

function expectations({ held, failures }: Run): HTMLElement {
  if (failures.length === 0) return element("p", {}, say("held", held));
  const counts = `${say("held", held)}, ${say("failed", failures.length)}`;
  return element(
    "details",
    { id: "failures" },
    element("summary", { class: "bad" }, counts),
    ...failures.map(({ text, expected, actual }) =>
      element("p", { class: "bad" }, say("failure", text, expected, actual)),
    ),
  );
}

export function outcomeOf(run: Run): HTMLElement[] {
  const endsAtBound = run.end.startsWith("max-");
  return [
    summary(run),
    ...(endsAtBound ? [element("p", { class: "bad" }, say("bound", run.end))] : []),
    ...(run.drawing === null ? [element("p", {}, say("tooMany", run.count))] : []),
    expectations(run),
  ];
}
