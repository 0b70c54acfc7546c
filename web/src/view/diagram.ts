// The state diagram of RFC 9293 §3.3.2, figure 5, with the states that connections are in lit.

import type { Ends } from "../run/ends";
import { drawing } from "./dom";
import { say } from "../strings/strings";

/** Where each state stands: column and row. */
const places: Readonly<Record<string, readonly [number, number]>> = {
  CLOSED: [1, 0],
  LISTEN: [0, 1],
  "SYN-SENT": [2, 1],
  "SYN-RCVD": [0, 2],
  ESTABLISHED: [1, 3],
  "FIN-WAIT-1": [0, 4],
  "CLOSE-WAIT": [2, 4],
  "FIN-WAIT-2": [0, 5],
  CLOSING: [1, 5],
  "LAST-ACK": [2, 5],
  "TIME-WAIT": [0, 6],
};

const ways: readonly (readonly [string, string])[] = [
  ["CLOSED", "LISTEN"],
  ["CLOSED", "SYN-SENT"],
  ["LISTEN", "SYN-RCVD"],
  ["SYN-SENT", "SYN-RCVD"],
  ["SYN-SENT", "ESTABLISHED"],
  ["SYN-RCVD", "ESTABLISHED"],
  ["SYN-RCVD", "FIN-WAIT-1"],
  ["ESTABLISHED", "FIN-WAIT-1"],
  ["ESTABLISHED", "CLOSE-WAIT"],
  ["FIN-WAIT-1", "FIN-WAIT-2"],
  ["FIN-WAIT-1", "CLOSING"],
  ["FIN-WAIT-1", "TIME-WAIT"],
  ["FIN-WAIT-2", "TIME-WAIT"],
  ["CLOSING", "TIME-WAIT"],
  ["CLOSE-WAIT", "LAST-ACK"],
  ["LAST-ACK", "CLOSED"],
];

const box = { width: 104, height: 30, across: 122, down: 52, margin: 8 } as const;
const corner = ([column, row]: readonly [number, number]) => ({
  x: box.margin + column * box.across,
  y: box.margin + row * box.down,
});

function middle(state: string): { x: number; y: number } {
  const { x, y } = corner(places[state] ?? [0, 0]);
  return { x: x + box.width / 2, y: y + box.height / 2 };
}

/** A line from box to box; those that would pass through another box go around it. */
function way([from, to]: readonly [string, string]): SVGElement {
  const [a, b] = [middle(from), middle(to)];
  const around: Readonly<Record<string, string>> = {
    "LAST-ACK CLOSED": `M${a.x + 45} ${a.y}C${a.x + 80} ${a.y - 120} ${a.x + 80} ${b.y} ${b.x + box.width / 2} ${b.y - 6}`,
    "SYN-RCVD FIN-WAIT-1": `M${a.x - 40} ${a.y}L${b.x - 40} ${b.y}`,
    "FIN-WAIT-1 TIME-WAIT": `M${a.x - 47} ${a.y}C${a.x - 62} ${a.y + 30} ${b.x - 62} ${b.y - 30} ${b.x - 47} ${b.y}`,
  };
  return drawing("path", { class: "way", d: around[`${from} ${to}`] ?? `M${a.x} ${a.y}L${b.x} ${b.y}` });
}

export function stateDiagram(inState: Ends["states"]): SVGSVGElement {
  const boxes = Object.entries(places).map(([state, place]) => {
    const { x, y } = corner(place);
    const who = inState.get(state);
    return drawing(
      "g",
      { class: who ? "box on" : "box" },
      drawing("rect", { x, y, width: box.width, height: box.height, rx: 5 }),
      drawing("text", { x: x + box.width / 2, y: y + (who ? 13 : 19) }, state),
      who ? drawing("text", { class: "who", x: x + box.width / 2, y: y + 25 }, who) : null,
    );
  });
  const said = [...inState].map(([state, who]) => `${state}: ${who}`).join("; ");
  return drawing(
    "svg",
    {
      class: "diagram",
      viewBox: `-6 0 ${3 * box.across + 30} ${7 * box.down}`,
      role: "img",
      "aria-label": `${say("stateDiagram")}. ${said}`,
    },
    ...ways.map(way),
    ...boxes,
  );
}
