#!/bin/sh
#
# Real hosts: the same scenarios with this machine's kernel at their ends. What is held is what does
# not depend on how fast the machine is: who sent what, which states, what applications were told; what
# follows upon another thing does so half a second later, for machines that have much else to do.
# Reports in TAP; skipped where the system lets us make no namespaces.
#
# usage: live.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1

# scenario LINE…: into x.scn, between a client and a server with no delay.
scenario() {
    {
        printf 'host client linux-6.18\nhost server linux-6.18\nlink client server delay=1ms\n'
        printf '%s\n' "$@"
    } >x.scn
}

# namespaces: how many there are that anybody is in.
namespaces() {
    for process in /proc/[0-9]*; do
        readlink "$process/ns/net"
    done 2>/dev/null | sort -u | wc -l
}

devices() {
    grep -c tcpwaltz /proc/net/dev
}

scenario 'at 0s server listen' 'stop at 10ms'
tcpwaltz run --live x.scn
if [ "$code" -ne 0 ]; then
    title='real hosts'
    skip "$(sed 's/^tcpwaltz: //' err)"
    finish
fi
spaces=$(namespaces)
here=$(devices)

begin 'a handshake, data, and a close: states, results, bytes'
scenario 'at 0s server listen' 'at 0s client connect server' \
    'when client ESTABLISHED client send 5000' \
    'when server CLOSE-WAIT server close' \
    'at 1s client close' 'stop at 2s' \
    'expect client path CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 TIME-WAIT' \
    'expect server path LISTEN SYN-RCVD ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED' \
    'expect server delivers 5000 bytes' 'expect server delivers 0 bytes wrong' \
    'expect client sends SYN 1 times' 'expect server sends SYN-ACK 1 times'
tcpwaltz run --live x.scn
must exits 0
must is_silent
must prints 'application: connected'
must prints 'application: accepted'
must prints 'held: 6 expectations'
end

begin 'faults count real segments: a lost FIN comes again'
scenario 'drop client FIN #1' 'at 0s server listen' 'at 0s client connect server' \
    'at 500ms client close' 'when server CLOSE-WAIT server close' 'stop at 3s' \
    'expect server ends CLOSED'
tcpwaltz run --live x.scn
must exits 0
must prints 'lost: drop client FIN #1'
must prints 'FIN seq=1 ack=1 .*(retry 1)'
end

begin 'nobody listens: the kernel refuses, connect fails'
scenario 'at 0s client connect server' 'stop at 1s' \
    'expect server sends RST 1 times' 'expect client ends CLOSED'
tcpwaltz run --live x.scn
must exits 0
must prints 'application: error ECONNREFUSED'
end

begin 'accept by hand, with a from-port; read by hand'
scenario 'at 0s server listen backlog=1 accept=manual' \
    'at 0s client connect server from-port=5000' \
    'at 500ms client send 100' 'at 1s server accept' 'at 1500ms server read 40' \
    'at 1600ms server read all' 'stop at 2s' 'expect server delivers 100 bytes'
tcpwaltz run --live x.scn
must exits 0
must prints 'read 40: ok'
must prints 'application: read 60 bytes'
end

begin 'abort is RST; a connection that was reset says so'
scenario 'at 0s server listen' 'at 0s client connect server' 'at 500ms client abort' \
    'stop at 1500ms' 'expect client sends RST 1 times'
tcpwaltz run --live x.scn
must exits 0
must prints 'application: error ECONNRESET'
end

begin 'a crashed host answers nothing, one that is back knows nothing'
scenario 'at 0s server listen' 'at 0s client connect server' \
    'at 500ms server crash' 'at 500ms client send 10' 'at 1500ms server reboot' 'stop at 4s'
tcpwaltz run --live x.scn
must exits 0
must prints 'application: error ECONNRESET'
must prints 'lost: the receiving host is down'
end

begin 'a forged segment reaches the kernel'
scenario 'at 0s server listen' 'at 0s client connect server' \
    'at 500ms inject client->server RST seq=client.1.snd_nxt' 'stop at 1500ms' \
    'expect server ends CLOSED'
tcpwaltz run --live x.scn
must exits 0
must prints 'application: error ECONNRESET'
end

begin 'a flood of SYNs from nowhere fills the queue, cookies answer'
scenario 'set server tcp_syncookies=2' 'at 0s server listen' \
    'at 10ms flood client->server SYN rate=1000/s count=50 spoofed' 'stop at 1500ms' \
    'expect server sends SYN-ACK 50 times' 'expect server never enters SYN-RCVD'
tcpwaltz run --live x.scn
must exits 0
end

begin 'only one end is real: the other is ours, paced by the clock'
scenario 'at 0s server listen' 'at 0s client connect server' 'at 500ms client send 100' \
    'at 1s client close' 'when server CLOSE-WAIT server close' 'stop at 2s' \
    'expect server delivers 100 bytes' 'expect server delivers 0 bytes wrong' \
    'expect server ends CLOSED'
for real in client server; do
    tcpwaltz run --live=$real x.scn
    must exits 0
done
end

begin 'what a scenario sets is set: sysctls and options of sockets'
scenario 'set client tcp_timestamps=0 tcp_sack=0 mss=500' 'at 0s server listen' \
    'at 0s client connect server' 'stop at 500ms'
tcpwaltz run --live x.scn
must exits 0
must prints 'mss 460\|mss 500'
must grep -q 'SYN seq=0' out
must [ "$(grep -c 'sackOK\|TS' out)" -eq 0 ]
end

begin 'what no kernel can be given is an error with its place, unless lenient'
scenario 'set client initial-rto=3s' 'at 0s server listen' 'stop at 10ms'
tcpwaltz run --live x.scn
must exits 2
must prints_nothing
must says '^tcpwaltz: x.scn:1: client cannot have initial-rto: a kernel has no such setting'
tcpwaltz run --live --lenient x.scn
must exits 0
end

begin 'a host that is none, an option too many'
tcpwaltz run --live=srv x.scn
must exits 2
must says "no host is called 'srv'; these are: client, server"
tcpwaltz run --lenient x.scn
must exits 2
must says 'lenient is about --live'
tcpwaltz run --live --seeds 3 x.scn
must exits 2
must says 'it excludes --live'
end

begin 'check, table, pcap and compare take it, too'
scenario 'at 0s server listen' 'at 0s client connect server' 'stop at 900ms' \
    'expect client ends ESTABLISHED'
tcpwaltz check --live x.scn
must exits 0
tcpwaltz table --live x.scn
must exits 0
tcpwaltz pcap --live -o x.pcapng x.scn
must exits 0
must [ -s x.pcapng ]
tcpwaltz compare --live --tolerance 5s x.scn
must exits 0
must prints 'agree: 3 segments'
end

begin 'nothing is left: no namespace, no device; after a kill, either'
scenario 'at 0s server listen' 'at 0s client connect server'
for round in 1 2 3 4 5; do
    "$tcpwaltz" run --live --max-time 1h x.scn >/dev/null 2>&1 &
    kill -9 $!
    wait $! 2>/dev/null
done
scenario 'at 0s server listen' 'at 0s client connect server' 'at 1h client close'
"$tcpwaltz" run --live x.scn >/dev/null 2>&1 &
running=$!
until [ "$(namespaces)" -gt "$spaces" ] || ! kill -0 $running; do :; done 2>/dev/null
kill -9 $running
wait $running 2>/dev/null
must [ "$(namespaces)" -eq "$spaces" ]
must [ "$(devices)" -eq "$here" ]
end

finish
