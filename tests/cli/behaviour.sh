#!/bin/sh
#
# The command line's promises: exit status, suggestions, files replaced atomically, pipes, folders,
# standard input. Reports in TAP.
#
# usage: behaviour.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset NO_COLOR TCPWALTZ_PROFILES

good=$root/scenarios/handshake/first-syn-lost.scn

# A scenario whose only expectation fails.
cat >"$work/red.scn" <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=10ms
at 0s server listen
at 0s client connect server
stop at 1s
expect client enters ESTABLISHED at 30ms
SCENARIO

# One that expects nothing, one that is wrong.
grep -v '^expect' "$work/red.scn" >"$work/mute.scn"
sed 's/^host server/hots server/' "$work/red.scn" >"$work/wrong.scn"
sed 's/at 30ms/at 20ms/' "$work/red.scn" >"$work/green.scn"

# One that needs more memory in each microsecond.
cat >"$work/endless.scn" <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=1h
at 0s flood client->server SYN rate=1000000000/s count=4294967295 spoofed
expect server ends CLOSED
SCENARIO

is_root() {
    [ "$(id -u)" -eq 0 ]
}

same() {
    cmp -s "$1" "$2"
}

is_in() {
    grep -q -e "$1" "$2"
}

not() {
    ! "$@"
}

# Nothing but these names in the folder.
holds_only() {
    folder=$1
    shift
    [ "$(ls -A "$folder" | LC_ALL=C sort | paste -s -d ' ' -)" = "$*" ]
}

echo '# subcommands and options'

begin 'counters: with a flood always, otherwise on demand'
tcpwaltz run -f counters "$good"
must exits 0
must prints '^# nothing was counted by interval'
must prints '^t_s,host,half_open,half_open_most,bytes,bytes_most,syns_arrived,'
tcpwaltz run -f counters --interval 1s "$good"
must exits 0
# The client's second SYN, of 3 s, has arrived by 4 s: once, and nobody is half-open any more.
must prints '^4.0000,server,0,1,768,768,1,1,0,0,0,1,0,0,0$'
must prints '^4.0000,client,0,0,768,768,0,0,0,0,0,0,1,1,0$'
tcpwaltz run -f json --interval 1s "$good"
must prints '{"kind":"interval","t_ns":4000000000,"t_s":"4.0000","host":"server","half_open":0,'
tcpwaltz help flood
must exits 0
must prints '  rate=N/s'
end

begin 'no subcommand is wrong usage, and shows them'
tcpwaltz
must exits 2
must prints_nothing
must says 'usage: tcpwaltz'
must says 'check '
end

for asked in --help -h help; do
    begin "$asked"
    tcpwaltz "$asked"
    must exits 0
    must is_silent
    must prints 'usage: tcpwaltz'
    must prints '^  run '
    must prints 'exit status: 0 fine'
    end
done

begin '--version'
tcpwaltz --version
must exits 0
must prints '^tcpwaltz 0\.1\.0$'
end

for command in run check compare identify pcap table profiles help; do
    begin "help $command, the same as $command --help"
    tcpwaltz "$command" --help
    cp "$work/out" "$work/help"
    tcpwaltz help "$command"
    must exits 0
    must is_silent
    must prints "tcpwaltz $command"
    must same "$work/out" "$work/help"
    end
done

begin 'a short option with its value glued to it'
tcpwaltz check -j2 -ftap "$good"
must exits 0
must prints '^ok 1 '
tcpwaltz run -fjson "$good"
must exits 0
must prints '^{"id":1,'
tcpwaltz run -- -fjson
must exits 2
must says 'cannot read it'
end

for word in drop expect connect port sends tcp_syn_retries net.ipv4.tcp_syn_retries delay base; do
    begin "help $word"
    tcpwaltz help "$word"
    must exits 0
    must is_silent
    must prints "^  ${word#net.ipv4.}\(=\|$\| \)"
    end
done

begin 'help on delay: the statement and the key of links'
tcpwaltz help delay
must prints '^STATEMENTS$'
must prints '^KEYS OF LINKS$'
end

begin 'help on a word that is none'
tcpwaltz help conect
must exits 2
must says "did you mean 'connect'?"
end

# slip LINE HINT: what the line's error advises.
slip() {
    begin "slip: $1"
    printf 'host client linux-2.4\nhost server linux-2.4\n%s\n' "$1" >"$work/slip.scn"
    tcpwaltz run "$work/slip.scn"
    must exits 2
    must says "= $2"
    end
}

slip 'link client server bandwidth=10mbit' "did you mean 'rate'?"
slip 'link client server latency=10ms' "did you mean 'delay'?"
slip 'link client server delay 10ms' "did you mean 'delay=10ms'?"
slip 'set client tcp_syn_retries = 3' "did you mean 'tcp_syn_retries=3'?"
slip 'at 1s close client' "did you mean 'client close'?"
slip 'when client ESTABLISHED abort server' "did you mean 'server abort'?"
slip 'link client server loss=0.1' "did you mean '10%'?"
slip 'link client server loss=0.015' "did you mean '1.5%'?"
slip 'set client net.ipv4.tcp_syn_retires=3' "did you mean 'tcp_syn_retries'?"

