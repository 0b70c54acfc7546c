/* A trace or a problem; the trace in every view, and beside itself. */
#include "capture_claims.h"

#include "expect/compare.h"
#include "view/replay.h"
#include "view/view.h"

static void check_problem(const CaptureProblem *problem)
{
    claim_printable(problem->message, '\n');
    if (problem->hint != NULL)
        claim_printable(problem->hint, '\n');
    g_assert(problem->text == NULL || problem->line > 0);
}

static void check_events(const Trace *trace)
{
    SimTime last = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        g_assert(event->kind == TRACE_SEND && event->t >= last);
        g_assert(event->host < trace->hosts->len);
        g_assert(event->segment.peer < trace->hosts->len || event->segment.peer == TRACE_NO_HOST);
        last = event->t;
    }
}

static void show(const Trace *trace)
{
    static const ViewOptions look = {.unicode = TRUE};
    gsize count;
    const View *views = view_table(&count);

    for (gsize i = 0; i < count; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        views[i].write(trace, &look, out);
        claim_lines(out, FALSE);
    }
}

/* Whatever was seen can be written again, and all of it is there. */
static void write_again(const Trace *trace)
{
    static const CaptureSelection all = {.keeps_twins = TRUE};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureProblem problem = {.message = NULL};

    view_pcapng(trace, NULL, out);
    g_autoptr(Trace) again = capture_read_packets(out->str, out->len, &all, notes, &problem);
    g_assert(again == NULL || again->events->len <= trace->events->len);
    capture_problem_clear(&problem);
}

/* A scenario of it, or why there is none. */
static void play_again(const Trace *trace)
{
    static const char *const profiles[REPLAY_ENDS] = {"rfc6298", "rfc6298"};
    g_autofree char *why = NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) replays = replays_of(trace, notes, &why);
    g_autoptr(GString) out = g_string_new(NULL);

    g_assert((replays == NULL) == (why != NULL));
    if (replays == NULL)
        return;
    view_scenario(replays, profiles, "fuzz", out);
    claim_lines(out, FALSE);
}

static void compare(const Trace *trace)
{
    const CompareOptions options = {.kind = COMPARE_WHEEL, .has_capture = TRUE};
    g_autoptr(Comparison) comparison = compare_traces(trace, trace, &options, NULL);

    g_assert(comparison == NULL || comparison_agrees(comparison));
}

void capture_claims(const Trace *trace, const CaptureProblem *problem)
{
    g_assert((trace == NULL) == (problem->message != NULL));
    if (trace == NULL) {
        check_problem(problem);
        return;
    }
    check_events(trace);
    show(trace);
    write_again(trace);
    play_again(trace);
    compare(trace);
}
