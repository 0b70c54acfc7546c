#!/bin/sh
#
# Each lesson of docs/lessons: what stands in it is what its runs say, its form is that of all, and
# what it names is there. Reports in TAP.
#
# usage: lessons.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES
cd "$root" || exit 1
folder=docs/lessons

# The parts of a lesson, in their order.
cat >"$work/parts" <<'PARTS'
## The picture
## The timeline
## What happens
## What to change
## Questions
PARTS

same() {
    cmp -s "$1" "$2"
}

not() {
    ! "$@"
}

# title_fits FILE: its number is that of its name, without the zero.
title_fits() {
    nth=$(basename "$1" | sed 's/^0*\([0-9]*\)-.*/\1/')
    head -n 1 "$1" | grep -q "^# $nth\. [^ ]"
}

# Exactly three, numbered, each with an answer before the next.
has_three_questions() {
    awk '
        /^## / { asks = $0 == "## Questions" }
        asks && /^[0-9]+\. / { if ($1 != ++asked ".") bad = 1; if (answered != asked - 1) bad = 1 }
        asks && /<details><summary>Answer<\/summary>/ { opened++ }
        asks && /<\/details>/ { if (++answered != asked || opened != asked) bad = 1 }
        END { exit bad || asked != 3 || answered != 3 }' "$1"
}

# What each line of a list is, holds.
each() {
    list=$1
    shift
    while read -r item; do
        "$@" "$item" || {
            echo "#   $item"
            return 1
        }
    done <"$list"
}

is_there() {
    [ -s "$1" ]
}

passes_check() {
    "$tcpwaltz" check -q "$1" >/dev/null 2>&1
}

is_drawn() {
    grep -q "^ *<!-- picture: tcpwaltz plot .* -o $1 -->\$" "$lesson"
}

scenarios_of() {
    grep -oE 'scenarios/[A-Za-z0-9_./-]+\.scn' "$1" | LC_ALL=C sort -u
}

pictures_of() {
    sed -n 's/^ *!\[.*\](\(pictures\/[^)]*\)) *$/docs\/lessons\/\1/p' "$1"
}

for lesson in "$folder"/[0-9]*.md; do
    begin "$lesson: the runs say what stands there"
    tcpwaltz lesson --check "$lesson"
    must exits 0
    must prints_nothing
    must is_silent
    end

    begin "$lesson: its form"
    grep '^## ' "$lesson" >"$work/has"
    must title_fits "$lesson"
    must same "$work/has" "$work/parts"
    must has_three_questions "$lesson"
    must grep -q '^ *<!-- run: ' "$lesson"
    end

    begin "$lesson: its scenarios are there and pass"
    scenarios_of "$lesson" >"$work/scenarios"
    must is_there "$work/scenarios"
    must each "$work/scenarios" is_there
    must each "$work/scenarios" passes_check
    end

    begin "$lesson: its pictures are there, and say how they are drawn"
    pictures_of "$lesson" >"$work/pictures"
    must is_there "$work/pictures"
    must each "$work/pictures" is_there
    must each "$work/pictures" is_drawn
    end

    begin "$lesson: the syllabus has it"
    heading=$(sed -n '1s/^# [0-9]*\. //p' "$lesson")
    must grep -qF "| [$heading]($(basename "$lesson")) |" "$folder/README.md"
    end
done

begin 'no picture that no lesson shows'
cat "$folder"/*.md >"$work/all.md"
pictures_of "$work/all.md" | LC_ALL=C sort >"$work/shown"
find "$folder/pictures" -type f | LC_ALL=C sort >"$work/are"
must same "$work/shown" "$work/are"
end

begin 'the lab sheet and its answers: the runs say what stands there'
tcpwaltz lesson --check "$folder/lab-sheet.md" "$folder/lab-sheet-answers.md"
must exits 0
must is_silent
end

# shown_is_run FILE: each command that the text shows, "$ tcpwaltz ...", over several lines with "\\" where it is
# long, is that of the mark behind it; and each claim has one.
shown_is_run() {
    awk '
        /^### / { claims++; if ($2 != claims ".") bad = 1 }
        /^    \$ / { sub(/^    \$ /, ""); shown = ""; open = 1 }
        open && NF { sub(/^ +/, ""); more = sub(/ \\$/, ""); shown = shown (shown == "" ? "" : " ") $0; open = more }
        /^<!-- run: / { sub(/^<!-- run: /, ""); sub(/ -->$/, ""); if (++runs != claims || $0 != shown) bad = 1; shown = "" }
        END { exit bad || claims == 0 || runs != claims }' "$1"
}

articles=$folder/what-the-articles-say.md

begin 'what the articles say: the runs say what stands there, and the commands shown are those'
tcpwaltz lesson --check "$articles"
must exits 0
must prints_nothing
must is_silent
must shown_is_run "$articles"
end

begin 'what the articles say: each claim names its lesson'
awk '/^### / { if (n && !l) bad = 1; n++; l = 0 } /\[Lesson [0-9]+\]/ { l = 1 } END { exit bad || !l }' "$articles"
code=$?
must exits 0
end

begin 'what the articles say: each slip of the first table is one of the claims'
awk '/^\| .* [0-9]+ \|$/ { slip[$(NF - 1)] = 1; slips++ }
    /^### / { at = $2 + 0 }
    at in slip && /^\*\*(A slip|Wrong)/ { found++ }
    END { exit slips == 0 || found != slips }' "$articles"
code=$?
must exits 0
end

begin 'what the articles say: as many claims as two other documents tell'
claims=$(grep -c '^### ' "$articles")
must grep -q "^$claims claims" "$folder/README.md"
must grep -q "$claims claims" docs/README.md
end

begin 'what the articles say: a command that is changed by hand is found'
sed '0,/client error/s//client errors/' "$articles" >"$work/changed.md"
must not same "$articles" "$work/changed.md"
must not shown_is_run "$work/changed.md"
end

# A link to a section is followed as far as the file.
begin 'what the syllabus, the lessons and the lab sheet link is there'
grep -ohE '\]\([A-Za-z0-9_./-]+\.(md|scn)[)#]' "$folder"/*.md | sed 's/.*(//; s/[)#]$//' |
    LC_ALL=C sort -u | sed "s|^|$folder/|" >"$work/links"
must is_there "$work/links"
must each "$work/links" is_there
end

# Each exercise fails by its expectations as it is given out, and holds with the solution that is kept here.
exercises=$folder/exercises
cp -r "$exercises" "$work/solved"
cp tests/lessons/solutions/*.answer "$work/solved/"
for exercise in "$exercises"/*.scn; do
    name=$(basename "$exercise")
    answer=$(echo "$name" | sed 's/-.*/.answer/')

    begin "exercise $name: open as it is given out, and can be solved"
    must is_there "$exercises/$answer"
    must is_there "tests/lessons/solutions/$answer"
    must grep -q "^include $answer\$" "$exercise"
    must grep -qF "]($name) |" "$exercises/README.md"
    tcpwaltz check "$exercise"
    must exits 1
    must prints '    happened: '
    must is_silent
    tcpwaltz check "$work/solved/$name"
    must exits 0
    end
