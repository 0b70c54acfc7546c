// Two stacks side by side: the same scenario played again, with another profile, by a library of its own.

import { Cancelled, Engine } from "../engine/engine";
import type { Profile, RunQuestion } from "../engine/messages";
import { changesBetween } from "../run/changes";
import type { RunEvent } from "../run/events";
import { hostsIn } from "../scenario/edits";
import { say } from "../strings/strings";
import { byId, element } from "./dom";
import { pictureIn } from "./ladder";

export class Beside {
  readonly #engine = new Engine();
  readonly #profile = byId<HTMLSelectElement>("beside-profile");
  readonly #host = byId<HTMLSelectElement>("beside-host");
  #question: RunQuestion | null = null;
  #events: readonly RunEvent[] = [];

  constructor() {
    this.#profile.addEventListener("change", () => void this.#play());
    this.#host.addEventListener("change", () => void this.#play());
  }

  know(profiles: readonly Profile[]): void {
    const names = profiles.map(({ name, title }) => element("option", { value: name, title }, name));
    this.#profile.replaceChildren(element("option", { value: "", "data-say": "nothing" }, say("nothing")), ...names);
  }

  /** What was played here, and its events. */
  show(question: RunQuestion, events: readonly RunEvent[]): void {
    this.#question = question;
    this.#events = events;
    const chosen = this.#host.value;
    const names = hostsIn(question.text).map(({ name }) => element("option", { value: name }, name));
    this.#host.replaceChildren(element("option", { value: "", "data-say": "everyHost" }, say("everyHost")), ...names);
    this.#host.value = chosen;
    if (this.#host.selectedIndex < 0) this.#host.value = "";
    void this.#play();
  }

  /** The settings that make it the other stack. */
  #settings(text: string): string[] {
    const hosts = this.#host.value === "" ? hostsIn(text).map(({ name }) => name) : [this.#host.value];
    return hosts.map((host) => `${host}.profile=${this.#profile.value}`);
  }

  async #play(): Promise<void> {
    const profile = this.#profile.value;
    const frame = byId("beside");
    document.body.classList.toggle("two", profile !== "");
    frame.hidden = profile === "";
    byId("written").hidden = profile === "";
    if (profile === "" || !this.#question) return;
    const question = { ...this.#question, settings: this.#settings(this.#question.text) };
    this.#engine.cancel();
    try {
      const answer = await this.#engine.call("run", question);
      if ("problems" in answer) frame.replaceChildren(element("pre", {}, answer.text));
      else this.#draw(profile, answer.run.ladder, answer.run.events);
    } catch (trouble) {
      if (!(trouble instanceof Cancelled)) throw trouble;
    }
  }

  #draw(profile: string, ladder: string, events: readonly RunEvent[]): void {
    const { added } = changesBetween(this.#events, events);
    const picture = element("div", { class: "ladder" });
    picture.replaceChildren(pictureIn(ladder));
    for (const group of picture.querySelectorAll<SVGGElement>(".ev"))
      group.classList.toggle("new", added.has(Number(group.dataset["e"])));
    byId("beside").replaceChildren(element("h2", {}, `${this.#host.value || say("everyHost")}: ${profile}`), picture);
  }
}