begin 'sysctls as they are pasted'
cat >"$work/pasted.scn" <<'SCENARIO'
host client linux-3.7
host server linux-3.7
set client net.ipv4.tcp_syn_retries=2 net.core.somaxconn=5
link client server delay=10ms
drop client SYN all
at 0s client connect server
expect client error ETIMEDOUT at 7s
SCENARIO
tcpwaltz check "$work/pasted.scn"
must exits 0
tcpwaltz run --set client.net.ipv4.tcp_syn_retries=1 --ask 'client error' "$work/pasted.scn"
must prints '^client error ETIMEDOUT at 3s$'
end

begin 'a stack that plot does not know'
tcpwaltz plot --profiles linux-99 -o "$work/none.svg"
must exits 2
must says "unknown profile 'linux-99'"
must not grep -q schedule "$work/err"
end

begin 'why nothing came: the losses, by their rule'
cat >"$work/never.scn" <<'SCENARIO'
host client linux-2.4 tcp_syn_retries=1
host server linux-2.4
link client server delay=10ms
drop client SYN all
at 0s server listen
at 0s client connect server
expect client error ETIMEDOUT at 9s
expect server enters ESTABLISHED at 30ms
expect client enters ESTABLISHED at 20ms
SCENARIO
tcpwaltz run --why 14 "$work/never.scn"
must prints 'told: error ETIMEDOUT'
must prints '^lost, so that no answer came:$'
must prints '^    6      0.000 s  SYN seq=0 is lost: drop client SYN all (never.scn:4)$'
must prints '^   10      3.000 s  SYN seq=0 is lost: drop client SYN all (never.scn:4)$'
end

begin 'what never was has a why, too'
tcpwaltz check --verbose "$work/never.scn"
must exits 1
must prints 'ESTABLISHED was never entered'
must prints "why:      tcpwaltz run --why 10 "
must prints "why:      tcpwaltz run --why 13 "
end

begin 'and the command that tells it names the folders of profiles that were set'
TCPWALTZ_PROFILES="$work/of mine"
export TCPWALTZ_PROFILES
tcpwaltz check "$work/never.scn"
must exits 1
must prints "why:      TCPWALTZ_PROFILES='$work/of mine' tcpwaltz run --why 10 "
unset TCPWALTZ_PROFILES
end

begin 'a window of time'
tcpwaltz run --from 3s --to 3.01s "$good"
must exits 0
must prints '^   3.000    8  retransmit timer fired'
must prints '^   3.010   11 '
must not grep -q '^   0.000\|received SYN-ACK' "$work/out"
must prints '^shown: 7 of 50 events; the summary is of all of them$'
must prints '^  the run ended at 65.02 s'
end

begin 'a kind of segments, of one host'
tcpwaltz run --only SYN --host client "$good"
must exits 0
must prints '    5  SYN seq=0'
must prints '    9  SYN seq=0 (retry 1 of 5)'
must not grep -q 'received\|timer' "$work/out"
tcpwaltz run --only SYN -f segments "$good"
must [ "$(grep -c ',SYN,' "$work/out")" -eq 2 ]
must not grep -q 'SYN-ACK' "$work/out"
end

begin 'the states of one host'
tcpwaltz run --host server --format states "$good"
must exits 0
must not grep -q ',client,' "$work/out"
must [ "$(wc -l <"$work/out")" -eq 7 ]
end

begin 'the summary alone'
tcpwaltz run --summary "$good"
must exits 0
must prints '^Summary$'
must not grep -q 'no.  client\|shown' "$work/out"
end


begin 'help scenario has the language and the keys'
tcpwaltz help scenario
must exits 0
must prints 'expect'
must prints 'drop'
must prints 'tcp_synack_retries'
end

begin 'help profile has the keys'
tcpwaltz help profile
must exits 0
must prints 'base '
must prints 'initial-rto'
end

# wrong WORD SUGGESTION ARGUMENT…
wrong() {
    begin "tcpwaltz $3 ${4-}: suggests $2"
    word=$1
    near=$2
    shift 2
    tcpwaltz "$@"
    must exits 2
    must prints_nothing
    must says "'$word'"
    must says "did you mean '$near'"
    end
}

wrong rnu run rnu "$good"
wrong chekc check chekc "$good"
wrong --hepl --help --hepl
wrong --versoin --version --versoin
wrong --formta --format run --formta json "$good"
wrong --assci --ascii run --assci "$good"
wrong --sead --seed check --sead=7 "$good"
wrong timelin timeline run --format=timelin "$good"
wrong alwasy always run --color=alwasy "$good"
wrong scenaro scenario help scenaro
wrong "$good" "tcpwaltz run $good" "$good"

