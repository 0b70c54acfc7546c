/* Many seeds of one scenario.  Each run is judged on the thread that made it; what is kept of it is
 * added up in the order of the seeds, so the summary is the same from any number of threads. */
#include "cli/seeds.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "escape/escape.h"
#include "expect/expect.h"
#include "expect/lines.h"
#include "lab/seeds.h"
#include "report/failures.h"

enum { THREADS_MAX = 1024, VALUES_SHOWN = 8 };

/* --- one run ------------------------------------------------------------------------------ */

/* What a question came to. */
typedef struct Answer {
    GArray *numbers; /* gint64 */
    gboolean are_times;
} Answer;

typedef struct Kept {
    guint results;
    gboolean *held; /* of each expectation; the last one stands for what no expectation names */
    Answer *answers;
    guint asks;
    LineUses *lines;
} Kept;

static void kept_free(Kept *kept)
{
    for (guint i = 0; i < kept->asks; i++)
        g_array_unref(kept->answers[i].numbers);
    g_free(kept->answers);
    g_free(kept->held);
    line_uses_free(kept->lines);
    g_free(kept);
}

/* --- all of them -------------------------------------------------------------------------- */

/* An expectation over all seeds. */
typedef struct Tally {
    guint64 held, failed;
    guint64 first_failed; /* a seed, when one failed */
} Tally;

typedef struct Summary {
    const Plan *plan;
    const GPtrArray *asks; /* PlanAsk * */
    GArray *tallies;       /* Tally, as Kept.held */
    GPtrArray *spreads;    /* GPtrArray of GArray of gint64: of each question, of its #1, #2, … */
    gboolean *are_times;   /* of each question */
    Tally whole;           /* all expectations together */
    LineUses *lines;       /* NULL: no run yet */
    GString *rows;         /* CSV: what each seed came to; NULL: nobody wants it */
    guint64 count;         /* seeds */
    Progress progress;
} Summary;

static gpointer keep(const Trace *trace, guint64 seed, gpointer data)
{
    const Summary *summary = data;
    g_autoptr(GPtrArray) results = expect_check(summary->plan, trace);
    guint named = summary->plan->expects->len;
    Kept *kept = g_new0(Kept, 1);

    (void)seed;
    kept->results = named + 1;
    kept->held = g_new0(gboolean, named + 1);
    kept->held[named] = TRUE;
    for (guint i = 0; i < results->len; i++) {
        const ExpectResult *result = g_ptr_array_index(results, i);

        kept->held[MIN(i, named)] = result->ok;
    }
    kept->lines = line_uses_of(summary->plan, trace);
    kept->asks = summary->asks->len;
    kept->answers = g_new0(Answer, kept->asks);
    for (guint i = 0; i < kept->asks; i++) {
        Answer *answer = &kept->answers[i];

        answer->numbers =
            expect_numbers(trace, g_ptr_array_index(summary->asks, i), &answer->are_times);
    }
    return kept;
}

static void count(Tally *tally, gboolean held, guint64 seed)
{
    if (!held && tally->failed == 0)
        tally->first_failed = seed;
    tally->held += held ? 1 : 0;
    tally->failed += held ? 0 : 1;
}

/* Value by value: the first ones together, the second ones together. */
static void spread(GPtrArray *spreads, const GArray *numbers)
{
    for (guint i = 0; i < numbers->len; i++) {
        if (i == spreads->len)
            g_ptr_array_add(spreads, g_array_new(FALSE, FALSE, sizeof(gint64)));
        g_array_append_val((GArray *)g_ptr_array_index(spreads, i),
                           g_array_index(numbers, gint64, i));
    }
}

/* The question without its "#N". */
static char *question_text(const PlanAsk *ask)
{
    char *text = g_strdup(ask->expect.text);
    char *pick = ask->pick > 0 ? strrchr(text, '#') : NULL;

    if (pick != NULL)
        *pick = '\0';
    return g_strchomp(text);
}

/* A value of a seed: times in seconds. */
static void append_row(GString *rows, guint64 seed, const char *question, guint n, gint64 value,
                       gboolean is_time)
{
    char text[SIM_TIME_TEXT_MAX];

    if (is_time)
        sim_time_format_seconds(value, 0, text);
    else
        g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, value);
    g_string_append_printf(rows, "%" G_GUINT64_FORMAT ",", seed);
    escape_csv(question, rows);
    g_string_append_printf(rows, ",%u,%s\n", n, text);
}

static void append_rows(GString *rows, guint64 seed, const GPtrArray *asks, const Kept *kept,
                        gboolean all_held)
{
    append_row(rows, seed, "all expectations held", 1, all_held, FALSE);
    for (guint i = 0; i < kept->asks; i++) {
        const Answer *answer = &kept->answers[i];
        g_autofree char *question = question_text(g_ptr_array_index(asks, i));

        for (guint k = 0; k < answer->numbers->len; k++)
            append_row(rows, seed, question, k + 1, g_array_index(answer->numbers, gint64, k),
                       answer->are_times);
    }
}

