#!/bin/sh
#
# tcpwaltz pcap: what it writes is what tshark and tcpdump read: nothing malformed, every checksum
# right, our retransmissions and no other called so, the comments there. Reports in TAP.
#
# usage: pcap.sh ROOT TCPWALTZ WRITE_CAPTURE

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
write_capture=$(realpath -- "$3") || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$root" || exit 1
unset TCPWALTZ_PROFILES

good=scenarios/handshake/first-syn-lost.scn

is_root() {
    [ "$(id -u)" -eq 0 ]
}

not() {
    ! "$@"
}

same() {
    cmp -s "$1" "$2" || {
        diff "$1" "$2" | sed 's/^/#   /'
        return 1
    }
}

# has_line FILE REGEX
has_line() {
    grep -q -e "$2" "$1"
}

# Every kind of fault, a copy that is refused, a forged segment from a third host, a fourth that does nothing.
cat >"$work/faults.scn" <<'SCENARIO'
title "Faults — all of them"
host client linux-6.5
host server linux-6.5
host mallory linux-6.5
link client server delay=10ms
link mallory server delay=1ms
seed 7
drop client SYN #1
duplicate server SYN-ACK #1
corrupt client DATA #1
delay client FIN #1 by 5ms
at 0s server listen
at 0s client connect server
at 2s client send 3000
at 3s inject client->server RST as=mallory seq=client.snd_nxt+1
at 4s client close
when server CLOSE-WAIT server close
host idle linux-6.5
SCENARIO

echo '# without other programs'

begin 'writes a file, and the same to standard output'
tcpwaltz pcap "$good" -o "$work/a.pcapng"
must exits 0
must is_silent
must prints_nothing
tcpwaltz pcap "$good" -o -
must exits 0
must same "$work/out" "$work/a.pcapng"
end

begin 'begins with a section header, little endian'
must [ "$(od -An -tx1 -N 12 "$work/a.pcapng" | tr -d ' ')" = 0a0d0d0a"$(od -An -tx1 -j 4 -N 4 "$work/a.pcapng" | tr -d ' ')"4d3c2b1a ]
end

begin 'without -o it says what is missing'
tcpwaltz pcap "$good"
must exits 2
must says 'pcap needs -o'
end

begin 'two files are wrong usage'
tcpwaltz pcap "$good" "$good" -o "$work/b.pcapng"
must exits 2
must says 'one FILE'
must not [ -e "$work/b.pcapng" ]
end

begin 'the scenario is not overwritten'
cp "$good" "$work/mine.scn"
tcpwaltz pcap "$work/mine.scn" -o "$work/mine.scn"
must exits 2
must says 'is what is read'
must same "$good" "$work/mine.scn"
end

begin 'a wrong scenario leaves the old file'
echo old >"$work/old.pcapng"
echo 'hots client' >"$work/wrong.scn"
tcpwaltz pcap "$work/wrong.scn" -o "$work/old.pcapng"
must exits 2
must says 'wrong.scn:1:1: error'
must has_line "$work/old.pcapng" '^old$'
end

begin 'a folder that is not there'
tcpwaltz pcap "$good" -o "$work/nowhere/a.pcapng"
must exits 2
must says 'cannot write .*nowhere/a.pcapng: No such file or directory'
must [ "$(wc -l <"$work/err")" -eq 1 ]
end

if is_root; then
    skip 'a folder that is read-only' 'root may write everywhere'
else
    begin 'a folder that is read-only'
    mkdir "$work/closed"
    chmod a-w "$work/closed"
    tcpwaltz pcap "$good" -o "$work/closed/a.pcapng"
    must exits 2
    must says 'cannot write .*closed/a.pcapng: Permission denied'
    must [ -z "$(ls -A "$work/closed")" ]
    end
fi

if [ -c /dev/full ]; then
    begin 'a disk that is full'
    tcpwaltz pcap "$good" -o /dev/full
    must exits 2
    must says 'cannot write /dev/full: No space left on device'
    must [ "$(wc -l <"$work/err")" -eq 1 ]
    "$tcpwaltz" pcap "$good" -o - >/dev/full 2>"$work/err"
    code=$?
    must exits 2
    must says 'cannot write standard output: No space left on device'
    end
