#!/bin/sh
#
# The engine has no global state and does not call the system: its library must hold no variable,
# and must need nothing of libc but memory, strings and assertions. (madvise() is a wish for large
# pages, after which nothing is different but the speed.)
#
# usage: symbols.sh LIBRARY       prints what should not be there, exit 1 if there is something

set -u

library=$1

# Constants with pointers in them (.data.rel.ro) are written by the loader alone.
variables=$(objdump -t "$library" | awk '
    { section = "" }
    match($0, /[ \t]\.(data|bss|tdata|tbss)[^ \t]*/) { section = substr($0, RSTART + 1, RLENGTH - 1) }
    / \*COM\*/ { section = "*COM*" }
    section == "" || section ~ /^\.data\.rel\.ro/ { next }
    $0 ~ / d [ \t]*\./ { next }
    $(NF - 1) ~ /^0+$/ { next }
    { print section ": " $NF }
')

calls=$(nm "$library" | awk '
    NF == 3 && $2 ~ /[A-Z]/ { defined[$3] = 1 }
    NF == 2 && $1 == "U" { needed[$2] = 1 }
    END { for (symbol in needed) if (!(symbol in defined)) print symbol }
' | LC_ALL=C sort | grep -Evx \
    -e '_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__assert_fail|abort' \
    -e '(malloc|aligned_alloc|calloc|realloc|free|mmap(64)?|munmap|qsort|bsearch|madvise)' \
    -e '(__)?(mem|str)[a-z]+(_chk)?' \
    -e '__u?(div|mod|divmod|mul|mulo)[dt]i[34]')

[ -z "$variables" ] || printf 'variables in the engine:\n%s\n' "$variables"
[ -z "$calls" ] || printf 'calls out of the engine:\n%s\n' "$calls"
[ -z "$variables$calls" ]
