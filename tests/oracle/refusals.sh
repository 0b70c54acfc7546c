#!/bin/sh
#
# What the programs of this folder are given wrongly: each is said in words, with status 2.
#
# usage: refusals.sh ROOT REPLAY [ORACLE]      reports in TAP; ORACLE is there on Linux alone

set -u

root=$1
replay=$(realpath -- "$2") || exit 1
oracle=${3:+$(realpath -- "$3")}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1

# run PROGRAM WORD…: what it wrote and its status are there for the conditions.
run() {
    "$@" >out 2>err </dev/null
    code=$?
}

mkdir folder folder/linux-9.9
cp "$root/tests/reference/worlds/linux-6.1/1000.worlds" folder/linux-9.9/

begin 'recorded worlds of a kernel that there is no profile of'
for mode in '--judge folder' '--table folder' '--groups folder/linux-9.9/1000.worlds' \
    '--one folder/linux-9.9/1000.worlds 1000'; do
    # shellcheck disable=SC2086 # words
    run "$replay" $mode
    must exits 2
    must says '^replay: the worlds in linux-9.9/ are of no kernel that there is a profile of'
done
must [ ! -e folder/linux-9.9.differ ]
touch folder/linux-9.9.differ
run "$replay" folder
must exits 2
end

begin 'no folder, no file, nothing judged, a world that is not there'
for mode in nowhere '--judge nowhere' '--table nowhere' '--groups nowhere' '--one nowhere 1'; do
    # shellcheck disable=SC2086 # words
    run "$replay" $mode
    must exits 2
    must says '^replay: .*nowhere.*: No such file or directory'
done
mkdir empty
run "$replay" empty
must exits 2
must says '^replay: no kernel was judged in empty: there is no KERNEL.differ'
run "$replay" --one "$root/tests/reference/worlds/linux-6.1/1000.worlds" 999
must exits 1
must says '^replay: no world 999 in '
end

if [ -z "$oracle" ]; then
    title='kernels'
    skip 'user-mode Linux is for Linux'
    finish
fi

begin 'kernels are looked for in the folders of TCPWALTZ_KERNELS'
printf '#!/bin/sh\necho "this is $0"\n' >folder/linux-9.9.9
chmod +x folder/linux-9.9.9
export TCPWALTZ_KERNELS="$work/empty:$work/folder"
run "$oracle" 9.9.9 1 1
must exits 2
must says "^oracle: $work/folder/linux-9.9.9 ended before it was up"
run "$oracle" 9.9.8 1 1
must exits 2
must says '^oracle: no kernel 9.9.8 here, the newest is 9.9.9: '
end

begin 'a number that is none, and words too many or too few'
for words in '1 x' 'x 1' '1 -1' '1' '1 1 1' '--show x' '--record 1' '--none 1 1'; do
    # shellcheck disable=SC2086 # words
    run "$oracle" 9.9.9 $words
    must exits 2
    must says '^usage: oracle KERNEL COUNT SEED'
done
end

finish
