#!/bin/sh
#
# The Python package over the library at hand; skipped where there is no Python of 3.9 or newer.
#
# usage: python.sh ROOT TCPWALTZ LIBRARY

set -u

root=$1
tcpwaltz=$(realpath -- "$2")
TCPWALTZ_LIBRARY=$(realpath -- "$3")
PYTHONPATH=$root/bindings/python
PYTHONDONTWRITEBYTECODE=1
export TCPWALTZ_LIBRARY PYTHONPATH PYTHONDONTWRITEBYTECODE

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo '1..0 # SKIP no python3 of 3.9 or newer here'
    exit 0
fi
cd "$root" && exec python3 "$root/tests/api/test_python.py" "$root" "$tcpwaltz"
