#!/bin/sh
#
# `tcpwaltz lessons` and `tcpwaltz lesson N` from outside: what they show, where the runs come from,
# the pager. Reports in TAP.
#
# usage: terminal.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES PAGER LESS NO_COLOR

not() {
    ! "$@"
}

# Lessons are found from anywhere.
mkdir "$work/elsewhere"
cd "$work/elsewhere" || exit 1

begin 'lessons: every one, in order'
tcpwaltz lessons
must exits 0
must is_silent
sed -n 's/^ *\([0-9][0-9]*\)   .*/\1/p' "$work/out" >"$work/numbers"
for file in "$root"/docs/lessons/[0-9]*.md; do
    nth=$(basename "$file" | sed 's/^0*\([0-9]*\)-.*/\1/')
    must grep -qx "$nth" "$work/numbers"
done
must sort -c -n -u "$work/numbers"
end

begin 'lessons: what each shows, from the syllabus'
must [ "$(grep -c '^     [^ ]' "$work/out")" -ge "$(wc -l <"$work/numbers")" ]
end

begin 'lessons: the pages beside them, by name'
tcpwaltz lessons
must prints '^Beside them, by name:$'
must prints '^     lab-sheet  '
must prints '^     what-the-articles-say  *What the articles say, and what is true$'
must not prints 'README'
end

begin 'lesson lab-sheet-answers: a page, its runs made now'
tcpwaltz lesson lab-sheet-answers
must exits 0
must prints '^The teacher.s part of lab-sheet'
must prints '16 s, 32 s, 64 s'
must not prints '<!--'
must not prints '--answers'
end

begin 'lesson 06 is lesson 6'
tcpwaltz lesson 06 --set client.tcp_syn_retries=0
must exits 0
must prints '^Lesson 6, '
end

begin 'lesson 1: read, not marked up'
tcpwaltz lesson 1
must exits 0
must is_silent
must prints '^1\. '
must prints '^Questions$'
must prints '^   \[+\] Answer$'
must prints "'tcpwaltz lesson 1 --answers' shows it"
must not prints 'SYN had x = 318,857,843'
must prints '^Picture: /.*/01-three-segments\.svg$'
must prints 'received SYN-ACK seq=0 ack=1'
must not prints '<!--'
must not prints '<details>'
must not prints '\*\*'
must not prints "$(printf '\033')"
must not grep -q "$(printf '[\200-\377]')" "$work/out"
end

begin 'lesson 1 --answers: what was folded'
tcpwaltz lesson 1 --answers
must exits 0
must prints '^   Answer: .*SYN had x = 318,857,843'
must not prints '\[+\]'
end

begin '--unicode keeps the signs of the text'
tcpwaltz lesson 1 --unicode
must prints '§'
end

begin '--color=always sets headings bold'
tcpwaltz lesson 1 --color=always
must prints "$(printf '^\033\\[0;1m1\\. ')"
end

begin 'the numbers are made now, not copied'
mkdir -p "$work/tree/docs/lessons" "$work/tree/scenarios"
cp "$root/docs/lessons/01-three-segments.md" "$work/tree/docs/lessons/"
cp -r "$root/scenarios/." "$work/tree/scenarios/"
sed -i 's/delay=10ms/delay=11ms/' "$work/tree/scenarios/handshake/normal.scn"
tcpwaltz lesson --fill "$work/tree/docs/lessons/01-three-segments.md"
must exits 0
must grep -q 'connect took 22 ms' "$work/tree/docs/lessons/01-three-segments.md"
end

begin '--set makes the first run with a change, and says so'
tcpwaltz lesson 6 --set client.tcp_syn_retries=0
must exits 0
must prints '^Lesson 6, .*: its first run with client\.tcp_syn_retries=0\.$'
must prints 'connect failed after 3 s: ETIMEDOUT'
must says '^FAIL scenarios/'
end

begin '--set that makes no sense'
tcpwaltz lesson 6 --set client.tcp_syn_retires=0
must exits 2
must says "did you mean 'tcp_syn_retries'"
end

refuses() {
    begin "refused: $2"
    says_what=$1
    shift
    tcpwaltz "$@"
    must exits 2
    must prints_nothing
    must says "$says_what"
    end
}

