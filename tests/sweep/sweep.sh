#!/bin/sh
#
# Sweeps: every row is what `run` with its settings answers; the number of threads, kills and shards change
# nothing; what cannot be is refused with a sentence. Reports in TAP.
#
# usage: sweep.sh ROOT TCPWALTZ SQLITE          SQLITE is empty: the program was built without

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
sqlite=$3
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset NO_COLOR TCPWALTZ_PROFILES
cd "$work" || exit 1

# Chance decides when the client's SYN gets through.
cat >lossy.scn <<'SCENARIO'
host client linux-2.4
host server linux-2.4
link client server delay=10ms loss=20%
at 0s server listen
at 0s client connect server
stop at 2min
expect client enters ESTABLISHED at 20ms
SCENARIO

same() {
    cmp -s "$1" "$2"
}

not() {
    ! "$@"
}

# rows FILE: without what stands before them.
rows() {
    grep -v '^#' "$1" | sed 1d
}

row_count() {
    rows "$1" | wc -l
}

# says_at PLACE WORDS: an error there, with these words.
says_at() {
    must says "^$1: error: "
    must says "$2"
}

sweep_all() {
    tcpwaltz sweep lossy.scn --vary client.tcp_syn_retries=0..2 --vary 'link.loss=0%,20%,50%' --seeds 1..40 \
        --ask 'client sends SYN at' --ask 'client enters ESTABLISHED at #1' --ask 'client ends' "$@"
}

echo '# rows'

begin 'every row is what run answers with its settings'
tcpwaltz sweep lossy.scn --vary client.tcp_syn_retries=0,2 --vary 'server->client.loss=0%,40%' --vary \
    client.profile=linux-2.4,windows-xp --seeds 3..5 --ask 'client sends SYN at' --ask 'client ends' -o few.csv
must exits 0
must [ "$(row_count few.csv)" -eq 24 ]
rows few.csv | while IFS=, read -r number retries loss profile seed at ends held end; do
    set -- --set "client.tcp_syn_retries=$retries" --set "server->client.loss=$loss" \
        --set "client.profile=$profile" --seed "$seed" lossy.scn
    "$tcpwaltz" run "$@" --ask 'client sends SYN at' --ask 'client ends' >answers
    # "0 3 9" as run says it: with units.
    [ "$(sed -n 1p answers)" = "client sends SYN at $(printf '%s' "$at" | sed 's/ /s /g')s" ] || echo "$number: at"
    [ "$(sed -n 2p answers)" = "client ends $ends" ] || echo "$number: ends"
    if "$tcpwaltz" check "$@" >checked 2>&1; then holds=yes; else holds=no; fi
    [ "$held" = "$holds" ] || echo "$number: held"
    last=$("$tcpwaltz" run --format json "$@" 2>checked | sed -n 's/.*"t_ns":\([0-9]*\).*/\1/p' | tail -n 1)
    [ "$(awk "BEGIN { printf \"%.0f\", $end * 1000000000 }")" = "$last" ] || echo "$number: end $end $last"
done >"$work/differ"
must [ ! -s differ ]
must [ "$(rows few.csv | cut -d, -f2-5 | sort -u | wc -l)" -eq 24 ]
must [ "$(rows few.csv | cut -d, -f7 | sort -u | wc -l)" -gt 1 ]
must [ "$(rows few.csv | cut -d, -f8 | sort -u | wc -l)" -eq 2 ]
end

begin 'the first thing that is varied changes slowest, the seed fastest'
tcpwaltz sweep lossy.scn --vary client.mss=101..102 --vary server.mss=107,105 --seeds 8..9
must exits 0
must [ "$(rows out | cut -d, -f1-4 | paste -s -d ' ' -)" = \
    '1,101,107,8 2,101,107,9 3,101,105,8 4,101,105,9 5,102,107,8 6,102,107,9 7,102,105,8 8,102,105,9' ]
end

begin 'the number of threads changes nothing'
sweep_all
must exits 0
cp out one.csv
must [ "$(row_count one.csv)" -eq 360 ]
for jobs in 2 7; do
    sweep_all -j "$jobs"
    must same out one.csv
done
end

begin 'JSON lines say the same'
sweep_all --format json
must exits 0
must [ "$(wc -l <out)" -eq 361 ]
must prints '^{"kind":"sweep","version":'
rows one.csv | awk -F, '{
    gsub(/ /, ",", $5)
    printf "{\"kind\":\"run\",\"run\":%s,\"set\":{\"client.tcp_syn_retries\":%s,\"link.loss\":\"%s\"},\"seed\":%s,", $1, $2, $3, $4
    printf "\"answers\":[[%s],[%s],[\"%s\"]],\"held\":%s,\"end_s\":%s}\n", $5, $6, $7, $8 == "yes" ? "true" : "false", $9
}' >expected
sed 1d out | sed 's/\[""\]/[]/' >shown
must same shown expected
end

