#!/usr/bin/env python3
"""Captures with options that no stack writes: read, written again, and every packet's options and time to live
compared, byte for byte.

usage: options.py WRITE FILE        writes the capture (packets of one connection, their options below)
       options.py COMPARE FILE PCAPNG   "ok" where the second file has them as the first one does
"""

import struct
import sys

CLIENT, SERVER = b"\xc0\x00\x02\x01", b"\xc6\x33\x64\x02"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
ISS, IRS = 1000, 5000

# flags, from the client?, seq, ack, ttl, options, data
PACKETS = [
    # MSS, MPTCP's MP_CAPABLE, SACK-permitted, an experiment, timestamps, scale: in an order of nobody's
    (SYN, True, ISS, 0, 57, "020405b4 1e04 0081 0402 fd04 abcd 080a0000000100000000 030307 01 01 01 01 01", b""),
    (SYN | ACK, False, IRS, ISS + 1, 119, "030308 01 0402 0101 020405a0 080a0000000900000001 0000", b""),
    # TCP-AO, and an MD5 signature
    (ACK, True, ISS + 1, IRS + 1, 57, "1d14 0102 000102030405060708090a0b0c0d0e0f 1312 00112233445566778899aabbccddeeff 0101", b""),
    # a window scale of 200, twice an MSS, ends of list and what stands behind them
    (PSH | ACK, True, ISS + 1, IRS + 1, 56, "0303c8 01 020405b4 02040218 00 090807", b"x" * 100),
    # blocks beside an unknown kind
    (ACK, False, IRS + 1, ISS + 1, 118, "fe06 11223344 0101 0512 000004b0 00000514 00000578 000005dc 0101", b""),
    # an option that is longer than its header, a length of 1, a length of 0, a kind alone
    (ACK, True, ISS + 101, IRS + 1, 57, "0101 fd09 00000000", b""),
    (ACK, True, ISS + 101, IRS + 1, 57, "080a0000000200000009 fd01 01010101", b""),
    (ACK, True, ISS + 101, IRS + 1, 57, "0101 fd00", b""),
    (ACK, True, ISS + 101, IRS + 1, 57, "010101 fd", b""),
    # an MSS of three bytes, timestamps of four
    (ACK, True, ISS + 101, IRS + 1, 57, "0203ff 01 0804 0000", b""),
    # as many NOPs as find room
    (ACK, True, ISS + 101, IRS + 1, 1, "01" * 40, b""),
    (FIN | ACK, True, ISS + 101, IRS + 1, 255, "00" * 8, b""),
]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(flags, is_client, seq, ack, ttl, options, data):
    options = bytes.fromhex(options)
    assert len(options) % 4 == 0 and len(options) <= 40, options.hex()
    src, dst = (CLIENT, SERVER) if is_client else (SERVER, CLIENT)
    ports = (40000, 80) if is_client else (80, 40000)
    offset = (5 + len(options) // 4) << 4
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, ack, offset, flags, 65535, 0, 0) + options + data
    pseudo = src + dst + struct.pack(">BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, ttl, 6, 0) + src + dst
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    return ip + tcp


def write(path):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))  # raw IP
        for number, one in enumerate(PACKETS):
            data = packet(*one)
            out.write(struct.pack("<IIII", 1, 1000 * number, len(data), len(data)) + data)


def packets_of_pcap(data):
    at = 24
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        yield data[at + 16 : at + 16 + length]
        at += 16 + length


def packets_of_pcapng(data):
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 6:
            (captured,) = struct.unpack_from("<I", data, at + 20)
            yield data[at + 28 : at + 28 + captured]
        at += length


def what(ip):
    """Time to live and options."""
    tcp = ip[20:]
    return ip[8], tcp[20 : (tcp[12] >> 4) * 4].hex()


def compare(path, again):
    with open(path, "rb") as file:
        expected = [what(one) for one in packets_of_pcap(file.read())]
    with open(again, "rb") as file:
        got = [what(one) for one in packets_of_pcapng(file.read())]
    for number, (one, other) in enumerate(zip(expected, got), 1):
        if one != other:
            print(f"packet {number}: {other}, not {one}")
            return 1
    if len(expected) != len(got):
        print(f"{len(got)} packets, not {len(expected)}")
        return 1
    print("ok")
    return 0


sys.exit(write(sys.argv[2]) if sys.argv[1] == "WRITE" else compare(sys.argv[2], sys.argv[3]))
