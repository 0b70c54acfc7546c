#!/bin/sh
#
# What ./tcpwaltz decides, tried on a machine of stubs: a folder with spaces in its name, a PATH
# that holds plain utilities and whatever the test puts there. Nothing is installed or compiled.
#
# usage: launcher.sh ROOT         reports in TAP

set -u

root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
status=0

# ok CONDITION…: the conditions of the test at hand, all of them.
ok() {
    "$@" || failed="$failed
#   failed: $*"
}

# What every machine has.
mkdir -p "$work/plain/bin" "$work/plain/check out" "$work/plain/home"
for utility in awk cat chmod cp dirname env flock grep head mkdir mv paste readlink rm sed sh \
    sleep sort tail touch tr; do
    path=$(command -v "$utility") && ln -s "$path" "$work/plain/bin/$utility"
done
cp -R "$root/tcpwaltz" "$root/tools" "$work/plain/check out/"

# test_is WHAT: a new machine: nothing but utilities, root, no package manager.
test_is() {
    what=$1
    failed=
    machine=$work/machine
    rm -rf "$machine"
    cp -RP "$work/plain" "$machine"
    checkout=$(cd "$machine/check out" && pwd -P)
    stub id 'echo 0'
    : >"$machine/calls"
}

# test_ends: and its verdict.
test_ends() {
    number=$((number + 1))
    if [ -z "$failed" ]; then
        echo "ok $number - $what"
    else
        echo "not ok $number - $what$failed"
        sed 's/^/#   out: /' "$machine/out"
        sed 's/^/#   err: /' "$machine/err"
        sed 's/^/#   call: /' "$machine/calls"
        status=1
    fi
}

# stub NAME CODE: a command that notes how it was called, and then does CODE.
stub() {
    rm -f "$machine/bin/$1"
    {
        echo '#!/bin/sh'
        printf 'machine="%s"\n' "$machine"
        # shellcheck disable=SC2016 # for the stub
        [ "$1" = id ] || printf 'echo "${0##*/} $*" >>"$machine/calls"\n'
        printf '%s\n' "$2"
    } >"$machine/bin/$1"
    chmod +x "$machine/bin/$1"
}

# a_tool NAME: a stub of something that a build needs.
a_tool() {
    # shellcheck disable=SC2016 # for the stubs
    case $1 in
    cc) stub cc 'exit 0' ;;
    pkg-config) stub pkg-config '[ "$1" = --version ] || [ -e "$machine/lib-${2%% *}" ]' ;;
    meson)
        stub meson 'case $1 in
            --version) echo 1.0.1 ;;
            setup) mkdir -p "$2" && echo rules >"$2/build.ninja" ;;
            esac'
        ;;
    ninja)
        stub ninja '[ "$1" = --version ] && exit
            program=$2/sim/tcpwaltz
            if [ -x "$program" ] && [ ! -e "$machine/changed" ]; then
                echo "ninja: no work to do."
            elif [ "${3:-}" = -n ]; then
                echo "[0/1] would do something"
            elif [ -e "$machine/ninja-says" ]; then
                cat "$machine/ninja-says"
                exit 1
            else
                [ ! -e "$machine/ninja-steps" ] || cat "$machine/ninja-steps"
                mkdir -p "$2/sim"
                echo "#!/bin/sh" >"$program"
                echo "pwd; for word; do echo \"word: \$word\"; done; cat; exit 7" >>"$program"
                chmod +x "$program"
                rm -f "$machine/changed"
            fi'
        ;;
    esac
}

everything() {
    for tool in cc pkg-config meson ninja; do
        a_tool "$tool"
    done
    touch "$machine/lib-glib-2.0" "$machine/lib-gio-2.0" "$machine/lib-libpcap" "$machine/lib-sqlite3"
}

