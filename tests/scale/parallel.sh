#!/bin/sh
#
# A sweep by GNU parallel, on this machine or on several over ssh.
#
# usage: parallel.sh SHARDS FOLDER SWEEP [OPTION-OF-PARALLEL...]
#
# SWEEP is an executable that sweeps with what it is given besides: exec tcpwaltz sweep FILE --vary … "$@".
# FOLDER is the same on all machines. A shard that fails is begun again, on another machine if there is
# one, where it was; the same command goes on after anything else.

set -eu

shards=$1
folder=$2
sweep=$3
shift 3
mkdir -p "$folder"
seq "$shards" | parallel --retries 5 --joblog "$folder/parallel.log" "$@" \
    "$sweep" --shard "{}/$shards" -o "$folder/shard-{}.db"
