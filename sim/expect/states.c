/* `expect HOST enters STATE at T…`, `path STATE…`, `ends STATE`. */
#include "expect/times.h"
#include "expect/verdict.h"

static gboolean is_entered(const PlanExpect *expect, const TraceEvent *event)
{
    return event->state.to == g_array_index(expect->states, TcpState, 0);
}

/* All entries of the state over the whole run; of a bare host: those of every connection and of
 * the listener. */
static EventList *entries_of(const PlanExpect *expect, const TraceIndex *index)
{
    return events_of(expect, index, TRACE_LIST_STATES, is_entered);
}

/* Where to ask why a state was never entered: how the connection ended instead; or, where there was none, the last that was
 * lost of what others sent.  0: nowhere. */
static TraceId where_it_ended(const PlanExpect *expect, const TraceIndex *index)
{
    g_autoptr(EventList) moves = events_of(expect, index, TRACE_LIST_STATES, NULL);
    const Trace *trace = index->trace;

    if (moves->len > 0 && event_at(moves, moves->len - 1)->conn != 0)
        return event_at(moves, moves->len - 1)->id;
    for (guint i = trace->events->len; i-- > 0;) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_LOST && event->fault.sender != expect->party.host)
            return event->id;
    }
    return 0;
}

void check_enters(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    TcpState state = g_array_index(expect->states, TcpState, 0);
    g_autoptr(EventList) entries = entries_of(expect, index);
    g_autoptr(GArray) times = times_of(entries);
    g_autofree char *what = g_strdup_printf("%s at", tcp_state_name(state));
    g_autofree char *none = g_strdup_printf("%s was never entered", tcp_state_name(state));
    ListWords words = {.what = what, .one = tcp_state_name(state), .place = "at ", .none = none};

    check_times(expect, &words, times, entries, verdict);
    if (!verdict->ok && entries->len == 0)
        verdict->event = where_it_ended(expect, index);
}

void check_never_enters(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *state = tcp_state_name(g_array_index(expect->states, TcpState, 0));
    g_autoptr(EventList) entries = entries_of(expect, index);
    g_autoptr(GArray) times = times_of(entries);

    verdict->ok = entries->len == 0;
    g_string_append_printf(verdict->expected, "never %s", state);
    g_string_append_printf(verdict->actual, "%s %s", state,
                           verdict->ok ? "was never entered" : "at ");
    if (verdict->ok)
        return;
    append_times(verdict->actual, times);
    verdict->event = event_at(entries, 0)->id;
}

/* The one thing of a party that `path` and `ends` speak of. */
typedef struct Newest {
    guint32 conn; /* 0: the host never had one; then … */
    guint16 port; /* … its listener on this port */
} Newest;

/* The connection named; of a bare host its newest one, or its newest listener. */
static Newest newest_of(const PlanExpect *expect, const TraceIndex *index)
{
    const TraceEvent *event = trace_index_first(index, expect->party.host, TRACE_LIST_STATES);
    Newest newest = {.conn = expect->party.number};

    for (; event != NULL; event = trace_index_next(index, event)) {
        if (expect->party.number == 0)
            newest.conn = MAX(newest.conn, event->conn);
        if (event->conn == 0 && event->state.to == TCP_STATE_LISTEN)
            newest.port = event->state.port;
    }
    return newest;
}

static EventList *transitions_of(const PlanExpect *expect, const TraceIndex *index)
{
    const TraceEvent *event = trace_index_first(index, expect->party.host, TRACE_LIST_STATES);
    Newest newest = newest_of(expect, index);
    EventList *transitions = event_list_new();

    for (; event != NULL; event = trace_index_next(index, event)) {
        if (event->conn == newest.conn && (newest.conn != 0 || event->state.port == newest.port))
            event_list_add(transitions, event);
    }
    return transitions;
}

/* The states that those transitions led through, the first one included.  A host that never
 * opened anything is CLOSED; a connection that was named but never was has none. */
