#!/bin/sh
#
# packetdrill scripts run by this program, seen from outside: what passes, what fails and where, what is out of
# reach, and that nothing passes by being left out.  Reports in TAP.
#
# usage: drill.sh ROOT TCPWALTZ

# shellcheck disable=SC2016 # scripts have `commands`

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset NO_COLOR TCPWALTZ_PROFILES TCPWALTZ_ROOT

drill=$root/tests/drill
good=$drill/data-out.pkt
cd "$work" || exit 1

prints_text() {
    grep -qF -e "$1" "$work/out"
}

says_text() {
    grep -qF -e "$1" "$work/err"
}

same() {
    cmp -s "$1" "$2"
}

not() {
    ! "$@"
}

# "    expected: …" and "    happened: …", in which this stands.
side_has() {
    grep -F -e "    $1: " "$work/out" | grep -qF -e "$2"
}

# The last line.
sums_up() {
    [ "$(tail -n 1 "$work/out")" = "$1" ]
}

echo '# what is right passes'

for script in "$drill"/*.pkt; do
    begin "passes: ${script##*/}"
    tcpwaltz check "$script"
    must exits 0
    must is_silent
    must sums_up '1 passed, 0 failed'
    end
done

echo '# what is changed fails, where it was changed and with what came instead'

# fails WHAT SCRIPT SED LINE EXPECTED HAPPENED
fails() {
    begin "fails: $2: $1"
    sed "$3" "$drill/$2.pkt" >changed.pkt
    must not same changed.pkt "$drill/$2.pkt"
    tcpwaltz check changed.pkt
    must exits 1
    must prints_text "  changed.pkt:$4: "
    must side_has expected "$5"
    must side_has happened "$6"
    must sums_up '0 passed, 1 failed'
    end
}

# Segments.  The first three lines of most scripts are one or two of comment, socket(), …
fails 'an acknowledgment' data-out '11s/ack 1$/ack 2/' \
    11 '> P. 1:2001(2000) ack 2' '> P. 1:2001(2000) ack 1 win 64240: its acknowledgment is 1, not 2'
fails 'a length' data-out '11s/2001(2000)/2002(2001)/' \
    11 '> P. 1:2002(2001) ack 1' 'its length is 2000, not 2001'
fails 'a number' close-active '12s/1:1(0)/2:2(0)/' \
    12 '> F. 2:2(0) ack 1' 'its number is 1, not 2'
fails 'PSH' data-out '11s/P\./\./' 11 '> . 1:2001(2000) ack 1' 'its flags are P., not .'
fails 'FIN' close-active '12s/F\./\./' 12 '> . 1:1(0) ack 1' 'its flags are F., not .'
# 44 segments of 1,460 bytes (measured of Linux, docs/fidelity.md)
fails 'a window' close-active '8s/ack 1/ack 1 win 64239/' \
    8 '> S. 0:0(0) ack 1 win 64239 <mss 1460>' 'its window is 64240, not 64239'
fails "an option's value" close-active '8s/1460/1461/' \
    8 '> S. 0:0(0) ack 1 <mss 1461>' 'its options are <mss 1460>, not <mss 1461>'
fails 'an option too few' close-active '8s/ <mss 1460>//' \
    8 '> S. 0:0(0) ack 1' 'its options are <mss 1460>, not <>'
fails 'options in another order' out-of-order '8s/nop,nop,sackOK/sackOK,nop,nop/' \
    8 '> S. 0:0(0) ack 1 <mss 1460,sackOK,nop,nop>' \
    'its options are <mss 1460,nop,nop,sackOK>, not <mss 1460,sackOK,nop,nop>'
fails 'padding' option-order '9s/eol,eol/nop,nop/;14s/nop,nop,sack/sack/;14s/3>/3,nop,nop>/' \
    14 '> . 1001:1001(0) ack 1 <nop,nop,TS val 100 ecr 200,sack 2:3,nop,nop>' \
    'its options are <nop,nop,TS val 100 ecr 200,nop,nop,sack 2:3>, not <nop,nop,TS val 100 ecr 200,sack 2:3,nop,nop>'
fails 'a SACK block' out-of-order '12s/1001:2001/1001:2002/' \
    12 '> . 1:1(0) ack 1 <nop,nop,sack 1001:2002>' \
    'its options are <nop,nop,sack 1001:2001>, not <nop,nop,sack 1001:2002>'
fails 'an echoed timestamp' timestamps '15s/ecr 201/ecr 202/' \
    15 '> . 1:1(0) ack 101 <nop,nop,TS val 100 ecr 202>' \
    'its options are <nop,nop,TS val 100 ecr 201>, not <nop,nop,TS val 100 ecr 202>'
# The tolerance of a clock is an eighth of the time since the script began: 12.5 ms of 100.
fails 'a timestamp, 20 ms off' timestamps '15s/val 100/val 120/' \
    15 '> . 1:1(0) ack 101 <nop,nop,TS val 120 ecr 201>' \
    'its options are <nop,nop,TS val 100 ecr 201>, not <nop,nop,TS val 120 ecr 201>'
# 16 MB are 2^24: 24 - 15
fails 'a window scale' timestamps '11s/wscale 9/wscale 8/' 11 'wscale 8>' \
    'its options are <mss 1460,sackOK,TS val 0 ecr 100,nop,wscale 9>, not <mss 1460,sackOK,TS val 0 ecr 100,nop,wscale 8>'
fails 'an ECN field' fields '7s/noecn/ect0/' \
    7 '> [ect0] 8080 > 40000 S. 0:0(0) ack 1 <mss 1460>' 'its ECN field is another one'
