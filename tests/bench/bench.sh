#!/bin/sh
#
# tcpwaltz bench measures what it says: every connection is opened and closed with seven segments, as
# many are open at once as were asked for, and the scenario that it prints is the one that it runs.
# How fast, no test says. Reports in TAP.
#
# usage: bench.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES

# value KEY: of the line in $work/out.
value() {
    tr ' ' '\n' <"$work/out" | sed -n "s/^$1=//p"
}

# has KEY VALUE…: one value a line.
has() {
    key=$1
    shift
    value "$key" >"$work/values"
    printf '%s\n' "$@" | cmp -s - "$work/values"
}

at_least() {
    [ "$(value "$1")" -ge "$2" ]
}

at_most() {
    [ "$(value "$1")" -le "$2" ]
}

begin 'handshakes: seven segments a connection, and all are closed'
tcpwaltz bench handshakes --count 300
must exits 0
must is_silent
must prints '^handshakes '
must has connections 300
must has opened 300
must has closed 300
must has segments 2100
end

# A connection is open for two round trips of 20 ms and TIME-WAIT. With 1 ms from one connect to the
# next and 100 ms of TIME-WAIT, 140 are open when the 141st begins, and one ends at that very instant.
begin 'handshakes: so many are open as the times say'
tcpwaltz bench handshakes --count 300 --time-wait 100ms
must at_least peak_open 140
must at_most peak_open 141
end

begin 'handshakes: --concurrent, at both ends'
tcpwaltz bench handshakes --count 600 --concurrent 200
must has opened 600
must has segments 4200
must at_least peak_established 200
must at_most peak_established 211
end

# 12,500 connections in 1.25 s, and each lasts for 3 s: one port of the server has not enough.
begin 'handshakes: more connections than a client has ports'
tcpwaltz bench handshakes --count 40000 --gap 100 --time-wait 3s
must has opened 40000
must has closed 40000
must at_least peak_open 30000
end

begin 'handshakes: loss and jitter'
tcpwaltz bench handshakes --count 300 --loss 5% --jitter 5ms
must has closed 300
must at_least segments 2101
end

# A client that sends its SYN once gives up when the link loses it.
begin 'handshakes: speed is that of the connections that opened'
tcpwaltz bench handshakes --count 300 --loss 100% --set client.tcp_syn_retries=0
must has connections 300
must has opened 0
must has segments 300
must has connections_per_s 0
must [ -z "$(value ns_per_connection)" ]
end

begin 'handshakes: --print prints what is run'
tcpwaltz bench handshakes --count 2 --print
must exits 0
cp "$work/out" "$work/printed.scn"
tcpwaltz run --format segments "$work/printed.scn"
must exits 0
must [ "$(grep -c -v '^#\|^no' "$work/out")" -ge 14 ]
end

begin 'flood: the backlog bounds it, cookies need none'
tcpwaltz bench flood --count 3000 --backlog 100
must exits 0
must has cookies 0 1 2 0
must has half_open_peak 100 100 0 3000
must has syns 3000 3000 3000 3000
end

begin 'events: in order and at random'
tcpwaltz bench events --count 1000 --pending 300
must exits 0
must has due random in-order
must has pending 300 300
end

# A connection leaves 43 events: 3 calls (connect, close, close), 11 transitions (6 of the client, 5 of
# the server), 7 segments sent and 7 that arrive, 12 of timers (armed and cancelled: SYN, connect, FIN,
# SYN-ACK, FIN; armed and fired: TIME-WAIT), 3 that applications hear of (connected, accepted, end of
# file). With them come listen, its transition, and the end of the run.
#
# Each has 48 bytes on a 64-bit machine, and each of the 7 sent one segment of 128: (43 * 48 + 7 * 128) / 43. A run of one
# connection has three events more: (46 * 48 + 7 * 128) / 46.
each=69
begin 'trace: everything is recorded'
tcpwaltz bench trace --count 100
must exits 0
must has events 4303
must has opened 100
must has bytes_per_event "$each"
end

begin 'trace: an event takes as much in a run of any size'
for count in 1 1000 1100 3000; do
    tcpwaltz bench trace --count "$count" --times 1
    must at_least bytes_per_event $((each - 2))
    must at_most bytes_per_event "$each"
done
end

begin 'the fastest of three, or of as many as asked for'
tcpwaltz bench trace --count 10
must has runs 3
tcpwaltz bench handshakes --count 10 --times 2
must has runs 2
tcpwaltz bench flood --count 10 --times 1
must has runs 1 1 1 1
end

begin 'startup: a process a run'
tcpwaltz bench startup --count 3
must exits 0
must has processes 3
end

begin 'JSON: an object a line, with the same keys'
tcpwaltz bench handshakes --count 10 --loss 1% --format json
must prints '^{"bench":"handshakes",.*"loss":"1%",.*"opened":10,.*}$'
end

begin 'wrong names and numbers'
tcpwaltz bench handshake
must exits 2
must says "did you mean 'handshakes'"
tcpwaltz bench handshakes --gap 7
must exits 2
must says 'must divide a second'
tcpwaltz bench handshakes --loss lots
must exits 2
must says 'bench handshakes:[0-9]*:[0-9]*: error:'
tcpwaltz bench startup --print
must exits 2
tcpwaltz bench handshakes --max-time 1s
must exits 2
must says "unknown option '--max-time'"
tcpwaltz bench handshakes --max-events 100
must exits 2
must says "unknown option '--max-events'"
end

finish
