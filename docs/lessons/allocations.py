#!/usr/bin/env python3
"""How many objects Linux allocates for connections, and when: for lesson 23.

Opens N connections to itself and closes them, and prints after each step how many more objects
of each kind there are than before. /proc/slabinfo is the whole machine's, and counts what is set
aside on each processor, so the figures are right to a few per cent on a quiet machine. Needs
root, for /proc/slabinfo; a network namespace of its own keeps it away from everything else:

    unshare -n sh -c 'ip link set lo up; python3 docs/lessons/allocations.py'
"""

import resource
import select
import socket
import time

N = 1000
KINDS = ["TCP", "request_sock_TCP", "tw_sock_TCP", "sock_inode_cache"]


def slabs():
    """The active objects of each kind, and the bytes of one."""
    rows = (line.split() for line in open("/proc/slabinfo") if line.split()[0] in KINDS)
    return {row[0]: (int(row[1]), int(row[3])) for row in rows}


def settled():
    """What there is when the kernel has given back what it is done with, which takes a moment."""
    before, now = None, slabs()
    while now != before:
        time.sleep(0.2)
        before, now = now, slabs()
    return now


BEFORE = settled()


def show(step):
    now = settled()
    print(f"{step:32}" + "".join(f"{now[kind][0] - BEFORE[kind][0]:18}" for kind in KINDS))


print(f"{'':32}" + "".join(f"{kind:>18}" for kind in KINDS))
print(f"{'bytes of one':32}" + "".join(f"{BEFORE[kind][1]:18}" for kind in KINDS))

resource.setrlimit(resource.RLIMIT_NOFILE, (3 * N, 3 * N))
listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
clients = [socket.socket() for _ in range(N)]
show("client: socket()")

for client in clients:
    client.setblocking(False)
    client.connect_ex(listener.getsockname())
for client in clients:
    select.select([], [client], [])
show("client: connect()")

servers = [listener.accept()[0] for _ in range(N)]
show("server: accept()")

for client in clients:
    client.close()
show("client: close()")

for server in servers:
    server.close()
show("server: close()")
