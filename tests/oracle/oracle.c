/* Random worlds on a kernel in virtual time and in the simulation, side by side: tests/oracle/worlds.
 *
 * usage: oracle KERNEL COUNT SEED      worlds SEED, SEED+1, …: a table of how many agree, and in what
 *        oracle KERNEL --show SEED     prints a world
 *        oracle KERNEL --shrink SEED   prints the least part of it that still differs
 *
 * KERNEL is a version that tools/linux-kernel has built, a file, or "host": this machine's own, in real time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "expect/compare.h"
#include "lab/lab.h"
#include "live/kernels.h"
#include "live/live.h"
#include "live/virtual.h"
#include "scenario/scenario.h"
#include "world.h"

static const SimTime tolerance = 2 * SIM_MILLISECOND;

/* What two runs of one world can agree in, each level with those before it. */
typedef enum Level {
    LEVEL_SEGMENTS,     /* who sent which, in class, numbers, length and fate */
    LEVEL_TIMES,        /* each wait */
    LEVEL_OPTIONS,      /* of all of them */
    LEVEL_WINDOWS,      /* of all of them */
    LEVEL_APPLICATIONS, /* what they were told */
    LEVEL_COUNT,
} Level;

static const char *const levels[LEVEL_COUNT] = {"segments", "times", "options", "windows",
                                                "applications"};

typedef struct Both {
    Trace *simulated, *real;
} Both;

/* ---- A run of each ---- */

static Plan *plan_of(const char *text)
{
    static const char *const profiles[] = {ORACLE_PROFILES, NULL};
    const ScenarioOptions options = {.profile_dirs = profiles};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_parse("world", text, strlen(text), &options, diagnostics);

    if (plan == NULL) {
        g_autofree char *errors = diagnostics_format(diagnostics);
        fputs(errors, stderr);
    }
    return plan;
}

/* As tcpwaltz compare --live does. */
static void give_wheel(Plan *plan, const TraceWheel *wheel)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        HostConfig *config = &g_array_index(plan->hosts, PlanHost, i).config;

        config->timers = TIMERS_REAL;
        config->timer_model = TIMER_MODEL_WHEEL;
        config->wheel_hz = SIM_SECOND / wheel->tick;
        config->wheel_phase = wheel->phase;
    }
}

static gboolean run_both(const LabReality *reality, const char *text, Both *both)
{
    LabOptions options = {.level = TRACE_LEVEL_FULL, .reality = reality};
    g_autoptr(Plan) plan = plan_of(text);
    g_autofree char *trouble = NULL;

    if (plan == NULL)
        return FALSE;
    both->real = lab_try(plan, &options, &trouble);
    if (both->real == NULL) {
        fprintf(stderr, "oracle: %s\n", trouble);
        return FALSE;
    }
    give_wheel(plan, &both->real->wheel);
    options.reality = NULL;
    both->simulated = lab_run(plan, &options);
    return TRUE;
}

static void both_clear(Both *both)
{
    trace_free(both->simulated);
    trace_free(both->real);
}

/* ---- Do they agree? ---- */

static const Segment *segment_of(const Trace *trace, TraceId id)
{
    return &trace_event(trace, id)->segment.seen->segment;
}

static gboolean have_same_options(const Segment *a, const Segment *b)
{
    return a->options.present == b->options.present && a->options.mss == b->options.mss &&
           a->options.window_scale == b->options.window_scale &&
           a->options.sack_count == b->options.sack_count;
}

static gboolean have_same_window(const Segment *a, const Segment *b)
{
    return a->window == b->window;
}

static gboolean all_rows(const Both *both, const Comparison *comparison,
                         gboolean (*holds)(const Segment *a, const Segment *b))
{
    for (guint i = 0; i < comparison->rows->len; i++) {
        const CompareRow *row = &g_array_index(comparison->rows, CompareRow, i);

        if (row->a != 0 && row->b != 0 &&
            !holds(segment_of(both->simulated, row->a), segment_of(both->real, row->b)))
            return FALSE;
    }
    return TRUE;
}

