#!/bin/sh
#
# `meson install` gives a program that finds its profiles where they were installed, or went since:
# one that is in no checkout, put beside them, is found, too. Reports in TAP. Called by ./check.

set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
me=installed
. "$root/tools/build.sh"
. "$root/tests/release.sh"

work=$root/build/installed
prefix=$release_prefix
mkdir -p "$work"
number=0
status=0

# report WHAT: ok if the status before was 0.
report() {
    if [ "$?" -eq 0 ]; then verdict=ok; else
        verdict='not ok'
        status=1
    fi
    number=$((number + 1))
    echo "$verdict $number - $1"
}

if ! build_release; then
    echo 'Bail out! The build that was to be installed failed.'
    exit 1
fi

rm -rf "$prefix"
meson install -C "$release" --no-rebuild >"$work/install.log" 2>&1 </dev/null
report 'meson install'

"$prefix/bin/tcpwaltz" --version >"$work/out" 2>&1
report 'the installed program starts'

is_installed() {
    for file; do
        [ -s "$prefix/share/$file" ] || {
            echo "# not installed: share/$file"
            return 1
        }
    done
}

is_installed man/man1/tcpwaltz.1 man/man5/tcpwaltz-scenario.5 man/man5/tcpwaltz-profile.5
report 'manual pages are installed'

is_installed bash-completion/completions/tcpwaltz zsh/site-functions/_tcpwaltz \
    fish/vendor_completions.d/tcpwaltz.fish
report 'completions are installed'

echo 'base rfc6298' >"$prefix/share/tcpwaltz/profiles/only-here.profile"
cat >"$work/only-here.scn" <<'SCENARIO'
title "A profile that only the installation has"
host client only-here
host server rfc6298
link client server delay=10ms
at 0s server listen
at 0s client connect server
at 1s client close
when server CLOSE-WAIT server close
expect client enters ESTABLISHED at 20ms
SCENARIO
"$prefix/bin/tcpwaltz" check "$work/only-here.scn" >"$work/out" 2>&1
report 'the installed program finds its profiles'

is_installed tcpwaltz/docs/lessons/README.md tcpwaltz/docs/lessons/01-three-segments.md \
    tcpwaltz/docs/lessons/pictures/01-three-segments.svg tcpwaltz/scenarios/handshake/normal.scn
report 'lessons are installed'

is_installed tcpwaltz/symptoms/syn-127s.symptom tcpwaltz/symptoms/syn-127s-host-off.scn
report 'symptoms are installed, with their scenarios'

(cd / && "$prefix/bin/tcpwaltz" explain 127 s --write "$work/made") >"$work/out" 2>&1 &&
    grep -q 'every-syn-lost-linux-3.7.scn' "$work/out"
report 'the installed program explains, and writes scenarios'

# shows_lesson PROGRAM: from a folder that has nothing to do with it, and from its own files.
shows_lesson() {
    (cd / && "$1" lesson 1 && "$1" lessons) >"$work/out" 2>&1 &&
        grep -q 'received SYN-ACK seq=0 ack=1' "$work/out" &&
        grep -q "^Picture: $(dirname "$(dirname "$1")")/share/" "$work/out" &&
        grep -q '^ 1   ' "$work/out"
}

shows_lesson "$prefix/bin/tcpwaltz"
report 'the installed program shows a lesson, with its run'

rm -rf "$work/moved here"
mv "$prefix" "$work/moved here"
"$work/moved here/bin/tcpwaltz" check "$work/only-here.scn" >>"$work/out" 2>&1
report 'and finds them after a move'

shows_lesson "$work/moved here/bin/tcpwaltz"
report 'and shows lessons'
[ "$status" -eq 0 ] || sed 's/^/# /' "$work/out"

echo "1..$number"
exit "$status"
