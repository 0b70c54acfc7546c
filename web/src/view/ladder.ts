// The ladder: the library's drawing (sim/view/svg.c), whose groups name their events, lit as one steps. Knows
// events by number alone.

import { byId } from "./dom";
import { Nearby } from "./nearby";

/** Where somebody clicked, and whether an arrow is there. */
export interface Clicked {
  readonly x: number;
  readonly y: number;
  readonly isArrow: boolean;
}

const near = 9; // pixels from an arrow, which is thin: a finger is not

export class Ladder {
  readonly #frame = byId("ladder");
  readonly #nearby = new Nearby(this.#frame);
  readonly #says: (event: number) => string;
  #groups: readonly SVGGElement[] = [];

  /** `chosen`: somebody clicked what an event has drawn; `says`: an event as a sentence. */
  constructor(chosen: (event: number, at: Clicked) => void, says: (event: number) => string) {
    this.#says = says;
    this.#frame.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
      const group = groupAt(target) ?? this.#arrowNear(x, y);
      if (group) chosen(numberOf(group), { x, y, isArrow: group.matches(".send, .lost") });
    });
    this.#frame.addEventListener("pointermove", (move) => this.#point(move));
  }

  /** Another run's drawing; "" when there is none. `added` are lit as new. */
  show(drawing: string, added: ReadonlySet<number>): void {
    const picture = pictureIn(drawing);
    this.#groups = [...picture.querySelectorAll<SVGGElement>(".ev")];
    for (const group of this.#groups) if (added.has(numberOf(group))) group.classList.add("new");
    this.#nearby.take([...picture.querySelectorAll(".ev, .t, .fold")]);
    this.#frame.replaceChildren(picture);
    this.#nearby.update();
  }

  /** Lights an event; what comes later is faint. */
  light(at: number, scrolls: boolean): void {
    let lit: SVGGElement | null = null;
    for (const group of this.#groups) {
      const isOn = numberOf(group) === at || Number(group.dataset["a"]) === at;
      const isLater = numberOf(group) > at;
      if (group.classList.contains("on") !== isOn) group.classList.toggle("on", isOn);
      if (group.classList.contains("later") !== isLater) group.classList.toggle("later", isLater);
      if (isOn) lit = group;
    }
    if (scrolls && lit) this.#nearby.reveal(lit);
  }

  /** Where there is no room for all of it, its middle: both lines, and what goes between them. */
  centre(): void {
    this.#frame.scrollLeft = (this.#frame.scrollWidth - this.#frame.clientWidth) / 2;
  }

  /** Scrolls to an event, if there is one of this number. */
  reveal(event: number): void {
    const group = this.#groups.find((other) => numberOf(other) === event);
    if (group) this.#nearby.reveal(group);
  }

  /** The event that is pointed at says all that it has to say. */
  #point({ target, clientX, clientY }: PointerEvent): void {
    const group = groupAt(target) ?? this.#arrowNear(clientX, clientY);
    this.#frame.title = group ? this.#says(numberOf(group)) : "";
    this.#frame.classList.toggle("points", group !== null);
  }

  #arrowNear(x: number, y: number): SVGGElement | null {
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

const looks = document.head.appendChild(document.createElement("style"));

/** The drawing as the page needs it, with as little as can be to be styled and laid out at each click. Its looks are
 * the same in each, and every style sheet that comes or goes has all of the page styled anew: they stand in the page
 * once. Its titles, a third of all elements, the page says itself. */
export function pictureIn(drawing: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = drawing.replace(/(<g [^>]*>)<title>[^<]*<\/title>/g, "$1");
  const style = template.content.querySelector("style");
  style?.remove();
  if (style && style.textContent !== looks.textContent) looks.textContent = style.textContent;
  return template.content;
}

const groupAt = (target: EventTarget | null) => (target instanceof Element ? target.closest<SVGGElement>(".ev") : null);

const numberOf = (group: SVGGElement) => Number(group.dataset["e"]);
