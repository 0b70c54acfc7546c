/* What the application sees: `expect HOST error ECODE at T`, `delivers N bytes [wrong]`,
 * `accepts N`; and what its host holds for connections: `holds at most N half-open|bytes`. */
#include "expect/times.h"
#include "expect/verdict.h"

gboolean error_is_expected(const PlanExpect *expect, const TraceEvent *event)
{
    return expect->kind == PLAN_EXPECT_ERROR && event_is_of(event, expect->party) &&
           event_error(event) == expect->error &&
           time_is_within(event->t, g_array_index(expect->times, SimTime, 0), &expect->tolerance);
}

/* The errors of a party as "ETIMEDOUT at 189 s, EPIPE at 200 s". */
static void append_errors(GString *out, const EventList *errors)
{
    enum { SHOWN_MAX = 8 };

    for (guint i = 0; i < MIN(errors->len, SHOWN_MAX); i++) {
        const TraceEvent *event = event_at(errors, i);

        g_string_append_printf(out, "%s%s at ", i > 0 ? ", " : "",
                               tcp_error_name(event_error(event)));
        time_append(event->t, out);
    }
    if (errors->len == 0)
        g_string_append(out, "no error");
    if (errors->len > SHOWN_MAX)
        g_string_append_printf(out, ", ... (%u in all)", errors->len);
}

void check_error(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) errors = events_of(expect, index, TRACE_LIST_ERRORS, NULL);

    g_string_append_printf(verdict->expected, "%s at ", tcp_error_name(expect->error));
    time_append(g_array_index(expect->times, SimTime, 0), verdict->expected);
    append_tolerance(verdict->expected, &expect->tolerance);
    append_errors(verdict->actual, errors);

    for (guint i = 0; i < errors->len && !verdict->ok; i++)
        verdict->ok = error_is_expected(expect, event_at(errors, i));
    if (!verdict->ok && errors->len > 0)
        verdict->event = event_at(errors, 0)->id;
}

static void append_bytes(GString *out, guint64 bytes, const char *rest)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s%s", bytes, bytes == 1 ? "byte" : "bytes",
                           rest);
}

/* What the application read. */
typedef struct Delivered {
    guint64 bytes, wrong;
    TraceId last; /* the last time that it read */
} Delivered;

static Delivered delivered_to(const PlanExpect *expect, const TraceIndex *index)
{
    const TraceEvent *event = trace_index_first(index, expect->party.host, TRACE_LIST_READS);
    Delivered delivered = {0, 0, 0};

    for (; event != NULL; event = trace_index_next(index, event)) {
        if (!event_is_of(event, expect->party))
            continue;
        delivered.bytes += event->app.bytes;
        delivered.wrong += event->app.wrong;
        delivered.last = event->id;
    }
    if (expect->party.number == 0) { /* what came of a large flood is not listed */
        delivered.bytes = tally_of(expect, index)->bytes_read;
        delivered.wrong = tally_of(expect, index)->wrong_bytes;
    }
    return delivered;
}

void check_delivers(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    Delivered is = delivered_to(expect, index);

    append_bytes(verdict->expected, expect->count, expect->wrong ? " wrong" : " delivered");
    append_bytes(verdict->actual, is.bytes, " delivered");
    if (is.wrong > 0 || expect->wrong)
        g_string_append_printf(verdict->actual, ", %" G_GUINT64_FORMAT " of them wrong", is.wrong);
    verdict->ok = (expect->wrong ? is.wrong : is.bytes) == expect->count;
    verdict->event = verdict->ok ? 0 : is.last;
}

/* Those that a large flood left unlisted are among them. */
static guint64 count_accepted(const PlanExpect *expect, const TraceIndex *index)
{
    return tally_of(expect, index)->opening.accepted;
}

void check_accepts(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) accepted = events_of(expect, index, TRACE_LIST_ACCEPTED, NULL);
    guint64 count = count_accepted(expect, index);

    g_string_append_printf(verdict->expected, "%" G_GUINT64_FORMAT " accepted", expect->count);
    g_string_append_printf(verdict->actual, "%" G_GUINT64_FORMAT " accepted", count);
    verdict->ok = count == expect->count;
    if (accepted->len > expect->count)
        verdict->event = event_at(accepted, (guint)expect->count)->id;
}

/* --- what it holds ------------------------------------------------------------------------ */

static guint64 held_by(const PlanExpect *expect, const TraceIndex *index)
{
    const TraceTally *tally = tally_of(expect, index);

    return expect->kind == PLAN_EXPECT_HOLDS_BYTES ? tally->bytes_most : tally->half_open_most;
}

void check_holds(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *what = expect->kind == PLAN_EXPECT_HOLDS_BYTES ? "bytes" : "half-open";
    guint64 held = held_by(expect, index);

    g_string_append_printf(verdict->expected, "at most %" G_GUINT64_FORMAT " %s at once",
                           expect->count, what);
    g_string_append_printf(verdict->actual, "%" G_GUINT64_FORMAT " %s at once", held, what);
    verdict->ok = held <= expect->count;
}

/* --- questions ---------------------------------------------------------------------------- */

void measure_error(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) errors = events_of(expect, index, TRACE_LIST_ERRORS, NULL);

    for (guint i = 0; i < errors->len; i++) {
        const TraceEvent *event = event_at(errors, i);
        Measured value = {.kind = MEASURED_ERROR, .time = event->t, .error = event_error(event)};

        g_array_append_val(values, value);
    }
}

void measure_delivers(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    Delivered is = delivered_to(expect, index);

    measured_count(values, expect->wrong ? is.wrong : is.bytes);
}

void measure_accepts(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    measured_count(values, count_accepted(expect, index));
}

void measure_holds(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    measured_count(values, held_by(expect, index));
}
