title "Zephyr's TCP before June 2022"
about "TIME-WAIT was there, short, and deaf: a FIN that came again was not acknowledged."
see   "zephyrproject-rtos/zephyr pull request 46407"

base  rfc6298

set time-wait-fin=ignore   source "zephyrproject-rtos/zephyr pull request 46407"
set time-wait=250ms        source "Zephyr 2.7 Kconfig, NET_TCP_TIME_WAIT_DELAY"
