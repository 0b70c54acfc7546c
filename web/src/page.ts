// The page: one way round. The editor's text is played by the worker, the run is drawn, and what somebody clicks
// writes into the text again.

import version from "shipped:version";
import { Cancelled, Engine } from "./engine/engine";
import type { Fault, Look, Profile, Run, RunAnswer } from "./engine/messages";
import { Player } from "./engine/player";
import { worthSaying } from "./run/changes";
import { Editor } from "./scenario/editor";
import { addFault, backlogIn, type Edit, removeLine, setBacklog, setKey, setProfile, titleIn } from "./scenario/edits";
import { keep, kept, type Scenario } from "./scenario/kept";
import {
  currentLanguage,
  type Language,
  languages,
  messages,
  say,
  setLanguage,
  translate,
} from "./strings/strings";
import { actionButtons, type Doing, Menu } from "./view/actions";
import { Beside } from "./view/beside";
import { byId, element } from "./view/dom";
import { Gallery, textOf } from "./view/gallery";
import { Keys } from "./view/keys";
import { Ladder } from "./view/ladder";
import { EventList } from "./view/list";
import { outcomeOf } from "./view/outcome";
import { Panel } from "./view/panel";
import { showPlots } from "./view/plots";
import { fileName, pictureOf, saveFile, type Saving, savings } from "./view/saving";
import { fragmentOf, sharedIn } from "./view/share";
import { Steps } from "./view/steps";

const firstScenario = "scenarios/handshake/first-syn-lost.scn";
const whileTyping = 120; // ms without a key before the text is played

const engine = new Engine(messages);
let name = firstScenario;
let run: Run | null = null;
let profiles: readonly Profile[] = [];

// --- what is said

function tell(...said: readonly (string | Node)[]): void {
  byId("told").replaceChildren(...said);
}

function trouble(why: unknown): void {
  if (!(why instanceof Cancelled)) tell(say("trouble", why instanceof Error ? why.message : String(why)));
}

// --- the text

/** Whether the browser has room for the text; if not, it asks before it forgets it. */
let isKept = true;

window.addEventListener("beforeunload", (leaving) => {
  if (!isKept) leaving.preventDefault();
});

/** Who changes the text: somebody who types; a click, which is played at once; or it is another scenario. */
let changing: "typing" | "clicking" | "loading" = "typing";

function changeBy(who: typeof changing, change: () => void): void {
  changing = who;
  change();
  changing = "typing";
}

const editor = new Editor({
  parent: byId("editor"),
  label: say("editor"),
  changed: (text) => {
    isKept = keep({ name, text }, changing !== "loading");
    byId("unkept").hidden = isKept;
    gallery.show(name, text);
    player.play(changing === "typing" ? whileTyping : 0);
  },
  profiles: () => profiles,
});

const gallery = new Gallery((path) => {
  const chosen = path === "" ? kept("own") : { name: path, text: textOf(path) ?? "" };
  if (chosen) load(chosen);
  else gallery.show(name, editor.text);
});

function write(edit: Edit | null, goesOn = false): void {
  menu.close();
  if (edit) changeBy("clicking", () => editor.apply(edit, goesOn));
}

/** Another scenario; what was there before is a step back in the history. */
function load(scenario: Scenario): void {
  name = scenario.name;
  if (editor.text === scenario.text) player.play(0);
  else
    changeBy("loading", () => {
      editor.text = scenario.text;
    });
}

// --- playing it

const question = () => ({ name, text: editor.text, settings: [] });

const player = new Player({
  play: () => engine.call("run", question()),
  answered: take,
  failed: trouble,
  isLong: (long) => {
    byId("long").hidden = !long;
  },
});

function take(answer: RunAnswer): void {
  if ("run" in answer) show(answer.run);
  else tell(run ? say("broken") : "");
  const { problems, text } = "problems" in answer ? answer : { problems: [], text: "" };
  editor.mark(problems, name);
  byId("problems").textContent = text;
  document.body.classList.toggle("broken", problems.length > 0);
  showHistory();
}

function show(made: Run): void {
  const added = worthSaying(made.changes, made.count)?.added ?? new Set<number>();
  const isFirst = run === null;
  run = made;
  ladder.show(made.drawing, added);
  ladder.reveal(Math.min(...added));
  for (const id of ["panel", "ladders", "all"]) byId(id).hidden = made.drawing === null;
  if (isFirst) ladder.centre();
  document.title = `${titleIn(editor.text) ?? fileName(name, "scn")} – tcpwaltz`;
  tell(...outcomeOf(made));
  showPlots(made.intervals);
  showBacklog();
  keys.show(editor.text);
  beside.show(question());
  if (made.drawing === null) return;
  list.show(made.count);
  steps.show(made.count);
}

// --- stepping through it

