# What tcpwaltz needs from the system, how to see whether it is there, and which package of which
# distribution it is in. Sourced by tools/build.sh (say, root).
#
# `for` says who needs it: `run` what ./tcpwaltz builds with, `test` what ./check needs besides, `kernel` and
# `linux-VERSION` what tools/linux-kernel needs, `web` what tools/web needs, `page` what tools/page needs besides,
# `browser` what tries it. Where no package is named there is none.

prerequisites() {
    cat <<'TABLE'
# name        for   apt             dnf                  pacman     brew
compiler      run   gcc,libc6-dev   gcc,glibc-devel      gcc        gcc
meson         run   meson           meson                meson      meson
ninja         run   ninja-build     ninja-build          ninja      ninja
pkg-config    run   pkg-config      pkgconf-pkg-config   pkgconf    pkgconf
GLib          run   libglib2.0-dev  glib2-devel          glib2      glib
JSON-GLib     test  libjson-glib-dev json-glib-devel     json-glib  json-glib
libpcap       run   libpcap-dev     libpcap-devel        libpcap    libpcap
SQLite        run   libsqlite3-dev  sqlite-devel         sqlite     sqlite
Check         test  check           check-devel          check      check
gcc           test  gcc,libc6-dev   gcc,glibc-devel      gcc        gcc
clang         test  clang           clang                clang      llvm
sanitizers    test  gcc             libasan,libubsan     gcc        gcc
gnuplot       test  gnuplot-nox     gnuplot              gnuplot    gnuplot
valgrind      test  valgrind        valgrind             valgrind   valgrind
kernel-gcc    kernel gcc,libc6-dev,make gcc,glibc-devel,make gcc,make
flex          kernel flex           flex                 flex
bison         kernel bison          bison                bison
bc            kernel bc             bc                   bc
xz            kernel xz-utils       xz                   xz
source-6.1    linux-6.1  linux-source-6.1
source-6.12   linux-6.12 linux-source-6.12
emscripten    web   emscripten,node-acorn,xz-utils
node          web   nodejs
npm           page  npm
chromium      browser chromium,fonts-dejavu-core
TABLE
}

# can_compile COMMAND OPTION…: a compiler without a C library is no compiler.
can_compile() {
    command -v "$1" >/dev/null 2>&1 &&
        printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' |
        "$@" -x c - -o "$root/build/probe" >/dev/null 2>&1 &&
        rm -f "$root/build/probe"
}

has_library() {
    pkg-config --exists "$1" 2>/dev/null
}

# c_compiler OPTION…: the one that Meson will take.
c_compiler() {
    if [ -n "${CC:-}" ]; then
        # shellcheck disable=SC2086 # CC may hold options
        can_compile $CC "$@"
    else
        can_compile cc "$@" || can_compile gcc "$@" || can_compile clang "$@"
    fi
}

# kernel_archive VERSION: where the package of a kernel's source puts it; nothing when it did not.
kernel_archive() {
    [ ! -f "/usr/src/linux-source-$1.tar.xz" ] || printf '%s\n' "/usr/src/linux-source-$1.tar.xz"
}

is_there() {
    case $1 in
    compiler) c_compiler ;;
    sanitizers) c_compiler -fsanitize=address,undefined ;;
    gcc | clang) can_compile "$1" ;;
    meson)
        case $(meson --version 2>/dev/null </dev/null) in
        '' | 0.*) return 1 ;;
        esac
        ;;
    ninja) ninja --version >/dev/null 2>&1 ;;
    pkg-config) pkg-config --version >/dev/null 2>&1 ;;
    GLib) has_library 'glib-2.0 >= 2.74' && has_library gio-2.0 ;;
    JSON-GLib) has_library json-glib-1.0 ;;
    libpcap) has_library libpcap ;;
    SQLite) has_library sqlite3 ;;
    Check) has_library check ;;
    gnuplot) gnuplot --version >/dev/null 2>&1 ;;
    kernel-gcc) can_compile gcc && make --version >/dev/null 2>&1 ;;
    emscripten) emcc --version >/dev/null 2>&1 && [ -d /usr/share/nodejs/acorn ] ;;
    flex | bison | bc | xz | node | npm | chromium) "$1" --version >/dev/null 2>&1 ;;
    source-*) [ -n "$(kernel_archive "${1#source-}")" ] ;;
    # macOS has none: the one test that wants it is skipped there.
    valgrind) [ "$(uname)" = Darwin ] || valgrind --version >/dev/null 2>&1 ;;
    esac
}

