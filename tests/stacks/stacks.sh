#!/bin/sh
#
# Linked stacks in virtual time: the stack itself beside our profile of it, segment for segment and to
# the millisecond.  Reports in TAP; skipped, by the package's name, where a stack is not there.
#
# usage: stacks.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1
cp "$root/tests/stacks/lwip-debian.profile" . || exit 1

# hosts CLIENT SERVER LINE…: a scenario, to standard output.  lwIP's clock begins with its first
# connection (src/core/timeouts.c), so the profile's first tick is 250 ms after the SYN came.
hosts() {
    printf 'host client %s\nhost server %s tick-phase=260ms\n' "$1" "$2"
    shift 2
    printf 'link client server delay=10ms\nat 0s server listen\nat 0s client connect server\n'
    printf '%s\n' "$@"
}

# pair LINE…: p.scn with our profile at both ends, s.scn with the stack.
pair() {
    hosts ./lwip-debian.profile ./lwip-debian.profile "$@" >p.scn
    hosts lwip! lwip! "$@" | sed 's/ tick-phase=260ms//' >s.scn
}

# alike TITLE LINE…: both send the same at the same times.
alike() {
    begin "$1"
    shift
    pair "$@"
    tcpwaltz compare --tolerance 1ms p.scn s.scn
    must exits 0
    must prints '^agree: '
    end
}

begin 'an unknown stack: the nearest right word, with its place'
printf 'host client lwipp!\n' >x.scn
tcpwaltz run x.scn
must exits 2
must says "^x.scn:1:13: error: unknown linked stack 'lwipp!'"
must says "did you mean 'lwip!'"
end

printf 'host client lwip!\n' >x.scn
tcpwaltz run x.scn
if grep -q 'built without lwIP' err; then
    begin 'a stack that is not there is said so, with its package and its place'
    must exits 2
    must says '^x.scn:1:13: error: this program was built without lwIP (liblwip-dev)'
    end
    title='lwIP beside its profile'
    skip 'needs liblwip-dev when the program is built'
    finish
fi

alike 'lwip: a handshake' 'stop at 5s'
alike 'lwip: the first SYN is lost' 'drop client SYN #1' 'stop at 8s'
alike 'lwip: every SYN is lost' 'drop client SYN all'
alike 'lwip: the first SYN-ACK is lost' 'drop server SYN-ACK #1' 'stop at 10s'
alike 'lwip: the last ACK is lost, then data' 'drop client ACK #1' 'at 4.1s client send 100' 'stop at 10s'
alike 'lwip: data both ways' 'at 1.1s client send 100' 'at 2.1s server send 100' \
    'at 3s client send 3000' 'stop at 10s'
# Late by 5 ms, or it would come with the server's tick, and which of the two is first is nobody's rule.
alike 'lwip: the first data is lost' 'drop client DATA #1' 'delay client DATA #2 by 5ms' \
    'at 1.1s client send 100' 'stop at 60s'
alike 'lwip: all data is lost' 'drop client DATA all' 'at 1.1s client send 100'
alike 'lwip: close' 'at 1s client close' 'when server CLOSE-WAIT server close'
alike 'lwip: the first FIN is lost' 'drop client FIN #1' 'at 1s client close' \
    'when server CLOSE-WAIT server close'
alike 'lwip: the second FIN is lost' 'drop server FIN #1' 'at 1s client close' \
    'when server CLOSE-WAIT server close'
alike 'lwip: the ACK of a FIN is lost' 'drop client ACK #2' 'at 1s client close' \
    'when server CLOSE-WAIT server close'
alike 'lwip: every FIN is lost' 'drop client FIN all' 'at 1s client close'
alike 'lwip: nobody answers in FIN-WAIT-2' 'at 1s client close'
alike 'lwip: both close at once' 'at 1s client close' 'at 1s server close'
alike 'lwip: abort' 'at 1s client abort'
alike 'lwip: nobody listens' 'at 1s client connect server port=81'

