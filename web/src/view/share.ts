// A scenario in the address: all of it, compressed, behind the "#", which no server sees.

import type { Scenario } from "../scenario/kept";

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** "s=" and what of base64 may stand in an address. */
export async function fragmentOf({ name, text }: Scenario): Promise<string> {
  const bytes = new TextEncoder().encode(`${name}\n${text}`);
  const packed = await through(new Uint8Array(bytes), new CompressionStream("deflate-raw"));
  const signs = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return `s=${btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Null: it is no scenario, or a damaged one. */
export async function sharedIn(fragment: string): Promise<Scenario | null> {
  const packed = new URLSearchParams(fragment).get("s");
  if (packed === null) return null;
  try {
    const signs = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(
      Uint8Array.from(signs, (sign) => sign.charCodeAt(0)),
      new DecompressionStream("deflate-raw"),
    );
    const both = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const end = both.indexOf("\n");
    return end < 0 ? null : { name: both.slice(0, end), text: both.slice(end + 1) };
  } catch {
    return null;
  }
}
