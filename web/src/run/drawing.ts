// The ladder's drawing and where its parts are, so that a page draws those alone that are seen. The library writes what
// frames them first, and then each part in a line of its own (sim/view/svg.c).

export interface Drawing {
  /** The library's <svg>. */
  readonly text: string;
  /** Where the parts begin; what stands before is seen always. */
  readonly frame: number;
  /** Six numbers a part: partFields. */
  readonly parts: Int32Array<ArrayBuffer>;
}

/** Of a part: where it stands in the text; its least and greatest y; its event and that at its other end, or 0. */
export const partFields = { begin: 0, end: 1, top: 2, bottom: 3, event: 4, other: 5, count: 6 } as const;

const isPart = /^<(?:g class="ev |text class="t"|path class="fold")/;
const ys = /(?: (?:c?y|y[12])="|"M-?\d+ |\dV|matrix\([-.\d ]+ )(-?\d+)/g;
const events = /^<g [^>]*data-e="(\d+)"(?: data-a="(\d+)")?/;

function partOf(line: string, begin: number): number[] {
  let [top, bottom] = [Infinity, -Infinity];
  for (const [, y] of line.matchAll(ys)) {
    top = Math.min(top, Number(y));
    bottom = Math.max(bottom, Number(y));
  }
  const [, event, other] = events.exec(line) ?? [];
  return [begin, begin + line.length, top, bottom, Number(event ?? 0), Number(other ?? 0)];
}

export function drawingOf(text: string): Drawing {
  const parts: number[] = [];
  let frame = text.length;
  for (let begin = 0, end: number; (end = text.indexOf("\n", begin)) >= 0; begin = end + 1) {
    const line = text.slice(begin, end);
    if (!isPart.test(line)) continue;
    frame = Math.min(frame, begin);
    parts.push(...partOf(line, begin));
  }
  return { text, frame, parts: Int32Array.from(parts) };
}
