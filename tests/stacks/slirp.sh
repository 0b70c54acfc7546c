#!/bin/sh
#
# libslirp in virtual time, beside what was measured of it: slirp/NAME.csv is the measurement, slirp/NAME.scn
# the same as a scenario.  The tables are of libslirp 4.7.0, driven by a small program of its own through
# slirp_input() and send_packet(), with a scripted peer; they stay as they were measured.  A peer that is
# silent there loses everything here, one that does what no TCP does is a crashed host whose segments are
# injected.  TAP; skipped, by the package's name, where libslirp was not built in.
#
# usage: slirp.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1

printf 'host client slirp!\n' >x.scn
tcpwaltz run x.scn
if grep -q 'built without libslirp' err; then
    begin 'libslirp that is not there is said so, with its package and its place'
    must exits 2
    must says '^x.scn:1:13: error: this program was built without libslirp (libslirp-dev)'
    end
    title='libslirp beside what was measured of it'
    skip 'needs libslirp-dev when the program is built'
    finish
fi

# ---- The measurements ----

# table NAME: as it was measured, but for two fields.  An RST without a connection has the number 0 on the
# wire, and there in the table; here numbers are relative to the initial one, which is 1, a heartbeat
# before the run (64,000) later: 0 - 64001.  And the RST of a refusal has a window of 0: there libslirp's
# own connect() failed on the spot, which it does not survive for long (docs/nodes.md).
table() {
    sed 's/^\(4.2000,server,RST\),0,1003/\1,4294903295,1003/' "$root/tests/stacks/slirp/$1.csv" >t.csv
    [ "$1" != server-refused ] || sed -i 's/^\(0.0000,server,RST,0,1,0\),65535/\1,0/' t.csv
}

# rows SIDE FILE: all but the options, and the peer's windows.
rows() {
    grep '^[0-9]' "$2" | awk -F, -v own="$1" '{ print $1, $2, $3, $4, $5, $6, $2 == own ? $7 : "-", $9, $10 }'
}

for measured in "$root"/tests/stacks/slirp/*.csv; do
    takes_turn || continue
    name=$(basename "$measured" .csv)
    begin "$name: the same segments at the same times, with the same windows"
    table "$name"
    tcpwaltz run --format segments "$root/tests/stacks/slirp/$name.scn"
    rows "${name%%-*}" out >one
    rows "${name%%-*}" t.csv >two
    must [ -s one ]
    must cmp one two
    end
done

begin 'the states that were measured'
tcpwaltz check --quiet "$root/tests/stacks/slirp"
must exits 0
end

# Every phase of the heartbeat: the first wait of "6 s" is 12 of them, the first of which comes when it
# comes; 24 more, and so on; 75 s are 150.
for after in 0 100 200 300 400; do
    begin "$after ms after a heartbeat: SYN and SYN-ACK"
    first=$((500 - after))
    next=$((5500 + first))
    for step in 0 12000 24000 36000 48000 60000; do
        printf ' %sms' $((next + step))
    done >times
    printf '%s\n' "host client slirp! tick-phase=${first}ms" 'host server rfc793' 'link client server' \
        'at 0s server listen' 'at 0s client connect server' 'drop client SYN all' \
        "expect client sends SYN at 0s$(cat times)" 'expect client ends CLOSED' \
        "expect client enters CLOSED at $((74500 + first))ms" >x.scn
    tcpwaltz check x.scn
    must exits 0
    printf '%s\n' 'host client rfc793' "host server slirp! tick-phase=${first}ms" 'link client server' \
        'at 0s server listen' 'at 0s client crash' 'at 0s inject client->server SYN seq=1' \
        "expect server sends SYN-ACK at 0s$(cat times)" \
        "expect server sends RST at $((74500 + first))ms" >x.scn
    tcpwaltz check x.scn
    must exits 0
    end
done

# ---- The profile ----

for measured in "$root"/tests/stacks/slirp/*.csv; do
    takes_turn || continue
    name=$(basename "$measured" .csv)
    begin "the profile libslirp beside $name: agrees"
    sed 's|slirp!|libslirp|' "$root/tests/stacks/slirp/$name.scn" >x.scn
    tcpwaltz compare --tolerance 1ms x.scn "$measured"
    must exits 0
    end
done

# What nobody had measured: the library itself beside the profile, the same segments at the same times. A RST without a
# connection has the number 0 on the wire, which is 0 - 64001 as the library's are told; and the library does not say
# what window its RSTs have: whatever stood in that memory before.
beside() {
    sed "s|slirp!|$1|" "$root/tests/stacks/beside/$2.scn" >x.scn
    tcpwaltz run --format segments x.scn
    rows "${2%%-*}" out | sed 's/ 4294903295 / 0 /; s/^\([^ ]* [^ ]* RST [^ ]* [^ ]* [^ ]*\) [^ ]*/\1 -/'
}

