/* A part of a run, for views that are rows: a window of time, a host, a kind of segments, or the summary alone.  Numbers stay
 * those of the whole run. */
#ifndef TCPWALTZ_VIEW_FOCUS_H
#define TCPWALTZ_VIEW_FOCUS_H

#include "view/view.h"

struct ViewFocus {
    SimTime from, to;    /* both included */
    const char *host;    /* what happens there; NULL: everywhere */
    gboolean only_class; /* only segments … */
    SegmentClass class;  /* … of this class, what is sent, lost, arrives and is refused */
    gboolean only_summary;
};

/* Is the event shown?  Without a focus every one is. */
gboolean view_shows(const ViewOptions *options, const Trace *trace, const TraceEvent *event);

/* Is any?  And are some left out? */
gboolean view_has_rows(const ViewOptions *options);
gboolean view_is_partial(const ViewOptions *options);

#endif
