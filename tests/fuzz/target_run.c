/* A scenario through everything: parsed, run, judged, shown in every view, asked, compared.
 *
 * Bounds are small: what takes long shows nothing that is not shown soon.
 */
#include <stdlib.h>
#include <string.h>

#include "../worlds/hold.h"
#include "../worlds/invariants.h"
#include "../worlds/world.h"
#include "capture/capture.h"
#include "claims.h"
#include "dice.h"
#include "expect/compare.h"
#include "expect/expect.h"
#include "expect/timing.h"
#include "fuzz.h"
#include "lab/lab.h"
#include "plot/plot.h"
#include "report_claims.h"
#include "scenario_claims.h"
#include "scenario_words.h"
#include "view/timing.h"
#include "view/view.h"

enum { EVENTS_MAX = 1000, BYTES_MAX = 1 << 18, SERIES_MAX = 200 };

/* ---- Views ---- */

static const ViewOptions looks[] = {
    {.unicode = TRUE, .width = 100},
    {.unicode = FALSE, .width = 40},
    {.unicode = TRUE, .colour = TRUE, .width = 200},
};

static void show_views(const Trace *trace)
{
    gsize count;
    const View *views = view_table(&count);

    for (gsize i = 0; i < count; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        const ViewOptions *look = &looks[trace->events->len % G_N_ELEMENTS(looks)];
        views[i].write(trace, look, out);
        claim_lines(out, look->colour);
    }
}

static void show_why(const Trace *trace)
{
    static const ViewOptions look = {.unicode = TRUE};
    guint last = trace->events->len;

    for (TraceId id = 1; id <= last; id += last / 8 + 1) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_assert(view_why(trace, id, &look, out));
        claim_lines(out, FALSE);
    }
}

static void show_timing(const Trace *trace)
{
    gsize count;
    const TimingFormat *formats = timing_formats(&count);

    for (gsize i = 0; i < count; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        formats[i].write(trace, out);
        claim_lines(out, FALSE);
    }
}

static void show_backoffs(const Trace *trace, const PlotOptions *options)
{
    for (SegmentClass class = 0; class <= SEGMENT_ANY; class ++) {
        PlotBackoff *backoff = plot_backoff_of(trace, class, "a run");
        g_autoptr(GPtrArray) all =
            g_ptr_array_new_with_free_func((GDestroyNotify)plot_backoff_free);
        g_autoptr(GString) out = g_string_new(NULL);

        if (backoff == NULL)
            continue;
        g_ptr_array_add(all, backoff);
        plot_backoffs(all, class, options, out);
    }
}

static void show_plots(const Trace *trace)
{
    PlotRun run = {"a run", trace};
    g_autoptr(GPtrArray) runs = g_ptr_array_new();
    g_autoptr(GString) out = g_string_new(NULL);

    g_ptr_array_add(runs, &run);
    for (PlotScale scale = 0; scale < PLOT_SCALE_COUNT; scale++) {
        const PlotOptions options = {.scale = scale};
        plot_timeline(trace, &options, out);
        plot_ladder(trace, &options, out);
        show_backoffs(trace, &options);
    }
    plot_counters(runs, NULL, out);
    g_assert(g_utf8_validate_len(out->str, out->len, NULL));
}

/* ---- What was written is read back ---- */

static void claim_same(const Trace *trace, const Trace *other)
{
    CompareOptions options = {.kind = COMPARE_WITHIN};
    g_autoptr(Comparison) comparison = compare_traces(trace, other, &options, NULL);

    g_assert(comparison == NULL || comparison_agrees(comparison));
}

/* A capture starts at its first packet, cannot tell what was lost, and has no names. */
static void read_capture_back(const Trace *trace)
{
    static const CaptureSelection all = {0};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureProblem problem = {.message = NULL};

    view_pcapng(trace, NULL, out);
    g_autoptr(Trace) again = capture_read_packets(out->str, out->len, &all, notes, &problem);
    g_assert((again == NULL) == (problem.message != NULL));
    capture_problem_clear(&problem);
}

static void read_segments_back(const Trace *trace)
{
    g_autoptr(GString) out = g_string_new(NULL);
    CaptureProblem problem = {.message = NULL};

    view_segments(trace, &looks[0], out);
    g_autoptr(Trace) again = capture_read_table(out->str, out->len, &problem);
    g_assert((again == NULL) == (problem.message != NULL));
    if (again != NULL)
        claim_same(trace, again);
    capture_problem_clear(&problem);
}

