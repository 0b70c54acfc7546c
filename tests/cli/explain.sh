#!/bin/sh
#
# explain: by words, in captures, --list, --write, and what it says when something is wrong. Reports in TAP.
#
# usage: explain.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath "$2")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES TCPWALTZ_SYMPTOMS

not() {
    ! "$@"
}

same() {
    cmp -s "$1" "$2"
}

cd "$work" || exit 1
"$tcpwaltz" pcap "$root/scenarios/handshake/every-syn-lost-linux-3.7.scn" -o given-up.pcapng
"$tcpwaltz" pcap "$root/scenarios/handshake/normal.scn" -o normal.pcapng

begin 'words, in quotes or not'
tcpwaltz explain 127 s
must exits 0
must is_silent
must prints '^SYN repeated after 1 2 4 8 16 32 s, given up at 127 s$'
must prints '^causes$'
must prints '^  1\. '
must prints 'to tell:'
must prints '^look at next$'
must prints '^reported$'
must prints '^to have the scenarios: tcpwaltz explain syn-127s --write DIR$'
cp "$work/out" "$work/bare"
tcpwaltz explain '127 s'
must same "$work/out" "$work/bare"
end

begin 'those that fit nearly as well are named'
tcpwaltz explain ETIMEDOUT
must exits 0
must prints '^these fit, too: tcpwaltz explain NAME$'
must prints '^  syn-127s '
end

begin 'no line is wider than a pipe'
tcpwaltz explain CLOSE_WAIT
must not grep -q '.\{101\}' "$work/out"
end

begin 'what nobody knows'
tcpwaltz explain xylophone
must exits 2
must says "no symptom is known as 'xylophone'"
must says 'explain --list'
tcpwaltz explain connection
must exits 2
must says 'the nearest is '
end

begin 'a command line that is no text'
tcpwaltz explain "$(printf '\377\376 \033[31m')"
must exits 2
must says 'no symptom is known as .\\xff\\xfe .x1b'
tcpwaltz explain ''
must exits 2
end

begin '--list has every file'
tcpwaltz explain --list
must exits 0
for file in "$root"/symptoms/*.symptom; do
    must prints "^  $(basename "$file" .symptom) "
done
end

begin 'a capture: the symptom, and what it is seen by'
tcpwaltz explain given-up.pcapng
must exits 0
must prints '^given-up.pcapng: 1 connection, 1 symptom$'
must prints '^SYN repeated after 1 2 4 8 16 32 s, given up at 127 s$'
must prints 'client sends SYN gaps 1 s, 2 s, 4 s, 8 s, 16 s, 32 s'
must prints 'server: no segment was sent'
end

begin 'a capture in which all is well'
tcpwaltz explain normal.pcapng
must exits 0
must prints '^normal.pcapng: 1 connection, nothing that is known as a symptom$'
end

begin 'a scenario, with a change'
tcpwaltz explain --set client.tcp_syn_retries=5 "$root/scenarios/handshake/every-syn-lost-linux-3.7.scn"
must exits 0
must prints 'given up at 63 s'
end

begin '--write writes scenarios that run'
tcpwaltz explain 127 s --write made/there
must exits 0
must prints '^made/there/syn-127s-host-off.scn$'
tcpwaltz check made/there
must exits 0
must prints '^3 passed, 0 failed$'
end

begin 'and does not overwrite what somebody has changed'
tcpwaltz explain 127 s --write made/there
must exits 0
echo '# mine' >>made/there/syn-127s-host-off.scn
tcpwaltz explain 127 s --write made/there
must exits 2
must says 'syn-127s-host-off.scn is there already, and says something else'
must grep -q '^# mine$' made/there/syn-127s-host-off.scn
end

begin 'a symptom of one.s own'
mkdir own
cat >own/mine.symptom <<'SYMPTOM'
title "Something of mine"
words "frobnication"
wire  "SYN"
sign  A SYN then B SYN-ACK then A ACK
cause "me"
next  "look"
SYMPTOM
export TCPWALTZ_SYMPTOMS="$work/own"
tcpwaltz explain frobnication
must exits 0
must prints '^Something of mine$'
tcpwaltz explain normal.pcapng
must prints '^Something of mine$'
end

begin 'a file that is wrong is told with its place, and left out'
echo 'sing A SYN' >>own/mine.symptom
tcpwaltz explain 127 s
must exits 2
must says "own/mine.symptom:7:1: error: unknown statement 'sing'"
must says "did you mean 'sign'?"
must prints '^SYN repeated after 1 2 4 8 16 32 s, given up at 127 s$'
unset TCPWALTZ_SYMPTOMS
end

begin 'wrong usage'
tcpwaltz explain
must exits 2
must says 'explain needs a SYMPTOM or a FILE'
tcpwaltz explain --list 127 s
must exits 2
must says '--list takes no argument'
tcpwaltz explain none.pcap
must exits 2
must says 'none.pcap: error: cannot read it'
tcpwaltz explain --write d normal.pcapng
must exits 2
must says '--write goes with words'
tcpwaltz explain --client 10.0.0.1 127 s
must exits 2
must says '--client is about captures, and there is none'
end

finish