fails 'a length beside any number' dialect '12s/(0)/(1)/' 12 '> S. ...(1) ack 1' 'its length is 0, not 1'
fails 'a TOS' fields '7s/noecn/tos 0x10/' \
    7 '> [tos 0x10] 8080 > 40000 S. 0:0(0) ack 1 <mss 1460>' 'its TOS is 0, not 16'
fails 'a TTL' fields '7s/noecn/ttl 255/' 7 '> [ttl 255] 8080 > 40000' 'its TTL is 64, not 255'
fails 'a port' fields '7s/8080/8081/' 7 '8081 > 40000' 'its port is 8080, not 8081'
fails 'the other port' fields '7s/40000/40001/' \
    7 '8080 > 40001' 'the port that it goes to is 40000, not 40001'
fails 'the MSS over IPv6' ipv6 '8s/1440/1460/' \
    8 '> [hlim 64] S. 0:0(0) ack 1 <mss 1460>' 'its options are <mss 1440>, not <mss 1460>'
fails 'the version of IP' ipv6 '2s/ipv6/ipv4_mapped_ipv6/' \
    8 '> [hlim 64] S. 0:0(0) ack 1 <mss 1440>' 'its options are <mss 1460>, not <mss 1440>'
fails 'an MSS that nobody told' ipv6-default-mss '7s/$/ <mss 1230>/' \
    12 '> . 1:1221(1220) ack 1' 'its length is 1230, not 1220'
fails 'the path over IPv6' ipv6 '14s/1500/1480/' 14 'tcpi_pmtu == 1480' '(1440, 1500)'
fails 'what a router says over IPv6' ipv6-path-mtu '13s/1300/1310/' \
    14 '> . 1:1241(1240) ack 1' 'its length is 1250, not 1240'
fails 'what the peer says' path-mtu '13s/1040/1140/' \
    14 '> . 1:1001(1000) ack 1' 'its length is 1100, not 1000'
fails 'a segment too many' data-out '$s/$/\n+0 > . 1:1(0) ack 1/' \
    13 'a segment' 'none left until the script gave up'
fails 'a segment missing' close-active '12d' 14 '> . 2:2(0) ack 2' 'its flags are F., not .'
fails 'an acknowledgment of the SYN of both' simultaneous-open '8s/ack 1/ack 2/' \
    8 '> S. 0:0(0) ack 2 <...>' 'its acknowledgment is 1, not 2'

# Times.  A round trip of 100 ms: 100 + 4 * 50 ms (RFC 6298 §2.2), after the data of 0.1 s.
fails 'a range too late' data-retransmitted '13s/+.2~+.5/+.4~+.5/' \
    13 'at 0.500000 s to 0.600000 s, within 0.050000 s' 'at 0.400000 s'
# An eighth of 2.5 s.
fails 'a time beyond the tolerance' syn-retransmitted '11s/+2/+2.5/' \
    11 'at 3.500000 s, within 0.312500 s' 'at 3.000000 s'
# Linux repeats a SYN four times after 1 s each.
fails 'a setting' syn-retransmitted '3d' 10 'at 3.000000 s, within 0.250000 s' 'at 2.000000 s'
fails 'a segment too early' zero-window '10s/win 0/win 32792/' \
    13 'at 0.200000 s, within 0.004000 s' 'at 0.100000 s'
fails 'a call that returns earlier' accept-blocks '6s/0\.\.\.0.1/0...0.2/' \
    6 'it returns at 0.200000 s' 'it returned at 0.100000 s'
fails 'a call that never returns' accept-blocks '9d' \
    6 'an answer' "it still blocks at the script's end"
fails 'a call that blocks' accept-blocks '6s/0\.\.\.0.1/0/' 6 'an answer at once' 'it blocks'

# Calls.
fails 'a result' data-in '13s/= 600/= 500/' 13 'it returns 500' 'it returned 600'
fails 'a result instead of an error' data-in '16s/= .*/= 0/' \
    16 'it returns 0' 'it returned -1 EAGAIN'
fails 'EAGAIN' data-in '16s/EAGAIN.*/ENOTCONN (what it is)/' \
    16 'it returns -1 ENOTCONN' 'it returned -1 EAGAIN'
fails 'EPIPE' half-close '16s/EPIPE.*/ECONNRESET (what it is)/' \
    16 'it returns -1 ECONNRESET' 'it returned -1 EPIPE'
fails 'ECONNREFUSED' connect-refused '3s/ECONNREFUSED.*/ETIMEDOUT (what it is)/' \
    3 'it returns -1 ETIMEDOUT' 'it returned -1 ECONNREFUSED'
fails 'an error that is told once' reset-established '13s/= 0/= -1 ECONNRESET (what it is)/' \
    13 'it returns -1 ECONNRESET' 'it returned 0'
fails 'flags of a descriptor' handshake-active '3s/0x2/0x802/' 3 'it returns 2050' 'it returned 2'
fails 'bytes of a message' messages '10s/60}/61}/' 10 'it returns 100' 'it returned 101'
fails 'SO_ERROR' icmp-unreachable '15s/\[0\]/[113]/' 15 '113' 'it gave 0'
fails 'what is waited for' epoll '11s/EPOLLIN|EPOLLOUT/EPOLLIN/' \
    12 'it returns 1' 'it returned 0'
fails 'who is waited for' epoll '15s/fd=4/fd=7/' \
    15 '{events=EPOLLIN|EPOLLOUT, fd=7}' 'fd is 4, not 7'
fails 'what poll() reports' poll '10s/revents=0/revents=POLLIN/' 10 'poll(' 'revents is 0x0, not 0x1'
fails 'the name of an algorithm' data-out \
    '$s/$/\n+0 getsockopt(4, SOL_TCP, TCP_CONGESTION, "reno", [4]) = 0/' 13 'reno' 'it gave cubic'