begin 'JSON lines are read as CSV is'
sweep_all -o all.jsonl
for format in csv json; do
    tcpwaltz sweep merge all.jsonl -o "from-json.$format"
    must exits 0
done
must same from-json.csv one.csv
must same from-json.json all.jsonl
tcpwaltz sweep summary all.jsonl
cp out summary.json
tcpwaltz sweep summary one.csv
must same out summary.json
sweep_all --summary -o beside.jsonl
must same out summary.json
must same beside.jsonl all.jsonl
sed 's/,/ , /g; s/:/ : /g' all.jsonl | sed '1s/.*/HEAD/' | sed "1s|HEAD|$(sed -n 1p all.jsonl | sed 's/[&|\\]/\\&/g')|" >blanks.jsonl
tcpwaltz sweep merge blanks.jsonl
must same out one.csv
tcpwaltz plot --kind sweep all.jsonl --ask 'client enters ESTABLISHED at #1' --over link.loss -o json.dat
must exits 0
tcpwaltz plot --kind sweep one.csv --ask 'client enters ESTABLISHED at #1' --over link.loss -o csv.dat
must same json.dat csv.dat
end

begin 'JSON lines that are damaged'
head -c 5000 all.jsonl >cut.jsonl
tcpwaltz sweep merge cut.jsonl
must exits 2
must says "cut.jsonl: line $(($(wc -l <cut.jsonl) + 1)) is cut off"
sed '3s/"seed":[0-9]*,//' all.jsonl >lacks.jsonl
tcpwaltz sweep merge lacks.jsonl
must exits 2
must says 'lacks.jsonl: line 3 is no row of this sweep'
sed '3s/"run":[0-9]*/"run":1/' all.jsonl >twice.jsonl
tcpwaltz sweep merge twice.jsonl
must says 'twice.jsonl: line 3 has a run that cannot stand there'
printf '{"kind":"run"}\n' >no-head.jsonl
tcpwaltz sweep merge no-head.jsonl
must exits 2
must says 'no-head.jsonl: it is no result of a sweep'
tcpwaltz sweep lossy.scn --format json --summary
must exits 2
must says 'rows as JSON lines go into a file'
end

begin 'values: ranges with steps, lists, both'
tcpwaltz sweep lossy.scn --vary 'link.delay=1s,0..100ms step 40ms'
must exits 0
must [ "$(rows out | cut -d, -f2 | paste -s -d ' ' -)" = '1s 0 40ms 80ms' ]
tcpwaltz sweep lossy.scn --vary 'link.loss=1%..2% step 0.5%'
must [ "$(rows out | cut -d, -f2 | paste -s -d ' ' -)" = '1% 1.5% 2%' ]
tcpwaltz sweep lossy.scn --vary 'client.tcp_fin_timeout=10..30 step 10'
must [ "$(rows out | cut -d, -f2 | paste -s -d ' ' -)" = '10 20 30' ]
tcpwaltz sweep lossy.scn --vary 'link.burst=1%,10%;2%,20%,50%'
must [ "$(rows out | cut -d, -f2-4 | paste -s -d ' ' -)" = '"1%,10%",1 "2%,20%,50%"' ]
end

# linux-6.18 has four timeouts of 1 s before it doubles, but no more time than that key stands for: given up at 3 s.
begin 'a profile that is varied keeps what the scenario sets'
sed 's/^host client linux-2.4/& tcp_syn_retries=1/' lossy.scn >set.scn
tcpwaltz sweep set.scn --vary client.profile=linux-2.4,linux-6.18 --set link.loss=100% --ask 'client sends SYN at'
must exits 0
must [ "$(rows out | cut -d, -f4 | paste -s -d '|' -)" = '0 3|0 1 2' ]
end

