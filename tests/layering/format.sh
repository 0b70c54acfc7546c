#!/bin/sh
#
# All C is formatted by .clang-format. Versions of clang-format disagree, so only 14 decides.
#
# usage: format.sh ROOT CLANG-FORMAT

set -u

cd -- "$1" || exit 2
case $("$2" --version 2>/dev/null) in
*'version 14.'*) ;;
*)
    echo 'skipped: this is not clang-format 14'
    exit 77
    ;;
esac
find sim tests -name '*.[ch]' | LC_ALL=C sort | xargs "$2" --style=file --dry-run --Werror
