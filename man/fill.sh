#!/bin/sh
#
# Fills a manual page's template with the lists that the program knows: a line "@section NAME@" is
# replaced by that section of `tcpwaltz help scenario`, "@commands@", "@topics@" and "@profiles@" by
# what `tcpwaltz help --list` says, "@version@" by the version. Called by Meson.
#
# usage: fill.sh TCPWALTZ VERSION TEMPLATE >PAGE

set -eu

unset TCPWALTZ_PROFILES
here=$(dirname -- "$0")
language=$("$1" help scenario)
list=$("$1" help --list)
printf '%s\n%s\n' "$language" "$list" | awk -v version="$2" -f "$here/fill.awk" - "$3"
