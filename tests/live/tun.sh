#!/bin/sh
#
# A stack behind a TUN device as a host: lwIP, in a program of its own (lwip_tun.c), in a network of its own, made
# for this test. Reports in TAP; skipped, by name, where there is no such network, no device, or no lwIP.
#
# usage: tun.sh ROOT TCPWALTZ [STACK]        STACK: the program lwip_tun

set -u

script=$(realpath -- "$0")
root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
stack=${3:+$(realpath -- "$3")}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1

# Once more, in a network of our own.
if [ "${TUN_INSIDE:-}" != yes ]; then
    if ! unshare -Urn ip tuntap add mode tun name tun0 2>err; then
        title='a stack behind a TUN device'
        skip "no network of one's own with a TUN device (unshare -Urn, ip, /dev/net/tun): $(tail -n 1 err)"
        finish
    fi
    TUN_INSIDE=yes unshare -Urn sh "$script" "$root" "$tcpwaltz" ${stack:+"$stack"}
    exit
fi

ip link set lo up
ip tuntap add mode tun name tun0
ip link set tun0 up

scenario() {
    {
        printf 'host client linux-6.18\nhost server linux-6.18\nlink client server delay=10ms\n'
        printf '%s\n' "$@"
    } >x.scn
}

# says_only TEXT: in one line on standard error.
says_only() {
    must says "^$1\$"
    must [ "$(wc -l <err)" -eq 1 ]
}

# ---- Without a stack ----

begin 'a device that there is not, that is down, that is none of these'
scenario 'at 0s client connect server' 'stop at 1s'
tcpwaltz run --tun tun7 x.scn
must exits 2
says_only 'tcpwaltz: --tun tun7: there is no such device (ip tuntap add mode tun name tun7)'
tcpwaltz run --tun a-name-that-is-far-too-long x.scn
must exits 2
says_only 'tcpwaltz: --tun a-name-that-is-far-too-long: there is no such device .*'
tcpwaltz run --tun lo x.scn
must exits 2
says_only 'tcpwaltz: --tun lo: it is no TUN device: its packets have headers of a link'
ip tuntap add mode tun name tun1
tcpwaltz run --tun tun1 x.scn
must exits 2
says_only 'tcpwaltz: --tun tun1: it is down (ip link set tun1 up)'
end

begin 'what makes no sense is said'
tcpwaltz run --tun tun0=server@10.0.0 x.scn
must exits 2
must says "^tcpwaltz: --tun tun0=server@10.0.0: '10.0.0' is no IPv4 address"
tcpwaltz run --tun tun0=srv x.scn
must exits 2
says_only "tcpwaltz: x.scn: no host is called 'srv'; these are: client, server"
tcpwaltz check --jobs 2 --tun tun0 x.scn
must exits 2
must says 'it excludes --jobs'
tcpwaltz run --seeds 3 --tun tun0 x.scn
must exits 2
must says 'it excludes --live'
end

begin 'a machine that would answer, or send on'
ip addr add 10.0.0.1/32 dev lo
tcpwaltz run --tun tun0 x.scn
must exits 2
says_only 'tcpwaltz: tun0: 10.0.0.1 is an address of this machine, whose kernel would answer, too: .*'
ip addr del 10.0.0.1/32 dev lo
echo 1 >/proc/sys/net/ipv4/conf/tun0/forwarding
tcpwaltz run --tun tun0 x.scn
must exits 2
says_only 'tcpwaltz: tun0: this machine sends on what comes out of it (sysctl -w net.ipv4.conf.tun0.forwarding=0)'
echo 0 >/proc/sys/net/ipv4/conf/tun0/forwarding
end

begin 'nobody has the device open'
tcpwaltz run --tun tun0 x.scn
must exits 2
must prints_nothing
says_only 'tcpwaltz: tun0: nobody has opened it within 10 s: is the stack running?'
end

begin 'whoever has no rights is told where to have them'
setpriv --bounding-set=-all --inh-caps=-all "$tcpwaltz" run --tun tun0 x.scn >out 2>err
code=$?
must exits 2
says_only "tcpwaltz: --tun tun0: a packet socket: Operation not permitted (root may have one, and everybody in a network of his own: unshare -rn)"
end

