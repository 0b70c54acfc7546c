// Plays a text: one run at a time. A text that changes while it is played is played behind it.

import type { RunAnswer } from "./messages";

const patience = 400; // ms before a run is said to take long

export interface Playing {
  readonly play: () => Promise<RunAnswer>;
  readonly answered: (answer: RunAnswer) => void;
  readonly failed: (why: unknown) => void;
  /** It takes long, or does so no more. */
  readonly isLong?: (long: boolean) => void;
}

export class Player {
  readonly #playing: Playing;
  #soon = 0;
  #isPlaying = false;
  #isStale = false;

  constructor(playing: Playing) {
    this.#playing = playing;
  }

  /** In so many milliseconds, unless it is told so again; 0: now. */
  play(wait: number): void {
    window.clearTimeout(this.#soon);
    if (wait === 0) void this.#play();
    else this.#soon = window.setTimeout(() => void this.#play(), wait);
  }

  /** What changed in the meantime is not played. */
  forget(): void {
    window.clearTimeout(this.#soon);
    this.#isStale = false;
  }

  async #play(): Promise<void> {
    this.#isStale = this.#isPlaying;
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    const long = window.setTimeout(() => this.#playing.isLong?.(true), patience);
    try {
      this.#playing.answered(await this.#playing.play());
    } catch (why) {
      this.#playing.failed(why);
    }
    window.clearTimeout(long);
    this.#playing.isLong?.(false);
    this.#isPlaying = false;
    if (this.#isStale) void this.#play();
  }
}
