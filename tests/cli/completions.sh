#!/bin/sh
#
# The shells' completions offer every subcommand and every option that the help tells, and the words
# that options take are taken. Reports in TAP.
#
# usage: completions.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES
completions=$root/completions
tab=$(printf '\t')

mkdir "$work/bin" "$work/folder"
ln -s "$tcpwaltz" "$work/bin/tcpwaltz"
PATH=$work/bin:$PATH
cp "$root/scenarios/handshake/first-syn-lost.scn" "$root/tests/drill/data-out.pkt" "$work/folder/"
cd "$work/folder" || exit 1

has_line() {
    grep -qxF -e "$1" "$2"
}

not() {
    ! "$@"
}

# What the help says: an independent witness of what there is.
subcommands() {
    "$tcpwaltz" --help | awk '/^$/ { part++ } part == 2 && NF { print $1 }'
}

options() {
    "$tcpwaltz" "$1" --help | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+'
}

# What each shell offers for a command line, a candidate a line, in $work/offered.

# shellcheck disable=SC2016 # for bash
bash_offers() {
    bash -c '
        . "$0" || exit 1
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _tcpwaltz
        printf "%s\n" "${COMPREPLY[@]}"' "$completions/tcpwaltz.bash" "$@" >"$work/offered"
}

fish_offers() {
    fish --no-config -c "source '$completions/tcpwaltz.fish'; complete -C '$*'" |
        sed "s/$tab.*//; s/=\$//" >"$work/offered"
}

# The functions that zsh itself brings print what they are given to offer.
# shellcheck disable=SC2016 # for zsh
zsh_offers() {
    zsh -f -c '
        _call_program() { shift; "$@" }
        _arguments() { print -l -- "${@%%[\[=+]*}" ${(M)@:#*:\(*} ${${(M)@:#\*:*}#\*} }
        _describe() { print -l -- ${${(P)4}%%:*} }
        words=("$@") CURRENT=$#
        . "$0"' "$completions/_tcpwaltz" "$@" | sed 's/^\*//' >"$work/offered"
}

subcommands >"$work/subcommands"
begin 'the help lists subcommands and options'
must has_line run "$work/subcommands"
must has_line help "$work/subcommands"
options run >"$work/options"
must has_line --format "$work/options"
must has_line --color "$work/options"
end

for shell in bash zsh fish; do
    case $shell in
    bash) file=tcpwaltz.bash ;;
    zsh) file=_tcpwaltz ;;
    fish) file=tcpwaltz.fish ;;
    esac
    if ! command -v "$shell" >/dev/null 2>&1; then
        skip "$shell completes" "no $shell here"
        continue
    fi

    begin "$shell: the completion is $shell"
    must "$shell" -n "$completions/$file"
    end

    begin "$shell: every subcommand"
    "${shell}_offers" tcpwaltz ''
    while read -r name; do
        must has_line "$name" "$work/offered"
    done <"$work/subcommands"
    end

    begin "$shell: the options of tcpwaltz itself"
    "${shell}_offers" tcpwaltz --
    must has_line --help "$work/offered"
    must has_line --version "$work/offered"
    end

    while read -r name; do
        begin "$shell: every option of $name"
        "${shell}_offers" tcpwaltz "$name" --
        options "$name" >"$work/options"
        must has_line --help "$work/options"
        while read -r option; do
            must has_line "$option" "$work/offered"
        done <"$work/options"
        must not has_line --list-options "$work/offered"
        end
    done <"$work/subcommands"
done

for shell in bash fish; do
    command -v "$shell" >/dev/null 2>&1 || continue

    begin "$shell: formats, profiles, topics, scenarios"
    "${shell}_offers" tcpwaltz run --format m
    must has_line mermaid "$work/offered"
    must not has_line json "$work/offered"
    "${shell}_offers" tcpwaltz profiles linux-2
    must has_line linux-2.4 "$work/offered"
    "${shell}_offers" tcpwaltz help s
    must has_line scenario "$work/offered"
    "${shell}_offers" tcpwaltz bench h
    must has_line handshakes "$work/offered"
    must not has_line flood "$work/offered"
    "${shell}_offers" tcpwaltz lesson 1
    must has_line 1 "$work/offered"
    must has_line 13 "$work/offered"
    must not has_line 6 "$work/offered"
    "${shell}_offers" tcpwaltz run f
    must has_line first-syn-lost.scn "$work/offered"
    "${shell}_offers" tcpwaltz check d
    must has_line data-out.pkt "$work/offered"
    "${shell}_offers" tcpwaltz check --profile fre
    must has_line freebsd "$work/offered"
    end