fi

is_forged() {
    grep -q -E '^(at|when) .* (inject|flood) ' "$1"
}

is_one_pair() {
    [ "$(awk '$1 == "host" { print $2 }' "$1" | sort | paste -s -d ' ')" = 'client server' ]
}

all_scenarios() {
    find scenarios -name '*.scn' | LC_ALL=C sort
}

# Every sixth.
some_scenarios() {
    all_scenarios | awk 'NR % 6 == 1'
}

begin 'compare reads it: each segment once, at the time of its sending'
for file in $(all_scenarios); do
    # A capture cannot know that a segment is forged, and counts connections otherwise. What it holds is
    # laid beside a run only if it is of one pair, and it calls that pair client and server.
    ! is_forged "$file" && is_one_pair "$file" || continue
    tcpwaltz pcap "$file" -o "$work/x.pcapng"
    tcpwaltz compare --tolerance 0 "$file" "$work/x.pcapng"
    must prints '^agree: '
    must exits 0
done
end

begin 'one host alone: compare --seen-at agrees to the nanosecond'
for file in $(all_scenarios | awk 'NR % 4 == 2'); do
    ! is_forged "$file" && is_one_pair "$file" || continue
    for host in client server; do
        tcpwaltz pcap --at "$host" "$file" -o "$work/x.pcapng"
        # What never arrived leaves the capture of its receiver empty.
        [ "$(wc -c <"$work/x.pcapng")" -gt 400 ] || continue
        tcpwaltz compare --tolerance 0 --seen-at "$host" "$file" "$work/x.pcapng"
        must prints '^agree: '
        must exits 0
    done
done
end

begin 'a segment that was lost is no difference on the side that never saw it, and one elsewhere'
"$tcpwaltz" pcap --at server "$good" -o "$work/x.pcapng"
tcpwaltz compare --tolerance 0 "$good" "$work/x.pcapng"
must exits 1
must prints 'client SYN seq=0 .*only in A'
tcpwaltz compare --tolerance 0 --seen-at client "$good" "$work/x.pcapng"
must exits 1
tcpwaltz compare --tolerance 0 --seen-at sevrer "$good" "$work/x.pcapng"
must exits 2
must says "did you mean 'server'"
tcpwaltz pcap --at sevrer "$good" -o "$work/y.pcapng"
must exits 2
must says "did you mean 'server'"
tcpwaltz pcap --at client "$work/x.pcapng" -o "$work/y.pcapng"
must exits 2
must says 'a capture does not tell what arrived: --at is about runs'
end

# over_ipv6 FILE: the options that make its hosts speak IPv6.
over_ipv6() {
    awk '$1 == "host" { print "--set " $2 ".ip=6" }' "$1"
}

begin 'of hosts that speak IPv6, too'
for file in $(some_scenarios); do
    ! is_forged "$file" && is_one_pair "$file" || continue
    # shellcheck disable=SC2046 # words of names without blanks
    tcpwaltz pcap $(over_ipv6 "$file") "$file" -o "$work/x.pcapng"
    must exits 0
    # shellcheck disable=SC2046
    tcpwaltz compare --tolerance 0 $(over_ipv6 "$file") "$file" "$work/x.pcapng"
    must prints '^agree: '
done
end

begin 'identify reads it'
"$tcpwaltz" pcap scenarios/handshake/every-syn-lost.scn -o "$work/x.pcapng"
tcpwaltz identify "$work/x.pcapng"
must prints '^ *[0-9]  linux-2.4 .* 5 of 5'
end

tcpwaltz pcap "$work/faults.scn" -o "$work/faults.pcapng"

if ! command -v tcpdump >/dev/null; then
    skip 'tcpdump reads every interface' 'no tcpdump'
else
    begin 'tcpdump reads every interface'
    tcpdump -nr "$work/faults.pcapng" >"$work/dump" 2>"$work/dump.err"
    must [ $? -eq 0 ]
    must has_line "$work/dump" '^00:00:00.000000 IP 10.0.0.1.40000 > 10.0.0.2.80: Flags \[S\]'
    must has_line "$work/dump" '^00:00:03.000000 IP 10.0.0.1.40000 > 10.0.0.2.80: Flags \[R\]'
    # shellcheck disable=SC2046
    tcpwaltz pcap $(over_ipv6 "$work/faults.scn") "$work/faults.scn" -o "$work/ipv6.pcapng"
    tcpdump -nr "$work/ipv6.pcapng" >"$work/dump" 2>"$work/dump.err"
    must [ $? -eq 0 ]
    must has_line "$work/dump" '^00:00:00.000000 IP6 2001:db8::1.40000 > 2001:db8::2.80: Flags \[S\].*mss 1440,'
    end
