title "gVisor's netstack in March 2025"
about "Timestamps were agreed on: from then on a segment that lacks them is dropped in silence, the last ACK of the"
about "handshake too. This is what RFC 7323 recommends."
see   "google/gvisor issue 11536"

base  rfc6298

set tcp_timestamps=1          source "google/gvisor issue 11536: the SYN-ACK carries them"
set missing-timestamps=drop   source "google/gvisor issue 11536; RFC 7323 §3.2"
set initial-rto=1s            source "google/gvisor issue 11536: SYN-ACK again after 1 s, 2 s, 4 s"
