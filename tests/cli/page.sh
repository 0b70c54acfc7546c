#!/bin/sh
#
# tcpwaltz page: where it finds the page, and who is asked to open it. Reports in TAP.
#
# usage: page.sh ROOT TCPWALTZ

set -u

root=$1
program=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"

# An installation that was moved, to a folder whose name an address has to write otherwise.
home="$work/my files"
mkdir -p "$home/bin" "$home/share/applications"
cp "$program" "$home/bin/tcpwaltz"
tcpwaltz="$home/bin/tcpwaltz"
address="file://$work/my%20files/share/tcpwaltz/page/index.html"

# A browser that says what it is to open.
XDG_DATA_HOME=$home/share
XDG_CONFIG_HOME=$home/config
export XDG_DATA_HOME XDG_CONFIG_HOME
mkdir -p "$XDG_CONFIG_HOME"
mkfifo "$work/opened" || exit 1
printf '#!/bin/sh\nprintf "%%s\\n" "$1" >"%s"\n' "$work/opened" >"$work/browser"
chmod +x "$work/browser"
install_browser() {
    printf '%s\n' '[Desktop Entry]' Type=Application Name=Browser "Exec=$work/browser %u" \
        >"$XDG_DATA_HOME/applications/browser.desktop"
    printf '%s\n' '[Default Applications]' x-scheme-handler/file=browser.desktop \
        >"$XDG_CONFIG_HOME/mimeapps.list"
}

# A page that looks like one.
make_page() {
    mkdir -p "$home/share/tcpwaltz/page"
    echo '<!DOCTYPE html>' >"$home/share/tcpwaltz/page/index.html"
}

begin 'without a page it says where it should be, and what makes one'
tcpwaltz page --print
must exits 2
must says 'there is no page in'
must says 'tools/page builds it'
end

begin '--print says the address, and opens nothing'
make_page
tcpwaltz page --print
must exits 0
must test "$(cat "$work/out")" = "$address"
end

begin 'it takes no argument'
tcpwaltz page mine.scn
must exits 2
must says "page takes no argument, as 'mine.scn'"
end

begin 'without a browser the address is still said'
tcpwaltz page
must exits 2
must test "$(cat "$work/out")" = "$address"
must says 'open that address yourself'
end

# GLib gives it as a path where it can be one.
begin 'the browser is given that address'
install_browser
tcpwaltz page
must exits 0
must test "$(timeout 60 cat "$work/opened")" = "$home/share/tcpwaltz/page/index.html"
end
finish
