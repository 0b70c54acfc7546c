#!/bin/sh
#
# compare and identify: files of every kind, what they print, their exit status. Reports in TAP.
#
# usage: compare.sh ROOT TCPWALTZ WRITE_CAPTURE

set -u

root=$1
# They are called from another folder.
tcpwaltz=$(realpath "$2")
write_capture=$(realpath "$3")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES

not() {
    ! "$@"
}

cd "$work" || exit 1

cat >run.scn <<'SCENARIO'
host client linux-3.7
host server linux-3.7
link client server delay=10ms
drop client SYN #1
at 0s server listen
at 0s client connect server
at 1.5s client send 100
stop at 2s
SCENARIO
"$tcpwaltz" run -f segments run.scn >run.csv
"$write_capture" pcap handshake >run.pcap
for content in retries pairs wifi; do
    "$write_capture" pcapng "$content" >"$content.pcapng"
done

# What Linux was seen to send, late by its timer wheel.
cat >late.csv <<'TABLE'
# a measurement
t_s,from,segment,seq,ack,len,win,options,fate,conn
0.0002,client,SYN,0,,0,64240,,lost,1
1.0304,client,SYN,0,,0,64240,,lost,1
3.0500,client,SYN,0,,0,64240,,lost,1
7.2060,client,SYN,0,,0,64240,,lost,1
TABLE
cat >exact.scn <<'SCENARIO'
host client linux-3.7 tcp_syn_retries=3
host server linux-3.7
link client server delay=10ms
drop client SYN all
at 0s server listen
at 0s client connect server
SCENARIO

echo '# compare: kinds of files'

begin 'a scenario and the table of its run'
tcpwaltz compare --tolerance 0 run.scn run.csv
must exits 0
must is_silent
must prints '^A: run.scn (a run of this scenario)$'
must prints '^B: run.csv (a segment table)$'
must prints '^ *1.0000 *1.0000 *+0.00  client SYN seq=0$'
must prints '^agree: '
end

begin 'a scenario and a capture, which knows no fates and no window'
tcpwaltz compare run.scn run.pcap
must exits 0
must is_silent
must prints '^B: run.pcap (a capture)$'
must prints '^agree: 6 segments, each wait within 5ms$'
end

begin 'names do not matter where the content speaks'
cp run.pcap notes.txt
cp run.csv table
tcpwaltz compare table notes.txt
must exits 0
must prints '^A: table (a segment table)$'
must prints '^B: notes.txt (a capture)$'
end

for file in run.scn run.csv run.pcap; do
    begin "standard input: $file"
    "$tcpwaltz" compare - run.csv <"$file" >out 2>err
    code=$?
    must exits 0
    must prints '^A: <stdin> ('
    end
done

begin 'the same bytes every time'
"$tcpwaltz" compare run.scn run.pcap >once
tcpwaltz compare run.scn run.pcap
must exits 0
must cmp -s out once
end

echo '# compare: what differs'

begin 'one that only A has, one that only B has'
sed '/SYN-ACK/d' run.csv >fewer.csv
tcpwaltz compare run.csv fewer.csv
must exits 1
must prints '^<  *1.0100  *server SYN-ACK seq=0 ack=1  *only in A$'
must prints '^differ: 1 only in A, 0 only in B, 0 of [0-9]* at other times (within 5ms)$'
tcpwaltz compare fewer.csv run.csv
must exits 1
must prints '^>  *1.0100  *server SYN-ACK seq=0 ack=1  *only in B$'
end

begin 'another time says since what'
sed 's/^1.5/1.6/' run.csv >later.csv
tcpwaltz compare -q run.csv later.csv
must exits 1
must prints '^!  *1.5000  *1.6000  *+100.00  client DATA seq=1 ack=1 len=100  *waits of'
must not prints 'SYN-ACK'
end

begin 'tolerances: a time, a part, the wheel'
tcpwaltz compare exact.scn late.csv
must exits 1
tcpwaltz compare -t 200ms exact.scn late.csv
must exits 0
tcpwaltz compare --tolerance=4% exact.scn late.csv
must exits 0
tcpwaltz compare --tolerance=3% exact.scn late.csv
must exits 1
tcpwaltz compare --tolerance=wheel exact.scn late.csv
must exits 0
must prints '^agree: 4 segments, each wait within the slot of the timer wheel$'
tcpwaltz compare --tolerance=wheel late.csv exact.scn
must exits 0
sed 's/^1.0304/1.0404/' late.csv >slow.csv
tcpwaltz compare --tolerance=wheel exact.scn slow.csv
must exits 1
end