fails 'arguments too few' epoll '15s/, 1, 0)/)/' 15 '4 arguments' '2'
# A linger time that is off: close() sends a FIN.
fails 'an option of a socket' linger '10s/onoff=1/onoff=0/' \
    12 '> R. 1:1(0) ack 1' 'its flags are F., not R.'
# Nagle holds it back; what comes next is the repeat of what was not acknowledged.
fails 'TCP_NODELAY off' nagle '16s/\[1\]/[0]/' 18 '> P. 201:301(100) ack 1' 'its number is 101, not 201'

# Code.
fails 'a state' code '10s/TCP_ESTABLISHED/TCP_CLOSE_WAIT/' 10 '%{ assert tcpi_state == TCP_CLOSE_WAIT, tcpi_state; sent = 0 }%' \
    'tcpi_state == TCP_CLOSE_WAIT: it is 1, not 8'
fails 'TCP_INFO' code '14s/+= 1/+= 2/' 13 '%{ sent += 2 # of this size assert' \
    'tcpi_unacked == sent: it is 1, not 2 (unacked=1)'
fails 'TCP_INFO over two lines' code '22s/TCP_CA_Open/TCP_CA_Loss/' 21 '%{ assert tcpi_unacked == 0 and' \
    'it is False'

begin 'what is within the tolerance passes'
sed '11s/+2/+2.25/' "$drill/syn-retransmitted.pkt" >changed.pkt # 0.25 s off, an eighth of 2.25 s is 0.28 s
tcpwaltz check changed.pkt
must exits 0
sed '15s/val 100/val 110/' "$drill/timestamps.pkt" >changed.pkt # 10 ms off, 12.5 ms may be
tcpwaltz check changed.pkt
must exits 0
end

begin 'what is not written is not compared'
sed '11s/ ack 1//; 8s/1460/1460,nop,nop/' "$good" >changed.pkt # `ack` left out, and inbound options differ
tcpwaltz check changed.pkt
must exits 0
end

# What Linux's sender does.
fails 'how late a segment came' reordering '17s/== 5/== 4/' 17 '%{ assert tcpi_reordering == 4' \
    'it is False (5)'
fails 'how often one came late' reordering '20s/seen == 2/seen == 1/' 20 '%{ assert tcpi_reordering == 7' \
    'it is False (7)'
fails 'when a reordered one is lost' reordering '22s/+.027/+.01/' 22 'at 0.21' 'at 0.227'
fails 'what an old ACK tells' rack-last '22s/7001:8001/8001:9001/' 22 '> . 8001:9001(1000) ack 1' \
    'its number is 7001, not 8001'
fails 'PSH of a packet that goes again' packets-again '18s/P\./\./' 18 '> . 4001:6001(2000) ack 1' \
    'its flags are P., not .'
fails 'PSH where a packet goes on' packets-waiting '22s/> \./> P./' 22 '> P. 13001:14001(1000) ack 1' \
    'its flags are ., not P.'
fails 'a record that goes on' record-again '26s/301:601(300)/301:501(200)/' 26 '> P. 301:501(200) ack 1' \
    'its length is 300, not 200'
fails 'growth by what had arrived' growth '18s/== 11/== 13/' 18 '%{ assert tcpi_snd_cwnd == 13' 'it is 11, not 13'
fails 'a round trip' round-trips '16s/11150 <=/11700 <=/' 16 'tcpi_rtt' 'it is 11250'
fails 'how long TCP_SYNCNT lasts' syn-count '5s/\.\.\.3/...2/' 5 'it returns at 2.000000 s' 'it returned at 3.000000 s'
fails 'a wrong echo taken' syn-ack-echo '9s/R 1:1(0)/. 1:1(0) ack 1/' 9 '> . 1:1(0) ack 1' \
    'its flags are R, not .'
fails 'an echo of what was dropped' ack-of-unsent '12s/ecr 200/ecr 90000/' 12 'ecr 90000' 'ecr 200'
fails 'a cookie over IPv6' ipv6-queue '11s/c1d1/c1d2/' 11 'FO c1d2e9742a47a9bc' 'FO c1d1e9742a47a9bc'
fails 'a level of control messages' ipv6-queue '18s/SOL_IPV6/SOL_IP/' 17 'recvmsg(' 'level 41, type 25'
fails 'what a device refused' device-full '14s/== 3/== 1/' 14 '%{ assert tcpi_probes == 1' 'it is False (3)'
fails 'how many pieces go together' zerocopy-pieces '15s/35(34)/37(36)/' 15 '> P. 1:37(36) ack 1' 'its length is 34, not 36'
fails 'an alternative that is not run' alternative '4s/_sack=0 ||/_window_scaling=0 ||/' 8 'wscale 10' 'sackOK'
fails 'what a buffer offers' receive-buffer '13s/18980/20000/' 13 'win 20000' 'its window is 18980, not 20000'
fails 'a scale that a small buffer needs not' receive-buffer '13s/wscale 0/wscale 8/' 13 'wscale 8>' 'wscale 0>, not'
fails 'the memory of a long packet' receive-buffer '20s/18000/19000/' 20 'win 19000' 'its window is 18000, not 19000'
fails 'what ends beyond the window, where nothing waits' receive-buffer '23s/^/+0 read(4, ..., 20000) = 20000\n/' \
    25 'ack 20001' 'its acknowledgment is 40001, not 20001'
