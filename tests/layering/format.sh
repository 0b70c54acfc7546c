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
unformatted=$(find sim tests -name '*.[ch]' | LC_ALL=C sort | while read -r file; do
    "$2" --style=file --dry-run --Werror "$file" >/dev/null 2>&1 </dev/null || echo "$file"
done)
[ -z "$unformatted" ] && exit
echo 'not formatted; clang-format -i does it:'
printf '%s\n' "$unformatted"
exit 1
