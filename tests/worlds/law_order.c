/* Time and causes: events are numbered, time never goes back, each event was caused by an earlier one
 * of a kind that can cause it, and the run has one end, which is its last event.
 */
#include "watch.h"

#define BY(kind) (1U << TRACE_##kind)
#define BY_SCRIPT (1U << TRACE_KIND_COUNT) /* no event: a line of the script, or the run itself */
/* A segment that arrives, a call, or a timer that fires: what an endpoint acts upon. */
#define BY_STIMULUS (BY(ARRIVE) | BY(CALL) | BY(TIMER))

static const guint causes[TRACE_KIND_COUNT] = {
    [TRACE_CALL] = BY_SCRIPT | BY(STATE),
    [TRACE_APP] = BY_STIMULUS,
    [TRACE_SEND] = BY_STIMULUS,
    [TRACE_LOST] = BY(SEND),
    [TRACE_FAULT] = BY(SEND),
    [TRACE_ARRIVE] = BY(SEND),
    [TRACE_DISCARD] = BY_STIMULUS,
    [TRACE_STATE] = BY_STIMULUS,
    [TRACE_TIMER] = BY_STIMULUS | BY(SEND), /* armed because something was sent */
    [TRACE_HOST] = BY(CALL),
    [TRACE_END] = BY_SCRIPT,
};

static void check_cause(Watch *watch, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(watch->trace, event->cause);

    if (event->cause >= event->id) {
        broken(watch, event, "its cause, %u, is not earlier", event->cause);
        return;
    }
    guint bit = cause == NULL ? BY_SCRIPT : 1U << cause->kind;
    if (!(causes[event->kind] & bit))
        broken(watch, event, "a %s is caused by a %s", trace_kind_name(event->kind),
               cause == NULL ? "line of the script" : trace_kind_name(cause->kind));
    else if (cause != NULL && cause->t > event->t)
        broken(watch, event, "it comes before its cause");
}

void law_order(Watch *watch, const TraceEvent *event)
{
    const TraceEvent *before = trace_event(watch->trace, event->id - 1);

    if (before != NULL && before->id + 1 != event->id)
        broken(watch, event, "numbers are not in a row");
    if (event->t < (before == NULL ? 0 : before->t))
        broken(watch, event, "time goes back");
    if (event->kind == TRACE_END)
        watch->end = event->end.why;
    if ((event->kind == TRACE_END) != (event->id == watch->trace->events->len))
        broken(watch, event, "the end is not the last event");
    check_cause(watch, event);
}