# refused SAID ARGUMENT…
refused() {
    said=$1
    shift
    begin "refused: tcpwaltz $(printf '%s ' "$@" | sed "s|$root/||g; s|$work/||g")"
    tcpwaltz "$@"
    must exits 2
    must prints_nothing
    must says "$said"
    end
}

refused 'needs a FILE' run
refused 'needs a FILE' check
refused 'Missing argument' run "$good" --format
refused 'whole number' run --seed=ten "$good"
refused 'whole number' run --seed=-1 "$good"
refused 'whole number' run --seed=18446744073709551616 "$good"
refused 'needs its unit' run --max-time=5 "$good"
refused 'not negative' run --max-time=-5s "$good"
refused 'more than 0' run --max-time=0 "$good"
refused "--interval '5': a time needs its unit" run --interval=5 "$good"
refused 'interval must be more than 0' run --interval=0 "$good"
refused 'more than 0' run --max-events=0 "$good"
refused 'more than 0' run --max-steps=0 "$good"
refused 'more than 0' run --max-memory=0M "$good"
refused 'K, M or G' run --max-memory=1T "$good"
refused 'K, M or G' run --max-memory=M "$good"
refused 'too large' run --max-memory=17179869184G "$good"
refused 'whole number' run --max-memory=18446744073709551616 "$good"
refused 'from 1' run --why=0 "$good"
refused 'no event 99999' run --why=99999 "$good"
refused "did you mean 'client'" run --host cleint --format pkt "$good"
refused 'one FILE' run --format pkt "$good" "$good"
refused 'exclude each other' run --why=1 --format=json "$good"
refused 'exclude each other' run --ascii --unicode "$good"
refused 'one FILE' run --format=segments "$good" "$good"
refused 'one FILE' run --why=1 "$good" "$good"
refused 'one FILE' run --ask='client ends' "$good" "$good"
refused 'exclude each other' run --ask='client ends' --format=json "$good"
refused 'exclude each other' run --ask='client ends' --why=1 "$good"
refused '[-][-]ask:1:8: error: unknown expectation .edns' run --ask='client edns' "$good"
refused '[-][-]ask:1:1: error: unknown host .cleint' run --ask='cleint ends' "$good"
refused 'there is no #3: the last is #2' run --ask='client sends SYN at #3' "$good"
refused "loss takes one value" bench handshakes --count 1 --loss='5% queue=1'
refused "jitter takes one value" bench handshakes --count 1 --jitter='5ms queue=1'
refused 'is before --from 3s' run --from 3s --to 1s "$good"
refused 'a time needs its unit' run --from 3 "$good"
refused "unknown value of --only .*'syn': did you mean 'SYN'" run --only syn "$good"
refused 'a part of a run' run --from 1s -f json "$good"
refused 'a part of a run' run --host client --format json "$good"
refused 'a part of a run' run --from 1s --why 3 "$good"
refused "timeline's: a table has none" run --summary -f states "$good"
refused "unknown value of --host (client|server) 'nobody'" run --host nobody "$good"
refused 'one topic' help run check
refused 'HOST.KEY=VALUE' run --set=nonsense "$good"
refused 'tcp_syn_retries' run --set=client.tcp_syn_retires=3 "$good"
refused 'client' run --set=cleint.tcp_syn_retries=3 "$good"
refused '0 to 127' run --set=client.tcp_syn_retries=1000 "$good"

echo '# run'

begin 'run prints the timeline and what was held'
tcpwaltz run "$good"
must exits 0
must is_silent
must prints 'SYN'
must prints 'retry 1 of 5'
must prints '^held: [0-9]* expectations$'
end

begin 'what goes into a pipe is ASCII without colour, whatever the locale'
LC_ALL=C.UTF-8 "$tcpwaltz" run "$good" >"$work/utf8"
LC_ALL=C COLUMNS=40 "$tcpwaltz" run "$good" >"$work/c"
must same "$work/utf8" "$work/c"
must not grep -q "$(printf '[^\t -~]')" "$work/c"
end

begin '--unicode and --color=always hold for pipes too'
tcpwaltz run --unicode --color=always "$good"
must exits 0
must prints "$(printf '\033')"
must not same "$work/out" "$work/c"
end

begin 'the same run gives the same bytes'
tcpwaltz run "$good"
must same "$work/out" "$work/c"
end

for format in timeline segments states timers json; do
    begin "--format=$format"
    tcpwaltz run "--format=$format" "$good"
    must exits 0
    must is_silent
    must prints client
    end
done

begin 'a script of the host that was named; of one that nothing reaches there is none'
tcpwaltz run --format pkt --host client "$good"
must exits 0
must is_silent
must prints '^// on client$'
must prints '> S 0:0(0) '
tcpwaltz run --format pkt --host server "$root/scenarios/handshake/every-syn-lost.scn"
must exits 2
must prints_nothing
must says "every-syn-lost.scn: --format pkt: host 'server' sends no segment, and none reaches it"
end

