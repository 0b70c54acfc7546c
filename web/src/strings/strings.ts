// The page's language: chosen, or the browser's; and its texts.

import type { Messages } from "../engine/messages";
import { recall, remember } from "../store";
import { en, type Strings } from "./en";
import { keys as keysZh, ranges as rangesZh } from "./keys.zh";
import { library as libraryZh } from "./library.zh";
import { zh } from "./zh";

interface Texts {
  /** Its own name. */
  readonly name: string;
  readonly strings: Strings;
  /** What the library says, by its English. */
  readonly library: Messages;
  /** What keys mean, by their names. */
  readonly keys: Messages;
  /** What they take, by how the library says it. */
  readonly ranges: readonly (readonly [RegExp, string])[];
}

export const languages = {
  en: { name: "English", strings: en, library: {}, keys: {}, ranges: [] },
  zh: { name: "中文", strings: zh, library: libraryZh, keys: keysZh, ranges: rangesZh },
} as const satisfies Record<string, Texts>;
export type Language = keyof typeof languages;

const stored = "tcpwaltz.language";
const isLanguage = (word: string | null): word is Language => word !== null && word in languages;

function choose(): Language {
  const chosen = recall(stored);
  if (isLanguage(chosen)) return chosen;
  const [first = "en"] = navigator.language.split("-");
  return isLanguage(first) ? first : "en";
}

let current: Language = choose();

export const currentLanguage = () => current;

/** What the library says in this language, by its English. */
export const messages = (): Messages => languages[current].library;

/** A word of the library's in this language. */
export const inWords = (english: string): string => (messages()[english] ?? english).trim();

/** What a key means; `english`: what the library says. */
export function meaningOf(key: string, english: string): string {
  const { keys }: Texts = languages[current];
  return keys[key] ?? english;
}

/** What a key takes, "0 to 255"; `english`: what the library says. */
export function rangeOf(english: string): string {
  const { ranges }: Texts = languages[current];
  return ranges.reduce((said, [pattern, words]) => said.replace(pattern, words), english);
}

export function setLanguage(language: Language): void {
  current = language;
  remember(stored, language);
  translate(document);
}

/** The text of this name, its places filled in. */
export function say(name: keyof Strings, ...values: readonly (string | number)[]): string {
  return languages[current].strings[name].replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));
}

/** Attributes of elements that name a text, and where it goes. */
const places = [
  ["data-say", (node: Element, text: string) => node.replaceChildren(text)],
  ["data-say-label", (node: Element, text: string) => node.setAttribute("aria-label", text)],
  ["data-say-title", (node: Element, text: string) => node.setAttribute("title", text)],
] as const;

/** Puts the texts where index.html names them. */
export function translate(root: ParentNode): void {
  document.documentElement.lang = current;
  for (const [attribute, put] of places)
    for (const node of root.querySelectorAll(`[${attribute}]`))
      put(node, say(node.getAttribute(attribute) as keyof Strings));
}
