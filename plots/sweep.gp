# Many runs: curves with bands, maps, distributions.

call 'common.gp' ARG1 ARG2 ARG3 ARG4 ARG5 ARG6

band(n, colour) = sprintf("DATA index 'curves' using 1:(is(3,'band-%d')*$2) with filledcurves closed \
    fillstyle transparent solid 0.2 noborder fillcolor rgb 0x%06X", n, colour)
SECOND = accent; THIRD = dark ? 0x5FD0A8 : green
WIDE = band(1, calm) . ', ' . band(2, SECOND) . ', ' . band(3, THIRD) . ', ' . band(4, purple)

# From little to much, one colour that becomes stronger: it can be told apart in grey, too.
shade_of(n) = sprintf("%s fillstyle solid 1 border rgb paper fillcolor rgb 0x%06X", \
    box(sprintf('heat-%d', n)), mix(calm, paper, 0.05 + n * 0.1))
HEAT = box('heat-none') . " fillstyle pattern 4 border rgb rule fillcolor rgb rule"
do for [n=0:9] { HEAT = HEAT . ', ' . shade_of(n) }

plot @HEAT, @WIDE, @LINES, @SERIES, @TEXTS
