// A segment's bytes, field by field: IPv4 or IPv6, TCP, its options; as on the wire (RFC 791, 8200, 9293).

import type { Packet } from "../run/packets";
import { byId, element } from "./dom";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly length: number;
  readonly value: string;
}

const flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
const optionNames: Readonly<Record<number, string>> = {
  0: "end of options",
  1: "no operation",
  2: "maximum segment size",
  3: "window scale",
  4: "SACK permitted",
  5: "SACK",
  8: "timestamps",
  34: "Fast Open cookie",
};

class Reader {
  readonly data: DataView<ArrayBuffer>;
  readonly fields: Field[] = [];
  at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.data = new DataView(bytes.buffer);
  }

  /** The next bytes, as a number, and how it is shown. */
  number(name: string, length: 1 | 2 | 4, show: (value: number) => string = String): number {
    const read = {
      1: () => this.data.getUint8(this.at),
      2: () => this.data.getUint16(this.at),
      4: () => this.data.getUint32(this.at),
    };
    const value = read[length]();
    this.bytes(name, length, show(value));
    return value;
  }

  bytes(name: string, length: number, value: string): void {
    this.fields.push({ name, from: this.at, length, value });
    this.at += length;
  }
}

const hex = (value: number) => `0x${value.toString(16)}`;
const address4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");

function address6(reader: Reader, name: string): void {
  const groups = Array.from({ length: 8 }, (_, index) => reader.data.getUint16(reader.at + 2 * index).toString(16));
  reader.bytes(name, 16, groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::"));
}

/** Up to the TCP header. */
function internet4(reader: Reader): void {
  reader.number("version, header length", 1, (value) => `4, ${(value & 15) * 4} bytes`);
  reader.number("type of service", 1, hex);
  reader.number("total length", 2);
  reader.number("identification", 2);
  reader.number("fragments", 2, (value) => (value & 0x4000 ? "don't fragment" : hex(value)));
  reader.number("time to live", 1);
  reader.number("protocol", 1, (value) => (value === 6 ? "6 (TCP)" : String(value)));
  reader.number("header checksum", 2, hex);
  reader.number("source", 4, address4);
  reader.number("destination", 4, address4);
}

function internet6(reader: Reader): void {
  reader.number("version, class, flow label", 4, hex);
  reader.number("payload length", 2);
  reader.number("next header", 1, (value) => (value === 6 ? "6 (TCP)" : String(value)));
  reader.number("hop limit", 1);
  address6(reader, "source");
  address6(reader, "destination");
}

const flagsIn = (value: number) => flagNames.filter((_, bit) => value & (1 << bit)).join(" ") || "none";

function optionValue(reader: Reader, kind: number, at: number, length: number): string {
  if (kind === 2) return String(reader.data.getUint16(at));
  if (kind === 3) return `shift ${reader.data.getUint8(at)}`;
  const words = Array.from({ length: Math.floor(length / 4) }, (_, index) => reader.data.getUint32(at + 4 * index));
  if (kind === 8) return `value ${words[0]}, echo ${words[1]}`;
  return words.join(" ");
}

function options(reader: Reader, end: number): void {
  while (reader.at < end) {
    const kind = reader.data.getUint8(reader.at);
    const length = kind <= 1 ? 1 : Math.max(reader.data.getUint8(reader.at + 1), 2);
    const value = length > 2 ? optionValue(reader, kind, reader.at + 2, length - 2) : "";
    reader.bytes(`option: ${optionNames[kind] ?? kind}`, length, value);
  }
}

function transmission(reader: Reader): void {
  const begin = reader.at;
  reader.number("source port", 2);
  reader.number("destination port", 2);
  reader.number("sequence number", 4);
  reader.number("acknowledgment number", 4);
  const length = reader.number("data offset", 1, (value) => `${(value >> 4) * 4} bytes`) >> 4;
  reader.number("flags", 1, flagsIn);
  reader.number("window", 2);
  reader.number("checksum", 2, hex);
  reader.number("urgent pointer", 2);
  options(reader, begin + length * 4);
}

export function fieldsOf(bytes: Uint8Array<ArrayBuffer>): Field[] {
  const reader = new Reader(bytes);
  if (reader.data.getUint8(0) >> 4 === 4) internet4(reader);
  else internet6(reader);
  transmission(reader);
  const rest = bytes.length - reader.at;
  if (rest > 0) reader.bytes("data", rest, `${rest} bytes`);
  return reader.fields;
}

const shownMost = 16;

function octets(bytes: Uint8Array, { from, length }: Field): string {
  const shown = [...bytes.subarray(from, from + Math.min(length, shownMost))];
  return shown.map((byte) => byte.toString(16).padStart(2, "0")).join(" ") + (length > shownMost ? " …" : "");
}

/** Nothing when the event is about no segment. */
export function showPacket(packet: Packet | null): void {
  byId("packet").hidden = packet === null;
  if (!packet) return;
  const rows = fieldsOf(packet.bytes).map((field) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, field.name),
      element("td", {}, element("code", {}, octets(packet.bytes, field))),
      element("td", {}, field.value),
    ),
  );
  byId("octets").replaceChildren(...rows);
  byId("remarks").textContent = packet.comments.join("; ");
}
