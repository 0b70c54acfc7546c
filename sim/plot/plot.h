/* Pictures: a trace laid out on a page, as the table of docs/plot-data.md.  Here it is decided where
 * everything stands; a script of plots/ decides how it looks, and gnuplot draws it.
 */
#ifndef TCPWALTZ_PLOT_PLOT_H
#define TCPWALTZ_PLOT_PLOT_H

#include <glib.h>

#include "plot/axis.h"
#include "sweep/head.h"
#include "trace/trace.h"

typedef struct PlotOptions {
    PlotScale scale;
    const char *title; /* of a backoff; NULL: its own.  Other pictures have the trace's */
    SimTime from;      /* where a timeline begins */
    gboolean letters;  /* of a ladder: u, v, w at the numbers of its close */
} PlotOptions;

/* Time across, a lane for each host: what it sent, its timers, its states. */
void plot_timeline(const Trace *trace, const PlotOptions *options, GString *out);

/* Time downwards, a life line for each host, an arrow for each segment. */
void plot_ladder(const Trace *trace, const PlotOptions *options, GString *out);

/* When one stack sends a segment again and again, and when it gives up. */
typedef struct PlotBackoff {
    char *name;       /* of the profile, or of the scenario and its host */
    GArray *times;    /* SimTime since the first one; at least one */
    SimTime given_up; /* since the first one; SIM_NEVER: it was not seen to give up */
    SimTime seen;     /* since the first one: nothing is known of what came later */
} PlotBackoff;

PlotBackoff *plot_backoff_new(const char *name);
void plot_backoff_free(PlotBackoff *backoff);

/* What the first host that sends segments of this class does with them, on its first connection
 * that sends one; NULL: nobody does. */
PlotBackoff *plot_backoff_of(const Trace *trace, SegmentClass class, const char *name);

/* A row for each PlotBackoff, all on one axis. */
void plot_backoffs(const GPtrArray *backoffs, SegmentClass class, const PlotOptions *options,
                   GString *out);

/* A run and what it is called in a legend. */
typedef struct PlotRun {
    const char *name;
    const Trace *trace; /* with intervals */
} PlotRun;

enum { PLOT_RUNS_MAX = 4 };

/* Counters by interval over time; a curve for each PlotRun, at most PLOT_RUNS_MAX.  `title` NULL:
 * its own. */
void plot_counters(const GPtrArray *runs, const char *title, GString *out);

typedef enum PlotSweepStyle {
    PLOT_SWEEP_CURVES, /* over one thing that is varied: the median, in a band from 10 % to 90 % */
    PLOT_SWEEP_HEAT, /* over two of them: the median, or how many held, as a colour and a number */
    PLOT_SWEEP_CDF,  /* which part of the runs has at most this value */
} PlotSweepStyle;

/* What is drawn of a sweep. */
typedef struct PlotSweep {
    const SweepHead *head;
    const GPtrArray *points; /* SweepPoint *, some of them or all; at least one */
    PlotSweepStyle style;
    gboolean of_held; /* how many of the runs held, else … */
    guint ask,
        place;  /* … the answers to this question: the first values (0), the second ones (1) */
    guint over; /* what is varied along x; of a heat map the next other one goes along y */
    const char *title, *source;
} PlotSweep;

enum { PLOT_SWEEP_SERIES_MAX = 4 };

/* NULL; or why there is no such picture ("there is no number to draw"), to be freed with g_free(). */
char *plot_sweep(const PlotSweep *sweep, GString *out);

#endif