fails 'a FIN that takes no room' receive-buffer '35s/80002/80001/' 35 'ack 80001' 'its acknowledgment is 80002, not 80001'
fails 'what came twice' duplicates '18s/1001:2001/3001:3501/' 18 'sack 3001:3501' 'sack 1001:2001'
fails 'with a FIN nothing came twice' duplicates '21s/$/ <nop,nop,sack 3001:4001>/' 21 'sack 3001:4001' 'its options are <>'
fails 'another cookie than the runners define' usual-names '10s/TFO_COOKIE/TFO_COOKIE_ZERO/' \
    11 '> S. 0:0(0) ack 11' 'its acknowledgment is 1, not 11'
fails 'how much a counter has grown' icmp-first-form '18s/" 1 "/" 2 "/' \
    18 'TcpExtOutOfWindowIcmps to grow by 2' 'by 1'
fails 'that a counter has grown' icmp-first-form '17,19d;20d;21s/^/+0 `nstat`\n/' \
    18 'TcpExtOutOfWindowIcmps to grow' 'by 0'
fails 'what a message quotes, before its names' icmp-first-form '24s/1:1461(1460)/9001:9101(100)/' \
    25 '> . 1:1001(1000) ack 1' 'its flags are P., not .'
fails 'a code without a name' icmp-first-form '17s/CODE/code_4/;17s/9001:9101(100)/1:1461(1460)/' \
    18 'to grow by 1' 'by 0'
fails 'arithmetic' unconnect '4s/16 \*/32 */' 11 'wscale 9>' 'wscale 10>'
fails 'what becomes of a connection' unconnect '16s/CLOSE/ESTABLISHED/' 16 'tcpi_state' 'it is 7, not 1'

# The scale is the machine's memory, unless the script says how large buffers are.
begin 'fails: a window scale that nothing in the script sets: what to set'
printf '%s\n' '   0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3' '  +0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0' \
    '  +0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)' \
    '  +0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 6>' >scale.pkt
tcpwaltz check scale.pkt
must exits 1
must side_has happened "; that is its machine's memory: --set local.window-scale=6"
tcpwaltz check --set local.window-scale=6 scale.pkt
must exits 0
end

begin 'what runners define, over IPv6: by the script, by the user; and what the user defines holds'
sed 's/^`/--ip_version=ipv6\n--mtu=1520\n`/' "$drill/usual-names.pkt" >six.pkt
tcpwaltz check six.pkt
must exits 0
tcpwaltz check --set local.ip=6 --set local.mss=1480 "$drill/usual-names.pkt"
must exits 0
tcpwaltz check --define CMSG_LEVEL_IP=SOL_IPV6 "$drill/usual-names.pkt"
must exits 1
must side_has happened 'level 0, type 11'
tcpwaltz check --define TFO_COOKIE=0123456789abcdef "$drill/usual-names.pkt"
must exits 1
must side_has happened 'its acknowledgment is 1, not 11'
sed 's/^--ip_version=.*/--ip_version="ipv4-mapped-ipv6"/' "$drill/ipv4-mapped.pkt" >mapped.pkt
must not same mapped.pkt "$drill/ipv4-mapped.pkt"
tcpwaltz check mapped.pkt
must exits 0
end

echo '# what is out of reach is named, counted, and never green'

# beyond WHAT LINE STATEMENT…: a script of these lines.
beyond() {
    begin "out of reach: $1"
    what=$1
    line=$2
    shift 2
    printf '%s\n' "$@" >beyond.pkt
    tcpwaltz check beyond.pkt
    must exits 1
    must is_silent
    must prints_text "out  beyond.pkt  (line $line: $what)"
    must sums_up '0 passed, 0 failed, 1 out of reach'
    end
}

open='0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3'
beyond 'the command frobnicate' 2 "$open" '+0 `frobnicate -x`'
beyond 'the command cp' 1 '`cp a b`' "$open"
beyond 'the command ip' 2 "$open" '+0 `ip route add 192.0.2.1 dev tun0`'
beyond 'tcp_nonsense=4' 2 "$open" '+0 `sysctl -q net.ipv4.tcp_nonsense=4`'
beyond 'the call vmsplice()' 2 "$open" '+0 vmsplice(3, ..., 5, 0) = 0'
beyond 'the call pread()' 2 "$open" '+0 pread(3, ..., 5, 0) = 0'
beyond 'this fcntl()' 2 "$open" '+0 fcntl(3, F_GETOWN) = 0'
beyond 'the socket option TCP_ULP' 2 "$open" '+0 setsockopt(3, SOL_TCP, TCP_ULP, [5], 4) = 0'
beyond 'the socket option 12345' 2 "$open" '+0 getsockopt(3, SOL_SOCKET, 12345, [5], [4]) = 0'
beyond 'IPv6 (without --ip_version=ipv6)' 1 '0 socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3'
beyond 'IPv4 (with --ip_version=ipv6)' 2 '--ip_version=ipv6' \
    '0 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3'
beyond 'ICMPv6' 3 '--ip_version=ipv6' "$open" '+0 < icmp unreachable no_route [1:1(0)]'
beyond 'UDP' 1 '0 socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) = 3'
beyond 'UDP' 2 "$open" '+0 < udp (100)'
beyond '--init_scripts' 2 '--init_scripts=prepare' "$open"
beyond 'the counter TcpExtNonsense' 2 "$open" '+0 `nstat | grep TcpExtNonsense | grep -q " 1 "`'
# Of another protocol: how its script goes on is not known, and nobody gets there.
beyond 'SCTP' 1 '0 socket(..., SOCK_STREAM, IPPROTO_SCTP) = 3' '+0 < sctp: INIT[flgs=0, tag=1, a_rwnd=1500]' \
    '+0 sctp_bindx(3, {frobnicate}, ???) : 7' 'INIT_ACK[...]'
