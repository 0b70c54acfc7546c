/* tcpwaltz compare: two runs, measurements or captures side by side. */
#include "expect/compare.h"
#include "escape/escape.h"

#include <stdio.h>
#include <string.h>

#include "cli/capture_options.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/simulation.h"
#include "core/decimal.h"
#include "live/virtual.h"
#include "trace/seen_at.h"
#include "view/phrase.h"

enum { SEGMENT_WIDTH = 44 };

typedef struct CompareCommand {
    SimulationOptions simulation;
    CaptureOptions capture;
    char *tolerance; /* as given; NULL: not given */
    char *phase_asked, *seen_at;
    gboolean ignore_acks, quiet;
    /* What they come to. */
    gboolean any_phase; /* of the timers' clocks: the one that agrees best … */
    char *phase;        /* … which this is, as a scenario says it */
    gboolean is_sided;  /* A is what --seen-at saw already */
    CompareOptions options;
    Input inputs[2];
} CompareCommand;

/* --- options ------------------------------------------------------------------------------ */

static const char default_tolerance[] = "5ms";
static const char live_tolerance[] = "wheel"; /* as late as a kernel's timers are … */
static const char wheel_tolerance[] = "2ms";  /* … or where we know when they come late */

static gboolean read_tolerance(CompareCommand *command)
{
    const char *text = command->tolerance;
    gsize length = strlen(text);

    if (strcmp(text, "wheel") == 0) {
        command->options.kind = COMPARE_WHEEL;
        return TRUE;
    }
    if (length > 1 && text[length - 1] == '%' &&
        decimal_read(text, length - 1, 10000000, &command->options.part_ppb) == DECIMAL_OK) {
        command->options.kind = COMPARE_PART;
        return TRUE;
    }
    command->options.kind = COMPARE_WITHIN;
    if (sim_time_parse(text, length, &command->options.within) == SIM_TIME_OK)
        return TRUE;
    say_usage(&command_compare, "--tolerance is a time (5ms), a part (10%%) or 'wheel', not '%s'",
              text);
    return FALSE;
}

static gboolean read_phase(CompareCommand *command)
{
    const char *asked = command->phase_asked;

    if (asked == NULL)
        return TRUE;
    command->any_phase = strcmp(asked, "any") == 0;
    if (!command->any_phase)
        say_usage(&command_compare, "--phase is 'any', not '%s'", asked);
    return command->any_phase;
}

/* With --live one scenario is enough: simulated it is A, on the kernel B. */
static gboolean has_right_number(const CompareCommand *command, char *const *files)
{
    guint count = 0;

    while (files[count] != NULL)
        count++;
    if (simulation_is_live(&command->simulation)) {
        if (count != 1)
            say_usage(&command_compare, "compare --live needs one FILE, which is A and B");
        return count == 1;
    }
    if (count != 2)
        say_usage(&command_compare, "compare needs two files, A and B");
    return count == 2;
}

static gboolean understand(CompareCommand *command, char *const *files)
{
    if (command->tolerance == NULL && !simulation_is_live(&command->simulation))
        command->tolerance = g_strdup(default_tolerance);
    if ((command->tolerance != NULL && !read_tolerance(command)) || !read_phase(command) ||
        !has_right_number(command, files) ||
        !simulation_options_read(&command_compare, &command->simulation) ||
        !capture_options_read(&command_compare, &command->capture) ||
        !simulation_fits(&command_compare, &command->simulation, files))
        return FALSE;
    command->options.ignore_acks = command->ignore_acks;
    if (simulation_is_live(&command->simulation))
        return TRUE;
    if (strcmp(files[0], "-") == 0 && strcmp(files[1], "-") == 0) {
        say_usage(&command_compare, "only one of the two can be standard input");
        return FALSE;
    }
    return TRUE;
}

/* Both are read, so that all that is wrong is said at once. */
static gboolean read_files(CompareCommand *command, char *const *files)
{
    gboolean good = TRUE;

    for (guint i = 0; i < 2; i++)
        good = input_read(&command->simulation, files[i], &command->capture.selection,
                          &command->inputs[i]) &&
               good;
    return good;
}

/* Where a wheel may stand: a timer of minutes goes into slots of so many ticks.  Into so many steps a heartbeat is divided. */
enum { PHASES = 4096 };

static guint count_of_differences(const CompareCommand *command)
{
    g_autoptr(Comparison) comparison =
        compare_traces(command->inputs[0].trace, command->inputs[1].trace, &command->options, NULL);

    if (comparison == NULL)
        return G_MAXUINT;
    return comparison->counts[COMPARE_ONLY_A] + comparison->counts[COMPARE_ONLY_B] +
           comparison->counts[COMPARE_OTHER_TIME];
}

