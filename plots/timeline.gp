# The timeline: time across, a lane for each host. Copy it, change it, and give it to
# `tcpwaltz plot --script`.

call 'common.gp' ARG1 ARG2 ARG3 ARG4 ARG5 ARG6

plot @LANES, @LINES, @BANDS, @BARS, @MARKS, @TEXTS