beyond 'SCTP' 2 "$open" '+0 < sctp: INIT[flgs=0, tag=1, a_rwnd=1500]' '+0 ??'
beyond 'Multipath TCP' 2 "$open" '+0 < S 0:0(0) win 32792 <mss 1460,mpcapable v1 flags[flag_h] nokey>' '+0 ??'
beyond 'Multipath TCP' 2 "$open" '+0 < S 0:0(0) win 32792 <dss dack8=3 dsn8=1>'
beyond 'UDP-Lite' 1 '0 socket(..., ..., IPPROTO_UDPLITE) = 3' '+0 < udplite(1008,8)'
beyond 'accurate ECN' 2 "$open" '+0 < S 0:0(0) win 32792 <AccECN0 1 2 3>'
beyond 'tcp_ecn=3' 2 "$open" '+0 `sysctl -q net.ipv4.tcp_ecn=3`' '+0 > SEWA 0:0(0) <...>'
beyond "nobody knows 'tcpi_nonsense'" 2 "$open" '+0 %{ assert tcpi_nonsense == 3 }%'

begin 'what comes before what is out of reach has to hold'
printf '%s\n' "$open" '+0 listen(3, 1) = -1 EINVAL (what it is)' '+0 `frobnicate`' >before.pkt
tcpwaltz check before.pkt
must exits 1
must prints_text '  before.pkt:2: listen(3, 1)'
must sums_up '0 passed, 1 failed'
end

begin 'no call is made with less than it needs'
for call in accept accept4 bind close connect epoll_create epoll_ctl epoll_wait fcntl getsockopt ioctl \
    listen poll read readv recv recvfrom recvmsg send sendmsg sendto setsockopt shutdown socket write writev; do
    {
        cat "$good"
        echo "+0 $call() = 0"
    } >few.pkt
    tcpwaltz check few.pkt
    must exits 1
    must prints_text "few.pkt:13: $call() = 0"
done
end

begin 'ports of a script are those of the wire'
sed 's/40000/50000/' "$drill/fields.pkt" >ports.pkt
tcpwaltz check ports.pkt
must exits 0
end

begin '--tolerance_percent: instead of an eighth'
{
    echo '--tolerance_percent=5'
    sed '11s/+2/+2.25/' "$drill/syn-retransmitted.pkt"
} >percent.pkt
tcpwaltz check percent.pkt
must exits 1
must side_has expected 'at 3.250000 s, within 0.112500 s'
end

begin 'an error that is expected of an unknown option is the answer'
printf '%s\n' "$open" \
    '+0 setsockopt(3, SOL_TCP, 12345, [5], 4) = -1 ENOPROTOOPT (no such option)' >answer.pkt
tcpwaltz check answer.pkt
must exits 0
end

printf '%s\n' "$open" '+0 `frobnicate -x`' >beyond.pkt

begin 'beside one that passes: counted, and the status is that of the others'
tcpwaltz check "$good" beyond.pkt
must exits 0
must sums_up '1 passed, 0 failed, 1 out of reach'
tcpwaltz check -q "$good" beyond.pkt
must prints_text 'out  beyond.pkt'
must not prints_text 'ok '
end

begin '--strict: out of reach is a failure, and says why'
tcpwaltz check --strict "$good" beyond.pkt
must exits 1
must prints_text '  beyond.pkt:2: `frobnicate -x`'
must side_has expected 'what is simulated'
must side_has happened 'out of reach: the command frobnicate'
must sums_up '1 passed, 1 failed'
end

begin 'run: out of reach is said, and the exit status is 1'
tcpwaltz run beyond.pkt
must exits 1
must says_text 'beyond.pkt:2: out of reach: the command frobnicate'
must not prints_text 'held:'
end

echo '# mistakes'

begin 'all mistakes of a script, each with its place and the nearest word'
sed -e '3s/REUSE/RESUE/' -e '7s/S\./Q./' -e '10s/= 2000/= -1 EAGIAN (x)/' -e '11s/(2000)/(1999)/' \
    -e '12s/+.1/+.1~.2/' "$good" >wrong.pkt
tcpwaltz check wrong.pkt
must exits 2
must says_text "wrong.pkt:3:32: error: there is no constant 'SO_RESUEADDR'"
must says_text "did you mean 'SO_REUSEADDR'?"
must says_text "wrong.pkt:7:8: error: 'Q' is no flag"
must says_text "wrong.pkt:10:33: error: there is no error 'EAGIAN'"
must says_text "did you mean 'EAGAIN'?"
must says_text 'wrong.pkt:11:11: error: 1 and 1999 bytes end at 2000, not 2001'
must says_text 'wrong.pkt:12:2: error: both ends of a range are absolute, or both relative'
must sums_up '0 passed, 1 failed'
must prints_text 'FAIL wrong.pkt  (5 errors in the file)'
end

begin 'a misspelt call, and a misspelt member of TCP_INFO, wherever they stand'
{
    cat "$good"
    echo '+0 lisen(3, 1) = 0'
    echo '+0 %{ tcpi_stat = 1; assert tcpi_stae == tcpi_state }%'
    echo '+0 pipe([3, 4]) = 0'
    echo '+0 frobnicate(3) = 0'
} >wrong.pkt
tcpwaltz check wrong.pkt
must exits 2
must says_text "wrong.pkt:13:4: error: there is no call 'lisen'"
must says_text "did you mean 'listen'?"
must says_text "wrong.pkt:14:29: error: TCP_INFO has no 'tcpi_stae'"
must says_text "did you mean 'tcpi_state'?"
must prints_text 'FAIL wrong.pkt  (2 errors in the file)'
end

