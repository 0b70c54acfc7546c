// A segment's bytes, field by field: IPv4 or IPv6, TCP, its options; as on the wire (RFC 791, 8200, 9293).

import type { Packet } from "../run/packets";
import type { Strings } from "../strings/en";
import { say } from "../strings/strings";
import { byId, element } from "./dom";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly length: number;
  readonly value: string;
}

const flagNames = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
const optionNames: Readonly<Record<number, keyof Strings>> = {
  0: "optionEnd",
  1: "optionNop",
  2: "optionMss",
  3: "optionWindowScale",
  4: "optionSackPermitted",
  5: "optionSack",
  8: "optionTimestamps",
  34: "optionFastOpen",
};

class Reader {
  readonly data: DataView<ArrayBuffer>;
  readonly fields: Field[] = [];
  at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.data = new DataView(bytes.buffer);
  }

  /** The next bytes, as a number, and how it is shown. */
  number(name: keyof Strings, length: 1 | 2 | 4, show: (value: number) => string = String): number {
    const read = {
      1: () => this.data.getUint8(this.at),
      2: () => this.data.getUint16(this.at),
      4: () => this.data.getUint32(this.at),
    };
    const value = read[length]();
    this.bytes(name, length, show(value));
    return value;
  }

  bytes(name: keyof Strings, length: number, value: string): void {
    this.named(say(name), length, value);
  }

  named(name: string, length: number, value: string): void {
    this.fields.push({ name, from: this.at, length, value });
    this.at += length;
  }
}

const hex = (value: number) => `0x${value.toString(16)}`;
const address4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");

function address6(reader: Reader, name: keyof Strings): void {
  const groups = Array.from({ length: 8 }, (_, index) => reader.data.getUint16(reader.at + 2 * index).toString(16));
  reader.bytes(name, 16, groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::"));
}

/** Up to the TCP header. */
function internet4(reader: Reader): void {
  reader.number("versionAndLength", 1, (value) => `4, ${say("bytes", (value & 15) * 4)}`);
  reader.number("typeOfService", 1, hex);
  reader.number("totalLength", 2);
  reader.number("identification", 2);
  reader.number("fragments", 2, (value) => (value & 0x4000 ? say("dontFragment") : hex(value)));
  reader.number("timeToLive", 1);
  reader.number("protocol", 1, (value) => (value === 6 ? "6 (TCP)" : String(value)));
  reader.number("headerChecksum", 2, hex);
  reader.number("sourceAddress", 4, address4);
  reader.number("destinationAddress", 4, address4);
}

function internet6(reader: Reader): void {
  reader.number("versionAndFlow", 4, hex);
  reader.number("payloadLength", 2);
  reader.number("nextHeader", 1, (value) => (value === 6 ? "6 (TCP)" : String(value)));
  reader.number("hopLimit", 1);
  address6(reader, "sourceAddress");
  address6(reader, "destinationAddress");
}

const flagsIn = (value: number) => flagNames.filter((_, bit) => value & (1 << bit)).join(" ") || say("none");

function optionValue(reader: Reader, kind: number, at: number, length: number): string {
  if (kind === 2) return String(reader.data.getUint16(at));
  if (kind === 3) return say("shift", reader.data.getUint8(at));
  const words = Array.from({ length: Math.floor(length / 4) }, (_, index) => reader.data.getUint32(at + 4 * index));
  if (kind === 8) return say("valueAndEcho", words[0] ?? 0, words[1] ?? 0);
  return words.join(" ");
}

function options(reader: Reader, end: number): void {
  while (reader.at < end) {
    const kind = reader.data.getUint8(reader.at);
    const length = kind <= 1 ? 1 : Math.max(reader.data.getUint8(reader.at + 1), 2);
    const value = length > 2 ? optionValue(reader, kind, reader.at + 2, length - 2) : "";
    const name = optionNames[kind];
    reader.named(say("option", name ? say(name) : kind), length, value);
  }
}

function transmission(reader: Reader): void {
  const begin = reader.at;
  reader.number("sourcePort", 2);
  reader.number("destinationPort", 2);
  reader.number("sequenceNumber", 4);
  reader.number("acknowledgmentNumber", 4);
  const length = reader.number("dataOffset", 1, (value) => say("bytes", (value >> 4) * 4)) >> 4;
  reader.number("flags", 1, flagsIn);
  reader.number("window", 2);
  reader.number("checksum", 2, hex);
  reader.number("urgentPointer", 2);
  options(reader, begin + length * 4);
}

export function fieldsOf(bytes: Uint8Array<ArrayBuffer>): Field[] {
  const reader = new Reader(bytes);
  if (reader.data.getUint8(0) >> 4 === 4) internet4(reader);
  else internet6(reader);
  transmission(reader);
  const rest = bytes.length - reader.at;
  if (rest > 0) reader.bytes("data", rest, say("bytes", rest));
  return reader.fields;
}

const shownMost = 16;

function octets(bytes: Uint8Array, { from, length }: Field): string {
  const shown = [...bytes.subarray(from, from + Math.min(length, shownMost))];
  return shown.map((byte) => byte.toString(16).padStart(2, "0")).join(" ") + (length > shownMost ? " …" : "");
}

export function showPacket(packet: Packet): void {
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
