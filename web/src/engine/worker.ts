// The worker: the library, and answers to the page's calls, one after the other. A run that takes too long is
// ended by ending the worker.

import type { Answer, CallName, Calls, Question } from "./messages";
import { profilesIn } from "./profiles";
import { Runs } from "./runs";
import { type Library, loadLibrary } from "./wasm";

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

async function start(): Promise<Answers> {
  const packed = Uint8Array.from(atob(TCPWALTZ_WASM), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const wasmBinary = await new Response(stream).arrayBuffer();
  return answersOf(await loadLibrary({ wasmBinary, read: (path) => TCPWALTZ_FILES[plainPath(path)] ?? null }));
}

type Answers = { readonly [Name in CallName]: (question: Calls[Name]["question"]) => Calls[Name]["answer"] };

function answersOf(library: Library): Answers {
  const runs = new Runs(library);
  return {
    speak: (messages) => {
      library.speakEnglish();
      for (const [english, translation] of Object.entries(messages)) library.translate(english, translation);
      return null;
    },
    run: (question) => runs.play(question),
    look: (at) => runs.look(at),
    sentences: ({ first, count }) => runs.sentences(first, count),
    fault: (question) => runs.fault(question),
    view: (format) => runs.view(format),
    packet: (event) => runs.packet(event),
    profiles: () => profilesIn(library),
  };
}

function answer(answers: Answers, { id, call, question }: Question): Answer {
  try {
    const give = answers[call] as (question: unknown) => Calls[CallName]["answer"];
    return { id, answer: give(question) };
  } catch (trouble) {
    // What a program that broke off has left is not to be trusted: the page begins with a new worker.
    if (trouble instanceof WebAssembly.RuntimeError) reportError(trouble);
    return { id, trouble: trouble instanceof Error ? trouble.message : String(trouble) };
  }
}

const ready = start();

globalThis.addEventListener("message", (message: MessageEvent<Question>) => {
  void ready.then(
    (answers) => globalThis.postMessage(answer(answers, message.data)),
    (trouble: unknown) => globalThis.postMessage({ id: message.data.id, trouble: String(trouble) } satisfies Answer),
  );
});