# Any number of the scenario: an ordinal, a time, a size; each row is what run answers with its --set.
begin 'values by name are varied'
cat >named.scn <<'SCENARIO'
let half=10ms n=1 size=100
host client linux-2.4
host server linux-2.4
link client server delay=$half
drop client SYN #1..$n
at 0s server listen
at 0s client connect server
when client ESTABLISHED client send $size
expect client sends SYN 2 times
SCENARIO
tcpwaltz sweep named.scn --vary n=1..3 --vary 'half=10ms..20ms step 10ms' --vary size=1k,7 \
    --ask 'client enters ESTABLISHED at' --ask 'server delivers'
must exits 0
must [ "$(row_count out)" -eq 12 ]
rows out | while IFS=, read -r number n half size seed at bytes held end; do
    "$tcpwaltz" run --set "n=$n" --set "half=$half" --set "size=$size" named.scn \
        --ask 'client enters ESTABLISHED at' --ask 'server delivers' >answers
    [ "$(sed -n 1p answers)" = "client enters ESTABLISHED at ${at}s" ] || echo "$number: at"
    [ "$(sed -n 2p answers | sed 's/[^0-9]//g')" = "$bytes" ] || echo "$number: bytes"
    [ "$held" = "$([ "$n" = 1 ] && echo yes || echo no)" ] || echo "$number: held"
done >"$work/differ"
must [ ! -s differ ]
must [ "$(rows out | cut -d, -f6 | sort -u | wc -l)" -eq 6 ]
tcpwaltz sweep named.scn --vary m=1,2
must exits 2
must says "^--vary:1:1: error: expected HOST.KEY or a NAME that has a value by 'let', not 'm'"
tcpwaltz sweep named.scn --vary half=1ms..2ms
must says '^--vary:1:6: error: a range of times needs its step'
tcpwaltz sweep named.scn --vary n=0,1
must exits 2
must says "^named.scn:5:17: error: "
must says "where it says '#1..\$n'"
tcpwaltz sweep named.scn --vary n=1..10001
must exits 2
must says '10000 at most'
tcpwaltz explore --set n=2 --faults none -o of-name.scn named.scn
must exits 0
sed 's/^expect /expect always /' named.scn >always.scn
tcpwaltz explore --set n=2 --faults none -o of-name.scn always.scn
must exits 1
must grep -q '^let half=10ms n=2 size=100$' of-name.scn
tcpwaltz check of-name.scn
must exits 1
must prints 'happened: 3 SYN'
end

echo '# shards'

shards=7

begin 'shards in any order, and twice the same, make the same bytes'
for shard in 1 2 3 4 5 6 7; do
    sweep_all --shard "$shard/$shards" -o "shard$shard.csv"
    must exits 0
done
tcpwaltz sweep merge shard3.csv shard7.csv shard1.csv shard2.csv shard6.csv shard5.csv shard4.csv
must exits 0
cp out merged.csv
tcpwaltz sweep merge one.csv
must same out merged.csv
must same one.csv merged.csv
tcpwaltz sweep merge shard3.csv shard?.csv shard3.csv -o twice.csv
must exits 0
must same twice.csv merged.csv
end

begin 'a lost shard is named, and nothing is written'
tcpwaltz sweep merge shard1.csv shard2.csv shard3.csv shard5.csv shard6.csv shard7.csv -o lost.csv
must exits 2
# 360 runs, 7 parts: 52 each for the first 3, 51 for the others.
must says 'shard 4/7 is missing: runs 157 to 207$'
must [ ! -e lost.csv ]
tcpwaltz sweep merge --incomplete shard?.csv -o all.csv
must same all.csv merged.csv
tcpwaltz sweep merge --incomplete shard1.csv shard2.csv shard3.csv -o first.csv
must exits 0
must says 'shard 4/7 is missing'
tcpwaltz sweep merge first.csv shard4.csv shard5.csv shard6.csv shard7.csv
must same out merged.csv
end

