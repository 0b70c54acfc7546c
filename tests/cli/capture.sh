#!/bin/sh
#
# Captures as a source like any other: every command that takes files, what it shows, what it refuses and how;
# and scenarios made of captures. Reports in TAP.
#
# usage: capture.sh ROOT TCPWALTZ WRITE_CAPTURE

set -u

root=$(realpath -- "$1") || exit 1
tcpwaltz=$(realpath -- "$2") || exit 1
write_capture=$(realpath -- "$3") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1
unset TCPWALTZ_PROFILES

not() {
    ! "$@"
}

same() {
    cmp -s "$1" "$2" || {
        diff "$1" "$2" | sed 's/^/#   /'
        return 1
    }
}

"$write_capture" pcap handshake >run.pcap
"$write_capture" pcapng pairs >pairs.pcapng
"$write_capture" pcap bridge >bridge.pcap
"$tcpwaltz" run --format segments run.pcap >run.csv

echo '# a source'

begin 'run shows its timeline'
tcpwaltz run run.pcap
must exits 0
must is_silent
must prints '^   1.000    2  SYN seq=0 (retry 1)'
must prints '^  segments sent: client 4, server 2$'
must prints '^  retransmissions: client 1 (SYN 1), server 0$'
end

for format in segments json mermaid rfc flow; do
    begin "run --format $format"
    tcpwaltz run --format "$format" run.pcap
    must exits 0
    must is_silent
    must [ "$(wc -l <out)" -ge 6 ]
    end
done

# The last run, behind the line that names the file.
behind_title() {
    tail -n +3 out >untitled
    [ -s untitled ]
}

begin 'a segment table is one, too, and says the same'
tcpwaltz run run.pcap
must prints '^run.pcap$'
behind_title
mv untitled timeline
tcpwaltz run run.csv
must exits 0
must prints '^run.csv$'
must behind_title
must same untitled timeline
end

begin 'table and pcap: what was seen'
tcpwaltz table run.pcap
must exits 0
must prints 'client  *SYN  *0, 1 s; gaps 1 s'
tcpwaltz pcap run.pcap -o again.pcapng
must exits 0
must is_silent
tcpwaltz run --format segments again.pcapng
must same out run.csv
end

begin 'plot, and a part of it'
tcpwaltz plot run.pcap -o all.dat
must exits 0
tcpwaltz plot --from 1s --to 1.1s run.pcap -o part.dat
must exits 0
must grep -q 'segment	DATA$' all.dat
must not grep -q 'segment	DATA$' part.dat
must grep -q 'run.pcap$' all.dat
tcpwaltz plot --client 10.0.0.1 pairs.pcapng -o one.dat
must exits 0
tcpwaltz plot pairs.pcapng -o none.dat
must exits 2
must says '--connection N, or --client'
end

begin 'standard input, and compressed'
gzip -c run.pcap >run.pcap.gz
tcpwaltz run run.pcap.gz
must exits 0
must behind_title
must same untitled timeline
"$tcpwaltz" run - <run.pcap.gz >out 2>err
must behind_title
must same untitled timeline
end

if zstd -q -c run.pcap >run.pcap.zst 2>/dev/null && "$tcpwaltz" run run.pcap.zst >out 2>err; then
    begin 'compressed by zstd'
    must behind_title
    must same untitled timeline
    end
else
    skip 'compressed by zstd' 'no zstd, or a program without libzstd'
fi

begin 'several files, of any kind'
tcpwaltz run run.pcap "$root/scenarios/handshake/normal.scn" run.csv
must exits 0
must prints '^==> run.pcap <==$'
must prints '^==> run.csv <==$'
end

begin '--connection, --from, --to'
tcpwaltz run --connection 2 --format segments pairs.pcapng
must exits 0
must same out run.csv
tcpwaltz run --from 1.01s --format segments run.pcap
sed '2,3d' run.csv >expected
must same out expected
end

begin 'what fills a hole soon was overtaken, what fills it late was sent again'
"$write_capture" pcap holes >holes.pcap
tcpwaltz run holes.pcap
must not prints 'seq=101 .*retry'
must prints 'seq=301 .*(retry 1)'
must prints 'retransmissions: client 1 (DATA 1), server 0'
end

begin 'what a bridge shows twice'
tcpwaltz run --format segments bridge.pcap
must says '4 of 8 segments are seen again'
must [ "$(wc -l <out)" -eq 5 ]
tcpwaltz run --keep-duplicates --format segments bridge.pcap
must is_silent
must [ "$(wc -l <out)" -eq 9 ]
end

