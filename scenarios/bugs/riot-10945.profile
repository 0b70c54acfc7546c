title "RIOT's gnrc_tcp before February 2019"
about "A stack for very small devices: a listener is one connection block, and the block that takes a SYN no longer"
about "listens. Its SYN-ACK was repeated without a limit."
see   "RIOT-OS/RIOT issue 10945"

base  rfc6298

set synack-gives-up=no     source "RIOT-OS/RIOT issue 10945: the timer is never stopped"
set connection-blocks=1    source "RIOT-OS/RIOT issue 10945: the only block is never freed again"
set repeated-syn=rst       source "RIOT gnrc_tcp_eventloop.c: a SYN is for a block in LISTEN; without one, RST"
set connect-timeout=0      source "RIOT-OS/RIOT issue 10945: nothing ends SYN-RCVD"
set initial-rto=1s         source "RIOT gnrc/tcp/config.h, GNRC_TCP_RTO_LOWER_BOUND"
set tcp_rto_max_ms=60000   source "RIOT gnrc/tcp/config.h, GNRC_TCP_RTO_UPPER_BOUND"
set time-wait=1min         source "RIOT gnrc/tcp/config.h, GNRC_TCP_MSL is 30 s"
set mss=1220 window=1220   source "RIOT gnrc/tcp/config.h, GNRC_TCP_MSS for IPv6; one segment is buffered"