for scenario in "$root"/tests/stacks/beside/*.scn; do
    takes_turn || continue
    name=$(basename "$scenario" .scn)
    begin "the profile libslirp beside the library: $name"
    beside 'slirp!' "$name" >one
    beside libslirp "$name" >two
    must [ -s one ]
    must cmp one two
    end
done

# ---- Applications ----

# hosts CLIENT SERVER LINE…: x.scn.
hosts() {
    printf 'host client %s\nhost server %s\n' "$1" "$2" >x.scn
    shift 2
    printf '%s\n' 'link client server delay=10ms' 'at 0s server listen' 'at 0s client connect server' \
        "$@" >>x.scn
}

begin 'what applications are told, states, bytes'
hosts slirp! slirp! 'at 1s client send 5000' 'at 2s server send 100' 'at 3s client close' \
    'when server CLOSE-WAIT server close' \
    'expect client path CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED' \
    'expect server path LISTEN SYN-RCVD ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED' \
    'expect server delivers 5000 bytes' 'expect client delivers 100 bytes' \
    'expect server delivers 0 bytes wrong'
tcpwaltz run x.scn
must exits 0
must prints 'application: connected'
must prints 'application: accepted'
must prints 'application: end of file'
must prints 'held: 5 expectations'
end

begin 'an application of libslirp hears of no error: what is refused, reset or timed out is at its end'
hosts slirp! rfc793 'at 0s client connect server port=81'
tcpwaltz run x.scn
must prints 'application: end of file'
hosts slirp! rfc793 'at 1s server abort'
tcpwaltz run x.scn
must prints 'application: end of file'
hosts slirp! rfc793 'drop client SYN all'
tcpwaltz run x.scn
must prints 'application: end of file'
must [ "$(grep -c 'application: error' out)" -eq 0 ]
end

begin 'its window is what its application has not read: 128 KiB are kept, then it closes'
hosts rfc793 slirp! 'at 1s client send 200000' 'at 60s server read 1000' 'at 61s server read all' \
    'at 62s server read all' 'stop at 100s' \
    'expect server delivers 200000 bytes' 'expect server delivers 0 bytes wrong'
tcpwaltz run x.scn
must exits 0
must prints 'server.*win=0\|<-.* win=0'
must prints 'read 1000: ok'
must prints 'application: read 1000 bytes'
end

begin 'accepted by hand; a listener that closes resets who waits'
hosts rfc793 slirp! 'at 1s client send 100' 'at 2s server accept' 'at 3s server read 40' \
    'at 4s server read all' 'at 5s client connect server' 'at 6s server close' 'stop at 10s'
sed -i 's/server listen/server listen accept=manual/; s/^at 6s server close/at 6s server close/' x.scn
tcpwaltz run x.scn
must prints 'read 40: ok'
must prints 'application: read 60 bytes'
end

begin 'shutdown, close, abort'
hosts slirp! slirp! 'at 1s client shutdown' 'at 2s server send 300' 'at 3s server close' \
    'expect client delivers 300 bytes' 'expect client ends CLOSED' 'expect server ends CLOSED'
tcpwaltz run x.scn
must exits 0
hosts slirp! slirp! 'at 1s client send 100' 'at 2s client abort' 'expect client sends RST at 2s' \
    'expect client sends RST 1 times' 'expect server ends CLOSED'
tcpwaltz run x.scn
must exits 0
end

begin 'a call that it cannot take is refused with its error'
hosts slirp! rfc793 'at 1s client connect server from-port=40000' 'at 1s client listen' \
    'at 2s client listen' 'at 3s client accept port=9' 'at 4s client.1 close' 'at 5s client.1 send 1' \
    'expect client error EADDRINUSE at 1s' 'expect client error EADDRINUSE at 2s' \
    'expect client error EINVAL at 3s' 'expect client.1 error ENOTCONN at 5s' 'stop at 10s'
tcpwaltz check x.scn
must exits 0
end

begin 'a crash is silent, and a host that is back knows nothing'
hosts slirp! slirp! 'at 1s server crash' 'at 1.1s client send 10' 'at 2s server reboot' \
    'at 2s server listen' 'at 30s client connect server' 'stop at 40s' \
    'expect server sends RST 1 times' 'expect client.2 ends ESTABLISHED'
tcpwaltz run x.scn
must exits 0
end

begin 'beside lwIP, and beside an endpoint of ours that loses packets'
hosts slirp! linux-6.18 'at 1s client send 300000' 'at 2s server send 300000' 'at 300s client close' \
    'when server CLOSE-WAIT server close' 'expect server delivers 300000 bytes' \
    'expect client delivers 300000 bytes' 'expect client delivers 0 bytes wrong'
sed -i 's/delay=10ms/delay=10ms loss=2% reorder=5% duplicate=5% corrupt=1%/' x.scn
tcpwaltz run x.scn
must exits 0
hosts lwip! slirp! 'at 1s client send 3000' 'at 2s server send 3000' \
    'expect server delivers 3000 bytes' 'expect client delivers 3000 bytes' 'stop at 10s'
tcpwaltz run x.scn
if ! grep -q 'built without lwIP' err; then
    must exits 0
fi
end

begin 'more neighbours at once than its table of hardware addresses has places'
{
    printf 'host server slirp!\nat 0s server listen\n'
    for i in $(seq 30); do
        printf '%s\n' "host c$i rfc793" "link c$i server delay=1ms" "at 0s c$i connect server" \
            "at 1s server.$i send 2000" "expect c$i delivers 2000 bytes"
    done
    echo 'stop at 100s'
} >x.scn
tcpwaltz check x.scn
must exits 0
end

begin 'the same twice, to the byte; on several threads; beside others'
hosts slirp! slirp! 'at 1s client send 20000' 'drop client DATA #3' 'at 9s client close'
"$tcpwaltz" run --format json x.scn >one.json
"$tcpwaltz" run --format json x.scn >two.json
must cmp one.json two.json
must [ -s one.json ]
hosts slirp! slirp! 'at 1s client send 3000' 'expect server delivers 3000 bytes' 'stop at 300s'
sed -i 's/delay=10ms/delay=10ms loss=5%/' x.scn
tcpwaltz run --seeds 40 --jobs 1 x.scn
must exits 0
cp out one
tcpwaltz run --seeds 40 --jobs 3 x.scn
must exits 0
must cmp one out
end

# ---- What wishes it ill ----

begin 'a flood of SYNs: 1,024 connections are kept, and the run ends'
printf '%s\n' 'host a rfc793' 'host s slirp!' 'link a s' 'at 0s s listen' \
    'at 1s flood a->s SYN rate=10000/s count=20000 spoofed' 'stop at 30s' \
    'expect s ends LISTEN' >x.scn
tcpwaltz run --format json x.scn
must exits 0
must [ "$(grep -c '"class":"SYN-ACK".*"retry":1' out)" -eq 1024 ]
end

begin 'more connects than it has room for'
printf '%s\n' 'host c slirp!' 'host s rfc793' 'link c s' 'drop c SYN all' \
    'at 0s c connect s rate=1000/s count=1100' 'stop at 100s' 'expect c ends CLOSED' >x.scn
tcpwaltz run x.scn
must prints 'EADDRNOTAVAIL'
end

begin 'forged segments of every kind to a connection'
hosts rfc793 slirp! 'at 1s client send 5000' 'at 1.001s server send 5000' \
    'at 2s flood client->server DATA rate=2000/s count=2000 seq=client.snd_nxt+1 step=700 len=1000' \
    'at 3s flood client->server ACK rate=1000/s count=1000 ack=server.snd_una' \
    'at 4s inject client->server DATA flags=PSH,ACK,URG seq=client.snd_nxt len=1000' \
    'at 4.1s inject client->server FIN flags=FIN,SYN seq=client.snd_nxt' \
    'at 4.2s inject client->server SYN flags=none' 'at 4.3s inject client->server RST seq=random' \
    'at 5s flood client->server SYN rate=1000/s count=1000 seq=client.snd_nxt+100' 'stop at 100s'
tcpwaltz run x.scn
must is_silent
must prints 'the run ended'
end

begin 'two that answer RST with RST: a bound ends it'
printf '%s\n' 'host a slirp!' 'host b slirp!' 'link a b delay=10ms' \
    'at 0s inject a->b ACK from-port=1 port=2 seq=1 ack=1' >x.scn
tcpwaltz run --max-time 1s x.scn
must prints 'segments sent: a 51, b 50'
must prints 'the bound on virtual time was reached'
end

begin 'what it cannot be given is an error with its place'
printf 'host client slirp! window=1000\n' >x.scn
tcpwaltz run x.scn
must exits 2
must says '^x.scn:1:6: error: client is libslirp itself, which cannot be given window'
must says 'it can be given mss, tick-phase'
printf 'host client slirp! mss=65482\n' >x.scn
tcpwaltz run x.scn
must exits 2
must says '^x.scn:1:6: error: client is libslirp itself, whose mss is at most 65481'
end

finish
