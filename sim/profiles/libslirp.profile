title "libslirp 4.7 (QEMU's user-mode network)"
about "4.4BSD with what libslirp has changed: at most 12 s between repeats, so a SYN that is lost comes at 5.8 17.8 29.8"
about "41.8 53.8 and 65.8 s; an MSL of 5 s; ACKs at once, no Nagle, no RFC 1323; half the MSS when no repeat is left."
about "It was measured, and is held beside the library itself (docs/nodes.md)."

base bsd-4.4

set tcp_rto_max_ms=12000      source "libslirp 4.7.0 src/tcp_timer.h, TCPTV_REXMTMAX; measured: client-syn-all-lost"
set time-wait=10s             source "libslirp 4.7.0 src/tcp_timer.h, TCPTV_MSL is 5 s; measured: server-time-wait"
set passive-mss=1440          source "libslirp 4.7.0 src/tcp_input.c, tcp_mss: the MSS on a SYN is not looked at; measured: server-data-never-acked"
set retries-spent=halves-mss  source "libslirp 4.7.0 src/tcp_timer.c, TCPT_REXMT; measured: client-data-never-acked"
set repeated-syn=ignore       source "libslirp 4.7.0 src/tcp_input.c (Stevens vol. 2 p. 960); measured: server-dup-syn"
set old-segments=trimmed      source "libslirp 4.7.0 src/tcp_input.c (Stevens vol. 2 p. 960); measured: server-syn-old"
set delayed-ack=0             source "libslirp 4.7.0 src/tcp_input.c, header prediction: ACK at once"
set nagle=no                  source "libslirp 4.7.0 src/tcp_output.c: sends whatever there is"
set tcp_timestamps=0          source "libslirp 4.7.0 src/tcp_subr.c, TCP_DO_RFC1323"
set tcp_window_scaling=0      source "libslirp 4.7.0 src/tcp_subr.c, TCP_DO_RFC1323"
set ip_default_ttl=64         source "libslirp 4.7.0 src/ip.h, IPDEFTTL"
set window=131072             source "libslirp 4.7.0 src/tcp.h, TCP_RCVSPACE; without a scale 65535 of it are offered"
