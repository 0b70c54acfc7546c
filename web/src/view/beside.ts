// Two stacks side by side: the same scenario played again, with another profile, by a library of its own.

import type { Engine } from "../engine/engine";
import type { Profile, RunAnswer, RunQuestion } from "../engine/messages";
import { Player } from "../engine/player";
import { hostsIn } from "../scenario/edits";
import { say } from "../strings/strings";
import { byId, element } from "./dom";
import { Ladder } from "./ladder";

export class Beside {
  readonly #engine: Engine;
  readonly #frame = byId("beside");
  readonly #ladder = new Ladder(byId("beside-ladder"));
  readonly #profile = byId<HTMLSelectElement>("beside-profile");
  readonly #host = byId<HTMLSelectElement>("beside-host");
  readonly #player: Player;
  #question: RunQuestion = { name: "", text: "", settings: [] };

  constructor(engine: Engine, failed: (why: unknown) => void) {
    this.#engine = engine;
    this.#player = new Player({ play: () => this.#both(), answered: (answer) => this.#draw(answer), failed });
    for (const choice of [this.#profile, this.#host]) choice.addEventListener("change", () => this.#play());
  }

  know(profiles: readonly Profile[]): void {
    const names = profiles.map(({ name, title }) => element("option", { value: name, title }, name));
    this.#profile.replaceChildren(element("option", { value: "", "data-say": "nothing" }, say("nothing")), ...names);
  }

  /** The language is another one. */
  speak(): void {
    this.#engine.speak();
  }

  /** What was played here. */
  show(question: RunQuestion): void {
    this.#question = question;
    const chosen = this.#host.value;
    const names = hostsIn(question.text).map(({ name }) => element("option", { value: name }, name));
    this.#host.replaceChildren(element("option", { value: "", "data-say": "everyHost" }, say("everyHost")), ...names);
    this.#host.value = chosen;
    if (this.#host.selectedIndex < 0) this.#host.value = "";
    this.#play();
  }

  /** The settings that make it the other stack. */
  #settings(): string[] {
    const hosts = this.#host.value === "" ? hostsIn(this.#question.text).map(({ name }) => name) : [this.#host.value];
    return hosts.map((host) => `${host}.profile=${this.#profile.value}`);
  }

  /** What is otherwise than here is lit: the run here is played before it. */
  async #both(): Promise<RunAnswer> {
    const question = this.#question;
    const settings = this.#settings();
    await this.#engine.call("run", question);
    return this.#engine.call("run", { ...question, settings });
  }

  #play(): void {
    const isWanted = this.#profile.value !== "";
    document.body.classList.toggle("two", isWanted);
    this.#frame.hidden = !isWanted;
    byId("written").hidden = !isWanted;
    if (isWanted) this.#player.play(0);
  }

  #draw(answer: RunAnswer): void {
    const run = "run" in answer ? answer.run : null;
    const instead = "problems" in answer ? answer.text : run?.drawing ? "" : say("tooMany", run?.count ?? 0);
    byId("beside-name").textContent = `${this.#host.value || say("everyHost")}: ${this.#profile.value}`;
    byId("beside-instead").textContent = instead;
    byId("beside-ladder").hidden = instead !== "";
    this.#ladder.show(run?.drawing ?? null, run?.changes.added ?? new Set());
  }
}
