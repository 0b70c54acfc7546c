/* tcpwaltz profiles: the stacks that can be simulated, and every key of one with its source. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/profile_text.h"
#include "cli/schedule.h"
#include "escape/escape.h"
#include "scenario/aliases.h"
#include "scenario/scenario.h"
#include "trace/time_text.h"

/* The profile; NULL when something is wrong with it, which is then said. */
static Profile *load(const char *name, const ScenarioOptions *options)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Profile *profile = profile_load(name, options, diagnostics);

    if (diagnostics_any(diagnostics)) {
        g_autofree char *text = diagnostics_format(diagnostics);

        fputs(text, stderr);
    }
    return profile;
}

enum { TIMES_SHOWN = 12 }; /* of a stack that goes on for long */

/* "SYN      0 3 9 21 45 93 s, given up at 189 s" */
static void append_schedule(GString *out, ScheduleKind kind, const Schedule *schedule)
{
    g_string_append_printf(out, "%-8s", segment_class_name(schedule_class(kind)));
    for (guint i = 0; i < MIN(schedule->times->len, TIMES_SHOWN); i++) {
        g_string_append_c(out, ' ');
        time_append_seconds(g_array_index(schedule->times, SimTime, i), 0, out);
    }
    if (schedule->times->len > TIMES_SHOWN)
        g_string_append(out, " ...");
    g_string_append(out, " s, ");
    if (schedule->given_up == SIM_NEVER) {
        g_string_append(out, "never given up");
    } else {
        g_string_append(out, "given up at ");
        time_append_seconds(schedule->given_up, 0, out);
        g_string_append(out, " s");
    }
    g_string_append_c(out, '\n');
}

/* What the profile does when a connection does not open.  FALSE, and said, when it cannot run. */
static gboolean append_schedules(GString *out, const char *profile, int indent,
                                 const ScenarioOptions *options)
{
    static const ScheduleKind shown[] = {SCHEDULE_SYN, SCHEDULE_SYN_ACK};

    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autoptr(Schedule) schedule =
            schedule_run(shown[i], profile, "", 0, options->profile_dirs);

        if (schedule == NULL)
            return FALSE;
        g_string_append_printf(out, "%*s  ", indent, "");
        append_schedule(out, shown[i], schedule);
    }
    return TRUE;
}

/* A name that we did not choose, and blanks up to the width and two more. */
static void append_padded(GString *out, const char *name, int width)
{
    gsize end = out->len + (gsize)width + 2;

    escape_terminal(name, out);
    while (out->len < end)
        g_string_append_c(out, ' ');
}

/* A line each: what leads to a profile, and to which. */
static void append_aliases(GString *out, const char *const *names)
{
    gsize count;
    const ProfileAlias *aliases = profile_aliases(&count);

    g_string_append(out,
                    "\n  names that lead to one of these, the versions of both ends included\n");
    for (gsize i = 0; i < count; i++) {
        g_autofree char *text = profile_alias_text(&aliases[i]);

        if (!aliases[i].is_near && g_strv_contains(names, aliases[i].profile))
            g_string_append_printf(out, "    %-28s  %s\n", text, aliases[i].profile);
    }
}

static int list_all(const ScenarioOptions *options)
{
    g_auto(GStrv) names = profile_names(options);
    g_autoptr(GString) out = g_string_new(NULL);
    int status = STATUS_FINE;
    int width = 0;

    for (char **name = names; *name != NULL; name++)
        width = MAX(width, (int)strlen(*name));
    for (char **name = names; *name != NULL; name++) {
        g_autoptr(Profile) profile = load(*name, options);

        if (profile == NULL) {
            status = STATUS_TROUBLE;
            continue;
        }
        append_padded(out, *name, width);
        escape_terminal(profile->title != NULL ? profile->title : "", out);
        g_string_append_c(out, '\n');
        if (!append_schedules(out, *name, width, options))
            status = STATUS_TROUBLE;
    }
    if (names[0] != NULL)
        append_aliases(out, (const char *const *)names);
    else
        status = say_trouble("no profiles found (TCPWALTZ_PROFILES names folders to search)");
    return status_worse(status, output_standard(out->str, out->len));
}

static int show(char *const *names, const ScenarioOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);
    int status = STATUS_FINE;

    for (; *names != NULL; names++) {
        g_autoptr(Profile) profile = load(*names, options);

        if (profile == NULL) {
            status = STATUS_TROUBLE;
            continue;
        }
        if (out->len > 0)
            g_string_append_c(out, '\n');
        profile_append(out, profile);
    }
    return status_worse(status, output_standard(out->str, out->len));
}

static int show_diff(char **names, const ScenarioOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (g_strv_length(names) != 2)
        return say_usage(&command_profiles, "--diff takes two profiles");
    g_autoptr(Profile) a = load(names[0], options);
    g_autoptr(Profile) b = load(names[1], options);

    if (a == NULL || b == NULL)
        return STATUS_TROUBLE;
    profile_append_diff(out, a, b);
    return output_standard(out->str, out->len);
}

static int profiles(int argc, char **argv)
{
    gboolean diff = FALSE;
    const GOptionEntry own[] = {
        {"diff", 0, 0, G_OPTION_ARG_NONE, &diff,
         "of two profiles, the keys in which they differ, with both sources", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    const GOptionEntry *const tables[] = {own, NULL};
    g_auto(GStrv) names = NULL;
    g_auto(GStrv) folders = paths_profiles();
    ScenarioOptions options = {.profile_dirs = (const char *const *)folders,
                               .root = g_getenv("TCPWALTZ_ROOT")};
    int status;

    if (!options_read(&command_profiles, tables, argc, argv, &names, &status))
        return status;
    if (diff)
        return show_diff(names, &options);
    return names[0] == NULL ? list_all(&options) : show(names, &options);
}

const Command command_profiles = {
    .name = "profiles",
    .arguments = "[NAME...]",
    .summary = "list the stacks that can be simulated, or every key of one with its source",
    .about =
        "The list has the times in seconds at which each stack sends a SYN that is always lost,\n"
        "and a SYN-ACK that is, when one SYN only arrives; below it are names that lead to one of\n"
        "them, as 'linux' and 'linux-5.10' do.\n"
        "NAME is a profile's name, one that leads there, or the path of one of your own\n"
        "('tcpwaltz help profile').",
    .run = profiles,
};