begin 'a shard that was cut off is not complete'
head -n 30 shard2.csv >cut.csv
tcpwaltz sweep merge shard1.csv cut.csv shard3.csv shard4.csv shard5.csv shard6.csv shard7.csv
must exits 2
must says 'shard 2/7 is not complete: it lacks runs 69 to 104$'
printf '105,' >>cut.csv
tcpwaltz sweep merge shard1.csv cut.csv
must exits 2
must says 'cut.csv: line 31 is cut off'
must prints_nothing
end

begin 'a shard of another version, scenario, grid, with other answers'
sed 's/^# version: .*/# version: 0.0.9/' shard2.csv >other.csv
tcpwaltz sweep merge shard1.csv other.csv
must exits 2
must says 'other.csv: it is of another sweep than shard1.csv: it was made by tcpwaltz 0.0.9, not '
must grep -qE '^# version: [0-9.]+\+[0-9a-f]{12}$' shard2.csv
sed 's/^\(# version: .*+\).*/\1000000000000/' shard2.csv >other.csv
tcpwaltz sweep merge shard1.csv other.csv
must exits 2
must says 'it was made by tcpwaltz [0-9.]*+000000000000, not '
sed 's/^stop.*/stop at 3min/' lossy.scn >longer.scn
tcpwaltz sweep longer.scn --vary client.tcp_syn_retries=0..2 --vary 'link.loss=0%,20%,50%' --seeds 1..40 \
    --ask 'client sends SYN at' --ask 'client enters ESTABLISHED at #1' --ask 'client ends' --shard 2/7 -o other.csv
tcpwaltz sweep merge shard1.csv other.csv
must exits 2
must says 'its scenario, or a profile of it, is another one'
sweep_all --seeds 1..41 --shard 2/7 -o other.csv
tcpwaltz sweep merge shard1.csv other.csv
must exits 2
must says 'its seeds are 1..41, not 1..40'
sed '$s/,no,/,yes,/; $s/,yes,/,no,/' shard2.csv | sed '$s/CLOSED/LISTEN/' >other.csv
tcpwaltz sweep merge shard1.csv shard2.csv other.csv
must exits 2
must says "other.csv: its run 104 is not that of shard2.csv"
tcpwaltz sweep merge shard1.csv lossy.scn
must exits 2
must says 'lossy.scn: it is no result of a sweep'
end

echo '# databases'

