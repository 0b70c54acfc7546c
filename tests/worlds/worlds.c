/* Random worlds, held against the invariants.
 *
 * usage: worlds [-j N] COUNT SEED     holds worlds SEED, SEED+1, … against them
 *        worlds --show SEED           prints a world
 *        worlds --shrink SEED         prints the least part of it that still fails
 *        worlds --hold FILE           holds a scenario against them
 *        worlds --shrink-file FILE    as --shrink
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs.h"
#include "shrink.h"
#include "world.h"

static const char usage[] = "usage: worlds [-j N] COUNT SEED\n"
                            "       worlds --show SEED\n"
                            "       worlds --shrink SEED\n"
                            "       worlds --hold FILE\n"
                            "       worlds --shrink-file FILE\n";

static int fail_usage(void)
{
    fputs(usage, stderr);
    return 2;
}

static gboolean read_number(const char *text, guint64 *out)
{
    return text != NULL && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64, out, NULL);
}

/* ---- One world ---- */

static char *world_text(guint64 number)
{
    GString *text = g_string_new(NULL);

    world_write(number, text);
    return g_string_free(text, FALSE);
}

static int show(const char *number, const Hold *hold)
{
    guint64 seed;

    (void)hold;
    if (!read_number(number, &seed))
        return fail_usage();
    g_autofree char *text = world_text(seed);
    fputs(text, stdout);
    return EXIT_SUCCESS;
}

static int show_shrunk(const char *text, const Hold *hold)
{
    g_autofree char *least = shrink(hold, text);
    g_autofree char *said = jobs_hold(hold, text, strlen(text));

    if (least == NULL) {
        printf("everything holds\n");
        return EXIT_SUCCESS;
    }
    printf("# %s\n%s\n", said, least);
    return EXIT_FAILURE;
}

static int shrink_world(const char *number, const Hold *hold)
{
    guint64 seed;

    if (!read_number(number, &seed))
        return fail_usage();
    g_autofree char *text = world_text(seed);
    return show_shrunk(text, hold);
}

static char *file_text(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, &error))
        fprintf(stderr, "worlds: %s\n", error->message);
    return text;
}

static int shrink_file(const char *path, const Hold *hold)
{
    g_autofree char *text = file_text(path);

    return text == NULL ? 2 : show_shrunk(text, hold);
}

static int hold_file(const char *path, const Hold *hold)
{
    g_autofree char *text = file_text(path);

    if (text == NULL)
        return 2;
    guint64 events = 0;
    g_autofree char *said = hold_text(hold, text, strlen(text), &events);
    printf("%s\n", said == NULL ? "everything holds" : said);
    return said == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct {
    const char *name;
    int (*run)(const char *argument, const Hold *hold);
} ways[] = {
    {"--show", show},
    {"--shrink", shrink_world},
    {"--hold", hold_file},
    {"--shrink-file", shrink_file},
};

/* ---- Many ---- */

static int report(const JobsResult *result, guint64 first)
{
    for (guint i = 0; i < result->failures->len; i++) {
        const Failure *failure = &g_array_index(result->failures, Failure, i);
        printf("world %" G_GUINT64_FORMAT ": %s\n", failure->number, failure->what);
    }
    printf("%" G_GUINT64_FORMAT " worlds from %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
           " events, %" G_GUINT64_FORMAT " failed\n",
           result->worlds, first, result->events, result->failed);
    return result->failed == 0 && result->worlds > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* [-j N] COUNT SEED */
static int run_many(char **arguments, const Hold *hold)
{
    guint64 processes = 1, count, first;

    if (arguments[0] != NULL && strcmp(arguments[0], "-j") == 0) {
        if (!read_number(arguments[1], &processes) || processes < 1 || processes > 1024)
            return fail_usage();
        arguments += 2;
    }
    if (arguments[0] == NULL || !read_number(arguments[0], &count) ||
        !read_number(arguments[1], &first) || first > G_MAXUINT64 - count)
        return fail_usage();
    JobsResult result = jobs_run(hold, first, count, (guint)processes);
    int status = report(&result, first);
    g_array_unref(result.failures);
    return status;
}

static int run(char **arguments, const Hold *hold)
{
    for (gsize i = 0; arguments[0] != NULL && i < G_N_ELEMENTS(ways); i++) {
        if (strcmp(arguments[0], ways[i].name) != 0)
            continue;
        Hold all = *hold;
        all.again = all.wire = TRUE;
        return arguments[1] == NULL ? fail_usage() : ways[i].run(arguments[1], &all);
    }
    return run_many(arguments, hold);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("worlds-XXXXXX", &error);
    Hold hold = {.profiles = folder};

    (void)argc;
    if (folder == NULL) {
        fprintf(stderr, "worlds: %s\n", error->message);
        return 2;
    }
    int status = hold_profiles(WORLDS_PROFILES, folder) ? run(argv + 1, &hold) : 2;
    hold_profiles_end(folder);
    return status;
}
