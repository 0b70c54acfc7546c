/* The page of the timeline: time and number at the left, then a lane for each host, with the wire between them.
 * Where the page is too narrow for that, only the first two hosts have one.  Knows where things stand, not what
 * is said.
 */
#ifndef TCPWALTZ_VIEW_COLUMNS_H
#define TCPWALTZ_VIEW_COLUMNS_H

#include <glib.h>

#include "trace/trace.h"
#include "view/style.h"

/* A host's, from 0 on, or one of these. */
typedef guint Lane;

enum {
    LANES_MOST = 16,
    LANE_WIRE = LANES_MOST, /* below the end of the last arrow */
    LANE_WHOLE,             /* the run's own words */
};

typedef struct Columns {
    const ViewStyle *style;
    GString *out;
    int decimals; /* of the times: as many as the finest needs */
    guint time_width, id_width;
    guint lanes;              /* of hosts: two at least */
    guint begins[LANES_MOST]; /* where each begins */
    guint wire;               /* where the last arrow ended */
    gboolean has_time;        /* a row was written: */
    SimTime time;             /* its time */
} Columns;

void columns_init(Columns *columns, const ViewStyle *style, const Trace *trace, GString *out);

/* The names above the lanes, columns->lanes of them; any may be empty. */
void columns_header(Columns *columns, const char *const *names);

/* A row of the event that says `text`.  Text that is too long for its lane begins further left or
 * ends further right: nothing is cut.  A line break in the text is a blank, or a new row where the
 * rest would not fit. */
void columns_row(Columns *columns, const TraceEvent *event, Lane lane, ViewColour colour,
                 const char *text);

/* Does a row of this text in the lane begin so far left that it looks like another one's? */
gboolean columns_looks_left(const Columns *columns, Lane lane, const char *text);

/* A row with an arrow from one lane to another, or halfway when the segment is lost. */
void columns_arrow(Columns *columns, const TraceEvent *event, Lane from, Lane to, ViewColour colour,
                   const char *text, gboolean is_lost);

#endif
