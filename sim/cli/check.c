/* tcpwaltz check: runs scenarios, on as many threads as asked for, and reports in the order of the
 * files whether they are as they say. */
#include <string.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/simulation.h"
#include "cli/timing_files.h"
#include "cli/tolerance.h"
#include "report/report.h"

enum { JOBS_MAX = 1024 };

typedef struct CheckOptions {
    SimulationOptions simulation;
    gboolean quiet, verbose, strict;
    char *format, *jobs, *against, *tolerance; /* as given; NULL: not given */
    /* What they come to. */
    const ReportFormat *report;
    guint threads;
    TimingFiles tables;
} CheckOptions;

/* --- the work ----------------------------------------------------------------------------- */

/* Scenarios being checked, by any number of threads. */
typedef struct Bench {
    const CheckOptions *options;
    CheckedHow how;
    const GPtrArray *files; /* char * */
    Checked **checked;      /* NULL: not yet */
    guint done;
    GThreadPool *pool;
    GMutex lock; /* of `checked` and `done` */
    GCond one_is_done;
} Bench;

/* GThreadPool's tasks are pointers, and NULL is none: the number of the file, from 1. */
static void check_one(gpointer task, gpointer data)
{
    Bench *bench = data;
    guint i = GPOINTER_TO_UINT(task) - 1;
    const char *file = g_ptr_array_index(bench->files, i);
    const TimingFiles *tables = &bench->options->tables;
    g_autofree char *table = tables->folder != NULL ? timing_files_path(tables, file) : NULL;
    Checked *checked = checked_scenario(&bench->how, file, table);

    g_mutex_lock(&bench->lock);
    bench->checked[i] = checked;
    bench->done++;
    g_cond_signal(&bench->one_is_done);
    g_mutex_unlock(&bench->lock);
}

/* Waits for file `i`; the caller frees it. */
static Checked *wait_for(Bench *bench, guint i, Progress *progress)
{
    g_mutex_lock(&bench->lock);
    while (bench->checked[i] == NULL) {
        progress_show(progress, bench->done, bench->files->len);
        g_cond_wait(&bench->one_is_done, &bench->lock);
    }

    Checked *checked = g_steal_pointer(&bench->checked[i]);

    g_mutex_unlock(&bench->lock);
    return checked;
}

static Plan *load(gconstpointer data, const char *file, Diagnostics *diagnostics)
{
    const SimulationOptions *options = data;
    const char *other = input_peek(options->root, file);

    if (other != NULL) {
        SourcePlace whole = {g_intern_string(file), 0, 0, 0};

        diagnostics_add(diagnostics, whole, NULL, "'tcpwaltz compare' lays it beside a scenario",
                        "this is %s, which has no expectations to hold", other);
        return NULL;
    }
    return simulation_read(options, file, diagnostics);
}

static void bench_begin(Bench *bench, const CheckOptions *options, const GPtrArray *files)
{
    *bench = (Bench){.options = options, .files = files};
    bench->how = (CheckedHow){.load = load,
                              .load_data = &options->simulation,
                              .scenario = simulation_scenario_options(&options->simulation),
                              .lab = options->simulation.lab,
                              .tolerance = options->tables.tolerance,
                              .strict = options->strict,
                              .lenient = options->simulation.lenient};
    bench->checked = g_new0(Checked *, files->len + 1);
    g_mutex_init(&bench->lock);
    g_cond_init(&bench->one_is_done);
    bench->pool = g_thread_pool_new(check_one, bench, (gint)options->threads, FALSE, NULL);
    for (guint i = 0; i < files->len; i++)
        g_thread_pool_push(bench->pool, GUINT_TO_POINTER(i + 1), NULL);
}

static void bench_end(Bench *bench)
{
    g_thread_pool_free(bench->pool, FALSE, TRUE);
    g_free(bench->checked);
    g_mutex_clear(&bench->lock);
    g_cond_clear(&bench->one_is_done);
}

/* --- the report --------------------------------------------------------------------------- */

/* What cannot be written is said once, not for each file. */
static int write_out(Report *report)
{
    int status = STATUS_FINE;

    if (!report->is_unwritable)
        status = output_standard(report->out->str, report->out->len);
    report->is_unwritable = report->is_unwritable || status != STATUS_FINE;
    g_string_truncate(report->out, 0);
    return status;
}