static void add(gpointer one, guint64 seed, gpointer data)
{
    Summary *summary = data;
    Kept *kept = one;
    gboolean all = TRUE;

    for (guint i = 0; i < kept->results; i++) {
        count(&g_array_index(summary->tallies, Tally, i), kept->held[i], seed);
        all = all && kept->held[i];
    }
    count(&summary->whole, all, seed);
    if (summary->rows != NULL)
        append_rows(summary->rows, seed, summary->asks, kept, all);
    for (guint i = 0; i < kept->asks; i++) {
        spread(g_ptr_array_index(summary->spreads, i), kept->answers[i].numbers);
        summary->are_times[i] = summary->are_times[i] || kept->answers[i].are_times;
    }
    if (summary->lines == NULL)
        summary->lines = g_steal_pointer(&kept->lines);
    else
        line_uses_add(summary->lines, kept->lines);
    kept_free(kept);
}

static void look(guint64 done, gpointer data)
{
    Summary *summary = data;

    progress_show(&summary->progress, done, summary->count);
}

static void summary_begin(Summary *summary, const Plan *plan, const GPtrArray *asks)
{
    *summary = (Summary){.plan = plan, .asks = asks};
    summary->tallies = g_array_new(FALSE, TRUE, sizeof(Tally));
    g_array_set_size(summary->tallies, plan->expects->len + 1);
    summary->spreads = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < asks->len; i++)
        g_ptr_array_add(summary->spreads,
                        g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref));
    summary->are_times = g_new0(gboolean, asks->len + 1);
}

static void summary_clear(Summary *summary)
{
    g_array_unref(summary->tallies);
    g_ptr_array_unref(summary->spreads);
    g_free(summary->are_times);
    line_uses_free(summary->lines);
}

/* --- the text ----------------------------------------------------------------------------- */

static void append_line(GString *out, const char *text)
{
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}

static void append_tally(GString *out, const Tally *tally, const char *what)
{
    char failed[32] = "-";

    if (tally->failed > 0)
        g_snprintf(failed, sizeof failed, "%" G_GUINT64_FORMAT, tally->first_failed);
    g_string_append_printf(out, "%10" G_GUINT64_FORMAT "%10" G_GUINT64_FORMAT "%22s  ", tally->held,
                           tally->failed, failed);
    append_line(out, what);
}

static void append_tallies(GString *out, const Summary *summary)
{
    guint named = summary->plan->expects->len;
    const Tally *others = &g_array_index(summary->tallies, Tally, named);

    g_string_append_printf(out, "%10s%10s%22s\n", "held", "failed", "first failed, seed");
    for (guint i = 0; i < named; i++)
        append_tally(out, &g_array_index(summary->tallies, Tally, i),
                     g_array_index(summary->plan->expects, PlanExpect, i).text);
    if (others->failed > 0)
        append_tally(out, others, "no call refused that no line expects, no bound reached");
}

static int by_size(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return x < y ? -1 : x > y;
}

static void append_number(GString *out, gint64 number, gboolean is_time)
{
    char text[SIM_TIME_TEXT_MAX];

    if (is_time)
        sim_time_format(number, text);
    else
        g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, number);
    g_string_append_printf(out, "%15s", text);
}

/* The least value that so many percent of the values do not exceed: it is one that a run had, of an even number of values
 * the lower median. */
static gint64 percentile(const GArray *sorted, guint percent)
{
    guint64 rank = ((guint64)sorted->len * percent + 99) / 100;

    return g_array_index(sorted, gint64, MAX(rank, 1) - 1);
}

static const guint percents[] = {50, 90, 99};

static void append_spread(GString *out, const char *what, GArray *numbers, gboolean are_times)
{
    g_array_sort(numbers, by_size);
    g_string_append_printf(out, "%10u", numbers->len);
    append_number(out, g_array_index(numbers, gint64, 0), are_times);
    for (gsize i = 0; i < G_N_ELEMENTS(percents); i++)
        append_number(out, percentile(numbers, percents[i]), are_times);
    append_number(out, g_array_index(numbers, gint64, numbers->len - 1), are_times);
    g_string_append(out, "  ");
    append_line(out, what);
}

static void append_more(GString *out, const char *question, guint more)
{
    g_string_append_printf(out, "%87s", "");
    escape_terminal(question, out);
    g_string_append_printf(out, ": %u more, each with its #N\n", more);
}

static void append_answer(GString *out, const PlanAsk *ask, const GPtrArray *spreads,
                          gboolean are_times)
{
    g_autofree char *question = question_text(ask);
    guint first = ask->pick > 0 ? ask->pick : 1, last = ask->pick > 0 ? ask->pick : spreads->len;

    if (spreads->len < first) {
        g_string_append_printf(out, "%10u%15s%15s%15s%15s%15s  ", 0, "-", "-", "-", "-", "-");
        append_line(out, ask->expect.text);
        return;
    }
    for (guint i = first; i <= last && i < first + VALUES_SHOWN; i++) {
        g_autofree char *what =
            last == 1 ? g_strdup(question) : g_strdup_printf("%s #%u", question, i);

        append_spread(out, what, g_ptr_array_index(spreads, i - 1), are_times);
    }
    if (last >= first + VALUES_SHOWN)
        append_more(out, question, last - first + 1 - VALUES_SHOWN);
}