const doing: Doing = {
  fault: (event: number, fault: Fault, delayNs: number) => {
    engine.call("fault", { event, fault, delayNs }).then((line) => write(addFault(editor.text, line)), trouble);
  },
  remove: (line) => write(removeLine(editor.text, line)),
  say: (text) => tell(text),
};

const panel = new Panel({ engine, doing, go: (event) => steps.go(event), failed: trouble });
let look: Promise<Look | null> = Promise.resolve(null);

const steps = new Steps((at, scrolls) => {
  if (!run?.drawing) return;
  ladder.light(at, scrolls);
  list.light(at);
  look = panel.show(at, run.count);
});

/** None where another run has come in between. */
const sentences = (first: number, count: number): Promise<readonly string[]> =>
  engine.call("sentences", { first, count }).catch(() => []);
const list = new EventList(
  (event) => steps.go(event),
  (count) => sentences(1, count),
);

const menu = new Menu();
const ladder = new Ladder(byId("ladder"));
ladder.listen(
  async (event, at) => {
    steps.go(event, false);
    const target = at.isArrow ? (await look)?.target : null;
    if (target) menu.open(at, actionButtons(target, doing));
  },
  async (event) => (await sentences(event, 1))[0] ?? "",
);

// --- controls

const keys = new Keys({
  setProfile: (host, profile) => write(setProfile(editor.text, host, profile)),
  setKey: (host, key, value) => write(setKey(editor.text, host, key, value)),
});
const beside = new Beside(new Engine(messages), trouble);

const backlog = byId<HTMLInputElement>("backlog");
let isDragged = false;
backlog.addEventListener("input", () => {
  write(setBacklog(editor.text, Number(backlog.value)), isDragged);
  isDragged = true;
  showBacklog();
});
backlog.addEventListener("change", () => {
  isDragged = false;
});

function showBacklog(): void {
  const value = backlogIn(editor.text);
  byId("backlog-row").hidden = value === null;
  backlog.value = String(value ?? "");
  byId("backlog-value").textContent = String(value ?? "");
}

function showHistory(): void {
  byId<HTMLButtonElement>("undo").disabled = editor.steps.back === 0;
  byId<HTMLButtonElement>("redo").disabled = editor.steps.forth === 0;
}

byId("undo").addEventListener("click", () => changeBy("clicking", () => editor.undo()));
byId("redo").addEventListener("click", () => changeBy("clicking", () => editor.redo()));
byId("stop").addEventListener("click", () => {
  player.forget();
  engine.cancel();
  tell(say("stopped"));
});

byId("share").addEventListener("click", () => void share());
async function share(): Promise<void> {
  history.replaceState(null, "", `#${await fragmentOf({ name, text: editor.text })}`);
  const isCopied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  tell(say(isCopied ? "shared" : "sharedBelow"));
}

async function contentsOf(saving: Saving): Promise<Blob> {
  if (saving.view === null) return new Blob([editor.text], { type: saving.type });
  const bytes = await engine.call("view", saving.view);
  return saving.ending === "png" ? pictureOf(bytes) : new Blob([bytes], { type: saving.type });
}

const save = byId<HTMLSelectElement>("save");
save.append(...savings.map((saving) => element("option", { value: saving.ending }, saving.name)));
save.addEventListener("change", () => {
  const saving = savings.find(({ ending }) => ending === save.value);
  save.value = "";
  if (saving) contentsOf(saving).then((contents) => saveFile(fileName(name, saving.ending), contents), trouble);
});

const choice = byId<HTMLSelectElement>("language");
choice.append(
  ...Object.entries(languages).map(([code, { name: own }]) => element("option", { value: code, lang: code }, own)),
);
choice.value = currentLanguage();
choice.addEventListener("change", () => {
  setLanguage(choice.value as Language);
  engine.speak();
  beside.speak();
  player.play(0);
});

// --- the beginning

/** What the address names, what was written last, or the first scenario. */
async function begin(): Promise<void> {
  translate(document);
  byId("version").textContent = version;
  const before = kept("at hand");
  if (before) load(before);
  await follow();
  if (editor.text === "") load({ name: firstScenario, text: textOf(firstScenario) ?? "" });
  profiles = await engine.call("profiles", null);
  keys.know(profiles);
  beside.know(profiles);
}

/** "#s=…" is a scenario, "#f=PATH" one of the gallery's. */
async function follow(): Promise<void> {
  const fragment = location.hash.slice(1);
  const path = new URLSearchParams(fragment).get("f");
  const text = path === null ? null : textOf(path);
  if (path !== null && text !== null) return load({ name: path, text });
  const shared = await sharedIn(fragment);
  if (shared) load(shared);
}

window.addEventListener("hashchange", () => void follow());
document.body.classList.toggle("within", window !== window.parent);
if ("serviceWorker" in navigator && location.protocol.startsWith("http"))
  void navigator.serviceWorker.register("offline.js");
begin().catch(trouble);