# an_installer NAME: a package manager after which everything is there.
an_installer() {
    everything
    for tool in cc pkg-config meson ninja; do
        mv "$machine/bin/$tool" "$machine/home/$tool"
    done
    mv "$machine"/lib-* "$machine/home/"
    # shellcheck disable=SC2016 # for the stub
    stub "$1" 'case " $* " in
        *install*|*" -Sy "*)
            for tool in cc pkg-config meson ninja; do cp "$machine/home/$tool" "$machine/bin/"; done
            cp "$machine"/home/lib-* "$machine/" ;;
        esac
        echo "noise of the installer"'
}

# launch ARGUMENT…: ./tcpwaltz, with its status, output and errors kept.
launch() {
    (
        cd "$machine/home" || exit 99
        HOME=$machine/home PATH=$machine/bin TCPWALTZ_NO_INSTALL=${no_install:-} \
            CC='' "${launcher:-$checkout/tcpwaltz}" "$@" \
            >"$machine/out" 2>"$machine/err" <<INPUT
standard input
INPUT
    )
    result=$?
}

ends_with_status() { [ "$result" -eq "$1" ]; }
says() { grep -qF -- "$1" "$machine/err"; }
is_silent() { [ ! -s "$machine/err" ]; }
prints() { grep -qxF -- "$1" "$machine/out"; }
prints_nothing() { [ ! -s "$machine/out" ]; }
calls() { grep -qxF -- "$1" "$machine/calls"; }
calls_any() { grep -q "^$1" "$machine/calls"; }
calls_no() { ! calls_any "$1"; }

# program_ran: with the caller's folder, words and standard input, and nothing else in its output.
program_ran() {
    ok ends_with_status 7
    ok prints "$(cd "$machine/home" && pwd)"
    ok prints 'word: run'
    ok prints 'word: two words'
    ok prints 'standard input'
    ok [ "$(grep -c . "$machine/out")" -eq 4 ]
}

apt_packages='gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev libpcap-dev libsqlite3-dev'
apt_install="env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"
dnf_packages='gcc glibc-devel meson ninja-build pkgconf-pkg-config glib2-devel libpcap-devel sqlite-devel'
pacman_packages='gcc meson ninja pkgconf glib2 libpcap sqlite'
brew_packages='gcc meson ninja pkgconf glib libpcap sqlite'

command_of() {
    case $1 in
    apt-get) echo "apt-get update && $apt_install $apt_packages" ;;
    dnf) echo "dnf install -y $dnf_packages" ;;
    pacman) echo "pacman -Sy --needed --noconfirm $pacman_packages" ;;
    brew) echo "brew install $brew_packages" ;;
    esac
}

for manager in apt-get dnf pacman brew; do
    test_is "$manager: TCPWALTZ_NO_INSTALL installs nothing and names it all"
    an_installer "$manager"
    no_install=1
    launch run 'two words'
    no_install=
    ok ends_with_status 2
    ok prints_nothing
    ok calls_no "$manager"
    ok says 'missing: compiler, meson, ninja, pkg-config, GLib, libpcap, SQLite'
    ok says "  $(command_of "$manager")"
    test_ends

    test_is "$manager: as root, says the command, runs it, builds, runs the program"
    an_installer "$manager"
    launch run 'two words'
    program_ran
    ok says "installing them with: $(command_of "$manager")"
    ok calls "$(command_of "$manager" | sed 's/.*&& env [^ ]* //')"
    ok calls_any 'meson setup'
    ok [ "$(grep -c noise "$machine/err")" -eq 0 ]
    test_ends
done

for manager in apt-get dnf pacman; do
    test_is "$manager: not root, with sudo"
    an_installer "$manager"
    stub id 'echo 1000'
    # shellcheck disable=SC2016 # for the stub
    stub sudo '"$@"'
    launch run 'two words'
    program_ran
    ok calls "sudo $(command_of "$manager" | sed 's/.*&& //')"
    test_ends

    test_is "$manager: not root, without sudo"
    an_installer "$manager"
    stub id 'echo 1000'
    launch run
    ok ends_with_status 2
    ok calls_no "$manager"
    ok says 'there is no sudo. As root, run:'
    ok says "  $(command_of "$manager")"
    test_ends
done

