// The ladder: the library's drawing (sim/view/svg.c), whose groups name their events, lit as one steps. Knows
// events by number alone.

import type { Drawing } from "../run/drawing";
import { Nearby } from "./nearby";

/** Where somebody clicked, and whether an arrow is there. */
export interface Clicked {
  readonly x: number;
  readonly y: number;
  readonly isArrow: boolean;
}

const near = 9; // pixels from an arrow, which is thin: a finger is not

export class Ladder {
  readonly #frame: HTMLElement;
  readonly #nearby: Nearby;
  #added: ReadonlySet<number> = new Set();
  #at = Infinity;

  constructor(frame: HTMLElement) {
    this.#frame = frame;
    this.#nearby = new Nearby(frame, (part) => this.#look(part));
  }

  /** `chosen`: somebody clicked what an event has drawn; `says`: an event as a sentence. */
  listen(chosen: (event: number, at: Clicked) => void, says: (event: number) => Promise<string>): void {
    this.#frame.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
      const group = groupAt(target) ?? this.#arrowNear(x, y);
      if (group) chosen(numberOf(group), { x, y, isArrow: group.matches(".send, .lost") });
    });
    let pointed: Element | null = null;
    this.#frame.addEventListener("pointermove", ({ target, clientX, clientY }) => {
      const group = groupAt(target) ?? this.#arrowNear(clientX, clientY);
      if (group === pointed) return;
      pointed = group;
      this.#frame.classList.toggle("points", group !== null);
      this.#frame.title = "";
      if (!group) return;
      void says(numberOf(group)).then((sentence) => {
        if (group === pointed) this.#frame.title = sentence;
      });
    });
  }

  /** Another run's drawing; null: there is none. `added` are lit as new. */
  show(drawing: Drawing | null, added: ReadonlySet<number>): void {
    this.#added = added;
    this.#at = Infinity;
    this.#nearby.show(drawing);
  }

  /** Lights an event; what comes later is faint. */
  light(at: number, scrolls: boolean): void {
    this.#at = at;
    for (const part of this.#nearby.drawn) this.#look(part);
    if (scrolls) this.#nearby.reveal(at, true);
  }

  #look(part: SVGElement): void {
    if (!part.matches(".ev")) return;
    const event = numberOf(part);
    part.classList.toggle("new", this.#added.has(event));
    part.classList.toggle("on", event === this.#at || Number(part.dataset["a"]) === this.#at);
    part.classList.toggle("later", event > this.#at);
  }

  /** Where there is no room for all of it, its middle: both lines, and what goes between them. */
  centre(): void {
    this.#frame.scrollLeft = (this.#frame.scrollWidth - this.#frame.clientWidth) / 2;
  }

  /** Scrolls to an event, unless it is seen. */
  reveal(event: number): void {
    this.#nearby.reveal(event, false);
  }

  #arrowNear(x: number, y: number): SVGElement | null {
    const picture = this.#frame.querySelector("svg");
    const matrix = picture?.getScreenCTM();
    if (!matrix) return null;
    const at = new DOMPoint(x, y).matrixTransform(matrix.inverse());
    const lines = [...this.#frame.querySelectorAll<SVGLineElement>(".send > line")];
    const distances = lines.map((line) => distance(line, at) * matrix.a);
    const least = Math.min(...distances);
    return least <= near ? (lines[distances.indexOf(least)]?.closest<SVGGElement>(".ev") ?? null) : null;
  }
}

/** From a line to a point. */
function distance(line: SVGLineElement, { x, y }: DOMPoint): number {
  const [x1, y1] = [line.x1.baseVal.value, line.y1.baseVal.value];
  const [x2, y2] = [line.x2.baseVal.value, line.y2.baseVal.value];
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

const groupAt = (target: EventTarget | null) => (target instanceof Element ? target.closest<SVGGElement>(".ev") : null);

const numberOf = (part: SVGElement) => Number(part.dataset["e"]);
