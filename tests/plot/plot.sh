#!/bin/sh
#
# plot: the tables byte for byte as they were read and found right (golden/), pictures of every
# kind, and what happens without gnuplot or with one that fails. Reports in TAP.
#
# usage: plot.sh ROOT TCPWALTZ GNUPLOT     an empty GNUPLOT: there is none, pictures are skipped
#        plot.sh --record ROOT TCPWALTZ    writes golden/ anew: read the difference

set -u

recording=
if [ "$1" = --record ]; then
    recording=yes
    shift
fi
root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
gnuplot=${3:-}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES
cd "$root" || exit 1

golden=tests/plot/golden
first=scenarios/handshake/first-syn-lost.scn

not() {
    ! "$@"
}

# table NAME: writes it to $work/NAME.dat.
table() {
    case $1 in
    timeline) tcpwaltz plot $first -o "$work/$1.dat" ;;
    ladder) tcpwaltz plot $first --kind ladder -o "$work/$1.dat" ;;
    linear) tcpwaltz plot scenarios/handshake/every-syn-lost.scn -o "$work/$1.dat" ;;
    log) tcpwaltz plot scenarios/handshake/every-syn-lost.scn --scale log -o "$work/$1.dat" ;;
    backoff) tcpwaltz plot --profiles linux-2.4,linux-6.5,bsd-4.4 -o "$work/$1.dat" ;;
    fin) tcpwaltz plot --kind backoff --segment FIN scenarios/teardown/every-fin-lost.scn \
        -o "$work/$1.dat" ;;
    counters) tcpwaltz plot --kind counters tests/scenarios/flood/backlog-of-4.scn \
        tests/scenarios/flood/backlog-of-4-cookies.scn -o "$work/$1.dat" ;;
    esac
}
tables='timeline ladder linear log backoff fin counters'

if [ -n "$recording" ]; then
    for name in $tables; do
        table "$name" && cp "$work/$name.dat" "$golden/$name.dat"
    done
    exit
fi

echo '# tables'

for name in $tables; do
    begin "the table $name"
    table "$name"
    must exits 0
    must is_silent
    must cmp -s "$golden/$name.dat" "$work/$name.dat"
    [ ! -f "$work/$name.dat" ] || diff "$golden/$name.dat" "$work/$name.dat" >"$work/out"
    end
done

begin 'ladder: after a half-open connection that was reset, the next one colours the line'
tcpwaltz plot scenarios/handshake/old-duplicate-syn.scn --kind ladder -o "$work/old.dat"
must grep -q '	established	.*	server	ESTABLISHED$' "$work/old.dat"
end

# u = 1 + 200: client's FIN; v = 1: nothing sent yet; w = v + 600: half-close-numbers.scn.
begin '--letters: u, v, w at the numbers of a close, from its first FIN on'
tcpwaltz plot --kind ladder --letters scenarios/teardown/half-close-numbers.scn -o "$work/uvw.dat"
must exits 0
must grep -q '	FIN seq=201 ack=1 (seq=u ack=v)$' "$work/uvw.dat"
must grep -q '	ACK seq=1 ack=202 (seq=v ack=u+1)$' "$work/uvw.dat"
must grep -q '	DATA seq=301 ack=202 len=300 (ack=u+1)$' "$work/uvw.dat"
must grep -q '	FIN seq=601 ack=202 (seq=w ack=u+1)$' "$work/uvw.dat"
must grep -q '	ACK seq=202 ack=602 (seq=u+1 ack=w+1)$' "$work/uvw.dat"
must grep -q '	ACK seq=1 ack=201$' "$work/uvw.dat"
tcpwaltz plot --letters $first -o "$work/x.dat"
must exits 2
must says '[-][-]letters is for --kind ladder'
end

begin 'repeats that grow are on a logarithmic axis, what happens between long waits on a broken one'
tcpwaltz plot scenarios/handshake/synack-lost-one-syn.scn -o "$work/grow.dat"
must grep -q '	timeline	log	' "$work/grow.dat"
# The instants themselves are on it: 3, 6, 12, 24 s after each other.
for instant in 3 9 21 45 93; do
    must grep -q "	time	$instant\$" "$work/grow.dat"
