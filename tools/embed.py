"""Files as arrays of C, so that a library or a page needs none beside it.

usage: embed.py OUT.c NAME HEADER FILE...

Writes a table NAME of { name, bytes, length }, sorted by name, a file a row and one of NULL behind; a
file's name is without its folder and its ending. HEADER declares the table. Each text ends with NUL,
which is not counted.
"""

import pathlib
import sys


def array(number, data):
    body = ",".join(str(byte) for byte in data + b"\0")
    return f"static const unsigned char file_{number}[] = {{{body}}};\n"


def main(out, name, header, *files):
    paths = sorted((pathlib.Path(file) for file in files), key=lambda path: path.stem.encode())
    texts = [path.read_bytes() for path in paths]
    lines = [f'#include "{header}"\n\n']
    lines += [array(i, data) for i, data in enumerate(texts)]
    lines.append(f"\n{name} = {{\n")
    lines += [
        f'    {{"{path.stem}", (const char *)file_{i}, {len(data)}}},\n'
        for i, (path, data) in enumerate(zip(paths, texts))
    ]
    lines.append("    {0, 0, 0},\n};\n")
    pathlib.Path(out).write_text("".join(lines), encoding="ascii")


main(*sys.argv[1:])