/* Of a kernel that was there. */
static char *give_kernels_phase(const CompareCommand *command, Plan *plan, guint phase)
{
    TraceWheel wheel = command->inputs[1].trace->wheel;
    char text[SIM_TIME_TEXT_MAX];

    wheel.phase = phase * wheel.tick;
    simulation_give_wheel(plan, &wheel);
    sim_time_format(wheel.phase, text);
    return g_strdup_printf("wheel-phase=%s", text);
}

static void say_phase(GString *out, const char *key, SimTime phase)
{
    char text[SIM_TIME_TEXT_MAX];

    sim_time_format(phase, text);
    if (strstr(out->str, key) == NULL)
        g_string_append_printf(out, "%s%s=%s", out->len > 0 ? ", " : "", key, text);
}

/* Of the clocks that the profiles say: all of a kind at one phase, as on one machine. */
static char *give_profiles_phase(Plan *plan, guint phase)
{
    GString *says = g_string_new(NULL);

    for (guint i = 0; i < plan->hosts->len; i++) {
        HostConfig *config = &g_array_index(plan->hosts, PlanHost, i).config;

        config->timers = TIMERS_REAL;
        if (config->timer_model == TIMER_MODEL_WHEEL) {
            config->wheel_phase = phase * (SIM_SECOND / config->wheel_hz);
            say_phase(says, "wheel-phase", config->wheel_phase);
        } else if (config->timer_model == TIMER_MODEL_TICK) {
            config->tick_phase = phase * (config->tick / PHASES);
            say_phase(says, "tick-phase", config->tick_phase);
        }
    }
    if (says->len == 0)
        g_string_append(says, "none matters, as no clock has one");
    return g_string_free(says, FALSE);
}

static int host_named(const Trace *trace, const char *name)
{
    for (guint i = 0; i < trace->hosts->len; i++) {
        if (strcmp(g_ptr_array_index(trace->hosts, i), name) == 0)
            return (int)i;
    }
    return -1;
}

/* What --seen-at asks for of a run; the run itself where there is no such host. */
static Trace *side_of(const CompareCommand *command, Trace *run)
{
    int host = command->seen_at != NULL ? host_named(run, command->seen_at) : -1;
    Trace *seen = host >= 0 ? trace_seen_at(run, (TraceHost)host) : run;

    if (seen != run)
        trace_free(run);
    return seen;
}

/* A run at a phase is A, as long as none agrees better.  TRUE: it agrees. */
static gboolean try_phase(CompareCommand *command, Plan *plan, guint phase, guint *least)
{
    g_autofree char *says = command->inputs[1].is_live ? give_kernels_phase(command, plan, phase)
                                                       : give_profiles_phase(plan, phase);
    Input before = command->inputs[0];

    command->inputs[0].trace = side_of(command, lab_run(plan, &command->simulation.lab));
    guint count = count_of_differences(command);

    if (before.trace == NULL || count < *least) {
        trace_free(before.trace);
        *least = count;
        g_free(command->phase);
        command->phase = g_steal_pointer(&says);
    } else {
        input_clear(&command->inputs[0]);
        command->inputs[0] = before;
    }
    return *least == 0;
}

/* --phase any: the one that agrees best. */
static gboolean find_phase(CompareCommand *command, const char *file)
{
    g_autoptr(Plan) plan = simulation_load(&command->simulation, file);
    guint least = G_MAXUINT;
    const LabReality *reality = command->simulation.lab.reality;

    if (plan == NULL)
        return FALSE;
    command->inputs[0] = (Input){.file = file, .kind = INPUT_SCENARIO};
    command->is_sided = TRUE;
    command->simulation.lab.reality = NULL;
    for (guint phase = 0; phase < PHASES && !try_phase(command, plan, phase, &least); phase++)
        ;
    command->simulation.lab.reality = reality;
    return TRUE;
}

/* --phase any without --live: A is a scenario, B what was measured. */
static gboolean read_phases(CompareCommand *command, char *const *files)
{
    if (!input_read(&command->simulation, files[1], &command->capture.selection,
                    &command->inputs[1]))
        return FALSE;
    if (command->inputs[1].kind == INPUT_SCENARIO) {
        say_usage(&command_compare, "--phase any needs a measurement as B, not a scenario");
        return FALSE;
    }
    command->options.has_capture =
        command->inputs[1].kind == INPUT_CAPTURE || command->seen_at != NULL;
    command->options.exact = COMPARE_EXACT_NONE;
    return find_phase(command, files[0]);
}