static int status_of(const Checked *checked)
{
    static const int statuses[] = {[CHECKED_PASSED] = STATUS_FINE,
                                   [CHECKED_OUT_OF_REACH] = STATUS_FINE,
                                   [CHECKED_FAILED] = STATUS_FAILED,
                                   [CHECKED_TROUBLE] = STATUS_TROUBLE};

    return statuses[checked->outcome];
}

static int tell(Report *report, const Checked *checked)
{
    if (checked->diagnostics != NULL)
        simulation_say(checked->diagnostics);
    report_file(report, checked);
    return status_worse(status_of(checked), write_out(report));
}

/* What could not be found among the arguments: people read it on standard error. */
static int tell_problems(Report *report, const GPtrArray *problems)
{
    int status = STATUS_FINE;

    for (guint i = 0; i < problems->len; i++) {
        const char *problem = g_ptr_array_index(problems, i);
        g_autoptr(Checked) checked = checked_problem("arguments", problem, CHECKED_TROUBLE);

        say_trouble("%s", problem);
        status = STATUS_TROUBLE;
        if (report->format != &report_text)
            status = status_worse(status, tell(report, checked));
    }
    return status;
}

/* One that was read. */
static int tell_one(Report *report, const CheckOptions *options, const Checked *checked)
{
    g_autofree char *again = simulation_again(&options->simulation, checked->file);

    report->again = again;
    int status = tell(report, checked);

    report->again = NULL;
    return status;
}

static int tell_files(Report *report, const CheckOptions *options, const GPtrArray *files)
{
    int status = STATUS_FINE;
    Progress progress;
    Bench bench;

    bench_begin(&bench, options, files);
    progress_begin(&progress);
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(Checked) checked = wait_for(&bench, i, &progress);

        progress_clear(&progress);
        status = status_worse(status, tell_one(report, options, checked));
    }
    bench_end(&bench);
    return status;
}

/* Tables without a scenario. */
static int tell_orphans(Report *report, const GPtrArray *orphans)
{
    int status = STATUS_FINE;

    for (guint i = 0; i < orphans->len; i++) {
        g_autoptr(Checked) checked = checked_problem(g_ptr_array_index(orphans, i),
                                                     "a table without a scenario", CHECKED_FAILED);

        status = status_worse(status, tell(report, checked));
    }
    return status;
}

static GPtrArray *find_orphans(const CheckOptions *options, const GPtrArray *files,
                               GPtrArray *problems)
{
    if (options->tables.folder == NULL)
        return g_ptr_array_new();
    return timing_files_orphans(&options->tables, files, problems);
}

static gboolean has_script(const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++) {
        if (drill_is_script(g_ptr_array_index(files, i)))
            return TRUE;
    }
    return FALSE;
}

/* --tolerance: is there anything that it is about? */
static gboolean is_tolerance_used(const CheckOptions *options, const GPtrArray *files)
{
    if (options->tolerance == NULL || options->against != NULL ||
        simulation_is_live(&options->simulation) || has_script(files))
        return TRUE;
    say_usage(&command_check,
              "--tolerance is of tables, of packetdrill scripts, and of times on real "
              "hosts: it needs --against, a script or --live");
    return FALSE;
}

static int check_all(const CheckOptions *options, char *const *arguments)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) files = files_expand((const char *const *)arguments, problems);
    g_autoptr(GPtrArray) orphans = find_orphans(options, files, problems);
    gboolean tells_problems = options->report != &report_text;
    Report report = {.format = options->report,
                     .quiet = options->quiet,
                     .verbose = options->verbose,
                     .files = files->len + orphans->len + (tells_problems ? problems->len : 0)};

    if (!is_tolerance_used(options, files))
        return STATUS_TROUBLE;
    report_begin(&report);

    int status = tell_problems(&report, problems);

    status = status_worse(status, tell_files(&report, options, files));
    status = status_worse(status, tell_orphans(&report, orphans));
    report_end(&report);
    status = status_worse(status, write_out(&report));
    report_clear(&report);
    /* Nothing passes by being left out. */
    if (report.passed == 0 && report.out_of_reach > 0)
        status = status_worse(status, STATUS_FAILED);
    return status;
}

/* --- the subcommand ----------------------------------------------------------------------- */

static gboolean read_jobs(CheckOptions *options)
{
    guint64 jobs = 1;

    if (options->jobs != NULL && !option_number(&command_check, "--jobs", options->jobs, &jobs))
        return FALSE;
    if (jobs > JOBS_MAX) {
        say_usage(&command_check, "--jobs is at most %u", JOBS_MAX);
        return FALSE;
    }
    options->threads = jobs > 0 ? (guint)jobs : g_get_num_processors();
    return TRUE;
}

