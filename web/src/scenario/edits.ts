// Changes of a scenario's text: where a line belongs, what a line becomes. The text stays the only truth: whoever
// clicks, writes.

/** One change, as CodeMirror takes it; positions count from the text's beginning. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  let from = 0;
  return text.split("\n").map((line) => {
    const at = { from, to: from + line.length, text: line };
    from = at.to + 1;
    return at;
  });
}

const firstWord = (line: Line) => /^\s*([\w-]+)/.exec(line.text)?.[1] ?? "";
const faultWords = new Set(["drop", "duplicate", "corrupt", "delay"]);
const worldWords = new Set(["host", "set", "link", "include", "seed"]);

/** A fault stands behind the last one, or behind the hosts and links. */
export function addFault(text: string, fault: string): Edit {
  const lines = linesOf(text);
  const behind =
    lines.findLast((line) => faultWords.has(firstWord(line))) ??
    lines.findLast((line) => worldWords.has(firstWord(line))) ??
    lines[lines.length - 1];
  const at = behind?.to ?? 0;
  return { from: at, to: at, insert: `\n${fault}` };
}

/** Without its line at `number`, from 1. */
export function removeLine(text: string, number: number): Edit | null {
  const line = linesOf(text)[number - 1];
  if (!line) return null;
  const end = Math.min(line.to + 1, text.length);
  return { from: end === line.to ? Math.max(line.from - 1, 0) : line.from, to: end, insert: "" };
}

/** "tcp_retries2=" in a line, up to the blank behind it. */
function assignment(line: Line, key: string): Edit | null {
  const match = new RegExp(`(?<=\\s)${key}=\\S*`).exec(line.text);
  if (!match) return null;
  const from = line.from + match.index;
  return { from, to: from + match[0].length, insert: "" };
}

const isOf = (line: Line, words: readonly string[], host: string) => {
  const [word = "", name = ""] = line.text.trim().split(/\s+/);
  return words.includes(word) && name === host;
};

/** The host's key has this value: where it stands already, or on the host's line. */
export function setKey(text: string, host: string, key: string, value: string): Edit | null {
  const lines = linesOf(text).filter((line) => isOf(line, ["host", "set"], host));
  for (const line of lines.toReversed()) {
    const place = assignment(line, key);
    if (place) return { ...place, insert: `${key}=${value}` };
  }
  const own = lines.find((line) => isOf(line, ["host"], host));
  if (!own) return null;
  const end = own.from + own.text.replace(/\s#(?!\d).*$/, "").trimEnd().length;
  return { from: end, to: end, insert: ` ${key}=${value}` };
}

/** The host runs another stack. */
export function setProfile(text: string, host: string, profile: string): Edit | null {
  const line = linesOf(text).find((candidate) => isOf(candidate, ["host"], host));
  const match = line && /^(\s*host\s+\S+\s+)(\S+)/.exec(line.text);
  if (!line || !match) return null;
  const from = line.from + (match[1] ?? "").length;
  return { from, to: from + (match[2] ?? "").length, insert: profile };
}

/** What the scenario is called; null: it does not say. */
export function titleIn(text: string): string | null {
  const title = /^\s*title\s+"((?:[^"\\]|\\.)*)"/m.exec(text)?.[1];
  return title?.replace(/\\(.)/g, "$1") ?? null;
}

/** Hosts and the profiles that they run, as the text says. */
export function hostsIn(text: string): { name: string; profile: string }[] {
  return linesOf(text).flatMap((line) => {
    const match = /^\s*host\s+(\S+)\s+(\S+)/.exec(line.text);
    return match ? [{ name: match[1] ?? "", profile: match[2] ?? "" }] : [];
  });
}

/** The value of a host's key where the text sets it. */
export function keyIn(text: string, host: string, key: string): string | null {
  for (const line of linesOf(text).toReversed()) {
    const place = isOf(line, ["host", "set"], host) ? assignment(line, key) : null;
    if (place) return text.slice(place.from, place.to).slice(key.length + 1);
  }
  return null;
}

const listenLine = /^\s*(?:at|when)\s.*\slisten(?:\s|$)/;

/** The backlog of the first listener; null: nobody listens. */
export function backlogIn(text: string): number | null {
  const line = linesOf(text).find((candidate) => listenLine.test(candidate.text));
  return line ? Number(/\sbacklog=(\d+)/.exec(line.text)?.[1] ?? 128) : null;
}

export function setBacklog(text: string, backlog: number): Edit | null {
  const line = linesOf(text).find((candidate) => listenLine.test(candidate.text));
  if (!line) return null;
  const place = assignment(line, "backlog");
  if (place) return { ...place, insert: `backlog=${backlog}` };
  const end = line.from + line.text.indexOf("listen") + "listen".length;
  return { from: end, to: end, insert: ` backlog=${backlog}` };
}