begin '--ignore-acks'
grep -v ',ACK,' run.csv >mute.csv
tcpwaltz compare run.csv mute.csv
must exits 1
tcpwaltz compare --ignore-acks run.csv mute.csv
must exits 0
must prints '^~ .*client ACK seq=1 ack=1'
must prints '; 2 pure ACKs ignored$'
end

begin '--set is for the scenarios'
tcpwaltz compare --set client.initial-rto=2s run.scn run.csv
must exits 1
end

begin 'timers=real may be late, too'
tcpwaltz compare --tolerance=wheel late.csv exact.scn --set client.timers=real
must exits 0
sed 's/^1.0304/0.9904/' late.csv >early.csv
tcpwaltz compare --tolerance=wheel early.csv exact.scn
must exits 1
tcpwaltz compare --tolerance=wheel early.csv exact.scn --set client.timers=real \
    --set client.timer-model=wheel
must exits 0
end

begin 'a SYN-ACK of another number is another one'
for content in again anew; do
    "$write_capture" pcap "$content" >"$content.pcap"
done
tcpwaltz compare anew.pcap anew.pcap
must exits 0
must prints 'server SYN-ACK seq=0 ack=1 (another number)$'
tcpwaltz compare again.pcap again.pcap
must not prints 'another number'
tcpwaltz compare again.pcap anew.pcap
must exits 1
must prints '^differ: 1 only in A, 1 only in B'
end

# A wheel that had turned by 100 ms: 1 s from there ends in the slot at 1120, 2 s from 1120 in the one at 3136 (both of 32 ms), 4 s from
# 3136 in the one at 7168 (of 256 ms); less 100 ms. 96 ms comes first of those that are within 5 ms of that: 1120 - 96 is 1024; 92 ms are not:
# 1120 - 92 is 1028.
cat >phase.csv <<'TABLE'
t_s,from,segment,seq,ack,len,win,options,fate,conn
0.0000,client,SYN,0,,0,64240,,lost,1
1.0200,client,SYN,0,,0,64240,,lost,1
3.0360,client,SYN,0,,0,64240,,lost,1
7.0680,client,SYN,0,,0,64240,,lost,1
TABLE

begin '--phase any'
tcpwaltz compare exact.scn phase.csv
must exits 1
tcpwaltz compare --phase any exact.scn phase.csv
must exits 0
must prints '^the phase of the timers that agrees best: wheel-phase=96 ms$'
tcpwaltz compare --phase any exact.scn exact.scn
must exits 2
must says 'needs a measurement as B'
tcpwaltz compare --phase some exact.scn phase.csv
must exits 2
end

echo '# compare: what cannot be read'

# refused SAID ARGUMENT…
refused() {
    said=$1
    shift
    begin "refused: tcpwaltz $*"
    tcpwaltz "$@"
    must exits 2
    must prints_nothing
    must says "$said"
    end
}

: >empty
: >empty.pcap
head -c 30 run.pcap >cut.pcap
sed 's/^1.0000/1.0/' run.csv >wrong.csv
refused 'compare needs two files' compare run.scn
refused 'compare needs two files' compare run.scn run.csv run.pcap
refused 'only one of the two' compare - -
refused 'a time (5ms), a part' compare --tolerance=5 run.scn run.csv
refused 'a time (5ms), a part' compare --tolerance=-1% run.scn run.csv
refused "did you mean '--tolerance'" compare --tolerence=5ms run.scn run.csv
refused '^none.csv: error: cannot read it: No such file' compare run.scn none.csv
refused '^.: error: cannot read it: Is a directory' compare run.scn .
refused '^empty:1:1: error: the file is empty' compare run.scn empty
refused '^empty.pcap: error: the file is empty' compare run.scn empty.pcap
refused '^cut.pcap: error: truncated' compare run.scn cut.pcap
refused '^wrong.csv:4:1: error: seconds with 4 to 9 decimals' compare run.scn wrong.csv
refused 'link type IEEE802_11' compare run.scn wifi.pcapng
refused '2 pairs of hosts' compare run.scn pairs.pcapng
refused '10.0.0.1:40000 and 10.0.0.2:80, 6 segments' compare run.scn pairs.pcapng
refused 'no segment in this capture is from or to 10.9.9.9' compare --client 10.9.9.9 run.scn \
    run.pcap

begin 'the place of an error is marked'
tcpwaltz compare run.scn wrong.csv
must says '^   4 | 1.0,client,SYN,0,'
must says '^     | ^~~$'
end

begin '--client chooses'
tcpwaltz compare --client 10.0.0.1 run.scn pairs.pcapng
must exits 0
end

if [ -e /dev/zero ]; then
    begin 'an input without end'
    "$tcpwaltz" compare run.scn /dev/zero >out 2>err
    code=$?
    must exits 2
    must says 'larger than 256 MB'
    end
