#!/bin/sh
#
# Views of some scenarios, byte for byte as they were read and found right. Reports in TAP, a test
# a file, with the difference. When a change is meant: README.md here says how to record anew.
#
# usage: run.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
golden=$root/tests/golden
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$golden/golden.sh"
cd "$root" || exit 1
number=0
status=0

for file in $(cd "$golden" && find . -mindepth 3 -type f | sed 's|^\./||' | LC_ALL=C sort); do
    number=$((number + 1))
    if produce "${file%/*}" "${file##*/}" >"$work/now" 2>"$work/err" &&
        cmp -s "$golden/$file" "$work/now"; then
        echo "ok $number - $file"
    else
        echo "not ok $number - $file: recorded (-), now (+)"
        sed 's/^/#   /' "$work/err"
        diff -u "$golden/$file" "$work/now" | sed '1,2d; s/^/#   /' | head -n 40
        status=1
    fi
done

echo "1..$number"
exit "$status"
