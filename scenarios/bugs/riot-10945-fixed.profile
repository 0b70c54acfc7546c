title "RIOT's gnrc_tcp since pull request 10946"
about "The block that takes a SYN gets a timer of two minutes. If the handshake is not done by then, the repeats end and"
about "the block listens again."
see   "RIOT-OS/RIOT pull request 10946"

base  ./riot-10945.profile

set half-open-timeout=2min source "RIOT-OS/RIOT pull request 10946; GNRC_TCP_CONNECTION_TIMEOUT_DURATION"
