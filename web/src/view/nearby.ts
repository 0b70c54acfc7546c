// Of a long ladder only what is near what is seen is styled and laid out; the rest has no boxes (class "far") until
// somebody scrolls there. On paper all of it has (page.css).

interface Span {
  readonly top: number;
  readonly bottom: number;
}

const margin = 0.75; // heights of the frame, above and below what is seen

/** The y of a shape: sim/view/svg.c writes lines, texts (sheared ones by a matrix), and paths down or across. */
function ysOf(shape: Element): number[] {
  const numbers = ["y", "y1", "y2"].flatMap((name) => shape.getAttribute(name) ?? []).map(Number);
  const matrix = /(-?[\d.]+)\)$/.exec(shape.getAttribute("transform") ?? "");
  const path = /^M\S+ ([\d.]+)(?:V([\d.]+))?/.exec(shape.getAttribute("d") ?? "");
  return [...numbers, ...[matrix?.[1], path?.[1], path?.[2]].filter((y) => y !== undefined).map(Number)];
}

function spanOf(part: Element): Span {
  const ys = [part, ...part.children].flatMap(ysOf);
  return { top: Math.min(...ys), bottom: Math.max(...ys) };
}

export class Nearby {
  readonly #frame: HTMLElement;
  #parts: readonly (readonly [Element, Span])[] = [];

  constructor(frame: HTMLElement) {
    this.#frame = frame;
    frame.addEventListener("scroll", () => this.update(), { passive: true });
    new ResizeObserver(() => this.update()).observe(frame);
  }

  /** These are drawn next; until then, and update(), none has a box. */
  take(parts: readonly Element[]): void {
    this.#parts = parts.map((part) => [part, spanOf(part)]);
    for (const part of parts) part.classList.add("far");
  }

  update(): void {
    const picture = this.#frame.querySelector("svg");
    if (!picture) return;
    const scale = picture.viewBox.baseVal.height / (picture.clientHeight || 1);
    const seen = this.#frame.clientHeight * scale;
    const top = this.#frame.scrollTop * scale - margin * seen;
    const bottom = top + (1 + 2 * margin) * seen;
    for (const [part, span] of this.#parts) {
      const isFar = span.bottom < top || span.top > bottom;
      if (part.classList.contains("far") !== isFar) part.classList.toggle("far", isFar);
    }
  }

  /** Scrolls to one of them. */
  reveal(part: Element): void {
    part.classList.remove("far");
    part.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