begin 'what print() prints: check, run, and the formats that have a place for it'
sed '$s/$/\n+0 %{ print("cwnd", tcpi_snd_cwnd) }%\n+0 %{ print("%d\\nlines" % 2) }%/' "$good" >print.pkt
tcpwaltz check print.pkt
must exits 0
must sums_up '1 passed, 0 failed'
must prints_text '  printed: cwnd 10'
must prints_text '  printed: 2'
must prints_text '  printed: lines'
tcpwaltz check --quiet print.pkt
must not prints_text printed
tcpwaltz run print.pkt
must prints_text '  printed: cwnd 10'
tcpwaltz check --format tap print.pkt
must prints_text '    # cwnd 10'
tcpwaltz check --format junit print.pkt
must prints_text '    <system-out>cwnd 10'
sed '$s/$/\n+0 write(4, ..., 9) = 8/' print.pkt >changed.pkt
tcpwaltz check --quiet changed.pkt
must exits 1
must prints_text '  printed: lines'
end

# A reset, its arrival, the error: of what write() answers the chain begins in line 13.
begin 'a failed call: its answer in the timeline, and its causes'
sed '18s/.*/  +0 write(4, ..., 9) = 9/' "$drill/unread-after-reset.pkt" >changed.pkt
tcpwaltz check changed.pkt
must exits 1
must prints_text '  changed.pkt:18: write(4, ..., 9) = 9'
must side_has happened 'it returned -1 ECONNRESET'
why=$(sed -n 's/^ *why: *tcpwaltz //p' out)
# shellcheck disable=SC2086 # words
tcpwaltz $why
must prints_text 'the script says: < R. 101:101(0) ack 1 win 0 (changed.pkt:13)'
must prints_text 'so the application at local is told: error ECONNRESET'
tcpwaltz run changed.pkt
must prints_text 'write(4, ..., 9) = 9: ECONNRESET, Connection reset by peer'
must prints_text 'application: peeked at 100 bytes'
must prints_text 'application: read 40 bytes'
end

# Nothing has come behind the handshake's ACK: that is the last thing that the stack saw.
begin 'a call that found nothing, and a segment that did not leave: what the stack saw last'
sed -e '9s/$/\n  +0 read(4, ..., 9) = 9/' -e '10,$d' "$drill/unread-after-reset.pkt" >changed.pkt
tcpwaltz check changed.pkt
must side_has happened 'it blocks'
why=$(sed -n 's/^ *why: *tcpwaltz //p' out)
# shellcheck disable=SC2086 # words
tcpwaltz $why
must prints_text 'so the application at local is told: accepted'
sed -e '10s/1:101(100)/2001:2101(100)/' -e '11s/.*/  +0 > . 1:1(0) ack 2101/' "$drill/unread-after-reset.pkt" >changed.pkt
tcpwaltz check changed.pkt
must exits 1
must prints_text 'why: '
end

# 1,000 lines of 18 words that are reckoned with 224 bytes and more each are over 4,032,000 bytes, of 7/8 of 4 MB, of
# 4.6 MB (the run ends when the trace needs more than is left), and of 8 MB.
begin 'a script is a part of --max-memory: its words, its lines, and what the run has left'
{
    echo '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3'
    yes '+0 write(3, ..., 1) = -1 EPIPE (not connected)' | head -n 1000
} >large.pkt
tcpwaltz check --max-memory 4M large.pkt
must exits 2
must says_text 'error: up to here the script takes all the memory that it may'
must says_text 'raise --max-memory'
must prints_text 'FAIL large.pkt  (1 error in the file)'
tcpwaltz check --max-memory 8M large.pkt
must exits 0
yes '' | head -n 100000 >lines.pkt
echo '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3' >>lines.pkt
tcpwaltz check --max-memory 4M lines.pkt
must exits 2
must says_text 'lines.pkt: error: its lines alone take more memory than it may'
tcpwaltz check lines.pkt
must exits 0
tcpwaltz check --max-memory 4700k large.pkt
must exits 1
must prints_text '(1 failed, 0 held)'
must side_has happened 'it reached the bound on memory'
end

begin 'an unknown setting, with the near one'
{
    echo '--tolerance_usec=5'
    cat "$good"
} >wrong.pkt
tcpwaltz run wrong.pkt
must exits 2
must prints_nothing
must says_text "wrong.pkt:1:1: error: there is no setting '--tolerance_usec'"
must says_text "did you mean '--tolerance_usecs'?"
end

begin 'files that are no scripts'
: >empty.pkt
tcpwaltz check empty.pkt
must exits 2
must says_text 'empty.pkt: error: there is no event in this script'
printf '\000\001\002\377' >binary.pkt
tcpwaltz check binary.pkt
must exits 2
must says_text 'binary.pkt:1:1: error: NUL byte'
head -c 17000000 /dev/zero | tr '\000' ' ' >huge.pkt
tcpwaltz check huge.pkt
must exits 2
must says_text 'huge.pkt: error: it is larger than 16 MB'
rm huge.pkt
tcpwaltz check missing.pkt
must exits 2
must says_text 'missing.pkt: error: No such file or directory'
mkdir folder.pkt
tcpwaltz run folder.pkt
must exits 2
must says_text 'folder.pkt: error: it is a directory'
end

begin 'lines that end with CR LF'
sed 's/$/\r/' "$good" >crlf.pkt
tcpwaltz check crlf.pkt
must exits 0
must is_silent
end

echo '# reports'

mkdir both
cp "$root/scenarios/handshake/first-syn-lost.scn" both/a.scn
cp "$good" both/b.pkt
cp beyond.pkt both/c.pkt
sed '11s/ack 1$/ack 2/' "$good" >both/d.pkt

begin 'a folder of both languages, in the order of names'
tcpwaltz check both
must exits 1
sed -n 's/^[a-zFAIL]* *\(both.[a-z.]*\) .*/\1/p' out >order
printf 'both/%s\n' a.scn b.pkt c.pkt d.pkt >wanted
must same order wanted
must sums_up '2 passed, 1 failed, 1 out of reach'
cp out one
tcpwaltz check -j 4 both
must same out one
end