fi

if ! command -v tshark >/dev/null; then
    skip 'what tshark says of it' 'no tshark'
    finish
fi

echo '# tshark'

# shark ARGUMENT…: tshark with checksums held; what it says on standard error is about root. What our
# applications say on port 80 is not HTTP.
shark() {
    tshark --disable-protocol http -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE "$@" 2>/dev/null
}

# Nothing that tshark objects to: every checksum is good (1), nothing is malformed. No packet at all is no
# proof.
is_well_formed() {
    shark -r "$1" -T fields -e frame.number -e ip.checksum.status -e tcp.checksum.status \
        -e _ws.malformed >"$work/packets"
    awk -F '\t' '$2 != 1 || $3 != 1 || $4 != "" { bad = 1; print "#   " $0 }
        END { exit bad || NR == 0 }' "$work/packets"
}

# The same of IPv6, whose header has no checksum.
is_well_formed_ipv6() {
    shark -r "$1" -T fields -e frame.number -e ipv6.version -e tcp.checksum.status \
        -e _ws.malformed >"$work/packets"
    awk -F '\t' '$2 != 6 || $3 != 1 || $4 != "" { bad = 1; print "#   " $0 }
        END { exit bad || NR == 0 }' "$work/packets"
}

# A pcapng file may have any number of sections: all captures are one file, and one start of tshark.
begin 'every scenario: nothing malformed, every checksum right'
for file in $(all_scenarios); do
    "$tcpwaltz" pcap "$file" -o "$work/x.pcapng" || must false
    cat "$work/x.pcapng" >>"$work/all.pcapng"
done
must is_well_formed "$work/all.pcapng"
must [ "$(wc -l <"$work/packets")" -gt 50000 ]
end

begin 'of hosts that speak IPv6, too'
for file in $(all_scenarios); do
    # shellcheck disable=SC2046
    "$tcpwaltz" pcap $(over_ipv6 "$file") "$file" -o "$work/x.pcapng" || must false
    cat "$work/x.pcapng" >>"$work/all-ipv6.pcapng"
done
must is_well_formed_ipv6 "$work/all-ipv6.pcapng"
must [ "$(wc -l <"$work/packets")" -gt 50000 ]
end

# An observer errs where segments are forged, where numbers come again with the same ports, and on a link that
# reorders: what is sent again a moment later could be what comes late. Spoofed addresses are not moved apart.
can_be_observed() {
    ! is_forged "$1" && [ "$(grep -c ' from-port=' "$1")" -le 1 ] && ! grep -q ' reorder=' "$1" &&
        ! grep -q ' ip=6' "$1"
}

# of_host HOST: how many retransmissions the summary counts of it ("retransmissions: client 1 (SYN 1), server 0").
of_host() {
    sed -n 's/^  retransmissions: //p' "$work/summary" | tr ',' '\n' |
        awk -v host="$1" '$1 == host { print $2 }'
}

# What a host sent and tshark, which sees what was seen there, calls a retransmission (or out of order, which it is
# when new data left a moment before) is what we call so: in each packet's comment, and all together in the summary.
if ! command -v python3 >/dev/null; then
    skip 'one opinion on retransmissions' 'no python3'