if [ -z "$stack" ]; then
    title='lwIP behind a TUN device'
    skip 'there is no lwIP: apt install liblwip-dev'
    finish
fi

# ---- lwIP ----

# serves: lwIP behind tun0, at 10.9.0.2, an echo at port 7; until `quits`.
serves() {
    "$stack" tun0 10.9.0.2 serve 7 2>stack.err &
    served=$!
}

quits() {
    kill $served
    wait $served 2>/dev/null
}

serves

begin 'a handshake whose SYN-ACK is lost, an echo, a close'
scenario 'drop server SYN-ACK #1' 'at 0s client connect server' \
    'when client ESTABLISHED client send 1000' 'when client ESTABLISHED after 500ms client close' \
    'stop at 3s' \
    'expect client path CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT' \
    'expect server sends SYN-ACK 2 times' 'expect server sends SYN-ACK seq 0 0' \
    'expect server sends FIN seq 1001' 'expect server never sends RST' \
    'expect client delivers 1000 bytes' 'expect client delivers 0 bytes wrong'
tcpwaltz run --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must is_silent
must prints 'lost: drop server SYN-ACK #1'
must prints 'received SYN seq=0'
must prints 'final states: client TIME-WAIT, server unknown (behind tun0)'
must prints 'held: 7 expectations'
end

begin 'the same device, the next run; the default host; check, table, pcap, plot, compare'
tcpwaltz check --tun tun0=server@10.9.0.2:7 x.scn x.scn
must exits 0
must prints '2 passed, 0 failed'
scenario 'at 0s client connect server' 'stop at 300ms' 'expect server sends SYN-ACK 1 times'
tcpwaltz table --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must prints '^  server     SYN-ACK '
tcpwaltz pcap --tun tun0=server@10.9.0.2:7 -o x.pcapng x.scn
must exits 0
must [ -s x.pcapng ]
tcpwaltz plot --tun tun0=server@10.9.0.2:7 -o x.dat x.scn
must exits 0
must [ -s x.dat ]
scenario 'at 0s server listen' 'at 0s client connect server' 'stop at 300ms'
tcpwaltz compare --tolerance 5s --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must prints 'B: x.scn (a run of this scenario with the stack behind the device)'
must prints 'agree: 3 segments'
end

begin 'lines of that host are left out, its states unknown: said, and with --lenient left out, too'
scenario 'set server mss=500' 'at 0s server listen' 'at 0s client connect server' \
    'when server ESTABLISHED client close' 'stop at 300ms' 'expect server ends CLOSED' \
    'expect client ends ESTABLISHED'
tcpwaltz run --tun tun0=server@10.9.0.2:7 x.scn
must exits 2
says_only 'tcpwaltz: x.scn:2: server cannot have mss: whoever starts the stack there sets it up .*'
tcpwaltz run --lenient --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must says 'x.scn:5:1: note: at 0s server listen was left out: the program behind tun0 does what it does'
must says 'x.scn:7:1: note: when server ESTABLISHED client close never fired: server is behind tun0'
must prints 'held: 1 expectation$'
tcpwaltz check --lenient --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
sed -i '/^set/d' x.scn
tcpwaltz check --tun tun0=server@10.9.0.2:7 x.scn
must exits 1
must prints 'happened: nobody can tell: server is behind tun0'
must prints '(1 failed, 1 held)'
end

begin 'addresses that do not fit are said'
scenario 'at 0s client connect server' 'stop at 1300ms' 'expect server sends SYN-ACK 1 times'
tcpwaltz run --tun tun0=server@10.9.0.3:7 x.scn
must exits 1
tcpwaltz run --tun tun0=server@10.9.0.2 x.scn
must exits 1
must says 'happened: no SYN-ACK'
must prints 'RST'
end

begin 'a machine kernel at the other end: --live of all others'
scenario 'at 0s client connect server' 'at 500ms client send 3000' 'at 1s client close' 'stop at 2s' \
    'expect client delivers 3000 bytes' 'expect client delivers 0 bytes wrong' \
    'expect server sends FIN 1 times'
tcpwaltz run --live --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must is_silent
must prints 'application: read'
end

