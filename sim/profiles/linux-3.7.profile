title "Linux 3.7 to 6.4"
about "The first timeout is 1 s since 3.1, and tcp_syn_retries is 6 since 3.7."
about "Timers are exact here; since 4.8 the kernel's wheel makes them late (timers=real)."
about "Tail loss probes, which came with 3.10, are not modelled."

base linux-2.4

set tcp_ecn=2                   source "Linux 2.6.31 ip-sysctl: granted, not asked for"
set initial-rto=1s             source "Linux 3.1 include/net/tcp.h, TCP_TIMEOUT_INIT (RFC 6298)"
set rto-after-syn-loss=3s      source "Linux 3.1 include/net/tcp.h, TCP_TIMEOUT_FALLBACK"
set tcp_syn_retries=6          source "Linux ip-sysctl.txt: the last at 63 s, given up at 127 s"
set tcp_synack_retries=5       source "Linux ip-sysctl.txt: the last at 31 s, given up at 63 s"
set give-up=time               source "Linux 2.6.32 and later, retransmits_timed_out"
set reset-check=rfc5961        source "Linux 3.6 net/ipv4/tcp_input.c"
set crossed-synack=challenge   source "Linux 3.6 commit 0c24604b68fc; 23e89e8ee7be ended it in 6.11"
set tcp_max_syn_backlog=unknown source "Linux ip-sysctl.txt: grows with the machine's memory"
set initial-window=10          source "Linux 2.6.39 include/net/tcp.h, TCP_INIT_CWND (RFC 6928)"
set timer-model=wheel          source "Linux 4.8 kernel/time/timer.c"
set wheel-hz=250               source "the kernel's default CONFIG_HZ"