if [ -n "$sqlite" ]; then
    begin 'a database holds the same, and so do its shards'
    sweep_all -o one.db
    must exits 0
    tcpwaltz sweep merge one.db
    must same out one.csv
    for shard in 1 2 3; do
        sweep_all --shard "$shard/3" -o "part$shard.db"
        must exits 0
    done
    tcpwaltz sweep merge part2.db part3.db part1.db -o a.db
    must exits 0
    tcpwaltz sweep merge part1.db part1.db part3.db part2.db part3.db -o b.db
    must exits 0
    must same a.db b.db
    tcpwaltz sweep merge shard?.csv -o c.db
    must same a.db c.db
    tcpwaltz sweep merge a.db
    must same out one.csv
    end

    if command -v sqlite3 >/dev/null 2>&1; then
        begin 'a database answers SQL, and how long its runs took'
        must [ "$(sqlite3 one.db 'select count(*), sum(seed), count(distinct "link.loss") from runs')" = \
            '360|7380|3' ] # nine points with the seeds 1 to 40
        must [ "$(sqlite3 one.db "select typeof(end_s) || typeof(seed) || typeof(held) from runs limit 1")" = \
            realintegertext ]
        must [ "$(sqlite3 one.db 'select sum(runs), min(wall_s) > 0 from work')" = '360|1' ]
        must [ "$(sqlite3 a.db 'select count(*) from work')" = 0 ]
        end
    fi

    begin 'once more the same command does nothing'
    cp one.db before.db
    sweep_all -o one.db
    must exits 0
    tcpwaltz sweep merge one.db
    must same out one.csv
    end

    # Killed after ever longer times, until one gets through.
    begin 'killed at any time it goes on: nothing twice, nothing lost'
    count=20000
    set -- sweep lossy.scn --seeds "1..$count" --vary link.loss=10%,30% --ask 'client sends SYN at' -j 2
    tcpwaltz "$@"
    cp out undisturbed.csv
    kills=0
    delay=1
    while :; do
        "$tcpwaltz" "$@" -o killed.db 2>/dev/null &
        pid=$!
        # No test looks at a clock: so many turns of a shell.
        i=0
        while [ "$i" -lt "$delay" ] && kill -0 "$pid" 2>/dev/null; do
            i=$((i + 1))
            : "$(:)"
        done
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null && break
        kills=$((kills + 1))
        delay=$((delay * 2))
        [ "$kills" -lt 40 ] || break
    done
    must [ "$kills" -gt 3 ]
    must [ "$kills" -lt 40 ]
    tcpwaltz sweep merge killed.db
    must exits 0
    must same out undisturbed.csv
    end

    begin 'interrupted: what is known is kept, and it goes on'
    "$tcpwaltz" sweep lossy.scn --seeds 1..900000 -o stopped.db 2>err &
    pid=$!
    while [ ! -s stopped.db ]; do :; done
    kill -TERM "$pid"
    wait "$pid"
    code=$?
    must [ "$code" -eq 143 ]
    must says 'of 900,000 runs were made; the same command goes on from there$'
    must says '^tcpwaltz: terminated$'
    must [ ! -e stopped.db-journal ]
    end

    begin 'a merge that is interrupted leaves nothing'
    cp one.csv kept.csv
    for shard in 1 2; do
        tcpwaltz sweep lossy.scn --seeds 1..100000 --shard "$shard/2" -j 2 -o "half$shard.csv"
    done
    for name in half.db kept.csv; do
        "$tcpwaltz" sweep merge half1.csv half2.csv -o "$name" 2>err &
        pid=$!
        # Until it writes: the database, or what is to replace the file.
        while kill -0 "$pid" 2>/dev/null && [ ! -e half.db ] && ! ls .tcpwaltz-* >/dev/null 2>&1; do :; done
        kill -TERM "$pid"
        wait "$pid" 2>/dev/null
        must [ $? -eq 143 ]
        must says '^tcpwaltz: terminated$'
    done
    must [ ! -e half.db ]
    must same kept.csv one.csv
    must not ls .tcpwaltz-* 2>/dev/null
    end

    begin 'two sweeps into one file'
    tcpwaltz sweep lossy.scn --seeds 1..2 -o one.db
    must exits 2
    must says 'cannot write one.db: it holds another sweep: '
    sweep_all --shard 1/2 -o one.db
    must exits 2
    must says 'it holds shard 1/1 of this sweep, not 1/2'
    tcpwaltz sweep merge one.db
    must same out one.csv
    cp lossy.scn text.db
    tcpwaltz sweep lossy.scn -o text.db
    must exits 2
    must says 'cannot write text.db: it is no result of a sweep'
    must same lossy.scn text.db
    tcpwaltz sweep merge shard?.csv -o one.db
    must exits 2
    must says 'one.db is there already'
    end

    begin 'two at once into one file'
    "$tcpwaltz" sweep lossy.scn --seeds 1..900000 -o busy.db 2>/dev/null &
    pid=$!
    while [ ! -s busy.db ]; do :; done
    tcpwaltz sweep lossy.scn --seeds 1..900000 -o busy.db
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    must exits 2
    must says 'cannot write busy.db: another process is writing to it'
    end

    begin 'a full disk'
    (
        ulimit -f 40 # blocks of 512 bytes
        "$tcpwaltz" sweep lossy.scn --seeds 1..5000 -o full.db
    ) >out 2>err
    code=$?
    must exits 2
    must says 'cannot write full.db: '
    (
        ulimit -f 1
        "$tcpwaltz" sweep lossy.scn --seeds 1..5000 -o new.db
    ) >out 2>err
    must says 'cannot write new.db: '
    must [ ! -e new.db ]
    tcpwaltz sweep lossy.scn --seeds 1..5000 -o full.db
    must exits 0
    tcpwaltz sweep lossy.scn --seeds 1..5000 -o full.csv
    tcpwaltz sweep merge full.db
    must same out full.csv
    (
        ulimit -f 4
        "$tcpwaltz" sweep lossy.scn --seeds 1..6000 -o full.csv
    ) >out 2>err
    code=$?
    must exits 2
    must says 'cannot write full.csv: '
    must [ "$(row_count full.csv)" -eq 5000 ]
    end