begin 'segments begin with the head of the table'
tcpwaltz run -f segments "$good"
must prints '^t_s,from,segment,seq,ack,len,win,options,fate,conn$'
end

begin 'several files have headings'
tcpwaltz run "$good" "$work/green.scn"
must exits 0
must prints "^==> $good <==\$"
must prints "^==> $work/green.scn <==\$"
end

begin 'a failed expectation is exit status 1, told after the timeline'
tcpwaltz run "$work/red.scn"
must exits 1
must prints 'SYN'
must not prints '^held'
must says "$work/red.scn:7: expect client enters ESTABLISHED at 30ms"
must says 'expected: ESTABLISHED at 30 ms'
must says 'happened: ESTABLISHED at 20 ms'
end

begin 'the command that tells why works'
event=$(sed -n 's/.*--why \([0-9]*\) .*/\1/p' "$work/err")
tcpwaltz run --why "$event" "$work/red.scn"
must exits 0
must prints ESTABLISHED
end

begin 'of several files, the highest status'
tcpwaltz run "$work/green.scn" "$work/red.scn" "$work/green.scn"
must exits 1
end

begin 'one file wrong: nothing runs'
tcpwaltz run "$work/green.scn" "$work/wrong.scn"
must exits 2
must prints_nothing
must says "^$work/wrong.scn:2:1: error: "
must says "did you mean 'host'"
end

begin '--set overrides the scenario'
tcpwaltz run --set client.initial-rto=2s --format=segments "$good"
must exits 1
must prints '^2\.0000,client,SYN,'
end

begin '--set may repeat, the last one holds'
tcpwaltz run --set client.initial-rto=2s --set client.initial-rto=4s --format=segments "$good"
must prints '^4\.0000,client,SYN,'
end

begin 'a bound that is reached fails the run'
tcpwaltz run --max-time=1s "$good"
must exits 1
must says 'bound on virtual time'
tcpwaltz run --max-events=3 "$good"
must exits 1
must says 'bound on events'
end

begin '- is standard input'
"$tcpwaltz" run - <"$work/red.scn" >"$work/out" 2>"$work/err"
code=$?
must exits 1
must says '<stdin>:7: '
end

begin '- is standard output'
tcpwaltz run -o - "$good"
must same "$work/out" "$work/c"
end

begin 'an option after the file'
tcpwaltz run "$good" --format states
must exits 0
must prints '^t_s,host,conn,from,to,cause$'
end

begin 'after -- nothing is an option'
tcpwaltz run -- --format
must exits 2
must says '^--format: error'
end

echo '# many seeds'

cat >"$work/lossy.scn" <<'SCENARIO'
host client rfc6298
host server rfc6298
link client server delay=10ms loss=20%
at 0s server listen
at 0s client connect server
stop at 10s
expect client sends SYN 1 times
expect server accepts 1
SCENARIO

# Nothing is left to chance: 40 times the same, from the seed that was asked for on.
begin 'run --seeds: how often each expectation held, and with which seed not at first'
tcpwaltz run --seeds 40 --seed 7 "$work/red.scn"
must exits 1
must is_silent
must prints 'red.scn: seeds 7 to 46, 0 held all expectations$'
must prints '^  *0  *40  *7  expect client enters ESTABLISHED at 30ms$'
must prints '^first failure: tcpwaltz run --seed 7 .*red.scn$'
tcpwaltz run --seeds 40 "$work/green.scn"
must exits 0
must prints '^  *40  *0  *-  expect client enters ESTABLISHED at 20ms$'
must not is_in 'first failure' "$work/out"
end

begin 'run --seeds --ask: least, median, most'
tcpwaltz run --seeds 40 --ask 'client enters ESTABLISHED at' --ask 'client sends any at #2' \
    --ask 'client sends SYN at #2' --ask 'client ends' "$work/green.scn"
must exits 0
must prints '^  *40  *20 ms  *20 ms  *20 ms  *20 ms  *20 ms  client enters ESTABLISHED at$'
must prints '^  *40  *20 ms  *20 ms  *20 ms  *20 ms  *20 ms  client sends any at #2$'
must prints '^  *0  *-  *-  *-  *-  *-  client sends SYN at #2$'
must prints '^  *0  *-  *-  *-  *-  *-  client ends$'
end