static gboolean read_format(CheckOptions *options)
{
    int chosen = options->format == NULL
                     ? 0
                     : option_word(&command_check, "--format", options->format, report_names());

    if (chosen >= 0)
        options->report = report_format((guint)chosen);
    return chosen >= 0;
}

static gboolean read_tables(CheckOptions *options, char *const *arguments)
{
    options->tables.folder = options->against;
    options->tables.arguments = (const char *const *)arguments;
    if (options->against != NULL && !g_file_test(options->against, G_FILE_TEST_IS_DIR)) {
        say_usage(&command_check, "--against takes a folder of tables: there is no folder %s",
                  options->against);
        return FALSE;
    }
    return TRUE;
}

/* One for all times: those of tables and scripts, and where hosts are real those of expectations, too. */
static gboolean read_tolerance(CheckOptions *options)
{
    PlanTolerance *expects = &options->simulation.tolerance;

    options->tables.tolerance = *expects;
    if (!tolerance_read(&command_check, options->tolerance, &options->tables.tolerance))
        return FALSE;
    if (options->tolerance != NULL)
        simulation_set_script_tolerance(&options->simulation, options->tolerance,
                                        options->tables.tolerance);
    if (simulation_is_live(&options->simulation))
        *expects = options->tables.tolerance;
    return TRUE;
}

/* A device takes one run at a time. */
static gboolean may_be_many(const CheckOptions *options)
{
    if (options->threads > 1 && options->simulation.tuns != NULL)
        say_usage(&command_check, "--tun is one stack, for one run at a time: it excludes --jobs");
    return options->threads == 1 || options->simulation.tuns == NULL;
}

static gboolean understand(CheckOptions *options, char **arguments)
{
    if (!read_format(options) || !read_jobs(options) || !may_be_many(options) ||
        !read_tables(options, arguments) ||
        !simulation_options_read(&command_check, &options->simulation) ||
        !simulation_fits(&command_check, &options->simulation, arguments) ||
        !read_tolerance(options))
        return FALSE;
    if (arguments[0] == NULL) {
        say_usage(&command_check, "check needs a FILE or a folder to check");
        return FALSE;
    }
    return TRUE;
}

static void check_options_clear(CheckOptions *options)
{
    simulation_options_clear(&options->simulation);
    g_free(options->format);
    g_free(options->jobs);
    g_free(options->against);
    g_free(options->tolerance);
}

static int check(int argc, char **argv)
{
    CheckOptions options = {.quiet = FALSE};
    GOptionEntry simulation[SIMULATION_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format,
         "how to report: text, tap, junit, github", "FORMAT"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options.jobs,
         "run so many scenarios at once; 0: one a processor", "N"},
        {"against", 0, 0, G_OPTION_ARG_FILENAME, &options.against,
         "hold each scenario's table below this folder, too", "DIR"},
        {"tolerance", 0, 0, G_OPTION_ARG_FILENAME, &options.tolerance,
         "how far times of tables and scripts, and with --live all, may be off: 5ms, 10%, 5ms,10%",
         "HOW"},
        {"strict", 0, 0, G_OPTION_ARG_NONE, &options.strict,
         "fail, too, where a fault or line never did anything, or a script is out of reach", NULL},
        {"verbose", 0, 0, G_OPTION_ARG_NONE, &options.verbose,
         "every failure, not only the first of each file (of text)", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet,
         "only what fails, and the summary (of text)", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    if (options_read(&command_check, tables, argc, argv, &arguments, &status) &&
        understand(&options, arguments))
        status = check_all(&options, arguments);
    check_options_clear(&options);
    return status;
}

const Command command_check = {
    .name = "check",
    .arguments = "FILE|DIR...",
    .summary = "run scenarios and hold their expectations",
    .about =
        "A folder means the *.scn and *.pkt below it, sorted bytewise. A scenario that expects\n"
        "nothing fails, and so does one whose script meets an error that no line expects.\n"
        "A *.pkt is a packetdrill script: it passes, fails, or is out of reach, as it needs what\n"
        "is not simulated; the summary counts that.\n"
        "The report is the same, and in the order of the files, however many run at once.\n"
        "Exit status: 0 something passed and nothing failed, 1 an expectation failed, or all is\n"
        "out of reach, 2 a scenario could not be read.",
    .run = check,
};