begin 'TAP: out of reach is a test skipped'
tcpwaltz check -f tap both
must exits 1
must prints_text '1..4'
must prints_text 'ok 2 - both/b.pkt'
must prints_text '    ok 1 - `frobnicate -x` # SKIP out of reach: the command frobnicate'
must prints_text 'ok 3 - both/c.pkt # SKIP out of reach: the command frobnicate'
must prints_text '    not ok 1 - > P. 1:2001(2000) ack 2'
must prints_text '      at: "both/d.pkt:11"'
must prints_text 'not ok 4 - both/d.pkt'
end

if command -v xmllint >/dev/null; then
    begin 'JUnit: XML; out of reach is skipped'
    tcpwaltz check -f junit both
    must exits 1
    must xmllint --noout out
    must [ "$(xmllint --xpath 'string(/testsuites/@failures)' out)" = 1 ]
    must [ "$(xmllint --xpath 'count(//skipped)' out)" = 1 ]
    must [ "$(xmllint --xpath 'string(//skipped/@message)' out)" = 'the command frobnicate' ]
    must [ "$(xmllint --xpath 'string(//testcase[failure]/@name)' out)" = '> P. 1:2001(2000) ack 2' ]
    end
else
    skip 'JUnit: XML; out of reach is skipped' 'xmllint is missing'
fi

begin 'GitHub: an error at its line, a notice of what is out of reach'
tcpwaltz check -f github both
must exits 1
must prints_text '::error file=both/d.pkt,line=11,col=3,title=expectation failed::> P. 1:2001(2000) ack 2%0A'
must prints_text '::notice file=both/c.pkt,line=2,col=1,title=out of reach::`frobnicate -x`%0Athe command frobnicate'
must sums_up '2 passed, 1 failed, 1 out of reach'
end

echo '# options'

begin '--profile: another stack. FreeBSD sends options in its own order, and is known by it'
# FreeBSD sys/netinet/tcp_output.c, tcp_addoptions(): MSS, NOP, window scale, SACK, timestamps
cat >stack.pkt <<'SCRIPT'
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <mss 1460,nop,wscale 6,sackOK,TS val 0 ecr 0>
SCRIPT
tcpwaltz check --profile freebsd stack.pkt
must exits 0
tcpwaltz check stack.pkt
must exits 0
tcpwaltz check --profile linux-6.18 stack.pkt
must exits 1
must side_has happened '<mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 10>, not <mss 1460,nop,wscale 6,sackOK,TS val 0 ecr 0>'
end

begin 'options come as they are written, with their padding'
tcpwaltz run --format json "$drill/option-order.pkt"
must exits 0
must prints_text '"list":["nop","timestamps","nop","window_scale","2:01f4","sack_permitted","nop","mss","eol","eol"]'
must prints_text '"list":["timestamps","nop","nop"]'
must prints_text '"list":["nop","nop","timestamps","nop","nop","sack"]'
end

begin '… which a command of FreeBSD implies'
{
    sed -n 1p stack.pkt
    echo '+0 `sysctl -w net.inet.tcp.hostcache.purgenow=1`'
    sed 1d stack.pkt
} >implied.pkt
tcpwaltz check implied.pkt
must exits 0
tcpwaltz check --profile linux-6.18 implied.pkt
must exits 1
end

begin '--profile: an unknown one, once, with the near one'
tcpwaltz check --profile fredbsd "$drill"
must exits 2
must prints_nothing
must says_text "unknown profile 'fredbsd'"
must says_text "did you mean 'freebsd'?"
must [ "$(grep -c 'unknown profile' err)" -eq 1 ]
end

begin '--define: what a word stands for'
sed '2s/IPPROTO_TCP/PROTO/' "$good" >defined.pkt
tcpwaltz check defined.pkt
must exits 2
must says_text "defined.pkt:2:31: error: there is no constant 'PROTO'"
tcpwaltz check --define PROTO=IPPROTO_TCP defined.pkt
must exits 0
sed '11s/ack 1/ack NUMBER/' "$good" >defined.pkt
tcpwaltz check --define NUMBER=1 defined.pkt
must exits 0
tcpwaltz check --define NUMBER=2 defined.pkt
must exits 1
must side_has happened 'its acknowledgment is 1, not 2'
tcpwaltz check --define NOTHING_DEFINES_THIS "$drill/dialect.pkt" # an #ifdef, and nonsense in it
must exits 2
must says_text 'dialect.pkt:4:'
end

for wrong in =1 3=4 'a b=c' ''; do
    begin "--define '$wrong' is wrong usage"
    tcpwaltz check --define "$wrong" "$good"
    must exits 2
    must prints_nothing
    must says_text "--define takes NAME=VALUE, not '$wrong'"
    end
done

begin '--profile, --define and --tolerance are of scripts: not of a scenario'
for option in --profile=freebsd --define=A=1 --tolerance=1ms; do
    tcpwaltz check "$option" both/a.scn
    must exits 2
    must says_text 'packetdrill scripts'
    tcpwaltz run "$option" both/a.scn
    must exits 2
    must says_text 'packetdrill scripts'
done
tcpwaltz check --profile freebsd both
must exits 1
end