/* What the applications of a host were told, reads in one: in how many pieces is chance. */
static char *told_to(const Trace *trace, guint host)
{
    GString *out = g_string_new(NULL);
    guint64 bytes = 0, wrong = 0;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->host != host)
            continue;
        if (event->kind == TRACE_CALL)
            g_string_append_printf(out, "%u %s, ", event->call.line,
                                   tcp_error_name(event->call.error));
        if (event->kind != TRACE_APP)
            continue;
        bytes += event->app.bytes;
        wrong += event->app.wrong;
        if (event->app.event != TRACE_APP_READ)
            g_string_append_printf(out, "%s %s, ", trace_app_event_name(event->app.event),
                                   tcp_error_name(event->app.error));
    }
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " wrong", bytes,
                           wrong);
    return g_string_free(out, FALSE);
}

static gboolean tell_the_same(const Both *both)
{
    for (guint host = 0; host < both->real->hosts->len; host++) {
        g_autofree char *simulated = told_to(both->simulated, host);
        g_autofree char *real = told_to(both->real, host);

        if (strcmp(simulated, real) != 0)
            return FALSE;
    }
    return TRUE;
}

static Comparison *compare(const Both *both)
{
    const CompareOptions options = {
        .kind = COMPARE_WITHIN, .within = tolerance, .exact = COMPARE_EXACT_NONE};

    return compare_traces(both->simulated, both->real, &options, NULL);
}

/* The levels that hold, a bit each; the first difference in words, where there is one. */
static guint agreement(const Both *both, GString *difference)
{
    g_autoptr(Comparison) comparison = compare(both);
    guint held = tell_the_same(both) ? 1U << LEVEL_APPLICATIONS : 0;

    if (comparison == NULL) {
        g_string_append(difference, "too much to compare");
        return held;
    }
    const guint *counts = comparison->counts;
    if (counts[COMPARE_ONLY_A] + counts[COMPARE_ONLY_B] == 0)
        held |= 1U << LEVEL_SEGMENTS;
    if (counts[COMPARE_OTHER_TIME] == 0)
        held |= 1U << LEVEL_TIMES;
    if (all_rows(both, comparison, have_same_options))
        held |= 1U << LEVEL_OPTIONS;
    if (all_rows(both, comparison, have_same_window))
        held |= 1U << LEVEL_WINDOWS;
    for (guint i = 0; i < comparison->rows->len && difference->len == 0; i++) {
        const CompareRow *row = &g_array_index(comparison->rows, CompareRow, i);
        static const char *const words[] = {"", "only simulated", "only real", "at another time"};
        const Trace *trace = row->a != 0 ? both->simulated : both->real;
        const TraceEvent *event = trace_event(trace, row->a != 0 ? row->a : row->b);

        if (row->verdict != COMPARE_SAME)
            g_string_append_printf(difference, "%s %s %s",
                                   (const char *)g_ptr_array_index(trace->hosts, event->host),
                                   segment_class_name(event->segment.class), words[row->verdict]);
    }
    return held;
}

/* Do the levels up to this one hold? */
static gboolean holds_up_to(guint held, Level level)
{
    guint all = (2U << level) - 1;

    return (held & all) == all;
}

/* ---- Many ---- */

typedef struct Group {
    guint count;
    GString *examples;
} Group;

static void group_free(gpointer data)
{
    Group *group = data;

    g_string_free(group->examples, TRUE);
    g_free(group);
}

static void add_to_group(GHashTable *groups, const char *difference, guint64 number)
{
    Group *group = g_hash_table_lookup(groups, difference);

    if (group == NULL) {
        group = g_new0(Group, 1);
        group->examples = g_string_new(NULL);
        g_hash_table_insert(groups, g_strdup(difference), group);
    }
    if (++group->count <= 5)
        g_string_append_printf(group->examples, " %" G_GUINT64_FORMAT, number);
}

static gint by_count(gconstpointer a, gconstpointer b, gpointer groups)
{
    const Group *one = g_hash_table_lookup(groups, a), *other = g_hash_table_lookup(groups, b);

    return one->count != other->count ? (one->count < other->count ? 1 : -1) : strcmp(a, b);
}

static void print_groups(GHashTable *groups)
{
    g_autoptr(GList) names = g_hash_table_get_keys(groups);

    names = g_list_sort_with_data(names, by_count, groups);
    printf("\n| worlds | the first difference | such as |\n| --- | --- | --- |\n");
    for (const GList *name = names; name != NULL; name = name->next) {
        const Group *group = g_hash_table_lookup(groups, name->data);
        printf("| %u | %s |%s |\n", group->count, (const char *)name->data, group->examples->str);
    }
}