begin 'without a stop the run ends when the stack has been silent for long'
scenario 'at 0s client connect server' 'expect client ends ESTABLISHED'
tcpwaltz run --tun tun0=server@10.9.0.2:7 x.scn
must exits 0
must prints 'the run ended at 10\.[0-9]* s: no event was left'
end

quits

begin 'a stack that is started late, and dies: said in a line'
scenario 'at 0s client connect server' 'at 500ms client close' 'stop at 4s' \
    'expect server sends SYN-ACK 1 times'
"$tcpwaltz" run --tun tun0=server@10.9.0.2:7 x.scn >out 2>err </dev/null &
running=$!
"$stack" tun0 10.9.0.2 once 7 2>stack.err
wait $running
code=$?
must exits 0
says_only 'x.scn: note: tun0: nobody has it open any more, since [0-9.]* m\{0,1\}s'
end

# has_devices COUNT: the run that is in the background is at so many devices: a stack that calls can begin.
has_devices() {
    [ "$(grep -c ' 0800 ' /proc/net/packet)" -ge "$1" ] || ! kill -0 $running
}

begin 'the stack opens: it is the client, and what it calls is the server'
scenario 'at 0s server listen' 'when server ESTABLISHED after 500ms server close' 'stop at 6s' \
    'expect client sends SYN 1 times' 'expect server delivers 10 bytes' \
    'expect server delivers 0 bytes wrong' 'expect client sends FIN 1 times'
"$tcpwaltz" run --tun tun0=client@10.9.0.2,server@10.9.0.1:8080 x.scn >out 2>err </dev/null &
running=$!
until has_devices 1; do :; done
"$stack" tun0 10.9.0.2 connect 10.9.0.1 8080 2>stack.err &
served=$!
wait $running
code=$?
quits
must exits 0
must is_silent
end

# wrongly WISH: a client that calls, with other addresses than its own and its server's.
wrongly() {
    "$tcpwaltz" run --tun "$1" x.scn >out 2>err </dev/null &
    running=$!
    until has_devices 1; do :; done
    "$stack" tun0 10.9.0.2 connect 10.9.0.1 8080 2>stack.err &
    served=$!
    wait $running
    code=$?
    quits
    must exits 0
}

begin 'packets from whom and to whom nobody knows are counted and told'
scenario 'at 0s server listen' 'stop at 3s' # the stack has to start and to ask first
wrongly tun0=client@10.9.0.5,server@10.9.0.1:8080
says_only 'x.scn: note: tun0: [0-9]* packets\{0,1\} left out: from 10.9.0.2, and it is 10.9.0.5 (--tun tun0=HOST@ADDRESS)'
wrongly tun0=client@10.9.0.2
says_only 'x.scn: note: tun0: [0-9]* packets\{0,1\} to 10.9.0.1, which is no host of the scenario'
end

begin 'SIGTERM: one line'
serves
scenario 'at 0s client connect server' 'stop at 1h'
"$tcpwaltz" run --tun tun0=server@10.9.0.2:7 -o kept x.scn >out 2>err </dev/null &
running=$!
until [ -n "$(find . -name '.tcpwaltz-*')" ] || ! kill -0 $running; do :; done 2>/dev/null
kill $running
wait $running
code=$?
quits
must exits 143
says_only 'tcpwaltz: terminated'
must [ -z "$(find . -name '.tcpwaltz-*' -o -name kept)" ]
end

# Two stacks, each behind a device of its own, and between them our links.
begin 'two stacks: both ends behind devices'
ip link set tun1 up
scenario 'drop server SYN-ACK #1' 'stop at 5s' 'expect client sends DATA len 10' \
    'expect server sends DATA len 10'
"$tcpwaltz" run --tun tun0=server@10.9.0.2:7,client@10.9.0.1 \
    --tun tun1=client@10.8.0.1,server@10.8.0.2:7 x.scn >out 2>err </dev/null &
running=$!
until has_devices 2; do :; done
serves
"$stack" tun1 10.8.0.1 connect 10.8.0.2 7 2>stack.err &
other=$!
wait $running
code=$?
kill $other
wait $other 2>/dev/null
quits
must exits 0
end

finish