static void read_timing_back(const Trace *trace)
{
    static const PlanTolerance exact = {0, 0};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    view_timing_file(trace, out);
    claim_lines(out, FALSE);
    g_autoptr(TimingTable) was = expect_timing_read("run.table", out->str, out->len, diagnostics);
    g_assert(was != NULL);
    g_autoptr(TimingTable) is = timing_table_of(trace);
    g_autoptr(GPtrArray) results = expect_timing_hold("run.table", was, is, &exact);
    for (guint i = 0; i < results->len; i++)
        g_assert(((const ExpectResult *)g_ptr_array_index(results, i))->ok);
}

/* ---- Expectations and questions ---- */

static void hold_expectations(const Plan *plan, const Trace *trace)
{
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    g_assert(results->len >= plan->expects->len);
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);
        g_assert(result->event <= trace->events->len);
    }
    claim_reports(results);
}

static void ask(const Plan *plan, const Trace *trace, const char *question)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) asked = scenario_ask(plan, "--ask", question, diagnostics);
    g_autofree char *why = NULL;

    if (asked == NULL)
        return;
    g_autofree char *answer = expect_answer(plan, trace, asked, ANSWER_SCENARIO, &why);
    g_autofree char *why_not = NULL;
    g_autofree char *prose = expect_answer(plan, trace, asked, ANSWER_PROSE, &why_not);
    gboolean are_times;
    g_autoptr(GArray) numbers = expect_numbers(trace, asked, &are_times);

    g_assert(numbers != NULL && (answer == NULL) == (why != NULL) &&
             (prose == NULL) == (why_not != NULL));
    claim_printable(answer != NULL ? answer : why, '\n');
}

/* Each expectation, shorter by a word at a time: some of that is a question. */
static void ask_all(const Plan *plan, const Trace *trace)
{
    for (guint i = 0; i < MIN(plan->expects->len, 10); i++) {
        const char *text = g_array_index(plan->expects, PlanExpect, i).text;
        g_autofree char *question = g_strdup(text + strlen("expect"));

        for (char *last; (last = strrchr(question, ' ')) != NULL;) {
            *last = '\0';
            ask(plan, trace, question);
        }
    }
}

/* ---- One run ---- */

static gboolean is_small(const Plan *plan)
{
    guint64 bytes = 0, series = 0;

    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
        series += step->verb == PLAN_FLOOD     ? step->flood.series.count
                  : step->verb == PLAN_CONNECT ? step->series.count
                                               : 0;
        bytes += step->verb == PLAN_SEND ? MIN(step->bytes, BYTES_MAX) : 0;
    }
    return bytes < BYTES_MAX && series < SERIES_MAX;
}

static void run(const Plan *plan)
{
    LabOptions options = {.level = TRACE_LEVEL_FULL,
                          .max_events = EVENTS_MAX,
                          .interval = SIM_SECOND,
                          .check_wire = TRUE};
    g_autoptr(Trace) trace = lab_run(plan, &options);
    g_autofree char *said = invariants_broken(plan, trace);

    if (said == NULL)
        said = invariants_broken_again(plan, &options, trace);
    if (said != NULL)
        g_error("%s", said);
    show_views(trace);
    show_why(trace);
    show_timing(trace);
    show_plots(trace);
    read_capture_back(trace);
    read_segments_back(trace);
    read_timing_back(trace);
    hold_expectations(plan, trace);
    ask_all(plan, trace);
    claim_same(trace, trace);
}

/* ---- The target ---- */

static char *profiles; /* folder */

static void remove_profiles(void)
{
    hold_profiles_end(profiles);
    g_free(profiles);
}

static void make_profiles(void)
{
    profiles = g_dir_make_tmp("tcpwaltz-fuzz-XXXXXX", NULL);
    g_assert(profiles != NULL && hold_profiles(FUZZ_PROFILES, profiles));
    atexit(remove_profiles);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = fuzz_text(data, size);

    if (profiles == NULL)
        make_profiles();
    const char *const folders[] = {profiles, NULL};
    const ScenarioOptions options = {.profile_dirs = folders};
    g_autoptr(Plan) plan = scenario_claims_parse(text, size, &options);
    if (plan != NULL && is_small(plan))
        run(plan);
    return 0;
}

const char *fuzz_word(uint64_t seed)
{
    return scenario_word(seed);
}

/* A line of a random world: its hosts are a, b, c, d. */
char *fuzz_line(uint64_t seed)
{
    g_autoptr(GString) world = g_string_new(NULL);
    Dice dice = {seed};

    world_write(dice_draw(&dice, 1000000), world);
    g_auto(GStrv) lines = g_strsplit(world->str, "\n", -1);
    return g_strdup(lines[dice_draw(&dice, g_strv_length(lines))]);
}
