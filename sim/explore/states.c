/* States as sums of hashes, so that an event costs what it changes; and a set of them. */
#include "explore/states.h"

/* SplitMix64's finish: numbers that differ in a bit differ in half of them. */
static guint64 scatter(guint64 x)
{
    x ^= x >> 30;
    x *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* ---- The set ---- */

static void put(guint64 *slots, guint64 room, guint64 state)
{
    guint64 at = state & (room - 1);

    while (slots[at] != 0)
        at = (at + 1) & (room - 1);
    slots[at] = state;
}

static void grow(StateSet *set)
{
    guint64 room = set->room > 0 ? 2 * set->room : 256;
    guint64 *slots = g_new0(guint64, room);

    for (guint64 i = 0; i < set->room; i++) {
        if (set->slots[i] != 0)
            put(slots, room, set->slots[i]);
    }
    g_free(set->slots);
    set->slots = slots;
    set->room = room;
}

static gboolean has(const StateSet *set, guint64 state)
{
    guint64 at = state & (set->room - 1);

    for (; set->slots[at] != 0; at = (at + 1) & (set->room - 1)) {
        if (set->slots[at] == state)
            return TRUE;
    }
    return FALSE;
}

void state_set_add(StateSet *set, guint64 state)
{
    if (state == 0)
        state = 1; /* 0 is a free slot */
    if (2 * set->count >= set->room)
        grow(set);
    if (has(set, state))
        return;
    put(set->slots, set->room, state);
    set->count++;
}

void state_set_add_all(StateSet *set, const StateSet *other)
{
    for (guint64 i = 0; i < other->room; i++) {
        if (other->slots[i] != 0)
            state_set_add(set, other->slots[i]);
    }
}

void state_set_clear(StateSet *set)
{
    g_free(set->slots);
    *set = (StateSet){0};
}

/* ---- Parts of a state ---- */

static guint64 of_conn(const WatchConn *conn)
{
    guint64 who = (guint64)conn->host << 32 | conn->id;

    return scatter(scatter(who) + ((guint64)conn->armed << 8 | conn->state));
}

/* One copy of it, under way. */
static guint64 of_segment(const TraceEvent *sent)
{
    const TraceSeen *seen = sent->segment.seen;
    guint64 what = (guint64)seen->segment.flags << 32 | seen->segment.length;
    guint64 between = (guint64)sent->host << 32 | sent->segment.peer;

    return scatter(scatter(scatter(between) + what) + ((guint64)seen->seq << 32 | seen->ack));
}

static const TraceEvent *sent_of(const Watch *watch, TraceId sent)
{
    return sent > 0 ? trace_event(watch->trace, sent) : NULL;
}

static void lands(StateSum *state, const Watch *watch, TraceId id)
{
    const TraceEvent *sent = sent_of(watch, id);

    if (sent != NULL)
        state->sum -= of_segment(sent);
}

static gboolean changes_conn(const TraceEvent *event)
{
    return event->conn != 0 && (event->kind == TRACE_STATE || event->kind == TRACE_TIMER);
}

void state_sum_before(StateSum *state, const Watch *watch, const TraceEvent *event)
{
    const WatchConn *conn = watch_conn(watch, event);

    if (changes_conn(event) && conn != NULL && conn->id != 0)
        state->sum -= of_conn(conn);
    if (event->kind == TRACE_ARRIVE)
        lands(state, watch, event->segment.sent);
    if (trace_is_lost_at_host(event))
        lands(state, watch, event->fault.sent);
}

void state_sum_after(StateSum *state, const Watch *watch, const TraceEvent *event)
{
    const WatchConn *conn = watch_conn(watch, event);

    if (changes_conn(event) && conn != NULL && conn->id != 0)
        state->sum += of_conn(conn);
    if (event->kind == TRACE_SEND && event->segment.fate != TRACE_FATE_LOST)
        state->sum += of_segment(event);
    if (event->kind == TRACE_FAULT && event->fault.kind == FAULT_DUPLICATE)
        state->sum += of_segment(sent_of(watch, event->fault.sent));
    state->calls += event->kind == TRACE_CALL;
}

gboolean state_is_settled(const TraceEvent *before)
{
    return before->kind == TRACE_ARRIVE || before->kind == TRACE_CALL ||
           before->kind == TRACE_HOST || before->kind == TRACE_END ||
           (before->kind == TRACE_TIMER && before->timer.event == TCP_TIMER_FIRED);
}

guint64 state_sum_value(const StateSum *state)
{
    return scatter(state->sum + scatter(state->calls));
}
