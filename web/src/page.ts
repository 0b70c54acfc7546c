// The page: one way round. The editor's text is played by the worker, the run is drawn, and what somebody clicks
// writes into the text again.

import version from "shipped:version";
import { Cancelled, Engine } from "./engine/engine";
import type { Fault, Profile, Run, RunAnswer } from "./engine/messages";
import { Player } from "./engine/player";
import { type Changes, changesBetween } from "./run/changes";
import { momentAt } from "./run/moment";
import { withLinks } from "./run/rfc";
import { Editor } from "./scenario/editor";
import { addFault, backlogIn, type Edit, removeLine, setBacklog, setKey, setProfile, titleIn } from "./scenario/edits";
import { keep, kept, type Scenario } from "./scenario/kept";
import { currentLanguage, type Language, languages, say, setLanguage, translate } from "./strings/strings";
import { actionButtons, type Doing, Menu, targetOf } from "./view/actions";
import { Beside } from "./view/beside";
import { showPacket } from "./view/bytes";
import { button, byId, element } from "./view/dom";
import { showEnds } from "./view/ends";
import { Gallery, textOf } from "./view/gallery";
import { Keys } from "./view/keys";
import { Ladder } from "./view/ladder";
import { outcomeOf } from "./view/outcome";
import { showPlots } from "./view/plots";
import { fileName, pictureOf, saveFile, type Saving, savings } from "./view/saving";
import { fragmentOf, sharedIn } from "./view/share";
import { Steps } from "./view/steps";

const firstScenario = "scenarios/handshake/first-syn-lost.scn";
const whileTyping = 120; // ms without a key before the text is played
const mostChanged = 0.9; // of a run's events; more are another scenario's

const engine = new Engine();
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
    keep("at hand", { name, text });
    if (changing !== "loading") keep("own", { name, text });
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

function write(edit: Edit | null): void {
  menu.close();
  if (edit) changeBy("clicking", () => editor.apply(edit));
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

const player = new Player(engine, {
  question: () => ({ name, text: editor.text, settings: [] }),
  answered: take,
  failed: trouble,
  isLong: (long) => {
    byId("long").hidden = !long;
  },
});

function take(answer: RunAnswer): void {
  showHistory();
  const problems = "problems" in answer ? answer.problems : [];
  editor.mark(problems, name);
  byId("problems").textContent = "problems" in answer ? answer.text : "";
  document.body.classList.toggle("broken", "problems" in answer);
  if ("problems" in answer) tell(run ? say("broken") : "");
  else show(answer.run);
}

/** What is otherwise than in the run before; null: it is the first, or another scenario, new as a whole. */
function changesIn(made: Run): Changes | null {
  const changes = run ? changesBetween(run.events, made.events) : null;
  const isAnother = !changes || changes.added.size > made.events.length * mostChanged;
  return isAnother || changes.added.size + changes.gone === 0 ? null : changes;
}

function show(made: Run): void {
  const changes = changesIn(made);
  const added = changes?.added ?? new Set<number>();
  const isFirst = run === null;
  run = made;
  document.title = `${titleIn(editor.text) ?? fileName(name, "scn")} – tcpwaltz`;
  tell(...outcomeOf(made, changes));
  for (const id of ["panel", "ladders", "all"]) byId(id).hidden = made.ladder === "";
  ladder.show(made.ladder, added);
  showPlots(made.intervals);
  showBacklog();
  keys.show(editor.text);
  beside.show({ name, text: editor.text, settings: [] }, made.events);
  steps.show(made.events.length);
  if (isFirst) ladder.centre();
  ladder.reveal(Math.min(...added));
  if (made.ladder !== "") engine.call("list", null).then((list) => showList(made, list), trouble);
}

/** The sentences come behind the picture, which does not wait for them. */
function showList(of: Run, list: string): void {
  if (of !== run) return;
  byId("events").innerHTML = list;
  showNow(steps.at);
}

// --- stepping through it

const doing: Doing = {
  fault: (event: number, fault: Fault, delayNs: number) => {
    engine.call("fault", { event, fault, delayNs }).then((line) => write(addFault(editor.text, line)), trouble);
  },
  remove: (line) => write(removeLine(editor.text, line)),
  say: (text) => tell(text),
};

const menu = new Menu();
const sentence = (event: number) => byId("events").children[event - 1]?.textContent ?? "";
const ladder = new Ladder((event, at) => {
  steps.go(event, false);
  const target = run && targetOf(run.events, event, name);
  if (run && target && at.isArrow) menu.open(at, actionButtons(target, run.events, doing));
}, sentence);

function showNow(at: number): void {
  const item = byId("events").children[at - 1];
  for (const other of byId("events").querySelectorAll(".on")) other.classList.remove("on");
  item?.classList.add("on");
  byId("now").replaceChildren(say("position", at, run?.events.length ?? 0), ...withLinks(sentence(at)));
}

/** "  3      0.000 s  the script says: …": a number to go to, and what happened. */
function whyRow(line: string): HTMLElement {
  const [, number, said] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
  if (number === undefined || said === undefined) return element("li", {}, line);
  const jump = button(number, () => steps.go(Number(number)), {
    class: "jump",
    "aria-label": `${say("event")} ${number}`,
  });
  return element("li", {}, jump, ...withLinks(said));
}

/** The causes and the bytes come from the library; an answer to an earlier question is late. */
async function showCauses(at: number): Promise<void> {
  try {
    const [why, packet] = await Promise.all([engine.call("why", at), engine.call("packet", at)]);
    if (at !== steps.at) return;
    byId("why").replaceChildren(
      ...why
        .split("\n")
        .filter((line) => line !== "")
        .map(whyRow),
    );
    showPacket(packet);
  } catch (why) {
    trouble(why);
  }
}

const steps = new Steps((at, scrolls) => {
  if (!run || run.events.length === 0) return;
  const event = run.events[at - 1];
  ladder.light(at, scrolls);
  showNow(at);
  showEnds(momentAt(run.events, at), run.events, event?.t_ns ?? 0);
  const target = targetOf(run.events, at, name);
  byId("segment").hidden = !target;
  byId("actions").replaceChildren(...(target ? actionButtons(target, run.events, doing) : []));
  void showCauses(at);
});

byId("events").addEventListener("click", (click) => {
  const item = click.target instanceof Element ? click.target.closest("li") : null;
  if (item) steps.go([...byId("events").children].indexOf(item) + 1);
});

// --- controls

const keys = new Keys({
  setProfile: (host, profile) => write(setProfile(editor.text, host, profile)),
  setKey: (host, key, value) => write(setKey(editor.text, host, key, value)),
});
const beside = new Beside();

const backlog = byId<HTMLInputElement>("backlog");
backlog.addEventListener("input", () => {
  write(setBacklog(editor.text, Number(backlog.value)));
  showBacklog();
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
  player.stop();
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
  if (run) show(run);
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
