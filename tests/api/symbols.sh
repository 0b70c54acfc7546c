#!/bin/sh
#
# The library shows what its header declares, each with its prefix, and nothing else: no name of the
# program's, none of GLib's. So does the archive.
#
# usage: symbols.sh HEADER SHARED [ARCHIVE]

set -u

header=$1
shared=$2
archive=${3:-}

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
. "$(dirname -- "$0")/../tap.sh"

# What is declared, a function a line.
grep -v '^#' "$header" | tr '\n' ' ' | grep -o 'TCPWALTZ_API [^;]*;' | sed 's/(.*//; s/.*[ *]//' |
    LC_ALL=C sort >"$work/declared"

# shows_these FILE NM-OPTION: what others can link with is what is declared.
shows_these() {
    nm --defined-only "$2" "$1" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort >"$work/defined"
    diff "$work/declared" "$work/defined" >"$work/out"
}

begin 'the header declares functions, each with the prefix'
must test "$(wc -l <"$work/declared")" -ge 30
must test "$(grep -vc '^tcpwaltz_' "$work/declared")" = 0
end

begin 'the shared library shows these and nothing else'
must shows_these "$shared" -D
end

title='the archive shows these and nothing else'
if [ -n "$archive" ]; then
    begin "$title"
    must shows_these "$archive" -g
    end
else
    skip 'no objcopy here'
fi
finish
