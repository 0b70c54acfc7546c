title "The host requirements of 1989"
about "RFC 793 as RFC 1122 corrects it: the first timeout is 3 s, and it doubles."

base rfc6298

set initial-rto=3s           source "RFC 1122 §4.2.3.1"
set tcp_rto_min_us=unknown   source "RFC 1122 §4.2.3.1 asks only for fractions of a second"
set tcp_rto_max_ms=240000    source "RFC 1122 §4.2.3.1: 2 MSL"
set rto-after-syn-loss=0     source "RFC 1122 §4.2.3.1: Karn, the timeout stays backed off"
set connect-timeout=3min     source "RFC 1122 §4.2.3.5: R2 of a SYN is at least 3 minutes"
set r2=100s                  source "RFC 1122 §4.2.3.5: R2 is at least 100 seconds"
set isn=clock                source "RFC 793 §3.3"
set reset-check=rfc793       source "RFC 793 §3.4"
set time-wait=4min           source "RFC 1122 §4.2.2.13"
set initial-window=1         source "RFC 1122 §4.2.2.15: slow start"
set delayed-ack=500ms        source "RFC 1122 §4.2.3.2"