/* Nobody has said how exact it is to be: as exact as what is known of the kernel's timers allows. */
static void choose_tolerance(CompareCommand *command)
{
    gboolean is_known = command->any_phase ||
                        (live_virtual_is_inside() && command->inputs[1].trace->wheel.has_phase);

    if (command->tolerance != NULL)
        return;
    command->tolerance = g_strdup(command->inputs[1].is_tun ? default_tolerance
                                  : is_known                ? wheel_tolerance
                                                            : live_tolerance);
    (void)read_tolerance(command);
}

/* One scenario: on the kernel, then simulated with what is known of that kernel's wheel. */
static gboolean read_twice(CompareCommand *command, const char *file)
{
    SimulationOptions simulated = command->simulation;

    if (!input_read(&command->simulation, file, NULL, &command->inputs[1]))
        return FALSE;
    choose_tolerance(command);
    if (command->any_phase)
        return find_phase(command, file);
    simulated.lab.reality = NULL;
    if (command->options.kind == COMPARE_WITHIN)
        simulated.wheel = command->inputs[1].trace->wheel;
    return input_read(&simulated, file, NULL, &command->inputs[0]);
}

/* FALSE, and said so: neither side has a host of that name. */
static gboolean is_somebody(const CompareCommand *command)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < 2; i++)
        g_ptr_array_extend(names, command->inputs[i].trace->hosts, NULL, NULL);
    g_ptr_array_add(names, NULL);
    return option_word(&command_compare, "--seen-at", command->seen_at,
                       (const char *const *)names->pdata) >= 0;
}

/* --seen-at: of a run what its host saw; captures and tables were taken there. */
static gboolean take_side(CompareCommand *command)
{
    if (command->seen_at == NULL)
        return TRUE;
    if (!is_somebody(command))
        return FALSE;
    command->options.has_capture = TRUE;
    for (guint i = 0; i < 2; i++) {
        Input *input = &command->inputs[i];
        int host = host_named(input->trace, command->seen_at);

        if (input->kind != INPUT_SCENARIO || (i == 0 && command->is_sided))
            continue;
        if (host < 0) {
            say_trouble("%s: there is no host %s in it, where --seen-at looks", input->file,
                        command->seen_at);
            return FALSE;
        }
        input->trace = side_of(command, input->trace);
    }
    return TRUE;
}

static gboolean read_both(CompareCommand *command, char *const *files)
{
    if (simulation_is_live(&command->simulation) ? !read_twice(command, files[0])
        : command->any_phase                     ? !read_phases(command, files)
                                                 : !read_files(command, files))
        return FALSE;
    command->options.has_capture =
        command->inputs[0].kind == INPUT_CAPTURE || command->inputs[1].kind == INPUT_CAPTURE;
    command->options.exact = command->inputs[0].is_exact   ? COMPARE_EXACT_A
                             : command->inputs[1].is_exact ? COMPARE_EXACT_B
                                                           : COMPARE_EXACT_NONE;
    return capture_options_fit(&command_compare, &command->capture, command->options.has_capture) &&
           take_side(command);
}

/* --- the page ----------------------------------------------------------------------------- */

static const struct {
    const char *mark, *what;
} verdicts[COMPARE_VERDICT_COUNT] = {
    [COMPARE_SAME] = {" ", NULL},
    [COMPARE_ONLY_A] = {"<", "only in A"},
    [COMPARE_ONLY_B] = {">", "only in B"},
    [COMPARE_OTHER_TIME] = {"!", NULL},
};

static const char *const causes[COMPARE_CAUSE_COUNT] = {
    [COMPARE_CAUSE_SAME] = "since it was sent before",
    [COMPARE_CAUSE_ANSWER] = "since what it acknowledges",
    [COMPARE_CAUSE_SEEN] = "since the segment before",
    [COMPARE_CAUSE_BEGIN] = "since the begin",
};

static void append_time_column(GString *out, const TraceEvent *event)
{
    char text[SIM_TIME_TEXT_MAX] = "";

    if (event != NULL)
        sim_time_format_seconds(event->t, 4, text);
    g_string_append_printf(out, " %11s", text);
}

