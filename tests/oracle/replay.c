/* Recorded worlds, simulated anew and held against what kernels did in them: no kernel is needed.
 *
 * usage: replay FOLDER             TAP: a test for each file of worlds
 *        replay --judge FOLDER     writes what holds now: FOLDER/KERNEL.differ
 *        replay --table FOLDER     for docs/fidelity.md
 *        replay --groups FILE      how many agree, and how the rest differs
 *        replay --one FILE NUMBER  that world and both sides of it
 *        replay --least FOLDER     TAP: a test for each least world, FOLDER/KERNEL/NAME.least
 *
 * FOLDER/KERNEL/NUMBER.worlds has worlds from NUMBER on, FOLDER/KERNEL.differ a line for each that does not
 * agree in everything: its number, how many levels hold, and the first difference.  A world must not agree in
 * less than is said there.  One that agrees in more is told, and the test passes: judge anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agree.h"
#include "groups.h"
#include "world.h"

/* ---- Files ---- */

static char *contents_of(const char *path)
{
    char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(path, &text, NULL, &error)) {
        fprintf(stderr, "replay: %s\n", error->message);
        exit(2);
    }
    return text;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    const char *one = *(char *const *)a, *other = *(char *const *)b;

    return strlen(one) != strlen(other) ? (strlen(one) < strlen(other) ? -1 : 1)
                                        : strcmp(one, other);
}

/* Paths of what in a folder ends so, by number. */
static GPtrArray *files_in(const char *folder, const char *suffix)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    const char *name;

    if (dir == NULL) {
        fprintf(stderr, "replay: %s\n", error->message);
        exit(2);
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, suffix))
            g_ptr_array_add(files, g_build_filename(folder, name, NULL));
    }
    g_ptr_array_sort(files, by_name);
    return files;
}

/* ---- Worlds ---- */

typedef struct Verdict {
    guint64 number;
    guint levels;
    GString *difference;
} Verdict;

/* A folder has the name of its kernel, which is a profile's. */
static Plan *plan_of(const char *world, const char *kernel)
{
    Plan *plan = agree_plan(world);

    if (plan == NULL) {
        fprintf(stderr, "replay: the worlds in %s/ are of no kernel that there is a profile of\n",
                kernel);
        exit(2);
    }
    return plan;
}

/* The next world of a file of `kernel`; FALSE: there is none. */
static gboolean next_verdict(const char *kernel, const char **text, Verdict *verdict)
{
    g_autoptr(Facts) facts = facts_read(text);

    if (facts == NULL && **text != '\0') {
        fprintf(stderr, "replay: not a world of %s: %.60s\n", kernel, *text);
        exit(2);
    }
    if (facts == NULL)
        return FALSE;
    g_autofree char *world = world_text(facts->number, kernel);
    g_autoptr(Plan) plan = plan_of(world, kernel);
    g_autoptr(Trace) simulated = agree_simulate(plan, &facts->wheel);

    verdict->number = facts->number;
    g_string_truncate(verdict->difference, 0);
    verdict->levels = agree_levels(simulated, facts, TRUE, verdict->difference);
    return TRUE;
}

/* ---- What is expected ---- */

/* Levels by number; one that is not there agrees in all. */
static GHashTable *expected_of(const char *folder, const char *kernel)
{
    GHashTable *expected = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autofree char *path = g_strdup_printf("%s/%s.differ", folder, kernel);
    g_autofree char *text = contents_of(path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        guint64 number;
        guint levels;

        if (sscanf(*line, "%" G_GUINT64_FORMAT " %u", &number, &levels) == 2)
            g_hash_table_insert(expected, g_memdup2(&number, sizeof number),
                                GUINT_TO_POINTER(levels + 1));
    }
    return expected;
}

static guint levels_expected(GHashTable *expected, guint64 number)
{
    gpointer levels = g_hash_table_lookup(expected, &number);

    return levels == NULL ? LEVEL_COUNT : GPOINTER_TO_UINT(levels) - 1;
}

/* ---- The test ---- */

/* Does each world of the file agree in what it is known to? */
static gboolean hold_file(const char *kernel, const char *path, GHashTable *expected)
{
    g_autofree char *text = contents_of(path);
    const char *at = text;
    Verdict verdict = {.difference = g_string_new(NULL)};
    guint worse = 0, better = 0, worlds = 0;

    for (; next_verdict(kernel, &at, &verdict); worlds++) {
        guint levels = levels_expected(expected, verdict.number);

        if (verdict.levels < levels) {
            printf("# world %" G_GUINT64_FORMAT " of %s does not agree in %s any more: %s\n",
                   verdict.number, kernel, level_names[verdict.levels], verdict.difference->str);
            worse++;
        }
        better += verdict.levels > levels;
    }
    if (better > 0)
        printf(
            "# %u worlds of %s agree in more than is written down: tests/oracle/worlds --judge\n",
            better, path);
    g_string_free(verdict.difference, TRUE);
    return worlds > 0 && worse == 0;
}

