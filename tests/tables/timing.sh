#!/bin/sh
#
# tcpwaltz table, and check --against: what moved is found and named; a table that is missing, left
# over or edited into nonsense is no success. Reports in TAP.
#
# usage: timing.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1
unset TCPWALTZ_PROFILES

not() {
    ! "$@"
}

same() {
    cmp -s "$1" "$2"
}

has_line() {
    grep -q -e "$2" "$1"
}

mkdir -p scn/a
cp "$root/scenarios/handshake/first-syn-lost.scn" "$root/scenarios/handshake/every-syn-lost.scn" scn/a
cp "$root/scenarios/handshake/refused.scn" scn/refused.scn

echo '# table'

begin 'text: who, what, when, the gaps, the end'
tcpwaltz table scn/a/every-syn-lost.scn
must exits 0
must is_silent
must prints '^  client     SYN       0, 3, 9, 21, 45, 93 s; gaps 3, 6, 12, 24, 48 s$'
must prints '^             gives up  at 189 s$'
must prints '^             ends      CLOSED$'
end

begin 'csv: a row a time'
tcpwaltz table --format csv scn/a
must exits 0
must [ "$(head -n 1 out)" = scenario,host,segment,n,t_s,gap_s,state,stack ]
must [ "$(grep -c '^scenario,' out)" -eq 1 ]
must prints '^scn/a/every-syn-lost.scn,client,SYN,3,9.0000,6.0000,,linux-2.4$'
must prints '^scn/a/every-syn-lost.scn,client,gives up,1,189.0000,,,linux-2.4$'
must prints '^scn/a/first-syn-lost.scn,server,ends,,,,CLOSED,linux-2.4$'
must [ "$(awk -F, '{ print NF }' out | sort -u)" = 8 ]
end

begin 'markdown: a table a scenario'
tcpwaltz table --format markdown scn/a -o md
must exits 0
must prints_nothing
must [ "$(grep -c '^### scn/a/' md)" -eq 2 ]
must has_line md '^| client | SYN | 0, 3, 9, 21, 45, 93 s | 3, 6, 12, 24, 48 s | 189 s | CLOSED |$'
end

begin 'an unknown format suggests the near one'
tcpwaltz table --format markdwon scn
must exits 2
must says "did you mean 'markdown'"
end

begin '--save lays tables as their scenarios lie'
tcpwaltz table scn --save tables
must exits 0
must is_silent
must prints_nothing
must [ "$(cd tables && find . -type f | LC_ALL=C sort | paste -s -d ' ')" = \
    './a/every-syn-lost.table ./a/first-syn-lost.table ./refused.table' ]
must has_line tables/a/first-syn-lost.table '^      3.0000  client sends SYN$'
end

begin '--save twice is the same twice'
cp -r tables first
tcpwaltz table scn --save tables
must diff -r first tables
end

begin '--save beside --format is wrong usage'
tcpwaltz table scn --save tables --format csv
must exits 2
must says 'save has a format'
end

begin 'two scenarios for one table'
mkdir other
cp scn/refused.scn other
tcpwaltz table scn other --save nowhere
must exits 2
must says 'would both be kept in nowhere/refused.table'
must not [ -e nowhere ]
end

begin 'a scenario that is wrong: nothing is written'
mkdir bad
echo 'hots client' >bad/wrong.scn
cp scn/refused.scn bad
tcpwaltz table bad --save nowhere
must exits 2
must says '^bad/wrong.scn:1:1: error'
must not [ -e nowhere ]
end

begin 'a folder that cannot be made: one line'
: >file
tcpwaltz table scn --save file/below
must exits 2
must says '^tcpwaltz: cannot make the folder file/below'
must [ "$(wc -l <err)" -eq 1 ]
end

if [ -c /dev/full ]; then
    begin 'a disk that is full'
    tcpwaltz table scn -o /dev/full
    must exits 2
    must says '^tcpwaltz: cannot write /dev/full: No space left on device$'
    end
fi

echo '# check --against'

begin 'nothing moved'
tcpwaltz check scn --against tables
must exits 0
must prints '^ok   scn/refused.scn  ([0-9]* expectations, its table)$'
must prints '^3 passed, 0 failed$'
end

begin 'a file alone is held against the table of its name'
tcpwaltz check scn/a/first-syn-lost.scn --against tables/a
must exits 0
end

begin 'a part of the scenarios against its part of the tables'
tcpwaltz check scn/a --against tables
must exits 0
must prints '^2 passed, 0 failed$'
tcpwaltz check scn/a/first-syn-lost.scn --against tables
must exits 0
must prints '^1 passed, 0 failed$'
touch tables/a/left-over.table
tcpwaltz check scn/a --against tables
must exits 1
must prints 'tables/a/left-over.table  (a table without a scenario)'
must prints '^2 passed, 1 failed$'
rm tables/a/left-over.table
end

begin 'a time moved: host, segment, was, is'
# Only the table can notice: the scenario expects little.
mkdir -p loose
grep -v '^expect' scn/a/every-syn-lost.scn >loose/s.scn
echo 'expect client ends CLOSED' >>loose/s.scn
tcpwaltz table loose --save loose-tables
tcpwaltz check --verbose loose --against loose-tables --set client.initial-rto=2s
must exits 1
must prints '^  loose-tables/s.table:7: client sends SYN #2$'
must prints '^    was:      at 3 s (lost)$'
must prints '^    is:       at 2 s (lost)$'
must prints '^  loose-tables/s.table:12: client enters CLOSED$'
must prints '^    why:      tcpwaltz run --set client.initial-rto=2s --why [0-9]* loose/s.scn$'
end

