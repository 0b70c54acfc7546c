#!/bin/sh
#
# Every file of tests/scenarios/: those in fail/ must fail, those in errors/ must be refused at the
# places that their .expected files name, all others must pass. One process for each of the three, since
# starting one takes longer than a file; a test a file, reported in TAP.
#
# usage: corpus.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$root/tests/scenarios" || exit 1

# What others include is in parts/. No name has a blank in it.
find . -name '*.scn' ! -path '*/parts/*' | sed 's|^\./||' | LC_ALL=C sort >"$work/all"
grep '^errors/' "$work/all" >"$work/errors"
grep '^fail/' "$work/all" >"$work/fail"
grep -v '^errors/\|^fail/' "$work/all" >"$work/pass"

# tests_of TITLE AWK FILE…: a test a file of the list $work/files. The program reads the FILEs, and sets good[NAME]
# for those that are as they must be; said[NAME] is shown of others. Who is not spoken of is not good.
tests_of() {
    title=$1
    judge=$2
    shift 2
    awk -v title="$title" -v number="$number" -v list="$work/files" "$judge"'
        FILENAME == list {
            printf "%sok %d - %s: %s\n", $0 in good ? "" : "not ", ++number, title, $0
            if (!($0 in good))
                printf "%s", said[$0]
        }' "$@" "$work/files" >"$work/tests"
    cat "$work/tests"
    number=$((number + $(wc -l <"$work/files")))
    ! grep -q '^not ok ' "$work/tests" || status=1
}

# verdicts_are VERDICT TITLE: of check's report in TAP, where what is said of a file stands before its verdict.
verdicts_are() {
    # shellcheck disable=SC2016 # for awk
    tests_of "$2" '
        /^(not )?ok [0-9]+ - / {
            file = $0
            sub(/^(not )?ok [0-9]+ - /, "", file)
            if (/^'"$1"' /)
                good[file]
            said[file] = text
            text = ""
            next
        }
        FILENAME != list { text = text "#   " $0 "\n" }' "$work/out"
}

# check_all LIST ARGUMENT…: in one process, in the order of the list.
check_all() {
    cp "$work/$1" "$work/files"
    shift
    # shellcheck disable=SC2046 # names without blanks
    tcpwaltz check "$@" $(cat "$work/files")
}

begin 'those that must pass can all be read'
check_all pass --strict --format tap
must exits 0
must is_silent
end
verdicts_are ok passes

begin 'those that must fail can all be read'
check_all fail --format tap
must exits 1
must is_silent
end
verdicts_are 'not ok' fails

# What is said of a file stands before the line "FAIL file".
begin 'those that must be refused do not run'
cp "$work/errors" "$work/files"
# shellcheck disable=SC2046 # names without blanks
tcpwaltz run $(cat "$work/files")
must exits 2
must prints_nothing
# shellcheck disable=SC2046 # names without blanks
"$tcpwaltz" check $(cat "$work/files") >"$work/said" 2>&1
code=$?
must exits 2
end

# Each line of .expected is LINE:COLUMN TEXT: there is an error at that place that says so, and no other. A file that
# it includes may be where the place is. The lines below an error belong to it: hints and such.
sed 's/scn$/expected/' "$work/files" >"$work/expected"
# shellcheck disable=SC2016,SC2046 # for awk; names without blanks
tests_of refused '
    FILENAME ~ /\.expected$/ {
        if (NF > 0) {
            of = FILENAME
            sub(/expected$/, "scn", of)
            place[of, ++places[of]] = ":" $1 ": error: "
            text[of, places[of]] = tolower(substr($0, length($1) + 2))
        }
        next
    }
    /^FAIL .* errors? in the file\)$/ { judge($2); next }
    FILENAME != list { line[++lines] = $0 }

    function judge(file,    n, missing) {
        missing = count_errors() == places[file] ? "" : "#   errors: " count_errors() "\n"
        for (n = 1; n <= places[file]; n++)
            if (!is_said(place[file, n], text[file, n]))
                missing = missing "#   is not said: " place[file, n] text[file, n] "\n"
        if (missing == "" && places[file] > 0)
            good[file]
        said[file] = missing
        for (n = 1; n <= lines; n++)
            said[file] = said[file] "#   " line[n] "\n"
        lines = 0
    }
    function count_errors(    n, count) {
        for (n = 1; n <= lines; n++)
            count += line[n] ~ /^[^ ].*: error: /
        return count + 0
    }
    function is_said(place, text,    n, here) {
        for (n = 1; n <= lines; n++) {
            if (line[n] ~ /^[^ ].*: (error|note): /)
                here = index(line[n], place) > 0
            if (here && index(tolower(line[n]), text))
                return 1
        }
        return 0
    }' $(cat "$work/expected") "$work/said"

finish
