title "Linux 6.1 in virtual time"
about "linux-6.18 with what is different in Debian's 6.1 as tools/linux-kernel builds it."
base linux-6.18
set tcp_syn_linear_timeouts=0   source "Linux 6.5 brought the sysctl"
set window-scale=7              source "Linux 6.1: tcp_rmem's greatest is 6 MB"