/* Nanoseconds of a difference are noise: it is shown in milliseconds with two decimals. */
static void append_difference(GString *out, SimTime difference)
{
    guint64 hundredths = ((guint64)ABS(difference) + 5 * SIM_MICROSECOND) / (10 * SIM_MICROSECOND);

    g_autofree char *text =
        g_strdup_printf("%c%" G_GUINT64_FORMAT ".%02" G_GUINT64_FORMAT, difference < 0 ? '-' : '+',
                        hundredths / 100, hundredths % 100);
    g_string_append_printf(out, " %11s", text);
}

/* "client SYN seq=0 (lost)" */
static void append_segment(GString *out, const Trace *trace, const TraceEvent *event,
                           gboolean has_flows)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (has_flows)
        g_string_append_printf(text, "%u ", event->segment.seen->flow);
    escape_terminal(
        event->host < trace->hosts->len ? g_ptr_array_index(trace->hosts, event->host) : "?", text);
    g_string_append_c(text, ' ');
    phrase_segment(&event->segment, PHRASE_SHORT, text);
    if (event->segment.seen->syn_anew)
        g_string_append(text, " (another number)");
    if (event->segment.fate != TRACE_FATE_PASS)
        g_string_append_printf(text, " (%s)", trace_fate_name(event->segment.fate));
    g_string_append_printf(out, "  %-*s", SEGMENT_WIDTH, text->str);
}

static void append_waits(GString *out, const CompareRow *row)
{
    char a[SIM_TIME_TEXT_MAX], b[SIM_TIME_TEXT_MAX];

    sim_time_format_seconds(row->wait_a, 4, a);
    sim_time_format_seconds(row->wait_b, 4, b);
    g_string_append_printf(out, "  waits of %s s and %s s %s", a, b, causes[row->cause]);
}

static gboolean has_flows(const Comparison *comparison, const Trace *a, const Trace *b)
{
    for (guint i = 0; i < comparison->rows->len; i++) {
        const CompareRow *row = &g_array_index(comparison->rows, CompareRow, i);
        const TraceEvent *event = row->a != 0 ? trace_event(a, row->a) : trace_event(b, row->b);

        if (event->segment.seen->flow > 1)
            return TRUE;
    }
    return FALSE;
}

static void append_row(GString *out, const CompareCommand *command, const CompareRow *row,
                       gboolean shows_flow)
{
    const TraceEvent *a = trace_event(command->inputs[0].trace, row->a);
    const TraceEvent *b = trace_event(command->inputs[1].trace, row->b);
    gboolean is_agreed = row->ignored || row->verdict == COMPARE_SAME;

    if (command->quiet && is_agreed)
        return;
    g_string_append(
        out, row->ignored && row->verdict != COMPARE_SAME ? "~" : verdicts[row->verdict].mark);
    append_time_column(out, a);
    append_time_column(out, b);
    if (a != NULL && b != NULL)
        append_difference(out, row->wait_b - row->wait_a);
    else
        g_string_append_printf(out, " %11s", "");
    append_segment(out, command->inputs[a != NULL ? 0 : 1].trace, a != NULL ? a : b, shows_flow);
    if (row->verdict == COMPARE_OTHER_TIME)
        append_waits(out, row);
    else if (verdicts[row->verdict].what != NULL)
        g_string_append_printf(out, "  %s", verdicts[row->verdict].what);
    while (out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void append_verdict(GString *out, const CompareCommand *command,
                           const Comparison *comparison)
{
    const guint *counts = comparison->counts;
    const char *tolerance =
        command->options.kind == COMPARE_WHEEL ? "the slot of the timer wheel" : command->tolerance;

    if (comparison_agrees(comparison))
        g_string_append_printf(out, "agree: %u segment%s, each wait within %s",
                               counts[COMPARE_SAME], counts[COMPARE_SAME] == 1 ? "" : "s",
                               tolerance);
    else
        g_string_append_printf(
            out, "differ: %u only in A, %u only in B, %u of %u at other times (within %s)",
            counts[COMPARE_ONLY_A], counts[COMPARE_ONLY_B], counts[COMPARE_OTHER_TIME],
            counts[COMPARE_OTHER_TIME] + counts[COMPARE_SAME], tolerance);
    if (comparison->ignored > 0)
        g_string_append_printf(out, "; %u pure ACK%s ignored", comparison->ignored,
                               comparison->ignored == 1 ? "" : "s");
    g_string_append_c(out, '\n');
}

static void append_phase(GString *out, const CompareCommand *command)
{
    g_string_append_printf(out, "the phase of the timers that agrees best: %s\n", command->phase);
}

/* What ours, which knows causes, says of the first difference. */
static void append_why(GString *out, const CompareCommand *command, const Comparison *comparison)
{
    for (guint i = 0; i < comparison->rows->len; i++) {
        const CompareRow *row = &g_array_index(comparison->rows, CompareRow, i);

        if (row->ignored || row->verdict == COMPARE_SAME || row->a == 0)
            continue;
        g_string_append_printf(out, "why A: tcpwaltz run --why %u ", row->a);
        escape_shell(command->inputs[0].file, out);
        g_string_append_c(out, '\n');
        return;
    }
}

static void append_input(GString *out, const char *name, const Input *input)
{
    g_string_append_printf(out, "%s: ", name);
    escape_terminal(input->file, out);
    g_string_append_printf(out, " (%s)\n", input_kind_text(input));
}

static char *page_of(const CompareCommand *command, const Comparison *comparison)
{
    GString *out = g_string_new(NULL);
    const Input *a = &command->inputs[0], *b = &command->inputs[1];
    gboolean shows_flow = has_flows(comparison, a->trace, b->trace);

    append_input(out, "A", a);
    append_input(out, "B", b);
    g_string_append_c(out, '\n');
    g_string_append_printf(out, "  %11s %11s %11s  segment\n", "A, s", "B, s", "B later, ms");
    for (guint i = 0; i < comparison->rows->len; i++)
        append_row(out, command, &g_array_index(comparison->rows, CompareRow, i), shows_flow);
    g_string_append_c(out, '\n');
    append_verdict(out, command, comparison);
    if (command->any_phase)
        append_phase(out, command);
    if (command->inputs[1].is_live)
        append_why(out, command, comparison);
    return g_string_free(out, FALSE);
}

/* --- the subcommand ----------------------------------------------------------------------- */

static int compare_both(const CompareCommand *command)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Comparison) comparison = compare_traces(
        command->inputs[0].trace, command->inputs[1].trace, &command->options, &error);

    if (comparison == NULL)
        return say_trouble("%s and %s: %s", command->inputs[0].file, command->inputs[1].file,
                           error->message);
    g_autofree char *page = page_of(command, comparison);
    int status = output_standard(page, strlen(page));

    return status_worse(status, comparison_agrees(comparison) ? STATUS_FINE : STATUS_FAILED);
}

