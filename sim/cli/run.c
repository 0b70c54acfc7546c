/* tcpwaltz run: runs scenarios, or reads what was seen, and shows what happened, as a timeline or a table. */
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/focus.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/seeds.h"
#include "cli/simulation.h"
#include "cli/terminal.h"
#include "cli/tolerance.h"
#include "escape/escape.h"
#include "expect/expect.h"
#include "expect/lines.h"
#include "report/failures.h"
#include "scenario/scenario.h"
#include "trace/window.h"
#include "view/view.h"

typedef struct RunOptions {
    const Command *command; /* run or live */
    SimulationOptions simulation;
    CaptureOptions capture;
    SeedsOptions seeds;
    TerminalOptions terminal;
    FocusOptions focus;
    char *format, *output, *why, *host, *tolerance; /* as given; NULL: not given */
    char **asks;
    /* What they come to. */
    const View *view;
    gboolean shows_timeline;
    guint64 why_event; /* 0: not asked for */
    ViewOptions look;
} RunOptions;

static void run_options_clear(RunOptions *options)
{
    simulation_options_clear(&options->simulation);
    capture_options_clear(&options->capture);
    seeds_options_clear(&options->seeds);
    terminal_options_clear(&options->terminal);
    focus_options_clear(&options->focus);
    g_free(options->format);
    g_free(options->output);
    g_free(options->why);
    g_free(options->host);
    g_free(options->tolerance);
    g_strfreev(options->asks);
}

/* --seeds sums up, as text or with --format csv as a table. */
static void choose_summary(RunOptions *options)
{
    options->seeds.is_csv = options->seeds.seeds != NULL && g_strcmp0(options->format, "csv") == 0;
    if (options->seeds.is_csv)
        g_clear_pointer(&options->format, g_free);
}

static gboolean choose_view(RunOptions *options)
{
    choose_summary(options);

    gsize count;
    const View *views = view_table(&count);
    g_autofree const char **names = g_new0(const char *, count + 1);

    for (gsize i = 0; i < count; i++)
        names[i] = views[i].name;

    int chosen = options->format == NULL
                     ? 0
                     : option_word(options->command, "--format", options->format, names);

    if (chosen < 0)
        return FALSE;
    options->view = &views[chosen];
    options->shows_timeline = options->view->write == view_timeline;
    return TRUE;
}

/* Are --from and --to all that was said of a part? */
static gboolean is_cut_by_time(const RunOptions *options)
{
    const ViewFocus *focus = &options->focus.focus;

    return focus->host == NULL && !focus->only_class && !focus->only_summary &&
           options->asks == NULL && options->seeds.count == 0;
}

/* The part of the run that is shown.  --host is whose script it is, or whose rows. */
static gboolean read_focus(RunOptions *options)
{
    gboolean is_of_one = options->view->trouble != NULL;
    const char *host = is_of_one ? NULL : options->host;

    options->look.host = is_of_one ? options->host : NULL;

    if (!focus_options_read(options->command, &options->focus, host, &options->look.focus))
        return FALSE;
    if (options->look.focus == NULL)
        return TRUE;
    if (options->view->is_picture && is_cut_by_time(options) && options->why == NULL)
        return TRUE;
    if (!options->view->has_rows || options->why != NULL || options->asks != NULL ||
        options->seeds.count > 0) {
        say_usage(options->command,
                  "a part of a run (--from, --to, --host, --only, --summary) is shown by the "
                  "timeline, and by --format segments, states and timers; between two times "
                  "also by --format svg, html, mermaid, rfc and flow");
        return FALSE;
    }
    if (options->focus.summary && !options->shows_timeline) {
        say_usage(options->command, "--summary is the timeline's: a table has none");
        return FALSE;
    }
    return TRUE;
}

static gboolean read_why(RunOptions *options)
{
    if (options->why == NULL)
        return TRUE;
    if (options->format != NULL) {
        say_usage(options->command, "--why and --format exclude each other");
        return FALSE;
    }
    if (options->asks != NULL) {
        say_usage(options->command, "--why and --ask exclude each other");
        return FALSE;
    }
    if (!option_number(options->command, "--why", options->why, &options->why_event))
        return FALSE;
    if (options->why_event == 0 || options->why_event > G_MAXUINT32) {
        say_usage(options->command, "--why takes the number of an event, from 1");
        return FALSE;
    }
    return TRUE;
}