static int hold_all(const char *folder)
{
    g_autoptr(GPtrArray) judged = files_in(folder, ".differ");
    guint tests = 0, failures = 0;

    for (guint i = 0; i < judged->len; i++) {
        g_autofree char *kernel = g_path_get_basename(g_ptr_array_index(judged, i));
        *strrchr(kernel, '.') = '\0';
        g_autofree char *worlds = g_build_filename(folder, kernel, NULL);
        g_autoptr(GPtrArray) files = files_in(worlds, ".worlds");
        g_autoptr(GHashTable) expected = expected_of(folder, kernel);

        for (guint f = 0; f < files->len; f++) {
            const char *path = g_ptr_array_index(files, f);
            g_autofree char *name = g_path_get_basename(path);
            gboolean holds = hold_file(kernel, path, expected);

            failures += !holds;
            printf("%sok %u - %s, %s\n", holds ? "" : "not ", ++tests, kernel, name);
        }
    }
    printf("1..%u\n", tests);
    if (judged->len == 0) {
        fprintf(stderr, "replay: no kernel was judged in %s: there is no KERNEL.differ\n", folder);
        return 2;
    }
    return tests > 0 && failures == 0 ? 0 : 1;
}

/* ---- Least worlds: a scenario, a line of dashes, and what a kernel did in it ---- */

/* Both sides agree in everything, or the difference. */
static gboolean hold_least(const char *path, GString *difference)
{
    g_autofree char *text = contents_of(path);
    char *rule = strstr(text, "\n---\n");
    const char *at = rule != NULL ? rule + strlen("\n---\n") : "";
    g_autoptr(Facts) facts = facts_read(&at);

    if (facts == NULL) {
        g_string_append(difference, "nothing was recorded");
        return FALSE;
    }
    rule[1] = '\0';
    g_autoptr(Plan) plan = plan_of(text, path);
    g_autoptr(Trace) simulated = agree_simulate(plan, &facts->wheel);
    return agree_levels(simulated, facts, TRUE, difference) == LEVEL_COUNT;
}

static GPtrArray *kernels_in(const char *folder);

static int hold_all_least(const char *folder)
{
    g_autoptr(GPtrArray) kernels = kernels_in(folder);
    guint tests = 0, failures = 0;

    for (guint i = 0; i < kernels->len; i++) {
        g_autoptr(GPtrArray) files = files_in(g_ptr_array_index(kernels, i), ".least");
        g_autofree char *kernel = g_path_get_basename(g_ptr_array_index(kernels, i));

        for (guint f = 0; f < files->len; f++) {
            g_autoptr(GString) difference = g_string_new(NULL);
            g_autofree char *name = g_path_get_basename(g_ptr_array_index(files, f));
            gboolean holds = hold_least(g_ptr_array_index(files, f), difference);

            failures += !holds;
            printf("%sok %u - %s, %s\n", holds ? "" : "not ", ++tests, kernel, name);
            if (!holds)
                printf("# %s\n", difference->str);
        }
    }
    printf("1..%u\n", tests);
    return tests > 0 && failures == 0 ? 0 : 1;
}

/* ---- Judging, counting ---- */

typedef void (*Visit)(gpointer data, const Verdict *verdict);

static void visit_file(const char *path, Visit visit, gpointer data)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *kernel = g_path_get_basename(folder);
    g_autofree char *text = contents_of(path);
    const char *at = text;
    Verdict verdict = {.difference = g_string_new(NULL)};

    while (next_verdict(kernel, &at, &verdict))
        visit(data, &verdict);
    g_string_free(verdict.difference, TRUE);
}

static void visit_kernel(const char *folder, const char *kernel, Visit visit, gpointer data)
{
    g_autofree char *worlds = g_build_filename(folder, kernel, NULL);
    g_autoptr(GPtrArray) files = files_in(worlds, ".worlds");

    for (guint i = 0; i < files->len; i++)
        visit_file(g_ptr_array_index(files, i), visit, data);
}

/* Folders of kernels. */
static GPtrArray *kernels_in(const char *folder)
{
    GPtrArray *kernels = files_in(folder, "");

    for (guint i = kernels->len; i-- > 0;) {
        if (!g_file_test(g_ptr_array_index(kernels, i), G_FILE_TEST_IS_DIR))
            g_ptr_array_remove_index(kernels, i);
    }
    return kernels;
}

