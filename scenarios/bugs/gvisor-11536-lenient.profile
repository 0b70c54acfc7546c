title "gVisor's netstack as the issue would have it"
about "Linux takes a segment that lacks the agreed timestamps. The issue asks whether netstack should do the same; in June"
about "2025 it was open."
see   "google/gvisor issue 11536"

base  ./gvisor-11536.profile

set missing-timestamps=take   source "Linux net/ipv4/tcp_input.c: no timestamps, no PAWS, and on it goes"
