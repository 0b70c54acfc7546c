/* Reading what is to be explored. */
#include "cli/explore_options.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"

enum { DEPTH_USUAL = 2, THREADS_MAX = 1024 };

static const SimTime delay_usual =
    90 * SIM_SECOND; /* less than the two minutes of RFC 9293's MSL */

void explore_entries(ExploreCommand *command, GOptionEntry out[EXPLORE_ENTRIES])
{
    const GOptionEntry entries[EXPLORE_ENTRIES] = {
        {"faults", 0, 0, G_OPTION_ARG_FILENAME, &command->faults,
         "what may befall a segment (all): drop, dup, reorder, delay, corrupt; or none; commas "
         "between",
         "LIST"},
        {"orders", 0, 0, G_OPTION_ARG_NONE, &command->orders,
         "try every order of what is due at a host at one instant, too", NULL},
        {"crashes", 0, 0, G_OPTION_ARG_NONE, &command->crashes,
         "try a crash of each host between any two things that happen to it, too", NULL},
        {"depth", 0, 0, G_OPTION_ARG_FILENAME, &command->depth,
         "so many faults at once, at most (2)", "N"},
        {"within", 0, 0, G_OPTION_ARG_FILENAME, &command->within,
         "only segments sent from the one time to the other", "TIME..TIME"},
        {"hosts", 0, 0, G_OPTION_ARG_FILENAME, &command->hosts,
         "only segments that these hosts send; commas between", "LIST"},
        {"delay-by", 0, 0, G_OPTION_ARG_FILENAME, &command->delay_by,
         "how late a segment comes that is delayed (90s)", "TIME"},
        {"without-faults", 0, 0, G_OPTION_ARG_NONE, &command->without_faults,
         "leave out the scenario's own faults: they are to be found", NULL},
        {"except", 0, 0, G_OPTION_ARG_FILENAME, &command->except,
         "laws that need not hold; commas between", "LAWS"},
        {"all", 0, 0, G_OPTION_ARG_NONE, &command->all,
         "try the other worlds, too, when one has broken a law", NULL},
        {"no-merge", 0, 0, G_OPTION_ARG_NONE, &command->no_merge,
         "run every world to its end, also one that comes to where another has been", NULL},
        {"budget", 0, 0, G_OPTION_ARG_FILENAME, &command->budget,
         "end after so many worlds were run, or so much virtual time of all of them", "N|TIME"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &command->jobs,
         "run so many worlds at once; 0: one a processor (0)", "N"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &command->output,
         "write the least counterexample to this file, a scenario; '-': standard output", "FILE"},
        {"states", 0, 0, G_OPTION_ARG_NONE, &command->states,
         "tell which states the two ends were in at once", NULL},
        {"dot", 0, 0, G_OPTION_ARG_FILENAME, &command->dot,
         "write these states to this file, for Graphviz; '-': standard output", "FILE"},
        {"profiles", 0, 0, G_OPTION_ARG_FILENAME, &command->profiles,
         "instead of a FILE: each of these profiles calls each (one fault, drop)", "A,B,..."},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

/* --- lists -------------------------------------------------------------------------------- */

typedef const char *NameOf(guint i);

static const char *fault_name(guint i)
{
    return explore_fault_name((ExploreFaultKind)i);
}

static const char *law_name(guint i)
{
    return explore_law_name((ExploreLaw)i);
}

/* "drop,dup" as a bit each. */
static gboolean read_bits(const char *option, const char *text, NameOf *name_of, guint count,
                          guint *out)
{
    g_autofree const char **names = g_new0(const char *, count + 1);
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    for (guint i = 0; i < count; i++)
        names[i] = name_of(i);
    *out = 0;
    for (gsize i = 0; words[i] != NULL; i++) {
        int place = option_word(&command_explore, option, words[i], names);

        if (place < 0)
            return FALSE;
        *out |= 1U << place;
    }
    if (*out == 0)
        say_usage(&command_explore, "%s names nothing", option);
    return *out != 0;
}

char *explore_options_faults(const ExploreOptions *options)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < EXPLORE_KIND_COUNT; i++) {
        if ((options->kinds & 1U << i) != 0)
            g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", fault_name(i));
    }
    if (out->len == 0)
        g_string_append(out, "none");
    return g_string_free(out, FALSE);
}

/* --- numbers and times -------------------------------------------------------------------- */

static gboolean read_depth(const char *text, guint *out)
{
    guint64 depth;

    if (!option_number(&command_explore, "--depth", text, &depth))
        return FALSE;
    if (depth > EXPLORE_DEPTH_MAX) {
        say_usage(&command_explore, "--depth is at most %d", EXPLORE_DEPTH_MAX);
        return FALSE;
    }
    *out = (guint)depth;
    return TRUE;
}

static gboolean read_jobs(const char *text, guint *out)
{
    guint64 jobs = 0;

    if (text != NULL && !option_number(&command_explore, "--jobs", text, &jobs))
        return FALSE;
    if (jobs > THREADS_MAX) {
        say_usage(&command_explore, "--jobs is at most %u", THREADS_MAX);
        return FALSE;
    }
    *out = jobs > 0 ? (guint)jobs : g_get_num_processors();
    return TRUE;
}