echo '# what it does not tell'

# refused MESSAGE ARGUMENT…: exit status 2, no output, one line that says so (and perhaps a hint).
refused() {
    message=$1
    shift
    begin "refused: $*"
    tcpwaltz "$@"
    must exits 2
    must prints_nothing
    must says "$message"
    must [ "$(wc -l <err)" -le 2 ]
    end
}

for format in states timers counters pkt; do
    refused "run.pcap: this is a capture, which does not tell what --format $format shows" \
        run --format "$format" run.pcap
done
refused 'this is a capture: --why is about runs' run --why 1 run.pcap
refused 'this is a capture: --ask is about runs' run --ask 'client sends SYN at' run.pcap
refused 'this is a capture: --set is about runs' run --set client.mss=1000 run.pcap
refused 'this is a segment table: --seed is about runs' run --seed 1 run.csv
refused 'this is a capture: --seeds is about runs' run --seeds 5 run.pcap
refused 'run.pcap: a capture does not tell what arrived: --at is about runs' pcap --at client run.pcap -o x
refused 'plot --kind counters\|a capture has no counters' plot --kind counters run.pcap -o x.svg
refused '--client is about captures, and there is none' run --client 10.0.0.1 run.csv
refused '--connection is about captures' plot --connection 1 "$root/scenarios/handshake/normal.scn" -o x.svg
refused 'there is no connection 3: they are numbered 1 to 2' run --connection 3 pairs.pcapng
refused '--connection takes the number of a connection' run --connection 0 run.pcap
refused '--to 1s is before --from 2s' run --from 2s --to 1s run.pcap
refused "--from 'soon': a time is a number and a unit" run --from soon run.pcap
refused "--to '1s' is not behind the begin" table --from 2s --to 1s run.pcap
refused 'no segment was seen between those times' table --from 1h run.pcap
refused 'run.pcap is what is read' run run.pcap -o run.pcap
head -c 5000 /dev/zero >zeros
refused 'zeros: error: it is no text, and no capture that can be read' run zeros
printf '\037\213\010\000nothing' >broken.pcap.gz
refused 'broken.pcap.gz: error: cannot unpack it' run broken.pcap.gz

begin 'check: a capture has nothing to hold'
tcpwaltz check run.pcap
must exits 2
must says 'run.pcap: error: this is a capture, which has no expectations to hold'
end

echo '# a scenario of it'

begin 'of a capture'
tcpwaltz scenario-from run.pcap
must exits 0
must is_silent
must prints '^drop client SYN #1$'
must prints '^link client->server delay=0.01s$'
must prints '^at 1.5s client send 100$'
must prints '^host client "linux-6.18" mss=1460 tcp_timestamps=0 tcp_sack=0$'
tcpwaltz scenario-from run.pcap -o mine.scn
must exits 0
must same out /dev/null
tcpwaltz check mine.scn
must exits 0
tcpwaltz compare mine.scn run.pcap
must exits 0
end

# at PLACE FILE OUT: the run of the file as a capture there; sides PLACE: how to lay it beside a run.
at() {
    case $1 in
    both) "$tcpwaltz" pcap "$2" -o "$3" ;;
    *) "$tcpwaltz" pcap --at "$1" "$2" -o "$3" ;;
    esac
}

sides() {
    case $1 in
    both) ;;
    *) echo --seen-at "$1" ;;
    esac
}

# profile HOST FILE; settings FILE: what the scenario's hosts are.
profile() {
    awk -v host="$1" '$1 == "host" && $2 == host { print $3 }' "$2"
}

settings() {
    sed 's/source ".*"//; s/ #.*//' "$1" |
        awk '$1 == "host" || $1 == "set" { for (i = 3; i <= NF; i++) if ($i ~ /=/) print "--set " $2 "." $i }'
}

# returns FILE PLACE: the scenario that is made of its capture does the same.
returns() {
    at "$2" "$1" trip.pcapng &&
        "$tcpwaltz" scenario-from --client-profile "$(profile client "$1")" \
            --server-profile "$(profile server "$1")" trip.pcapng -o trip.scn 2>err || return 1
    # shellcheck disable=SC2046 # options, a word each
    "$tcpwaltz" compare $(settings "$1") $(sides "$2") trip.scn trip.pcapng >out 2>err
}

