#!/bin/sh
#
# The library as others meet it: installed, found by pkg-config, linked with shared and with static,
# included from C++; and that the example does what it says.
#
# usage: installed.sh ROOT BUILD TCPWALTZ COMPILER...

set -u

root=$1
build=$2
tcpwaltz=$(realpath -- "$3")
shift 3
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"

scenario=$root/scenarios/handshake/first-syn-lost.scn
at=$work/at
version=$("$tcpwaltz" --version | sed 's/.* //')

DESTDIR=$at meson install -C "$build" --no-rebuild --quiet >"$work/err" 2>&1
code=$?
pc=$(find "$at" -name tcpwaltz.pc)
libraries=$(dirname -- "$(find "$at" -name 'libtcpwaltz.so')")
PKG_CONFIG_PATH=$(dirname -- "$pc")${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
PKG_CONFIG_LIBDIR=${PKG_CONFIG_LIBDIR:-$(pkg-config --variable pc_path pkg-config)}
export PKG_CONFIG_PATH PKG_CONFIG_LIBDIR
# The copy lies below a folder of its own, everything that it names elsewhere as ever.
prefix=$at$(pkg-config --variable=prefix tcpwaltz)

# flags OPTION…: of the installed copy, whatever the prefix.
flags() {
    pkg-config --define-variable=prefix="$prefix" "$@" tcpwaltz
}

begin 'it is installed, with a version'
must test "$code" = 0
must test "$(pkg-config --modversion tcpwaltz)" = "$version"
end

# shellcheck disable=SC2046 # words
example() {
    "$@" $(flags --cflags) -Wall -Wextra -Werror "$root/examples/run.c" -o "$work/example" \
        $(flags --libs) >"$work/err" 2>&1
}

# run_example FILE: what it prints, with the library that was installed.
run_example() {
    LD_LIBRARY_PATH=$libraries "$work/example" "$1" >"$work/out" 2>"$work/err"
    code=$?
}

# begins_like_the_program: the timeline is the program's, byte for byte.
begins_like_the_program() {
    (cd "$root" && "$tcpwaltz" run "$1") | sed '/^held: /d' >"$work/expected"
    [ -s "$work/expected" ] || return
    head -c "$(wc -c <"$work/expected")" "$work/out" | cmp -s - "$work/expected"
}

begin 'the example compiles with what pkg-config says, and runs'
must example "$@"
cd "$root" || exit 2
run_example scenarios/handshake/first-syn-lost.scn
must exits 0
must begins_like_the_program scenarios/handshake/first-syn-lost.scn
must prints '^  0\.000 s  client  SYN-SENT$'
must prints '^at 1 s client is in SYN-SENT; its retransmit timer is due at 3\.000 s$'
must prints '^0 of 14 expectations failed$'
end

begin 'the example says what is wrong with a scenario'
printf 'host a linux-2.5\n' >"$work/wrong.scn"
run_example "$work/wrong.scn"
must exits 2
must says "wrong.scn:1:8: error: unknown profile 'linux-2.5'"
end

title='a program needs nothing but GLib when it takes the archive'
archive=$(find "$at" -name libtcpwaltz.a)
if [ -n "$archive" ]; then
    begin "$title"
    # shellcheck disable=SC2046 # words
    "$@" $(flags --cflags) "$root/examples/run.c" "$archive" $(pkg-config --libs glib-2.0) -lm \
        -o "$work/example" >"$work/err" 2>&1
    must test $? = 0
    "$work/example" "$scenario" >"$work/out" 2>"$work/err"
    code=$?
    must exits 0
    end
else
    skip 'no objcopy here'
fi

title='the Python package is installed, and finds the library'
if python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    begin "$title"
    package=$(dirname -- "$(find "$at" -name _library.py)")
    LD_LIBRARY_PATH=$libraries PYTHONPATH=$(dirname -- "$package") python3 -c '
import tcpwaltz
print(tcpwaltz.version(), tcpwaltz.__file__)' >"$work/out" 2>"$work/err"
    code=$?
    must exits 0
    must prints "^$version $at/"
    end
else
    skip 'no python3 of 3.9 or newer here'
fi

title='C++ can include it'
if command -v g++ >/dev/null; then
    begin "$title"
    printf '#include <tcpwaltz.h>\nint main() { return tcpwaltz_version() == nullptr; }\n' >"$work/a.cc"
    # shellcheck disable=SC2046 # words
    must g++ -Wall -Wextra -Wpedantic -Werror $(flags --cflags) -fsyntax-only "$work/a.cc"
    end
else
    skip 'no g++ here'
fi
finish
