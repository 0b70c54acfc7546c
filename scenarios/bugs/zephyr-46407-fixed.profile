title "Zephyr's TCP since pull request 46407"
about "TIME-WAIT acknowledges a repeated FIN, and lasts longer, so that there is a chance to see one."
see   "zephyrproject-rtos/zephyr pull request 46407"

base  ./zephyr-46407.profile

set time-wait-fin=acknowledge source "zephyrproject-rtos/zephyr pull request 46407"
set time-wait=1500ms          source "Zephyr network configuration guide, NET_TCP_TIME_WAIT_DELAY"
