# A stack of the reader's own: linux-2.4, but slower.
base linux-2.4
set initial-rto=5s source "this file"
set tcp_syn_retries=2 source "this file"
