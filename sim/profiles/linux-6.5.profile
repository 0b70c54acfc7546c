title "Linux 6.5 and later"
about "The first four SYN timeouts do not double: 0 1 2 3 4 5 7 11 19 35 67 s, given up at 131 s."
about "Timers are exact here; the kernel's wheel makes them late (timers=real)."

base linux-3.10

set tcp_syn_linear_timeouts=4   source "Linux 6.5 ip-sysctl: the last at 67 s, given up at 131 s; commit ccce324dabfe"
set tcp_syn_retries=6           source "Linux ip-sysctl: the linear ones are not among them"
set challenge-acks=0           source "Linux 6.1 net/ipv4/tcp_ipv4.c: no limit of the host's own; commit 79e3602caa6f"
