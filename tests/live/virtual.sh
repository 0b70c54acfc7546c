#!/bin/sh
#
# Commands inside a kernel in virtual time: time that costs none, streams byte for byte, endings of all
# kinds, and that nothing is left of them, whoever kills whom.
#
# The kernels are those of build/kernels, or of $TCPWALTZ_KERNELS. Where there is none, what needs one is
# skipped.
#
# usage: virtual.sh ROOT PROGRAM TCPWALTZ ORACLE       reports in TAP; PROGRAM is tests/live/virtual.c, ORACLE
#                                                      that of tests/oracle

set -u

root=$1
program=$(realpath -- "$2") || exit 1
tcpwaltz=$(realpath -- "$3") || exit 1
oracle=$(realpath -- "$4") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"

export TCPWALTZ_KERNELS="${TCPWALTZ_KERNELS:-$root/build/kernels}"

# run WORD…: what it wrote and its status are there for the conditions, and how long it took.
run() {
    before=$(date +%s)
    "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    took=$(($(date +%s) - before))
}

inside() {
    run "$kernel" "$@"
}

took_at_most() {
    [ "$took" -le "$1" ]
}

# ours: the processes of this test's kernels: each has the test's mark in its environment or command line.
processes() {
    pgrep -f "^$kernel " || true
}

files() {
    ls -d /dev/shm/tcpwaltz-* "${TMPDIR:-/tmp}"/tcpwaltz-?????? 2>/dev/null | wc -l
}

files_before=$(files)

# nothing_is_left: in a moment, at most: killed processes take one.
nothing_is_left() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        [ -n "$(processes)" ] || [ "$(files)" -gt "$files_before" ] || return 0
        sleep 0.1
    done
    return 1
}

# ---- Without a kernel ----

begin 'a kernel that is not there is named, and how to get it'
kernel=5.10
TCPWALTZ_KERNELS=$work run 5.10 true
must exits 2
must says '^virtual: no kernel 5.10 here: tools/linux-kernel 5.10 builds one'
end

begin 'a file that is not there is named'
run "$work/none" true
must exits 2
must says "there is no kernel $work/none"
end

begin 'a program that is no kernel'
printf '#!/bin/sh\nexit 0\n' >"$work/other"
chmod +x "$work/other"
kernel=$work/other
run "$kernel" true
must exits 2
must says 'ended before it was up'
must nothing_is_left
end

begin 'a file that is no program'
: >"$work/empty"
run "$work/empty" true
must exits 2
must says 'is no kernel to run: Permission denied'
chmod +x "$work/empty"
run "$work/empty" true
must exits 2
must says 'is no kernel to run: Exec format error'
end

begin 'a boot that hangs is ended'
printf '#!/bin/sh\nsleep 1000\n' >"$work/hang"
chmod +x "$work/hang"
kernel=$work/hang
BOOT_SECONDS=1 run "$kernel" true
must exits 2
must says 'was not up within 1 s'
must took_at_most 5
must nothing_is_left
must [ -z "$(pgrep -f '^sleep 1000$')" ]
end

begin 'an image that does not end its line'
printf '#!/bin/sh\nyes | tr -d "\\n"\n' >"$work/babbles"
chmod +x "$work/babbles"
kernel=$work/babbles
BOOT_SECONDS=1 run "$kernel" true
must exits 2
must says 'was not up within 1 s'
must [ "$(wc -l <"$work/err")" -eq 1 ]
must [ "$(wc -c <"$work/err")" -le 1000 ]
must nothing_is_left
end

begin 'of several kernels the newest is taken, and no half-built one'
mkdir "$work/kernels"
for name in linux-6.1 linux-6.12 linux-6.2 .linux-6.13.part linux-7.0.part; do
    printf '#!/bin/sh\necho "this is %s"\n' "$name" >"$work/kernels/$name"
    chmod +x "$work/kernels/$name"
done
TCPWALTZ_KERNELS=$work/kernels run '' true
must says 'this is linux-6.12$'
TCPWALTZ_KERNELS=$work/kernels run 6.1 true
must says 'this is linux-6.1$'
end

# ---- With each kernel ----

