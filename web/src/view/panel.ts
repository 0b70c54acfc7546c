// The panel: the event that one is at, its causes, both ends behind it, what can be done to its segment, its bytes.

import type { Engine } from "../engine/engine";
import type { Look } from "../engine/messages";
import { withLinks } from "../run/rfc";
import { say } from "../strings/strings";
import { actionButtons, type Doing } from "./actions";
import { showPacket } from "./bytes";
import { button, byId, element } from "./dom";
import { showEnds } from "./ends";

export interface PanelOptions {
  readonly engine: Engine;
  readonly doing: Doing;
  /** Somebody wants to see another event. */
  readonly go: (event: number) => void;
  readonly failed: (why: unknown) => void;
}

export class Panel {
  readonly #options: PanelOptions;
  readonly #packet = byId<HTMLDetailsElement>("packet");
  #at = 0;
  #asked = 0;

  constructor(options: PanelOptions) {
    this.#options = options;
    this.#packet.addEventListener("toggle", () => void this.#showBytes());
  }

  /** An event of a run with so many; null: by now another one is shown. */
  async show(at: number, count: number): Promise<Look | null> {
    this.#at = at;
    const asked = ++this.#asked;
    try {
      const look = await this.#options.engine.call("look", at);
      if (asked !== this.#asked) return null;
      this.#draw(look, count);
      return look;
    } catch (why) {
      if (asked === this.#asked) this.#options.failed(why);
      return null;
    }
  }

  #draw({ sentence, why, ends, target, hasPacket }: Look, count: number): void {
    byId("now").replaceChildren(say("position", this.#at, count), ...withLinks(sentence));
    const lines = why.split("\n").filter((line) => line !== "");
    byId("why").replaceChildren(...lines.map((line) => this.#whyRow(line)));
    showEnds(ends);
    byId("segment").hidden = target === null;
    byId("actions").replaceChildren(...(target ? actionButtons(target, this.#options.doing) : []));
    this.#packet.hidden = !hasPacket;
    void this.#showBytes();
  }

  /** "  3      0.000 s  the script says: …": a number to go to, and what happened. */
  #whyRow(line: string): HTMLElement {
    const [, number, said] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (number === undefined || said === undefined) return element("li", {}, line);
    const attributes = { class: "jump", "aria-label": `${say("event")} ${number}` };
    return element("li", {}, button(number, () => this.#options.go(Number(number)), attributes), ...withLinks(said));
  }

  /** They are asked for where somebody looks at them. */
  async #showBytes(): Promise<void> {
    if (!this.#packet.open || this.#packet.hidden) return;
    const asked = this.#asked;
    const packet = await this.#options.engine.call("packet", this.#at).catch(this.#options.failed);
    if (packet && asked === this.#asked) showPacket(packet);
  }
}