static GArray *path_of(const PlanExpect *expect, const EventList *transitions)
{
    GArray *path = g_array_new(FALSE, FALSE, sizeof(TcpState));
    TcpState first = TCP_STATE_CLOSED;

    if (transitions->len > 0)
        first = event_at(transitions, 0)->state.from;
    else if (expect->party.number != 0)
        return path;

    g_array_append_val(path, first);
    for (guint i = 0; i < transitions->len; i++) {
        TcpState to = event_at(transitions, i)->state.to;

        g_array_append_val(path, to);
    }
    return path;
}

static void append_path(GString *out, const GArray *path)
{
    for (guint i = 0; i < path->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "",
                               tcp_state_name(g_array_index(path, TcpState, i)));
}

static void append_no_such_connection(GString *out, const PlanExpect *expect)
{
    g_string_append_printf(out, "there was no connection %u", expect->party.number);
}

/* path[place] is where they part; path[i] was entered by transitions[i - 1]. */
static void append_path_difference(GString *out, const GArray *expected, const GArray *actual,
                                   guint place, const EventList *transitions)
{
    const char *last = tcp_state_name(g_array_index(actual, TcpState, actual->len - 1));

    if (place >= actual->len) {
        g_string_append_printf(out, " (stayed in %s, never reached %s)", last,
                               tcp_state_name(g_array_index(expected, TcpState, place)));
        return;
    }
    g_string_append(out, " (");
    append_ordinal(out, place + 1);
    g_string_append_printf(out, " state: expected %s, was %s",
                           place < expected->len
                               ? tcp_state_name(g_array_index(expected, TcpState, place))
                               : "no more",
                           tcp_state_name(g_array_index(actual, TcpState, place)));
    if (place > 0) {
        g_string_append(out, " from ");
        time_append(event_at(transitions, place - 1)->t, out);
    }
    g_string_append_c(out, ')');
}

void check_path(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const GArray *expected = expect->states;
    g_autoptr(EventList) transitions = transitions_of(expect, index);
    g_autoptr(GArray) actual = path_of(expect, transitions);
    guint same = 0;

    append_path(verdict->expected, expected);
    if (actual->len == 0) {
        append_no_such_connection(verdict->actual, expect);
        return;
    }
    append_path(verdict->actual, actual);
    while (same < MIN(expected->len, actual->len) &&
           g_array_index(expected, TcpState, same) == g_array_index(actual, TcpState, same))
        same++;
    verdict->ok = same == expected->len && same == actual->len;
    if (verdict->ok)
        return;
    append_path_difference(verdict->actual, expected, actual, same, transitions);
    if (same > 0 && same < actual->len)
        verdict->event = event_at(transitions, same - 1)->id;
}

void check_ends(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    TcpState expected = g_array_index(expect->states, TcpState, 0);
    g_autoptr(EventList) transitions = transitions_of(expect, index);
    g_autoptr(GArray) path = path_of(expect, transitions);

    g_string_append_printf(verdict->expected, "%s at the end", tcp_state_name(expected));
    if (path->len == 0) {
        append_no_such_connection(verdict->actual, expect);
        return;
    }

    TcpState last = g_array_index(path, TcpState, path->len - 1);

    verdict->ok = last == expected;
    g_string_append(verdict->actual, tcp_state_name(last));
    if (transitions->len > 0) {
        const TraceEvent *event = event_at(transitions, transitions->len - 1);

        g_string_append(verdict->actual, " since ");
        time_append(event->t, verdict->actual);
        verdict->event = verdict->ok ? 0 : event->id;
    }
}

/* --- questions ---------------------------------------------------------------------------- */

void measure_enters(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) entries = entries_of(expect, index);
    g_autoptr(GArray) times = times_of(entries);

    measured_times(values, times);
}

void measure_path(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) transitions = transitions_of(expect, index);
    g_autoptr(GArray) path = path_of(expect, transitions);

    for (guint i = 0; i < path->len; i++) {
        Measured value = {.kind = MEASURED_STATE, .state = g_array_index(path, TcpState, i)};

        g_array_append_val(values, value);
    }
}

void measure_ends(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    measure_path(expect, index, values);
    if (values->len > 1)
        g_array_remove_range(values, 0, values->len - 1);
}
