#!/bin/sh
#
# What a scenario may read: ordinary files, with --root those below it, and of a file that is no
# scenario nothing is shown. Reports in TAP.
#
# usage: confined.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES TCPWALTZ_ROOT

# A secret outside, files and links inside.
mkdir "$work/in" "$work/in/sub" "$work/out.d" "$work/tables"
printf 'PASSWORD=tiger\nhost b rfc793\n' >"$work/secret"
printf 'host b rfc793\n' >"$work/out.d/b.scn"
printf 'host b rfc793\n' >"$work/in/sub/b.scn"
printf 'base rfc793\n' >"$work/out.d/p.profile"
printf 'TOKEN=tiger\n' >"$work/in/.env"
ln -s sub/b.scn "$work/in/within.scn"
ln -s ../out.d/b.scn "$work/in/link.scn"
ln -s ../out.d "$work/in/folder"
ln -s ../nothing "$work/in/dead.scn"
ln -s loop.scn "$work/in/loop.scn"
mkfifo "$work/in/fifo"
cd "$work" || exit 1

# names STATEMENT: a scenario of it.
names() {
    printf '%s\nhost a rfc793\nstop at 1s\n' "$1" >in/x.scn
}

# includes FILE ARGUMENT…: runs a scenario that includes it.
includes() {
    names "include \"$1\""
    shift
    tcpwaltz run "$@" in/x.scn
}

shows_nothing() {
    ! grep -q -e tiger -e PASS -e TOKEN -e root: out err
}

begin 'an ordinary file is read, through a link and a parent, too'
for file in sub/b.scn link.scn ../out.d/b.scn "$work/out.d/b.scn"; do
    includes "$file"
    must exits 0
done
end

for file in ../secret .env /etc/passwd; do
    begin "$file is no scenario: its place is said, its text is not"
    includes "$file"
    must exits 2
    must says ':1:1: error: this is no scenario: it does not begin with a statement'
    must says 'in/x.scn:1:9: note: it is included here'
    must shows_nothing
    end
done

begin 'neither of a profile'
names 'host c ../secret'
tcpwaltz run in/x.scn
must exits 2
must says 'this is no profile'
must shows_nothing
printf 'base ../secret\n' >in/p.profile
names 'host c ./p.profile'
tcpwaltz run in/x.scn
must exits 2
must says 'this is no profile'
must shows_nothing
end

begin 'nor of bytes that are no text'
printf '\000\377tiger\n' >in/bytes
includes bytes
must exits 2
must shows_nothing
end

begin 'of a file that is a scenario the wrong line is shown'
printf 'host b rfc793\nhots c rfc793\n' >in/wrong.scn
includes wrong.scn
must exits 2
must says "wrong.scn:2:1: error: unknown statement 'hots'"
must says '2 | hots c rfc793'
end

# Nothing waits for a writer, nothing is read without end.
special() {
    begin "a scenario does not read $1"
    includes "$1"
    must exits 2
    must says "in/x.scn:1:9: error: cannot read '.*': $2"
    names "host c $1"
    case $1 in
    */*)
        tcpwaltz run in/x.scn
        must exits 2
        must says "in/x.scn:1:8: error: cannot read '.*': $2"
        ;;
    esac
    end
}

special fifo 'it is a FIFO'
special ./fifo 'it is a FIFO'
special /dev/zero 'it is a device'
special ../in/sub 'it is a directory'
if [ -r /proc/self/environ ]; then
    special /proc/self/environ 'the kernel makes it up'
    ln -s /proc/self/environ in/environ
    special ./environ 'the kernel makes it up'
fi

begin '--root: what lies below is read, links within, too'
for below in in ./in/ "$work/in" . / in/../in; do
    for file in sub/b.scn within.scn sub/../sub/b.scn "$work/in/sub/b.scn"; do
        includes "$file" --root "$below"
        must exits 0
    done
done
end

# The same words, whether it is there or not.
for file in ../secret ../nothing /etc/passwd /etc/nothing link.scn dead.scn loop.scn \
    folder/b.scn folder/nothing folder/../../secret sub/../../nothing ..; do
    begin "--root: $file is outside"
    includes "$file" --root in
    must exits 2
    must says "in/x.scn:1:9: error: cannot read '.*': it is not below 'in', which --root confines files to$"
    must shows_nothing
    end
done

begin '--root: neither by a profile, nor by its base'
names 'host c ../out.d/p.profile'
tcpwaltz run --root in in/x.scn
must exits 2
must says "in/x.scn:1:8: error: cannot read '.*': it is not below 'in'"
printf 'base ../out.d/p.profile\n' >in/p.profile
names 'host c ./p.profile'
tcpwaltz run --root in in/x.scn
must exits 2
must says "in/./p.profile:1:6: error: cannot read '.*': it is not below 'in'"
end

begin '--root: what is missing within is missing, special is special'
includes none.scn --root in
must exits 2
must says 'No such file'
includes fifo --root in
must exits 2
must says 'it is a FIFO'
end

begin '--root: the file itself, a capture and a table'
tcpwaltz check --root in out.d/b.scn in/link.scn
must exits 2
must says "out.d/b.scn: error: cannot read it: it is not below 'in'"
must says "in/link.scn: error: cannot read it: it is not below 'in'"
for command in compare identify; do
    tcpwaltz "$command" --root in secret secret
    must exits 2
done
tcpwaltz identify --root in secret
must says "secret: error: cannot read it: it is not below 'in'"
ln -s ../secret tables/x.table
names ''
tcpwaltz check --root in --against tables in/x.scn
must exits 2
must says "tables/x.table: error: it is not below 'in'"
must shows_nothing
end

begin '--root: standard input is read, what it includes is confined'
names 'include "in/sub/b.scn"'
"$tcpwaltz" run --root in - <in/x.scn >out 2>err
code=$?
must exits 0
names 'include "out.d/b.scn"'
"$tcpwaltz" run --root in - <in/x.scn >out 2>err
code=$?
must exits 2
must says "<stdin>:1:9: error: cannot read 'out.d/b.scn': it is not below 'in'"
end

begin 'TCPWALTZ_ROOT is the same, and --root goes first'
TCPWALTZ_ROOT=in
export TCPWALTZ_ROOT
includes ../out.d/b.scn
must exits 2
must says "it is not below 'in'"
includes ../out.d/b.scn --root .
must exits 0
unset TCPWALTZ_ROOT
end

begin 'a root that is no folder'
includes sub/b.scn --root nowhere
must exits 2
must says "^tcpwaltz: --root 'nowhere' is no folder"
includes sub/b.scn --root secret
must exits 2
TCPWALTZ_ROOT=nowhere
export TCPWALTZ_ROOT
includes sub/b.scn
must exits 2
must says "^tcpwaltz: TCPWALTZ_ROOT 'nowhere' is no folder"
unset TCPWALTZ_ROOT
end

finish
