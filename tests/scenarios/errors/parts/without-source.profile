base linux-2.4
set initial-rto=5s
