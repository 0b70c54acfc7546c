/* Runs for the tests of sim/lab: scenario text in, the trace out, and what is in it as one line an
 * event, so that what is expected reads like a timeline.
 */
#ifndef TESTS_UNIT_LAB_RUNS_H
#define TESTS_UNIT_LAB_RUNS_H

#include "scenario_text.h"

#include "lab/lab.h"
#include "view/view.h"

enum { CLIENT, SERVER, THIRD, ANYBODY };

#define MS(n) ((n)*SIM_MILLISECOND)
#define S(n) ((n)*SIM_SECOND)

/* Two hosts of the profile "plain" (every key at its default), 10 ms apart: connected at 0 s, the
 * client is in ESTABLISHED at 20 ms, the server at 30 ms. */
#define HOSTS                                                                                      \
    "host client plain\n"                                                                          \
    "host server plain\n"                                                                          \
    "link client server delay=10ms\n"
#define CONNECTED                                                                                  \
    HOSTS "at 0s server listen\n"                                                                  \
          "at 0s client connect server\n"

static inline Trace *run_with(const char *text, const LabOptions *how)
{
    g_autoptr(Plan) plan = plan_of(text);

    return lab_run(plan, how);
}

static inline Trace *run_at(const char *text, TraceLevel level)
{
    LabOptions how = {.level = level};

    return run_with(text, &how);
}

static inline Trace *run(const char *text)
{
    return run_at(text, TRACE_LEVEL_FULL);
}

/* The whole trace as text: two of them are equal when the traces are. */
static inline char *json_of(const Trace *trace)
{
    GString *out = g_string_new(NULL);

    view_json(trace, NULL, out);
    return g_string_free(out, FALSE);
}

/* ---- Events ---- */

static inline const TraceEvent *last_event(const Trace *trace)
{
    ck_assert_uint_gt(trace->events->len, 0);
    return trace_event(trace, trace->events->len);
}

/* The n-th (from 1) event of this kind of the host. */
static inline const TraceEvent *nth(const Trace *trace, TraceKind kind, guint host, guint n)
{
    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        if (event->kind == kind && (host == ANYBODY || event->host == host) && --n == 0)
            return event;
    }
    ck_abort_msg("no such %s", trace_kind_name(kind));
    return NULL;
}

static inline guint events_of(const Trace *trace, TraceKind kind, guint host)
{
    guint count = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        count += event->kind == kind && (host == ANYBODY || event->host == host);
    }
    return count;
}

/* ---- A trace as a story ---- */

#define TOLD(kind) (1U << (TRACE_##kind))

static inline void tell_what(const Trace *trace, const TraceEvent *event, GString *out)
{
    switch (event->kind) {
    case TRACE_CALL:
        g_string_append_printf(out, "\"%s\" %s",
                               g_array_index(trace->calls, TraceLine, event->call.line).text,
                               tcp_error_name(event->call.error));
        break;
    case TRACE_APP:
        g_string_append(out, trace_app_event_name(event->app.event));
        if (event->app.event == TRACE_APP_READ)
            g_string_append_printf(out, " %u wrong %u", (guint)event->app.bytes,
                                   (guint)event->app.wrong);
        if (event->app.event == TRACE_APP_ERROR)
            g_string_append_printf(out, " %s", tcp_error_name(event->app.error));
        break;
    case TRACE_SEND:
        g_string_append_printf(out, "sends %s %s", segment_class_name(event->segment.class),
                               trace_fate_name(event->segment.fate));
        break;
    case TRACE_LOST: g_string_append_printf(out, "lost %u", event->fault.sent); break;
    case TRACE_FAULT:
        g_string_append_printf(out, "%s by %s", fault_kind_name(event->fault.kind),
                               trace_culprit_name(event->fault.culprit));
        break;
    case TRACE_ARRIVE:
        g_string_append_printf(out, "gets %s", segment_class_name(event->segment.class));
        break;
    case TRACE_DISCARD:
        g_string_append_printf(out, "discards %s %s", segment_class_name(event->segment.class),
                               tcp_reason_name(event->segment.reason));
        break;
    case TRACE_STATE:
        g_string_append_printf(out, "%s -> %s", tcp_state_name(event->state.from),
                               tcp_state_name(event->state.to));
        break;
    case TRACE_TIMER:
        g_string_append_printf(out, "%s %s", tcp_timer_name(event->timer.timer),
                               tcp_timer_event_name(event->timer.event));
        break;
    case TRACE_HOST:
        g_string_append(out, event->host_event.up ? "up" : "down");
        g_string_append(out, event->host_event.forgot ? " forgot" : "");
        break;
    case TRACE_END: g_string_append(out, trace_end_name(event->end.why)); break;
    default: ck_abort_msg("an event of no kind");
    }
}

/* "20 ms client.1 SYN-SENT -> ESTABLISHED\n" for each event of the kinds and the host. */
static inline char *story(const Trace *trace, guint kinds, guint host)
{
    GString *out = g_string_new(NULL);

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        char when[SIM_TIME_TEXT_MAX];

        if (!(kinds & 1U << event->kind) || (host != ANYBODY && event->host != host))
            continue;
        sim_time_format(event->t, when);
        g_string_append_printf(
            out, "%s %s", when,
            event->host == TRACE_NO_HOST ? "-" : (char *)trace->hosts->pdata[event->host]);
        if (event->conn)
            g_string_append_printf(out, ".%u", event->conn);
        g_string_append_c(out, ' ');
        tell_what(trace, event, out);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

#define ck_assert_story(trace, kinds, host, expected)                                              \
    do {                                                                                           \
        g_autofree char *told_ = story(trace, kinds, host);                                        \
        ck_assert_str_eq(told_, expected);                                                         \
    } while (0)

/* "end at 3 s: quiet" */
#define ck_assert_end(trace, at, why_)                                                             \
    do {                                                                                           \
        const TraceEvent *end_ = last_event(trace);                                                \
        ck_assert_int_eq(end_->kind, TRACE_END);                                                   \
        ck_assert_str_eq(trace_end_name(end_->end.why), trace_end_name(why_));                     \
        ck_assert_int_eq(end_->t, at);                                                             \
    } while (0)

#endif