begin 'run --seeds --format csv, and the percentiles that it gives'
cat >"$work/slow.scn" <<'SCENARIO'
host client linux-2.4
host server linux-2.4
link client server delay=10ms jitter=100ms loss=10%
at 0s server listen
at 0s client connect server
SCENARIO
tcpwaltz run --seeds 200 -f csv --ask 'client enters ESTABLISHED at' "$work/slow.scn"
must exits 0
must prints '^seed,question,n,value$'
must prints '^200,all expectations held,1,1$'
# By hand: the N-th of the sorted values, N a half, nine tenths, 99 hundredths of them.
sed -n 's/^[0-9]*,client enters ESTABLISHED at,1,//p' "$work/out" | LC_ALL=C sort -n >"$work/values"
must [ "$(wc -l <"$work/values")" -eq 200 ]
tcpwaltz run --seeds 200 --ask 'client enters ESTABLISHED at' "$work/slow.scn"
must exits 0
grep ' client enters ESTABLISHED at$' "$work/out" |
    sed 's/^ *//; s/   */\n/g' | sed -n '2,6p' | awk '{ printf "%.9f\n", $2 == "ms" ? $1 / 1000 : $1 }' >"$work/told"
sed -n '1p;100p;180p;198p;200p' "$work/values" | awk '{ printf "%.9f\n", $1 }' >"$work/expected"
must same "$work/told" "$work/expected"
end

begin 'run --seeds: chance differs, the number of threads changes nothing'
tcpwaltz run --seeds 300 --jobs 1 --ask 'client enters ESTABLISHED at #1' "$work/lossy.scn"
must exits 1
must not is_in '[^0-9]300 *0 *- *expect client sends SYN' "$work/out"
mv "$work/out" "$work/one"
tcpwaltz run --seeds 300 --jobs 4 --ask 'client enters ESTABLISHED at #1' "$work/lossy.scn"
must exits 1
must same "$work/one" "$work/out"
end

# The seed that it names fails alone, too; and the one before holds.
begin 'run --seeds: the seed that it names'
failing=$(sed -n 's/^first failure: .*--seed \([0-9]*\) .*/\1/p' "$work/one")
tcpwaltz run --seed "$failing" "$work/lossy.scn"
must exits 1
must [ "$failing" -gt 1 ]
tcpwaltz run --seed $((failing - 1)) "$work/lossy.scn"
must exits 0
end

begin 'run --seeds: wrong usage'
tcpwaltz run --seeds 0 "$work/green.scn"
must exits 2
must says '--seeds is from 1'
tcpwaltz run --seeds 2 --seed 18446744073709551615 "$work/green.scn"
must exits 2
must says 'the last one is 18446744073709551615'
tcpwaltz run --seeds 2 --format json "$work/green.scn"
must exits 2
tcpwaltz run --jobs 2 "$work/green.scn"
must exits 2
must says 'it needs --seeds'
tcpwaltz run --seeds 2 "$work/green.scn" "$work/green.scn"
must exits 2
end

echo '# output'

mkdir "$work/dir"

begin '-o writes the file and nothing else'
tcpwaltz run -o "$work/dir/out" "$good"
must exits 0
must prints_nothing
must same "$work/dir/out" "$work/c"
must holds_only "$work/dir" out
end

begin '-o replaces the file and keeps its mode'
echo old >"$work/dir/out"
chmod 604 "$work/dir/out"
tcpwaltz run -o "$work/dir/out" "$good"
must same "$work/dir/out" "$work/c"
must [ "$(ls -l "$work/dir/out" | cut -c 1-10)" = '-rw----r--' ]
end

begin 'a wrong scenario leaves the old file'
echo old >"$work/dir/out"
tcpwaltz run -o "$work/dir/out" "$work/wrong.scn"
must exits 2
must is_in '^old$' "$work/dir/out"
must holds_only "$work/dir" out
end

begin 'a failed expectation writes the file'
tcpwaltz run -o "$work/dir/out" "$work/red.scn"
must exits 1
must is_in ESTABLISHED "$work/dir/out"
end

begin 'a symbolic link stays, its target is replaced'
ln -s out "$work/dir/link"
tcpwaltz run -o "$work/dir/link" "$good"
must exits 0
must [ -L "$work/dir/link" ]
must same "$work/dir/out" "$work/c"
rm "$work/dir/link"
end

begin 'the scenario itself is not overwritten'
cp "$good" "$work/mine.scn"
tcpwaltz run -o "$work/mine.scn" "$work/mine.scn"
must exits 2
must same "$work/mine.scn" "$good"
end

# unwritable SAID FILE
unwritable() {
    begin "-o $(echo "$2" | sed "s|$work/||"): $1"
    tcpwaltz run -o "$2" "$good"
    must exits 2
    must prints_nothing
    must says "cannot write $2: $1"
    must [ "$(wc -l <"$work/err")" -eq 1 ]
    end
}

unwritable 'Is a directory' "$work/dir"
unwritable 'No such file' "$work/none/out"
unwritable 'Not a directory' "$work/dir/out/deeper"
[ ! -e /dev/full ] || unwritable 'No space left' /dev/full
if ! is_root; then
    chmod 555 "$work/dir"
    unwritable 'Permission denied' "$work/dir/new"
    chmod 755 "$work/dir"
    chmod 444 "$work/dir/out"
    unwritable 'Permission denied' "$work/dir/out"
    chmod 644 "$work/dir/out"
