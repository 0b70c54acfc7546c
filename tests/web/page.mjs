// The page in a real browser: from a folder, as it is opened by a double click, and from a server, as a PWA.
//
//   node page.mjs ROOT MODULES PAGE TCPWALTZ PICTURES
//
// PAGE is the folder that web/build.mjs made, TCPWALTZ the program, PICTURES where screenshots go, to be looked at.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { accessibility } from "./accessible.mjs";
import { finish, launch, test } from "./browser.mjs";

const [root, modules, folder, program, pictures] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(pictures, { recursive: true });
process.chdir(root);

const address = pathToFileURL(join(folder, "index.html")).href;
const browser = await launch(modules);

/** A page of its own, with nothing stored; what it says is wrong fails the test. */
async function within(options, holds) {
  const { at = address, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1500, height: 950 }, locale: "en-US", ...rest });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (said) => said.type() === "error" && wrong.push(said.text()));
  await page.goto(at);
  await played(page);
  await holds(page, context);
  assert.deepEqual(wrong, []);
  await context.close();
}

/** The run is drawn, and nothing is being played. */
const played = (page) =>
  page.waitForFunction(() => document.querySelector("#ladder svg") && document.querySelector("#told p"));

const ladderText = (page) => page.locator("#ladder").evaluate((frame) => frame.textContent);
const text = (page) =>
  page.evaluate(() => [...document.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"));

/** Another text, as if it were pasted in. */
async function write(page, scenario) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData("text/plain", pasted);
    document
      .querySelector(".cm-content")
      .dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, scenario);
}

const seen = (page, pattern, selector = "#ladder") =>
  page.waitForFunction(
    ([where, source]) => new RegExp(source).test(document.querySelector(where)?.textContent ?? ""),
    [selector, pattern.source],
  );

/** What can be done to the arrow whose label begins so. */
async function open(page, label) {
  const arrow = page
    .locator("#ladder .send")
    .filter({ has: page.locator(`> text:text("${label}")`) })
    .first();
  await arrow.locator("line").click({ force: true });
  await page.locator("#menu").waitFor();
}

async function act(page, label, what) {
  await open(page, label);
  await page.locator(`#menu [data-do=${what}]`).click();
}

const titleOf = (path) => /^title\s+"(.*)"/m.exec(readFileSync(path, "utf8"))[1].replaceAll('\\"', '"');

/** This scenario is drawn, or it has too many events for that and its counters are. */
const shown = (page, path) =>
  page
    .waitForFunction((title) => {
      const drawn = document.querySelector("#ladder .title")?.textContent;
      const isTooLong = /too many/.test(document.querySelector("#told").textContent);
      return document.title.startsWith(title) && (drawn === title || isTooLong);
    }, titleOf(path))
    .catch((why) => {
      throw new Error(`${path}: ${why.message}`);
    });

/** Until no segment is sent again. */
const unrepeated = (page) =>
  page.waitForFunction(() => document.querySelector("#ladder svg") && !document.querySelector("#ladder .again"));

const small = (profile) => `title "One connection"
host client ${profile}
host server ${profile}
link client server delay=10ms
at 0s server listen
at 0s client connect server
at 5s client close
when server CLOSE-WAIT server close
`;

// --- a. the editor and the ladder

await test("it opens from a folder, with a scenario drawn", () =>
  within({}, async (page) => {
    assert.match(await ladderText(page), /SYN seq=0 \(retry 1 of 5\)/);
    assert.match(await page.textContent("#told"), /50 events in 65\.020 s.*14 expectations held/);
    await page.screenshot({ path: join(pictures, "desktop.png") });
  }));

await test("an error is said at its place, the run before stays, and the text is never lost", () =>
  within({}, async (page) => {
    await write(page, "host client linux-2.5\nhost server linux-2.4\n");
    await seen(page, /1:13: error: unknown profile 'linux-2\.5'/, "#problems");
    assert.equal(await page.locator(".cm-line").first().locator(".cm-lintRange-error").textContent(), "linux-2.5");
    assert.match(await ladderText(page), /SYN seq=0/);
    await page.screenshot({ path: join(pictures, "error.png") });
    await page.reload();
    await seen(page, /unknown profile/, "#problems");
    assert.match(await text(page), /linux-2\.5/);
  }));

