title "Linux 3.1 to 3.6"
about "The first timeout is 1 s, with five retries still: 0 1 3 7 15 31 s, given up at 63 s. A SYN-ACK likewise."
about "The challenge ACKs that 3.6 has already are in linux-3.7."

base linux-2.6.39

set initial-rto=1s             source "Linux 3.1 include/net/tcp.h, TCP_TIMEOUT_INIT: commit 9ad7c049f0f7 (RFC 6298)"
set rto-after-syn-loss=3s      source "Linux 3.1 include/net/tcp.h, TCP_TIMEOUT_FALLBACK: commit 9ad7c049f0f7"
set first-window=14600         source "Linux 2.6.39 net/ipv4/tcp_output.c, tcp_select_initial_window: ten segments"
set tcp_syn_retries=5          source "Linux 3.1 include/net/tcp.h, TCP_SYN_RETRIES; its comment still says 180 s"
set tcp_synack_retries=5       source "Linux 3.1 include/net/tcp.h, TCP_SYNACK_RETRIES"
set rate-reduction=proportional source "Linux 3.2 net/ipv4/tcp_input.c: commit a262f0cdf1f2 (RFC 6937)"
