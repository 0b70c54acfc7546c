base linux-2.4
set inital-rto=5s source "none"
