#!/bin/sh
#
# Runs that last for 292 years, as far as time goes: every view and every picture of them is made,
# in no more memory than of a short one. Reports in TAP.
#
# usage: end_of_time.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES TCPWALTZ_ROOT
cd "$work" || exit 1

begins='host client rfc6298
host server rfc6298
link client server delay=10ms'

# 2^63 - 1 ns are 2562047.788 h.
printf '%s\n' "$begins" 'at 0s client connect server' 'at 2560000h client connect server' \
    'stop at 2562000h' >wait.scn
printf '%s\n' "$begins" 'at 2562000h client connect server' \
    'at 2562047.78h client connect server' 'stop at 2562047.785h' >late.scn
printf '%s\n' "$begins" 'at 1ns server listen' 'at 1ns client connect server' \
    'at 2562047.788h client connect server' 'stop at 2562047.788h' >both.scn
printf '%s\n' 'host client rfc6298 time-wait=24h tcp_keepalive_time=32767' \
    'host server rfc6298 timers=real timer-model=tick tick=1min' \
    'link client server delay=1h jitter=1h reorder=50% reorder-by=1h rate=1bit' \
    'delay client any all by 2562047h' 'at 2562047h server listen' \
    'at 2562047h client connect server' 'at 2562047.7h client send 100000' \
    'when client SYN-SENT after 2562047h client close' 'stop at 2562047.788h' \
    'expect client sends any at 2562047.7h within 2562047h' \
    'expect client sends SYN gaps 0s within 100%' >delays.scn
printf '%s\n' "$begins" 'at 0s server listen' 'at 0s flood client->server SYN rate=1/s count=3 spoofed' \
    'at 2562047.78h flood client->server SYN rate=1/s count=3 spoofed' \
    'at 2562047.78h client connect server' 'stop at 2562047.788h' >floods.scn

# The run is made, and something of it shown: 1 is an expectation that fails.
shown() {
    [ "$code" -lt 2 ] && [ -s "$1" ] && [ "$(wc -c <"$1")" -lt 400000 ]
}

# picture ARGUMENT…: one of $file is made.
picture() {
    rm -f picture.dat
    tcpwaltz plot "$@" --max-time 2562047.788h -o picture.dat "$file.scn"
    must shown picture.dat
}

for file in wait late both delays floods; do
    for format in timeline json segments states timers flow mermaid rfc counters pkt svg html; do
        begin "$file: $format"
        tcpwaltz run --max-time 2562047.788h -f "$format" "$file.scn"
        must shown out
        end
    done
    for interval in 1ns 100ms 2562047h; do
        begin "$file: counters of $interval"
        tcpwaltz run --max-time 2562047.788h --interval "$interval" -f counters "$file.scn"
        must shown out
        picture -k counters --interval "$interval"
        end
    done
    for scale in auto linear log broken; do
        begin "$file: a timeline, $scale"
        picture -k timeline --scale "$scale"
        end
    done
    begin "$file: a ladder"
    picture -k ladder
    end
    begin "$file: a table and a capture"
    tcpwaltz table --max-time 2562047.788h "$file.scn"
    must shown out
    tcpwaltz pcap --max-time 2562047.788h -o run.pcapng "$file.scn"
    must shown run.pcapng
    end
    begin "$file: compared with itself"
    tcpwaltz compare --max-time 2562047.788h "$file.scn" "$file.scn"
    must shown out
    end
done

finish
