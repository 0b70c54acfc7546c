# What a flood does over time: who gets in, what is half-open, what is held; several runs as several curves.

call 'common.gp' ARG1 ARG2 ARG3 ARG4 ARG5 ARG6

plot @FLOODS, @LINES, @SERIES, @TEXTS
