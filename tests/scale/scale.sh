#!/bin/sh
#
# The recipes of docs/scale.md against the real thing, as Debian packages it: GNU parallel over ssh, Slurm, Open
# MPI. Each loses something in the middle, and its shards, merged, are the bytes of an undisturbed sweep. What is
# not installed is skipped by name. Takes a minute or two of real time; by hand, or ./check scale. Reports in TAP.
#
# usage: scale.sh [TCPWALTZ]

set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 2
me=scale
. "$root/tools/build.sh"
. "$root/tests/release.sh"
here=$root/tests/scale
if [ $# -gt 0 ]; then
    tcpwaltz=$(realpath -- "$1") || exit 2
else
    build_tested || exit 1
    tcpwaltz=$tested/sim/tcpwaltz
fi
work=$(mktemp -d) || exit 1
daemons=
cleanup() {
    # shellcheck disable=SC2086 # a word each
    [ -z "$daemons" ] || kill $daemons 2>/dev/null
    for daemon in $daemons; do
        until_true 20 is_gone "$daemon"
    done
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
. "$root/tests/tap.sh"
unset NO_COLOR TCPWALTZ_PROFILES
cd "$work" || exit 1

shards=6

cat >lossy.scn <<'SCENARIO'
host client linux-2.4
host server linux-2.4
link client server delay=10ms loss=20%
at 0s server listen
at 0s client connect server
stop at 2min
SCENARIO

cat >sweep <<SWEEP
#!/bin/sh
exec '$tcpwaltz' sweep '$work/lossy.scn' --vary link.loss=10%,20%,30% --seeds 1..40000 \\
    --ask 'client enters ESTABLISHED at #1' "\$@"
SWEEP

# The same, but what begins shard 3 for the first time is killed when its database has something.
cat >fragile <<'FRAGILE'
#!/bin/sh
case "$*" in
*'--shard 3/'*) [ -e "$0.was-killed" ] || {
    "${0%/*}/sweep" "$@" &
    pid=$!
    for file; do :; done
    while kill -0 "$pid" && { [ ! -s "$file" ] || [ "$(wc -c <"$file")" -lt 100000 ]; }; do :; done
    kill -9 "$pid"
    : >"$0.was-killed"
    exit 1
} ;;
esac
exec "${0%/*}/sweep" "$@"
FRAGILE
chmod +x sweep fragile

is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

same() {
    cmp -s "$1" "$2"
}

has() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]
}

# until_true SECONDS COMMAND…: waits for what other programs take their time with.
until_true() {
    left=$(($1 * 5))
    shift
    while ! "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.2
    done
}

# is_whole FOLDER: its shards together are the undisturbed sweep.
is_whole() {
    "$tcpwaltz" sweep merge "$1"/shard-*.db >merged.csv 2>err && same merged.csv undisturbed.csv
}

begin 'an undisturbed sweep'
./sweep -o undisturbed.csv
must [ "$(grep -c '^[0-9]' undisturbed.csv)" -eq 120000 ]
end

echo '# GNU parallel'

if has parallel; then
    begin 'parallel: a shard that is killed is begun again'
    must "$here/parallel.sh" "$shards" "$work/local" "$work/fragile" -j 2 2>err
    must [ -e fragile.was-killed ]
    # The number of lines of shard 3 in the log of parallel says how it went: the last one is kept.
    must [ "$(awk '$NF ~ /shard-3.db$/ { print $7 }' local/parallel.log)" = 0 ]
    must is_whole local
    end
    rm -f fragile.was-killed
else
    title='parallel'
    skip 'no GNU parallel (parallel)'
fi

# Two "machines", loopback both; one sshd each, so that one of them can go.
ssh_begin() {
    mkdir -p ssh
    ssh-keygen -q -t ed25519 -N '' -f ssh/host && ssh-keygen -q -t ed25519 -N '' -f ssh/user || return 1
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    : >ssh/config
    for port in 42201 42202; do
        cat >"ssh/sshd-$port" <<SSHD
Port $port
ListenAddress 127.0.0.1
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/user.pub
PidFile $work/ssh/pid-$port
StrictModes no
UsePAM no
MaxSessions 100
MaxStartups 100
SSHD
        cat >>ssh/config <<SSH
Host node$port
    HostName 127.0.0.1
    Port $port
    User $(id -un)
    IdentityFile $work/ssh/user
    UserKnownHostsFile /dev/null
    StrictHostKeyChecking no
    LogLevel ERROR
SSH
        /usr/sbin/sshd -f "$work/ssh/sshd-$port" -E "$work/ssh/log-$port" || return 1
        until_true 5 [ -s "ssh/pid-$port" ] || return 1
        daemons="$daemons $(cat "ssh/pid-$port")"
    done
    until_true 5 ssh -F ssh/config node42202 true
}

# The sshd of a machine and all that came of it are gone at once.
kill_node() {
    until_true 20 grep -q shard "$work/remote/begun" || return 1
    for child in $(pgrep -P "$(cat "ssh/pid-$1")"); do
        for grandchild in $(pgrep -P "$child") "$child"; do
            kill -9 "$grandchild" 2>/dev/null
        done
    done
    kill -9 "$(cat "ssh/pid-$1")"
}

if has parallel && has sshd && ssh_begin; then
    # What runs says so, so that the machine goes while something does.
    mkdir -p remote
    cat >noted <<NOTED
