// The gallery: every scenario of the project, by folder.

import files from "shipped:scenarios";
import { titleIn } from "../scenario/edits";
import { say } from "../strings/strings";
import { byId, element } from "./dom";

const folderOf = (path: string) => path.split("/").at(-2) ?? "";
const titleOf = (path: string) => titleIn(files[path] ?? "") ?? path;

/** What has a title is a scenario; others are what scenarios include. */
const paths = Object.keys(files).filter((path) => path.endsWith(".scn"));

export const textOf = (path: string): string | null => files[path] ?? null;

export class Gallery {
  readonly #select = byId<HTMLSelectElement>("gallery");

  /** `chosen` gets a path, or "" for one's own. */
  constructor(chosen: (path: string) => void) {
    this.#fill();
    this.#select.addEventListener("change", () => chosen(this.#select.value));
  }

  #fill(): void {
    const folders = [...new Set(paths.map(folderOf))].sort();
    const groups = folders.map((folder) =>
      element(
        "optgroup",
        { label: folder },
        ...paths
          .filter((path) => folderOf(path) === folder)
          .map((path) => element("option", { value: path }, titleOf(path))),
      ),
    );
    this.#select.replaceChildren(element("option", { value: "", "data-say": "own" }, say("own")), ...groups);
  }

  /** Which one is at hand; a text of one's own is none. */
  show(path: string, text: string): void {
    this.#select.value = textOf(path) === text ? path : "";
  }
}
