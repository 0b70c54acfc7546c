// What can be done to a segment by a click. The page writes the line; here are the buttons, at the arrow that was
// clicked and in the panel.

import type { Fault } from "../engine/messages";
import type { Target } from "../run/target";
import { parseTime } from "../scenario/time";
import { say } from "../strings/strings";
import { button, byId, element } from "./dom";

export interface Doing {
  readonly fault: (event: number, fault: Fault, delayNs: number) => void;
  /** The scenario's line with this number goes. */
  readonly remove: (line: number) => void;
  readonly say: (text: string) => void;
}

/** What somebody has chosen to delay by stays. */
let delay = "100ms";

function delayRow(target: Target, doing: Doing): HTMLElement {
  const input = element("input", { value: delay, size: "6", "aria-label": say("delay"), spellcheck: "false" });
  const send = () => {
    const ns = parseTime(input.value);
    if (ns === null) return doing.say(say("badTime", input.value));
    delay = input.value;
    doing.fault(target.sent, "delay", ns);
  };
  input.addEventListener("keydown", (press) => {
    if (press.key === "Enter") send();
  });
  return element("span", { class: "delay" }, button(say("delay"), send, { "data-do": "delay" }), input);
}

export function actionButtons(target: Target, doing: Doing): HTMLElement[] {
  const fault = (name: "lose" | "duplicate" | "corrupt", kind: Fault) =>
    button(say(name), () => doing.fault(target.sent, kind, 0), { "data-do": kind });
  const late = () => doing.fault(target.sent, "delay", target.lateNs);
  return [
    ...target.lines.map(({ number, text }) =>
      button(say("remove", text), () => doing.remove(number), { "data-do": "remove" }),
    ),
    fault("lose", "drop"),
    delayRow(target, doing),
    button(say("late"), late, { "data-do": "late", title: say("lateHelp") }),
    fault("duplicate", "duplicate"),
    fault("corrupt", "corrupt"),
  ];
}

/** The buttons beside the arrow. */
export class Menu {
  readonly #frame = byId("menu");

  constructor() {
    document.addEventListener("pointerdown", (press) => {
      if (press.target instanceof Node && !this.#frame.contains(press.target)) this.close();
    });
    document.addEventListener("keydown", (press) => {
      if (press.key === "Escape") this.close();
    });
  }

  open(at: { x: number; y: number }, buttons: readonly HTMLElement[]): void {
    this.#frame.replaceChildren(...buttons);
    this.#frame.hidden = false;
    const { width, height } = this.#frame.getBoundingClientRect();
    this.#frame.style.left = `${Math.max(4, Math.min(at.x + 6, window.innerWidth - width - 4))}px`;
    this.#frame.style.top = `${Math.max(4, Math.min(at.y + 6, window.innerHeight - height - 4))}px`;
  }

  close(): void {
    this.#frame.hidden = true;
  }
}
