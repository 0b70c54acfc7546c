#!/bin/sh
#
# The library as WebAssembly beside the program, and the page in chromium: TAP of both.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
status=0
"$root/tools/web" --test || status=1
"$root/tools/site" --test || status=1
exit $status
