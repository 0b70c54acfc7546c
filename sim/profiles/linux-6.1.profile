title "Linux 6.1"
about "Debian 12's kernel (6.1.192): linux-6.18 with what its source does differently. Beside it, in virtual"
about "time, random worlds are run: tests/oracle/README.md. timers=exact gives the ideal schedule, timers=real"
about "the wheel's lateness."

base linux-6.18

set tcp_syn_linear_timeouts=0   source "Linux 6.5 brought the sysctl: commit ccce324dabfe"
set syn-queue=plus-one          source "Linux 6.1.192, 6.12.117 inet_csk_reqsk_queue_is_full: more than the backlog"
set window-scale=7              source "Linux net/ipv4/tcp.c, tcp_init: tcp_rmem's greatest is 6 MB"
set wheel-hz=250                source "Debian's configuration, CONFIG_HZ=250; user-mode Linux has 100"
set receiver=linux              source "Linux 6.1 net/ipv4/tcp_input.c, tcp_output.c: windows, ACKs"
set sender=linux                source "Linux 6.1 net/ipv4/tcp_output.c, tcp_input.c"
set orphan-fin-wait-2=remnant   source "Linux 6.1 net/ipv4/tcp_minisocks.c, tcp_timewait_state_process"
set close-wait-reset=EPIPE      source "Linux 6.1 net/ipv4/tcp_input.c, tcp_reset"
set fin-ignores-cwnd=yes        source "Linux 6.1 net/ipv4/tcp_output.c, tcp_cwnd_test; not in 6.12 any more"
set packets-grow=no             source "Linux 6.10 brought tcp_grow_skb: commit 8ee602c63520"