done
tcpwaltz plot $first -o "$work/waits.dat"
must grep -q '	timeline	broken	' "$work/waits.dat"
end

begin 'a capture and a segment table are drawn, too'
"$tcpwaltz" run -f segments $first -o "$work/run.csv"
tcpwaltz plot "$work/run.csv" -o "$work/csv.dat"
must exits 0
must grep -q '	first	0	client	SYN$' "$work/csv.dat"
must grep -q '	again	3	client	SYN$' "$work/csv.dat"
end

begin 'a scenario on standard input, with settings'
"$tcpwaltz" plot - --set client.initial-rto=1s -o "$work/in.dat" <$first >"$work/out" 2>"$work/err"
code=$?
must exits 0
must grep -q '	again	1	client	SYN$' "$work/in.dat"
end

begin '--title stands alone: no file is named'
tcpwaltz plot $first --title 'Für die Folie' -o "$work/title.dat"
must exits 0
must grep -q '	title	title	Für die Folie$' "$work/title.dat"
must not grep -q '	source	' "$work/title.dat"
must grep -q '	setup	client, server: linux-2.4$' "$work/title.dat"
tcpwaltz plot --profiles linux-2.4 --title Mine -o "$work/title.dat"
must grep -q '	title	title	Mine$' "$work/title.dat"
end

begin '--from and --to: what lasts from before is there, what is outside is not'
tcpwaltz plot $first --from 4s --to 6s -o "$work/part.dat"
must exits 0
must grep -q '	established	4	5	client	ESTABLISHED$' "$work/part.dat"
must grep -q '	FIN$' "$work/part.dat"
must not grep -q '	SYN$' "$work/part.dat"
tcpwaltz plot $first --kind ladder --from 4s --to 6s -o "$work/part.dat"
must exits 0
must grep -q '	segment	FIN seq=1 ack=1$' "$work/part.dat"
must not grep -q '	segment	SYN' "$work/part.dat"
tcpwaltz plot $first --from 6s --to 4s -o "$work/part.dat"
must exits 2
end

begin 'run --format svg of a part'
"$tcpwaltz" run --format svg --from 4s --to 6s $first >"$work/part.svg" 2>"$work/err"
must grep -q '>FIN seq=1 ack=1<' "$work/part.svg"
must not grep -q 'SYN seq' "$work/part.svg"
tcpwaltz run --format svg --only SYN $first
must exits 2
end

echo '# usage'

begin 'sizes that are none'
for size in 1280x 0 x720 99 20001 12a 1280x720x1 -5; do
    tcpwaltz plot $first --size "$size" -o "$work/x.svg"
    must exits 2
    must says 'a size is WIDTH or WIDTHxHEIGHT'
done
end

begin 'no output, no file, no suffix'
tcpwaltz plot $first
must exits 2
must says 'plot needs -o FILE'
tcpwaltz plot -o "$work/x.svg"
must exits 2
must says 'plot needs a FILE'
tcpwaltz plot $first -o "$work/x.gif"
must exits 2
must says 'ends in .svg, .png or .pdf'
end

begin 'words that are near'
tcpwaltz plot $first -o "$work/x.svg" --kind lader
must exits 2
must says "did you mean 'ladder'"
tcpwaltz plot $first -o "$work/x.svg" --scale brocken
must says "did you mean 'broken'"
tcpwaltz plot --profiles linux-2.5 -o "$work/x.svg"
must exits 2
must says "linux-2.4"
end

begin 'options that do not belong together'
tcpwaltz plot $first --kind ladder --scale log -o "$work/x.svg"
must exits 2
tcpwaltz plot $first --kind timeline --profiles linux-2.4 -o "$work/x.svg"
must exits 2
tcpwaltz plot $first --segment FIN -o "$work/x.svg"
must exits 2
tcpwaltz plot --kind counters --scale log $first -o "$work/x.svg"
must exits 2
must says 'counters have no --scale'
tcpwaltz plot --interval 1s $first -o "$work/x.svg"
must exits 2
must says '--interval is for --kind counters'
tcpwaltz plot $first $first -o "$work/x.svg"
must exits 2
must says 'a picture is of one FILE'
tcpwaltz plot --kind backoff --profiles , -o "$work/x.svg"
must exits 2
end