else
    begin 'without SQLite a database is refused'
    tcpwaltz sweep lossy.scn -o one.db
    must exits 2
    must says 'built without SQLite'
    end
fi

echo '# summaries'

# By hand: SYNs at 0, 1, 3, 7, … s, and the end at 2^(n+1) - 1 s, which six retries do not reach in 120 s.
# Of 1, 2, …, 10 the 10 % are 1, the 50 % 5, the 90 % 9, the 99 % 10 (nearest rank).
begin 'percentiles, counts of words'
tcpwaltz sweep lossy.scn --vary client.tcp_syn_retries=1..10 --set link.loss=100% --set client.initial-rto=1s \
    --max-time 24h --ask 'client sends SYN times' --ask 'client ends' -o ten.csv
sed -i 's/^# vary: .*/# vary: client.mss=1/; s/^# seeds: .*/# seeds: 1..10/; s/client.tcp_syn_retries/client.mss/' ten.csv
awk -F, 'BEGIN { OFS = "," } /^[0-9]/ { $2 = 1; $3 = $1; $4 = $1; if ($1 > 7) $5 = "LISTEN" } { print }' ten.csv >by-hand.csv
tcpwaltz sweep summary by-hand.csv
must exits 0
must prints '^client.mss  runs  least  10 %  50 %  90 %  99 %  most$'
must prints '^1             10      1     1     5     9    10    10$'
must prints '^1              5  CLOSED$'
must prints '^1              2  SYN-SENT$'
must prints '^1              3  LISTEN$'
end

begin 'of a sweep, of its results, of its shards'
sweep_all --summary
must exits 0
cp out summary
tcpwaltz sweep summary one.csv
must same out summary
tcpwaltz sweep summary shard?.csv
must same out summary
sweep_all --summary -o again.csv
must same out summary
must same again.csv one.csv
end

echo '# pictures'

# The number in each cell of the map, row by row, and how many of the rows of the CSV say so.
begin 'a map says what the rows say'
tcpwaltz plot --kind sweep one.csv --style heat --ask held -o map.dat
must exits 0
rows one.csv | awk -F, '{ runs[$3 "/" $2]++; held[$3 "/" $2] += $8 == "yes" }
    END { for (point in runs) printf "%.4g\n", 100 * held[point] / runs[point] }' | sort -n >expected
awk -F '\t' '/^# texts/ { texts = 1 } texts && ($5 == "segment" || $5 == "on-dark") { print $6 }' map.dat | sort -n >shown
must [ "$(wc -l <shown)" -eq 9 ]
must same shown expected
end

begin 'curves and distributions'
tcpwaltz plot --kind sweep shard?.csv --ask 'client enters ESTABLISHED at #1' --over link.loss -o curves.dat
must exits 0
must [ "$(grep -c 'series-3$' curves.dat)" -eq 4 ] # three points, and the line of the legend
must [ "$(grep -c 'band-3$' curves.dat)" -eq 6 ]
must grep -q 'client enters ESTABLISHED at #1, in seconds: the median' curves.dat
must not grep -q 'series-4$' curves.dat
tcpwaltz plot --kind sweep one.csv --style cdf --ask 'client enters ESTABLISHED at #1' \
    --where client.tcp_syn_retries=0 --where link.loss=0% -o cdf.dat
must exits 0
# From 0 straight up to all of them at 20 ms, which is the only value.
must [ "$(awk -F '\t' '$3 == "series-1" { print $2 }' cdf.dat | sort -u | wc -l)" -eq 2 ]
end

begin 'pictures that cannot be'
tcpwaltz plot --kind sweep one.csv --style cdf --ask 'client enters ESTABLISHED at #1' -o no.dat
must exits 2
must says 'room for 4 curves, and these are 9: --where chooses'
tcpwaltz plot --kind sweep one.csv --ask 'client end' -o no.dat
must exits 2
must says "did you mean 'client ends'"
tcpwaltz plot --kind sweep one.csv --ask 'client ends' -o no.dat
must says 'there is no number to draw'
tcpwaltz plot --kind sweep one.csv --over link.lss -o no.dat
must says "did you mean 'link.loss'"
tcpwaltz plot --kind sweep one.csv --where link.loss=7% -o no.dat
must says 'no point of the sweep has link.loss=7%'
tcpwaltz plot --kind sweep lossy.scn -o no.dat
must says 'lossy.scn: it is no result of a sweep'
tcpwaltz plot lossy.scn --style heat -o no.dat
must says 'is for --kind sweep'
must [ ! -e no.dat ]
end