/* "TIME..TIME", either may be missing. */
static gboolean read_within(const char *text, ExploreOptions *options)
{
    const char *dots = strstr(text, "..");

    if (dots == NULL) {
        say_usage(&command_explore, "--within takes TIME..TIME, as 1s..2s, not '%s'", text);
        return FALSE;
    }
    g_autofree char *from = g_strndup(text, (gsize)(dots - text));

    const char *to = dots + 2;

    if (!option_time(&command_explore, "--within", from[0] != '\0' ? from : NULL, OPTION_TIME_ANY,
                     &options->from) ||
        !option_time(&command_explore, "--within", to[0] != '\0' ? to : NULL, OPTION_TIME_ANY,
                     &options->to))
        return FALSE;
    if (options->from <= options->to)
        return TRUE;
    say_usage(&command_explore, "--within '%s' ends before it begins", text);
    return FALSE;
}

/* A number of worlds, or a time: whatever has a unit. */
static gboolean read_budget(const char *text, ExploreOptions *options)
{
    gboolean is_number = text[strspn(text, "0123456789")] == '\0';

    if (!is_number)
        return option_time(&command_explore, "--budget", text, OPTION_TIME_MORE_THAN_0,
                           &options->most_time);
    if (!option_number(&command_explore, "--budget", text, &options->most_worlds))
        return FALSE;
    if (options->most_worlds == 0)
        say_usage(&command_explore, "--budget must be more than 0");
    return options->most_worlds > 0;
}

/* "none" stands alone. */
static gboolean read_faults(const char *text, guint *kinds)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    if (!g_strv_contains((const char *const *)words, "none"))
        return read_bits("--faults", text, fault_name, EXPLORE_FAULT_COUNT, kinds);
    *kinds = 0;
    if (words[1] != NULL)
        say_usage(&command_explore, "--faults none stands alone, unlike '%s'", text);
    return words[1] == NULL;
}

/* Orders and crashes are asked for by themselves. */
static gboolean read_kinds(const ExploreCommand *command, guint *kinds)
{
    if (command->faults != NULL && !read_faults(command->faults, kinds))
        return FALSE;
    if (command->orders)
        *kinds |= 1U << EXPLORE_ORDER;
    if (command->crashes)
        *kinds |= 1U << EXPLORE_CRASH | 1U << EXPLORE_REBOOT;
    return TRUE;
}

/* --- all of them -------------------------------------------------------------------------- */

static gboolean read_numbers(ExploreCommand *command, ExploreOptions *options)
{
    if (command->depth != NULL && !read_depth(command->depth, &options->depth))
        return FALSE;
    if (command->within != NULL && !read_within(command->within, options))
        return FALSE;
    if (!option_time(&command_explore, "--delay-by", command->delay_by, OPTION_TIME_MORE_THAN_0,
                     &options->delay_by))
        return FALSE;
    if (command->budget != NULL && !read_budget(command->budget, options))
        return FALSE;
    return read_jobs(command->jobs, &options->threads);
}

gboolean explore_options_read(ExploreCommand *command)
{
    ExploreOptions *options = &command->options;

    *options =
        (ExploreOptions){.kinds = (1U << EXPLORE_FAULT_COUNT) - 1,
                         .depth = DEPTH_USUAL,
                         .to = SIM_NEVER,
                         .delay_by = delay_usual,
                         .all = command->all,
                         .no_merge = command->no_merge || command->states || command->dot != NULL};
    if (command->profiles != NULL) {
        options->kinds = 1U << EXPLORE_DROP;
        options->depth = 1;
    }
    if (!read_kinds(command, &options->kinds))
        return FALSE;
    if (command->except != NULL &&
        !read_bits("--except", command->except, law_name, EXPLORE_LAW_COUNT, &options->except))
        return FALSE;
    return read_numbers(command, options);
}

gboolean explore_options_hosts(ExploreCommand *command, const Plan *plan)
{
    if (command->hosts == NULL)
        return TRUE;
    g_autofree const char **names = g_new0(const char *, plan->hosts->len + 1);
    g_auto(GStrv) words = g_strsplit(command->hosts, ",", -1);

    command->chosen = g_new0(gboolean, plan->hosts->len);
    for (guint i = 0; i < plan->hosts->len; i++)
        names[i] = g_array_index(plan->hosts, PlanHost, i).name;
    for (gsize i = 0; words[i] != NULL; i++) {
        int place = option_word(&command_explore, "--hosts", words[i], names);

        if (place < 0)
            return FALSE;
        command->chosen[place] = TRUE;
    }
    command->options.hosts = command->chosen;
    return TRUE;
}

void explore_options_clear(ExploreCommand *command)
{
    char *texts[] = {command->faults,   command->depth,  command->within,  command->hosts,
                     command->delay_by, command->except, command->budget,  command->jobs,
                     command->output,   command->dot,    command->profiles};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(command->chosen);
    simulation_options_clear(&command->simulation);
}
