// Stepping through a run: by keys, buttons, the slider, or a click on what the ladder shows.
// The list of events is all that is known; the ladder's groups name their events (data-e, data-a).
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const list = [...byId("events").children];
  const groups = [...document.querySelectorAll("#ladder .ev")];
  const slider = byId("slider");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let at = 1;
  let playing = 0;

  const event = (number) => list[number - 1];
  const causeOf = (number) => Number(event(number).dataset.c || 0);

  // What an event says, copied with its time.
  const copy = (number, into) => into.append(...[...event(number).childNodes].map((node) => node.cloneNode(true)));

  function showStates() {
    const states = new Map();
    for (const item of list.slice(0, at)) if (item.dataset.w) states.set(item.dataset.w, item.dataset.s);
    const rows = [...states].flatMap(([who, state]) => {
      const term = document.createElement("dt");
      const entry = document.createElement("dd");
      term.textContent = who;
      entry.textContent = state;
      return [term, entry];
    });
    byId("states").replaceChildren(...rows);
  }

  function showWhy() {
    const chain = [];
    for (let number = at; number > 0; number = causeOf(number)) chain.unshift(number);
    const rows = chain.map((number) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      copy(number, button);
      button.addEventListener("click", () => go(number));
      row.append(button);
      return row;
    });
    byId("why").replaceChildren(...rows);
  }

  function showLadder(scrolls) {
    let lit = null;
    for (const group of groups) {
      const from = Number(group.dataset.e);
      const on = from === at || Number(group.dataset.a || 0) === at;
      group.classList.toggle("later", from > at);
      group.classList.toggle("on", on);
      if (on) lit = group;
    }
    if (lit && scrolls) lit.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still ? "auto" : "smooth" });
  }

  function go(number, scrolls = true) {
    event(at).classList.remove("on");
    at = Math.min(Math.max(number, 1), list.length);
    event(at).classList.add("on");
    slider.value = String(at);
    const now = byId("now");
    now.replaceChildren(`${at} of ${list.length}: `);
    copy(at, now);
    showLadder(scrolls);
    showStates();
    showWhy();
  }

  function pause() {
    clearInterval(playing);
    playing = 0;
    byId("play").textContent = "▶";
  }

  function play() {
    if (playing) return pause();
    if (at === list.length) go(1);
    byId("play").textContent = "❚❚";
    playing = setInterval(() => (at < list.length ? go(at + 1) : pause()), 700);
  }

  const moves = {
    first: () => go(1),
    back: () => go(at - 1),
    play,
    next: () => go(at + 1),
    last: () => go(list.length),
  };
  const keys = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last", " ": "play" };

  for (const [id, move] of Object.entries(moves)) {
    byId(id).addEventListener("click", () => {
      if (id !== "play") pause();
      move();
    });
  }
  slider.addEventListener("input", () => go(Number(slider.value)));
  for (const group of groups) group.addEventListener("click", () => go(Number(group.dataset.e)));
  document.addEventListener("keydown", (press) => {
    const onControl = press.target.closest("button, input, summary");
    if (press.ctrlKey || press.altKey || press.metaKey || !keys[press.key] || (onControl && press.key === " ")) return;
    if (press.target === slider) return; // it has these keys of its own
    press.preventDefault();
    if (keys[press.key] !== "play") pause();
    moves[keys[press.key]]();
  });

  document.body.classList.add("live");
  byId("panel").hidden = false;
  byId("all").open = false;
  if (/^#\d+$/.test(location.hash)) go(Number(location.hash.slice(1))); // page.html#9
  else go(list.length, false); // all of it, from the top
})();