cd "$root" || exit 1
for name in handshake/data-on-third handshake/first-syn-lost-bsd-4.4 handshake/first-syn-lost \
    handshake/last-ack-lost-then-data handshake/normal handshake/refused handshake/slow-way-back \
    handshake/synack-lost-client-asks handshake/synack-lost-client-repeats-first \
    handshake/synack-lost-linux-6.5 handshake/synack-lost-server-repeats-first teardown/abort \
    teardown/close-with-unread-data teardown/closing-ack-lost teardown/data-after-close \
    teardown/every-fin-lost teardown/fin-ack-lost teardown/fin-lost teardown/four-slow-application \
    teardown/half-close-numbers teardown/last-ack-lost teardown/second-fin-lost-seven-times \
    teardown/server-closes-first teardown/simultaneous-close teardown/three-segment; do
    for place in client server both; do
        begin "there and back: $name, $place"
        cd "$work" || exit 1
        must returns "$root/scenarios/$name.scn" "$place"
        end
    done
done

cat >losses.scn <<'SCENARIO'
host client linux-6.18
host server linux-6.18
link client server delay=20ms
drop client SYN #1
drop client DATA #3,4
drop server DATA #2
drop server FIN #1
at 0s server listen
at 0s client connect server
at 2s client send 20000
at 4s server send 9000
at 6s client close
when server CLOSE-WAIT after 50ms server close
SCENARIO

for place in client server both; do
    begin "losses among data, $place"
    must returns losses.scn "$place"
    must grep -q '^drop client DATA #3..4$' trip.scn
    must grep -q '^drop server DATA #2$' trip.scn
    must grep -q '^at [12]s client send 20000$' trip.scn
    end
done

cat >several.scn <<'SCENARIO'
host client linux-6.18
host server linux-6.18
link client server delay=10ms
drop client DATA #2
at 0s server listen
at 0s server listen port=443
at 0s client connect server
at 0.5s client connect server port=443
at 0.6s client connect server
at 1s client.1 send 400
at 2s client.2 send 500
at 2.5s client.3 send 700
at 3s client.1 close
at 4s client.2 close
at 4.5s client.3 close
when server CLOSE-WAIT server close
stop at 8s
SCENARIO

for place in client server; do
    begin "several connections, $place"
    must returns several.scn "$place"
    must grep -q '^at 0.5s client connect server port=443 from-port=40001$' trip.scn
    must grep -q '^when server.3 CLOSE-WAIT server close$' trip.scn
    tcpwaltz check trip.scn
    must exits 0
    end
done

# The second of three is overtaken by the third; the fifth comes twice.
cat >order.scn <<'SCENARIO'
host client linux-6.18
host server linux-6.18
link client server delay=10ms
delay client DATA #2 by 6ms
duplicate client DATA #5
at 0s server listen
at 0s client connect server
at 1s client send 4000
at 2s client send 5000
at 3s client close
at 3.5s server close
SCENARIO

begin 'what was overtaken, and what was doubled'
must returns order.scn server
must grep -q '^delay client DATA #2 by 0.006s$' trip.scn
must grep -q '^duplicate client DATA #5$' trip.scn
must not grep -q '^drop' trip.scn
end

"$write_capture" pcap unreachable >unreachable.pcap

begin 'what ICMP says'
tcpwaltz run unreachable.pcap
must exits 0
must prints '0.020 .*icmp host-unreachable, from 10.9.9.9$'
must says '1 of 5 packets is ICMP about a connection that is not here: skipped'
must not says 'not TCP'
tcpwaltz scenario-from unreachable.pcap -o refused.scn
tcpwaltz run refused.scn
must prints '0.020 .*client *icmp host-unreachable: ok\|0.020 .*icmp host-unreachable: ok'
must prints 'EHOSTUNREACH'
tcpwaltz identify unreachable.pcap
must prints 'linux-6.18 .*gives up before the SYN at 1 s'
must prints 'windows-10 .*1 of 1  every wait'
end

refused 'losses.scn: this is a scenario' scenario-from losses.scn
"$tcpwaltz" run --from 1.015s --format segments run.pcap >late.csv
refused 'it does not begin with a SYN' scenario-from late.csv
begin 'a profile that is none'
tcpwaltz scenario-from --client-profile linux-9 run.pcap
must exits 2
must says "unknown profile 'linux-9'"
end

refused 'scenario-from needs one FILE' scenario-from
refused 'run.pcap is what is read' scenario-from run.pcap -o run.pcap

finish
