# On top of another file beside this one.
base patient.profile
set initial-rto=10s source "this file"
