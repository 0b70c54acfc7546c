/* The ladder's places, in one pass over the events. */
#include "view/ladder.h"

enum {
    GAP_LEAST = 14, /* between two instants … */
    GAP_BIT = 4,    /* … and for each doubling of the milliseconds between them … */
    GAP_MOST = 74,  /* … at most */
    BOTTOM = 30,    /* below the last event */
};

guint ladder_x(const Ladder *ladder, TraceHost host)
{
    guint first = LADDER_TIMES + LADDER_NOTES;

    if (host >= ladder->lanes)
        return first + LADDER_BETWEEN * (ladder->lanes - 1) / 2;
    return first + LADDER_BETWEEN * host;
}

gboolean ladder_is_left(TraceHost host)
{
    return host == 0;
}

gboolean ladder_has_note(const Ladder *ladder, const TraceEvent *event)
{
    const TraceEvent *end;

    switch (event->kind) {
    case TRACE_LOST: return FALSE; /* it stands at its arrow */
    case TRACE_TIMER:
        if (event->timer.event == TCP_TIMER_FIRED)
            return TRUE;
        end = trace_index_after(ladder->index, event);
        return event->timer.event == TCP_TIMER_ARMED && end != NULL && end->kind == TRACE_TIMER &&
               end->timer.event == TCP_TIMER_FIRED;
    default: return TRUE;
    }
}

gboolean ladder_is_fold(SimTime from, SimTime to)
{
    return to - from >= SIM_SECOND;
}

static guint gap(SimTime from, SimTime to)
{
    guint64 ms = (guint64)((to - from) / SIM_MILLISECOND);
    guint bits = ms != 0 ? (guint)g_bit_storage((gulong)MIN(ms, G_MAXUINT32)) : 0;

    return MIN(GAP_LEAST + GAP_BIT * bits, (guint)GAP_MOST);
}

/* The instant that is being laid out. */
typedef struct Instant {
    SimTime t;
    guint top, bottom;
    guint *rows; /* taken in each lane; the last one is nobody's */
} Instant;

static void begin(Instant *instant, guint lanes, SimTime t)
{
    instant->top = instant->bottom + gap(instant->t, t);
    instant->bottom = instant->top;
    instant->t = t;
    for (guint i = 0; i <= lanes; i++)
        instant->rows[i] = 0;
}

/* Notes of a host that is not the first are at its right: an arrow that goes there has its label where the note
 * above it stands. */
static gboolean is_under_notes(const Ladder *ladder, const TraceEvent *event)
{
    return event->kind == TRACE_SEND && !ladder_is_left(event->host) &&
           event->segment.peer > event->host && event->segment.peer < ladder->lanes;
}

static guint place(Ladder *ladder, Instant *instant, const TraceEvent *event)
{
    guint *rows = &instant->rows[MIN(event->host, ladder->lanes)];

    if (*rows > 0 && is_under_notes(ladder, event))
        ++*rows;
    if (ladder_has_note(ladder, event))
        ++*rows;
    guint y = instant->top + LADDER_ROW * (*rows > 0 ? *rows - 1 : 0);

    instant->bottom = MAX(instant->bottom, y);
    return y;
}

static guint lanes_of(guint hosts)
{
    return MAX(hosts, 1);
}

guint ladder_width(guint hosts)
{
    return LADDER_TIMES + 2 * LADDER_NOTES + LADDER_BETWEEN * (lanes_of(hosts) - 1) + 8;
}

Ladder *ladder_new(const TraceIndex *index, guint head_rows)
{
    const TraceEvents *events = index->trace->events;
    Ladder *ladder = g_new0(Ladder, 1);
    guint lanes = lanes_of(index->trace->hosts->len), head = LADDER_ROW * head_rows;
    Instant instant = {.bottom = LADDER_TOP + head - GAP_LEAST, .rows = g_new0(guint, lanes + 1)};

    ladder->index = index;
    ladder->lanes = lanes;
    ladder->head = head;
    ladder->y = g_new0(guint32, (gsize)events->len + 1);
    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = &g_array_index(events, TraceEvent, i);

        if (i == 0 || event->t != instant.t || event->kind == TRACE_END)
            begin(&instant, lanes, event->t);
        ladder->y[event->id] = place(ladder, &instant, event);
    }
    ladder->width = ladder_width(lanes);
    ladder->height = instant.bottom + BOTTOM;
    g_free(instant.rows);
    return ladder;
}

void ladder_free(Ladder *ladder)
{
    if (ladder == NULL)
        return;
    g_free(ladder->y);
    g_free(ladder);
}