static int compare(int argc, char **argv)
{
    CompareCommand command = {.tolerance = NULL};
    GOptionEntry simulation[SIMULATION_ENTRIES], capture[CAPTURE_ENTRIES],
        times[CAPTURE_TIME_ENTRIES];
    const GOptionEntry own[] = {
        {"tolerance", 't', 0, G_OPTION_ARG_FILENAME, &command.tolerance,
         "how far waits may differ: 5ms (default), 10%, or wheel: Linux' timer wheel", "HOW"},
        {"seen-at", 0, 0, G_OPTION_ARG_FILENAME, &command.seen_at,
         "captures and tables were taken at this host: compare with what it saw", "HOST"},
        {"phase", 0, 0, G_OPTION_ARG_FILENAME, &command.phase_asked,
         "try all phases of the clocks of A's timers, and take the best: any", "any"},
        {"ignore-acks", 0, 0, G_OPTION_ARG_NONE, &command.ignore_acks,
         "pure ACKs may differ in number and time", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &command.quiet, "show only what differs", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, capture, times, simulation, NULL};
    g_auto(GStrv) files = NULL;
    int status = STATUS_TROUBLE;

    simulation_entries(&command.simulation, simulation);
    capture_entries(&command.capture, capture);
    capture_time_entries(&command.capture, times);
    if (options_read(&command_compare, tables, argc, argv, &files, &status) &&
        understand(&command, files))
        status = read_both(&command, files) ? compare_both(&command) : STATUS_TROUBLE;
    for (guint i = 0; i < 2; i++)
        input_clear(&command.inputs[i]);
    simulation_options_clear(&command.simulation);
    g_free(command.tolerance);
    capture_options_clear(&command.capture);
    g_free(command.phase_asked);
    g_free(command.seen_at);
    g_free(command.phase);
    return status;
}

const Command command_compare = {
    .name = "compare",
    .arguments = "A B | --live FILE",
    .summary = "lay two runs, segment tables or captures side by side",
    .about = "A and B are each a scenario (it is run), a segment table (CSV) or a capture (pcap,\n"
             "pcapng); '-' is standard input.  Waits are compared, not absolute times: lateness\n"
             "adds up in real stacks.  With --live A is the simulation of FILE, and B the same\n"
             "scenario on the kernel.  Exit status 0: they agree, 1: they differ.",
    .run = compare,
};
