/* tcpwaltz sweep: one scenario over a grid of keys and seeds, a row a run. */
#include "cli/sweep.h"

#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/sweep_job.h"
#include "drill/drill.h"
#include "sweep/runs.h"
#include "sweep/summary.h"

enum {
    THREADS_MAX = 1024,
    RUNS_UNASKED = 1000000,
    TRIAL_RUNS = 20000,
    TRIAL_US = 300 * 1000,
    FLUSH_US = 500 * 1000,
};

typedef struct Sweep {
    SweepJob job;
    SweepSink *sink;       /* NULL: rows are only summed up */
    SweepSummary *summary; /* NULL: they are not */
    Progress progress;
    guint64 count; /* runs that are to be made now */
    gint64 next_flush_us;
    gboolean has_failed;
} Sweep;

/* --- running ------------------------------------------------------------------------------ */

static gboolean tell(SweepRow row, gpointer data)
{
    Sweep *sweep = data;

    if (sweep->sink != NULL)
        sweep->has_failed = !sweep_sink_put(sweep->sink, &row);
    if (sweep->summary != NULL)
        sweep_summary_add(sweep->summary, &row);
    sweep_row_clear(&row);
    return !sweep->has_failed;
}

static gboolean look(guint64 done, gpointer data)
{
    Sweep *sweep = data;
    gint64 now = g_get_monotonic_time();

    progress_show(&sweep->progress, done, sweep->count);
    if (sweep->sink != NULL && now >= sweep->next_flush_us) {
        sweep->has_failed = !sweep_sink_flush(sweep->sink) || sweep->has_failed;
        sweep->next_flush_us = now + FLUSH_US;
    }
    return !sweep->has_failed && !interrupt_waits();
}

static SweepRuns runs_of(Sweep *sweep)
{
    return (SweepRuns){.grid = &sweep->job.grid,
                       .plans = sweep->job.plans,
                       .asks = sweep->job.asks,
                       .lab = sweep->job.options->simulation.lab,
                       .threads = sweep->job.options->threads,
                       .tell = tell,
                       .look = look,
                       .data = sweep};
}

/* Rows that were made and could not be told are not known of: an interrupt ends the work between runs. */
static guint64 run_all(Sweep *sweep, const GArray *ranges)
{
    SweepRuns runs = runs_of(sweep);

    sweep->count = sweep_ranges_count(ranges);
    sweep->next_flush_us = g_get_monotonic_time() + FLUSH_US;
    progress_begin(&sweep->progress);

    guint64 told = sweep->count > 0 ? sweep_run(&runs, ranges) : 0;

    progress_clear(&sweep->progress);
    return told;
}

static void say_interrupted(const Sweep *sweep, guint64 told, const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);

    progress_append_number(text, told);
    g_string_append(text, " of ");
    progress_append_number(text, sweep->count);
    if (sweep->job.options->format == SWEEP_SQLITE)
        say_trouble("%s runs were made; the same command goes on from there", text->str);
    else if (sweep->sink != NULL)
        say_trouble("%s runs were made and are in %s", text->str,
                    strcmp(path, "-") == 0 ? "the output" : path);
    else
        say_trouble("%s runs were made", text->str);
}

/* --- how many ----------------------------------------------------------------------------- */

typedef struct Trial {
    gint64 end_us;
} Trial;

static gboolean forget_row(SweepRow row, gpointer data)
{
    const Trial *trial = data;

    sweep_row_clear(&row);
    return g_get_monotonic_time() < trial->end_us;
}

static gboolean look_at_trial(guint64 done, gpointer data)
{
    (void)done;
    return g_get_monotonic_time() < ((const Trial *)data)->end_us;
}

/* Runs a second, of the first ones. */
static double measure_rate(Sweep *sweep, SweepRange range)
{
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(SweepRange));
    gint64 begin = g_get_monotonic_time();
    Trial trial = {begin + TRIAL_US};
    SweepRuns runs = runs_of(sweep);

    range.end = MIN(range.end, range.first + TRIAL_RUNS);
    g_array_append_val(ranges, range);
    runs.tell = forget_row;
    runs.look = look_at_trial;
    runs.data = &trial;

    guint64 told = sweep_run(&runs, ranges);

    return (double)MAX(told, 1) * G_USEC_PER_SEC / (double)(g_get_monotonic_time() - begin + 1);
}

