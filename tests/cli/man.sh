#!/bin/sh
#
# The manual pages: fit for man, and complete: what the program lists by itself, they say. Reports in
# TAP.
#
# usage: man.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES

# has WORDS PAGE: does the page say these words, as a reader sees them?
has() {
    grep -qF -e "$1" "$work/$2.text"
}

not() {
    ! "$@"
}

is_empty() {
    [ ! -s "$1" ]
}

for page in tcpwaltz.1 tcpwaltz-scenario.5 tcpwaltz-profile.5; do
    begin "$page is filled"
    must sh "$root/man/fill.sh" "$tcpwaltz" 1.2.3 "$root/man/$page.in" >"$work/$page"
    # As a reader sees it: without macros, escapes and fonts.
    sed -e 's/^\.[A-Z][A-Z]* *//' -e 's/\\f[A-Z]//g' -e 's/\\(dq/"/g' -e 's/\\&//g' -e 's/^"//' \
        -e 's/"$//' -e 's/\\\(.\)/\1/g' "$work/$page" >"$work/$page.text"
    must not grep -q '^@' "$work/$page"
    must has 1.2.3 "$page"
    must not grep -q "$(printf '[\200-\377]')" "$work/$page"
    end

    if command -v groff >/dev/null 2>&1; then
        begin "$page: groff"
        groff -man -Tascii -ww "$work/$page" >/dev/null 2>"$work/err"
        must is_silent
        end
    fi
    if command -v mandoc >/dev/null 2>&1; then
        begin "$page: mandoc"
        mandoc -T lint -W warning "$work/$page" >"$work/err" 2>&1
        must is_silent
        end
    fi
done

begin 'a section that the help does not have is no page'
echo '@section NOBODY KNOWS@' >"$work/wrong.in"
must not sh "$root/man/fill.sh" "$tcpwaltz" 1.2.3 "$work/wrong.in" 2>/dev/null >"$work/wrong"
end

begin 'tcpwaltz(1): every subcommand, every option'
"$tcpwaltz" --help | awk '/^$/ { part++ } part == 2 && NF { print $1 }' >"$work/subcommands"
must grep -qx run "$work/subcommands"
while read -r name; do
    must has "tcpwaltz $name [option...]" tcpwaltz.1
    "$tcpwaltz" "$name" --help | grep -oE '^  (-., )?--[a-z-]+=?' | grep -oE -e '--.*' >"$work/options"
    must grep -qx -e --help "$work/options"
    while read -r option; do
        must has "$option" tcpwaltz.1
    done <"$work/options"
done <"$work/subcommands"
end

begin 'tcpwaltz(1): the exit status of the help'
for code in 0 1 2 3; do
    must grep -qx "\\.B $code" "$work/tcpwaltz.1"
done
must not grep -qx '\.B 4' "$work/tcpwaltz.1"
end

begin 'the language: every form that the help has'
"$tcpwaltz" help scenario | awk '/^WORDS/ { exit } /^  [^ ]/' | sed -e 's/^  //' -e 's/…/.../g' \
    -e 's/§/section /g' >"$work/forms"
must grep -q '^expect ' "$work/forms"
while read -r form; do
    must has "$form" tcpwaltz-scenario.5
done <"$work/forms"
end

begin 'every key, with its default'
"$tcpwaltz" help profile | awk '/^KEYS/ { keys = 1 } keys && /^  [^ ]/ { print $1 }' >"$work/keys"
must grep -q '^initial-rto=' "$work/keys"
must grep -q '^delay=' "$work/keys"
while read -r key; do
    must has "$key" tcpwaltz-scenario.5
done <"$work/keys"
"$tcpwaltz" profiles rfc6298 | sed -n 's/^  \([a-z][^ ]*\)  .*/\1=/p' | sed '/^key=/d' >"$work/keys"
must grep -q '^initial-rto=' "$work/keys"
while read -r key; do
    must has "$key" tcpwaltz-profile.5
done <"$work/keys"
end

begin 'every profile that is shipped'
for file in "$root"/sim/profiles/*.profile; do
    must has "$(basename "$file" .profile)" tcpwaltz-profile.5
done
end

finish
