/* What the files of the timeline share: what a lane has, where it stands, and how it is drawn.
 */
#ifndef TCPWALTZ_PLOT_TIMELINE_H
#define TCPWALTZ_PLOT_TIMELINE_H

#include "plot/axis.h"
#include "plot/page.h"
#include "plot/story.h"

enum {
    TIMELINE_EDGE = 24,
    TIMELINE_LABEL_LINE = 14, /* heights of rows */
    TIMELINE_MARK_LINE = 13,
    TIMELINE_BAR_LINE = 18,
    TIMELINE_BAND_LINE = 20,
    TIMELINE_MARK_ROWS = 4, /* most rows of each kind in a lane */
    TIMELINE_BAND_ROWS = 6,
};

/* All that a host sent at one instant. */
typedef struct TimelineMoment {
    SimTime t;
    double x;
    GString *label;
    const char *word,
        *mark;      /* NULL: it has segments; else what happened to the host, or an error */
    GArray *sends;  /* const TraceEvent *, one for each kind */
    GArray *counts; /* guint, of each kind */
    int row;        /* of its label; -1: left out */
} TimelineMoment;

typedef struct TimelineBar {
    const PlotTimer *timer;
    char *text;
    double x1, x2;
    gboolean is_inside, is_beside; /* the text; neither: left out */
    int row;
} TimelineBar;

typedef struct TimelineBand {
    const PlotState *state;
    SimTime to; /* the listener's, in the row of a connection, ends where that one begins */
    double x1, x2;
    guint row;
    gboolean has_text;
} TimelineBand;

typedef struct TimelineLane {
    GPtrArray *moments; /* TimelineMoment */
    GArray *bars;       /* TimelineBar */
    GArray *bands;      /* TimelineBand */
    GArray *refused;    /* const TraceEvent *: arrivals that were */
    guint label_rows, mark_rows, bar_rows, band_rows;
    guint conns_left_out, bars_left_out;
    double top, marks_y, bars_y, bands_y, bottom;
} TimelineLane;

typedef struct Timeline {
    const PlotStory *story;
    PlotAxis *axis;
    PlotPage *page;
    TimelineLane *lanes;
    guint lane_count;
    double left, top, bottom; /* where the axis begins; the lanes */
    gboolean is_cramped;      /* something cannot be told apart */
    gboolean is_crowded;      /* there is no room even on a broken axis */
} Timeline;

/* The lanes with all that there is in them; nothing has its place yet.  `story` must outlive it. */
Timeline *timeline_collect(const PlotStory *story);
void timeline_free(Timeline *line);

/* Every instant at which something happens, SimTime, in no order; free with g_array_unref(). */
GArray *timeline_times(const PlotStory *story);

/* Where t stands, and where a label of this width does: above its mark, but not beyond the edge. */
double timeline_x(const Timeline *line, SimTime t);
double timeline_label_left(const Timeline *line, double x, double width);

/* All that has its place, and axis, legend and notes below it. */
void timeline_draw(Timeline *line);

#endif