await test("words are completed: statements, profiles, keys with their help", () =>
  within({}, async (page) => {
    await write(page, "");
    await page.keyboard.type("host client linux-6.1");
    await page.locator(".cm-tooltip-autocomplete").waitFor();
    assert.match(await page.textContent(".cm-tooltip-autocomplete"), /linux-6\.18/);
    await page.keyboard.press("Escape");
    await page.keyboard.type(" tcp_syn_r");
    await page.locator(".cm-tooltip-autocomplete").waitFor();
    assert.match(await page.textContent(".cm-tooltip-autocomplete"), /tcp_syn_retries/);
  }));

await test("every scenario of the gallery is played, and its ladder is the program's", () =>
  within({}, async (page) => {
    const paths = await page.locator("#gallery option").evaluateAll((options) => options.map((option) => option.value));
    const scenarios = paths.filter((path) => path !== "");
    assert.ok(scenarios.length > 100);
    for (const path of scenarios) {
      await page.selectOption("#gallery", path);
      await shown(page, path);
    }
    const path = "scenarios/teardown/four-way.scn";
    await page.selectOption("#gallery", path);
    await shown(page, path);
    const ours = (await saved(page, "svg")).toString();
    assert.equal(ours, program ? spawnSync(program, ["run", "--format", "svg", path]).stdout.toString() : "");
  }));

await test("a huge scenario is played, and the browser asks before it forgets what it cannot keep", () =>
  within({}, async (page) => {
    await write(page, `${small("linux-2.4")}${"# a line of many\n".repeat(500_000)}`);
    await seen(page, /\d+ events in 65\.0/, "#told");
    await page.locator("#unkept").waitFor();
    const asked = page.waitForEvent("dialog");
    const gone = page.goto("about:blank").catch(() => null);
    const dialog = await asked;
    assert.equal(dialog.type(), "beforeunload");
    await dialog.dismiss();
    await gone;
    assert.match(await text(page), /a line of many/);
    await write(page, small("linux-2.4"));
    await page.locator("#unkept").waitFor({ state: "hidden" });
  }));

/** Pairs of the ladder's texts that stand on one another. */
const overlaps = (page) =>
  page.locator("#ladder .ev text").evaluateAll((texts) => {
    const boxes = texts.map((text) => ({ said: text.textContent, box: text.getBoundingClientRect() }));
    const meet = ({ box: a }, { box: b }) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    return boxes.flatMap((one, index) =>
      boxes.slice(index + 1).flatMap((other) => (meet(one, other) ? [`${one.said} / ${other.said}`] : [])),
    );
  });

await test("many hosts stand side by side, each name and label to be read", () =>
  within({}, async (page) => {
    const hosts = Array.from({ length: 12 }, (_, index) => `h${index}`);
    const clients = hosts.slice(0, -1);
    await write(
      page,
      [
        ...hosts.map((host) => `host ${host} linux-6.18`),
        ...clients.map((host) => `link ${host} h11 delay=10ms`),
        "at 0s h11 listen",
        ...clients.map((host, index) => `at ${index}s ${host} connect h11`),
      ].join("\n"),
    );
    await seen(page, /h11/);
    const box = await page.locator("#ladder .name").first().boundingBox();
    assert.ok(box.height > 7, `${box.height} pixels high`);
    assert.deepEqual(await overlaps(page), []);
  }));

