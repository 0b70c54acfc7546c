/* Whether a connection shows a symptom's signs, and what it shows them by. */
#include "symptom/signs.h"

#include <string.h>

#include "expect/expect.h"
#include "scenario/plan_private.h"
#include "trace/time_text.h"

static const char *const party_names[PARTY_COUNT] = {"A", "B"};

SignStep sign_step_new(void)
{
    static const SignRange any = {0, G_MAXINT64};

    return (SignStep){.class = SEGMENT_ANY,
                      .after = any,
                      .idle = any,
                      .length = any,
                      .flight = any,
                      .repeats = any};
}

SymptomSigns *symptom_signs_new(void)
{
    SymptomSigns *signs = g_new0(SymptomSigns, 1);

    signs->expects = plan_new("");
    signs->sequences = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    for (guint party = 0; party < PARTY_COUNT; party++) {
        PlanHost host = {.name = g_strdup(party_names[party])};

        g_array_append_val(signs->expects->hosts, host);
    }
    return signs;
}

void symptom_signs_free(gpointer data)
{
    SymptomSigns *signs = data;

    plan_free(signs->expects);
    g_ptr_array_unref(signs->sequences);
    g_free(signs);
}

/* --- expectations ------------------------------------------------------------------------- */

/* The connection alone, between hosts A and B. */
static Trace *trace_of(const Trail *trail, gboolean swapped)
{
    Trace *alone = trace_new(TRACE_LEVEL_FULL);

    for (guint party = 0; party < PARTY_COUNT; party++)
        trace_add_host(alone, party_names[party]);
    for (guint i = 0; i < trail->segments->len; i++) {
        const TrailSegment *at = trail_at(trail, i);
        TraceEvent event = *at->event;

        event.host = (guint16)(swapped ? !at->party : at->party);
        event.segment.peer = !event.host;
        event.segment.injected = false;
        event.cause = 0;
        trace_add(alone, &event);
    }
    return alone;
}

/* "client SYN gaps 1 s, 2 s": the host's own name before what was. */
static char *seen_so(const ExpectResult *result, const PlanExpect *expect, const char *host)
{
    return expect->kind == PLAN_EXPECT_NEVER_SENDS
               ? g_strdup_printf("%s: %s", host, result->actual)
               : g_strdup_printf("%s sends %s", host, result->actual);
}

static const char *name_of(const Trace *trace, const Trail *trail, guint party, gboolean swapped)
{
    TraceHost host = trail->host[swapped ? !party : party];

    return host < trace->hosts->len ? g_ptr_array_index(trace->hosts, host) : "nobody";
}

static gboolean expectations_hold(const SymptomSigns *signs, const Trace *trace, const Trail *trail,
                                  gboolean swapped, GPtrArray *evidence)
{
    const GArray *expects = signs->expects->expects;
    gboolean good = TRUE;

    if (expects->len == 0)
        return TRUE;
    g_autoptr(Trace) alone = trace_of(trail, swapped);
    g_autoptr(GPtrArray) results = expect_check(signs->expects, alone);

    for (guint i = 0; i < expects->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);
        const PlanExpect *expect = &g_array_index(expects, PlanExpect, i);
        const char *host = name_of(trace, trail, expect->party.host, swapped);

        good = good && result->ok;
        g_ptr_array_add(evidence, seen_so(result, expect, host));
    }
    return good;
}

/* --- sequences ---------------------------------------------------------------------------- */

/* "3.02 s  client  DATA again, 100 bytes" */
static char *segment_line(const Trace *trace, const TrailSegment *at)
{
    GString *out = g_string_new(NULL);
    const TraceEvent *event = at->event;
    const Segment *segment = &event->segment.seen->segment;

    time_append(event->t, out);
    g_string_append_printf(out, "  %s %s",
                           (const char *)g_ptr_array_index(trace->hosts, event->host),
                           segment_class_name(event->segment.class));
    if (segment->length > 0)
        g_string_append_printf(out, ", %u byte%s", segment->length,
                               segment->length == 1 ? "" : "s");
    if (at->repeats > 0)
        g_string_append_printf(out, ", sending %u", at->repeats + 1);
    else if (at->facts & FACT_AGAIN)
        g_string_append(out, ", again");
    if (at->facts & FACT_CLOSED)
        g_string_append(out, ", window 0");
    return g_string_free(out, FALSE);
}

static gboolean sequences_hold(const SymptomSigns *signs, const Trace *trace, const Trail *trail,
                               gboolean swapped, GPtrArray *evidence, SimTime *t)
{
    for (guint i = 0; i < signs->sequences->len; i++) {
        g_autoptr(GArray) way =
            sequence_find(g_ptr_array_index(signs->sequences, i), trail, swapped);

        if (way == NULL)
            return FALSE;
        for (guint k = 0; k < way->len; k++) {
            const TrailSegment *at = trail_at(trail, g_array_index(way, guint, k));

            g_ptr_array_add(evidence, segment_line(trace, at));
            *t = MAX(*t, at->event->t);
        }
    }
    return TRUE;
}

gboolean symptom_signs_hold(const SymptomSigns *signs, const Trace *trace, const Trail *trail,
                            GPtrArray *evidence, SimTime *t)
{
    *t = trail_at(trail, 0)->event->t;
    for (guint swapped = 0; swapped < PARTY_COUNT; swapped++) {
        g_ptr_array_set_size(evidence, 0);
        if (sequences_hold(signs, trace, trail, swapped != 0, evidence, t) &&
            expectations_hold(signs, trace, trail, swapped != 0, evidence))
            return TRUE;
    }
    return FALSE;
}
