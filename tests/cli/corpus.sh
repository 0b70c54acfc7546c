#!/bin/sh
#
# Every file of tests/scenarios/: those in fail/ must fail, those in errors/ must be refused at the
# places that their .expected files name, all others must pass. A test a file, reported in TAP.
#
# usage: corpus.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$root/tests/scenarios" || exit 1

# names LINE:COLUMN TEXT: is there an error at that place that says so? A file that it includes may
# be where the place is. The lines below the error belong to it: hints and such.
names() {
    place=${1%% *}
    text=${1#* }
    awk -v place=":$place: error: " -v text="$text" '
        /^[^ ].*: (error|note): / { here = index($0, place) > 0 }
        here && index(tolower($0), tolower(text)) { found = 1 }
        END { exit !found }' "$work/err"
}

has_as_many_errors_as() {
    [ "$(grep -c '^[^ ].*: error: ' "$work/err")" -eq "$(grep -c . "$1")" ]
}

refused() {
    begin "refused: $1"
    tcpwaltz run "$1"
    must exits 2
    must prints_nothing
    while read -r expected; do
        [ -z "$expected" ] || must names "$expected"
    done <"${1%.scn}.expected"
    must has_as_many_errors_as "${1%.scn}.expected"
    end
}

fails() {
    begin "fails: $1"
    tcpwaltz check "$1"
    must exits 1
    must is_silent
    must prints '^0 passed, 1 failed$'
    end
}

passes() {
    begin "passes: $1"
    tcpwaltz check --strict "$1"
    must exits 0
    must is_silent
    end
}

for file in $(find . -name '*.scn' | sed 's|^\./||' | LC_ALL=C sort); do
    case $file in
    */parts/*) ;; # included by others
    errors/*) refused "$file" ;;
    fail/*) fails "$file" ;;
    *) passes "$file" ;;
    esac
done

finish
