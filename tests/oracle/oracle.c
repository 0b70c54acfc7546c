/* Random worlds on a kernel in virtual time and in the simulation, side by side: tests/oracle/worlds.
 *
 * usage: oracle KERNEL COUNT SEED            worlds SEED, SEED+1, …: a table of how many agree, and in what
 *        oracle KERNEL --record COUNT SEED   what the kernel did in each, in the form of facts.h
 *        oracle KERNEL --show SEED           prints a world
 *        oracle KERNEL --shrink SEED         prints the least part of it that still differs so
 *        oracle KERNEL --least FILE          prints the scenario in it, as far as a line of dashes, and what the
 *                                            kernel did, as tests/oracle/least has it
 *
 * KERNEL is a version that tools/linux-kernel has built (below build/kernels, or in a folder of TCPWALTZ_KERNELS), a
 * file, or "host": this machine's own, in real time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "agree.h"
#include "groups.h"
#include "live/kernels.h"
#include "live/live.h"
#include "live/virtual.h"
#include "world.h"

static gboolean is_host(const char *kernel)
{
    return strcmp(kernel, "host") == 0;
}

/* What is known of each; of another kernel that it is like the oldest. */
static const char *profile_of(const char *kernel)
{
    static const struct {
        const char *ends, *profile;
    } profiles[] = {{"host", "linux-6.18"}, {"6.12", "linux-6.12"}};

    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        if (g_str_has_suffix(kernel, profiles[i].ends))
            return profiles[i].profile;
    }
    return "linux-6.1";
}

/* ---- A run of each ---- */

typedef struct Oracle {
    const LabReality *reality;
    const char *kernel;
    const char *path; /* --least */
} Oracle;

/* NULL: it was said why. */
static char *ask_kernel(const Oracle *oracle, guint64 number, const char *text)
{
    const LabOptions options = {.level = TRACE_LEVEL_FULL, .reality = oracle->reality};
    g_autoptr(Plan) plan = agree_plan(text);
    g_autofree char *trouble = NULL;

    if (plan == NULL)
        return NULL;
    g_autoptr(Trace) trace = lab_try(plan, &options, &trouble);
    if (trace == NULL) {
        fprintf(stderr, "oracle: %s\n", trouble);
        return NULL;
    }
    GString *facts = g_string_new(NULL);
    facts_write(number, trace, facts);
    return g_string_free(facts, FALSE);
}

/* FALSE: it could not be done, and was said why. */
static gboolean agree(const Oracle *oracle, guint64 number, const char *text, guint *levels,
                      GString *difference)
{
    g_autofree char *written = ask_kernel(oracle, number, text);
    const char *at = written;

    if (written == NULL)
        return FALSE;
    g_autoptr(Facts) facts = facts_read(&at);
    g_autoptr(Plan) plan = agree_plan(text);
    g_autoptr(Trace) simulated = agree_simulate(plan, &facts->wheel);
    *levels = agree_levels(simulated, facts, !is_host(oracle->kernel), difference);
    return TRUE;
}

/* ---- Many ---- */

static int run_many(const Oracle *oracle, guint64 count, guint64 seed)
{
    Groups groups;
    guint64 number = seed;

    groups_init(&groups);
    for (; number < seed + count; number++) {
        g_autofree char *text = world_text(number, profile_of(oracle->kernel));
        g_autoptr(GString) difference = g_string_new(NULL);
        guint levels;

        if (!agree(oracle, number, text, &levels, difference))
            break;
        groups_add(&groups, number, levels, difference->str);
    }
    groups_print(&groups);
    groups_clear(&groups);
    return number == seed + count ? 0 : 2;
}

static int record(const Oracle *oracle, guint64 count, guint64 seed)
{
    printf("# What Linux %s did in worlds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
           ": tests/oracle/README.md\n",
           oracle->kernel, seed, seed + count - 1);
    for (guint64 number = seed; number < seed + count; number++) {
        g_autofree char *text = world_text(number, profile_of(oracle->kernel));
        g_autofree char *facts = ask_kernel(oracle, number, text);

        if (facts == NULL)
            return 2;
        fputs(facts, stdout);
    }
    return 0;
}

/* ---- One ---- */

static char *difference_of(const Oracle *oracle, char **lines)
{
    g_autofree char *text = g_strjoinv("\n", lines);
    GString *difference = g_string_new(NULL);
    guint levels = 0;

    if (!agree(oracle, 0, text, &levels, difference))
        g_string_assign(difference, "");
    return g_string_free(difference, FALSE);
}

/* A line less, as long as it still differs in the same; the first three make the world, and the last one ends it. */
static int shrink(const Oracle *oracle, guint64 number)
{
    g_autofree char *text = world_text(number, profile_of(oracle->kernel));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *difference = difference_of(oracle, lines);

    if (*difference == '\0') {
        printf("world %" G_GUINT64_FORMAT " agrees\n", number);
        return 1;
    }
    for (guint i = g_strv_length(lines); i-- > 3;) {
        char *line = lines[i];

        if (g_str_has_prefix(line, "stop "))
            continue;
        lines[i] = g_strdup("");
        g_autofree char *now = difference_of(oracle, lines);
        if (strcmp(now, difference) == 0) {
            g_free(line);
        } else {
            g_free(lines[i]);
            lines[i] = line;
        }
    }
    printf("# world %" G_GUINT64_FORMAT ": %s\n", number, difference);
    for (char **line = lines; *line != NULL; line++) {
        if (**line != '\0')
            puts(*line);
    }
    return 0;
}

