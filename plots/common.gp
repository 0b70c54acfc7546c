# What all pictures of tcpwaltz have in common. A script begins with `call 'common.gp' ARG1 ARG2 ARG3 ARG4` and ends
# with one plot command that takes what it wants from these:
#
#   BOXES LINES CURVES MARKS TEXTS    plot clauses, as macros: plot @BOXES, @LINES, ...
#   box(what) line(what)              the same for one kind of box or line
#   ink paper shade, state colours    the colours of the theme
#
# gnuplot is called with ARG1 the table (docs/plot-data.md), ARG2 the picture to write, ARG3 its
# format (svg, png, pdf), ARG4 the theme (light, dark), ARG5 and ARG6 the width and height that it is to fit into
# (0 or nothing: its own).

set encoding utf8
set datafile separator "\t"
set datafile missing "-"
DATA = ARG1
THEME = ARG4

# --- the page: one unit is one pixel, y downwards -----------------------------------------------

stats DATA index 'page' using 1:2 name "PAGE" nooutput
W = PAGE_max_x
H = PAGE_max_y

# What is wanted larger or smaller is scaled as a whole, with room at both sides where the proportions differ.
# An SVG scales itself.
wanted(arg) = strlen(arg) > 0 ? int(arg) : 0
is_sized = wanted(ARG5) > 0 && ARG3 ne 'svg'
K = is_sized ? real(wanted(ARG5)) / W : 1
K = is_sized && wanted(ARG6) > 0 && wanted(ARG6) < K * H ? real(wanted(ARG6)) / H : K
VIEW_W = is_sized ? wanted(ARG5) / K : W
VIEW_H = is_sized && wanted(ARG6) > 0 ? wanted(ARG6) / K : H

# Okabe and Ito's colours, which colour-blind people can tell apart.
orange = 0xE69F00; sky = 0x56B4E9; green = 0x009E73; yellow = 0xF0E442
blue = 0x0072B2; vermilion = 0xD55E00; purple = 0xCC79A7

dark = THEME eq 'dark'
paper = dark ? 0x16191D : 0xFFFFFF
ink = dark ? 0xE8E8E8 : 0x1A1A1A
faint = dark ? 0x9AA0A8 : 0x5A6068
rule = dark ? 0x4A5058 : 0xB8BCC2
shade = dark ? 0x22272D : 0xF4F5F7
fold = dark ? 0x3A4048 : 0xDDE0E4
accent = dark ? 0xFF9A5C : vermilion    # sent again, lost
calm = dark ? 0x7CC4F2 : blue           # sent
timerfill = dark ? 0x7A5A10 : 0xF7D98C  # a timer that fires
otherfill = dark ? 0x1E5A4A : 0xB5DFD2

if (ARG3 eq 'svg') {
    set terminal svg size W,H fixed noenhanced font 'sans-serif,12' background rgb paper
} else { if (ARG3 eq 'png') {
    DOTS = is_sized ? K : 2.0
    set terminal pngcairo size DOTS*VIEW_W,DOTS*VIEW_H noenhanced font 'sans-serif,12' \
        fontscale 0.75*DOTS linewidth DOTS pointscale DOTS background rgb paper
} else {
    set terminal pdfcairo size K*VIEW_W/72.0,K*VIEW_H/72.0 noenhanced font 'sans-serif,12' \
        fontscale 0.75*K linewidth 2*K pointscale 1.5*K background rgb paper
} }
set output ARG2

set margins 0, 0, 0, 0
set xrange [(W-VIEW_W)/2:(W+VIEW_W)/2]
set yrange [(H+VIEW_H)/2:(H-VIEW_H)/2]
unset border
unset tics
unset key

# --- boxes --------------------------------------------------------------------------------------

set style fill solid 1 noborder
is(column, word) = strcol(column) eq word ? 1 : NaN

# A rectangle of its corners. The outline is what is left when colours are not printed.
corners = '(($1+$3)/2):(($2+$4)/2):(abs($3-$1)/2):(abs($4-$2)/2)'
box(what) = sprintf("DATA index 'boxes' using (is(5,'%s')*($1+$3)/2):(($2+$4)/2):1:3:2:4 \
    with boxxyerror", what)

state(name, colour) = sprintf("%s fillstyle solid 1 border rgb faint fillcolor rgb 0x%06X", \
    box(name), colour)
tint(colour) = mix(colour, paper, 0.40)
part(a, b, share, unit) = int(((a/unit)%256)*share + ((b/unit)%256)*(1-share))*unit
mix(a, b, share) = part(a, b, share, 65536) + part(a, b, share, 256) + part(a, b, share, 1)

BANDS = state('listen', tint(0x999999)) \
    . ', ' . state('syn-sent', tint(yellow)) \
    . ', ' . state('syn-rcvd', tint(orange)) \
    . ', ' . state('established', tint(green)) \
    . ', ' . state('fin-wait-1', tint(sky)) \
    . ', ' . state('fin-wait-2', tint(blue)) \
    . ', ' . state('closing', tint(0x6A51A3)) \
    . ', ' . state('time-wait', tint(0x7A5230)) \
    . ', ' . state('close-wait', tint(purple)) \
    . ', ' . state('last-ack', tint(vermilion))

