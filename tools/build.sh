# The slow half of ./tcpwaltz and ./check: configuring and building with Meson, and saying in a few
# lines why that failed. Sourced, by a script that has set
#
#   root   the checkout
#   me     the name to speak under
#
# Everything is said on standard error (standard output belongs to the program) and everything is
# written below build/. Nothing here may read standard input: a scenario may come that way.

. "$root/tools/prerequisites.sh"

say() {
    printf '%s: %s\n' "$me" "$*" >&2
}

# prepare_build_folder: build/ exists and can be written.
prepare_build_folder() {
    if ! mkdir -p "$root/build" 2>/dev/null || ! [ -w "$root/build" ]; then
        say "cannot write to $root/build, where the program is built"
        say "make the checkout writable, or build elsewhere: meson setup DIR \"$root\" && ninja -C DIR"
        return 1
    fi
}

# lock NAME: from here on no other process has build/NAME.lock, until unlock or the end of this one.
# Without flock (macOS) nobody waits.
lock() {
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>>"$root/build/$1.lock"
    if ! flock -n 9; then
        say 'waiting for another build of this checkout'
        flock 9
    fi
}

unlock() {
    exec 9>&-
}

# is_configured DIR OPTION…: DIR is a complete build of this checkout with these options.
is_configured() {
    stamp=$1/configured
    shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$root $*" ]
}

# configure DIR OPTION…: afresh, unless it is done. A setup that was interrupted left no stamp.
configure() {
    is_configured "$@" && return 0
    dir=$1
    shift
    rm -rf "$dir"
    mkdir -p "$dir"
    if ! meson setup "$dir" "$root" "$@" >"$dir.setup.log" 2>&1 </dev/null; then
        say 'the build cannot be configured:'
        sed -n '/ERROR:/,$p' "$dir.setup.log" | grep -v '^A full log\|^$' | head -n 20 >&2
        say "the whole log: $dir.setup.log"
        return 1
    fi
    printf '%s\n' "$root $*" >"$dir/configured"
}

# compile DIR TARGET…: all of it where no target is named. Its log is DIR.log.
compile() {
    dir=$1
    shift
    counted compiling ninja -C "$dir" "$@" >"$dir.log"
}

# counted DOING COMMAND…: the command's output and status; how far it is, is shown on standard error.
counted() {
    doing=$1
    shift
    {
        "$@" 2>&1 </dev/null
        printf '\nended with %d\n' $?
    } | follow
}

# follow: copies what a command says, and shows the steps that it counts ("[12/180] …", " 12/180 …").
# The last line has the command's status, which is its own.
follow() {
    ended=1
    quarter=0
    while IFS= read -r line; do
        case $line in
        'ended with '*) ended=${line##* } ;;
        *)
            printf '%s\n' "$line"
            steps=${line#"${line%%[!\[ ]*}"}
            case $steps in
            [0-9]*/[0-9]*[]\ ]*) show_steps "${steps%%[]\ ]*}" ;;
            esac
            ;;
        esac
    done
    [ ! -t 2 ] || printf '\r%60s\r' '' >&2
    return "$ended"
}

# show_steps DONE/OF: on a terminal in a line that changes; elsewhere a line for each quarter
# of a work that takes long.
show_steps() {
    case $1 in
    *[!0-9/]* | */*/*) return ;;
    esac
    step=${1%/*}
    of=${1#*/}
    if [ -t 2 ]; then
        printf '\r%s: %s, %s of %s ' "$me" "$doing" "$step" "$of" >&2
        return
    fi
    [ "$of" -ge 40 ] && [ $((step * 4 / of)) -gt "$quarter" ] || return 0
    quarter=$((step * 4 / of))
    say "$doing, $step of $of"
}

# is_stale LOG: the build failed for want of a sane build folder, not for the code's sake: Meson
# was updated, a file of the old configuration is gone, ninja's own records are damaged.
is_stale() {
    grep -Eq '^ninja: (error|fatal):|^FAILED: build\.ninja|ninja: not found' "$1"
}

# explain_failure DIR: the errors out of ninja's log, without command lines, progress or warnings.
explain_failure() {
    say 'the build failed:'
    awk '
        /^\[[0-9]+\/[0-9]+\]/ { show = 0; next }
        /^FAILED: / { show = 1; getline; next }
        /^ninja: (error|fatal)/ { print; next }
        /^ninja: / { next }
        /: In function |^In file included from |^ +from / { where = where $0 "\n"; next }
        /: (fatal )?error: / { printf "%s", where; show = 1 }
        /: warning: / { show = 0 }
        { where = "" }
        show { print }
    ' "$1.log" | head -n 60 >&2
    say "the whole log: $1.log"
}

# build DIR OPTION…: configured and compiled, or explained. A build folder that went bad is made
# anew, once.
build() {
    configure "$@" || return 1
    compile "$1" && return 0
    if is_stale "$1.log"; then
        rm -f "$1/configured"
        configure "$@" || return 1
        compile "$1" && return 0
    fi
    explain_failure "$1"
    return 1
}

# bring_up_to_date DIR OPTION…: the same, starting from whatever there is: nothing at all, the
# build of a checkout that was elsewhere, a build whose compiler has since been removed.
bring_up_to_date() {
    prepare_build_folder || return 1
    lock release
    if is_configured "$@"; then
        [ ! -t 2 ] || say "rebuilding ${1#"$root"/}"
        if compile "$1"; then
            unlock
            return 0
        fi
        [ -z "$(what_is_missing run)" ] || rm -f "$1/configured"
    fi
    if ! is_configured "$@"; then
        install_what_is_missing run || return 1
        say "building into ${1#"$root"/}"
    fi
    build "$@" || return 1
    unlock
}
