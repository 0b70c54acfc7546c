"""What decides on results, as one number: the SHA-256 of the sources of some rooms.

usage: digest.py OUT.c DEPFILE SIM ROOM...

Writes `const char sweep_code[]`, the first twelve digits, and for ninja the files that it is of. Two programs of the
same sources have the same, wherever and by whatever compiler they were built.
"""

import hashlib
import pathlib
import sys


def sources(sim, rooms):
    for room in sorted(rooms):
        yield from sorted(path for path in (sim / room).iterdir() if path.suffix in (".c", ".h"))


def main(out, depfile, sim, *rooms):
    root = pathlib.Path(sim)
    paths = list(sources(root, rooms))
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    text = f'#include "sweep/code.h"\n\nconst char sweep_code[] = "{digest.hexdigest()[:12]}";\n'
    pathlib.Path(out).write_text(text)
    pathlib.Path(depfile).write_text(f"{out}: " + " ".join(str(path) for path in paths) + "\n")


main(*sys.argv[1:])
