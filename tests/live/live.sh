#!/bin/sh
#
# Real hosts: the same scenarios with this machine's kernel at their ends. What is held is what does
# not depend on how fast the machine is: who sent what, which states, what applications were told; what
# follows upon another thing does so half a second later, for machines that have much else to do.
# Reports in TAP; skipped where the system lets us make no namespaces.
#
# usage: live.sh ROOT TCPWALTZ [REFUSE]     REFUSE: the library tests/live/refuse.c

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
refuse=${3:+$(realpath -- "$3")}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # for whoever we become
. "$root/tests/tap.sh"
cd "$work" || exit 1

# scenario LINE…: into x.scn, between a client and a server with no delay.
scenario() {
    {
        printf 'host client linux-6.18\nhost server linux-6.18\nlink client server delay=1ms\n'
        printf '%s\n' "$@"
    } >x.scn
}

# start ARGUMENT…: in the background, with the signals as a terminal has them, until the run has begun and
# its thread is in a namespace of the run's.
start() {
    env --default-signal=INT,TERM,HUP "$tcpwaltz" "$@" >"$work/out" 2>"$work/err" </dev/null &
    running=$!
    until has_begun; do
        kill -0 $running || return 0
    done 2>/dev/null
}

has_begun() {
    [ "$(readlink /proc/$running/exe)" = "$tcpwaltz" ] &&
        readlink /proc/$running/task/*/ns/net | grep -q -v -F -x "$(readlink /proc/self/ns/net)"
}

# says_only TEXT: in one line on standard error.
says_only() {
    must says "^$1\$"
    must [ "$(wc -l <err)" -eq 1 ]
}

scenario 'at 0s server listen' 'stop at 10ms'
tcpwaltz run --live x.scn
if [ "$code" -ne 0 ]; then
    title='real hosts'
    skip "$(sed 's/^tcpwaltz: //' err)"
    finish
fi

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

if [ ! -e /proc/net/if_inet6 ]; then
    title='over IPv6'
    skip 'this kernel has none'
else
    # An MTU of 1500 less 60 bytes of headers, less 12 of timestamps.
    begin 'over IPv6: the MSS, states, one end real'
    scenario 'set client ip=6' 'set server ip=6' \
        'at 0s server listen' 'at 0s client connect server' \
        'when client ESTABLISHED client send 3000' 'when server CLOSE-WAIT server close' \
        'at 1s client close' 'stop at 2s' \
        'expect client path CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 TIME-WAIT' \
        'expect server path LISTEN SYN-RCVD ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED' \
        'expect client sends DATA len 1428 1428 144' \
        'expect server delivers 3000 bytes' 'expect server delivers 0 bytes wrong'
    tcpwaltz run --live x.scn
    must exits 0
    must prints 'mss 1440 '
    must prints 'held: 5 expectations'
    scenario 'set client ip=6' 'set server ip=6' 'at 0s server listen' 'at 0s client connect server' \
        'when client ESTABLISHED client send 3000' 'stop at 500ms' 'expect server delivers 3000 bytes'
    tcpwaltz run --live=server --format json x.scn
    must exits 0
    must prints '"src":"2001:db8::1","src_port":[0-9]*,"dst":"2001:db8::2"'
    end

    begin 'over IPv6: packets of less than 1280 bytes'
    scenario 'set client ip=6 mss=1239' 'set server ip=6' \
        'at 0s server listen' 'at 0s client connect server' 'stop at 1s'
    tcpwaltz run --live x.scn
    must exits 2
    must says 'client cannot have mss: with ip=6 packets have 1280 bytes at least, so mss is 1240 or more'
    tcpwaltz run --live --lenient x.scn
    must exits 0
    must prints 'mss 1220 '
    end
fi

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

begin 'Fast Open: a cookie first, then data with the SYN; what the SYN has no room for follows'
scenario 'set client tcp_fastopen=1' 'set server tcp_fastopen=2' 'at 0s server listen fast-open=16' \
    'at 0s client connect server fast-open=300' 'when client.1 ESTABLISHED after 300ms client connect server fast-open=5000' \
    'stop at 1200ms' 'expect client sends SYN len 0 1420' 'expect server delivers 5300 bytes' \
    'expect server delivers 0 bytes wrong'
tcpwaltz run --live x.scn
must exits 0
sed 's/tcp_fastopen=1/tcp_fastopen=0/' x.scn >y.scn
tcpwaltz run --live y.scn
must exits 1
must says 'happened: .*0, 0'
for real in client server; do
    tcpwaltz run --live=$real x.scn
    must exits 0
done
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

begin 'what a route says of its connections, and what a path takes'
scenario 'set client initial-window=3 tcp_early_retrans=0' 'set server delayed-ack=0 min_pmtu=1024' \
    'drop server ACK all' 'at 0s server listen' 'at 0s client connect server' \
    'when client ESTABLISHED client send 20000' 'stop at 1s'
tcpwaltz run --live x.scn
must exits 0
must [ "$(grep -o ' DATA seq=[0-9]*' out | sort -u | wc -l)" -eq 3 ]
sed 's/delayed-ack=0/delayed-ack=10ms/' x.scn >y.scn
tcpwaltz run --live y.scn
must exits 2
must says 'y.scn:2: server cannot have delayed-ack: a kernel has no such setting but 0 (quickack)'
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

# No timer of a kernel comes 10 ms early; 13 % of its second are allowed.
begin 'times of real hosts are expected as exactly as they can be'
scenario 'drop client SYN #1' 'at 0s server listen' 'at 0s client connect server' 'stop at 1600ms' \
    'expect client sends SYN gaps 990ms'
tcpwaltz check --live x.scn
must exits 0
tcpwaltz run --live x.scn
must exits 0
tcpwaltz check --live --tolerance 1us x.scn
must exits 1
must prints 'expected: SYN gaps 990 ms (within 1 us)'
tcpwaltz run --live --tolerance 1us,10% x.scn
must exits 0
sed 's/gaps 990ms/& within 1us/' x.scn >exact.scn
tcpwaltz check --live exact.scn
must exits 1
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

scenario 'at 0s server listen' 'at 0s client connect server' 'at 1h client close'
echo old >old
for signal in INT:130:interrupted TERM:143:terminated HUP:129:hung\ up; do
    how=${signal#*:}
    begin "SIG${signal%%:*} in a run: one line, nothing half written"
    for command in live 'run --live -o old' 'pcap --live -o old' 'table --live -o old' \
        'check --live' 'compare --live'; do
        # shellcheck disable=SC2086 # words
        start $command x.scn
        kill -s "${signal%%:*}" $running
        wait $running 2>/dev/null
        code=$?
        must exits "${how%%:*}"
        says_only "tcpwaltz: ${how#*:}"
        must prints_nothing
        must [ "$(cat old)" = old ]
        must [ -z "$(find . -name '.tcpwaltz-*')" ]
    done
    end
done

begin 'a signal that is ignored stays so'
scenario 'at 0s server listen' 'at 0s client connect server' 'stop at 700ms'
(
    trap '' HUP
    exec "$tcpwaltz" live x.scn
) >out 2>err &
running=$!
until has_begun; do kill -0 $running || break; done 2>/dev/null
kill -HUP $running
wait $running
code=$?
must exits 0
must is_silent
end

# ---- What the system refuses ----

scenario 'at 0s server listen' 'at 0s client connect server' 'at 50ms server reboot' \
    'at 60ms server listen' 'at 60ms client connect server' 'stop at 150ms'

# limited NUMBER: the run above where so many namespaces may be; two are there already, ours and an empty one.
limited() {
    unshare -Urn sh -c "echo $1 >/proc/sys/user/max_net_namespaces
        exec '$tcpwaltz' live x.scn" >out 2>err </dev/null
    code=$?
}

if unshare -Urn sh -c 'echo 9 >/proc/sys/user/max_net_namespaces' 2>/dev/null && limited 9 && [ $code -eq 0 ]; then
    begin 'no more namespaces than the limit: for the first, for a host, for one that comes back'
    for limit in 1:--live 2: 3: 4:server; do
        limited "${limit%%:*}"
        must exits 2
        must prints_nothing
        says_only "tcpwaltz: .*a network namespace: No space left on device: the limit is reached .*"
        must says "^tcpwaltz: ${limit#*:}"
    done
    end
else
    title='no more namespaces than the limit'
    skip 'this system gives no namespace with a limit of its own (unshare -Urn)'
fi

begin 'no more files: said, and the end'
{
    cat x.scn
    echo 'at 0s client connect server rate=100/s count=12'
} >y.scn
# shellcheck disable=SC3045 # dash and bash have it
(ulimit -n 18 && exec "$tcpwaltz" live y.scn) >out 2>err </dev/null
code=$?
must exits 2
must prints_nothing
says_only 'tcpwaltz: [a-z]*: a system call: Too many open files'
end

if [ -n "$refuse" ]; then
    for function in setns unshare socket epoll_ctl send recv recvmmsg poll; do
        begin "whichever call of $function() the system refuses, it is said in one line"
        refused=0
        for call in 1 2 3 4 5 6 7 8 9 10; do
            REFUSE=$function:$call LD_PRELOAD=$refuse "$tcpwaltz" live x.scn >out 2>err </dev/null
            code=$?
            [ $code -ne 0 ] || continue
            refused=$((refused + 1))
            must exits 2
            must prints_nothing
            says_only 'tcpwaltz: .*: Cannot allocate memory\(: .*\)*'
        done
        must [ $refused -gt 0 ]
        end
    done

    begin 'a kernel without IPv6: one line'
    cp x.scn y.scn
    scenario 'set client ip=6' 'set server ip=6' 'at 0s server listen' 'stop at 10ms'
    told=0
    for call in 1 2 3 4 5 6 7 8; do # socket() fails with EAFNOSUPPORT
        REFUSE=socket:$call REFUSE_WITH=97 LD_PRELOAD=$refuse "$tcpwaltz" live x.scn >out 2>err </dev/null
        code=$?
        grep -q 'IPv6 (ip=6): ' err || continue
        told=$((told + 1))
        must exits 2
        must prints_nothing
        says_only 'tcpwaltz: IPv6 (ip=6): Address family not supported by protocol: this kernel has none'
    done
    must [ $told -gt 0 ]
    mv y.scn x.scn
    end
else
    title='whichever call the system refuses'
    skip 'there is no library to preload'
fi

# ---- Whoever is not root ----

# as_nobody COMMAND: with a /dev/net of its own, which COMMAND fills in as root: `node MODE` puts a device
# there; then `run_it` is the run above, by a user without rights.
as_nobody() {
    unshare -m sh -c "
        node() { mknod /dev/net/tun c 10 200 && chmod \$1 /dev/net/tun; }
        mount -t tmpfs -o dev none /dev/net && $1 || exit 99
        exec setpriv --reuid=65534 --regid=65534 --clear-groups '$tcpwaltz' live '$work/x.scn'
    " >out 2>err </dev/null
    code=$?
}

scenario 'at 0s server listen' 'at 0s client connect server' 'stop at 300ms'
as_nobody 'node 666'
if [ $code -eq 0 ]; then
    begin 'a user without rights: by a user namespace'
    must exits 0
    must is_silent
    must prints 'application: connected'
    end

    begin 'a user who may not open /dev/net/tun, or where there is none'
    as_nobody 'node 600'
    must exits 2
    says_only 'tcpwaltz: /dev/net/tun: Permission denied: only root may open it here (chmod 666 /dev/net/tun)'
    as_nobody :
    must exits 2
    says_only 'tcpwaltz: /dev/net/tun: No such file or directory: it is not there (modprobe tun; .*)'
    end

    # No rights to make any namespace, as for a user: root's are taken away, and with them the way out.
    begin 'a system that lets nobody make user namespaces'
    unshare -Urn sh -c "echo 0 >/proc/sys/user/max_user_namespaces
        exec setpriv --bounding-set=-all --inh-caps=-all '$tcpwaltz' live x.scn" >out 2>err </dev/null
    code=$?
    must exits 2
    must prints_nothing
    says_only 'tcpwaltz: --live: a network namespace: No space left on device: the limit is reached .*max_user_namespaces)'
    end
else
    title='a user without rights'
    skip "it takes root to become one, and unshare, mount and setpriv: $(head -n 1 err)"
fi

finish
