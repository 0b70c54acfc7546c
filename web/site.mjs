// Makes the site: the gallery, the page, the lessons and all documents as a folder that any server serves, and that
// opens without one.
//
//   node site.mjs ROOT MODULES PAGE OUT
//
// PAGE is the folder that build.mjs made. Documents keep their places: docs/live.md becomes docs/live.html. What a
// document names is made, too: other documents, files as they are; a scenario is opened in the page, and where a
// lesson has a run of one, the run can be played there. tools/site calls it.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, resolve } from "node:path";

const [root, modules, page, out] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, "/"));
const { default: MarkdownIt } = await import(require.resolve("markdown-it"));

const read = (path) => readFileSync(join(root, path), "utf8");
const escaped = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

function filesIn(folder, ending) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(path, ending);
      return path.endsWith(ending) ? [path] : [];
    });
}

function write(path, contents) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), contents);
}

// --- a page of the site

const up = (path) => "../".repeat(path.split("/").length - 1);

function layout({ path, title, body }) {
  const home = up(path);
  const links = [
    ["index.html", "Gallery"],
    ["page/index.html", "The page"],
    ["docs/lessons/README.html", "Lessons"],
    ["docs/README.html", "Documents"],
  ].map(([target, text]) => `<a href="${home}${target}">${text}</a>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} – tcpwaltz</title>
<link rel="icon" href="${home}page/icon.svg">
<link rel="stylesheet" href="${home}site.css">
</head>
<body>
<header><strong>tcpwaltz</strong><nav aria-label="Site">${links.join(" ")}</nav></header>
<main>
${body}</main>
</body>
</html>
`;
}

// --- documents

/** Those that are to be made, in the order in which they were met. */
const documents = ["README.md", "CHANGELOG.md", ...filesIn("docs", ".md")];

const toPlay = (path, scenario) => `${up(path)}page/index.html#f=${scenario}`;

/** Where a document's link goes in the site; null: nowhere, and it becomes mere text. */
function targetOf(path, link) {
  if (/^[a-z]+:|^#/.test(link)) return link;
  const [name, anchor] = link.split("#");
  const target = posix.normalize(posix.join(posix.dirname(path), name));
  if (target.startsWith("..") || !existsSync(join(root, target))) return null;
  const suffix = anchor === undefined ? "" : `#${anchor}`;
  if (statSync(join(root, target)).isDirectory())
    return existsSync(join(root, target, "README.md")) ? targetOf(path, `${name.replace(/\/$/, "")}/README.md`) : null;
  if (target.startsWith("scenarios/") && target.endsWith(".scn")) return toPlay(path, target);
  if (target.endsWith(".md")) {
    if (!documents.includes(target)) documents.push(target);
    return name.replace(/\.md$/, ".html") + suffix;
  }
  write(target, readFileSync(join(root, target)));
  return name + suffix;
}

/** A heading's anchor, as Git's hosts make it: documents link to those. */
function anchorOf(text, taken) {
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");
  const count = taken.get(base) ?? 0;
  taken.set(base, count + 1);
  return count === 0 ? base : `${base}-${count}`;
}

const plainOf = (inline) => (inline.children ?? []).map((token) => token.content).join("");

/** "<!-- run: tcpwaltz run FILE -->": what is written below it is that run. */
const runOf = (html) => /<!-- run: tcpwaltz run (?:--format \S+ )?(scenarios\/\S+\.scn) -->/.exec(html)?.[1];

function player(path, scenario) {
  const address = toPlay(path, scenario);
  return `<details class="play"><summary>Play it here, and lose a segment</summary>
<iframe title="${escaped(scenario)}" loading="lazy" src="${address}"></iframe>
<p><a href="${address}">Open it in the page</a></p></details>\n`;
}

/** The tokens with their links turned, headings with anchors, runs with a player behind them. */
function turned(path, tokens) {
  const taken = new Map();
  const made = [];
  let scenario;
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open") token.attrSet("id", anchorOf(plainOf(tokens[index + 1]), taken));
    for (const inline of token.children ?? []) {
      const attribute = { link_open: "href", image: "src" }[inline.type];
      const target = attribute && targetOf(path, inline.attrGet(attribute));
      if (target) inline.attrSet(attribute, target);
      else if (attribute) inline.attrs = inline.attrs.filter(([name]) => name !== attribute);
    }
    if (token.type === "html_block") scenario = runOf(token.content) ?? scenario;
    made.push(token);
    if (token.type !== "fence" || !scenario) continue;
    const block = Object.assign(Object.create(Object.getPrototypeOf(token)), {
      ...token,
      type: "html_block",
      tag: "",
      info: "",
    });
    made.push(Object.assign(block, { content: player(path, scenario), children: null, attrs: null }));
    scenario = undefined;
  }
  return made;
}

const markdown = new MarkdownIt({ html: true });
// A table may be wider than a screen, and what can be scrolled can be reached by keys.
markdown.renderer.rules.table_open = () => '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n';
markdown.renderer.rules.table_close = () => "</table></div>\n";
markdown.renderer.rules.fence = (tokens, index) =>
  `<pre tabindex="0"><code>${escaped(tokens[index].content)}</code></pre>\n`;

function makeDocument(path) {
  const tokens = markdown.parse(read(path), {});
  const title = plainOf(tokens.find((token) => token.type === "inline") ?? {}) || path;
  const body = markdown.renderer.render(turned(path, tokens), markdown.options, {});
  write(path.replace(/\.md$/, ".html"), layout({ path, title, body }));
}

// --- the gallery

/** The words of a statement of a scenario's text: title "…", about "…". */
const wordsOf = (text, statement) =>
  [...text.matchAll(new RegExp(`^${statement}\\s+"((?:[^"\\\\]|\\\\.)*)"`, "gm"))].map(([, words]) =>
    words.replace(/\\(.)/g, "$1"),
  );

function galleryOf(folder) {
  const cards = filesIn(folder, ".scn").flatMap((path) => {
    const text = read(path);
    const [title] = wordsOf(text, "title");
    if (title === undefined) return [];
    return [
      `<li><a href="page/index.html#f=${path}">${escaped(title)}</a><p>${escaped(wordsOf(text, "about").join(" "))}</p></li>`,
    ];
  });
  return cards.length === 0
    ? ""
    : `<h2>${escaped(posix.basename(folder))}</h2>\n<ul class="gallery">\n${cards.join("\n")}\n</ul>\n`;
}

function makeGallery() {
  const folders = readdirSync(join(root, "scenarios"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const body = `<h1>What happens to a TCP connection when the network misbehaves</h1>
<p>Each scenario opens in the page: step through it, lose a segment by a click, and see what the timers do.
Nothing is sent anywhere; it works offline, too.</p>
${folders.map(({ name }) => galleryOf(`scenarios/${name}`)).join("")}`;
  write("index.html", layout({ path: "index.html", title: "Gallery", body }));
}

rmSync(out, { recursive: true, force: true });
cpSync(page, join(out, "page"), { recursive: true });
write("site.css", readFileSync(join(root, "web/site.css")));
makeGallery();
// The list grows while it is worked off.
for (const path of documents) makeDocument(path);