/* ---- What is asked for ---- */

enum { NUMBERS_MOST = 2 };

typedef struct Mode {
    const char *word; /* "": none */
    int numbers;
    int (*run)(const Oracle *oracle, const guint64 *numbers);
    gboolean needs_kernel;
} Mode;

static int mode_many(const Oracle *oracle, const guint64 *numbers)
{
    return run_many(oracle, numbers[0], numbers[1]);
}

static int mode_record(const Oracle *oracle, const guint64 *numbers)
{
    return record(oracle, numbers[0], numbers[1]);
}

static int mode_shrink(const Oracle *oracle, const guint64 *numbers)
{
    return shrink(oracle, numbers[0]);
}

static int mode_show(const Oracle *oracle, const guint64 *numbers)
{
    g_autofree char *text = world_text(numbers[0], profile_of(oracle->kernel));

    fputs(text, stdout);
    return 0;
}

/* A scenario that is no world: what makes a least one. */
static int mode_least(const Oracle *oracle, const guint64 *numbers)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    (void)numbers;
    if (!g_file_get_contents(oracle->path, &text, NULL, &error)) {
        fprintf(stderr, "oracle: %s\n", error->message);
        return 2;
    }
    g_auto(GStrv) parts = g_strsplit(text, "\n---\n", 2);
    g_autofree char *facts = ask_kernel(oracle, 0, parts[0]);
    if (facts == NULL)
        return 2;
    printf("%s\n---\n%s", g_strchomp(parts[0]), facts);
    return 0;
}

static const Mode modes[] = {
    {"--least", 0, mode_least, TRUE},   {"--record", 2, mode_record, TRUE},
    {"--shrink", 1, mode_shrink, TRUE}, {"--show", 1, mode_show, FALSE},
    {"", 2, mode_many, TRUE}, /* the last one fits all */
};

/* NULL: the command line is none; *numbers are its last words. */
static const Mode *mode_of(int argc, char **argv, guint64 *numbers)
{
    const Mode *mode = modes;

    if (argc < 4)
        return NULL;
    while (*mode->word != '\0' && strcmp(mode->word, argv[2]) != 0)
        mode++;
    int first = *mode->word != '\0' ? 3 : 2;
    if (argc != first + mode->numbers + (mode->run == mode_least))
        return NULL;
    for (int i = 0; i < mode->numbers; i++) {
        if (!g_ascii_string_to_unsigned(argv[first + i], 10, 0, G_MAXUINT32, &numbers[i], NULL))
            return NULL;
    }
    return mode;
}

static int inside(Oracle *oracle, const Mode *mode, const guint64 *numbers)
{
    static const LiveOptions options = {.kernels = TRUE};
    g_autofree char *trouble = NULL;

    oracle->reality = live_new(&options, &trouble);
    if (oracle->reality != NULL)
        return mode->run(oracle, numbers);
    fprintf(stderr, "oracle: %s\n", trouble);
    return 2;
}

/* ---- Outside ---- */

/* By the clock on the wall, with the kernel's boot. */
static void tell_speed(guint64 count, gint64 began)
{
    double seconds = (double)(g_get_monotonic_time() - began) / G_USEC_PER_SEC;

    fprintf(stderr, "oracle: %" G_GUINT64_FORMAT " worlds in %.1f s, %.0f a second\n", count,
            seconds, (double)count / seconds);
}

static int boot(char **argv, const Mode *mode, const guint64 *numbers)
{
    gint64 began = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) folders = live_kernel_folders(ORACLE_KERNELS);
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *kernel = live_kernel_find((const char *const *)folders, argv[1], &error);
    const LiveVirtual task = {.kernel = kernel, .program = program, .argv = argv};
    int status;

    if (kernel != NULL && live_virtual_run(&task, &status, &error)) {
        if (mode->run == mode_many)
            tell_speed(numbers[0], began);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    }
    fprintf(stderr, "oracle: %s\n", error->message);
    return 2;
}

int main(int argc, char **argv)
{
    guint64 numbers[NUMBERS_MOST];

    if (live_virtual_is_init())
        live_virtual_init();
    const Mode *mode = mode_of(argc, argv, numbers);
    if (mode == NULL) {
        fputs(
            "usage: oracle KERNEL COUNT SEED | --record COUNT SEED | --show SEED | --shrink SEED | "
            "--least FILE\n",
            stderr);
        return 2;
    }
    Oracle oracle = {.kernel = argv[1], .path = argv[argc - 1]};
    if (!mode->needs_kernel)
        return mode->run(&oracle, numbers);
    return live_virtual_is_inside() || is_host(argv[1]) ? inside(&oracle, mode, numbers)
                                                        : boot(argv, mode, numbers);
}
