// A host's profile and keys as controls: what each means, what it takes, where its value is known from.

import type { Key, Profile } from "../engine/messages";
import { hostsIn, keyIn } from "../scenario/edits";
import { withLinks } from "../run/rfc";
import { meaningOf, rangeOf, say } from "../strings/strings";
import { byId, element } from "./dom";

export interface Settings {
  readonly setProfile: (host: string, profile: string) => void;
  readonly setKey: (host: string, key: string, value: string) => void;
}

export class Keys {
  readonly #host = byId<HTMLSelectElement>("key-host");
  readonly #profile = byId<HTMLSelectElement>("key-profile");
  readonly #filter = byId<HTMLInputElement>("key-filter");
  readonly #rows = byId("keys");
  readonly #settings: Settings;
  #profiles: readonly Profile[] = [];
  #text = "";

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#host.addEventListener("change", () => this.#draw());
    this.#filter.addEventListener("input", () => this.#draw());
    this.#profile.addEventListener("change", () => this.#settings.setProfile(this.#host.value, this.#profile.value));
    byId("settings").addEventListener("toggle", () => this.#draw());
  }

  know(profiles: readonly Profile[]): void {
    this.#profiles = profiles;
    this.#profile.replaceChildren(
      ...profiles.map(({ name, title }) => element("option", { value: name, title }, name)),
    );
    this.#draw();
  }

  /** The text that is played. */
  show(text: string): void {
    this.#text = text;
    const names = hostsIn(text).map(({ name }) => name);
    if (names.join() !== [...this.#host.options].map((option) => option.value).join()) {
      const chosen = this.#host.value;
      this.#host.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
      if (names.includes(chosen)) this.#host.value = chosen;
    }
    this.#draw();
  }

  #draw(): void {
    if (!byId<HTMLDetailsElement>("settings").open) return;
    const host = hostsIn(this.#text).find(({ name }) => name === this.#host.value);
    const profile = this.#profiles.find(({ name }) => name === host?.profile);
    this.#profile.value = profile?.name ?? "";
    const wanted = this.#filter.value.trim().toLowerCase();
    const keys = (profile?.keys ?? []).filter(
      ({ name, help }) =>
        name.toLowerCase().includes(wanted) || meaningOf(name, help).toLowerCase().includes(wanted),
    );
    // Who is writing a value is not disturbed.
    if (!this.#rows.contains(document.activeElement)) this.#rows.replaceChildren(...keys.map((key) => this.#row(key)));
  }

  #row(key: Key): HTMLElement {
    const host = this.#host.value;
    const value = keyIn(this.#text, host, key.name);
    const input = element("input", {
      value: value ?? key.value,
      "aria-label": key.name,
      title: say("takes", rangeOf(key.takes)),
      spellcheck: "false",
      size: "9",
      ...(value === null ? {} : { class: "own" }),
    });
    input.addEventListener("change", () => this.#settings.setKey(host, key.name, input.value.trim()));
    const source = key.source === "" ? [say("noSource")] : withLinks(key.source);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, key.name, element("small", {}, meaningOf(key.name, key.help))),
      element("td", {}, input, element("small", {}, say("takes", rangeOf(key.takes)))),
      element("td", { class: "source" }, ...source),
    );
  }
}