begin 'a segment that nobody sends'
tcpwaltz plot --kind backoff --segment FIN scenarios/handshake/normal.scn -o "$work/x.svg"
must exits 2
must says 'nobody sends a FIN'
end

echo '# gnuplot that is not there, or fails'

mkdir "$work/empty" "$work/bin"
# bin/gnuplot does what $work/act says.
cat >"$work/bin/gnuplot" <<FAKE
#!/bin/sh
. "$work/act"
FAKE
chmod +x "$work/bin/gnuplot"

# with_path FOLDERS ARGUMENT…
with_path() {
    path=$1
    shift
    PATH=$path "$tcpwaltz" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}

begin 'without gnuplot: what installs it'
with_path "$work/empty" plot $first -o "$work/x.svg"
must exits 2
must says 'plot needs gnuplot'
must says 'apt-get install gnuplot-nox'
must [ ! -e "$work/x.svg" ]
with_path "$work/empty" plot $first -o "$work/x.dat"
must exits 0
end

begin 'one that fails: its last line, and the old picture stays'
echo 'old' >"$work/old.svg"
# shellcheck disable=SC2016 # for the fake
echo 'echo half >"$5"; echo "line 1: first" >&2; echo "line 2: last" >&2; echo >&2; exit 1' \
    >"$work/act"
mkdir "$work/tmp"
TMPDIR=$work/tmp with_path "$work/bin:/usr/bin:/bin" plot $first -o "$work/old.svg"
must exits 2
must says '^tcpwaltz: gnuplot failed: line 2: last$'
must not says 'first'
must [ "$(cat "$work/old.svg")" = old ]
must [ -z "$(ls -A "$work/tmp")" ]
end

begin 'one that is killed, one that draws nothing'
# shellcheck disable=SC2016
echo 'kill -9 $$' >"$work/act"
with_path "$work/bin:/usr/bin:/bin" plot $first -o "$work/new.svg"
must exits 2
must says 'gnuplot failed'
echo 'exit 0' >"$work/act"
with_path "$work/bin:/usr/bin:/bin" plot $first -o "$work/new.svg"
must exits 2
must says 'it drew nothing'
must [ ! -e "$work/new.svg" ]
end

begin 'what it is given: names that look like commands stay data'
cat >"$work/odd.scn" <<'SCENARIO'
title "`id` $(id) 'x' @y {z}"
host client linux-2.4
host server linux-2.4
link client server delay=10ms
at 0s server listen
at 0s client connect server
SCENARIO
# shellcheck disable=SC2016
echo 'printf "%s\n" "$1 $2 ${3##*/} $6 $7" >"$5"; cat "$4" >>"$5"' >"$work/act"
with_path "$work/bin:/usr/bin:/bin" plot "$work/odd.scn" --theme dark --kind ladder -o "$work/o.png"
must exits 0
must grep -q '^-d -c ladder.gp png dark$' "$work/o.png"
# shellcheck disable=SC2016
must grep -qF '`id` $(id) '"'x' @y {z}" "$work/o.png"
end

begin 'a script that is not there, an output that cannot be written'
with_path "$work/bin:/usr/bin:/bin" plot $first --script "$work/none.gp" -o "$work/x.svg"
must exits 2
must says 'none.gp'
with_path "$work/bin:/usr/bin:/bin" plot $first -o "$work/none/x.svg"
must exits 2
must says "cannot write $work/none/x.svg"
end

echo '# pictures'

# picture TITLE ARGUMENT…: skipped without gnuplot.
picture() {
    begin "$1"
    shift
    if [ -z "$gnuplot" ]; then
        skip 'gnuplot is not installed'
        return 1
    fi
    with_path "$(dirname "$gnuplot"):$PATH" plot "$@"
    must exits 0
    must is_silent
}

