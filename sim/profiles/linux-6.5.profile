title "Linux 6.5 and later"
about "The first four SYN timeouts do not double: 0 1 2 3 4 5 7 11 19 35 67 s, given up at 131 s."
about "Everything else that came between 3.7 and 6.5 is here too, with the version that brought it."
about "Timers are exact here; the kernel's wheel makes them late (timers=real)."

base linux-3.7

set tcp_syn_linear_timeouts=4   source "Linux 6.5 ip-sysctl: the last at 67 s, given up at 131 s"
set tcp_syn_retries=6           source "Linux ip-sysctl: the linear ones are not among them"

set reset-check=rfc5961-fin     source "Linux 4.10 net/ipv4/tcp_input.c, tcp_reset_check"
set unread-after-reset=kept     source "Linux net/ipv4/tcp.c, tcp_recvmsg_locked: the queue before sk_err"
set synack-rearm=yes            source "Linux 3.16 net/ipv4/tcp_minisocks.c, tcp_check_req: the count stays"
set tcp_invalid_ratelimit=500   source "Linux 4.0 ip-sysctl; measured: the first answer is never held back"
set syn-queue=backlog           source "Linux 4.4 inet_csk_reqsk_queue_is_full"
set tcp_max_syn_backlog=unknown source "Linux ip-sysctl: grows with the machine's memory, at least 128"
set tcp_fastopen=1              source "Linux 3.13 net/ipv4/tcp_ipv4.c, tcp_sk_init: who connects may"
set tcp_syncookies=1            source "Linux ip-sysctl"
set somaxconn=4096              source "Linux 5.4 include/linux/socket.h, SOMAXCONN"

set rtt-estimator=linux         source "Linux net/ipv4/tcp_input.c, tcp_rtt_estimator"
set tcp_early_retrans=3         source "Linux 3.10 ip-sysctl: tail loss probes"
set loss-detection=rack         source "Linux 4.18 ip-sysctl, tcp_recovery 1"
set push=bursts                 source "Linux 5.4 net/ipv4/tcp_output.c, __tcp_transmit_skb: the end of a TSO packet"
set congestion=cubic            source "Linux 2.6.19 net/ipv4/Kconfig, DEFAULT_TCP_CONG"
set window=65535                source "Linux 4.20 include/net/tcp.h: half of tcp_rmem's 131072, a 16-bit field's most"
set window-in-segments=yes      source "Linux net/ipv4/tcp_output.c, tcp_select_initial_window: SYN 64240, SYN-ACK 65160"
set window-scale=7              source "Linux ip-sysctl: what tcp_rmem's greatest 6 MB need"
set tcp_tw_reuse=2              source "Linux 4.19 ip-sysctl: on loopback only"