fi

echo '# identify'

begin 'the stack of a capture, with reasons'
tcpwaltz identify retries.pcapng
must exits 0
must is_silent
must prints '^client, connection 1: sent 10 segments again, after waits of 1.02, 1.02,'
must prints '^Cannot tell linux-6.12, linux-6.5 or linux-6.18 apart: each explains every$'
must prints '^ *69\.[0-9]* *SYN *33\.[0-9]* *32.0000 *+1[0-9]*'
must prints '^  1  linux-6.18 *10 of 10  every wait$'
must prints '^ *[0-9]*  linux-3.7 * 1 of 10  waits 2 s, not 1.02 s, before the SYN at 2.0[0-9] s$'
must prints '^ *[0-9]*  linux-2.4 * 0 of 10  waits 3 s, not 1.02 s, before the SYN at 1.02 s$'
must [ "$(grep -c ' of 10 ' out)" -eq "$("$tcpwaltz" profiles | grep -c '^[^ ]')" ]
must [ "$(wc -L <out)" -le 80 ]
end

begin 'SYN-ACKs that repeated SYNs called for are no timer'
cat >answered.scn <<'SCENARIO'
host client rfc6298
host server linux-6.12
link client server delay=10ms
drop server SYN-ACK #1
at 0s server listen
at 0s client connect server
SCENARIO
"$tcpwaltz" pcap --at server answered.scn -o answered.pcapng
tcpwaltz identify answered.pcapng
must exits 0
must prints '^server, connection 1: sent '
must prints '^Seen at the server; round trip 20 ms.$'
end

begin 'a phase of the heartbeat that nobody knows'
cat >heart.scn <<'SCENARIO'
host client bsd-4.4 tick-phase=120ms
host server rfc6298
link client server delay=10ms
drop client SYN all
at 0s server listen
at 0s client connect server
SCENARIO
"$tcpwaltz" run -f segments heart.scn >heart.csv
tcpwaltz identify heart.csv
must prints '^client, connection 1: sent 2 segments again, after waits of 5.62, 24 s$'
must prints '^It behaves as bsd-4.4 does, and as no other here: every wait is explained.$'
end

begin 'an answer for programs: JSON and CSV'
tcpwaltz identify --format json heart.csv
must exits 0
must python3 -c 'import json; a = json.load(open("out"))
assert a["host"] == "client" and a["possible"] == ["bsd-4.4"] and a["waits"] == 2
best = a["profiles"][0]
assert best["profile"] == "bsd-4.4" and best["tier"] == "whole"
assert [w["waited_s"] for w in best["waits"]] == [5.62, 24] and best["waits"][0]["predicted_s"] == 6'
tcpwaltz identify -f csv heart.csv
must prints '^host,connection,rank,profile,possible,tier,explained,waits,likelihood,'
must prints '^client,1,1,bsd-4.4,yes,whole,2,2,'
must [ "$(wc -l <out)" -eq "$(($("$tcpwaltz" profiles | grep -c '^[^ ]') + 1))" ]
tcpwaltz identify --format yaml heart.csv
must exits 2
must says "text|json|csv"
end

begin 'the scenario of what was found plays it again'
sed 's/ tick-phase=120ms//' heart.scn >stevens.scn
"$tcpwaltz" run -f segments stevens.scn >stevens.csv
tcpwaltz identify --write found.scn stevens.csv
must exits 0
must [ "$(grep -c '^host client "bsd-4.4"' found.scn)" -eq 1 ]
tcpwaltz compare --tolerance 0 found.scn stevens.csv
must prints '^agree: 3 segments'
tcpwaltz identify --write heart.csv heart.csv
must exits 2
must says 'choose another file to write'
end

begin 'nobody, and why'
cat >nobody.csv <<'TABLE'
t_s,from,segment,seq,ack,len,win,options,fate,conn
0.0000,client,SYN,0,,0,65535,,pass,1
0.7000,client,SYN,0,,0,65535,,pass,1
5.0000,client,SYN,0,,0,65535,,pass,1
TABLE
tcpwaltz identify --write none.scn nobody.csv
must exits 2
must prints '^None of these explains it; the nearest, '
must says 'no profile explains it, so there is no scenario to write'
must [ ! -e none.scn ]
end

cat >clean.scn <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=10ms
at 0s server listen
at 0s client connect server
SCENARIO
"$tcpwaltz" pcap clean.scn -o clean.pcapng
refused 'nobody sent anything again' identify clean.pcapng
refused 'identify needs one FILE' identify
refused 'identify needs one FILE' identify run.pcap run.csv
refused '^none.pcap: error: cannot read it: ' identify none.pcap

finish
