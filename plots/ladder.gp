# The ladder: time downwards, a life line for each host, an arrow for each segment.

call 'common.gp' ARG1 ARG2 ARG3 ARG4 ARG5 ARG6

plot @LINES, @BANDS, @ARROWS, @LABELS, @CURVES, @MARKS, @TEXTS