static gboolean read_tolerance(RunOptions *options, char *const *files)
{
    if (options->tolerance != NULL && !simulation_is_live(&options->simulation) &&
        !simulation_may_have_scripts(files)) {
        say_usage(options->command, "--tolerance is about --live, and about packetdrill scripts");
        return FALSE;
    }
    if (!tolerance_read(options->command, options->tolerance, &options->simulation.tolerance))
        return FALSE;
    if (options->tolerance != NULL)
        simulation_set_script_tolerance(&options->simulation, options->tolerance,
                                        options->simulation.tolerance);
    return TRUE;
}

static gboolean writes_to_stdout(const RunOptions *options)
{
    return options->output == NULL || strcmp(options->output, "-") == 0;
}

/* What was asked for that several scenarios cannot have together; NULL: nothing. */
static const char *what_is_of_one(const RunOptions *options)
{
    if (options->why != NULL)
        return "--why";
    if (options->asks != NULL)
        return "--ask";
    if (options->seeds.count > 0)
        return "--seeds";
    return options->shows_timeline ? NULL : "a table";
}

/* Options that are fine, each by itself, and do not go together, or not with these files. */
static gboolean go_together(const RunOptions *options, char **files)
{
    guint count = g_strv_length(files);

    if (count == 0) {
        say_usage(options->command, "%s needs a FILE to run ('-' is standard input)",
                  options->command->name);
        return FALSE;
    }
    if (options->asks != NULL && options->format != NULL) {
        say_usage(options->command, "--ask and --format exclude each other");
        return FALSE;
    }
    if (options->seeds.count > 0 && (options->format != NULL || options->why != NULL)) {
        say_usage(options->command,
                  "--seeds sums up: it excludes --why, and --format other than csv");
        return FALSE;
    }
    if (options->seeds.count > 0 && simulation_is_live(&options->simulation)) {
        say_usage(options->command,
                  "--seeds is about chance, which a kernel does not draw from them: "
                  "it excludes --live");
        return FALSE;
    }
    if (count > 1 && what_is_of_one(options) != NULL) {
        say_usage(options->command, "%s is about one scenario: give one FILE",
                  what_is_of_one(options));
        return FALSE;
    }
    if (options->output != NULL && output_overwrites(options->output, files)) {
        say_usage(options->command, "%s is what is read: choose another file to write",
                  options->output);
        return FALSE;
    }
    return TRUE;
}

static gboolean understand(RunOptions *options, const char *live, char **files)
{
    if (options->simulation.live == NULL)
        options->simulation.live = g_strdup(live);
    return choose_view(options) && read_why(options) &&
           simulation_options_read(options->command, &options->simulation) &&
           capture_options_read(options->command, &options->capture) &&
           simulation_fits(options->command, &options->simulation, files) &&
           read_tolerance(options, files) &&
           seeds_options_read(options->command, &options->seeds) &&
           terminal_view_options(options->command, &options->terminal, writes_to_stdout(options),
                                 &options->look) &&
           read_focus(options) && go_together(options, files);
}

static void free_input(gpointer data)
{
    input_clear(data);
    g_free(data);
}

/* Every file as a plan or a trace (Input *) or, after all errors of all files have been said, none. */
static GPtrArray *open_all(const RunOptions *options, char *const *files)
{
    GPtrArray *inputs = g_ptr_array_new_with_free_func(free_input);
    gboolean good = TRUE, has_capture = FALSE;

    for (; *files != NULL; files++) {
        Input *input = g_new0(Input, 1);

        g_ptr_array_add(inputs, input);
        good = input_open(&options->simulation, *files, &options->capture.selection, input) && good;
        has_capture = has_capture || input->kind == INPUT_CAPTURE;
    }
    if (!good || !capture_options_fit(options->command, &options->capture, has_capture))
        g_clear_pointer(&inputs, g_ptr_array_unref);
    return inputs;
}

