title "Linux 2.6.32 to 2.6.38"
about "As 2.4 when it opens: 0 3 9 21 45 93 s, given up at 189 s. Since 2.6.32 tcp_retries2 stands for a time,"
about "and since 2.6.19 CUBIC is the default. That some distributors' kernels of this name have newer parts, as"
about "a first timeout of 1 s, is not in it."

base linux-2.4

set give-up=time               source "Linux 2.6.32 net/ipv4/tcp_timer.c, retransmits_timed_out: commit 6fa12c850314"
set congestion=cubic           source "Linux 2.6.19 net/ipv4/Kconfig, DEFAULT_TCP_CONG"
set cubic-basis=window         source "Linux net/ipv4/tcp_cubic.c, bictcp_recalc_ssthresh"
set slow-start-segments=0      source "Linux net/ipv4/tcp_cong.c, tcp_slow_start: all that is acknowledged"
set syn-losses-forgiven=1      source "Linux net/ipv4/tcp_metrics.c, tcp_init_metrics: more than one"
set tcp_ecn=2                  source "Linux 2.6.31 ip-sysctl: granted, not asked for"
set window-scale=7             source "Linux 2.6.17 net/ipv4/tcp.c, tcp_init: what tcp_rmem's greatest 4 MB need"
set first-window=5840          source "Linux 2.6 net/ipv4/tcp_output.c, tcp_select_initial_window: four segments"
set window-in-segments=yes     source "Linux 2.6 net/ipv4/tcp_output.c, tcp_select_initial_window: SYN 5840, SYN-ACK 5792"