else
    begin 'every scenario: one opinion on retransmissions'
    mkdir "$work/at"
    captured=0
    for file in $(all_scenarios); do
        can_be_observed "$file" || continue
        "$tcpwaltz" run --summary "$file" >"$work/summary" 2>"$work/err"
        for host in $(awk '$1 == "host" { print $2 }' "$file"); do
            captured=$((captured + 1))
            "$tcpwaltz" pcap --at "$host" "$file" -o "$work/at/$captured.pcapng" || must false
            echo "$work/at/$captured.pcapng" >>"$work/list"
            echo "$captured $(of_host "$host") $file:$host" >>"$work/summaries"
        done
    done
    python3 tests/pcap/apart.py "$work/apart.pcapng" <"$work/list" || must false
    tshark --disable-protocol http -r "$work/apart.pcapng" -Y 'frame.packet_flags_direction == 2' -T fields \
        -e ip.src -e tcp.analysis.retransmission -e tcp.analysis.out_of_order -e tcp.flags -e frame.comment \
        2>/dev/null >"$work/sent"
    awk -F '\t' '
        FNR == NR { split($0, words, " "); said[words[1]] = words[2]; name[words[1]] = words[3]; next }
        {
            split($1, byte, "."); number = byte[2] * 256 + byte[3]
            theirs = $2 $3 != ""; ours = $5 ~ /^(retry|again)/; met[number] += theirs; all += theirs
            if (theirs != ours) { bad = 1; print "#   " name[number] ": " $0 }
        }
        END {
            for (number in said)
                if (said[number] != met[number] + 0) {
                    bad = 1
                    print "#   " name[number] ": " met[number] + 0 ", the summary has " said[number]
                }
            print all + 0
            exit bad
        }' "$work/summaries" "$work/sent" >"$work/again" || must false
    grep '^#' "$work/again"
    must [ "$(tail -n 1 "$work/again")" -gt 100 ]
    must [ "$(wc -l <"$work/summaries")" -gt 200 ]
    end
fi

begin 'faults: well-formed too, three interfaces by the names of the hosts'
must is_well_formed "$work/faults.pcapng"
shark -r "$work/faults.pcapng" -T fields -e frame.interface_name | sort -u >"$work/names"
must [ "$(paste -s -d ' ' "$work/names")" = 'client mallory server' ]
end

shark -r "$work/faults.pcapng" -T fields -e frame.interface_name -e frame.time_epoch \
    -e frame.packet_flags_direction -e tcp.flags -e frame.comment >"$work/comments"

# commented INTERFACE TIME DIRECTION FLAGS COMMENT: a packet with that.
commented() {
    grep -q -E "^$1	$2	$3	$4	$5\$" "$work/comments" || {
        grep -E "^$1	" "$work/comments" | sed 's/^/#   /'
        return 1
    }
}

begin 'comments: why it was sent, how it died'
must commented client 0.000000000 '0x00000002' 0x0002 \
    'connect called \[RFC 9293 §3\.10\.1\]; lost: drop client SYN #1, faults\.scn:8'
must commented client 1.000000000 '0x00000002' 0x0002 'retry 1 of [0-9]+ after 1 s'
must commented server 1.010000000 '0x00000002' 0x0012 \
    '.*; duplicated: duplicate server SYN-ACK #1, faults\.scn:9'
must commented client 1.020000000 '0x00000001' 0x0012 'copy 2; discarded: .*'
must commented client 2.000000000 '0x00000002' '0x00[01][08]*' \
    '.*; corrupted on its way: corrupt client DATA #1, faults\.scn:10'
must commented server 2.010000000 '0x00000001' '0x00[01][08]*' \
    'discarded: malformed bytes or a wrong checksum .*\(shown as it was sent\)'
must commented mallory 3.000000000 '0x00000002' 0x0004 'forged by mallory: inject .*, faults\.scn:15'
must commented client 4.000000000 '0x00000002' 0x0011 \
    '.*; delayed by 5 ms: delay client FIN #1 by 5ms, faults\.scn:11'
end

begin 'the section says the title, the version and the seed'
capinfos "$work/faults.pcapng" >"$work/info" 2>/dev/null
must has_line "$work/info" 'Faults — all of them; tcpwaltz [0-9.]*, seed 7; client, server, mallory, idle: linux-6.5$'
"$tcpwaltz" pcap --seed 9 "$work/faults.scn" -o "$work/seed.pcapng"
capinfos "$work/seed.pcapng" >"$work/info" 2>/dev/null
must has_line "$work/info" 'seed 9$'
end

