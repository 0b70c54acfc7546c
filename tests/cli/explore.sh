#!/bin/sh
#
# tcpwaltz explore from outside: what it prints and writes, how it ends, and what it refuses. Reports
# in TAP.
#
# usage: explore.sh ROOT TCPWALTZ

set -u

root=$1
tcpwaltz=$(realpath -- "$2") || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$root/tests/tap.sh"
unset TCPWALTZ_PROFILES TCPWALTZ_ROOT
cd "$work" || exit 1

bugs=$root/scenarios/bugs

# A call that is refused: 2 packets, so 1 + 2 + 4 worlds with up to two losses.
cat >refused.scn <<'END'
host client rfc6298
host server rfc6298
link client server delay=10ms
at 0s client connect server
END

begin 'worlds are counted by their faults, and all hold'
tcpwaltz explore --faults drop refused.scn
must exits 0
must prints '^refused.scn: drop; up to 2 at once$'
must prints '^       0           1           0$'
must prints '^       1           2           0$'
must prints '^       2           4           0$'
must prints '^all worlds were tried; depth 2 of 2 completed$'
must prints '^7 worlds, 5 run; [0-9]* distinct states, [0-9]* s of virtual time$'
must says '^tcpwaltz: 7 worlds in '
end

# Once a try has failed, it is the same whichever of its packets was lost: two of each depth are run.
begin 'equal worlds are met once, and counted all the same'
tcpwaltz explore --faults drop --depth 5 refused.scn
must prints '^63 worlds, 11 run; '
grep -v ' run; ' out >merged
tcpwaltz explore --faults drop --depth 5 --no-merge refused.scn
must prints '^63 worlds, 63 run; '
grep -v ' run; ' out >each
must cmp -s merged each
tcpwaltz explore --faults drop --depth 5 --states refused.scn
must prints '^63 worlds, 63 run; '
end

begin 'whoever meets a breach is told how to look for others'
tcpwaltz explore --without-faults "$bugs/zephyr-last-ack-lost.scn"
must exits 1
must says '^tcpwaltz: --except given-up looks for what breaks another law, --all goes on$'
end

begin 'the number of jobs changes nothing'
tcpwaltz explore -j 1 --depth 2 --all --states "$bugs/zephyr-last-ack-lost.scn" --without-faults
cp out one
must exits 1
tcpwaltz explore -j 7 --depth 2 --all --states "$bugs/zephyr-last-ack-lost.scn" --without-faults
must cmp -s one out
must prints '^TIME-WAIT '
must prints '^worlds by the law that they break first:$'
end

begin 'a bug is found without being told the loss, and its counterexample fails'
tcpwaltz explore --without-faults -o found.scn "$bugs/zephyr-last-ack-lost.scn"
must exits 1
must prints '^broken: given-up (nobody gives up whose repeats arrive)$'
must prints '^  drop device ACK #2$'
must grep -q '^drop device ACK #2$' found.scn
must grep -q '^# drop   device ACK #2$' found.scn
tcpwaltz check found.scn
must exits 1
must prints 'expect peer.1 sends FIN at most 2 times'
tcpwaltz plot -o found.dat found.scn
must exits 0
must test -s found.dat
end

begin 'beside its scenario a counterexample names files as that does'
cp "$bugs/zephyr-46407.profile" .
sed "/^drop/d" "$bugs/zephyr-last-ack-lost.scn" >here.scn
tcpwaltz explore -o beside.scn here.scn
must exits 1
must grep -q ' ./zephyr-46407.profile ' beside.scn
tcpwaltz check beside.scn
must exits 1
end

begin 'to standard output, the report is on standard error'
tcpwaltz explore -o - here.scn
must exits 1
must prints '^drop device ACK #2$'
must says '^broken: given-up'
tcpwaltz explore --dot - --depth 1 refused.scn
must exits 0
must prints '^digraph states {$'
must prints '"SYN-SENT\\nLISTEN" -> "CLOSED\\nLISTEN";'
end

begin 'what --set says stands in the counterexample'
sed 's/zephyr-46407.profile/zephyr-46407.profile time-wait-fin=acknowledge/' here.scn >set.scn
tcpwaltz explore --set device.time-wait-fin=ignore -o of-set.scn set.scn
must exits 1
must grep -q '^set device time-wait-fin=ignore$' of-set.scn
tcpwaltz check of-set.scn
must exits 1
end

