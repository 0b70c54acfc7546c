/* tcpwaltz check: runs scenarios and holds their expectations, a line each. */
#include <string.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "expect/expect.h"

typedef struct CheckOptions {
    SimulationOptions simulation;
    gboolean quiet;
} CheckOptions;

typedef struct CheckCount {
    guint passed, failed;
} CheckCount;

/* A scenario that cannot be read: what is wrong was said on standard error. */
static int tell_unreadable(const char *file, guint errors, GString *out)
{
    g_string_append_printf(out, "FAIL %s  (%u error%s in the file)\n", file, errors,
                           errors == 1 ? "" : "s");
    return STATUS_TROUBLE;
}

static int tell_passed(const CheckOptions *options, const char *file, guint expectations,
                       GString *out)
{
    if (!options->quiet)
        g_string_append_printf(out, "ok   %s  (%u expectation%s)\n", file, expectations,
                               expectations == 1 ? "" : "s");
    return STATUS_FINE;
}

static int tell_failed(const CheckOptions *options, const char *file, const GPtrArray *results,
                       GString *out)
{
    simulation_append_failures(out, &options->simulation, file, results);
    return STATUS_FAILED;
}

/* Nothing that could fail says nothing. */
static int tell_nothing_expected(const char *file, GString *out)
{
    g_string_append_printf(out,
                           "FAIL %s  (no expectations)\n"
                           "  a scenario that is checked says what it expects: "
                           "\"expect HOST ends STATE\" is the least\n",
                           file);
    return STATUS_FAILED;
}

static int check_plan(const CheckOptions *options, const char *file, const Plan *plan, GString *out)
{
    g_autoptr(Trace) trace = simulation_run(&options->simulation, plan);
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    if (simulation_count_failures(results) > 0)
        return tell_failed(options, file, results, out);
    if (plan->expects->len == 0)
        return tell_nothing_expected(file, out);
    return tell_passed(options, file, plan->expects->len, out);
}

static int check_file(const CheckOptions *options, const char *file, CheckCount *count)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint errors = 0;
    g_autoptr(Plan) plan = simulation_load(&options->simulation, file, &errors);
    int status =
        plan != NULL ? check_plan(options, file, plan, out) : tell_unreadable(file, errors, out);

    *(status == STATUS_FINE ? &count->passed : &count->failed) += 1;
    return status_worse(status, output_standard(out->str, out->len));
}

static int check_all(const CheckOptions *options, char *const *arguments)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) files = files_expand((const char *const *)arguments, problems);
    g_autofree char *summary = NULL;
    CheckCount count = {0, 0};
    int status = STATUS_FINE;

    for (guint i = 0; i < problems->len; i++)
        status = say_trouble("%s", (const char *)g_ptr_array_index(problems, i));
    for (guint i = 0; i < files->len; i++)
        status = status_worse(status, check_file(options, g_ptr_array_index(files, i), &count));

    summary = g_strdup_printf("%u passed, %u failed\n", count.passed, count.failed);
    return status_worse(status, output_standard(summary, strlen(summary)));
}

static int check(int argc, char **argv)
{
    CheckOptions options = {.quiet = FALSE};
    GOptionEntry simulation[SIMULATION_ENTRIES];
    const GOptionEntry own[] = {
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "only what fails, and the summary",
         NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, simulation, NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    if (options_read(&command_check, tables, argc, argv, &arguments, &status) &&
        simulation_options_read(&command_check, &options.simulation)) {
        if (arguments[0] == NULL)
            status = say_usage(&command_check, "check needs a FILE or a folder to check");
        else
            status = check_all(&options, arguments);
    }
    simulation_options_clear(&options.simulation);
    return status;
}

const Command command_check = {
    .name = "check",
    .arguments = "FILE|DIR...",
    .summary = "run scenarios and hold their expectations",
    .about = "A folder means the *.scn below it, sorted bytewise. A scenario that expects nothing\n"
             "fails, and so does one whose script meets an error that no line expects.\n"
             "Exit status: 0 all passed, 1 an expectation failed, 2 a scenario could not be read.",
    .run = check,
};
