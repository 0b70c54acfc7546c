#!/bin/sh
#
# The two checks beside this file can fail: each is given what it must find, and something clean.
#
# usage: proof.sh COMPILER…       reports in TAP

set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
status=0

# report WHAT: ok if the status before was 0.
report() {
    if [ "$?" -eq 0 ]; then verdict=ok; else
        verdict='not ok'
        status=1
    fi
    number=$((number + 1))
    echo "$verdict $number - $1"
}

# include FILE LINE: a tree with just that file; is it refused?
refused() {
    rm -rf "$work/sim"
    mkdir -p "$work/sim/${1%/*}"
    printf '/* a file */\n%s\n' "$2" >"$work/sim/$1"
    sh "$here/includes.sh" "$work/sim" >"$work/said" && return 1
    grep -q "^sim/$1:2: " "$work/said"
}

accepted() {
    ! refused "$@"
}

# The rest of the arguments are the compiler.
compiles_clean() {
    code=$1
    shift
    printf '%s\n' "$code" >"$work/engine.c"
    "$@" -fPIC -O2 -c "$work/engine.c" -o "$work/engine.o" &&
        ar rcs "$work/engine.a" "$work/engine.o" &&
        sh "$here/symbols.sh" "$work/engine.a" >"$work/said"
    result=$?
    rm -f "$work/engine.a"
    return "$result"
}

found() {
    ! compiles_clean "$@" && grep -q . "$work/said"
}

accepted tcp/a.c '#include "core/time.h"'; report 'tcp includes core'
accepted view/a.c '#include "net/wire.h"'; report 'view includes the wire format'
accepted cli/a.c '#include <stdio.h>'; report 'cli includes stdio'
refused core/a.c '#include "proto/state.h"'; report 'core includes nobody'
refused tcp/a.h '  # include "net/link.h"'; report 'tcp does not include net'
refused view/a.c '#include "net/link.h"'; report 'view does not include the link'
refused view/a.c '#include "tcp/tcp.h"'; report 'view does not include tcp'
refused lab/a.c '#include "cli/run.h"'; report 'lab does not include cli'
refused lab/a.c '#include "lab.h"'; report 'includes start at sim/'
refused tcp/a.c '#include <stdio.h>'; report 'the engine does no I/O'
refused net/a.c '#include <time.h>'; report 'the engine has no wall clock'
refused core/a.c '#include <glib.h>'; report 'the engine has no GLib'
refused proto/a.c '#include "config.h"'; report 'the engine is not installed anywhere'
mkdir "$work/empty" && ! sh "$here/includes.sh" "$work/empty" >/dev/null
report 'an empty tree is no success'

compiles_clean '#include <string.h>
static const char *const names[] = {"a", "b"};
const char *const *f(void); const char *const *f(void) { return names; }
void g(void *p); void g(void *p) { memset(p, 0, 99); }' "$@"
report 'constants and memset are fine'
found 'int f(void); int f(void) { static int n; return n++; }' "$@"; report 'a counter in .bss'
found 'int f(void); int f(void) { static int n = 7; return n++; }' "$@"; report 'a counter in .data'
found 'int shared;' "$@"; report 'a global'
found '_Thread_local int mine;' "$@"; report 'a thread-local'
found 'const char *names[] = {"a", "b"};' "$@"; report 'a table that somebody could change'
found '#include <stdio.h>
void f(void); void f(void) { puts("hello"); }' "$@"; report 'a call to puts'

echo "1..$number"
exit "$status"
