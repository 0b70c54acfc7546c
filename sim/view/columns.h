/* The page of the timeline: time and number at the left, then the lane of the first host, the wire,
 * the lane of the second host.  Knows where things stand, not what is said.
 */
#ifndef TCPWALTZ_VIEW_COLUMNS_H
#define TCPWALTZ_VIEW_COLUMNS_H

#include <glib.h>

#include "trace/trace.h"
#include "view/style.h"

typedef enum Lane {
    LANE_LEFT,
    LANE_RIGHT,
    LANE_WIRE,  /* below the end of the last arrow */
    LANE_WHOLE, /* the run's own words */
} Lane;

typedef struct Columns {
    const ViewStyle *style;
    GString *out;
    int decimals; /* of the times: as many as the finest needs */
    guint time_width, id_width;
    guint left, right; /* where the lanes begin */
    guint wire;        /* where the last arrow ended */
    gboolean has_time; /* a row was written: */
    SimTime time;      /* its time */
} Columns;

void columns_init(Columns *columns, const ViewStyle *style, const Trace *trace, GString *out);

/* The names above the lanes; either may be empty. */
void columns_header(Columns *columns, const char *left, const char *right);

/* A row of the event that says `text`.  Text that is too long for its lane begins further left or
 * ends further right: nothing is cut.  A line break in the text is a blank, or a new row where the
 * rest would not fit. */
void columns_row(Columns *columns, const TraceEvent *event, Lane lane, ViewColour colour,
                 const char *text);

/* Does a row of this text in the right lane begin so far left that it looks like the left one's? */
gboolean columns_looks_left(const Columns *columns, const char *text);

/* A row with an arrow from the lane to the other one, or halfway when the segment is lost. */
void columns_arrow(Columns *columns, const TraceEvent *event, Lane from, ViewColour colour,
                   const char *text, gboolean is_lost);

#endif
