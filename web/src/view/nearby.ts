// Of a drawing only what is near what is seen is in the page; the rest is text until somebody scrolls there. On paper
// all of it is.

import { type Drawing, partFields } from "../run/drawing";

/** From y to y. */
interface Span {
  readonly top: number;
  readonly bottom: number;
}

const margin = 0.75; // heights of the frame, above and below what is seen

/** Its looks are the same in each drawing, and every style sheet that comes or goes has all of the page styled anew:
 * they stand in the page once. */
const looks = document.head.appendChild(document.createElement("style"));

/** A text of the library's as elements. */
function parsed(svg: string): SVGSVGElement {
  const template = document.createElement("template");
  template.innerHTML = svg;
  return template.content.querySelector("svg") as SVGSVGElement;
}

/** A line of the drawing, which may be several elements, as one. */
const groupOf = (line: string) => (line.startsWith("<g") ? line : `<g>${line}</g>`);

function frameOf({ text, frame }: Drawing): SVGSVGElement {
  const picture = parsed(frame < text.length ? `${text.slice(0, frame)}</svg>` : text);
  picture.style.setProperty("--width", String(picture.viewBox.baseVal.width));
  const style = picture.querySelector("style");
  style?.remove();
  if (style && style.textContent !== looks.textContent) looks.textContent = style.textContent;
  return picture;
}

export class Nearby {
  readonly #frame: HTMLElement;
  readonly #came: (part: SVGElement) => void;
  #picture: SVGSVGElement | null = null;
  #drawing: Drawing | null = null;
  #seen: Span = { top: 0, bottom: 0 };
  /** Parts that are in the page, by their index. */
  readonly #drawn = new Map<number, SVGElement>();

  /** `came`: a part is in the page from now on. */
  constructor(frame: HTMLElement, came: (part: SVGElement) => void) {
    this.#frame = frame;
    this.#came = came;
    frame.addEventListener("scroll", () => this.#update(), { passive: true });
    new ResizeObserver(() => this.#update()).observe(frame);
    window.addEventListener("beforeprint", () => this.#draw(() => true));
    window.addEventListener("afterprint", () => this.#update());
  }

  /** The parts that are in the page. */
  get drawn(): Iterable<SVGElement> {
    return this.#drawn.values();
  }

  /** Another drawing; null: none. One that takes the place of its like is put in with what is seen of it, so that all
   * of the page is laid out once. */
  show(drawing: Drawing | null): void {
    const picture = drawing && frameOf(drawing);
    const isLike = this.#look() && picture?.viewBox.baseVal.width === this.#picture?.viewBox.baseVal.width;
    this.#drawing = drawing;
    this.#drawn.clear();
    this.#picture = picture;
    if (isLike) this.#drawSeen();
    this.#frame.replaceChildren(...(picture ? [picture] : []));
    if (!isLike || this.#seen.bottom > (picture?.viewBox.baseVal.height ?? 0)) this.#update();
  }

  #field(part: number, field: Exclude<keyof typeof partFields, "count">): number {
    return this.#drawing?.parts[part * partFields.count + partFields[field]] ?? 0;
  }

  #update(): void {
    if (this.#look()) this.#drawSeen();
  }

  /** Finds out what is seen of the picture; false: there is none. */
  #look(): boolean {
    if (!this.#picture) return false;
    const scale = this.#picture.viewBox.baseVal.height / (this.#picture.clientHeight || 1);
    const top = this.#frame.scrollTop * scale;
    this.#seen = { top, bottom: top + this.#frame.clientHeight * scale };
    return true;
  }

  #drawSeen(): void {
    const { top, bottom } = this.#seen;
    const more = (bottom - top) * margin;
    this.#draw((part) => this.#field(part, "bottom") >= top - more && this.#field(part, "top") <= bottom + more);
  }

  /** Has those parts in the page, in their order, and no others. */
  #draw(isWanted: (part: number) => boolean): void {
    const { text, parts } = this.#drawing ?? { text: "", parts: [] };
    const missing: number[] = [];
    for (let part = 0; part < parts.length / partFields.count; part++) {
      const drawn = this.#drawn.get(part);
      if (!isWanted(part)) {
        if (drawn) this.#remove(part, drawn);
      } else if (!drawn) missing.push(part);
    }
    this.#add(missing, text);
  }

  #remove(part: number, drawn: SVGElement): void {
    drawn.remove();
    this.#drawn.delete(part);
  }

  #add(missing: readonly number[], text: string): void {
    const lines = missing.map((part) => groupOf(text.slice(this.#field(part, "begin"), this.#field(part, "end"))));
    const groups = [...parsed(`<svg>${lines.join("")}</svg>`).children] as SVGElement[];
    const order = [...this.#drawn.keys()].sort((a, b) => a - b);
    let next = 0;
    for (const [index, part] of missing.entries()) {
      while ((order[next] ?? Infinity) < part) next++;
      const group = groups[index] as SVGElement;
      this.#picture?.insertBefore(group, this.#drawn.get(order[next] ?? -1) ?? null);
      this.#drawn.set(part, group);
      this.#came(group);
    }
  }

  /** What an event has drawn: its own part, or the one that ends with it. */
  #partOf(event: number): number | null {
    const { parts } = this.#drawing ?? { parts: [] };
    let ending: number | null = null;
    for (let part = 0; part < parts.length / partFields.count; part++) {
      if (this.#field(part, "event") === event) return part;
      if (this.#field(part, "other") === event) ending = part;
    }
    return ending;
  }

  /** Scrolls to what an event has drawn, if anything; `always`: also where it is seen in the frame, as the frame itself
   * may not be. */
  reveal(event: number, always: boolean): void {
    const part = this.#partOf(event);
    if (part === null) return;
    const isSeen = this.#field(part, "top") >= this.#seen.top && this.#field(part, "bottom") <= this.#seen.bottom;
    if (isSeen && !always) return;
    if (!this.#drawn.has(part)) this.#add([part], this.#drawing?.text ?? "");
    this.#drawn.get(part)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
