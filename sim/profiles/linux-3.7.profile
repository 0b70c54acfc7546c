title "Linux 3.7 to 3.9"
about "tcp_syn_retries is 6 since 3.7: 0 1 3 7 15 31 63 s, given up at 127 s."
about "Timers are exact here; since 4.8 the kernel's wheel makes them late (timers=real)."

base linux-3.1

set tcp_syn_retries=6          source "Linux 3.7 ip-sysctl.txt: the last at 63 s, given up at 127 s; commit 6c9ff979d192"
set tcp_synack_retries=5       source "Linux ip-sysctl.txt: the last at 31 s, given up at 63 s"
set reset-check=rfc5961        source "Linux 3.6 net/ipv4/tcp_input.c: commit 282f23c6ee34"
set challenge-acks=100         source "Linux 3.6 net/ipv4/tcp_input.c, tcp_challenge_ack_limit"
set challenge-interval=1s      source "Linux 3.6 net/ipv4/tcp_input.c, tcp_send_challenge_ack"
set crossed-synack=challenge   source "Linux 3.6 commit 0c24604b68fc; 23e89e8ee7be ended it in 6.11"
set tcp_max_syn_backlog=unknown source "Linux ip-sysctl.txt: grows with the machine's memory"
set timer-model=wheel          source "Linux 4.8 kernel/time/timer.c"
set wheel-hz=250               source "the kernel's default CONFIG_HZ"