echo '# what is refused'

begin 'unknown keys, values, hosts at their place'
tcpwaltz sweep lossy.scn --vary client.tcp_syn_retry=0..8
must exits 2
says_at --vary:1:8 "did you mean 'tcp_syn_retries'"
tcpwaltz sweep lossy.scn --vary cleint.mss=1
says_at --vary:1:1 "did you mean 'client'"
tcpwaltz sweep lossy.scn --vary link.loss=1%,x
says_at --vary:1:14 "loss cannot be 'x'"
tcpwaltz sweep lossy.scn --vary client.profile=linux-6.18,windows-xq
says_at --vary:1:27 "did you mean 'windows-xp'"
tcpwaltz sweep lossy.scn --vary 'client.mss=500..300'
says_at --vary:1:12 'a range goes upwards'
tcpwaltz sweep lossy.scn --vary 'client.mss=300..500 step 0'
says_at --vary:1:26 'a step is more than 0'
tcpwaltz sweep lossy.scn --vary 'client.mss=300,500 step 2'
says_at --vary:1:25 'a step is of a range'
tcpwaltz sweep lossy.scn --vary 'link.delay=0..1s'
says_at --vary:1:12 'a range of delay needs its step'
tcpwaltz sweep lossy.scn --vary 'client.mss=300..500,400'
says_at --vary:1:21 "a value that stands before"
tcpwaltz sweep lossy.scn --vary 'server->nobody.loss=1%'
says_at --vary:1:9 "unknown host 'nobody'"
tcpwaltz sweep lossy.scn --vary 'client.mss=100,,200'
says_at --vary:1:16 'a value is missing'
tcpwaltz sweep lossy.scn --ask 'client sends SYM at'
says_at --ask:1:14 "did you mean 'SYN'"
must prints_nothing
end

begin 'what makes no sense together'
tcpwaltz sweep lossy.scn --vary link.loss=1% --vary 'client->server.loss=2%'
must exits 2
must says 'set the same'
tcpwaltz sweep lossy.scn --ask 'client ends' --ask 'client ends'
must says 'stands twice'
tcpwaltz sweep lossy.scn --shard 0/3
must says "^tcpwaltz: --shard is I/N"
tcpwaltz sweep lossy.scn --seeds 5..8 --seed 3
must says 'it excludes --seed'
tcpwaltz sweep lossy.scn --seeds 2 --seed 3
must [ "$(rows out | cut -d, -f2 | paste -s -d ' ' -)" = '3 4' ]
tcpwaltz sweep lossy.scn --seeds 5..3
must exits 2
must says '^tcpwaltz: --seeds '
tcpwaltz sweep lossy.scn -o rows.txt
must exits 2
must says 'its name ends in .csv, .jsonl or .db'
tcpwaltz sweep lossy.scn -f csv -o lossy.scn
must exits 2
must says 'lossy.scn is the scenario itself'
tcpwaltz sweep "$root/tests/drill/nagle.pkt"
must exits 2
must says 'packetdrill'
tcpwaltz sweep
must exits 2
tcpwaltz sweep merge
must exits 2
must says 'need FILEs'
end

begin 'a grid that explodes is said beforehand'
tcpwaltz sweep lossy.scn --vary client.mss=536..1460 --seeds 1..100000 -o large.csv
must exits 2
must says 'that is 92,500,000 runs (925 points of the grid, 100,000 seeds): about .* at the [0-9,]* a second'
must [ ! -e large.csv ]
tcpwaltz sweep lossy.scn --vary client.mss=536..1460 --seeds 1..100000 --shard 5/9250000
must exits 0
must [ "$(row_count out)" -eq 10 ]
tcpwaltz sweep lossy.scn --vary client.mss=100..1460 --vary server.mss=100..1460 --seeds 9000000000000000000
must exits 2
must says 'more than 9223372036854775807 runs'
end

finish