static void append_answers(GString *out, const Summary *summary)
{
    g_string_append_printf(out, "\n%10s%15s%15s%15s%15s%15s\n", "seeds", "least", "median", "90 %",
                           "99 %", "most");
    for (guint i = 0; i < summary->asks->len; i++)
        append_answer(out, g_ptr_array_index(summary->asks, i),
                      g_ptr_array_index(summary->spreads, i), summary->are_times[i]);
}

/* The command of this run with the seed of the first failure. */
static void append_why(GString *out, const Summary *summary, const SimulationOptions *simulation,
                       const char *file)
{
    if (summary->whole.failed == 0)
        return;

    SimulationOptions first = *simulation;
    g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, summary->whole.first_failed);

    first.seed = seed;
    g_autofree char *again = simulation_again(&first, file);

    g_string_append_printf(out, "\nfirst failure: %s ", again);
    escape_shell(file, out);
    g_string_append_c(out, '\n');
}

static void append_summary(GString *out, const Summary *summary, guint64 first, guint64 number,
                           const char *file)
{
    escape_terminal(file, out);
    g_string_append_printf(out,
                           ": seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                           ", %" G_GUINT64_FORMAT " held all expectations\n\n",
                           first, first + (number - 1), summary->whole.held);
    append_tallies(out, summary);
    if (summary->asks->len > 0)
        append_answers(out, summary);
}

static void append_notes(GString *out, const Summary *summary)
{
    g_autoptr(GPtrArray) notes = line_uses_tell(summary->plan, summary->lines);

    failure_notes_append(out, notes);
}

/* --- from outside ------------------------------------------------------------------------- */

void seeds_entries(SeedsOptions *options, GOptionEntry out[SEEDS_ENTRIES])
{
    const GOptionEntry entries[SEEDS_ENTRIES] = {
        {"seeds", 0, 0, G_OPTION_ARG_FILENAME, &options->seeds,
         "run with so many seeds, one after the other, and sum up", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options->jobs,
         "run so many seeds at once; 0: one a processor", "N"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

gboolean seeds_options_read(const Command *command, SeedsOptions *options)
{
    guint64 jobs = 1;

    if (options->seeds != NULL &&
        !option_number(command, "--seeds", options->seeds, &options->count))
        return FALSE;
    if (options->jobs != NULL && !option_number(command, "--jobs", options->jobs, &jobs))
        return FALSE;
    if (options->seeds != NULL && (options->count == 0 || options->count > G_MAXUINT32)) {
        say_usage(command, "--seeds is from 1 to %u", G_MAXUINT32);
        return FALSE;
    }
    if (options->jobs != NULL && options->seeds == NULL) {
        say_usage(command, "--jobs is of seeds: it needs --seeds");
        return FALSE;
    }
    if (jobs > THREADS_MAX) {
        say_usage(command, "--jobs is at most %u", THREADS_MAX);
        return FALSE;
    }
    options->threads = jobs > 0 ? (guint)jobs : g_get_num_processors();
    return TRUE;
}

void seeds_options_clear(SeedsOptions *options)
{
    g_free(options->seeds);
    g_free(options->jobs);
}

int seeds_run(const SeedsOptions *options, const SimulationOptions *simulation, const char *file,
              const Plan *plan, const GPtrArray *asks, GString *out, GString *notes)
{
    Summary summary;
    LabSeeds seeds = {.first = simulation->lab.has_seed ? simulation->lab.seed : plan->seed,
                      .count = options->count,
                      .threads = options->threads,
                      .keep = keep,
                      .tell = add,
                      .look = look,
                      .data = &summary};

    if (seeds.first > G_MAXUINT64 - (seeds.count - 1))
        return say_trouble("there are no %" G_GUINT64_FORMAT " seeds from %" G_GUINT64_FORMAT
                           " on: the last one is %" G_GUINT64_FORMAT,
                           seeds.count, seeds.first, G_MAXUINT64);
    summary_begin(&summary, plan, asks);
    summary.count = seeds.count;
    summary.rows = options->is_csv ? out : NULL;
    if (options->is_csv)
        g_string_append(out, "seed,question,n,value\n");
    progress_begin(&summary.progress);
    lab_run_seeds(plan, &simulation->lab, &seeds);
    progress_clear(&summary.progress);
    if (!options->is_csv) {
        append_summary(out, &summary, seeds.first, seeds.count, file);
        append_why(out, &summary, simulation, file);
    }
    append_notes(notes, &summary);

    int status = summary.whole.failed > 0 ? STATUS_FAILED : STATUS_FINE;

    summary_clear(&summary);
    return status;
}
