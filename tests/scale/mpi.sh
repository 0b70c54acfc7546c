#!/bin/sh
#
# A sweep by Open MPI: a rank a shard. When one fails all end, and the same command goes on.
#
# usage: mpirun -n SHARDS mpi.sh FOLDER SWEEP
#
# SWEEP is an executable that sweeps with what it is given besides: exec tcpwaltz sweep FILE --vary … "$@".

set -eu

shard=$((OMPI_COMM_WORLD_RANK + 1))
exec "$2" --shard "$shard/$OMPI_COMM_WORLD_SIZE" -o "$1/shard-$shard.db"
