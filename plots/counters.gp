# What a flood does over time: who gets in, what is half-open, what is held; several runs as several curves.

call 'common.gp' ARG1 ARG2 ARG3 ARG4

plot @FLOODS, @LINES, @SERIES, @TEXTS
