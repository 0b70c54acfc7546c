#!/bin/sh
#
# A wheel of the Python package, with the library within: built offline, unpacked, and run. Skipped where
# there is no pip, no setuptools, no wheel.
#
# usage: wheel.sh ROOT LIBRARY

set -u

root=$1
library=$2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"

if ! python3 -c 'import setuptools, wheel, pip, sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo '1..0 # SKIP no python3 with pip, setuptools and wheel here'
    exit 0
fi

unset TCPWALTZ_LIBRARY PYTHONPATH
cp -r "$root/bindings/python" "$work/source"
cp "$library" "$work/source/tcpwaltz/libtcpwaltz.so.0"

begin 'a wheel is built'
must python3 -m pip --disable-pip-version-check wheel --no-deps --no-build-isolation --no-index \
    -w "$work/wheels" "$work/source" >"$work/err" 2>&1
must python3 -m zipfile -e "$work"/wheels/tcpwaltz-*.whl "$work/unpacked"
end

begin 'what is in it runs'
cd "$work/unpacked" || exit 2
python3 -c '
import tcpwaltz

text = "host a rfc6298\nhost b rfc6298\nlink a b\nat 0s b listen\nat 0s a connect b\n"
print(tcpwaltz.run(text).ask("a ends"), tcpwaltz.__file__)' >"$work/out" 2>"$work/err"
code=$?
must exits 0
must prints "^a ends ESTABLISHED .*unpacked/tcpwaltz/__init__.py$"
end
finish