test_is 'brew: never with sudo'
an_installer brew
stub id 'echo 1000'
stub sudo 'exit 1'
launch run 'two words'
program_ran
ok calls_no sudo
test_ends

test_is 'no package manager that it knows'
launch run
ok ends_with_status 2
ok says 'missing: compiler, meson, ninja, pkg-config, GLib, libpcap, SQLite'
ok says 'please install them yourself'
test_ends

test_is 'only what is missing is installed'
everything
stub apt-get 'touch "$machine/lib-libpcap"'
rm "$machine/lib-libpcap"
launch run 'two words'
program_ran
ok calls 'apt-get install -y --no-install-recommends libpcap-dev'
test_ends

test_is 'a compiler without a C library is no compiler'
everything
stub cc 'exit 1'
stub apt-get 'exit 0'
no_install=1
launch run
no_install=
ok says 'missing: compiler'
ok says 'gcc libc6-dev'
test_ends

test_is 'a Meson that is too old is missing'
everything
stub meson 'echo 0.56.2'
stub apt-get 'exit 0'
launch run
ok ends_with_status 2
ok says 'still missing or too old: meson'
test_ends

test_is 'a failed installation ends with its reason'
stub apt-get 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    echo "noise $i"; done; echo "E: no such package"; exit 100'
launch run
ok ends_with_status 2
ok prints_nothing
ok says 'E: no such package'
ok says 'failed with status 100'
ok [ "$(grep -c noise "$machine/err")" -le 20 ]
test_ends

test_is 'everything there, nothing installed'
everything
stub apt-get 'exit 1'
launch run 'two words'
program_ran
ok calls_no apt-get
test_ends

# many_steps: what ninja says while it compiles.
many_steps() {
    awk 'BEGIN { for (i = 1; i <= 80; i++) printf "[%d/80] Compiling C object 1/2.o\n", i }' \
        >"$machine/ninja-steps"
}

test_is 'a long build tells how far it is, four times where nobody looks'
everything
many_steps
launch run 'two words'
program_ran
ok says 'tcpwaltz: compiling, 20 of 80'
ok says 'tcpwaltz: compiling, 80 of 80'
ok [ "$(grep -c compiling "$machine/err")" -eq 4 ]
ok grep -q '^.80/80. Compiling C object 1/2.o$' "$checkout/build/release.log"
test_ends

if script -qec true /dev/null >/dev/null 2>&1; then
    test_is 'on a terminal in one line, which is wiped'
    everything
    many_steps
    (
        cd "$machine/home" && PATH=$machine/bin CC='' \
            "$(command -v script)" -qec "'$checkout/tcpwaltz' 2>&1 >/dev/null" /dev/null \
            </dev/null >"$machine/err"
    )
    ok grep -q "$(printf '\r')tcpwaltz: compiling, 7 of 80 $(printf '\r')tcpwaltz: compiling, 8" \
        "$machine/err"
    ok grep -q "$(printf '\r') *$(printf '\r')\$" "$machine/err"
    test_ends
fi

test_is 'up to date: only ninja looks'
everything
launch run 'two words'
: >"$machine/calls"
launch run 'two words'
program_ran
ok is_silent
ok [ "$(grep -c . "$machine/calls")" -eq 1 ]
ok calls "ninja -C $checkout/build/release -n"
test_ends

test_is 'a changed source is compiled, without Meson'
everything
launch run 'two words'
touch "$machine/changed"
: >"$machine/calls"
launch run 'two words'
program_ran
ok is_silent
ok calls "ninja -C $checkout/build/release"
ok calls_no meson
test_ends

test_is 'through symbolic links, absolute and relative'
everything
ln -s "$checkout/tcpwaltz" "$machine/home/absolute link"
ln -s 'absolute link' "$machine/home/relative link"
launcher="./relative link"
launch run 'two words'
launcher=
program_ran
test_ends

test_is 'found through PATH'
everything
ln -s "$checkout/tcpwaltz" "$machine/bin/tcpwaltz"
launcher=tcpwaltz
launch run 'two words'
launcher=
program_ran
test_ends

