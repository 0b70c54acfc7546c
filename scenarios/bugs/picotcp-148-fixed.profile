title "picoTCP since the fix"
about "A repeated SYN with the same number gets the same SYN-ACK once more; one with another number is still refused."
see   "picoTCP modules/pico_tcp.c, tcp_synrecv_syn"

base  ./picotcp-148.profile

set repeated-syn=syn-ack   source "picoTCP modules/pico_tcp.c, tcp_synrecv_syn"