fi

begin 'a full disk leaves the old file and nothing else'
echo old >"$work/dir/out"
(
    ulimit -f 1
    for format in json timeline; do
        "$tcpwaltz" run --format "$format" -o "$work/dir/out" "$root/scenarios/handshake/every-syn-lost.scn"
    done
) >/dev/null 2>"$work/err"
must says 'cannot write .*/dir/out: File too large'
must holds_only "$work/dir" out
end

begin 'a device is written as it is'
tcpwaltz run -o /dev/null "$good"
must exits 0
must [ -c /dev/null ]
end

begin 'a pipe is written as it is'
mkfifo "$work/pipe"
timeout 10 cat "$work/pipe" >"$work/read" &
reader=$!
tcpwaltz run -o "$work/pipe" "$good"
[ "$code" -eq 0 ] || kill "$reader"
wait "$reader"
must exits 0
must [ -p "$work/pipe" ]
must same "$work/read" "$work/c"
end

if [ -e /dev/stdout ]; then
    begin '/dev/stdout is no file to replace'
    echo first >"$work/appended"
    "$tcpwaltz" run -o /dev/stdout "$good" >>"$work/appended" 2>"$work/err"
    must is_in '^first$' "$work/appended"
    must is_in '^held' "$work/appended"
    end
fi

begin 'a kill leaves the old file or the new one'
echo old >"$work/old"
for signal in KILL TERM INT; do
    for delay in 0.001 0.002 0.003 0.004 0.006 0.008; do
        cp "$work/old" "$work/dir/out"
        timeout -s "$signal" "$delay" "$tcpwaltz" run -o "$work/dir/out" "$good" >/dev/null 2>&1
        same "$work/dir/out" "$work/old" || must same "$work/dir/out" "$work/c"
    done
    [ "$signal" = KILL ] || must holds_only "$work/dir" out
    rm -f "$work/dir"/.tcpwaltz-*
done
end

if [ -e /dev/full ]; then
    for command in "run $good" "check $good" profiles help 'run --help' --version; do
        begin "standard output that is full: $(echo "$command" | sed "s|$root/||")"
        # shellcheck disable=SC2086 # words
        "$tcpwaltz" $command >/dev/full 2>"$work/err"
        code=$?
        : >"$work/out"
        must exits 2
        must says 'cannot write standard output: No space left'
        end
    done
fi

begin 'standard output that is closed'
"$tcpwaltz" run "$good" >&- 2>"$work/err"
code=$?
must exits 2
must says 'cannot write standard output'
end

begin 'standard output that is closed does not become the file'
"$tcpwaltz" run -o "$work/dir/out" "$good" >&- 2>"$work/err"
code=$?
must exits 0
must same "$work/dir/out" "$work/c"
end

begin 'a reader that has seen enough is no error'
{
    sleep 0.1
    "$tcpwaltz" run "$good" 2>"$work/err"
    echo "$?" >"$work/code"
} | :
must is_in '^0$' "$work/code"
must is_silent
end

begin 'a terminal gets Unicode and colour, unless NO_COLOR is set'
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    on_terminal() {
        env LC_ALL=C.UTF-8 TERM=xterm "$@" script -qec "'$tcpwaltz' run '$good'" /dev/null \
            >"$work/out" 2>"$work/err" </dev/null
    }
    on_terminal
    must prints "$(printf '\033\\[')"
    must prints "$(printf '\342')"
    on_terminal NO_COLOR=1
    must not prints "$(printf '\033\\[')"
    must prints "$(printf '\342')"
    on_terminal LC_ALL=C
    must not prints "$(printf '\342')"
    on_terminal TERM=dumb
    must not prints "$(printf '\033\\[')"
    end
else
    skip 'no script(1) to make a terminal'
fi

# AddressSanitizer needs more than that for itself.
if (ulimit -v 120000 && exec "$tcpwaltz" --version) >"$work/out" 2>&1; then
    begin 'out of memory: its own message, exit status 2'
    (ulimit -v 120000 && exec "$tcpwaltz" run "$work/endless.scn") >"$work/out" 2>"$work/err"
    code=$?
    must exits 2
    must prints_nothing
    must says 'out of memory'
    must not says 'defect'
    end
else
    skip 'the program does not start within 120 MB'
fi

begin 'a defect of ours is exit status 3'
mkfifo "$work/never"
"$tcpwaltz" run - <"$work/never" >"$work/out" 2>"$work/err" &
pid=$!
exec 8>"$work/never"
sleep 1
kill -ABRT "$pid"
wait "$pid"
code=$?
exec 8>&-
must exits 3
must says 'a defect of ours'
end

echo '# check'

begin 'check: a line a scenario'
tcpwaltz check "$good" "$work/green.scn"
must exits 0
must is_silent
must prints "^ok   $good  ([0-9]* expectations)\$"
must prints "^ok   $work/green.scn  (1 expectation)\$"
must prints '^2 passed, 0 failed$'
end

