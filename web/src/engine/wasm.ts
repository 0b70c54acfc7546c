// The library's functions for pages (web/glue.c), with their types.

/** What emscripten makes of the library. */
interface Module {
  readonly HEAPU8: Uint8Array;
  cwrap(name: string, result: "number" | "string" | null, types: readonly ("number" | "string")[]): unknown;
}

export interface ModuleOptions {
  /** The program's bytes, and what a scenario includes. */
  readonly wasmBinary: ArrayBuffer;
  readonly read: (path: string) => string | null;
}

/** tcpwaltz-page.js stands before the worker's own code and leaves this. */
declare const tcpwaltz: (options: ModuleOptions) => Promise<Module>;

/** Its functions; those that return a status leave a text, which says what is wrong where it is not 0. */
export interface Library {
  set(setting: string): void;
  bound(events: number, bytes: number, steps: number): void;
  run(name: string, text: string): number;
  eventCount(): number;
  endTime(): number;
  end(): string;
  view(format: string): number;
  ladder(): number;
  why(event: number): number;
  sentences(first: number, count: number): number;
  /** What was told to translate() is forgotten. */
  speakEnglish(): void;
  translate(english: string, translation: string): void;
  fault(event: number, fault: number, delayNs: number): number;
  check(): number;
  errorCount(): number;
  errorLine(index: number): number;
  errorColumn(index: number): number;
  errorWidth(index: number): number;
  errorFile(index: number): string;
  errorMessage(index: number): string;
  errorHint(index: number): string;
  profileName(index: number): string;
  profile(name: string): string;
  keyName(index: number): string;
  keyHelp(index: number): string;
  keyTakes(index: number): string;
  keyValue(index: number): string;
  keySource(index: number): string;
  /** What the last call left. */
  bytes(): Uint8Array<ArrayBuffer>;
  text(): string;
}

const utf8 = new TextDecoder();

export async function loadLibrary(options: ModuleOptions): Promise<Library> {
  const module = await tcpwaltz(options);
  const action = (name: string, ...types: ("number" | "string")[]) =>
    module.cwrap(name, null, types) as (...values: (number | string)[]) => void;
  const number = (name: string, ...types: ("number" | "string")[]) =>
    module.cwrap(name, "number", types) as (...values: (number | string)[]) => number;
  const string = (name: string, ...types: ("number" | "string")[]) =>
    module.cwrap(name, "string", types) as (...values: (number | string)[]) => string;
  const at = number("page_text");
  const length = number("page_length");
  const view = () => module.HEAPU8.subarray(at(), at() + length());

  const roomFor = number("page_scenario", "number");
  const play = number("page_run", "string");

  return {
    set: action("page_set", "string"),
    bound: action("page_bound", "number", "number", "number"),
    run: (name, text) => {
      const bytes = new TextEncoder().encode(text);
      const room = roomFor(bytes.length);
      if (room === 0) throw new Error("out of memory");
      module.HEAPU8.set(bytes, room);
      return play(name);
    },
    eventCount: number("page_event_count"),
    endTime: number("page_end_time"),
    end: string("page_end"),
    view: number("page_view", "string"),
    ladder: number("page_ladder"),
    why: number("page_why", "number"),
    sentences: number("page_sentences", "number", "number"),
    speakEnglish: action("page_speak_english"),
    translate: action("page_translate", "string", "string"),
    fault: number("page_fault", "number", "number", "number"),
    check: number("page_check"),
    errorCount: number("page_error_count"),
    errorLine: number("page_error_line", "number"),
    errorColumn: number("page_error_column", "number"),
    errorWidth: number("page_error_width", "number"),
    errorFile: string("page_error_file", "number"),
    errorMessage: string("page_error_message", "number"),
    errorHint: string("page_error_hint", "number"),
    profileName: string("page_profile_name", "number"),
    profile: string("page_profile", "string"),
    keyName: string("page_key_name", "number"),
    keyHelp: string("page_key_help", "number"),
    keyTakes: string("page_key_takes", "number"),
    keyValue: string("page_key_value", "number"),
    keySource: string("page_key_source", "number"),
    bytes: () => new Uint8Array(view()),
    text: () => utf8.decode(view()),
  };
}