begin 'and the seed of --seed, in place of its own'
{ cat here.scn && echo 'seed 3'; } >seed.scn
tcpwaltz explore --seed 77 -o of-seed.scn seed.scn
must exits 1
must grep -q '^# seed 3$' of-seed.scn
must grep -q '^seed 77$' of-seed.scn
tcpwaltz check of-seed.scn
must exits 1
end

begin 'nothing is written where nothing is broken'
tcpwaltz explore -o none.scn refused.scn
must exits 0
must test ! -e none.scn
end

begin 'expectations marked always are held in every world, others are not'
cp refused.scn always.scn
echo 'expect client sends SYN 5 times' >>always.scn
tcpwaltz explore always.scn
must exits 0
echo 'expect always client sends SYN 1 time' >>always.scn
tcpwaltz explore -o of-always.scn always.scn
must exits 1
must prints '^broken: always '
must prints '^  drop client SYN #1$'
tcpwaltz check of-always.scn
must exits 1
must prints '1 failed, 0 held'
tcpwaltz explore --except always always.scn
must exits 0
end

begin 'a budget ends it'
tcpwaltz explore --faults drop --budget 5 refused.scn
must exits 0
must prints '^the budget ended it; depth 1 of 2 completed$'
must prints '^5 worlds, '
tcpwaltz explore --faults drop --budget 30ms refused.scn
must exits 0
must prints '^2 worlds, '
end

begin 'only what is asked for meets a fault'
tcpwaltz explore --faults drop --hosts client refused.scn
must exits 0
must prints '^3 worlds, '
tcpwaltz explore --faults drop --within 5ms.. refused.scn
must exits 0
must prints '^       1           1           0$'
end

# The timer fires first, as it was armed before the SYN-ACK was sent.
cat >tie.scn <<'END'
host client rfc6298 initial-rto=1s
host server rfc6298
link client server delay=500ms
at 0s server listen
at 0s client connect server
expect always client sends SYN 2 times
END

begin 'an order breaks what no fault does, and is written as a line'
tcpwaltz explore --faults none --orders --depth 1 -o of-order.scn tie.scn
must exits 1
must prints '^tie.scn: order; up to 1 at once$'
must prints '^  order client at 1s server$'
tcpwaltz check of-order.scn
must exits 1
must prints 'happened: 1 SYN at 0 s'
tcpwaltz plot -o order.dat of-order.scn
must exits 0
sed 's/^order .*/& script/' of-order.scn >not-due.scn
tcpwaltz run not-due.scn
must says 'order client at 1s server script was not followed: 1 of the 2 that it names came then'
end

begin 'orders of the scenario are left out where they are tried, and act where they are not'
{ cat tie.scn && echo 'order client at 1s server'; } >own-order.scn
tcpwaltz explore --faults none own-order.scn
must exits 1
must prints '^without any fault$'
tcpwaltz explore --faults none --orders -o own-found.scn own-order.scn
must exits 1
must grep -q '^# order client at 1s server$' own-found.scn
tcpwaltz check own-found.scn
must exits 1
end

begin 'a crash breaks what no fault does'
{ cat refused.scn && echo 'expect always client sends SYN 1 time'; } >once.scn
tcpwaltz explore --faults none --crashes -o of-crash.scn once.scn
must exits 1
must prints '^once.scn: crash, reboot; up to 2 at once$'
must prints '^  at 10ms server crash$'
tcpwaltz check of-crash.scn
must exits 1
end

begin 'a signal ends it with what is known'
mkfifo slow.scn
"$tcpwaltz" explore --depth 8 slow.scn >out 2>err &
pid=$!
exec 3>slow.scn # it is about to read, and signals wait
kill -TERM "$pid"
cat refused.scn >&3
exec 3>&-
wait "$pid"
code=$?
must exits 143
must prints '^it was interrupted; depth 0 of 8 completed$'
must says '^tcpwaltz: terminated$'
end

