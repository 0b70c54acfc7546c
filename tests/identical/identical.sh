#!/bin/sh
#
# Builds the program with gcc -O0, gcc -O3 and clang -O2 (warnings are errors in each) and runs
# every scenario in every format with all three: exit status, standard output and standard error
# must be the same to the byte. Reports in TAP, a test a scenario. Called by ./check.

set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
me=identical
. "$root/tools/build.sh"

formats='timeline segments states timers counters json mermaid rfc flow'
work=$root/build/identical
number=0
status=0

# build_with NAME COMPILER LEVEL
build_with() {
    CC=$2 build "$work/$1" --werror --buildtype=plain "-Doptimization=$3" -Dtests=disabled
}

# run NAME SCENARIO FORMAT: the three results in $work/out/NAME.
run() {
    "$work/$1/sim/tcpwaltz" run --format "$3" "$2" >"$work/out/$1" 2>&1 </dev/null
    echo "exit status $?" >>"$work/out/$1"
}

# same SCENARIO: all formats; says where the first difference is.
same() {
    for format in $formats; do
        for name in gcc-O0 gcc-O3 clang-O2; do
            run "$name" "$1" "$format"
        done
        for name in gcc-O3 clang-O2; do
            if ! cmp -s "$work/out/gcc-O0" "$work/out/$name"; then
                echo "# $format differs, gcc-O0 (<) and $name (>):"
                diff "$work/out/gcc-O0" "$work/out/$name" | head -n 10 | sed 's/^/#   /'
                return 1
            fi
        done
    done
}

if ! build_with gcc-O0 gcc 0 || ! build_with gcc-O3 gcc 3 || ! build_with clang-O2 clang 2; then
    echo 'Bail out! The builds that were to be compared failed.'
    exit 1
fi

mkdir -p "$work/out"
find "$root/scenarios" -name '*.scn' 2>/dev/null | LC_ALL=C sort >"$work/scenarios"
while read -r scenario; do
    number=$((number + 1))
    if same "$scenario"; then
        echo "ok $number - ${scenario#"$root"/}"
    else
        echo "not ok $number - ${scenario#"$root"/}"
        status=1
    fi
done <"$work/scenarios"
echo "1..$number"

[ "$number" -gt 0 ] || status=1
exit "$status"