test_is 'a checkout that moved is set up anew'
everything
launch run 'two words'
mv "$checkout" "$machine/moved here"
checkout="$(cd "$machine/moved here" && pwd -P)"
: >"$machine/calls"
launch run 'two words'
program_ran
ok calls "meson setup $checkout/build/release $checkout --buildtype=release -Dtests=disabled"
test_ends

test_is 'a setup that was interrupted is begun anew'
everything
mkdir -p "$checkout/build/release/meson-private"
touch "$checkout/build/release/meson-private/half"
launch run 'two words'
program_ran
ok [ ! -e "$checkout/build/release/meson-private/half" ]
test_ends

test_is 'a compiler that was removed is installed again'
everything
launch run 'two words'
touch "$machine/changed"
echo 'FAILED: a.o' >"$machine/ninja-says"
mv "$machine/bin/cc" "$machine/home/"
stub apt-get 'rm -f "$machine/ninja-says"; cp "$machine/home/cc" "$machine/bin/"'
launch run 'two words'
program_ran
ok calls 'apt-get install -y --no-install-recommends gcc libc6-dev'
test_ends

test_is 'a build folder that went bad is made anew, once'
everything
launch run 'two words'
touch "$machine/changed"
echo 'ninja: error: loading build.ninja' >"$machine/ninja-says"
launch run
ok ends_with_status 2
ok [ "$(grep -c '^meson setup' "$machine/calls")" -eq 2 ]
test_ends

test_is 'a failed build ends with the errors, not with noise'
everything
cat >"$machine/ninja-says" <<'SAYS'
ninja: Entering directory `build/release'
[1/9] Compiling C object a.o
a.c: In function ‘harmless’:
a.c:1:1: warning: only a warning of a file that compiled
    1 | harmless
[2/9] Compiling C object b.o
FAILED: b.o
cc -Ilong -command -line
b.c: In function ‘careless’:
b.c:3:5: warning: a warning beside it
    3 | warned
b.c: In function ‘broken’:
b.c:7:9: error: expected ‘;’
    7 | broken
ninja: build stopped: subcommand failed.
SAYS
launch run
ok ends_with_status 2
ok prints_nothing
ok says 'b.c: In function ‘broken’:'
ok says 'b.c:7:9: error: expected ‘;’'
ok says '    7 | broken'
ok [ "$(grep -c warn "$machine/err")" -eq 0 ]
ok [ "$(grep -c 'command -line\|harmless\|careless\|ninja:' "$machine/err")" -eq 0 ]
ok says 'the whole log: '
test_ends

test_is 'a checkout that cannot be written says so'
everything
echo 'not a folder' >"$checkout/build"
launch run
ok ends_with_status 2
ok says "cannot write to $checkout/build"
test_ends

if command -v flock >/dev/null 2>&1; then
    test_is 'who comes second waits and does not build again'
    everything
    # shellcheck disable=SC2016 # for the stub
    mv "$machine/bin/ninja" "$machine/bin/real-ninja"
    stub ninja '[ "$1" = --version ] || [ "${3:-}" = -n ] || sleep 1
        exec "$machine/bin/real-ninja" "$@"'
    (
        cd "$machine/home" && PATH=$machine/bin CC='' "$checkout/tcpwaltz" </dev/null >/dev/null 2>&1
    ) &
    sleep 0.3
    launch run 'two words'
    wait
    program_ran
    ok says 'waiting for another build'
    ok [ "$(grep -c '^meson setup' "$machine/calls")" -eq 1 ]
    test_ends
fi

test_is 'every library that the build asks for is looked for and installed'
: >"$machine/out"
: >"$machine/err"
libraries=$(find "$root/meson.build" "$root/sim" "$root/tests" -name meson.build -exec \
    sed -n "/required: get_option(/d; s/.*[^_]dependency('\([^']*\)'.*/\1/p" {} +) # optional ones are not
ok [ -n "$libraries" ]
for library in $libraries; do
    ok grep -Eq "has_library '?$library( |'|\$)" "$root/tools/prerequisites.sh"
done
test_ends

echo "1..$number"
exit "$status"