begin 'the bytes of data are those of the stream, and the same on both interfaces'
shark -r "$work/faults.pcapng" -Y 'tcp.len > 0' -T fields -e ip.id -e tcp.payload | sort -u >"$work/data"
shark -r "$work/faults.pcapng" -Y 'tcp.len > 0' -T fields -e ip.id | sort -u >"$work/ids"
must [ "$(wc -l <"$work/data")" -eq "$(wc -l <"$work/ids")" ]
must [ "$(wc -l <"$work/data")" -gt 2 ]
must [ "$(cut -f 2 "$work/data" | sort -u | wc -l)" -gt 2 ]
end

echo '# our reading beside theirs'

# What both make of a capture, a line a segment: ports, numbers as they stand there, length, window, time.
ours() {
    "$tcpwaltz" run --format json "$@" 2>"$work/err" | sed -n 's/.*"t_ns":\([0-9]*\),.*"seq_on_wire":\([0-9]*\),.*"ack_on_wire":\([0-9]*\),"length":\([0-9]*\),"window":\([0-9]*\),.*"src_port":\([0-9]*\),.*"dst_port":\([0-9]*\),.*/\6 \7 \2 \3 \4 \5 \1/p'
}

theirs() {
    shark -r "$1" -Y tcp -T fields -e tcp.srcport -e tcp.dstport -e tcp.seq_raw -e tcp.ack_raw -e tcp.len \
        -e tcp.window_size_value -e frame.time_relative |
        awk '{ split($7, t, "."); $7 = t[1] t[2]; sub(/^0+/, "", $7); if ($7 == "") $7 = 0; print }'
}

# alike FILE OPTION…: and there is something.
alike() {
    ours "$@" >"$work/ours"
    theirs "$1" >"$work/theirs"
    same "$work/ours" "$work/theirs" && [ -s "$work/ours" ]
}

"$tcpwaltz" pcap --at client "$work/faults.scn" -o "$work/base.pcapng"

begin 'a capture at one host'
must alike "$work/base.pcapng"
end

for format in pcap nsecpcap pcapng modpcap; do
    begin "editcap -F $format"
    editcap -F "$format" -T rawip "$work/base.pcapng" "$work/x.cap" 2>"$work/err"
    must alike "$work/x.cap"
    end
done

begin 'cut to 60 bytes, compressed by gzip'
editcap -s 60 "$work/base.pcapng" "$work/x.pcapng"
must alike "$work/x.pcapng"
gzip -c "$work/x.pcapng" >"$work/x.pcapng.gz"
ours "$work/x.pcapng.gz" >"$work/ours"
must same "$work/ours" "$work/theirs"
end

begin 'in 2040'
editcap -t 2240524800 -F pcap -T rawip "$work/base.pcapng" "$work/x.pcap"
must alike "$work/x.pcap"
end

begin 'through text2pcap: Ethernet, and merged with raw IP'
shark -r "$work/base.pcapng" -x | text2pcap -q -e 0x800 - "$work/eth.pcapng" 2>"$work/err"
must alike "$work/eth.pcapng"
editcap -t 1000000000 "$work/base.pcapng" "$work/later.pcapng"
mergecap -w "$work/x.pcapng" "$work/later.pcapng" "$work/eth.pcapng"
must alike "$work/x.pcapng" --keep-duplicates
end

begin 'behind every header that may stand before a packet'
"$write_capture" pcapng stacks >"$work/stacks.pcapng"
ours "$work/stacks.pcapng" | cut -d ' ' -f 1-4,6 >"$work/ours"
shark -r "$work/stacks.pcapng" -d udp.port==8472,vxlan -T fields -e tcp.srcport -e tcp.dstport -e tcp.seq_raw -e tcp.ack_raw \
    -e tcp.window_size_value | tr '\t' ' ' >"$work/theirs"
# Of a pseudowire tshark guesses the control word, by the address behind it, and guesses wrong here.
must [ "$(grep -n '^ *$' "$work/theirs")" = '6:    ' ]
sed -i 6d "$work/ours" "$work/theirs"
must same "$work/ours" "$work/theirs"
must [ "$(wc -l <"$work/ours")" -ge 20 ]
end