if picture '--size: of an SVG its head, of a PNG its pixels' $first --size 640x480 -o "$work/sized.svg"; then
    must grep -q '^ width="640" height="480"$' "$work/sized.svg"
    must grep -q '<title>The first SYN is lost</title>' "$work/sized.svg"
    must [ "$(grep -c '<title>' "$work/sized.svg")" -eq 1 ]
    with_path "$(dirname "$gnuplot"):$PATH" plot $first --size 640x480 -o "$work/sized.png"
    must exits 0
    # Behind the signature and the name of the first chunk.
    must [ "$(od -An -tx1 -j 16 -N 8 "$work/sized.png" | tr -d ' ')" = 00000280000001e0 ]
    end
fi

# colours FILE: each colour that is on the page, once.
colours() {
    sed -n '/^<g /,$p' "$1" | grep -oE "(fill|stroke|color) ?= ?['\"](rgb|#)[^'\"]*" |
        sed "s/ *= *['\"]/ /" | LC_ALL=C sort -u
}

for kind in timeline ladder; do
    if picture "$kind: an SVG follows its reader, a colour of one theme is one of the other" $first \
        --kind $kind -o "$work/auto.svg"; then
        with_path "$(dirname "$gnuplot"):$PATH" plot $first --kind $kind --theme light -o "$work/light.svg"
        with_path "$(dirname "$gnuplot"):$PATH" plot $first --kind $kind --theme dark -o "$work/dark.svg"
        sed '/^<style>$/,/^<\/style>$/d' "$work/auto.svg" >"$work/plain.svg"
        must cmp -s "$work/plain.svg" "$work/light.svg"
        sed -n 's/^\[\([a-z-]*\)="\(.*\)"\] { .*: \(.*\) }$/\1 \2	\1 \3/p' "$work/auto.svg" >"$work/rules"
        must [ -s "$work/rules" ]
        must [ -z "$(cut -f 1 "$work/rules" | sort | uniq -d)" ]
        colours "$work/light.svg" | awk -F '\t' '
            NR == FNR { dark[$1] = $2; next }
            { print $0 in dark ? dark[$0] : $0 }' "$work/rules" - | LC_ALL=C sort -u >"$work/as-dark"
        colours "$work/dark.svg" >"$work/are-dark"
        must cmp -s "$work/as-dark" "$work/are-dark"
        end
    fi
done

for kind in timeline ladder; do
    if picture "$kind: SVG, the same every time" $first --kind $kind -o "$work/a.svg"; then
        with_path "$(dirname "$gnuplot"):$PATH" plot $first --kind $kind -o "$work/b.svg"
        must cmp -s "$work/a.svg" "$work/b.svg"
        must grep -q '<svg' "$work/a.svg"
        must grep -q '</svg>' "$work/a.svg"
        must grep -q 'The first SYN is lost' "$work/a.svg"
        # Every text of the table is in the picture.
        "$tcpwaltz" plot $first --kind $kind -o "$work/a.dat"
        must [ "$(grep -c '<text' "$work/a.svg")" -eq \
            "$(sed '1,/^# texts$/d' "$work/a.dat" | grep -vc '^#')" ]
        end
    fi
done

if picture 'backoff: PNG, dark' --profiles linux-2.4,windows-xp --theme dark -o "$work/a.png"; then
    must [ "$(head -c 4 "$work/a.png" | tail -c 3)" = PNG ]
    end
fi

if picture 'PDF, dated by no clock' $first -o "$work/a.pdf"; then
    must [ "$(head -c 4 "$work/a.pdf")" = %PDF ]
    with_path "$(dirname "$gnuplot"):$PATH" plot $first -o "$work/b.pdf"
    must cmp -s "$work/a.pdf" "$work/b.pdf"
    must grep -aq 'CreationDate (D:19700101000000' "$work/a.pdf"
    end
fi

cat >"$work/mine.gp" <<'SCRIPT'
call 'common.gp' ARG1 ARG2 ARG3 ARG4
plot @MARKS, @TEXTS
SCRIPT
if picture 'a script of the user, on standard output' $first --script "$work/mine.gp" -o -; then
    must prints '</svg>'
    end
fi

if picture 'the odd names, really drawn' "$work/odd.scn" -o "$work/o.svg"; then
    # shellcheck disable=SC2016
    must grep -qF '`id` $(id)' "$work/o.svg"
    end
fi

finish