done

begin 'what the exercises link is there'
grep -ohE '\]\([A-Za-z0-9_./-]+\.(md|scn)[)#]' "$exercises/README.md" | sed 's/.*(//; s/[)#]$//' |
    LC_ALL=C sort -u | sed "s|^|$exercises/|" >"$work/links"
must is_there "$work/links"
must each "$work/links" is_there
end

begin 'all of 23 lessons'
find "$folder" -name '[0-9][0-9]-*.md' | sed 's|.*/\([0-9]*\)-.*|\1|' | LC_ALL=C sort >"$work/numbers"
seq -w 1 23 >"$work/all"
must same "$work/numbers" "$work/all"
end

# That these tests can fail.
mkdir -p "$work/docs/lessons"
original=$folder/01-three-segments.md
copy=$work/docs/lessons/01-three-segments.md

begin 'a number that is changed by hand is found'
sed '/<!-- ask: /s/\(-->\)[0-9.]* ms\(<!-- \/ask\)/\11234 ms\2/' "$original" >"$copy"
must grep -q '1234 ms' "$copy"
tcpwaltz lesson --check "$copy"
must exits 1
must prints "^$copy:[0-9]*:[0-9]*: the run says something else"
must prints '^  stands: 1234 ms$'
end

begin 'a line of a timeline that is changed by hand is found'
sed 's/connect took 20 ms/connect took 21 ms/' "$original" >"$copy"
line=$(grep -n 'connect took 21 ms' "$copy" | head -n 1 | sed 's/:.*//')
must [ "$line" -gt 1 ]
tcpwaltz lesson --check "$copy"
must exits 1
must prints "^$copy:$line:1: "
must prints '^  stands:   connect took 21 ms$'
must prints '^  says:     connect took 20 ms$'
end

begin '--fill mends it, and leaves a right one alone'
tcpwaltz lesson --fill "$copy"
must exits 0
must prints "^$copy: 1 mark filled$"
must same "$copy" "$original"
touch -d '2001-01-01' "$copy"
tcpwaltz lesson --fill "$copy"
must exits 0
must prints_nothing
must [ "$(find "$copy" -newermt 2001-01-02)" = "" ]
end

begin 'a question that makes no sense is told with its place'
printf '%s\n' '# 1. X' '' 'a <!-- ask: scenarios/handshake/normal.scn | client edns -->x<!-- /ask -->' >"$copy"
tcpwaltz lesson --check "$copy"
must exits 2
must says "^$copy:3:3: error: this is no question"
must says "did you mean 'ends'"
end

# refuses_command COMMAND WHY
refuses_command() {
    begin "no run of a lesson: $1"
    printf '%s\n' '# 1. X' '' "<!-- run: $1 -->" '<!-- /run -->' >"$copy"
    tcpwaltz lesson --fill "$copy"
    must exits 2
    must says "^$copy:3:1: error: .*$2"
    must [ "$(wc -l <"$copy")" -eq 4 ]
    must [ ! -e "$work/y" ]
    end
}

normal=scenarios/handshake/normal.scn
for command in 'rm -rf /' "tcpwaltz plot $normal -o $work/y" "tcpwaltz pcap $normal -o $work/y" \
    "tcpwaltz lesson --fill $copy" tcpwaltz; do
    refuses_command "$command" 'no command of a lesson'
done
for command in "run $normal -o $work/y" "run $normal -o$work/y" "run $normal --output=$work/y" \
    "table $normal --save $work/y"; do
    refuses_command "tcpwaltz $command" 'writes no file'
done

begin 'a run that fails fills nothing'
printf '%s\n' '# 1. X' '' '<!-- run: tcpwaltz run scenarios/nowhere.scn -->' '<!-- /run -->' >"$copy"
tcpwaltz lesson --fill "$copy"
must exits 2
must says "^$copy:3:1: error: this cannot be run"
must [ "$(wc -l <"$copy")" -eq 4 ]
end

finish
