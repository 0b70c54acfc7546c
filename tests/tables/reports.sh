#!/bin/sh
#
# tcpwaltz check --format and -j: TAP, JUnit and GitHub say the same as the text, whatever is in a
# name; the report is the same bytes however many scenarios run at once. Reports in TAP.
#
# usage: reports.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
cd "$work" || exit 1
unset TCPWALTZ_PROFILES

same() {
    cmp -s "$1" "$2"
}

mkdir -p scn/empty
cat >scn/red.scn <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=10ms
at 0s server listen
at 0s client connect server
stop at 1s
expect client enters ESTABLISHED at 30ms
expect client enters ESTABLISHED at 20ms
SCENARIO
sed '7d' scn/red.scn >scn/green.scn
sed 's/^host server/hots server/' scn/red.scn >scn/wrong.scn
grep -v '^expect' scn/red.scn >scn/mute.scn
# Names that mean something to each of the formats.
cp scn/red.scn 'scn/a#b,c:d%e&f<g>"h"\i.scn'

echo '# text: first causes'

# One key makes two scenarios red in the same place, and the second of each scenario's lines with it.
mkdir grouped
for name in a b c; do
    cat >grouped/$name.scn <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=10ms
at 0s server listen
at 0s client connect server
drop client SYN #1
expect client enters ESTABLISHED at 1.02s
expect client sends SYN at 0s 1s
expect server enters ESTABLISHED at 1.03s
SCENARIO
done
sed -i 's/^drop.*/drop client SYN #5/; s/at 1.02s/at 20ms/; s/at 0s 1s/at 0s/; s/at 1.03s/at 30ms/' grouped/c.scn

begin 'the first failure of a scenario, in the order of the run, and how many came after it'
tcpwaltz check grouped --set client.initial-rto=2s
must exits 1
must prints '^FAIL grouped/a.scn  (3 failed, 0 held)$'
must prints '^  grouped/a.scn:8: expect client sends SYN at 0s 1s$'
must [ "$(grep -c '^    expected:' out)" -eq 1 ]
must prints '^  and 2 more after that (--verbose lists them)$'
end

begin 'the same in another scenario is a line'
must prints '^FAIL grouped/b.scn  (3 failed, 0 held)  first as in grouped/a.scn:8$'
must prints '^ok   grouped/c.scn'
must [ "$(wc -l <out)" -eq 9 ]
must prints '^1 passed, 2 failed$'
end

begin '--verbose lists all'
tcpwaltz check --verbose grouped --set client.initial-rto=2s
must exits 1
must [ "$(grep -c '^    expected:' out)" -eq 6 ]
must [ "$(grep -c 'first as in\|--verbose' out)" -eq 0 ]
end

begin 'other formats have each failure'
tcpwaltz check --format tap grouped --set client.initial-rto=2s
must [ "$(grep -c '^    not ok' out)" -eq 6 ]
tcpwaltz check --format junit grouped --set client.initial-rto=2s
must [ "$(grep -c '<failure' out)" -eq 6 ]
tcpwaltz check --format github grouped --set client.initial-rto=2s
must [ "$(grep -c '^::error' out)" -eq 6 ]
end
rm -r grouped

echo '# TAP'

begin 'tap: version, plan, a subtest a scenario'
tcpwaltz check --format tap scn
must exits 2
must [ "$(sed -n 1p out)" = 'TAP version 14' ]
must [ "$(sed -n 2p out)" = '1..5' ]
must [ "$(grep -c '^\(not \)\{0,1\}ok [0-9]* - ' out)" -eq 5 ]
must prints '^# Subtest: scn/green.scn$'
must prints '^    1\.\.1$'
must prints '^ok 2 - scn/green.scn$'
must prints '^not ok 4 - scn/red.scn$'
must prints '^    not ok 1 - expect client enters ESTABLISHED at 30ms$'
must prints '^    ok 2 - expect client enters ESTABLISHED at 20ms$'
must prints '^      at: "scn/red.scn:7"$'
must prints '^      expected: "ESTABLISHED at 30 ms"$'
must prints '^      happened: "ESTABLISHED at 20 ms"$'
must prints '^      why: "tcpwaltz run --why [0-9]* scn/red.scn"$'
must prints '^not ok 5 - scn/wrong.scn$'
must prints '^  problem: "4 errors in the file"$'
must prints '^not ok 1 - scn/a\\#b,c:d%e&f<g>"h"\\\\i.scn$'
end

begin 'tap: what cannot be found is a test, too'
tcpwaltz check --format tap scn/green.scn scn/empty
must exits 2
must prints '^1\.\.2$'
must prints '^not ok 1 - '
must prints '^  problem: "no scenario (\*.scn, \*.pkt) below scn/empty"$'
must says 'no scenario (\*.scn, \*.pkt) below scn/empty'
end