begin 'lwip: what applications are told, states, bytes'
hosts lwip! lwip! 'at 1.1s client send 5000' 'at 3s client close' \
    'when server CLOSE-WAIT server close' \
    'expect client path CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED' \
    'expect server path LISTEN SYN-RCVD ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED' \
    'expect server delivers 5000 bytes' 'expect server delivers 0 bytes wrong' |
    sed 's/ tick-phase=260ms//' >x.scn
tcpwaltz run x.scn
must exits 0
must prints 'application: connected'
must prints 'application: accepted'
must prints 'application: end of file'
must prints 'held: 4 expectations'
end

begin 'lwip: refused, reset, timed out'
hosts lwip! lwip! 'at 0s client connect server port=81' 'at 1s client.1 abort' |
    sed 's/ tick-phase=260ms//' >x.scn
tcpwaltz run x.scn
must prints 'application: error ECONNREFUSED'
must prints 'application: error ECONNRESET'
hosts lwip! lwip! 'drop client SYN all' | sed 's/ tick-phase=260ms//' >x.scn
tcpwaltz run x.scn
must prints 'application: error ETIMEDOUT'
end

begin 'lwip: accepted and read by hand; a listener that closes resets who waits'
hosts lwip! lwip! 'at 1s client send 100' 'at 2s server accept' 'at 3s server read 40' \
    'at 4s server read all' 'expect server delivers 100 bytes' 'stop at 5s' |
    sed 's/ tick-phase=260ms//; s/server listen/server listen accept=manual/' >x.scn
tcpwaltz run x.scn
must exits 0
must prints 'read 40: ok'
must prints 'application: read 60 bytes'
end

begin 'lwip: a crash is silent, and a host that is back knows nothing'
hosts lwip! lwip! 'at 1s server crash' 'at 1.1s client send 10' 'at 2s server reboot' \
    'stop at 20s' 'expect server sends RST 1 times' | sed 's/ tick-phase=260ms//' >x.scn
tcpwaltz run x.scn
must exits 0
must prints 'application: error ECONNRESET'
end

begin 'lwip: beside an endpoint of ours'
hosts lwip! linux-6.18 'at 1s client send 3000' 'at 2s server send 100' 'at 3s client close' \
    'when server CLOSE-WAIT server close' 'expect server delivers 3000 bytes' \
    'expect client delivers 100 bytes' 'expect client delivers 0 bytes wrong' |
    sed 's/ tick-phase=260ms//' >x.scn
tcpwaltz run x.scn
must exits 0
end

begin 'lwip: the same twice, to the byte, whoever ran in between'
hosts lwip! lwip! 'at 1s client send 20000' 'drop client DATA #3' 'at 9s client close' |
    sed 's/ tick-phase=260ms//' >x.scn
"$tcpwaltz" run --format json x.scn >one.json
"$tcpwaltz" run --format json x.scn >two.json
must cmp one.json two.json
must [ -s one.json ]
end

begin 'lwip: many runs, on several threads'
hosts lwip! lwip! 'at 1s client send 3000' 'expect server delivers 3000 bytes' 'stop at 60s' |
    sed 's/ tick-phase=260ms//; s/delay=10ms/delay=10ms loss=5%/' >x.scn
tcpwaltz run --seeds 40 --jobs 1 x.scn
must exits 0
cp out one
tcpwaltz run --seeds 40 --jobs 2 x.scn
must exits 0
must cmp one out
end

begin 'what it cannot be given is an error with its place'
printf 'host client lwip! initial-rto=1s\n' >x.scn
tcpwaltz run x.scn
must exits 2
must says '^x.scn:1:6: error: client is lwIP itself, which cannot be given initial-rto'
must says 'it can be given mss, nagle'
printf 'host client lwip! mss=1000\n' >x.scn
tcpwaltz run x.scn
must exits 0
tcpwaltz run --set client.window=1000 x.scn
must exits 2
end

begin 'real hosts and linked stacks: one of the two'
printf 'host client lwip!\n' >x.scn
tcpwaltz run --live x.scn
must exits 2
end

finish