#!/bin/sh
[ "\${SSH_CONNECTION##* }" != 42201 ] || echo "\$*" >>'$work/remote/begun'
exec '$work/sweep' "\$@"
NOTED
    chmod +x noted
    begin 'parallel over ssh: one of two machines goes in the middle'
    "$here/parallel.sh" "$shards" "$work/remote" "$work/noted" \
        --ssh "ssh -F $work/ssh/config" -S 1/node42201,1/node42202 >out 2>err &
    pid=$!
    must kill_node 42201
    wait "$pid"
    must [ $? -eq 0 ]
    must grep -q . remote/begun
    must is_whole remote
    end
else
    title='parallel over ssh'
    skip 'no GNU parallel or no sshd (parallel, openssh-server)'
fi

echo '# Open MPI'

if has mpirun; then
    begin 'mpirun: a rank is killed, and the same command goes on'
    mkdir -p mpi
    set -- mpirun --oversubscribe -n "$shards" "$here/mpi.sh" "$work/mpi" "$work/fragile"
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
    "$@" >out 2>err
    code=$?
    must [ "$code" -ne 0 ]
    must [ -e fragile.was-killed ]
    "$tcpwaltz" sweep merge mpi/shard-*.db >merged.csv 2>err
    must says 'shard 3/6 is '
    must "$@" >out 2>err
    must is_whole mpi
    end
    rm -f fragile.was-killed
else
    title='mpirun'
    skip 'no Open MPI (openmpi-bin)'
fi

echo '# Slurm'

# A controller and two nodes on this machine, with a munge of their own.
slurm_begin() {
    mkdir -p slurm/state slurm/spool1 slurm/spool2 slurm/munge || return 1
    chmod 755 "$work" slurm slurm/munge
    dd if=/dev/urandom of=slurm/munge/key bs=128 count=1 2>/dev/null
    chmod 600 slurm/munge/key
    /usr/sbin/munged --force --key-file="$work/slurm/munge/key" --socket="$work/slurm/munge/socket" \
        --pid-file="$work/slurm/munge/pid" --log-file="$work/slurm/munge/log" --seed-file="$work/slurm/munge/seed" ||
        return 1
    until_true 10 [ -s slurm/munge/pid ] || return 1
    daemons="$daemons $(cat slurm/munge/pid)"
    host=$(hostname -s)
    cat >slurm/slurm.conf <<CONF
ClusterName=tcpwaltz
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$work/slurm/munge/socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=42301
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool%n
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd%n.pid
SlurmctldLogFile=$work/slurm/slurmctld.log
SlurmdLogFile=$work/slurm/slurmd%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=1,sched_interval=1
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
NodeName=1 NodeHostname=$host NodeAddr=127.0.0.1 Port=42302 CPUs=1
NodeName=2 NodeHostname=$host NodeAddr=127.0.0.1 Port=42303 CPUs=1
PartitionName=all Nodes=1,2 Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF="$work/slurm/slurm.conf"
    /usr/sbin/slurmctld -D >slurm/out 2>&1 &
    daemons="$daemons $!"
    for node in 1 2; do
        /usr/sbin/slurmd -D -N "$node" >"slurm/out$node" 2>&1 &
        daemons="$daemons $!"
        echo "$!" >"slurm/node$node"
    done
    until_true 30 nodes_are_idle
}

nodes_are_idle() {
    [ "$(sinfo -h -o '%T %D')" = 'idle 2' ]
}

is_over() {
    [ -z "$(squeue -h -j "$1")" ]
}

# What the job runs on node 2 has begun to write: $process is its number.
writes_on_2() {
    gone=$(squeue -h -j "$1" -t RUNNING -w 2 -o %K)
    [ -n "$gone" ] && [ -s "slurm-sweep/shard-$gone.db" ] &&
        process=$(pgrep -f "$work/slurm-sweep/shard-$gone.db")
}

# Its daemon and what it runs are gone at once, as when somebody pulls the plug.
kill_node_2() {
    until_true 60 writes_on_2 "$1" || return 1
    # Who would tell of its end goes first: Slurm's step, then the daemon.
    kill -9 "$(ps -o ppid= -p "$process" | tr -d ' ')" "$(cat slurm/node2)" "$process"
    scontrol update nodename=2 state=down reason=gone
}

if has slurmctld && has slurmd && has munged && has sbatch; then
    begin 'Slurm: a controller and two nodes begin'
    must slurm_begin
    end

    begin 'Slurm: a job array, a node goes in the middle, its task is requeued'
    mkdir -p slurm-sweep
    job=$(sbatch --parsable --array="1-$shards" -o "$work/slurm-sweep/%a.log" \
        "$here/slurm.sbatch" "$work/slurm-sweep" "$work/sweep" 2>err)
    must [ -n "$job" ]
    must kill_node_2 "$job"
    must until_true 180 is_over "$job"
    # Node 2 never came back: node 1 made what was left.
    must [ "$(sinfo -h -n 2 -o %T | tr -d '*')" = down ]
    must grep -qi requeue slurm/slurmctld.log
    must is_whole slurm-sweep
    end
else
    title='Slurm'
    skip 'no Slurm or no munge (slurmctld, slurmd, slurm-client, munge)'
fi

finish
