title "lwIP as Debian builds it"
about "What liblwip0's lwipopts.h sets, so that the profile can be held against the library."

base lwip

set window=65535          source "Debian lwip 2.1.3, lwipopts.h: TCP_WND"
set tcp_window_scaling=1  source "Debian lwip 2.1.3, lwipopts.h: LWIP_WND_SCALE"
set window-scale=1        source "Debian lwip 2.1.3, lwipopts.h: TCP_RCV_SCALE"
