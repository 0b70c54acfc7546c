// The service worker: keeps the page's files, so that it opens without a network. Another build has another name.

import build from "shipped:build";

interface Lifetime extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const store = `tcpwaltz ${build}`;
const files = ["./", "index.html", "page.css", "page.js", "engine.js", "icon.svg", "page.webmanifest"];

addEventListener("install", (event) => {
  (event as Lifetime).waitUntil(caches.open(store).then((cache) => cache.addAll(files)));
});

addEventListener("activate", (event) => {
  const old = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== store).map((name) => caches.delete(name))));
  (event as Lifetime).waitUntil(old);
});

addEventListener("fetch", (event) => {
  const { request, respondWith } = event as Fetching;
  if (new URL(request.url).origin !== location.origin || request.method !== "GET") return;
  respondWith.call(
    event,
    caches.match(request, { ignoreSearch: true }).then((kept) => kept ?? fetch(request)),
  );
});
