#!/bin/sh
#
# Every measured table beside its run, and docs/fidelity.md beside what its command writes.  TAP.
#
# usage: compare.sh SOURCE_ROOT TCPWALTZ REPLAY

set -u

root=$1
tcpwaltz=$(CDPATH='' cd -- "$(dirname -- "$2")" && pwd -P)/$(basename -- "$2")
replay=$(CDPATH='' cd -- "$(dirname -- "$3")" && pwd -P)/$(basename -- "$3")
cd "$root" || exit 1
count=0

report() { # STATUS NAME OUTPUT
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        printf '%s\n' "$3" | sed 's/^/# /'
    fi
}

# Everything about a segment but its time, its window and its place among others of the same instant.
segments() {
    grep -v '^#' | cut -d, -f2-6,8- | LC_ALL=C sort
}

for table in tests/reference/linux-6.18/*.csv; do
    name=$(basename "$table" .csv)
    out=$("$tcpwaltz" compare --tolerance wheel "${table%.csv}.scn" "$table" 2>&1)
    report $? "$name: run and measurement agree" "$out"
    measured=$(segments <"$table")
    out=$("$tcpwaltz" run --format segments "${table%.csv}.scn" | segments)
    [ "$out" = "$measured" ]
    report $? "$name: the same options, fates and connections" "$out"
done

written=$(TCPWALTZ=$tcpwaltz REPLAY=$replay tests/reference/fidelity) || written='tests/reference/fidelity failed'
out=$(printf '%s\n' "$written" | diff docs/fidelity.md - 2>&1)
report $? "docs/fidelity.md is what its command writes" "$out"
echo "1..$count"
