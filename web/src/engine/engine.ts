// The page's side of the worker: calls and promises of their answers. A new worker takes the place of one that
// was told to stop.

import files from "shipped:scenarios";
import type { Answer, CallName, Calls, Messages, Question } from "./messages";

/** Somebody stopped it. */
export class Cancelled extends Error {}

interface Waiting {
  readonly resolve: (answer: Calls[CallName]["answer"]) => void;
  readonly reject: (trouble: Error) => void;
}

/** engine.js leaves the worker's text: a worker of a file of its own is not allowed to a page from a folder. */
declare const TCPWALTZ_ENGINE: string;

export class Engine {
  readonly #messages: () => Messages;
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #calls = 0;

  /** `messages`: what every new worker speaks. */
  constructor(messages: () => Messages) {
    this.#messages = messages;
  }

  #start(): Worker {
    const text = [`var TCPWALTZ_FILES=${JSON.stringify(files)};\n`, TCPWALTZ_ENGINE];
    const address = URL.createObjectURL(new Blob(text, { type: "text/javascript" }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.addEventListener("message", (message: MessageEvent<Answer>) => this.#take(message.data));
    worker.addEventListener("error", (error) => this.#stop(new Error(error.message)));
    this.#worker = worker;
    this.speak();
    return worker;
  }

  #take({ id, answer, trouble }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (answer !== undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(trouble));
  }

  #stop(why: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(why);
  }

  call<Name extends CallName>(call: Name, question: Calls[Name]["question"]): Promise<Calls[Name]["answer"]> {
    const worker = this.#worker ?? this.#start();
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      worker.postMessage({ id, call, question });
    });
  }

  /** The language is another one: nobody waits for an answer. */
  speak(): void {
    this.#worker?.postMessage({ id: ++this.#calls, call: "speak", question: this.#messages() } satisfies Question);
  }

  /** Whatever is being waited for fails, with Cancelled; the next call begins anew. */
  cancel(): void {
    this.#stop(new Cancelled("cancelled"));
  }
}