begin 'what a bridge shows twice'
"$write_capture" pcap bridge >"$work/bridge.pcap"
reordercap "$work/bridge.pcap" "$work/x.pcap" >/dev/null 2>&1
must alike "$work/x.pcap" --keep-duplicates
editcap -D 5 -F pcap "$work/x.pcap" "$work/y.pcap" 2>/dev/null
ours "$work/x.pcap" >"$work/ours"
must says '4 of 8 segments are seen again'
theirs "$work/y.pcap" >"$work/theirs"
must same "$work/ours" "$work/theirs"
end

echo '# options'

# kinds PROFILE: of its SYN and SYN-ACK, as tshark numbers them, with the time to live.
kinds() {
    cat >"$work/x.scn" <<SCENARIO
host client $1 tcp_timestamps=1 tcp_window_scaling=1 tcp_sack=1
host server $1 tcp_timestamps=1 tcp_window_scaling=1 tcp_sack=1
link client server delay=1ms
at 0s server listen
at 0s client connect server
SCENARIO
    "$tcpwaltz" pcap --at client "$work/x.scn" -o "$work/x.pcapng" || return 1
    shark -r "$work/x.pcapng" -Y tcp.flags.syn==1 -T fields -e ip.ttl -e tcp.option_kind | tr '\t' ' ' | tr '\n' ';'
}

# MSS is 2, scale 3, SACK-permitted 4, timestamps 8; NOP 1, end of list 0: p0f 3.09 p0f.fp, and the stacks' sources.
while read -r profile expected; do
    begin "$profile: the order of its options, and its time to live"
    must [ "$(kinds "$profile")" = "$expected" ]
    end
done <<'TABLE'
linux-6.18 64 2,4,8,1,3;64 2,4,8,1,3;
freebsd 64 2,1,3,4,8;64 2,1,3,4,8;
netbsd 64 2,1,3,4,1,1,1,1,8;64 2,1,3,4,1,1,1,1,8;
openbsd 64 2,1,1,4,1,3,1,1,8;64 2,1,1,4,1,3,1,1,8;
macos 64 2,1,3,1,1,8,4,0,0;64 2,1,3,1,1,8,4,0,0;
windows-10 128 2,1,3,4,8;128 2,1,3,4,8;
illumos 64 2,4,8,1,3;64 4,8,2,1,3;
gvisor 64 2,4,8,1,3;64 2,4,8,1,3;
lwip 255 2,1,1,8,1,3,1,1,4;255 2,1,1,8,1,3,1,1,4;
vpp 255 2,3,4,8,0;255 2,3,4,8,0;
smoltcp 64 2,3,4,8,0;64 2,3,4,8,0;
TABLE

begin 'options that no stack writes: byte for byte, twice'
python3 tests/pcap/options.py WRITE "$work/odd.pcap"
must [ -s "$work/odd.pcap" ]
for from in odd.pcap odd-1.pcapng; do
    tcpwaltz pcap "$work/$from" -o "$work/x.pcapng"
    must exits 0
    mv "$work/x.pcapng" "$work/odd-1.pcapng"
    must [ "$(python3 tests/pcap/options.py COMPARE "$work/odd.pcap" "$work/odd-1.pcapng")" = ok ]
done
must alike "$work/odd-1.pcapng"
end

begin 'options that no stack writes: timeline and JSON'
tcpwaltz run "$work/odd.pcap"
must has_line "$work/out" 'mss 1460 kind 30 0081 sackOK kind 253 abcd TS wscale 7$'
must has_line "$work/out" ' win=65535 wscale 8 sackOK mss 1440 TS$'
tcpwaltz run --format json "$work/odd.pcap"
must has_line "$work/out" '"list":\["mss","30:0081","sack_permitted","253:abcd","timestamps","window_scale","nop","nop","nop","nop","nop"\].*"ttl":57,'
must has_line "$work/out" '"list":\["3:c8","nop","2:05b4","mss","eol","090807"\].*"ttl":56,'
must has_line "$work/out" '"list":\["nop","nop","fd0900000000"\]'
end

begin 'packets of chance: each is read or counted'
for type in arp ctp dns eth fddi icmp ip llc m2m megaco sctp tcp udp; do
    randpkt -b 200 -c 200 -t "$type" "$work/x.pcap" 2>/dev/null || continue
    tcpwaltz run "$work/x.pcap"
    must [ "$code" -eq 0 -o "$code" -eq 2 ]
    must [ -s "$work/err" ]
done
end

finish
