#!/bin/sh
#
# Who may include whom: the rooms below sim/, held to the table of docs/architecture.md.
#
# usage: includes.sh SIM          prints each forbidden include as file:line, exit 1 if there is one

set -u

cd -- "$1" || exit 2

# What every room may include besides itself. A header by name opens that one only.
rooms='
core
proto     core
net       proto core
tcp       proto core
socket    tcp proto core
trace     proto core
escape
scenario  escape proto core
lab       scenario net socket tcp trace proto core
bench     scenario lab trace proto core
live      scenario lab net tcp trace proto core
stacks    scenario lab net tcp trace proto core
capture   escape trace net/wire.h proto core
view      escape trace net/wire.h proto core
plot      escape sweep view trace proto core
expect    trace scenario proto core
identify  lab scenario view trace proto core
explore   expect lab scenario net tcp trace proto core
lesson    escape scenario
report    escape expect lab scenario trace proto core
sweep     escape expect lab scenario trace proto core
api       drill expect lab scenario trace view proto core
socket    tcp proto core
symptom   expect scenario trace proto core
drill     escape scenario lab socket net tcp trace proto core
cli       core proto net tcp socket trace scenario lab drill live stacks bench capture expect explore identify view plot lesson escape report sweep symptom
'

# The engine is embedded, fuzzed and forked: it sees memory and strings, never the system. (The
# sanitizer's header is for marking what a pool has not handed out, sys/mman.h for the wish for large
# pages; tests/layering/symbols.sh sees to it that nothing of the one is in an ordinary build, and
# nothing of the other but that wish.)
engine='core proto net tcp socket'
engine_headers='assert.h inttypes.h limits.h stdalign.h stdbool.h stddef.h stdint.h stdlib.h string.h
    sanitizer/asan_interface.h sys/mman.h'

export rooms engine engine_headers
# shellcheck disable=SC2016 # awk
find . -name '*.[ch]' | LC_ALL=C sort | xargs awk '
    function forbidden(why) {
        printf "sim/%s:%d: %s: %s\n", file, FNR, why, $0
        bad++
    }

    BEGIN {
        lines = split(ENVIRON["rooms"], line, "\n")
        for (i = 1; i <= lines; i++) {
            words = split(line[i], word, " ")
            if (words == 0)
                continue
            known[word[1]] = 1
            may[word[1], word[1]] = 1
            for (j = 2; j <= words; j++)
                may[word[1], word[j]] = 1
        }
        words = split(ENVIRON["engine"], word, " ")
        for (i = 1; i <= words; i++)
            in_engine[word[i]] = 1
        words = split(ENVIRON["engine_headers"], word)
        for (i = 1; i <= words; i++)
            for_engine[word[i]] = 1
    }

    FNR == 1 {
        file = FILENAME
        sub(/^\.\//, "", file)
        room = file
        sub(/\/.*/, "", room)
        files++
        if (!(room in known))
            forbidden("a room that the table does not know")
    }

    /^[ \t]*#[ \t]*include[ \t]*"/ {
        header = $0
        sub(/^[^"]*"/, "", header)
        sub(/".*/, "", header)
        if (header == "config.h") {
            if (room in in_engine)
                forbidden("the engine knows nothing of its installation")
            next
        }
        other = header
        if (!sub(/\/.*/, "", other) || !(other in known))
            forbidden("not ROOM/HEADER.h of a known room")
        else if (!((room, other) in may) && !((room, header) in may))
            forbidden(room " may not include " other)
        next
    }

    /^[ \t]*#[ \t]*include[ \t]*</ {
        header = $0
        sub(/^[^<]*</, "", header)
        sub(/>.*/, "", header)
        if ((room in in_engine) && !(header in for_engine))
            forbidden("the engine does not include <" header ">")
    }

    END {
        if (files == 0)
            print "no files: nothing was checked"
        exit bad > 0 || files == 0
    }
'