try_kernel() {
    begin "$version: sleeping costs no time"
    inside sleep 1000
    must exits 0
    must took_at_most 10
    must prints_nothing
    must is_silent
    end

    begin "$version: two runs have the same times"
    inside sh -c 'cat /proc/uptime; sleep 1.5; cat /proc/uptime'
    cp "$work/out" "$work/first"
    must exits 0
    inside sh -c 'cat /proc/uptime; sleep 1.5; cat /proc/uptime'
    must cmp -s "$work/out" "$work/first"
    end

    begin "$version: streams byte for byte, also large ones"
    head -c 20000000 /dev/urandom >"$work/bytes"
    "$program" "$kernel" -i sh -c "tee '$work/kept'; cat '$work/kept' >&2" \
        <"$work/bytes" >"$work/out" 2>"$work/copy"
    code=$?
    must exits 0
    must cmp -s "$work/bytes" "$work/out"
    must cmp -s "$work/bytes" "$work/copy"
    : >"$work/out"
    end

    begin "$version: standard input from a pipe, and none where none is read"
    echo hello | "$program" "$kernel" -i cat >"$work/out" 2>"$work/err"
    must prints '^hello$'
    echo hello | "$program" "$kernel" cat >"$work/out" 2>"$work/err"
    must prints_nothing
    end

    begin "$version: what goes to one place is in its order"
    "$program" "$kernel" sh -c 'for i in 1 2 3; do echo $i; echo $i >&2; done' >"$work/out" 2>&1
    must [ "$(tr -d '\n' <"$work/out")" = 112233 ]
    end

    begin "$version: output appears while the program runs"
    rm -f "$work/fifo"
    mkfifo "$work/fifo"
    "$program" "$kernel" sh -c 'echo first; while :; do :; done' >"$work/fifo" 2>/dev/null &
    pid=$!
    read -r line <"$work/fifo"
    must [ "$line" = first ]
    kill "$pid"
    wait "$pid" 2>/dev/null
    must nothing_is_left
    end

    begin "$version: statuses and deaths are the program's"
    inside sh -c 'exit 42'
    must exits 42
    inside sh -c 'kill -TERM $$'
    must exits 143
    inside sh -c 'kill -SEGV $$'
    must exits 139
    must nothing_is_left
    end

    begin "$version: folder, umask, environment and words are the caller's"
    mkdir -p "$work/a b"
    # shellcheck disable=SC2016 # for inside
    (cd "$work/a b" && umask 027 && GREETING="hello  'you'" run "$kernel" sh -c \
        'pwd; umask; echo "$GREETING"; echo "$TCPWALTZ_INSIDE"; printf "<%s>" "$@"; echo text >file' \
        sh 'x  y' '' '"')
    must prints "^$work/a b\$"
    must prints '^0*27$'
    must prints "^hello  'you'\$"
    must prints '^virtual$'
    must prints '^<x  y><><">$'
    must [ "$(cat "$work/a b/file")" = text ]
    must [ "$(stat -c %a "$work/a b/file")" = 640 ]
    end

    begin "$version: network namespaces, each with a TUN device"
    inside virtual netns
    must exits 0
    must prints '^namespace 2 has its device$'
    end

    begin "$version: interrupted, the program may tidy up"
    "$program" "$kernel" sh -c "trap 'rm -f \"$work/draft\"; exit 1' INT
        : >'$work/draft'; while :; do sleep 0.01; done" >"$work/out" 2>"$work/err" &
    pid=$!
    wait_for "$work/draft"
    kill "$pid"
    wait "$pid" 2>/dev/null
    code=$?
    must exits 143
    must [ ! -e "$work/draft" ]
    must nothing_is_left
    end

    begin "$version: interrupted, a program that does not listen ends"
    "$program" "$kernel" sh -c "trap '' INT; : >'$work/draft'; while :; do :; done" \
        >"$work/out" 2>"$work/err" &
    pid=$!
    wait_for "$work/draft"
    rm -f "$work/draft"
    kill "$pid"
    wait "$pid" 2>/dev/null
    code=$?
    must exits 143
    must nothing_is_left
    end

    begin "$version: killed, nothing is left"
    for command in 'while :; do :; done' 'while :; do sleep 1; done' 'sh -c "while :; do :; done" & wait'; do
        "$program" "$kernel" sh -c ": >'$work/draft'; $command" >"$work/out" 2>"$work/err" &
        pid=$!
        wait_for "$work/draft"
        rm -f "$work/draft"
        must [ -n "$(processes)" ]
        kill -9 "$pid"
        wait "$pid" 2>/dev/null
        must nothing_is_left
    done
    end

    begin "$version: the kernel killed, it is said and nothing is left"
    "$program" "$kernel" sh -c ": >'$work/draft'; while :; do :; done" >"$work/out" 2>"$work/err" &
    pid=$!
    wait_for "$work/draft"
    rm -f "$work/draft"
    pkill -9 -o -f "^$kernel "
    wait "$pid"
    code=$?
    must exits 2
    must says 'died under the program'
    must nothing_is_left
    end

    # Nothing ends this flood in the time of a test.
    begin "$version: a run inside that is interrupted: one line, nothing half written, nothing left"
    printf '%s\n' 'host client linux-6.18' 'host server linux-6.18' 'link client server delay=1ms' \
        'set server tcp_syncookies=2' 'at 0s server listen' 'stop at 900s' \
        'at 0s flood client->server SYN rate=100000/s count=90000000 spoofed' >"$work/spin.scn"
    echo old >"$work/old"
    for how in INT:130:interrupted TERM:143:terminated; do
        env --default-signal=INT,TERM "$tcpwaltz" run --live=virtual:"$kernel" -o "$work/old" \
            "$work/spin.scn" >"$work/out" 2>"$work/err" &
        pid=$!
        until is_drafting || ! kill -0 "$pid"; do sleep 0.1; done 2>"$work/copy"
        must is_drafting
        kill -s "${how%%:*}" "$pid"
        wait "$pid" 2>"$work/copy"
        code=$?
        must [ "$code:$(cat "$work/err")" = "$(echo "${how#*:}" | sed 's/:/:tcpwaltz: /')" ]
        must [ "$(cat "$work/old")" = old ]
        must not is_drafting
        must nothing_is_left
    done
    end

    begin "$version: a reader that has seen enough is no error"
    printf '%s\n' 'host client linux-6.18' 'host server linux-6.18' 'link client server' \
        'at 0s server listen' 'at 0s client connect server rate=100/s count=200' 'stop at 9s' >"$work/x.scn"
    { "$tcpwaltz" run --live=virtual:"$kernel" "$work/x.scn" 2>"$work/err"; echo $? >"$work/status"; } |
        head -n 1 >"$work/out"
    must [ "$(cat "$work/status")" = 0 ]
    must is_silent
    must nothing_is_left
    end

    reference=$root/tests/reference/worlds/linux-$version/1000.worlds
    [ -f "$reference" ] || return 0
    begin "$version: recorded worlds are what the kernel does"
    "$oracle" "$kernel" --record 20 1000 >"$work/recorded" 2>"$work/err"
    code=$?
    must exits 0
    must is_silent
    without_times "$work/recorded" >"$work/out"
    must prints '^1000 tick '
    without_times "$reference" | head -n "$(wc -l <"$work/out")" >"$work/copy"
    must cmp -s "$work/out" "$work/copy"
    end
}

# without_times FILE: of recorded worlds the first word of each line, a time, and the title. How long a kernel
# takes differs by microseconds from one machine to the next.
without_times() {
    sed -n '2,$s/^[^ ]* //p' "$1"
}

is_drafting() {
    [ -n "$(find "$work" -maxdepth 1 -name '.tcpwaltz-*')" ]
}

not() {
    ! "$@"
}

wait_for() {
    for _ in $(seq 100); do
        [ ! -e "$1" ] || return 0
        sleep 0.1
    done
}

for image in "$TCPWALTZ_KERNELS"/linux-*; do
    [ -x "$image" ] || continue
    version=${image##*/linux-}
    # A name of its own, so that this test's processes can be told from others.
    kernel=$work/linux-$version
    cp "$image" "$kernel"
    try_kernel
    rm -f "$kernel"
done
if [ -z "${version:-}" ]; then
    title='commands inside a kernel'
    skip 'none is built: tools/linux-kernel 6.1 builds one'
fi
finish