begin '--tolerance: of all times'
sed '11s/+2/+2.25/' "$drill/syn-retransmitted.pkt" >off.pkt # 0.25 s too early
tcpwaltz check off.pkt
must exits 0
tcpwaltz check --tolerance 0 "$drill/syn-retransmitted.pkt"
must exits 0
tcpwaltz check --tolerance 249ms off.pkt
must exits 1
must side_has expected 'at 3.250000 s, within 0.249000 s'
must side_has happened 'at 3.000000 s'
tcpwaltz check --tolerance 250ms off.pkt
must exits 0
tcpwaltz check --tolerance 12% off.pkt # of 2.25 s: 0.27 s
must exits 0
tcpwaltz check --tolerance 11% off.pkt # 0.2475 s
must exits 1
tcpwaltz run --tolerance 11% off.pkt
must exits 1
must says_text 'off.pkt:11: > S 0:0(0) <...>'
tcpwaltz check --tolerance much off.pkt
must exits 2
end

begin '--set: keys of the stack, and of nobody else'
tcpwaltz check --set local.mss=1000 "$drill/handshake-passive.pkt"
must exits 1
must side_has happened 'its options are <mss 1000>, not <mss 1460>'
tcpwaltz check --set remote.mss=1000 "$good"
must exits 2
must says_text "unknown host 'remote'"
tcpwaltz check --set local.msss=1000 "$good"
must exits 2
must says_text "did you mean 'mss'?"
end

begin 'the command under a failure repeats it, with all options'
sed '11s/ack 1$/ack WHICH/' "$good" >again.pkt
tcpwaltz check --profile freebsd --define WHICH=2 --tolerance 1ms --seed 5 again.pkt
must exits 1
again=$(sed -n 's/^ *why: *tcpwaltz //p' out)
# shellcheck disable=SC2086 # words
tcpwaltz $again
must exits 0
must prints_text 'again.pkt:10'
must prints_text 'so local sends DATA seq=1001'
end

begin '--live: nobody of a script can be real'
for option in --live --live=local; do
    tcpwaltz run "$option" "$good"
    must exits 2
    must says_text 'says itself who sits where: nobody can be real'
done
end

begin '--seed: the numbers on the wire are drawn anew, and nothing else changes'
tcpwaltz check --seed 1 "$drill"
must exits 0
cp out first
tcpwaltz check --seed 2 "$drill"
must same out first
tcpwaltz run --seeds 3 "$good"
must exits 0
must prints_text 'seeds 1 to 3, 3 held all expectations'
end

begin 'bounds: a run that reaches one has not passed'
for bound in --max-events=5 --max-time=1ms --max-memory=60K; do
    tcpwaltz check "$bound" "$good"
    must exits 1
    must side_has happened 'it reached the bound on'
    must sums_up '0 passed, 1 failed'
done
tcpwaltz check --max-memory=1K "$good" # too little for the script itself
must exits 2
must says_text 'raise --max-memory'
end

begin '--root: a script is read only below it'
tcpwaltz check --root both both/b.pkt
must exits 0
tcpwaltz check --root both "$good"
must exits 2
must says_text "it is not below 'both'"
end

echo '# views of a run'

for format in timeline segments states timers counters json mermaid rfc flow; do
    begin "run -f $format: of each script"
    for script in "$drill"/*.pkt; do
        takes_turn || continue
        tcpwaltz run -f "$format" "$script"
        must exits 0
        must is_silent
        must not prints_nothing
        cp out "${script##*/}.$format"
    done
    end
done

begin 'a run is the same each time, byte for byte'
for before in *.pkt.json; do
    tcpwaltz run -f json "$drill/${before%.json}"
    must same out "$before"
done
end

begin 'run: calls stand at the stack, segments in between'
tcpwaltz run "$good"
must prints_text 'held: 1 expectation'
must prints_text 'send(4, ..., 2000, 0) = 2000'
must prints_text '<-------------------------------------- SYN seq=0 win=32792 mss 1000'
tcpwaltz run -f segments "$good"
must prints_text '0.1000,local,DATA,1001,1,1000,64240,,pass,1'
end

begin 'run -f pkt: it is one'
tcpwaltz run -f pkt "$good"
must exits 2
must prints_nothing
must says_text 'it is a packetdrill script itself'
end

begin 'run --why, --ask'
tcpwaltz run --why 23 "$good"
must exits 0
must prints_text 'the script says: send(4, ..., 2000, 0) = 2000 (data-out.pkt:10)'
tcpwaltz run --ask 'local sends DATA at' "$good"
must exits 0
must prints_text 'local sends DATA at 100ms'
end

begin 'run of several, of which one fails'
tcpwaltz run both/a.scn both/b.pkt both/d.pkt
must exits 1
must prints_text '==> both/b.pkt <=='
must says_text 'both/d.pkt:11:'
end

begin 'table, compare'
tcpwaltz table "$good"
must exits 0
must prints_text 'SYN-ACK   0 s'
tcpwaltz compare "$good" "$good"
must exits 0
must prints_text 'agree: 6 segments'
tcpwaltz compare "$good" both/d.pkt # which fails at 0.1 s, and the last segment never comes
must exits 1
must prints_text 'only in A'
tcpwaltz compare --profile freebsd --tolerance 5ms "$good" "$good"
must exits 0
end

if command -v tshark >/dev/null; then
    begin 'pcap: tshark sees the segments'
    tcpwaltz pcap -o - "$good"
    must exits 0
    tshark -n -r out -Y 'tcp.len == 1000 && frame.interface_id == 0' -T fields -e tcp.seq >seen 2>err
    printf '1\n1001\n' >wanted
    must same seen wanted
    end
else
    skip 'pcap: tshark sees the segments' 'tshark is missing'
fi

begin 'plot: the table that is drawn'
tcpwaltz plot -o drawn.dat "$good"
must exits 0
must [ -s drawn.dat ]
end

begin 'identify: a script is no capture with waits'
tcpwaltz identify "$good"
must exits 2
must says_text 'nobody sent anything again'
end

finish