done

# The third line has no value by `let`, and the second of it is a comment.
cat >named.scn <<'END'
let rtt=20ms tries=3 # other=5
let loss=1%
host client linux-6.18 tcp_syn_retries=$tries
END

for shell in bash fish; do
    command -v "$shell" >/dev/null 2>&1 || continue

    begin "$shell: what a scenario has by let can be varied and set"
    for option in --vary --set; do
        "${shell}_offers" tcpwaltz sweep named.scn "$option" ''
        sed -i 's/=$//' "$work/offered"
        for name in rtt tries loss; do
            must has_line "$name" "$work/offered"
        done
        must not has_line other "$work/offered"
        must not has_line tcp_syn_retries "$work/offered"
    done
    "${shell}_offers" tcpwaltz sweep named.scn --vary r
    must grep -q '^rtt' "$work/offered"
    must not grep -q '^tries' "$work/offered"
    end
done

begin 'zsh: what a scenario has by let can be varied and set'
if command -v zsh >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # for zsh
    zsh -f -c '
        compadd() { print -l -- ${(P)${@[-1]}} }
        _arguments() { _tcpwaltz_names; print -l -- "${@}" }
        _call_program() { shift; "$@" }
        words=("$@") CURRENT=$#
        . "$0"' "$completions/_tcpwaltz" tcpwaltz sweep named.scn --vary '' >"$work/offered"
    must has_line rtt= "$work/offered"
    must has_line tries= "$work/offered"
    must has_line loss= "$work/offered"
    must not has_line other= "$work/offered"
    must grep -q '^\*--vary=.*:HOST.KEY=VALUES:_tcpwaltz_names$' "$work/offered"
fi
end

begin 'zsh: formats, and what each subcommand is about'
if command -v zsh >/dev/null 2>&1; then
    zsh_offers tcpwaltz run ''
    must grep -q ':FORMAT:(timeline .*mermaid' "$work/offered"
    must has_line ':file:_files' "$work/offered"
    zsh_offers tcpwaltz check ''
    must has_line ':scenario:_tcpwaltz_scenarios' "$work/offered"
    zsh_offers tcpwaltz profiles ''
    must has_line ':profile:_tcpwaltz_stacks' "$work/offered"
    zsh_offers tcpwaltz help ''
    must has_line ':topic:_tcpwaltz_topics' "$work/offered"
    zsh_offers tcpwaltz bench ''
    must has_line ':bench:_tcpwaltz_benches' "$work/offered"
    zsh_offers tcpwaltz lesson ''
    must has_line ':lesson:_tcpwaltz_lessons' "$work/offered"
fi
end

begin 'every format that is offered is one'
"$tcpwaltz" help --list | awk -F '\t' '$2 == "run" && $3 == "--format" { print $6 }' |
    tr ' ' '\n' >"$work/formats"
must has_line timeline "$work/formats"
must has_line flow "$work/formats"
while read -r format; do
    tcpwaltz run --format "$format" first-syn-lost.scn
    must exits 0
done <"$work/formats"
end

begin 'the list has as many fields as it says'
tcpwaltz help --list
must exits 0
must is_silent
must not awk -F '\t' '
    BEGIN { want["command"] = 4; want["option"] = 7; want["topic"] = 2; want["bench"] = 2
        want["profile"] = 3; want["lesson"] = 3; want["symptom"] = 3 }
    NF != want[$1] { wrong = 1 }
    END { exit !wrong }' "$work/out"
tcpwaltz help --list run
must exits 2
end

finish