BARS = box('timer-fired') . " fillstyle solid 1 border rgb ink fillcolor rgb timerfill" \
    . ', ' . box('timer-open') . " fillstyle pattern 4 border rgb ink fillcolor rgb faint" \
    . ', ' . box('timer-other') . " fillstyle solid 1 border rgb ink fillcolor rgb otherfill" \
    . ', ' . box('timer-cancelled') . " fillstyle empty border rgb faint linecolor rgb faint dashtype (2,3)"

LANES = box('lane') . " fillstyle solid 1 border rgb rule fillcolor rgb shade" \
    . ', ' . box('fold') . " fillcolor rgb fold"
FLOODS = box('flood') . " fillstyle solid 1 border rgb ink fillcolor rgb timerfill"
LABELS = box('label') . " fillcolor rgb paper"

# --- lines --------------------------------------------------------------------------------------

line(what) = sprintf("DATA index 'lines' using (is(5,'%s')*$1):2:($3-$1):($4-$2) with vectors", what)

set style arrow 1 head noborder size 9,18 fixed linewidth 1.4 linecolor rgb ink
set style arrow 2 head noborder size 9,18 fixed linewidth 1.4 linecolor rgb accent dashtype (8,4)
set style arrow 3 nohead linewidth 1.4 linecolor rgb accent
set style arrow 5 nohead linewidth 1.4 linecolor rgb accent dashtype (8,4)
set style arrow 4 head noborder size 9,18 fixed linewidth 1.4 linecolor rgb purple dashtype (3,3)

LINES = line('lane') . " nohead linewidth 1 linecolor rgb rule" \
    . ', ' . line('grid') . " nohead linewidth 0.7 linecolor rgb rule dashtype (2,3)" \
    . ', ' . line('axis') . " nohead linewidth 1.2 linecolor rgb ink" \
    . ', ' . line('tick') . " nohead linewidth 1.2 linecolor rgb ink" \
    . ', ' . line('break') . " nohead linewidth 1.4 linecolor rgb ink" \
    . ', ' . line('leader') . " nohead linewidth 0.7 linecolor rgb faint" \
    . ', ' . line('life') . " nohead linewidth 1.6 linecolor rgb ink"

ARROWS = line('arrow') . " arrowstyle 1" \
    . ', ' . line('arrow-again') . " arrowstyle 2" \
    . ', ' . line('arrow-lost') . " arrowstyle 3" \
    . ', ' . line('arrow-lost-again') . " arrowstyle 5" \
    . ', ' . line('arrow-forged') . " arrowstyle 4"

curve(what) = sprintf("DATA index 'curves' using 1:(is(3,'%s')*$2) with lines", what)
CURVES = curve('brace') . " linewidth 1.2 linecolor rgb ink" \
    . ', ' . curve('brace-cancelled') . " linewidth 1 linecolor rgb faint dashtype (3,3)" \
    . ', ' . curve('fold') . " linewidth 1 linecolor rgb faint"

# Several runs in one picture: a colour and a dash each.
set style line 1 linewidth 1.8 linecolor rgb calm
set style line 2 linewidth 1.8 linecolor rgb accent dashtype (10,4)
set style line 3 linewidth 1.8 linecolor rgb (dark ? 0x5FD0A8 : green) dashtype (3,3)
set style line 4 linewidth 1.8 linecolor rgb purple dashtype (10,3,2,3)
one(n) = curve(sprintf('series-%d', n)) . sprintf(" linestyle %d, ", n) \
    . line(sprintf('series-%d', n)) . sprintf(" nohead linestyle %d", n)
SERIES = one(1) . ', ' . one(2) . ', ' . one(3) . ', ' . one(4)

# --- marks --------------------------------------------------------------------------------------

mark(what) = sprintf("DATA index 'marks' using (is(3,'%s')*$1):2 with points", what)

MARKS = mark('first') . " pointtype 7 pointsize 0.8 linecolor rgb calm" \
    . ', ' . mark('again') . " pointtype 9 pointsize 1.1 linecolor rgb accent" \
    . ', ' . mark('forged') . " pointtype 13 pointsize 1.1 linecolor rgb purple" \
    . ', ' . mark('lost') . " pointtype 2 pointsize 1.6 linewidth 1.5 linecolor rgb ink" \
    . ', ' . mark('refused') . " pointtype 6 pointsize 1.7 linewidth 2 linecolor rgb accent" \
    . ', ' . mark('error') . " pointtype 10 pointsize 1.4 linewidth 2 linecolor rgb accent" \
    . ', ' . mark('host') . " pointtype 5 pointsize 0.9 linecolor rgb ink" \
    . ', ' . mark('died') . " pointtype 2 pointsize 1.4 linewidth 2 linecolor rgb accent" \
    . ', ' . mark('gave-up') . " pointtype 2 pointsize 1.1 linewidth 2.4 linecolor rgb ink"

# --- texts --------------------------------------------------------------------------------------

colour(role) = role eq 'source' || role eq 'note' || role eq 'legend' || role eq 'time' || \
    role eq 'fold' || role eq 'setup' ? faint : role eq 'bad' ? accent : \
    role eq 'on-dark' ? paper : ink
text(align, size, font) = sprintf("DATA index 'texts' using \
    (is(3,'%s')*is(4,'%s')*$1):2:6:(colour(strcol(5))) with labels %s font '%s' tc rgb variable", \
    align, size, align, font)
sizes(align) = text(align, 'title', ',17') . ', ' . text(align, 'text', ',12') . ', ' \
    . text(align, 'small', ',10')
TEXTS = sizes('left') . ', ' . sizes('center') . ', ' . sizes('right')