/* What a run leaves: text for the output, text for standard error, a status. */
typedef struct RunResult {
    GString *text;
    Output *output; /* takes the text as it comes */
    GString *failures;
    int status;
} RunResult;

static void tell_why(const RunOptions *options, const Trace *trace, RunResult *result)
{
    if (view_why(trace, (TraceId)options->why_event, &options->look, result->text))
        return;
    result->status = say_trouble("there is no event %s: they are numbered 1 to %u", options->why,
                                 trace->events->len);
}

/* Every question, or after all errors of all questions have been said none. */
static GPtrArray *read_asks(const RunOptions *options, const Plan *plan)
{
    GPtrArray *asks = g_ptr_array_new_with_free_func((GDestroyNotify)plan_ask_free);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    for (char **text = options->asks; text != NULL && *text != NULL; text++) {
        PlanAsk *ask = scenario_ask(plan, "--ask", *text, diagnostics);

        if (ask != NULL)
            g_ptr_array_add(asks, ask);
    }
    simulation_say(diagnostics);
    if (diagnostics_any(diagnostics))
        g_clear_pointer(&asks, g_ptr_array_unref);
    return asks;
}

/* A line a question; expectations are not held: nobody asked for them. */
static void answer(const RunOptions *options, const Plan *plan, RunResult *result)
{
    g_autoptr(GPtrArray) asks = read_asks(options, plan);
    g_autoptr(Trace) trace = NULL;

    if (asks == NULL) {
        result->status = STATUS_TROUBLE;
        return;
    }
    trace = simulation_run(&options->simulation, plan);
    if (trace == NULL) {
        result->status = STATUS_TROUBLE;
        return;
    }
    for (guint i = 0; i < asks->len; i++) {
        const PlanAsk *ask = g_ptr_array_index(asks, i);
        g_autofree char *why = NULL;
        g_autofree char *text = expect_answer(plan, trace, ask, ANSWER_SCENARIO, &why);

        if (text != NULL)
            g_string_append_printf(result->text, "%s\n", text);
        else
            result->status = say_trouble("--ask '%s': %s", ask->expect.text, why);
    }
}

/* All seeds, and all questions about them. */
static void sum_up(const RunOptions *options, const char *file, const Plan *plan, RunResult *result)
{
    g_autoptr(GPtrArray) asks = read_asks(options, plan);

    result->status = asks == NULL ? STATUS_TROUBLE
                                  : seeds_run(&options->seeds, &options->simulation, file, plan,
                                              asks, result->text, result->failures);
}

static void hold_expectations(const RunOptions *options, const char *file, const Plan *plan,
                              const Trace *trace, RunResult *result)
{
    g_autoptr(GPtrArray) results = expect_check(plan, trace);

    if (options->simulation.lenient)
        expect_forget_unknown(results);
    if (failure_out_of_reach_append(result->failures, file, results))
        result->status = status_worse(result->status, STATUS_FAILED);
    else if (failures_count(results) == 0) {
        if (options->shows_timeline && results->len > 0)
            g_string_append_printf(result->text, "held: %u expectation%s\n", results->len,
                                   results->len == 1 ? "" : "s");
    }
    if (failures_count(results) == 0)
        return;
    result->status = status_worse(result->status, STATUS_FAILED);
    g_autofree char *again = simulation_again(&options->simulation, file);

    failures_append(result->failures, again, file, results);
}

/* Lines that did nothing, or set themselves off, and what real hosts came to: worth a word, and no
 * failure. */
static void note(const char *file, const Plan *plan, const Trace *trace, RunResult *result)
{
    g_autoptr(LineUses) uses = line_uses_of(plan, trace);
    g_autoptr(GPtrArray) notes = line_uses_tell(plan, uses);

    failure_notes_append(result->failures, notes);
    failure_remarks_append(result->failures, file, trace->remarks);
}

/* Is there such a host? */
static gboolean knows_host(const RunOptions *options, const Trace *trace)
{
    g_autofree const char **names = g_new0(const char *, trace->hosts->len + 1);

    for (guint i = 0; i < trace->hosts->len; i++)
        names[i] = g_ptr_array_index(trace->hosts, i);
    return options->host == NULL ||
           option_word(options->command, "--host", options->host, names) >= 0;
}