refuses 'no lesson 99' lesson 99
refuses 'no number of a lesson' lesson six
refuses 'number of a lesson' lesson
refuses 'number of a lesson' lesson 1 2
refuses 'no lesson 0' lesson 0
refuses 'no page beside them' lesson README
refuses "no page beside them: did you mean 'lab-sheet'" lesson lab-shet
refuses 'no page beside them' lesson ../README
refuses "did you mean 'tcpwaltz lesson 3'" lessons 3
refuses 'exclude each other' lesson --fill --check x.md
refuses 'needs a FILE' lesson --fill
refuses 'goes with the number' lesson --check --set client.mss=3
refuses 'cannot read nowhere.md: No such file' lesson --check nowhere.md

# What stands behind a NUL would be gone when the rest is written back.
begin 'refused: a file that is no text is not filled'
printf '<!-- run: tcpwaltz run scenarios/handshake/normal.scn -->\n<!-- /run -->\nbefore\0after\n' \
    >"$work/nul.md"
cp "$work/nul.md" "$work/nul.was"
tcpwaltz lesson --fill "$work/nul.md"
must exits 2
must prints_nothing
must says 'nul.md is no text in UTF-8'
must cmp -s "$work/nul.md" "$work/nul.was"
end

# on_terminal COMMAND: what it writes when standard output is a terminal.
on_terminal() {
    script -qec "$1" /dev/null </dev/null >"$work/out" 2>"$work/err"
    code=$?
}

if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    begin 'a terminal: through $PAGER'
    on_terminal "PAGER='sed s/^/paged:/' '$tcpwaltz' lesson 1"
    must exits 0
    must prints '^paged:.*The picture'
    end

    begin 'a terminal: --no-pager'
    on_terminal "PAGER='sed s/^/paged:/' '$tcpwaltz' lesson 1 --no-pager"
    must exits 0
    must not prints '^paged:'
    must prints 'The picture'
    end

    begin 'a terminal: a pager that is not there'
    on_terminal "PAGER=no-such-pager-anywhere '$tcpwaltz' lesson 1"
    must exits 0
    must prints 'The picture'
    end

    begin 'a terminal: a PAGER of blanks is none'
    mkdir "$work/bin"
    printf '#!/bin/sh\nexec sed s/^/less:/\n' >"$work/bin/less"
    chmod +x "$work/bin/less"
    on_terminal "PATH='$work/bin:$PATH' PAGER='  ' '$tcpwaltz' lesson 1"
    must exits 0
    must prints '^less:.*The picture'
    end

    begin 'a terminal: a pager that fails is told'
    on_terminal "PAGER='exit 3' '$tcpwaltz' lesson 1"
    must exits 2
    must prints "the pager 'exit 3' failed; --no-pager shows the text without one"
    on_terminal "PAGER='kill -9 \$\$' '$tcpwaltz' lesson 1"
    must exits 2
    must prints 'the pager .* failed'
    end

    begin 'a terminal: an interrupt is for the pager'
    on_terminal "PAGER='kill -INT \$PPID; sed s/^/paged:/' '$tcpwaltz' lesson 1"
    must exits 0
    must prints '^paged:.*The picture'
    end

    # Long outputs, long titles, tables with long words, CSV.
    for nth in 1 14 16 21 23; do
        begin "a terminal of 80 columns: lesson $nth fits, runs and tables too"
        on_terminal "stty cols 80; NO_COLOR=1 LC_ALL=C '$tcpwaltz' lesson $nth --no-pager"
        must exits 0
        grep -v 'Picture: ' "$work/out" >"$work/lines"
        must not grep -q '^.\{82\}' "$work/lines" # 80, and the end of a line
        end
    done

    begin 'a terminal of 80 columns: the timeline is as wide'
    on_terminal "stty cols 80; NO_COLOR=1 LC_ALL=C '$tcpwaltz' lesson 1 --no-pager"
    must exits 0
    must prints '^-\{80\}.$'
    end

    begin 'a terminal: outputs are checked and filled as in a file'
    on_terminal "COLUMNS=60 LC_ALL=C.UTF-8 '$tcpwaltz' lesson --check '$root/docs/lessons/01-three-segments.md'"
    must exits 0
    must prints_nothing
    end

    begin 'a pager that leaves early is no error'
    on_terminal "PAGER='head -n 1' '$tcpwaltz' lesson 1"
    must exits 0
    end
else
    begin 'a terminal'
    skip 'script is not there, or no pseudo-terminal'
fi

finish
