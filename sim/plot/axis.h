/* From time to a place on the page: linear, logarithmic, or broken.
 *
 * A broken axis knows the instants at which something happens.  Gaps between them that are much
 * longer than the axis' unit are folded: all about equally short, and marked.  So a wait of 96 s and
 * an exchange of 20 ms stand on one page.  All arithmetic is exact to the last bit everywhere:
 * the same trace gives the same table on every machine.
 */
#ifndef TCPWALTZ_PLOT_AXIS_H
#define TCPWALTZ_PLOT_AXIS_H

#include <glib.h>

#include "core/time.h"

typedef enum PlotScale {
    PLOT_SCALE_AUTO, /* whichever lets everything be read */
    PLOT_SCALE_LINEAR,
    PLOT_SCALE_LOG,
    PLOT_SCALE_BROKEN,
    PLOT_SCALE_COUNT,
} PlotScale;

const char *plot_scale_name(PlotScale scale); /* "linear"; for PLOT_SCALE_AUTO "auto" */

/* Two neighbouring instants of a broken axis. */
typedef struct PlotGap {
    SimTime from, to;
    double x1, x2;
    gboolean is_folded;
} PlotGap;

typedef struct PlotAxis {
    PlotScale scale;
    SimTime begin, end;
    double length; /* in pixels */
    GArray *gaps;  /* PlotGap, in order; of a broken axis only */
    SimTime unit;  /* of a logarithmic axis: what lies one octave from the beginning */
} PlotAxis;

/* `scale` is not PLOT_SCALE_AUTO.  `times` (SimTime) need no order and may repeat; at least one.
 * `unit` is how long a short gap is (one way through the network), 0 when that is not known. */
PlotAxis *plot_axis_new(PlotScale scale, const GArray *times, SimTime unit, double length);
void plot_axis_free(PlotAxis *axis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlotAxis, plot_axis_free)

/* Where t stands, from 0 to axis->length. */
double plot_axis_x(const PlotAxis *axis, SimTime t);

/* Makes room: of a broken axis, from and to (two of its instants) lie at least so far apart
 * afterwards. */
void plot_axis_need(PlotAxis *axis, SimTime from, SimTime to, double pixels);

/* Of a broken axis that grew longer than this: it is that long afterwards. */
void plot_axis_limit(PlotAxis *axis, double length);

/* Is a gap so long that it is folded on an axis of this unit? */
gboolean plot_gap_is_folded(SimTime gap, SimTime unit);

/* The instants to be written below a linear or logarithmic axis, SimTime; free with
 * g_array_unref(). */
GArray *plot_axis_ticks(const PlotAxis *axis);

/* The logarithm to the base 2 of a number of at least 1. */
double plot_log2(double number);

#endif