begin 'pairs of profiles'
tcpwaltz explore --profiles "rfc6298,linux-6.18,$bugs/picotcp-148.profile"
must exits 1
must prints '^   2 linux-6.18             -     -     1$'
must prints '^linux-6.18 calls picotcp-148: reset$'
must prints '^  drop server SYN-ACK #1$'
tcpwaltz explore --profiles rfc6298,linux-6.18 --depth 2
must exits 0
must prints '^4 pairs, '
end

# Each breaks a law of its own, and in those pairs alone in which its mistake can be met: who does not wait calls and closes
# first, a ghost is the called one's, and who answers no FIN closes first.
begin 'the matrix finds three mistakes, each where it is'
printf 'base rfc6298\nset handshake=two-way\n' >hasty.profile
printf 'base rfc6298\nset time-wait=0s\n' >rash.profile
printf 'base rfc6298\nset time-wait-fin=ignore\n' >deaf.profile
tcpwaltz explore --profiles rfc6298,./hasty.profile,./rash.profile,./deaf.profile --faults drop,dup,delay,reorder
must exits 1
sed -n 's/^\([a-z0-9]* calls .*\)$/\1/p' out | sort >found
must [ "$(grep -c ' calls hasty: ' found)" -eq 4 ]
must [ "$(grep -c '^rash calls ' found)" -eq 4 ]
must [ "$(grep -c '^deaf calls ' found)" -eq 4 ]
must grep -q '^rfc6298 calls hasty: ghost$' found
must grep -q '^rash calls rfc6298: reset$' found
must grep -q '^deaf calls rfc6298: given-up$' found
must [ "$(grep -c 'rfc6298 calls rfc6298\|rfc6298 calls rash\|rfc6298 calls deaf' found)" -eq 0 ]
end

# refuses 'WHAT' 'PATTERN' ARGUMENT…: wrong usage, said so.
refuses() {
    begin "refused: $1"
    pattern=$2
    shift 2
    tcpwaltz explore "$@"
    must exits 2
    must prints_nothing
    must says "$pattern"
    end
}

sed 's/server/timer/g' refused.scn >timer.scn
refuses 'no file' 'explore needs one FILE'
refuses 'two files' 'explore needs one FILE' refused.scn always.scn
refuses 'a fault that is none' "did you mean 'drop'" --faults drip refused.scn
refuses 'a name that an order line means otherwise' "cannot be called 'timer'" --orders timer.scn
refuses 'none and some' 'none stands alone' --faults none,drop refused.scn
refuses 'a law that is none' "did you mean 'ghost'" --except gost refused.scn
refuses 'a host that is none' "did you mean 'client'" --hosts cleint refused.scn
refuses 'too deep' 'at most 8' --depth 9 refused.scn
refuses 'a time without an end' 'TIME..TIME' --within 1s refused.scn
refuses 'a time backwards' 'ends before it begins' --within 2s..1s refused.scn
refuses 'a budget of nothing' 'more than 0' --budget 0 refused.scn
refuses 'no delay' 'more than 0' --delay-by 0s refused.scn
refuses 'its own scenario' 'is the scenario itself' -o refused.scn refused.scn
refuses 'a file that is not there' 'No such file' nowhere.scn
refuses 'a packetdrill script' 'a packetdrill script says itself' script.pkt
refuses 'what is of scripts' 'is about packetdrill scripts' --define A=1 refused.scn
refuses 'somebody real' 'nobody can be real' --live=client refused.scn
refuses 'a file beside profiles' 'no FILE' --profiles rfc6298 refused.scn
refuses 'a profile that is none' "did you mean 'rfc6298'" --profiles rfc6289
sed 's/10ms/10ms loss=1%/' refused.scn >chance.scn
refuses 'chance' 'chance.scn:3:1: error: this link draws by chance' chance.scn
sed 's/connect server/connect server rate=10\/s count=100/' refused.scn >rate.scn
refuses 'a series' 'rate.scn:4:1: error: there are too many worlds' rate.scn
printf 'drop client SYN #1\n' >faults.scn
{ cat refused.scn && echo 'include faults.scn' && echo 'expect always client sends RST 1 time'; } >including.scn

begin 'lines of another file cannot be left out'
tcpwaltz explore --without-faults -o none.scn including.scn
must exits 2
must says 'have to be left out stand in faults.scn'
must test ! -e none.scn
end

finish