begin 'check: a failure says what was expected, what happened, and where'
tcpwaltz check "$work/red.scn" "$work/green.scn"
must exits 1
must prints "^FAIL $work/red.scn  (1 failed, 0 held)\$"
must prints "$work/red.scn:7: expect client enters ESTABLISHED at 30ms"
must prints 'expected: ESTABLISHED at 30 ms'
must prints 'happened: ESTABLISHED at 20 ms'
must prints "why:      tcpwaltz run --why [0-9]* $work/red.scn"
must prints '^1 passed, 1 failed$'
end

begin 'check: a scenario without expectations fails'
tcpwaltz check "$work/mute.scn"
must exits 1
must prints 'no expectations'
end

begin 'check: one that cannot be read does not stop the others'
tcpwaltz check "$work/red.scn" "$work/wrong.scn" "$work/none.scn" "$work/green.scn"
must exits 2
must says "^$work/wrong.scn:2:1: error"
must says "$work/none.scn"
must prints "^FAIL $work/wrong.scn  ("
must prints "^FAIL $work/none.scn  ("
must prints '^1 passed, 3 failed$'
end

begin 'check -q: only what fails, and the summary'
tcpwaltz check -q "$work/red.scn" "$work/green.scn"
must exits 1
must not prints '^ok'
must prints '^FAIL'
must prints '^1 passed, 1 failed$'
end

begin 'check --set'
tcpwaltz check --set client.initial-rto=5s "$good"
must exits 1
must prints "run --set client.initial-rto=5s --why [0-9]* "
end

begin 'check: an error of a call that no line expects'
sed 's/^stop/at 500ms client accept\nstop/' "$work/green.scn" >"$work/call.scn"
tcpwaltz check "$work/call.scn"
must exits 1
must prints "$work/call.scn:6: client accept"
must prints 'expected: no error'
end

echo '# folders'

mkdir -p "$work/tree/b" "$work/tree/.hidden" "$work/empty"
for name in b/2 b/1 c a .hidden/x; do
    cp "$work/green.scn" "$work/tree/$name.scn"
done
cp "$work/red.scn" "$work/tree/notes.txt"
ln -s .. "$work/tree/b/up"

begin 'a folder means its *.scn, sorted bytewise; a loop of links does no harm'
tcpwaltz check "$work/tree"
must exits 0
must [ "$(sed -n "s|^ok   $work/tree/\([^ ]*\) .*|\1|p" "$work/out" | paste -s -d ' ' -)" = \
    'a.scn b/1.scn b/2.scn c.scn' ]
end

begin 'a folder without scenarios'
tcpwaltz check "$work/empty"
must exits 2
must says "no scenario .* $work/empty"
end

begin 'a folder without scenarios does not stop the others'
tcpwaltz check "$work/empty" "$work/tree"
must exits 2
must prints '^4 passed, 0 failed$'
end

begin 'a file in a folder that vanished'
ln -s gone "$work/tree/lost.scn"
tcpwaltz check "$work/tree"
must exits 2
must says "$work/tree/lost.scn: .*No such file"
must prints '^4 passed, 1 failed$'
rm "$work/tree/lost.scn"
end

begin 'files that cannot be read'
if is_root; then
    skip 'root can read everything'
else
    chmod 0 "$work/tree/a.scn" "$work/tree/b"
    tcpwaltz check "$work/tree"
    must exits 2
    must says "$work/tree/a.scn: .*Permission denied"
    must says "$work/tree/b: Permission denied"
    must prints '^1 passed, 1 failed$'
    chmod 755 "$work/tree/a.scn" "$work/tree/b"
    end
fi

begin 'run does not take a folder'
tcpwaltz run "$work/tree"
must exits 2
must prints_nothing
must says "$work/tree: .*directory"
end

echo '# input that is hard to read'

begin 'a file that is too large'
head -c 100000000 /dev/zero | tr '\0' x >"$work/large.scn"
tcpwaltz check "$work/large.scn"
must exits 2
must says '16 MB'
must [ "$(wc -c <"$work/err")" -lt 2000 ]
rm "$work/large.scn"
end

begin 'standard input that is too large'
head -c 100000000 /dev/zero | "$tcpwaltz" run - >"$work/out" 2>"$work/err"
code=$?
must exits 2
must says '16 MB'
end

begin 'standard input that is empty, or closed'
tcpwaltz run -
must exits 2
must says '^<stdin>:'
"$tcpwaltz" run - <&- >"$work/out" 2>"$work/err"
code=$?
must exits 2
must says '^<stdin>: '
end

echo '# profiles'

begin 'profiles lists them with their titles'
tcpwaltz profiles
must exits 0
must is_silent
must prints '^linux-2\.4  *[A-Z]'
must prints '^bsd-4\.4 '
must prints '^  *SYN      0 3 9 21 45 93 s, given up at 189 s$'
must prints '^  *SYN-ACK  0 1 3 7 15 31 s, given up at 63 s$'
must prints '^  *SYN      0 5.8 29.8 s, given up at 74.8 s$'
end

