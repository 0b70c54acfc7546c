# Several stacks, one below the other: when each sends a segment again, and when it gives up.

call 'common.gp' ARG1 ARG2 ARG3 ARG4 ARG5 ARG6

plot @LINES, @BARS, @MARKS, @TEXTS
