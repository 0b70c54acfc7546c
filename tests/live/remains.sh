#!/bin/sh
#
# What is left of runs with real hosts, of those that end and of those that are killed at any moment: no
# namespace, no device, no process, no file. Reports in TAP.
#
# Namespaces are counted by whoever hands them out: all runs are made in a user namespace that may have a few
# more than one run needs. Each takes three, so a leak of one in each run would be out of them soon.
#
# usage: remains.sh ROOT TCPWALTZ [RUNS KILLS [SEED]]    10 runs, 5 kills, seed 1

set -u

script=$(realpath -- "$0")
root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
runs=${3:-10}
kills=${4:-5}
seed=${5:-1}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1

# At its end there are a connection whose FIN is lost and that nobody holds any more, one that nobody has accepted,
# a half-open one, and before that a crash in the middle of one.
cat >x.scn <<'SCENARIO'
host client linux-6.18
host server linux-6.18
link client server delay=1ms
drop client FIN all
drop server SYN-ACK #3..
at 0s server listen
at 0s client connect server
at 20ms client.1 send 5000
at 30ms server reboot
at 40ms server listen accept=manual
at 40ms client connect server
at 40ms client.1 abort
at 80ms client.2 close
at 80ms client connect server
stop at 120ms
expect client ends SYN-SENT
SCENARIO
sed 's/stop at 120ms/stop at 20s/' x.scn >long.scn

# Once more, in there.
if [ "${REMAINS_INSIDE:-}" != yes ]; then
    if ! unshare -Urn sh -c 'echo 30 >/proc/sys/user/max_net_namespaces' 2>err ||
        ! unshare -Urn "$tcpwaltz" check --live x.scn >out 2>err; then
        title='what is left of real hosts'
        skip "$(sed -n '1s/^tcpwaltz: //p' err)"
        finish
    fi
    REMAINS_INSIDE=yes unshare -Urn sh "$script" "$root" "$tcpwaltz" "$runs" "$kills" "$seed"
    exit
fi

# How many namespaces may be made in here: one is ours. The kernel takes down what is over a little later.
echo 30 >/proc/sys/user/max_net_namespaces

# What there is on this machine, as far as it could be this test's.
devices() {
    grep -c : /proc/net/dev
}

# Who was started in this folder.
ours() {
    # shellcheck disable=SC2012 # numbers
    ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n "s|.* /proc/\([0-9]*\)/cwd -> $work\$|\1|p"
}

processes() {
    for process in $(ours); do
        readlink "/proc/$process/exe"
    done | grep -c -F -x "$tcpwaltz"
}

# In which anybody of ours is, or which somebody has open.
namespaces() {
    for process in $(ours); do
        readlink "/proc/$process"/task/*/ns/net "/proc/$process"/fd/*
    done 2>/dev/null | grep '^net:' | sort -u | wc -l
}

files() {
    find "$work" /dev/shm -maxdepth 1 -name '.tcpwaltz-*' 2>/dev/null | wc -l
}

# random MOST: the next number, from 0; the same for the same seed.
random() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    drawn=$((seed / 65536 % $1))
}

here="$(devices) devices, $(processes) processes, $(namespaces) namespaces, $(files) files"

nothing_is_left() {
    now="$(devices) devices, $(processes) processes, $(namespaces) namespaces, $(files) files"
    [ "$now" = "$here" ] || {
        echo "# before: $here; now: $now"
        return 1
    }
}

# all_are_back TRIES: the kernel's own count: a run's are made where there is room for no more, as soon as those
# before are taken down, which is a moment; what a connection keeps alive would be there for a minute and more.
all_are_back() {
    echo 5 >/proc/sys/user/max_net_namespaces
    for _ in $(seq "$1"); do
        tcpwaltz check --live x.scn
        [ "$code" -ne 0 ] || break
        sleep 0.1
    done
    echo 30 >/proc/sys/user/max_net_namespaces
    return "$code"
}

begin "$runs runs, one after the other"
for _ in $(seq "$runs"); do
    tcpwaltz check --live x.scn
    [ "$code" -eq 0 ] || must exits 0
done
must nothing_is_left
must all_are_back 20
end

begin "$kills runs killed at random moments (seed $seed)"
for _ in $(seq "$kills"); do
    "$tcpwaltz" run --live -o killed x.scn >out 2>err </dev/null &
    random 200
    sleep "0.$(printf %03d "$drawn")"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    rm -f .tcpwaltz-??????
done
must nothing_is_left
# The kernel first ends what was being closed: so long nobody waits but who asks for it.
[ "$kills" -lt 20 ] || must all_are_back 1000
end

begin 'killed with all hosts up'
"$tcpwaltz" run --live long.scn >out 2>err </dev/null &
until [ "$(namespaces)" -ge 4 ] || ! kill -0 $!; do :; done 2>/dev/null
must [ "$(namespaces)" -ge 4 ]
kill -9 $!
wait $! 2>/dev/null
must nothing_is_left
end

echo "# $here, before and after $runs runs and $kills kills"
finish
