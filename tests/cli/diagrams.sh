#!/bin/sh
#
# Diagrams to paste, of every scenario that is shipped: ASCII, no wider than promised, no loss hidden;
# the flow is the one that tshark prints of the same run. And the document's examples. Reports in TAP.
#
# usage: diagrams.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES
cd "$root" || exit 1

not() {
    ! "$@"
}

same() {
    cmp -s "$1" "$2" || {
        diff "$1" "$2" | sed -n '1,10s/^/#   /p'
        return 1
    }
}

# block NUMBER: that of the document, without its fences.
block() {
    awk -v wanted="$1" '
        /^```/ { inside = !inside; number += inside; next }
        inside && number == wanted' docs/text-diagrams.md
}

begin 'the examples of docs/text-diagrams.md'
place=0
for format in mermaid rfc flow; do
    place=$((place + 1))
    tcpwaltz run --format "$format" scenarios/handshake/first-syn-lost.scn
    must exits 0
    block "$place" >"$work/block"
    must same "$work/block" "$work/out"
done
end

# draw SCENARIO: its diagrams.
draw() {
    for format in mermaid rfc flow json; do
        "$tcpwaltz" run --format "$format" "$1" >"$work/$format" 2>/dev/null || return 1
    done
}

# wrong_in_drawings: what they lack, measured by the events; and, for the sum, how many were lost: on their way,
# and at a host that was down.
wrong_in_drawings() {
    LC_ALL=C awk '
        function must(holds, what) { if (!holds) print what }
        FILENAME ~ /json$/ { lost += /"fate":"lost"/; down += /"culprit":"down"/; next }
        { must($0 !~ /[\200-\377]/, FILENAME ": not ASCII: " $0) }
        FILENAME ~ /mermaid$/ {
            gsub(/<br\/>/, " ")
            crosses += /^    [A-Za-z0-9_]*-x[A-Za-z0-9_]*: /
            told += /lost: the receiving host is down/
        }
        FILENAME ~ /rfc$/ {
            marks += / XXX /
            must(length <= 72 && !/ $/, "rfc: too wide, or a blank at the end: " $0)
        }
        FILENAME ~ /flow$/ { ends += /-X  |  X-/ }
        END {
            must(crosses == lost, "mermaid: " crosses " of " lost " lost on their way")
            must(told == down, "mermaid: " told " of " down " lost at their host")
            must(marks == lost + down, "rfc: " marks " of " lost + down " lost")
            must(ends == lost + down, "flow: " ends " of " lost + down " lost")
            print lost + down >"/dev/stderr"
        }' "$work/json" "$work/mermaid" "$work/rfc" "$work/flow" 2>>"$work/losses"
}

find scenarios -name '*.scn' | LC_ALL=C sort >"$work/scenarios"
begin 'every shipped scenario: ASCII, 72 columns, every loss is there'
must [ -s "$work/scenarios" ]
: >"$work/losses"
while read -r scenario; do
    must draw "$scenario"
    wrong=$(wrong_in_drawings)
    must [ "$scenario: $wrong" = "$scenario: " ]
done <"$work/scenarios"
must [ "$(awk '{ n += $1 } END { print n + 0 }' "$work/losses")" -gt 20 ]
end

# What the two have in common: no header, no comment of ours, times without zeros at the end.
common() {
    sed -e '/Time /d' -e '/| 10\.0\.0\.2 /d' -e '/| server /d' -e '/^-*$/d' "$1" |
        sed -e 's/\(Seq = [^,]*\),.*/\1/' -e 's/-X  /->  /' -e 's/  X-/  <-/' \
            -e 's/\(|[0-9]*\.[0-9]*[1-9]\)0* *|/\1|/' -e 's/\(|[0-9]*\)\.00* *|/\1|/' -e 's/^[0-9]*  *|/|/' \
            -e 's/^ *|  *|/||/'
}

if command -v tshark >/dev/null 2>&1; then
    begin 'the flow is the one that tshark prints'
    for scenario in handshake/first-syn-lost handshake/every-syn-lost teardown/four-way \
        teardown/fin-lost; do
        must draw "scenarios/$scenario.scn"
        must "$tcpwaltz" pcap "scenarios/$scenario.scn" -o "$work/run.pcapng"
        # Each segment where it was sent.
        tshark -r "$work/run.pcapng" -w "$work/sent.pcapng" -Y 'frame.interface_id == 0 &&
            ip.src == 10.0.0.1 || frame.interface_id == 1 && ip.src == 10.0.0.2' 2>/dev/null
        tshark -r "$work/sent.pcapng" -q -z flow,tcp,network 2>/dev/null >"$work/tshark"
        common "$work/tshark" >"$work/theirs"
        common "$work/flow" >"$work/ours"
        must [ -s "$work/theirs" ]
        must same "$work/theirs" "$work/ours"
    done
    end
else
    skip 'the flow is the one that tshark prints' 'no tshark here'
fi

finish
