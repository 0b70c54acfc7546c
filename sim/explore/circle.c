/* The end of a trace, read backwards as a sequence of signs: is it the same sequence over and over?
 *
 * An event's sign is what it is and how long after the one before it came, without what grows for ever:
 * its time, its number, how often a timer has fired.
 */
#include "explore/circle.h"

enum {
    SIGNS_MOST = 4096, /* so much of the end is looked at */
    ROUNDS_LEAST = 5,  /* that must be alike … */
    EVENTS_LEAST = 20, /* … and so many events together */
    ROUND_MOST = SIGNS_MOST / ROUNDS_LEAST,
};

static guint64 mix(guint64 hash, guint64 value)
{
    hash ^= value + G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2);
    hash *= G_GUINT64_CONSTANT(0xff51afd7ed558ccd);
    return hash ^ hash >> 33;
}

static guint64 sign_of_segment(guint64 sign, const TraceSegment *told)
{
    const TraceSeen *seen = told->seen;

    sign = mix(sign, seen->segment.flags);
    sign = mix(sign, seen->seq);
    sign = mix(sign, seen->ack);
    sign = mix(sign, seen->segment.length);
    return mix(sign, told->fate);
}

static guint64 sign_of(const TraceEvent *event, SimTime before)
{
    guint64 sign = mix((guint64)event->kind, (guint64)(event->t - before));

    sign = mix(sign, (guint64)event->host << 32 | event->conn);
    switch (event->kind) {
    case TRACE_SEND:
    case TRACE_ARRIVE:
    case TRACE_DISCARD: return sign_of_segment(sign, &event->segment);
    case TRACE_TIMER:
        return mix(mix(sign, event->timer.timer * 8U + event->timer.event),
                   (guint64)event->timer.length);
    case TRACE_STATE: return mix(sign, event->state.from * 16U + event->state.to);
    case TRACE_LOST:
    case TRACE_FAULT: return mix(sign, event->fault.kind * 16U + event->fault.culprit);
    case TRACE_APP: return mix(sign, event->app.event);
    case TRACE_CALL: return mix(sign, event->id); /* the script comes to an end */
    default: return sign;
    }
}

static guint64 sign_at(const Trace *trace, TraceId id)
{
    const TraceEvent *event = trace_event(trace, id);

    return sign_of(event, id > 1 ? trace_event(trace, id - 1)->t : event->t);
}

/* signs[i] is that of the event i before the end, which itself is not counted. */
static guint read_signs(const Trace *trace, guint64 *signs)
{
    guint events = trace->events->len - 1, count = MIN(events, SIGNS_MOST);

    for (guint i = 0; i < count; i++)
        signs[i] = sign_at(trace, events - i);
    return count;
}

/* How far from the end does each sign equal the one `length` before it? */
static guint alike(const guint64 *signs, guint count, guint length)
{
    guint i = 0;

    while (i + length < count && signs[i] == signs[i + length])
        i++;
    return i;
}

static guint shortest_round(const guint64 *signs, guint count, guint *repeated)
{
    for (guint length = 1; length <= ROUND_MOST && length * ROUNDS_LEAST <= count; length++) {
        *repeated = alike(signs, count, length) + length;
        if (*repeated >= MAX(length * ROUNDS_LEAST, EVENTS_LEAST))
            return length;
    }
    return 0;
}

static void note_what(const TraceEvent *event, Circle *circle)
{
    if (event->kind == TRACE_SEND)
        circle->sends = event->id;
    if (event->kind != TRACE_TIMER || event->timer.event != TCP_TIMER_FIRED)
        return;
    if (event->timer.timer == TCP_TIMER_RETRANSMIT)
        circle->retransmits = event->id;
    if (event->timer.timer == TCP_TIMER_KEEPALIVE || event->timer.timer == TCP_TIMER_PROBE)
        circle->keeps_alive = event->id;
}

/* Where the rounds began that are known to end it, `from` being in one of them. */
static TraceId first_round(const Trace *trace, TraceId from, guint length)
{
    while (from > 1 && sign_at(trace, from - 1) == sign_at(trace, from - 1 + length))
        from--;
    return from;
}

static void note_round(const Trace *trace, TraceId last, Circle *circle)
{
    circle->period = trace_event(trace, last)->t - trace_event(trace, last - circle->length)->t;
    for (TraceId id = last - circle->length + 1; id <= last; id++)
        note_what(trace_event(trace, id), circle);
}

Circle circle_between(const Trace *trace, TraceId from, TraceId to)
{
    Circle circle = {
        .length = to - from, .from = first_round(trace, from, to - from), .is_for_ever = TRUE};

    note_round(trace, to, &circle);
    return circle;
}

Circle circle_find(const Trace *trace)
{
    guint64 signs[SIGNS_MOST];
    guint repeated = 0, count = read_signs(trace, signs);
    Circle circle = {.length = shortest_round(signs, count, &repeated)};

    if (circle.length == 0)
        return circle;
    TraceId last = trace->events->len - 1;
    circle.from = first_round(trace, last - repeated + 1, circle.length);
    note_round(trace, last, &circle);
    return circle;
}
