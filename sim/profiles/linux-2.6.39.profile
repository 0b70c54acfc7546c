title "Linux 2.6.39 and 3.0"
about "The first with an initial window of ten segments. The first timeout is still 3 s, so a SYN is sent at"
about "0 3 9 21 45 93 s and given up at 189 s: 1 s came with 3.1."

base linux-2.6.32

set initial-window=10          source "Linux 2.6.39 include/net/tcp.h, TCP_INIT_CWND: commit 442b9635c569 (RFC 6928)"
