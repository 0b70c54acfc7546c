// Stepping through a run: keys, buttons, the slider, and playing by itself.

import { byId } from "./dom";

const pause = 700; // ms from event to event

type Move = "first" | "back" | "play" | "next" | "last";

const keys: Readonly<Record<string, Move>> = {
  ArrowLeft: "back",
  ArrowRight: "next",
  Home: "first",
  End: "last",
  " ": "play",
};

export class Steps {
  readonly #slider = byId<HTMLInputElement>("slider");
  readonly #went: (event: number, scrolls: boolean) => void;
  #at = 1;
  #count = 1;
  #playing = 0;

  readonly #moves: Readonly<Record<Move, () => void>> = {
    first: () => this.go(1),
    back: () => this.go(this.#at - 1),
    play: () => this.#play(),
    next: () => this.go(this.#at + 1),
    last: () => this.go(this.#count),
  };

  constructor(went: (event: number, scrolls: boolean) => void) {
    this.#went = went;
    for (const [id, move] of Object.entries(this.#moves)) {
      byId(id).addEventListener("click", () => {
        if (id !== "play") this.#pause();
        move();
      });
    }
    this.#slider.addEventListener("input", () => this.go(Number(this.#slider.value)));
    document.addEventListener("keydown", (press) => this.#press(press));
  }

  get at(): number {
    return this.#at;
  }

  /** Another run, with so many events: at its end, where all of it is seen. */
  show(count: number): void {
    this.#pause();
    this.#count = Math.max(count, 1);
    this.#slider.max = String(this.#count);
    this.go(this.#count, false);
  }

  go(event: number, scrolls = true): void {
    this.#at = Math.min(Math.max(event, 1), this.#count);
    this.#slider.value = String(this.#at);
    this.#went(this.#at, scrolls);
  }

  #press(press: KeyboardEvent): void {
    const move = keys[press.key];
    const target = press.target instanceof Element ? press.target : null;
    // Who writes, or is on a control that has these keys, keeps them.
    if (!move || press.ctrlKey || press.altKey || press.metaKey) return;
    if (target?.closest("input, select, textarea, .cm-editor, dialog")) return;
    if (target?.closest("button, summary, a") && press.key === " ") return;
    press.preventDefault();
    if (move !== "play") this.#pause();
    this.#moves[move]();
  }

  #play(): void {
    if (this.#playing) return this.#pause();
    if (this.#at === this.#count) this.go(1);
    byId("play").textContent = "❚❚";
    this.#playing = window.setInterval(() => {
      if (this.#at < this.#count) this.go(this.#at + 1);
      else this.#pause();
    }, pause);
  }

  #pause(): void {
    window.clearInterval(this.#playing);
    this.#playing = 0;
    byId("play").textContent = "▶";
  }
}
