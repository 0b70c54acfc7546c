/* The same plan gives the same run: every event when it runs again, every transition and every count
 * when less is recorded.
 */
#include <string.h>

#include "invariants.h"

/* All of a segment, its seq as an observer counts it, too. */
static gboolean same_segment(const TraceSegment *a, const TraceSegment *b)
{
    const Segment *x = &a->seen->segment, *y = &b->seen->segment;

    return a->sent == b->sent && a->retry == b->retry && a->limit == b->limit &&
           a->peer == b->peer && a->copy == b->copy && a->reason == b->reason &&
           a->class == b->class && a->fate == b->fate && a->injected == b->injected &&
           a->seen->flow == b->seen->flow && a->seen->seq == b->seen->seq && x->seq == y->seq &&
           x->ack == y->ack && x->flags == y->flags && x->window == y->window &&
           x->length == y->length && x->src_port == y->src_port && x->dst_port == y->dst_port &&
           x->options.present == y->options.present && x->options.ts_val == y->options.ts_val;
}

static gboolean same_timer(const TraceEvent *a, const TraceEvent *b)
{
    return a->timer.timer == b->timer.timer && a->timer.event == b->timer.event &&
           a->timer.length == b->timer.length && a->timer.due == b->timer.due &&
           a->timer.reason == b->timer.reason;
}

static gboolean same_state(const TraceEvent *a, const TraceEvent *b)
{
    return a->state.from == b->state.from && a->state.to == b->state.to &&
           a->state.reason == b->state.reason && a->state.port == b->state.port;
}

static gboolean same_what(const TraceEvent *a, const TraceEvent *b)
{
    switch (a->kind) {
    case TRACE_SEND:
    case TRACE_ARRIVE:
    case TRACE_DISCARD: return same_segment(&a->segment, &b->segment);
    case TRACE_LOST:
    case TRACE_FAULT: return a->fault.kind == b->fault.kind && a->fault.rule == b->fault.rule;
    case TRACE_STATE: return same_state(a, b);
    case TRACE_TIMER: return same_timer(a, b);
    case TRACE_CALL: return a->call.line == b->call.line && a->call.error == b->call.error;
    case TRACE_APP:
        return a->app.bytes == b->app.bytes && a->app.wrong == b->app.wrong &&
               a->app.event == b->app.event && a->app.error == b->app.error;
    case TRACE_HOST: return a->host_event.up == b->host_event.up;
    case TRACE_END: return a->end.why == b->end.why;
    default: return FALSE;
    }
}

static gboolean same_event(const TraceEvent *a, const TraceEvent *b)
{
    return a->t == b->t && a->kind == b->kind && a->host == b->host && a->conn == b->conn &&
           same_what(a, b);
}

static gboolean is_of_connections(const TraceEvent *event)
{
    return event->kind == TRACE_STATE || event->kind == TRACE_HOST || event->kind == TRACE_END;
}

/* Event by event; of `all` those that the other one has not recorded are passed over. */
static char *compare_events(const Trace *all, const Trace *other)
{
    gboolean is_full = other->level == TRACE_LEVEL_FULL;
    TraceId at = 0;

    for (TraceId id = 1; id <= all->events->len; id++) {
        const TraceEvent *event = trace_event(all, id);
        if (!is_full && !is_of_connections(event))
            continue;
        const TraceEvent *twin = trace_event(other, ++at);
        if (twin == NULL || !same_event(event, twin) || (is_full && event->cause != twin->cause))
            return g_strdup_printf("again: event %u is another one at level %u", id, other->level);
    }
    return at == other->events->len ? NULL : g_strdup("again: there are further events");
}

static char *compare(const Trace *all, const Trace *other)
{
    if (memcmp(&all->counters, &other->counters, sizeof all->counters) != 0)
        return g_strdup_printf("again: other counters at level %u", other->level);
    if (memcmp(all->tallies->data, other->tallies->data, all->tallies->len * sizeof(TraceTally)))
        return g_strdup_printf("again: other tallies at level %u", other->level);
    return other->level < TRACE_LEVEL_CONNECTIONS ? NULL : compare_events(all, other);
}

char *invariants_broken_again(const Plan *plan, const LabOptions *options, const Trace *trace)
{
    char *said = NULL;

    for (TraceLevel level = TRACE_LEVEL_NONE; level <= TRACE_LEVEL_FULL && said == NULL; level++) {
        LabOptions other = *options;
        other.level = level;
        g_autoptr(Trace) again = lab_run(plan, &other);
        if (level > TRACE_LEVEL_NONE) /* that one has nothing to say; that it ends is enough */
            said = compare(trace, again);
    }
    return said;
}