static void write_difference(gpointer data, const Verdict *verdict)
{
    if (verdict->levels < LEVEL_COUNT)
        g_string_append_printf(data, "%" G_GUINT64_FORMAT " %u %s: %s\n", verdict->number,
                               verdict->levels, level_names[verdict->levels],
                               verdict->difference->str);
}

static int judge(const char *folder)
{
    g_autoptr(GPtrArray) kernels = kernels_in(folder);

    for (guint i = 0; i < kernels->len; i++) {
        g_autofree char *kernel = g_path_get_basename(g_ptr_array_index(kernels, i));
        g_autofree char *path = g_strdup_printf("%s/%s.differ", folder, kernel);
        g_autoptr(GString) out =
            g_string_new("# Worlds that do not agree in everything: the number, how many levels "
                         "hold, the first\n"
                         "# difference.  tests/oracle/worlds --judge writes this.\n");
        g_autoptr(GError) error = NULL;

        visit_kernel(folder, kernel, write_difference, out);
        if (!g_file_set_contents(path, out->str, (gssize)out->len, &error)) {
            fprintf(stderr, "replay: %s\n", error->message);
            return 2;
        }
    }
    return 0;
}

static void count(gpointer data, const Verdict *verdict)
{
    groups_add(data, verdict->number, verdict->levels, verdict->difference->str);
}

static int print_groups(const char *path)
{
    Groups groups;

    groups_init(&groups);
    visit_file(path, count, &groups);
    groups_print(&groups);
    groups_clear(&groups);
    return 0;
}

static int print_table(const char *folder)
{
    g_autoptr(GPtrArray) kernels = kernels_in(folder);

    printf("| kernel | worlds |");
    for (guint level = 0; level < LEVEL_COUNT; level++)
        printf(" %s |", level_names[level]);
    printf("\n| --- | --- | --- | --- | --- | --- | --- |\n");
    for (guint i = 0; i < kernels->len; i++) {
        g_autofree char *kernel = g_path_get_basename(g_ptr_array_index(kernels, i));
        Groups groups;

        groups_init(&groups);
        visit_kernel(folder, kernel, count, &groups);
        printf("| %s | %u |", kernel, groups.worlds);
        for (guint level = 0; level < LEVEL_COUNT; level++)
            printf(" %.1f %% |", 100.0 * groups.agree[level] / groups.worlds);
        printf("\n");
        groups_clear(&groups);
    }
    return 0;
}

/* ---- One ---- */

static int show_one(const char *path, const char *number)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *kernel = g_path_get_basename(folder);
    g_autofree char *text = contents_of(path);
    const char *at = text;
    Facts *facts;

    while ((facts = facts_read(&at)) != NULL) {
        g_autoptr(Facts) mine = facts;
        if (mine->number != g_ascii_strtoull(number, NULL, 10))
            continue;
        g_autofree char *world = world_text(mine->number, kernel);
        g_autoptr(Plan) plan = plan_of(world, kernel);
        g_autoptr(Trace) simulated = agree_simulate(plan, &mine->wheel);
        g_autoptr(GString) out = g_string_new(world), difference = g_string_new(NULL);
        guint levels = agree_levels(simulated, mine, TRUE, difference);

        g_string_append_printf(out, "\n# %u levels, then: %s\n# simulated\n", levels,
                               difference->str);
        simulated->wheel = mine->wheel;
        facts_write(mine->number, simulated, out);
        g_string_append_printf(out, "# real\ntold 0 %s\ntold 1 %s\n", mine->told[0], mine->told[1]);
        facts_write(mine->number, mine->wire, out);
        fputs(out->str, stdout);
        return 0;
    }
    fprintf(stderr, "replay: no world %s in %s\n", number, path);
    return 1;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*run)(const char *path);
    } modes[] = {{"--judge", judge},
                 {"--table", print_table},
                 {"--groups", print_groups},
                 {"--least", hold_all_least}};

    if (argc == 2)
        return hold_all(argv[1]);
    for (gsize i = 0; argc == 3 && i < G_N_ELEMENTS(modes); i++) {
        if (strcmp(argv[1], modes[i].word) == 0)
            return modes[i].run(argv[2]);
    }
    if (argc == 4 && strcmp(argv[1], "--one") == 0)
        return show_one(argv[2], argv[3]);
    fputs("usage: replay [--judge|--table|--least] FOLDER | --groups FILE | --one FILE NUMBER\n",
          stderr);
    return 2;
}
