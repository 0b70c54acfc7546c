// The ladder: the library's drawing (sim/view/svg.c), whose groups name their events, lit as one steps. Knows
// events by number alone.

import { byId } from "./dom";

export class Ladder {
  readonly #frame = byId("ladder");
  #groups: readonly SVGGElement[] = [];

  constructor(chosen: (event: number, at: { x: number; y: number; isArrow: boolean }) => void) {
    this.#frame.addEventListener("click", (click) => {
      const group = click.target instanceof Element ? click.target.closest<SVGGElement>(".ev") : null;
      if (!group) return;
      chosen(numberOf(group), { x: click.clientX, y: click.clientY, isArrow: group.matches(".send, .lost") });
    });
  }

  /** Another run's drawing; "" when there is none. `added` are lit as new. */
  show(drawing: string, added: ReadonlySet<number>): void {
    this.#frame.replaceChildren(...pictureIn(drawing));
    this.#groups = [...this.#frame.querySelectorAll<SVGGElement>(".ev")];
    for (const group of this.#groups) if (added.has(numberOf(group))) group.classList.add("new");
    for (const line of this.#frame.querySelectorAll<SVGLineElement>(".send > line")) line.after(targetOf(line));
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
    if (scrolls) lit?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Where there is no room for all of it, its middle: both lines, and what goes between them. */
  centre(): void {
    this.#frame.scrollLeft = (this.#frame.scrollWidth - this.#frame.clientWidth) / 2;
  }

  /** Scrolls to an event, if there is one of this number. */
  reveal(event: number): void {
    const group = this.#groups.find((other) => numberOf(other) === event);
    group?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

const looks = document.head.appendChild(document.createElement("style"));

/** The drawing without its looks, which are the same in each: they stand in the page once, as every style sheet that
 * comes or goes has all of the page styled anew. */
export function pictureIn(drawing: string): NodeListOf<ChildNode> {
  const template = document.createElement("template");
  template.innerHTML = drawing;
  const style = template.content.querySelector("style");
  style?.remove();
  if (style && style.textContent !== looks.textContent) looks.textContent = style.textContent;
  return template.content.childNodes;
}

/** Over an arrow a wider one, which is not seen: a finger or a mouse meets that. */
function targetOf(line: SVGLineElement): SVGLineElement {
  const target = line.cloneNode() as SVGLineElement;
  target.removeAttribute("marker-end");
  target.setAttribute("class", "target");
  return target;
}

const numberOf = (group: SVGGElement) => Number(group.dataset["e"]);
