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
# One call for all files: to start it takes longer than to read a file.
unformatted=$(find sim tests -name '*.[ch]' | LC_ALL=C sort |
    xargs "$2" --style=file --dry-run --Werror 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: .*/\1/p' | uniq)
[ -z "$unformatted" ] && exit
echo 'not formatted; clang-format -i does it:'
printf '%s\n' "$unformatted"
exit 1