echo '# JUnit'

begin 'junit: sums, suites, cases'
tcpwaltz check --format junit scn
must exits 2
must [ "$(sed -n 1p out)" = '<?xml version="1.0" encoding="UTF-8"?>' ]
must prints '^<testsuites name="tcpwaltz" tests="7" failures="3" errors="1" time="0.120">$'
must prints '^  <testsuite name="scn/green.scn" tests="1" failures="0" errors="0" time="0.030">$'
must prints '^  <testsuite name="scn/wrong.scn" tests="1" failures="0" errors="1" time="0.000">$'
must prints '^    <testcase classname="scn.red" name="expect client enters ESTABLISHED at 20ms"/>$'
must prints 'message="expected: ESTABLISHED at 30 ms; happened: ESTABLISHED at 20 ms">'
must prints 'name="scn/a#b,c:d%e&amp;f&lt;g&gt;&quot;h&quot;\\i.scn"'
end

if command -v xmllint >/dev/null; then
    begin 'junit: well-formed, control characters and broken UTF-8 in names too'
    mkdir odd
    cp scn/red.scn "$(printf 'odd/\001\377\303\244 \t.scn')"
    tcpwaltz check --format junit scn odd
    must xmllint --noout out
    end
else
    skip 'junit: well-formed' 'no xmllint'
fi

echo '# GitHub'

begin 'github: an annotation a failure, at its line'
tcpwaltz check --format github scn
must exits 2
must prints '^::error file=scn/red.scn,line=7,col=1,title=expectation failed::expect client enters ESTABLISHED at 30ms%0Aexpected: ESTABLISHED at 30 ms%0Ahappened: ESTABLISHED at 20 ms%0Awhy: '
must prints "^::error file=scn/wrong.scn,line=2,col=1,title=scenario cannot be read::unknown statement 'hots'%0A"
must prints '^::error file=scn/mute.scn,title='
must prints '^::error file=scn/a#b%2Cc%3Ad%25e&f<g>"h"\\i.scn,line=7,'
must [ "$(grep -c '^::error ' out)" -eq 7 ]
must prints '^1 passed, 4 failed$'
end

begin 'github: silence about what is fine'
tcpwaltz check --format github scn/green.scn
must exits 0
must [ "$(cat out)" = '1 passed, 0 failed' ]
end

echo '# tables in reports'

begin 'a difference of a table: was and is'
tcpwaltz table scn/green.scn --save tables
sed -i 's/client enters ESTABLISHED/client enters CLOSE-WAIT/' tables/green.table
tcpwaltz check --format tap scn/green.scn --against tables
must prints '^    not ok 2 - client enters CLOSE-WAIT$'
must prints '^      was: "at 20 ms"$'
must prints '^      is: "never"$'
tcpwaltz check --format junit scn/green.scn --against tables
must prints '<failure type="table" message="was: at 20 ms; is: never">'
tcpwaltz check --format github scn/green.scn --against tables
must prints '^::error file=tables/green.table,line=[0-9]*,title=its table says otherwise::client enters CLOSE-WAIT%0Awas: at 20 ms%0Ais: never$'
end

echo '# -j'

mkdir many
for i in 1 2 3 4 5 6 7 8 9; do
    cp scn/red.scn "many/red-$i.scn"
    cp scn/green.scn "many/green-$i.scn"
    cp scn/wrong.scn "many/wrong-$i.scn"
done
for format in text tap junit github; do
    begin "$format: the same bytes from one thread and from several"
    for jobs in 1 2 7 0; do
        for turn in 1 2; do
            tcpwaltz check -j "$jobs" --format "$format" many scn "$root/scenarios/handshake"
            must exits 2
            [ "$jobs$turn" != 11 ] || {
                cp out first.out
                cp err first.err
            }
            must same out first.out
            must same err first.err
        done
    done
    end
done

begin '-j takes a number'
tcpwaltz check -j many scn
must exits 2
must says "takes a whole number, not 'many'"
tcpwaltz check -j 100000 scn
must exits 2
must says 'at most'
end

begin 'no progress where no terminal is'
tcpwaltz check -j 2 scn/green.scn
must is_silent
end

if [ -c /dev/full ]; then
    for format in text tap junit github; do
        begin "$format: a disk that is full"
        "$tcpwaltz" check --format "$format" scn/green.scn scn/green.scn >/dev/full 2>err
        code=$?
        : >out
        must [ "$(wc -l <err)" -eq 1 ]
        must exits 2
        must says '^tcpwaltz: cannot write standard output: No space left on device$'
        end
    done
fi

begin 'an unknown format suggests the near one'
tcpwaltz check --format junt scn
must exits 2
must says "did you mean 'junit'"
end

finish
