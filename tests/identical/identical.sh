#!/bin/sh
#
# Builds the program as it is tested (gcc -O2), as a release by gcc (-O3, as a whole), and with clang
# -O0 (warnings are errors in each) and runs every scenario in every format with all three: exit status, standard output and
# standard error must be the same to the byte. Reports in TAP, a test a scenario. Called by ./check.
#
#   identical.sh                  builds, and compares all
#   identical.sh --one SCENARIO   compares one, with what was built

set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
me=identical
. "$root/tools/build.sh"
. "$root/tests/release.sh"

formats='timeline segments states timers counters json mermaid rfc flow'
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

# result_of SCENARIO: the file that has what became of it.
result_of() {
    printf '%s/results/%s\n' "$work" "$(printf '%s' "${1#"$root"/}" | tr / _)"
}

# run BUILD SCENARIO: all formats, one after the other, to standard output.
run() {
    program=$(program_of "$1")
    for format in $formats; do
        echo "== $format"
        "$program" run --format "$format" "$2" 2>&1 </dev/null
        echo "exit status $?"
    done
}

# compare SCENARIO: its result is empty, or says where the first difference is.
compare() {
    result=$(result_of "$1")
    for name in $builds; do
        run "$name" "$1" >"$result.$name"
    done
    for name in release clang-O0; do
        cmp -s "$result.tested" "$result.$name" && continue
        echo "# tested (<) and $name (>) differ:"
        diff "$result.tested" "$result.$name" | head -n 10 | sed 's/^/#   /'
    done >"$result"
    rm -f "$result.tested" "$result.release" "$result.clang-O0"
}

if [ "${1:-}" = --one ]; then
    compare "$2"
    exit
fi

if ! build_tested sim/tcpwaltz || ! build_release || ! build_with clang-O0 clang 0; then
    echo 'Bail out! The builds that were to be compared failed.'
    exit 1
fi

rm -rf "$work/results"
mkdir -p "$work/results"
find "$root/scenarios" -name '*.scn' 2>/dev/null | LC_ALL=C sort >"$work/scenarios"
tr '\n' '\0' <"$work/scenarios" | xargs -0 -n 1 -P "$(getconf _NPROCESSORS_ONLN)" sh "$0" --one
while read -r scenario; do
    number=$((number + 1))
    result=$(result_of "$scenario")
    if [ -f "$result" ] && ! [ -s "$result" ]; then
        echo "ok $number - ${scenario#"$root"/}"
    else
        echo "not ok $number - ${scenario#"$root"/}"
        cat "$result"
        status=1
    fi
done <"$work/scenarios"
echo "1..$number"

[ "$number" -gt 0 ] || status=1
exit "$status"