/* FALSE, and said so: this view cannot show this run. */
static gboolean can_show(const RunOptions *options, const char *file, const Trace *trace)
{
    g_autofree char *trouble =
        options->view->trouble != NULL ? options->view->trouble(trace, &options->look) : NULL;

    if (trouble != NULL)
        say_trouble("%s: --format %s: %s", file, options->view->name, trouble);
    return trouble == NULL;
}

static void drain(GString *text, gpointer output)
{
    output_put(output, text);
}

/* FALSE: the trace cannot be shown so, which was said. */
static gboolean show(const RunOptions *options, const char *file, const Trace *trace,
                     RunResult *result)
{
    if (trace == NULL || !knows_host(options, trace) || !can_show(options, file, trace)) {
        result->status = STATUS_TROUBLE;
        return FALSE;
    }
    if (options->why != NULL) {
        tell_why(options, trace, result);
        return FALSE;
    }
    ViewOptions look = options->look;

    look.drain = drain;
    look.drain_data = result->output;
    g_autoptr(Trace) window = options->view->is_picture && look.focus != NULL
                                  ? trace_window(trace, look.focus->from, look.focus->to)
                                  : NULL;
    options->view->write(window != NULL ? window : trace, &look, result->text);
    return TRUE;
}

/* What was asked for that only a run can have; NULL: nothing. */
static const char *what_is_of_runs(const RunOptions *options)
{
    const SimulationOptions *simulation = &options->simulation;

    return options->why != NULL             ? "--why"
           : options->asks != NULL          ? "--ask"
           : options->seeds.count > 0       ? "--seeds"
           : simulation_is_live(simulation) ? "--live"
           : simulation->overrides != NULL  ? "--set"
           : simulation->seed != NULL       ? "--seed"
           : simulation->interval != NULL   ? "--interval"
                                            : NULL;
}

/* Nobody on the wire sees states, timers, queues, or what arrived. */
static gboolean is_of_hosts(const View *view)
{
    return view->write == view_states || view->write == view_timers ||
           view->write == view_counters || view->write == view_pkt;
}

/* What was seen, not run: it has no expectations. */
static void show_seen(const RunOptions *options, const Input *input, RunResult *result)
{
    const char *of_runs = what_is_of_runs(options);

    if (of_runs != NULL)
        result->status = say_trouble("%s: this is %s: %s is about runs", input->file,
                                     input_kind_text(input), of_runs);
    else if (is_of_hosts(options->view))
        result->status = say_trouble("%s: this is %s, which does not tell what --format %s shows",
                                     input->file, input_kind_text(input), options->view->name);
    else
        (void)show(options, input->file, input->trace, result);
}

static void run_one(const RunOptions *options, const char *file, const Plan *plan,
                    RunResult *result)
{
    if (options->seeds.count > 0) {
        sum_up(options, file, plan, result);
        return;
    }
    if (options->asks != NULL) {
        answer(options, plan, result);
        return;
    }

    g_autoptr(Trace) trace = simulation_run(&options->simulation, plan);

    if (!show(options, file, trace, result))
        return;
    note(file, plan, trace, result);
    hold_expectations(options, file, plan, trace, result);
}

static void append_heading(GString *out, const char *file, gboolean is_first)
{
    g_string_append(out, !is_first ? "\n==> " : "==> ");
    escape_terminal(file, out);
    g_string_append(out, " <==\n");
}

static int run_all(const RunOptions *options, char *const *files)
{
    g_autoptr(GPtrArray) inputs = open_all(options, files);

    if (inputs == NULL)
        return STATUS_TROUBLE;

    RunResult result = {.text = g_string_new(NULL),
                        .output = output_open(options->output != NULL ? options->output : "-"),
                        .failures = g_string_new(NULL)};

    for (guint i = 0; i < inputs->len; i++) {
        const Input *input = g_ptr_array_index(inputs, i);

        if (inputs->len > 1)
            append_heading(result.text, files[i], i == 0);
        if (input->plan != NULL)
            run_one(options, files[i], input->plan, &result);
        else
            show_seen(options, input, &result);
    }
    /* An event that is not there: then nothing is written. */
    gboolean keep = result.status < STATUS_TROUBLE;

    if (keep)
        output_put(result.output, result.text);
    result.status = status_worse(result.status, output_close(result.output, keep));
    output_failures(result.failures->str);
    g_string_free(result.text, TRUE);
    g_string_free(result.failures, TRUE);
    return result.status;
}