static int run_many(const LabReality *reality, guint64 count, guint64 seed)
{
    guint agree[LEVEL_COUNT] = {0};
    g_autoptr(GHashTable) groups =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);

    for (guint64 number = seed; number < seed + count; number++) {
        g_autofree char *text = world_text(number, ORACLE_PROFILE);
        g_autoptr(GString) difference = g_string_new(NULL);
        Both both = {NULL, NULL};

        if (!run_both(reality, text, &both))
            return 2;
        guint held = agreement(&both, difference);
        for (guint level = 0; level < LEVEL_COUNT; level++)
            agree[level] += holds_up_to(held, (Level)level);
        if (difference->len > 0)
            add_to_group(groups, difference->str, number);
        both_clear(&both);
    }
    printf("%" G_GUINT64_FORMAT " worlds, from %" G_GUINT64_FORMAT "\n\n", count, seed);
    printf("| agree in, and in what stands above | worlds |\n| --- | --- |\n");
    for (guint level = 0; level < LEVEL_COUNT; level++)
        printf("| %s | %u |\n", levels[level], agree[level]);
    print_groups(groups);
    return 0;
}

/* ---- One ---- */

static gboolean differs(const LabReality *reality, char **lines)
{
    g_autofree char *text = g_strjoinv("\n", lines);
    g_autoptr(GString) difference = g_string_new(NULL);
    Both both = {NULL, NULL};
    gboolean is_different =
        run_both(reality, text, &both) && agreement(&both, difference) > 0 && difference->len > 0;

    both_clear(&both);
    return is_different;
}

/* A line less, as long as it still differs; the first three make the world. */
static int shrink(const LabReality *reality, guint64 number)
{
    g_autofree char *text = world_text(number, ORACLE_PROFILE);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    if (!differs(reality, lines)) {
        printf("world %" G_GUINT64_FORMAT " agrees\n", number);
        return 1;
    }
    for (guint i = g_strv_length(lines); i-- > 3;) {
        char *line = lines[i];

        lines[i] = g_strdup("");
        if (differs(reality, lines)) {
            g_free(line);
        } else {
            g_free(lines[i]);
            lines[i] = line;
        }
    }
    for (char **line = lines; *line != NULL; line++) {
        if (**line != '\0')
            puts(*line);
    }
    return 0;
}

static int inside(int argc, char **argv)
{
    static const LiveOptions options = {.lenient = FALSE};
    guint64 seed = g_ascii_strtoull(argv[argc - 1], NULL, 10);
    g_autofree char *trouble = NULL;
    const LabReality *reality = live_new(&options, &trouble);

    if (reality == NULL) {
        fprintf(stderr, "oracle: %s\n", trouble);
        return 2;
    }
    if (strcmp(argv[2], "--shrink") == 0)
        return shrink(reality, seed);
    return run_many(reality, g_ascii_strtoull(argv[2], NULL, 10), seed);
}

/* ---- Outside ---- */

static int boot(char **argv)
{
    static const char *const folders[] = {ORACLE_KERNELS, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *kernel = live_kernel_find(folders, argv[1], &error);
    const LiveVirtual task = {.kernel = kernel, .program = program, .argv = argv};
    int status;

    if (kernel != NULL && live_virtual_run(&task, &status, &error))
        return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    fprintf(stderr, "oracle: %s\n", error->message);
    return 2;
}

int main(int argc, char **argv)
{
    if (live_virtual_is_init())
        live_virtual_init();
    if (argc != 4) {
        fputs("usage: oracle KERNEL COUNT|--show|--shrink SEED\n", stderr);
        return 2;
    }
    if (strcmp(argv[2], "--show") == 0) {
        g_autofree char *text = world_text(g_ascii_strtoull(argv[3], NULL, 10), ORACLE_PROFILE);
        fputs(text, stdout);
        return 0;
    }
    return live_virtual_is_inside() || strcmp(argv[1], "host") == 0 ? inside(argc, argv)
                                                                    : boot(argv);
}
