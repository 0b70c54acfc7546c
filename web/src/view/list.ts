// The events as a list, a sentence each, for who listens or reads. Of a long one only what is near what is seen is in
// the page, in blocks; each item says which of how many it is. On paper all of it is.

import { byId, element } from "./dom";

const blockSize = 50;
const rowHeight = 24; // pixels, before one knows better

export class EventList {
  readonly #list = byId("events");
  readonly #details = byId<HTMLDetailsElement>("all");
  readonly #sentences: (count: number) => Promise<readonly string[]>;
  readonly #near = new IntersectionObserver((entries) => entries.forEach((entry) => this.#moved(entry)), {
    rootMargin: "100% 0px",
  });
  #count = 0;
  #said: readonly string[] = [];
  #at = 0;

  /** `chosen`: somebody clicked an event; `sentences` says so many, from the first on. */
  constructor(chosen: (event: number) => void, sentences: (count: number) => Promise<readonly string[]>) {
    this.#sentences = sentences;
    this.#list.addEventListener("click", ({ target }) => {
      const item = target instanceof Element ? target.closest("li") : null;
      if (item) chosen(item.value);
    });
    this.#details.addEventListener("toggle", () => this.show(this.#count));
    window.addEventListener("beforeprint", () => this.#blocks().forEach((block) => this.#fill(block)));
  }

  /** Another run, with so many events. Until somebody opens the list there is none. */
  show(count: number): void {
    this.#count = count;
    this.#said = [];
    if (this.#details.open) void this.#sentences(count).then((said) => this.#take(said));
    else this.#list.replaceChildren();
  }

  #take(said: readonly string[]): void {
    if (said.length !== this.#count) return; // of another run
    this.#said = said;
    this.#near.disconnect();
    const firsts = Array.from({ length: Math.ceil(said.length / blockSize) }, (_, index) => index * blockSize + 1);
    this.#list.replaceChildren(...firsts.map((first) => this.#block(first)));
    for (const block of this.#blocks()) this.#near.observe(block);
  }

  light(at: number): void {
    this.#at = at;
    for (const item of this.#list.querySelectorAll("li")) item.classList.toggle("on", item.value === at);
  }

  #blocks(): HTMLOListElement[] {
    return [...this.#list.querySelectorAll("ol")];
  }

  /** An empty one, as high as it will be. */
  #block(first: number): HTMLOListElement {
    const rows = Math.min(blockSize, this.#said.length - first + 1);
    const style = `height: ${rows * rowHeight}px`;
    return element("ol", { start: String(first), role: "presentation", style });
  }

  #moved({ isIntersecting, target }: IntersectionObserverEntry): void {
    const block = target as HTMLOListElement;
    if (isIntersecting) return this.#fill(block);
    if (block.childElementCount === 0) return;
    block.style.height = `${block.offsetHeight}px`;
    block.replaceChildren();
  }

  #fill(block: HTMLOListElement): void {
    if (block.childElementCount > 0) return;
    const rows = this.#said.slice(block.start - 1, block.start - 1 + blockSize);
    block.replaceChildren(...rows.map((sentence, index) => this.#item(block.start + index, sentence)));
    block.style.height = "";
  }

  #item(event: number, sentence: string): HTMLLIElement {
    const item = element("li", {
      role: "listitem",
      value: String(event),
      "aria-posinset": String(event),
      "aria-setsize": String(this.#count),
      ...(event === this.#at ? { class: "on" } : {}),
    });
    const [, time, said] = /^(\S+ s) (.*)$/.exec(sentence) ?? [];
    item.append(element("b", {}, time ?? ""), " ", said ?? sentence);
    return item;
  }
}