static void say_how_many(Sweep *sweep, SweepRange range)
{
    guint64 count = range.end - range.first;
    double rate = measure_rate(sweep, range);
    g_autoptr(GString) text = g_string_new("that is ");

    progress_append_number(text, count);
    g_string_append(text, " runs (");
    progress_append_number(text, sweep->job.grid.points);
    g_string_append(text, " points of the grid, ");
    progress_append_number(text, sweep->job.grid.seeds);
    g_string_append(text, sweep->job.grid.seeds == 1 ? " seed" : " seeds");
    if (sweep->job.options->of > 1)
        g_string_append_printf(text, ", shard %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                               sweep->job.options->shard, sweep->job.options->of);
    g_string_append(text, "): about ");
    progress_append_duration(text, (double)count / rate);
    g_string_append(text, " at the ");
    progress_append_number(text, (guint64)rate);
    g_string_append(text, " a second that were measured; --yes goes on");
    say_trouble("%s", text->str);
}

static gboolean may_be_so_many(Sweep *sweep)
{
    SweepRange range = sweep_head_range(sweep->job.head);

    if (sweep->job.options->yes || range.end - range.first <= RUNS_UNASKED)
        return TRUE;
    say_how_many(sweep, range);
    return FALSE;
}

/* --- all of it ---------------------------------------------------------------------------- */

static int write_summary(Sweep *sweep)
{
    g_autoptr(GString) text = g_string_new(NULL);

    sweep_summary_append(sweep->summary, sweep->job.file, text);
    return output_standard(text->str, text->len);
}

static int sum_up(Sweep *sweep, const char *path)
{
    g_autofree char *file = g_strdup(path);
    char *const files[] = {file, NULL};

    return sweep->summary != NULL ? write_summary(sweep) : sweep_sum_up_files(files);
}

/* Signals wait until all is written that is known. */
static int run_and_write(Sweep *sweep, const char *path)
{
    g_autoptr(GArray) missing = NULL;
    gboolean sums_up = sweep->job.options->summary, has_file = strcmp(path, "-") != 0;
    int status = STATUS_FINE;

    if (!sums_up || has_file) {
        sweep->sink = sweep_sink_open(path, sweep->job.options->format, sweep->job.head, &missing);
        if (sweep->sink == NULL)
            return STATUS_TROUBLE;
    } else {
        SweepRange range = sweep_head_range(sweep->job.head);

        missing = g_array_new(FALSE, FALSE, sizeof(SweepRange));
        g_array_append_val(missing, range);
        sweep->summary = sweep_summary_new(sweep->job.head);
    }

    if (sweep->sink != NULL)
        sweep_sink_time(sweep->sink);

    guint64 told = run_all(sweep, missing);
    gboolean was_interrupted = told < sweep->count && !sweep->has_failed;

    if (sweep->sink != NULL)
        status = sweep_sink_close(sweep->sink, TRUE);
    if (was_interrupted && status == STATUS_FINE)
        say_interrupted(sweep, told, path);
    return sums_up && status == STATUS_FINE ? sum_up(sweep, path) : status;
}

static int sweep_file(const SweepOptions *options, const char *file)
{
    Sweep sweep = {.sink = NULL};
    int status = STATUS_TROUBLE;
    sigset_t signals;

    if (sweep_job_read(&sweep.job, options, file)) {
        interrupt_hold(&signals);
        if (may_be_so_many(&sweep))
            status = run_and_write(&sweep, options->output != NULL ? options->output : "-");
        interrupt_release(&signals);
    }
    sweep_job_clear(&sweep.job);
    g_clear_pointer(&sweep.summary, sweep_summary_free);
    return status;
}

/* --- options ------------------------------------------------------------------------------ */

static gboolean refuse(const char *problem)
{
    say_usage(&command_sweep, "%s", problem);
    return FALSE;
}

static gboolean read_jobs(SweepOptions *options)
{
    guint64 jobs = 1;

    if (options->jobs != NULL && !option_number(&command_sweep, "--jobs", options->jobs, &jobs))
        return FALSE;
    if (jobs > THREADS_MAX) {
        say_usage(&command_sweep, "--jobs is at most %d", THREADS_MAX);
        return FALSE;
    }
    options->threads = jobs > 0 ? (guint)jobs : g_get_num_processors();
    return TRUE;
}

/* "3/10" */
static gboolean read_shard(SweepOptions *options)
{
    const char *text = options->shard_text, *slash = text != NULL ? strchr(text, '/') : NULL;
    g_autofree char *shard = slash != NULL ? g_strndup(text, (gsize)(slash - text)) : NULL;

    options->shard = options->of = 1;
    if (text == NULL)
        return TRUE;
    if (slash == NULL ||
        !g_ascii_string_to_unsigned(shard, 10, 1, SWEEP_RUNS_MAX, &options->shard, NULL) ||
        !g_ascii_string_to_unsigned(slash + 1, 10, 1, SWEEP_RUNS_MAX, &options->of, NULL) ||
        options->shard > options->of) {
        say_usage(&command_sweep, "--shard is I/N, the I-th of N parts: 1/10 to 10/10; not '%s'",
                  text);
        return FALSE;
    }
    return TRUE;
}

static gboolean understand(SweepOptions *options)
{
    const char *output = options->output != NULL ? options->output : "-";

    if (options->simulation.seed != NULL && options->seeds != NULL &&
        strstr(options->seeds, "..") != NULL)
        return refuse("--seeds FIRST..LAST says where seeds begin: it excludes --seed");
    if (!read_jobs(options) || !read_shard(options) ||
        !sweep_format_read(&command_sweep, options->format_word, output, &options->format))
        return FALSE;
    if (options->summary && options->format == SWEEP_JSON && strcmp(output, "-") == 0)
        return refuse("--summary is text: rows as JSON lines go into a file, -o FILE");
    return simulation_options_read(&command_sweep, &options->simulation);
}

/* What the forms that read results have no use for. */
static gboolean is_of_results(const SweepOptions *options, char *const *files)
{
    if (options->vary != NULL || options->seeds != NULL || options->asks != NULL ||
        options->shard_text != NULL)
        return refuse("results have their --vary, --seeds, --ask and --shard already");
    return files[0] != NULL || refuse("sweep merge and sweep summary need FILEs");
}

static int go(SweepOptions *options, char *const *words)
{
    gboolean merges = words[0] != NULL && strcmp(words[0], "merge") == 0;
    gboolean sums_up = words[0] != NULL && strcmp(words[0], "summary") == 0;

    if (merges || sums_up) {
        if (!is_of_results(options, words + 1))
            return STATUS_TROUBLE;
        return merges ? sweep_merge_files(options, words + 1) : sweep_sum_up_files(words + 1);
    }
    if (words[0] == NULL || words[1] != NULL)
        refuse(words[0] == NULL ? "sweep needs a FILE to sweep" : "a sweep is of one FILE");
    else if (options->incomplete)
        refuse("--incomplete is for sweep merge");
    else if (drill_is_script(words[0]))
        say_usage(&command_sweep, "%s is a packetdrill script: a sweep is of a scenario", words[0]);
    else if (options->output != NULL && output_overwrites(options->output, words))
        say_usage(&command_sweep, "%s is the scenario itself", options->output);
    else
        return sweep_file(options, words[0]);
    return STATUS_TROUBLE;
}

static void sweep_options_clear(SweepOptions *options)
{
    simulation_options_clear(&options->simulation);
    g_strfreev(options->vary);
    g_strfreev(options->asks);
    g_free(options->seeds);
    g_free(options->jobs);
    g_free(options->shard_text);
    g_free(options->output);
    g_free(options->format_word);
}

static int sweep(int argc, char **argv)
{
    SweepOptions options = {.vary = NULL};
    GOptionEntry simulation[SIMULATION_BOUNDED_ENTRIES];
    const GOptionEntry own[] = {
        {"vary", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.vary,
         "run with each of these values; may repeat: every combination", "HOST.KEY=VALUES"},
        {"seeds", 0, 0, G_OPTION_ARG_FILENAME, &options.seeds,
         "run with each of these seeds, or so many from the scenario's on", "FIRST..LAST"},
        {"ask", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.asks,
         "a column with what this query comes to; may repeat", "QUERY"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write rows there, as its name ends: .csv, .jsonl, or .db, which goes on where it was",
         "FILE"},
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format_word,
         "whatever the name: csv, json, sqlite", "FORMAT"},
        {"summary", 0, 0, G_OPTION_ARG_NONE, &options.summary,
         "sum up each point of the grid: least, percentiles, most; counts of words", NULL},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options.jobs,
         "make so many runs at once; 0: one a processor", "N"},
        {"shard", 0, 0, G_OPTION_ARG_FILENAME, &options.shard_text,
         "make the I-th of N parts of the runs", "I/N"},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "even if it is more than a million runs",
         NULL},
        {"incomplete", 0, 0, G_OPTION_ARG_NONE, &options.incomplete,
         "merge although runs are missing", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) words = NULL;
    int status = STATUS_TROUBLE;

    simulation_bounded_entries(&options.simulation, simulation);
    if (options_read(&command_sweep, tables, argc, argv, &words, &status) && understand(&options))
        status = go(&options, words);
    sweep_options_clear(&options);
    return status;
}

const Command command_sweep = {
    .name = "sweep",
    .arguments = "FILE|merge FILE...|summary FILE...",
    .summary = "run a scenario over a grid of keys and seeds, a row a run",
    .about =
        "VALUES are a list, a range, or both: 0..8; 0..100ms step 10ms; 1,2,4..8. What is varied "
        "is\n"
        "what --set sets: HOST.KEY, HOST.profile, link.KEY (all links), FROM->TO.KEY (one way), "
        "or\n"
        "a NAME that the scenario gives a value by 'let'.\n"
        "A QUERY is an expectation without its values: --ask 'client sends SYN at'.\n"
        "Rows are in the order of the grid, the seed changing fastest, whatever --jobs is.\n"
        "'sweep merge' puts shards together, in any order; 'sweep summary' sums up what is there.\n"
        "docs/sweeps.md tells more, docs/scale.md of many machines.",
    .run = sweep,
};
