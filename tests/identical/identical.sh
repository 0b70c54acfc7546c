#!/bin/sh
#
# Builds the program as it is tested (gcc -O2), as a release by gcc (-O3, as a whole), and with clang
# -O0 (warnings are errors in each) and runs every scenario in every format with all three: exit
# status, standard output and standard error must be the same to the byte. Reports in TAP, a test a scenario. Called by ./check.
#
#   identical.sh

set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
me=identical
. "$root/tools/build.sh"
. "$root/tests/release.sh"

formats='timeline segments states timers counters json mermaid rfc flow pkt svg html'
builds='tested release clang-O0'
work=$root/build/identical
number=0
status=0

# program_of BUILD
program_of() {
    case $1 in
    tested) echo "$tested/sim/tcpwaltz" ;;
    release) echo "$release/sim/tcpwaltz" ;;
    *) echo "$work/$1/sim/tcpwaltz" ;;
    esac
}

# build_with NAME COMPILER LEVEL
build_with() {
    CC=$2 build "$work/$1" --werror --buildtype=plain "-Doptimization=$3" -Dtests=disabled
}

# run BUILD: every scenario in every format, one after the other, as tests/batch.c starts the program. What is said
# goes into BUILD/NUMBER.FORMAT, the exit statuses into BUILD/statuses.
run() {
    n=0
    mkdir -p "$work/results/$1"
    while read -r scenario; do
        n=$((n + 1))
        for format in $formats; do
            out=$work/results/$1/$n.$format
            printf '%s\0' 4 "$root" "$out" "$out" run --format "$format" "$scenario"
        done
    done <"$work/scenarios" |
        LD_PRELOAD=$tested/tests/libbatch.so "$(program_of "$1")" >"$work/statuses.$1"
    number_statuses <"$work/statuses.$1" >"$work/results/$1/statuses"
}

# number_statuses: "NUMBER.FORMAT exit status N" for each line; a run without one is missing.
number_statuses() {
    awk -v formats="$formats" 'BEGIN { count = split(formats, format, " ") }
        { printf "%d.%s exit status %s\n", int((NR - 1) / count) + 1, format[(NR - 1) % count + 1], $0 }'
}

# differences NAME: "NUMBER.FORMAT what" for each run in which NAME and the tested build differ.
differences() {
    diff -rq -x statuses "$work/results/tested" "$work/results/$1" |
        sed -n 's|.*[/ ]\([0-9]*\.[a-z]*\) differ$|\1 differs|p; s|^Only.*: \([0-9.a-z]*\)$|\1 is in one of them only|p'
    diff "$work/results/tested/statuses" "$work/results/$1/statuses" | sed -n 's/^[<>] //p'
}

# explain NUMBER: how its runs differ.
explain() {
    for name in release clang-O0; do
        sed -n "s/^$1\\.\([a-z]*\) \(.*\)/\1 \2/p" "$work/differ.$name" | while read -r format what; do
            echo "# tested (<) and $name (>): $format: $what"
            diff "$work/results/tested/$1.$format" "$work/results/$name/$1.$format" 2>&1 | head -n 10 | sed 's/^/#   /'
        done
    done
}

if ! build_tested sim/tcpwaltz tests/libbatch.so || ! build_release || ! build_with clang-O0 clang 0; then
    echo 'Bail out! The builds that were to be compared failed.'
    exit 1
fi

rm -rf "$work/results"
mkdir -p "$work/results"
find "$root/scenarios" -name '*.scn' 2>/dev/null | LC_ALL=C sort >"$work/scenarios"
for name in $builds; do
    run "$name" &
done
wait
# All was run, or nothing is proven.
runs=$(($(wc -l <"$work/scenarios") * $(echo "$formats" | wc -w)))
for name in release clang-O0; do
    differences "$name" >"$work/differ.$name"
done
while read -r scenario; do
    number=$((number + 1))
    if grep -q "^$number\." "$work/differ.release" "$work/differ.clang-O0"; then
        echo "not ok $number - ${scenario#"$root"/}"
        explain "$number"
        status=1
    else
        echo "ok $number - ${scenario#"$root"/}"
    fi
done <"$work/scenarios"
echo "1..$number"

[ "$number" -gt 0 ] && [ "$(wc -l <"$work/results/tested/statuses")" -eq "$runs" ] || status=1
exit "$status"
