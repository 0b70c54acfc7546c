# What a connection costs, against how many are open at once and how many there are in all.
# tests/bench/report calls it with `data`, its table, and `picture`, the SVG to write.

set encoding utf8
set datafile separator "\t"
set terminal svg size 720,400 fixed noenhanced font 'sans-serif,13' background rgb 0xFFFFFF
set output picture

# Okabe and Ito's colours, which colour-blind people can tell apart.
blue = 0x0072B2; vermilion = 0xD55E00

set logscale x
set xrange [70:1.5e7]
set yrange [0:*]
set format x '10^{%L}'
set xtics ("100" 100, "1,000" 1e3, "10,000" 1e4, "100,000" 1e5, "1,000,000" 1e6, "10,000,000" 1e7)
set xlabel 'connections'
set ylabel 'ns per connection'
set border 3
set tics nomirror out
set grid ytics linecolor rgb 0xDDE0E4 linewidth 1
set key top right reverse Left

chosen(what) = strcol(1) eq what ? column(2) : NaN

plot data using (chosen('concurrent')):3 with linespoints linecolor rgb vermilion linewidth 2 \
         pointtype 7 pointsize 0.7 title 'ESTABLISHED at once', \
     data using (chosen('in-all')):3 with linespoints linecolor rgb blue linewidth 2 \
         pointtype 5 pointsize 0.7 title 'one after the other, in all'
