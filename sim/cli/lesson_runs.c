/* Runs for lessons.  A command goes through the table of subcommands as main() does it, with its
 * standard output diverted, so a lesson cannot show what the program does not print. */
#include "cli/lesson_runs.h"

#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "expect/expect.h"
#include "scenario/scenario.h"

struct LessonRuns {
    guint width;
    GHashTable *traces; /* what stands left of the bar → AskedRun */
};

/* A run that questions are asked about. */
typedef struct AskedRun {
    SimulationOptions simulation;
    Plan *plan;
    Trace *trace; /* NULL: it could not be run */
} AskedRun;

static void asked_run_free(gpointer data)
{
    AskedRun *run = data;

    simulation_options_clear(&run->simulation);
    plan_free(run->plan);
    trace_free(run->trace);
    g_free(run);
}

LessonRuns *lesson_runs_new(guint width)
{
    LessonRuns *runs = g_new0(LessonRuns, 1);

    runs->width = width;
    runs->traces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, asked_run_free);
    return runs;
}

void lesson_runs_free(LessonRuns *runs)
{
    g_hash_table_unref(runs->traces);
    g_free(runs);
}

static void G_GNUC_PRINTF(3, 4)
    wrong(const LessonMark *mark, const char *hint, const char *format, ...)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    diagnostics_add(diagnostics, mark->place, mark->line, hint, "%s", message);
    simulation_say(diagnostics);
}

/* --- commands ----------------------------------------------------------------------------- */

static const Command *find_command(const char *name)
{
    static const char *const allowed[] = {"run", "check", "compare", "table", NULL};

    return g_strv_contains(allowed, name) ? command_find(name) : NULL;
}

/* A lesson is read by many: what it runs writes no file. */
static const char *writing_option(char **arguments)
{
    static const char *const options[] = {"-o", "--output", "--save"};

    for (; *arguments != NULL; arguments++) {
        for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
            if (g_str_has_prefix(*arguments, options[i]))
                return options[i];
        }
    }
    return NULL;
}

/* The words of the command and `more` behind them; NULL, and said so, when it is none that a
 * lesson may run. */
static char **command_words(const LessonMark *mark, char *const *more)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (!g_shell_parse_argv(mark->command, NULL, &words, NULL) || g_strv_length(words) < 2 ||
        strcmp(words[0], "tcpwaltz") != 0 || find_command(words[1]) == NULL) {
        wrong(mark, "tcpwaltz run|check|compare|table ...", "this is no command of a lesson");
        return NULL;
    }
    if (writing_option(words) != NULL) {
        wrong(mark, NULL, "a lesson's run writes no file: no %s here", writing_option(words));
        return NULL;
    }
    for (char **word = words + 1; *word != NULL; word++)
        g_strv_builder_add(builder, *word);
    for (; more != NULL && *more != NULL; more++)
        g_strv_builder_add(builder, *more);
    return g_strv_builder_end(builder);
}

int lesson_runs_command(const LessonMark *mark, char *const *more)
{
    g_auto(GStrv) words = command_words(mark, more);

    if (words == NULL)
        return STATUS_TROUBLE;
    return find_command(words[0])->run((int)g_strv_length(words), words);
}

static char *output_of(const LessonRuns *runs, const LessonMark *mark)
{
    GString *out = g_string_new(NULL);

    output_divert(out, runs->width);
    int status = lesson_runs_command(mark, NULL);
    output_divert(NULL, 0);

    if (status < STATUS_TROUBLE)
        return g_string_free(out, FALSE);
    wrong(mark, NULL, "this cannot be run");
    g_string_free(out, TRUE);
    return NULL;
}

/* --- questions ---------------------------------------------------------------------------- */

static gboolean read_run(AskedRun *run, char **words)
{
    GOptionEntry entries[SIMULATION_ENTRIES];
    const GOptionEntry *const tables[] = {entries, NULL};
    g_auto(GStrv) files = NULL;
    int status;

    simulation_entries(&run->simulation, entries);
    if (!options_read(&command_run, tables, (int)g_strv_length(words), words, &files, &status) ||
        !simulation_options_read(&command_run, &run->simulation))
        return FALSE;
    if (g_strv_length(files) != 1) {
        say_trouble("a question is about one scenario");
        return FALSE;
    }
    run->plan = simulation_load(&run->simulation, files[0]);
    return run->plan != NULL;
}

/* The run that is asked about: "FILE --set HOST.KEY=VALUE". */
static const AskedRun *find_run(LessonRuns *runs, const char *text)
{
    AskedRun *run = g_hash_table_lookup(runs->traces, text);
    g_autofree char *line = g_strconcat("run ", text, NULL);
    g_auto(GStrv) words = NULL;

    if (run != NULL)
        return run;
    run = g_new0(AskedRun, 1);
    if (g_shell_parse_argv(line, NULL, &words, NULL) && read_run(run, words))
        run->trace = simulation_run(&run->simulation, run->plan);
    g_hash_table_insert(runs->traces, g_strdup(text), run);
    return run;
}

static char *answer_about(const LessonMark *mark, const AskedRun *run, const char *question)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(run->plan, "ask", question, diagnostics);
    g_autofree char *why = NULL;

    if (ask == NULL) {
        simulation_say(diagnostics);
        wrong(mark, NULL, "this is no question");
        return NULL;
    }
    char *answer = expect_answer(run->plan, run->trace, ask, ANSWER_PROSE, &why);

    if (answer == NULL)
        wrong(mark, NULL, "%s", why);
    return answer;
}

static char *answer_of(LessonRuns *runs, const LessonMark *mark)
{
    g_auto(GStrv) parts = g_strsplit(mark->command, "|", 2);

    if (g_strv_length(parts) != 2) {
        wrong(mark, "<!-- ask: FILE | client sends SYN at -->",
              "a question has a bar: RUN | QUERY");
        return NULL;
    }
    const AskedRun *run = find_run(runs, g_strstrip(parts[0]));

    if (run->trace != NULL)
        return answer_about(mark, run, g_strstrip(parts[1]));
    wrong(mark, NULL, "this cannot be run");
    return NULL;
}

char *lesson_runs_evaluate(gpointer data, const LessonMark *mark)
{
    return mark->kind == LESSON_RUN ? output_of(data, mark) : answer_of(data, mark);
}