# what_is_missing PURPOSE…: the names, one a line.
what_is_missing() {
    prerequisites | while read -r name purpose _; do
        case " $* " in
        *" $purpose "*) is_there "$name" </dev/null || printf '%s\n' "$name" ;;
        esac
    done
}

# package_manager: apt, dnf, pacman or brew; nothing when there is none that we know.
package_manager() {
    for manager in apt:apt-get dnf:dnf pacman:pacman brew:brew; do
        if command -v "${manager#*:}" >/dev/null 2>&1; then
            printf '%s\n' "${manager%:*}"
            return
        fi
    done
}

# packages_for MANAGER NAME…: the packages, on one line.
packages_for() {
    manager=$1
    shift
    prerequisites | while read -r name _ apt dnf pacman brew; do
        case " $* " in
        *" $name "*)
            case $manager in
            apt) printf '%s\n' "$apt" ;;
            dnf) printf '%s\n' "$dnf" ;;
            pacman) printf '%s\n' "$pacman" ;;
            brew) printf '%s\n' "$brew" ;;
            esac
            ;;
        esac
    done | tr ',' '\n' | awk '!seen[$0]++' | paste -s -d ' ' -
}

# install_command MANAGER PACKAGE…: what a person would type, which is what is run.
install_command() {
    manager=$1
    shift
    as_root='sudo '
    [ "$(id -u)" != 0 ] || as_root=
    case $manager in
    apt)
        printf '%sapt-get update && %senv DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends %s\n' \
            "$as_root" "$as_root" "$*"
        ;;
    dnf) printf '%sdnf install -y %s\n' "$as_root" "$*" ;;
    pacman) printf '%spacman -Sy --needed --noconfirm %s\n' "$as_root" "$*" ;;
    brew) printf 'brew install %s\n' "$*" ;;
    esac
}

# one_line: words of several lines, with commas.
one_line() {
    paste -s -d ',' - | sed 's/,/, /g'
}

# install_what_is_missing PURPOSE…: everything for these purposes is there afterwards, or it has
# been said why not.
install_what_is_missing() {
    missing=$(what_is_missing "$@")
    [ -n "$missing" ] || return 0
    say "missing: $(printf '%s\n' "$missing" | one_line)"

    manager=$(package_manager)
    if [ -z "$manager" ]; then
        say 'no package manager that I know (apt, dnf, pacman, brew): please install them yourself'
        return 1
    fi
    # shellcheck disable=SC2046,SC2086 # names and packages are words
    command=$(install_command "$manager" $(packages_for "$manager" $missing))

    if [ "${TCPWALTZ_NO_INSTALL:-0}" != 0 ]; then
        say "TCPWALTZ_NO_INSTALL is set, so nothing is installed. This would do it:"
        printf '  %s\n' "$command" >&2
        return 1
    fi
    case $command in
    'sudo '*)
        if ! command -v sudo >/dev/null 2>&1; then
            say 'installing them needs root, and there is no sudo. As root, run:'
            printf '  %s\n' "$(printf '%s\n' "$command" | sed 's/sudo //g')" >&2
            return 1
        fi
        ;;
    esac

    say "installing them with: $command"
    say 'this may take a minute or two'
    log=$root/build/install.log
    sh -c "$command" >"$log" 2>&1 </dev/null
    status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$log" >&2
        say "the installation failed with status $status; the whole log: $log"
        return 1
    fi

    # shellcheck disable=SC2119
    missing=$(what_is_missing "$@")
    if [ -n "$missing" ]; then
        say "installed, but still missing or too old: $(printf '%s\n' "$missing" | one_line)"
        say 'needed are Meson 1.0 and GLib 2.74 or newer'
        return 1
    fi
}
