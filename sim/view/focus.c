/* A part of a run: which of its events are shown. */
#include "view/focus.h"

#include <string.h>

static gboolean is_of_class(const TraceEvent *event, SegmentClass class)
{
    switch (event->kind) {
    case TRACE_SEND:
    case TRACE_ARRIVE:
    case TRACE_DISCARD: return class == SEGMENT_ANY || event->segment.class == class;
    case TRACE_LOST:
    case TRACE_FAULT: return class == SEGMENT_ANY || event->fault.class == class;
    default: return FALSE;
    }
}

/* A loss is the sender's, whoever's event it is. */
static gboolean is_at(const Trace *trace, const TraceEvent *event, const char *name)
{
    return event->host < trace->hosts->len &&
           strcmp(g_ptr_array_index(trace->hosts, event->host), name) == 0;
}

gboolean view_shows(const ViewOptions *options, const Trace *trace, const TraceEvent *event)
{
    const ViewFocus *focus = options != NULL ? options->focus : NULL;

    if (focus == NULL)
        return TRUE;
    return !focus->only_summary && event->t >= focus->from && event->t <= focus->to &&
           (focus->host == NULL || is_at(trace, event, focus->host)) &&
           (!focus->only_class || is_of_class(event, focus->class));
}

gboolean view_has_rows(const ViewOptions *options)
{
    return options == NULL || options->focus == NULL || !options->focus->only_summary;
}

gboolean view_is_partial(const ViewOptions *options)
{
    return options != NULL && options->focus != NULL;
}