begin 'profiles NAME shows every key with its value and source'
tcpwaltz profiles linux-2.4
must exits 0
must is_silent
must prints '^linux-2\.4: '
must prints '^  initial-rto  *3s  *[^ ]'
must prints '^  tcp_syn_retries  *5  *[^ ]'
must not prints 'no source given'
end

begin 'profiles: an unknown one suggests the near one'
tcpwaltz profiles linux-2.5
must exits 2
must prints_nothing
must says "did you mean 'linux-2.4'"
end

begin 'profiles: names that lead to one, listed and followed'
tcpwaltz profiles
must exits 0
must prints '^    linux  *linux-6\.18$'
must prints '^    freebsd-14 to 15  *freebsd$'
tcpwaltz profiles freebsd-14.1
must exits 0
must is_silent
must prints '^freebsd: '
tcpwaltz profiles freebsd-13
must exits 2
must prints_nothing
must says "unknown profile 'freebsd-13'"
must says "did you mean 'freebsd'?"
tcpwaltz help --list
must prints '^profile	linux	leads to linux-6\.18$'
end

begin 'profiles --diff: what two differ in, with both sources'
tcpwaltz profiles --diff linux-2.4 linux-3.7
must exits 0
must is_silent
must prints '^linux-2\.4 and linux-3\.7 differ in [0-9]* of [0-9]* keys$'
must prints '^  initial-rto$'
must prints '^    linux-2\.4  3s  *Linux 2\.4 include/net/tcp\.h, TCP_TIMEOUT_INIT$'
must prints '^    linux-3\.7  1s  *Linux 3\.1 include/net/tcp\.h'
must not prints '^  tcp_synack_retries$'
tcpwaltz profiles --diff linux linux-6.18
must exits 0
must prints '^linux-6\.18 and linux-6\.18 have the same values in all [0-9]* keys$'
tcpwaltz profiles --diff linux-2.4
must exits 2
must prints_nothing
must says '--diff takes two profiles'
tcpwaltz profiles --diff linux-2.4 linux-99
must exits 2
must prints_nothing
must says "unknown profile 'linux-99'"
end

printf 'title "Mine"\nbase rfc6298\nset initial-rto=7s source "measured"\nset mss=unknown\n' \
    >"$work/tree/mine.profile"

begin 'profiles: one by path'
tcpwaltz profiles "$work/tree/mine.profile"
must exits 0
must prints '^  initial-rto  *7s  *measured$'
must prints '^  mss  *[0-9]*  *unknown'
end

begin 'TCPWALTZ_PROFILES names folders to search'
TCPWALTZ_PROFILES="$work/none::$work/tree"
export TCPWALTZ_PROFILES
tcpwaltz profiles
must exits 0
must prints '^mine  *Mine$'
must prints '^linux-2\.4 '
tcpwaltz profiles mine
must exits 0
unset TCPWALTZ_PROFILES
end

# --- lines that never did anything ---------------------------------------------------------------

cat >"$work/idle.scn" <<'END'
host client rfc6298
host server rfc6298
link client server delay=10ms
drop client SYN #2
at 0s server listen
at 0s client connect server
when client CLOSE-WAIT client close
expect client ends ESTABLISHED
END

begin 'run notes the lines that did nothing, and fails for none of them'
tcpwaltz run "$work/idle.scn"
must exits 0
must says 'idle.scn:4:1: note: drop client SYN #2 never matched: client sent 1 SYN'
must says 'idle.scn:7:1: note: when client CLOSE-WAIT client close never fired: client never entered CLOSE-WAIT'
end

begin 'check is silent about them, check --strict fails for each, in every format'
tcpwaltz check "$work/idle.scn"
must exits 0
must [ ! -s "$work/err" ]
for format in text tap junit github; do
    tcpwaltz check --strict --format "$format" "$work/idle.scn"
    must exits 1
    must grep -q 'drop client SYN .*#2' "$work/out"
    must grep -q 'when client CLOSE-WAIT client close' "$work/out"
    must grep -q 'client sent 1 SYN' "$work/out"
done
must grep -q 'file=.*idle.scn,line=4' "$work/out"
end

begin 'a line that any seed had something to do for did something'
printf '%s\n' 'host client rfc6298' 'host server rfc6298' 'link client server delay=10ms loss=50%' \
    'drop client SYN #2' 'at 0s server listen' 'at 0s client connect server' 'stop at 100s' \
    'expect client never sends RST' >"$work/some.scn"
tcpwaltz run --seeds 20 "$work/some.scn"
must [ "$(grep -c 'never matched' "$work/err")" -eq 0 ]
tcpwaltz run --seeds 20 "$work/idle.scn"
must says 'note: drop client SYN #2 never matched'
end

finish
