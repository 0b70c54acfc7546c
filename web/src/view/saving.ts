// The run as a file: the scenario's text, any view of the library, the ladder as a picture of dots.

import { element } from "./dom";

/** A name to choose, the file's ending, its type, and the view: `run --format`; null: made here. */
export const savings = [
  { name: ".scn", ending: "scn", type: "text/plain", view: null },
  { name: "pcapng (Wireshark)", ending: "pcapng", type: "application/octet-stream", view: "pcapng" },
  { name: "SVG", ending: "svg", type: "image/svg+xml", view: "svg" },
  { name: "PNG", ending: "png", type: "image/png", view: "svg" },
  { name: "Mermaid", ending: "mmd", type: "text/plain", view: "mermaid" },
  { name: "packetdrill", ending: "pkt", type: "text/plain", view: "pkt" },
  { name: "HTML", ending: "html", type: "text/html", view: "html" },
  { name: "timeline", ending: "txt", type: "text/plain", view: "timeline" },
  { name: "JSON", ending: "jsonl", type: "application/jsonl", view: "json" },
] as const;

export type Saving = (typeof savings)[number];

/** Twice as fine as on the screen. */
const fineness = 2;

export async function pictureOf(svg: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  const canvas = element("canvas", {
    width: String(image.naturalWidth * fineness),
    height: String(image.naturalHeight * fineness),
  });
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large")))),
  );
}

export function saveFile(name: string, contents: Blob): void {
  const link = element("a", { href: URL.createObjectURL(contents), download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** "first-syn-lost.png", of "scenarios/handshake/first-syn-lost.scn". */
export function fileName(scenario: string, ending: string): string {
  const base =
    scenario
      .split("/")
      .at(-1)
      ?.replace(/\.scn$/, "") || "scenario";
  return `${base}.${ending}`;
}
