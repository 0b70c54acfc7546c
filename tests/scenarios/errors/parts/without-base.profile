set initial-rto=5s source "none"
