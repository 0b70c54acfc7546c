// Plays a text: one run at a time. A text that changes while it is played is played behind it.

import type { Engine } from "./engine";
import type { RunAnswer, RunQuestion } from "./messages";

const patience = 400; // ms before a run is said to take long

export interface Playing {
  readonly question: () => RunQuestion;
  readonly answered: (answer: RunAnswer) => void;
  readonly failed: (why: unknown) => void;
  /** It takes long, or does so no more. */
  readonly isLong: (long: boolean) => void;
}

export class Player {
  readonly #engine: Engine;
  readonly #playing: Playing;
  #soon = 0;
  #isPlaying = false;
  #isStale = false;

  constructor(engine: Engine, playing: Playing) {
    this.#engine = engine;
    this.#playing = playing;
  }

  /** In so many milliseconds, unless it is told so again. */
  play(wait: number): void {
    window.clearTimeout(this.#soon);
    this.#soon = window.setTimeout(() => void this.#play(), wait);
  }

  stop(): void {
    this.#isStale = false;
    this.#engine.cancel();
  }

  async #play(): Promise<void> {
    this.#isStale = this.#isPlaying;
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    const long = window.setTimeout(() => this.#playing.isLong(true), patience);
    try {
      this.#playing.answered(await this.#engine.call("run", this.#playing.question()));
    } catch (why) {
      this.#playing.failed(why);
    }
    window.clearTimeout(long);
    this.#playing.isLong(false);
    this.#isPlaying = false;
    if (this.#isStale) void this.#play();
  }
}
