// The bytes of each segment, out of the library's pcapng (sim/view/pcapng.c): what was sent and what arrived,
// in the order of the events.

import type { RunEvent } from "./events";

export interface Packet {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly comments: readonly string[];
}

const packetBlock = 6;
const commentOption = 1;
const packetHead = 28;
const utf8 = new TextDecoder();

const padded = (length: number) => (length + 3) & ~3;

function comments(data: DataView<ArrayBuffer>, from: number, end: number): string[] {
  const found: string[] = [];
  for (let at = from; at + 4 <= end;) {
    const code = data.getUint16(at, true);
    const length = data.getUint16(at + 2, true);
    if (code === commentOption) found.push(utf8.decode(new Uint8Array(data.buffer, at + 4, length)));
    if (code === 0) break;
    at += 4 + padded(length);
  }
  return found;
}

function packetAt(data: DataView<ArrayBuffer>, at: number, length: number): Packet {
  const bytes = data.getUint32(at + 20, true);
  const begin = at + packetHead;
  return {
    bytes: new Uint8Array(data.buffer.slice(begin, begin + bytes)),
    comments: comments(data, begin + padded(bytes), at + length - 4),
  };
}

function* packetsIn(capture: Uint8Array<ArrayBuffer>): Generator<Packet> {
  const data = new DataView(capture.buffer);
  for (let at = 0; at + 12 <= data.byteLength;) {
    const length = data.getUint32(at + 4, true);
    if (data.getUint32(at, true) === packetBlock) yield packetAt(data, at, length);
    at += length;
  }
}

/** By the number of the event that sent it, or with which it arrived. */
export function packetsOf(capture: Uint8Array<ArrayBuffer>, events: readonly RunEvent[]): Map<number, Packet> {
  const sights = events.filter((event) => event.kind === "send" || event.kind === "arrive");
  const packets = [...packetsIn(capture)];
  if (packets.length !== sights.length) throw new Error("the capture and the events differ");
  return new Map(sights.map((event, index) => [event.id, packets[index] as Packet]));
}
