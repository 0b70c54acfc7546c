// The language in the editor: its colours and its words. Both come from the editors' grammar in docs/editors,
// which a test holds to know every word.

import { type CompletionContext, type CompletionResult, snippetCompletion } from "@codemirror/autocomplete";
import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import rules from "shipped:grammar";
import type { Profile } from "../engine/messages";
import { hostsIn } from "./edits";

// --- colours

/** The grammar's names, up to the last part, and CodeMirror's. */
const tokens: readonly (readonly [string, string])[] = [
  ["comment", "comment"],
  ["string", "string"],
  ["keyword.control", "keyword"],
  ["keyword.operator", "operatorKeyword"],
  ["keyword", "modifier"],
  ["variable.parameter", "propertyName"],
  ["support.function", "variableName.function"],
  ["storage.type", "typeName"],
  ["constant.numeric", "number"],
  ["constant", "atom"],
  ["support.constant", "atom"],
];

const tokenOf = (name: string) => tokens.find(([prefix]) => name.startsWith(prefix))?.[1] ?? null;

/** A rule fits where it is; "^" is the line's beginning, and what stands before it may be looked at. */
const patterns = rules.map((rule) => ({
  token: tokenOf(rule.name),
  pattern: new RegExp(rule.match ?? `${rule.begin}[^"]*(?:"|$)`, "y"),
}));

function token(stream: StringStream): string | null {
  for (const { token: name, pattern } of patterns) {
    pattern.lastIndex = stream.pos;
    const match = pattern.exec(stream.string);
    if (!match || match[0] === "") continue;
    stream.pos += match[0].length;
    return name;
  }
  if (!stream.eatWhile(/[\w.-]/)) stream.next();
  return null;
}

export const language = StreamLanguage.define({
  name: "tcpwaltz",
  token,
  languageData: { commentTokens: { line: "#" } },
});

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: "var(--dim)", fontStyle: "italic" },
    { tag: tags.string, color: "var(--text-string)" },
    { tag: tags.keyword, color: "var(--lit)", fontWeight: "600" },
    { tag: [tags.operatorKeyword, tags.modifier], color: "var(--text-word)" },
    { tag: tags.propertyName, color: "var(--text-key)" },
    { tag: tags.function(tags.variableName), color: "var(--text-word)" },
    { tag: tags.typeName, color: "var(--lit)" },
    { tag: tags.atom, color: "var(--text-segment)" },
    { tag: tags.number, color: "var(--text-number)" },
  ]),
);

// --- words

/** The words of the rules of a kind: "(?:listen|accept|…)". */
function wordsOf(prefix: string): string[] {
  return rules
    .filter((rule) => rule.name.startsWith(prefix))
    .flatMap((rule) => /\(\?:([\w|-]+)\)/.exec(rule.match ?? "")?.[1]?.split("|") ?? []);
}

const statements = [
  snippetCompletion("host ${name} ${profile}", { label: "host", type: "keyword" }),
  snippetCompletion("link ${client} ${server} delay=${10ms}", { label: "link", type: "keyword" }),
  snippetCompletion("drop ${client} ${SYN} #${1}", { label: "drop", type: "keyword" }),
  snippetCompletion("duplicate ${client} ${SYN} #${1}", { label: "duplicate", type: "keyword" }),
  snippetCompletion("corrupt ${client} ${SYN} #${1}", { label: "corrupt", type: "keyword" }),
  snippetCompletion("delay ${client} ${SYN} #${1} by ${100ms}", { label: "delay", type: "keyword" }),
  snippetCompletion("at ${0s} ${server} ${listen}", { label: "at", type: "keyword" }),
  snippetCompletion("when ${server} ${CLOSE-WAIT} ${server} ${close}", { label: "when", type: "keyword" }),
  snippetCompletion("expect ${client} ${enters} ${ESTABLISHED}", { label: "expect", type: "keyword" }),
];
const snippetWords = new Set(statements.map((statement) => statement.label));
const otherStatements = wordsOf("keyword.control")
  .filter((word) => !snippetWords.has(word))
  .map((label) => ({ label, type: "keyword" }));

const kinds: readonly (readonly [string, string])[] = [
  ["support.function", "function"],
  ["keyword.other", "keyword"],
  ["keyword.operator.word", "keyword"],
  ["storage.type", "type"],
  ["constant.language", "constant"],
  ["support.constant", "constant"],
];
const words = kinds.flatMap(([prefix, type]) => wordsOf(prefix).map((label) => ({ label, type })));

const linkKeys = [
  "delay",
  "jitter",
  "loss",
  "burst",
  "duplicate",
  "corrupt",
  "ce",
  "reorder",
  "reorder-by",
  "rate",
  "queue",
];

/** What may stand at the place: a line's first word, a host's profile or key, any other word. */
export function completion(profiles: () => readonly Profile[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const typed = /[\w.-]*$/.exec(before)?.[0] ?? "";
    if (typed === "" && !context.explicit) return null;
    const head = before.slice(0, before.length - typed.length);
    return { from: context.pos - typed.length, options: optionsFor(head, context, profiles()), validFor: /^[\w.-]*$/ };
  };
}

function optionsFor(head: string, context: CompletionContext, profiles: readonly Profile[]) {
  if (/^\s*$/.test(head)) return [...statements, ...otherStatements];
  if (/^\s*host\s+\S+\s+$/.test(head))
    return profiles.map(({ name, title }) => ({ label: name, detail: title, type: "class" }));
  if (/^\s*(host\s+\S+\s+\S|set\s+\S+)\s*/.test(head) && /\s$/.test(head))
    return (profiles[0]?.keys ?? []).map(({ name, help, takes }) => ({
      label: name,
      apply: `${name}=`,
      detail: takes,
      info: help,
      type: "property",
    }));
  const hosts = hostsIn(context.state.doc.toString()).map(({ name }) => ({ label: name, type: "variable" }));
  if (/^\s*link\s/.test(head))
    return [...hosts, ...linkKeys.map((name) => ({ label: name, apply: `${name}=`, type: "property" }))];
  return [...hosts, ...words];
}