begin '--tolerance: within it, and just outside'
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 63ms
must exits 0
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 62ms
must exits 1
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 0.04%
must exits 0
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 1ms,0.04%
must exits 0
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 0.03%,62ms
must exits 1
tcpwaltz check loose --against loose-tables --set client.initial-rto=2999ms --tolerance 0.03%
must exits 1
end

begin 'a count moved: never, and once more'
tcpwaltz check --verbose loose --against loose-tables --set client.tcp_syn_retries=4
must exits 1
must prints 'client sends SYN #6$'
must prints '^    is:       never$'
tcpwaltz check --verbose loose --against loose-tables --set client.tcp_syn_retries=6
must prints 'client sends SYN #7$'
must prints '^    was:      never$'
must prints '^    is:       at 189 s (lost)$'
end

# moved SED TITLE LINE…: the table, edited, is not what happens any more, and these lines say so.
moved() {
    begin "$2"
    rm -rf edited
    cp -r tables edited
    sed -i "$1" edited/a/first-syn-lost.table
    must not same tables/a/first-syn-lost.table edited/a/first-syn-lost.table
    tcpwaltz check --verbose scn --against edited
    must exits 1
    must prints '^2 passed, 1 failed$'
    shift 2
    for line; do
        must prints "$line"
    done
    end
}

moved 's/3.0200  client enters ESTABLISHED/3.0200  client enters CLOSE-WAIT/' 'a state moved' \
    'client enters CLOSE-WAIT$' 'client enters ESTABLISHED$' '^    is:       never$'
moved 's/client last CLOSED/client last TIME-WAIT/' 'a last state moved' \
    'client ends$' '^    was:      TIME-WAIT$' '^    is:       CLOSED$'
moved 's/sends SYN lost/sends SYN/' 'a fate moved' '^    was:      at 0 s$' '^    is:       at 0 s (lost)$'
moved '/client enters FIN-WAIT-1/{h;d};/client sends FIN/G' 'only the order moved' \
    'the order at 5 s$' '^    was:      client sends FIN, then client enters FIN-WAIT-1$' \
    '^    is:       client enters FIN-WAIT-1, then client sends FIN$'

begin 'a scenario without a table'
rm -rf edited
cp -r tables edited
rm edited/refused.table
tcpwaltz check scn --against edited
must exits 1
must prints '^FAIL scn/refused.scn  (1 failed'
must prints "missing: 'tcpwaltz table --save' writes it"
end

begin 'a table without a scenario'
cp tables/refused.table tables/a/left-over.table
tcpwaltz check scn --against tables
must exits 1
must prints '^FAIL tables/a/left-over.table  (a table without a scenario)$'
must prints '^3 passed, 1 failed$'
rm tables/a/left-over.table
end

begin 'no such folder of tables'
tcpwaltz check scn --against nowhere
must exits 2
must says 'there is no folder nowhere'
end

begin '--tolerance without tables, or without sense'
tcpwaltz check scn --tolerance 5ms
must exits 2
must says 'needs --against, a script or --live'
for nonsense in some 5ms,6ms 1%,2% 5ms,1%,2% , 5; do
    tcpwaltz check scn --against tables --tolerance "$nonsense"
    must exits 2
    must says "not '$nonsense'"
done
tcpwaltz run scn/*.scn --tolerance 5ms
must exits 2
must says 'about --live'
end

# nonsense SED LINE:COLUMN MESSAGE: the edited table is an error at that place.
nonsense() {
    begin "nonsense: $3"
    rm -rf edited
    cp -r tables edited
    sed -i "$1" edited/refused.table
    tcpwaltz check scn --against edited
    must exits 2
    must says "^edited/refused.table:$2: error: .*$3"
    must prints '^FAIL scn/refused.scn  ([0-9]* errors\{0,1\} in its table edited/refused.table)$'
    must prints '^2 passed, 1 failed$'
    end
}

nonsense '1s/1/2/' 1 'no timing table'
nonsense '4s/^ *[0-9.]*/ x/' 4:2 'not a time'
nonsense '4s/^ *[0-9.]*/ 1.0000000001/' 4:2 'not a time'
nonsense '4s/^ *[0-9.]*/ -1/' 4:2 'not a time'
nonsense '4s/^ *[0-9.]*/ 99999/' 5:7 'before the line above'
nonsense '4s/ sends \| enters / dances /' '4:[0-9]*' 'unknown verb'
nonsense '4s/\(sends\|enters\) .*/\1 SYNACK/' '4:[0-9]*' 'does not go with the verb'
nonsense '4s/$/ perhaps/' '4:[0-9]*' 'cannot stand here'
nonsense '4s/.*/ 0 client/' 4 'words are missing'
nonsense '/ ends /d' '[0-9]*:[0-9]*' 'behind the end of the run'
nonsense '/ ends /,$d' '[0-9]*' 'the run does not end'
nonsense 's/.*//' 1 'no timing table'

begin 'a table that is a folder'
rm -rf edited
cp -r tables edited
rm edited/refused.table
mkdir edited/refused.table
tcpwaltz check scn/refused.scn --against edited
must exits 2
must says 'edited/refused.table: error: it is a directory'
end

begin 'CRLF and comments in a table are fine'
rm -rf edited
cp -r tables edited
sed -i 's/$/\r/; 2a# mine' edited/refused.table
sed -i '1s/\r//' edited/refused.table
tcpwaltz check scn --against edited
must exits 0
end

finish