/* "timeline, segments, ...": for the help; free with g_free(). */
static char *format_names(void)
{
    GString *out = g_string_new("how to show it: ");
    gsize count;
    const View *views = view_table(&count);

    for (gsize i = 0; i < count; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", views[i].name);
    return g_string_free(out, FALSE);
}

/* `live`: who is to be real by default; NULL: nobody. */
static int run_as(const Command *command, const char *live, const GOptionEntry *more, int argc,
                  char **argv)
{
    RunOptions options = {.command = command};
    g_autofree char *formats = format_names();
    GOptionEntry simulation[SIMULATION_ENTRIES], terminal[TERMINAL_ENTRIES];
    GOptionEntry seeds[SEEDS_ENTRIES], capture[CAPTURE_ENTRIES], focus[FOCUS_ENTRIES];
    const GOptionEntry own[] = {
        {"format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format, formats, "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write to this file, replaced in one step; '-': standard output", "FILE"},
        {"host", 0, 0, G_OPTION_ARG_FILENAME, &options.host,
         "show only what happens there; with --format pkt: the host whose script it is", "NAME"},
        {"why", 0, 0, G_OPTION_ARG_FILENAME, &options.why,
         "show only what led to event N of the timeline", "N"},
        {"ask", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.asks,
         "print only this expectation with the values of the run; may repeat", "QUERY"},
        {"tolerance", 0, 0, G_OPTION_ARG_FILENAME, &options.tolerance,
         "with --live, and of a script: how far times may be off: 5ms, 10%, 5ms,10%", "HOW"},
        simulation_interval_entry(&options.simulation),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own,        focus,    seeds, capture,
                                          simulation, terminal, more,  NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&options.simulation, simulation);
    capture_entries(&options.capture, capture);
    terminal_entries(&options.terminal, terminal);
    seeds_entries(&options.seeds, seeds);
    focus_entries(&options.focus, focus);
    if (options_read(command, tables, argc, argv, &files, &status) &&
        understand(&options, live, files))
        status = run_all(&options, files);
    run_options_clear(&options);
    return status;
}

static int run(int argc, char **argv)
{
    return run_as(&command_run, NULL, NULL, argc, argv);
}

static int run_live(int argc, char **argv)
{
    g_autofree char *kernel = NULL; /* understood before: see cli/virtual.h */
    const GOptionEntry virtual[] = {
        {"virtual", 0, 0, G_OPTION_ARG_FILENAME, &kernel,
         "in virtual time, on the newest kernel that tools/linux-kernel has built, or this one",
         "[KERNEL]"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    return run_as(&command_live, "", virtual, argc, argv);
}

const Command command_run = {
    .name = "run",
    .arguments = "FILE...",
    .summary = "run scenarios and show what happened",
    .about = "FILE is a scenario (see 'tcpwaltz help scenario'), a packetdrill script (*.pkt), a\n"
             "capture (pcap, pcapng; also *.gz, *.zst) or a segment table; '-' is standard input.\n"
             "Failed expectations are told on standard error; the exit status is then 1.\n"
             "A QUERY is an expectation without its values: --ask 'client sends SYN at'.",
    .run = run,
};

const Command command_live = {
    .name = "live",
    .arguments = "FILE...",
    .summary = "run scenarios with this machine's own TCP, in real time",
    .about =
        "The same as 'tcpwaltz run --live FILE': each host is a network namespace of its own,\n"
        "made for the run and gone with it, between them are our links and faults, and the\n"
        "script's lines are system calls.  Linux only; without root where the system lets\n"
        "everybody make namespaces.",
    .run = run_live,
};