await test("an endless scenario ends at its bound, and the page lives on", () =>
  within({}, async (page) => {
    await write(page, `${small("linux-2.4")}at 0s client connect server rate=1000000/s count=1000000\n`);
    await seen(page, /ended at its bound \(max-/, "#told");
    await write(page, small("linux-2.4"));
    await seen(page, /\d+ events in 65\.0/, "#told");
  }));

await test("a run that takes too long can be stopped", () =>
  within({}, async (page) => {
    const flood = "at 1s flood client->server SYN rate=1000000/s count=4000000 spoofed\n";
    const stopped = page.evaluate(
      () =>
        new Promise((done) => {
          const stop = document.querySelector("#stop");
          const look = () => (stop.offsetParent ? done(stop.click()) : requestAnimationFrame(look));
          look();
        }),
    ); // in the page: the run ends at its bound soon after it can be stopped
    await write(page, `${small("rfc6298")}${flood}`);
    await stopped;
    await seen(page, /Stopped/, "#told");
    assert.match(await text(page), /flood/);
    await page.click("#back"); // the run before is still drawn, and gone with its worker
    await seen(page, /there is no run/, "#told");
    await write(page, small("linux-2.4"));
    await seen(page, /events in/, "#told");
    await page.click("#back");
    await seen(page, /^\d+ of \d+: /, "#now");
  }));

// --- b. clicks

await test("the first SYN is lost by a click: 3 s with Linux 2.4, 1 s with Linux 6.18", () =>
  within({}, async (page) => {
    for (const [profile, time] of [
      ["linux-2.4", /3\.000/],
      ["linux-6.18", /1\.000/],
    ]) {
      await write(page, small(profile));
      await unrepeated(page);
      await act(page, "SYN seq=0", "drop");
      await seen(page, time);
      await seen(page, /SYN seq=0 \(retry 1 of/);
      assert.match(await text(page), /delay=10ms\ndrop client SYN #1\n/);
      assert.ok((await page.locator("#ladder .ev.new").count()) > 3);
    }
    await page.screenshot({ path: join(pictures, "lost.png") });
  }));

await test("late is behind the tail loss probe, where that is what repeats the segment", () =>
  within({}, async (page) => {
    await write(page, small("linux-6.18"));
    await unrepeated(page);
    await act(page, "FIN seq=1", "late");
    await seen(page, /delay client FIN #1 by 230ms/, "#editor");
    await seen(page, /FIN seq=1 ack=1 \(retry 1/);
  }));

await test("delay, late, duplicate and corrupt write their lines; undo, redo and taking away", () =>
  within({}, async (page) => {
    await write(page, small("linux-2.4"));
    await seen(page, /FIN seq=1/);
    await act(page, "SYN seq=0", "late");
    await seen(page, /delay client SYN #1 by 3\.01s/, "#editor");
    await seen(page, /retry 1 of/);
    await page.click("#undo");
    await unrepeated(page);
    await page.click("#redo");
    await seen(page, /retry 1 of/);
    await page.click("#undo");
    await unrepeated(page);
    await open(page, "SYN seq=0");
    await page.fill("#menu input", "20ms");
    await page.locator("#menu [data-do=delay]").click();
    await seen(page, /delay client SYN #1 by 20ms/, "#editor");
    await seen(page, /0\.030/);
    await act(page, "SYN-ACK seq=0", "duplicate");
    await seen(page, /duplicate server SYN-ACK #1/, "#editor");
    await seen(page, /duplicated/);
    await act(page, "FIN seq=1", "corrupt");
    await seen(page, /corrupt client FIN #1/, "#editor");
    await seen(page, /checksum|corrupt/);
    await act(page, "SYN-ACK seq=0", "remove");
    await page.waitForFunction(() => !/duplicate server/.test(document.querySelector("#editor").textContent));
  }));

// --- c. steps

await test("steps go by keys, buttons, the slider and clicks, with states, timers, causes and bytes", () =>
  within({}, async (page) => {
    await page.locator("#ladder").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("Home");
    await seen(page, /^1 of 50/, "#now");
    await page.keyboard.press("ArrowRight");
    await page.click("#next");
    await seen(page, /^3 of 50/, "#now");
    await page.locator("#slider").fill("17");
    await seen(page, /^17 of 50.*SYN-SENT to ESTABLISHED/, "#now");
    await seen(page, /lost, so that no answer came/, "#why");
    assert.equal(
      await page.locator("#why a").first().getAttribute("href"),
      "https://www.rfc-editor.org/rfc/rfc9293#section-3.10.1",
    );
    assert.match(await page.textContent("#diagram .on"), /LISTEN|ESTABLISHED|SYN-RCVD/);
    await page.locator("#slider").fill("7");
    await seen(page, /retransmit: 3\.000 s of 3\.000 s left/, "#ends");
    await page.locator("#slider").fill("13");
    await page.locator("#packet").evaluate((details) => (details.open = true));
    await seen(page, /flags\s*12\s*SYN ACK/, "#octets");
    await seen(page, /maximum segment size.*1460/, "#octets");
    await page.screenshot({ path: join(pictures, "step.png"), fullPage: true });
    await page.locator("#all summary").click();
    await page.locator("#events li").nth(4).click();
    await seen(page, /^5 of 50/, "#now");
  }));

/** So many connections, one a second, opened and closed. */
const many = (connections) => `title "Many connections"
host client linux-6.18
host server linux-6.18
link client server delay=10ms
at 0s server listen
at 0s client connect server rate=1/s count=${connections}
when client ESTABLISHED after 100ms client close
when server CLOSE-WAIT server close
stop at ${connections}s
`;

const drawn = (page) => page.locator("#ladder .ev").count();

/** What an event has drawn stands where it is seen. */
const isSeen = (page) =>
  page.waitForFunction(() => {
    const frame = document.querySelector("#ladder").getBoundingClientRect();
    const lit = document.querySelector("#ladder .ev.on")?.getBoundingClientRect();
    return lit && lit.bottom > frame.top && lit.top < frame.bottom;
  });

await test("of a long run the page has what is near what is seen, and all of it on paper", () =>
  within({}, async (page) => {
    await write(page, many(60));
    await seen(page, /^\d{4} events/, "#told");
    const count = Number(/^\d+/.exec(await page.textContent("#told"))[0]);
    assert.ok((await drawn(page)) < 500);
    await page.locator("#ladder").click({ position: { x: 5, y: 5 } });
    for (const key of ["Home", "End", "Home"]) {
      await page.keyboard.press(key);
      await isSeen(page);
    }
    await page.locator("#slider").fill(String(count >> 1));
    await isSeen(page);
    await seen(page, new RegExp(`^${count >> 1} of ${count}`), "#now");
    const all = (await saved(page, "svg")).toString().match(/class="ev /g).length;
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await drawn(page), all);
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.ok((await drawn(page)) < 500);
    await page.pdf({ path: join(pictures, "long.pdf") });
  }));

await test("the list of a long run has the items that are near, each with its place among all", () =>
  within({}, async (page) => {
    await write(page, many(60));
    await seen(page, /^\d{4} events/, "#told");
    const count = Number(/^\d+/.exec(await page.textContent("#told"))[0]);
    assert.equal(await page.locator("#events li").count(), 0);
    await page.locator("#all summary").click();
    const first = page.locator("#events li").first();
    await first.waitFor();
    assert.equal(await first.getAttribute("aria-posinset"), "1");
    assert.equal(await first.getAttribute("aria-setsize"), String(count));
    assert.ok((await page.locator("#events li").count()) < count / 2);
    const last = page.locator(`#events li[aria-posinset="${count}"]`);
    while (!(await last.count())) {
      await page.mouse.move(600, 500);
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    }
    assert.match(await last.textContent(), /^\d+\.\d{3} s the run ends/);
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator("#events li").count(), count);
  }));

// --- d. share and save

/** What "Save as" gives. */
async function saved(page, ending) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.selectOption("#save", ending)]);
  return readFileSync(await download.path());
}

await test("a link has the whole scenario in it, and opening one loses nothing", () =>
  within({}, async (page, context) => {
    const mine = small("linux-6.18").replace("One connection", "Grüße, 你好");
    await write(page, mine);
    await seen(page, /events in/, "#told");
    await page.click("#share");
    await page.waitForFunction(() => location.hash.startsWith("#s="));
    const link = page.url();
    const other = await context.newPage();
    await other.goto(address);
    await played(other);
    await write(other, small("rfc6298"));
    await other.goto("about:blank");
    await other.goto(link);
    await seen(other, /你好/, "#editor");
    await other.click("#undo");
    await seen(other, /rfc6298/, "#editor");
    await other.goto("about:blank");
    await other.goto(link);
    await seen(other, /你好/, "#editor");
    await other.goto("about:blank");
    await other.goto(address);
    await other.selectOption("#gallery", "");
    await seen(other, /rfc6298/, "#editor");
  }));

await test("a hostile scenario is shown as text, and nothing of it runs", () =>
  within({}, async (page) => {
    const hostile = '<img src=x onerror="window.ran = true"><script>window.ran = true</script>';
    const quoted = hostile.replaceAll('"', '\\"');
    await write(page, small("linux-2.4").replace("One connection", quoted));
    await page.waitForFunction(() => /onerror/.test(document.querySelector("#ladder .title")?.textContent ?? ""));
    await write(page, `host client "${quoted}"\n`);
    await seen(page, /error: [^]*onerror/, "#problems");
    assert.equal(await page.locator("#ladder img, #told img, #problems img").count(), 0);
    assert.equal(await page.evaluate(() => window.ran), undefined);
  }));

await test("a damaged link is no scenario, and breaks nothing", () =>
  within({ at: `${address}#s=AAAA` }, async (page) => {
    await seen(page, /events in/, "#told");
  }));

await test("what is saved is what the program writes", () =>
  within({}, async (page) => {
    const path = "scenarios/handshake/first-syn-lost.scn";
    const run = (format) => spawnSync(program, ["run", "--format", format, path]).stdout;
    assert.deepEqual(await saved(page, "scn"), readFileSync(path));
    assert.deepEqual(await saved(page, "mmd"), run("mermaid"));
    assert.deepEqual(await saved(page, "pkt"), run("pkt"));
    assert.deepEqual(await saved(page, "pcapng"), spawnSync(program, ["pcap", "-o", "-", path]).stdout);
    assert.deepEqual([...(await saved(page, "png")).subarray(1, 4)], [...Buffer.from("PNG")]);
  }));

// --- e. profiles and keys

await test("a profile and a key are set by controls, and say where they are known from", () =>
  within({}, async (page) => {
    await page.locator("#settings summary").click();
    await page.selectOption("#key-profile", "linux-6.18");
    await seen(page, /client linux-6\.18/, "#editor");
    await page.fill("#key-filter", "syn_linear");
    await seen(page, /tcp_syn_linear_timeouts/, "#keys");
    await page.locator("#keys input").fill("0");
    await page.locator("#keys input").press("Enter");
    await seen(page, /host\s+client linux-6\.18 tcp_syn_linear_timeouts=0/, "#editor");
    assert.notEqual(await page.textContent("#keys .source"), "");
  }));

await test("two stacks stand side by side", () =>
  within({}, async (page) => {
    await page.locator("summary", { hasText: "side by side" }).click();
    await page.selectOption("#beside-profile", "linux-6.18");
    await seen(page, /1\.000/, "#beside");
    assert.match(await ladderText(page), /3\.000/);
    await page.screenshot({ path: join(pictures, "beside.png") });
  }));

// --- f. floods

await test("a flood is plotted, and the backlog is a slider", () =>
  within({}, async (page) => {
    await page.selectOption("#gallery", "scenarios/attack/syn-flood-128.scn");
    await page.locator("#charts svg").first().waitFor();
    await page.locator("#backlog").fill("7");
    await seen(page, /backlog=7(?!\d)/, "#editor");
    await page.locator("#backlog").evaluate((slider) => {
      for (const value of ["8", "9", "10"]) {
        slider.value = value;
        slider.dispatchEvent(new Event("input"));
      }
      slider.dispatchEvent(new Event("change"));
    });
    await seen(page, /backlog=10(?!\d)/, "#editor");
    await page.click("#undo"); // a drag is one step
    await seen(page, /backlog=7(?!\d)/, "#editor");
    await page.screenshot({ path: join(pictures, "flood.png"), fullPage: true });
  }));

// --- g. for everybody

const isAccessible = await accessibility(modules);

for (const colorScheme of ["light", "dark"])
  await test(`axe finds nothing serious, ${colorScheme}`, () =>
    within({ colorScheme, reducedMotion: "reduce" }, async (page) => {
      for (const details of await page.locator("details").all()) await details.evaluate((one) => (one.open = true));
      await open(page, "SYN-ACK seq=0");
      await page.screenshot({ path: join(pictures, `${colorScheme}.png`), fullPage: true });
      await isAccessible(page);
    }));

await test("everything is reached and done by keys alone", () =>
  within({}, async (page) => {
    await page.locator("#ladder").focus();
    await page.keyboard.press("Home");
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
    await seen(page, /^5 of 50/, "#now");
    await page.locator("#actions [data-do=duplicate]").focus();
    await page.keyboard.press("Enter");
    await seen(page, /duplicate client SYN #1/, "#editor");
  }));

await test("it speaks Chinese, and remembers that", () =>
  within({}, async (page) => {
    await page.selectOption("#language", "zh");
    await seen(page, /两种协议栈并排/, "main");
    await seen(page, /重传定时器/);
    await page.locator("#slider").fill("17");
    await seen(page, /client 从 SYN-SENT 进入 ESTABLISHED：收到 SYN-ACK \[RFC/, "#now");
    await seen(page, /脚本：client connect server/, "#why");
    await seen(page, /丢失，因此没有应答/, "#why");
    await page.screenshot({ path: join(pictures, "chinese.png") });
    await page.reload();
    await seen(page, /时序图|定时器/, "main");
    assert.equal(await page.getAttribute("html", "lang"), "zh");
    const left = await page
      .locator("[data-say]")
      .evaluateAll((nodes) =>
        nodes.filter((node) => /[a-z]{4}/i.test(node.textContent)).map((node) => node.textContent),
      );
    assert.deepEqual(
      left.filter((words) => !/backlog/.test(words)),
      [],
    );
  }));

await test("a phone shows all of it, one below the other", () =>
  within({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, async (page) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `${width} pixels wide`);
    await page.screenshot({ path: join(pictures, "phone.png"), fullPage: true });
    await page.locator("#ladder .send line").nth(1).tap({ force: true });
    await page.locator("#menu").waitFor();
    await page.screenshot({ path: join(pictures, "phone-menu.png") });
  }));

await test("on paper stand the text and the ladder", () =>
  within({}, async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#panel").isVisible(), false);
    assert.equal(await page.locator("#ladder svg").isVisible(), true);
    await page.locator("summary", { hasText: "side by side" }).evaluate((summary) => summary.click());
    await page.locator("#beside-profile option[value='linux-6.18']").waitFor({ state: "attached" });
    await page.locator("#beside-profile").evaluate((choice) => {
      choice.value = "linux-6.18";
      choice.dispatchEvent(new Event("change"));
    });
    await page.locator("#beside svg").waitFor();
    for (const frame of await page.locator(".ladder").all())
      assert.ok(await frame.evaluate((one) => one.scrollWidth <= one.clientWidth), "nothing is cut");
    await page.pdf({ path: join(pictures, "print.pdf") });
  }));

// --- h. from a server, and without one

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const server = createServer((request, response) => {
  const name = new URL(request.url, "http://page").pathname.replace(/\/$/, "/index.html");
  try {
    const contents = readFileSync(join(folder, name));
    response.writeHead(200, { "content-type": types[extname(name)] ?? "application/manifest+json" }).end(contents);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

await test("once opened from a server, it opens without a network", () =>
  within({ at: `http://127.0.0.1:${server.address().port}/` }, async (page, context) => {
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    server.closeAllConnections();
    await page.reload();
    await played(page);
    assert.match(await ladderText(page), /SYN seq=0/);
  }));

server.close();
await browser.close();
process.exit(finish());
