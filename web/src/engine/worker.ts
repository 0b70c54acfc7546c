// The worker: the library, and answers to the page's calls, one after the other. A run that takes too long is
// ended by ending the worker.

import { readCounters, readEvents } from "../run/read";
import { packetsOf, type Packet } from "../run/packets";
import type { Answer, CallName, Calls, Fault, Failure, Key, Problem, Profile, Question, RunAnswer } from "./messages";
import { type Library, loadLibrary } from "./wasm";

/** A run ends at the latest with so many events, bytes, and steps without an event: a page has less room than
 * a terminal, and somebody who waits. */
const bounds = { events: 50_000, bytes: 400_000_000, steps: 3_000_000 } as const;

/** More events are neither drawn nor stepped through. */
const drawnMost = 6_000;

const faults: readonly Fault[] = ["drop", "duplicate", "corrupt", "delay"];

const library: Promise<Library> = start();

/** The packets of the run at hand, in the order of its events; read when first asked for. */
let packets: ReadonlyMap<number, Packet> | null = null;

/** What stands before the worker's own text: what scenarios include, and the program, compressed, as a page from
 * a folder may fetch nothing. */
declare const TCPWALTZ_FILES: Readonly<Record<string, string>>;
declare const TCPWALTZ_WASM: string;

/** "scenarios/bugs/./mine.profile" without "." and "..". */
function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

async function start(): Promise<Library> {
  const packed = Uint8Array.from(atob(TCPWALTZ_WASM), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const wasmBinary = await new Response(stream).arrayBuffer();
  return loadLibrary({ wasmBinary, read: (path) => TCPWALTZ_FILES[plainPath(path)] ?? null });
}

function problems(tcpwaltz: Library): Problem[] {
  return Array.from({ length: tcpwaltz.errorCount() }, (_, index) => ({
    file: tcpwaltz.errorFile(index),
    line: tcpwaltz.errorLine(index),
    column: tcpwaltz.errorColumn(index),
    width: tcpwaltz.errorWidth(index),
    message: tcpwaltz.errorMessage(index),
    hint: tcpwaltz.errorHint(index),
  }));
}

/** A view of the run at hand; a trouble is thrown, as an answer. */
function view(tcpwaltz: Library, format: string): string {
  if (tcpwaltz.view(format) !== 0) throw new Error(tcpwaltz.text());
  return tcpwaltz.text();
}

function failures(text: string): Failure[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [what = "", expected = "", actual = ""] = line.split("\t");
      return { text: what, expected, actual };
    });
}

/** `run --format html` has it. */
function list(tcpwaltz: Library): string {
  const page = view(tcpwaltz, "html");
  const mark = '<ol id="events">';
  const begin = page.indexOf(mark) + mark.length;
  return page.slice(begin, page.indexOf("</ol></details>", begin));
}

function play(tcpwaltz: Library, { name, text, settings }: Calls["run"]["question"]): RunAnswer {
  const began = performance.now();
  for (const setting of settings) tcpwaltz.set(setting);
  tcpwaltz.bound(bounds.events, bounds.bytes, bounds.steps);
  if (tcpwaltz.run(name, text) !== 0) return { problems: problems(tcpwaltz), text: tcpwaltz.text() };
  packets = null;
  const played = performance.now() - began;
  const count = tcpwaltz.eventCount();
  const isDrawn = count <= drawnMost;
  const held = tcpwaltz.check();
  const failed = failures(tcpwaltz.text());
  return {
    run: {
      events: isDrawn ? readEvents(view(tcpwaltz, "json")) : [],
      intervals: readCounters(view(tcpwaltz, "counters")),
      count,
      endNs: tcpwaltz.endTime(),
      end: tcpwaltz.end(),
      ladder: isDrawn ? view(tcpwaltz, "svg") : "",
      held,
      failures: failed,
      played,
    },
  };
}

function keys(tcpwaltz: Library): Key[] {
  const all: Key[] = [];
  for (let index = 0; tcpwaltz.keyName(index); index++)
    all.push({
      name: tcpwaltz.keyName(index),
      help: tcpwaltz.keyHelp(index),
      takes: tcpwaltz.keyTakes(index),
      value: tcpwaltz.keyValue(index),
      source: tcpwaltz.keySource(index),
    });
  return all;
}

function profiles(tcpwaltz: Library): Profile[] {
  const all: Profile[] = [];
  for (let index = 0, name: string; (name = tcpwaltz.profileName(index)); index++)
    all.push({ name, title: tcpwaltz.profile(name), keys: keys(tcpwaltz) });
  return all;
}

/** What a call that leaves a text answers. */
function told(tcpwaltz: Library, status: number): string {
  if (status !== 0) throw new Error(tcpwaltz.text());
  return tcpwaltz.text();
}

function packetOf(tcpwaltz: Library, event: number): Packet | null {
  if (packets === null) {
    told(tcpwaltz, tcpwaltz.view("pcapng"));
    const bytes = tcpwaltz.bytes();
    packets = packetsOf(bytes, readEvents(view(tcpwaltz, "json")));
  }
  return packets.get(event) ?? null;
}

const answers: { [Name in CallName]: (tcpwaltz: Library, question: Calls[Name]["question"]) => Calls[Name]["answer"] } =
  {
    run: play,
    list,
    why: (tcpwaltz, event) => told(tcpwaltz, tcpwaltz.why(event)),
    fault: (tcpwaltz, { event, fault, delayNs }) =>
      told(tcpwaltz, tcpwaltz.fault(event, faults.indexOf(fault), delayNs)),
    view: (tcpwaltz, format) => {
      told(tcpwaltz, tcpwaltz.view(format));
      return tcpwaltz.bytes();
    },
    packet: packetOf,
    profiles,
  };

function answer(tcpwaltz: Library, { id, call, question }: Question): Answer {
  try {
    const give = answers[call] as (tcpwaltz: Library, question: unknown) => Calls[CallName]["answer"];
    return { id, answer: give(tcpwaltz, question) };
  } catch (trouble) {
    return { id, trouble: trouble instanceof Error ? trouble.message : String(trouble) };
  }
}

globalThis.addEventListener("message", (message: MessageEvent<Question>) => {
  void library.then(
    (tcpwaltz) => globalThis.postMessage(answer(tcpwaltz, message.data)),
    (trouble: unknown) => globalThis.postMessage({ id: message.data.id, trouble: String(trouble) } satisfies Answer),
  );
});
