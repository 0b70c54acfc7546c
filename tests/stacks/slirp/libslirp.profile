title "libslirp's TCP"
about "4.4BSD with what libslirp has changed, as far as keys can say it, so that the profile bsd-4.4 can"
about "be held against what libslirp was measured to do."

base bsd-4.4

set tcp_rto_max_ms=12000      source "libslirp 4.7.0 src/tcp_timer.h, TCPTV_REXMTMAX"
set time-wait=10s             source "libslirp 4.7.0 src/tcp_timer.h, TCPTV_MSL is 5 s"
set delayed-ack=0             source "libslirp 4.7.0 src/tcp_input.c, header prediction: ACK at once"
set nagle=no                  source "libslirp 4.7.0 src/tcp_output.c: sends whatever there is"
set tcp_timestamps=0          source "libslirp 4.7.0 src/tcp_subr.c, TCP_DO_RFC1323"
set tcp_window_scaling=0      source "libslirp 4.7.0 src/tcp_subr.c, TCP_DO_RFC1323"
set window=65535              source "libslirp 4.7.0 src/tcp.h, TCP_RCVSPACE is more than 16 bits tell"
