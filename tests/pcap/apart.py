#!/usr/bin/env python3
"""Many captures of ours as one, for one start of tshark: what the N-th says of 10.0.0.H is said of 10.A.B.H there,
where A and B are the bytes of N, so that no conversation of one meets those of another. Checksums are wrong then.

usage: apart.py OUT <LIST       LIST: a path a line, the first one is number 1
"""

import struct
import sys

ENHANCED_PACKET = 6
PACKET_AT = 28  # in such a block
ADDRESSES_AT = (12, 16)  # in an IPv4 header


def blocks(data):
    """The blocks of a pcapng file, little endian."""
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield bytearray(data[at : at + length])
        at += length


def move(packet, number):
    for at in ADDRESSES_AT:
        assert packet[at : at + 3] == b"\x0a\0\0", packet[at : at + 4]
        packet[at + 1 : at + 3] = struct.pack(">H", number)


def main():
    with open(sys.argv[1], "wb") as out:
        for number, path in enumerate(sys.stdin.read().splitlines(), 1):
            with open(path, "rb") as file:
                data = file.read()
            for block in blocks(data):
                (kind,) = struct.unpack_from("<I", block, 0)
                if kind == ENHANCED_PACKET:
                    packet = block[PACKET_AT:]
                    move(packet, number)
                    block[PACKET_AT:] = packet
                out.write(block)


main()
