// The editor: CodeMirror with the language, its history, and the library's word on what is wrong.

import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import {
  defaultKeymap,
  history,
  historyKeymap,
  isolateHistory,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from "@codemirror/commands";
import { type Diagnostic, diagnosticCount, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, type ViewUpdate } from "@codemirror/view";
import type { Problem, Profile } from "../engine/messages";
import type { Edit } from "./edits";
import { colours, completion, language } from "./language";

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly label: string;
  /** Called whenever the text is another one. */
  readonly changed: (text: string) => void;
  readonly profiles: () => readonly Profile[];
}

/** Where a problem is, in the text at hand; one of another file is at the top. */
function place(view: EditorView, problem: Problem, name: string): { from: number; to: number } {
  const { doc } = view.state;
  if (problem.file !== name || problem.line === 0 || problem.line > doc.lines) return { from: 0, to: doc.line(1).to };
  const line = doc.line(problem.line);
  if (problem.column === 0) return { from: line.from, to: line.to };
  // Columns count characters, positions count UTF-16.
  const signs = [...line.text];
  const width = (count: number) => signs.slice(0, count).join("").length;
  return {
    from: line.from + width(problem.column - 1),
    to: line.from + width(problem.column - 1 + Math.max(problem.width, 1)),
  };
}

export class Editor {
  readonly #view: EditorView;

  constructor({ parent, label, changed, profiles }: EditorOptions) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          closeBrackets(),
          highlightActiveLine(),
          language,
          colours,
          lintGutter(),
          autocompletion({ override: [completion(profiles)] }),
          keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update: ViewUpdate) => {
            if (update.docChanged) changed(this.text);
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Another scenario: one step of the history, too, but for the first. */
  set text(insert: string) {
    const { length } = this.#view.state.doc;
    const annotations = length === 0 ? Transaction.addToHistory.of(false) : isolateHistory.of("full");
    this.#view.dispatch({ changes: { from: 0, to: length, insert }, annotations });
  }

  /** A change that somebody clicked: one step of the history, its line selected. One that `goesOn`, as a slider's do, is
   * part of the step before: so the history takes what is composed of several keys. */
  apply(edit: Edit, goesOn = false): void {
    const begin = edit.insert.startsWith("\n") ? edit.from + 1 : edit.from;
    this.#view.dispatch({
      changes: edit,
      ...(goesOn ? { userEvent: "input.type.compose" } : { annotations: isolateHistory.of("full") }),
      scrollIntoView: true,
      selection: { anchor: begin, head: edit.from + edit.insert.length },
    });
  }

  undo(): void {
    undo(this.#view);
  }

  redo(): void {
    redo(this.#view);
  }

  get steps(): { back: number; forth: number } {
    return { back: undoDepth(this.#view.state), forth: redoDepth(this.#view.state) };
  }

  /** Marks what is wrong with the scenario called `name`. */
  mark(problems: readonly Problem[], name: string): void {
    if (problems.length === 0 && diagnosticCount(this.#view.state) === 0) return;
    const diagnostics = problems.map((problem): Diagnostic => {
      const elsewhere = problem.file !== name && problem.file !== "" ? `${problem.file}:${problem.line}: ` : "";
      const hint = problem.hint === "" ? "" : `\n${problem.hint}`;
      return { ...place(this.#view, problem, name), severity: "error", message: elsewhere + problem.message + hint };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }
}
