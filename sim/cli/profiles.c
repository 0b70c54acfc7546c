/* tcpwaltz profiles: the stacks that can be simulated, and every key of one with its source. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/schedule.h"
#include "escape/escape.h"
#include "proto/keys.h"
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
    if (names[0] == NULL)
        status = say_trouble("no profiles found (TCPWALTZ_PROFILES names folders to search)");
    return status_worse(status, output_standard(out->str, out->len));
}

/* One line a key: key, value, where it is known from. */
static void append_key(GString *out, const Profile *profile, const Key *key)
{
    const ProfileSetting *setting = profile_setting(profile, key->name);
    char value[KEY_TEXT_MAX];

    key_format(key, &profile->config, value);
    g_string_append_printf(out, "  %-24s %-12s ", key->name, value);
    if (setting == NULL)
        g_string_append(out, "default");
    else if (setting->unknown)
        g_string_append(out, "unknown: not public, so inherited");
    else if (setting->source != NULL)
        escape_terminal(setting->source, out);
    else
        g_string_append(out, "no source given");
    if (setting != NULL && strcmp(setting->profile, profile->name) != 0) {
        g_string_append(out, "  [");
        escape_terminal(setting->profile, out);
        g_string_append_c(out, ']');
    }
    g_string_append_c(out, '\n');
}

static void append_line(GString *out, const char *text)
{
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}

static void append_profile(GString *out, const Profile *profile)
{
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    escape_terminal(profile->name, out);
    g_string_append(out, ": ");
    append_line(out, profile->title != NULL ? profile->title : "(no title)");
    for (guint i = 0; i < profile->about->len; i++) {
        g_string_append(out, "  ");
        append_line(out, g_ptr_array_index(profile->about, i));
    }
    if (profile->base != NULL) {
        g_string_append(out, "base ");
        escape_terminal(profile->base, out);
        g_string_append(out, "; what it or one of its bases set is marked [NAME]\n");
    }
    g_string_append(out, "\n  key                      value        source\n");
    for (gsize i = 0; i < count; i++)
        append_key(out, profile, &keys[i]);
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
        append_profile(out, profile);
    }
    return status_worse(status, output_standard(out->str, out->len));
}

static int profiles(int argc, char **argv)
{
    const GOptionEntry *const tables[] = {NULL};
    g_auto(GStrv) names = NULL;
    g_auto(GStrv) folders = paths_profiles();
    ScenarioOptions options = {.profile_dirs = (const char *const *)folders,
                               .root = g_getenv("TCPWALTZ_ROOT")};
    int status;

    if (!options_read(&command_profiles, tables, argc, argv, &names, &status))
        return status;
    return names[0] == NULL ? list_all(&options) : show(names, &options);
}

const Command command_profiles = {
    .name = "profiles",
    .arguments = "[NAME...]",
    .summary = "list the stacks that can be simulated, or every key of one with its source",
    .about =
        "The list has the times in seconds at which each stack sends a SYN that is always lost,\n"
        "and a SYN-ACK that is, when one SYN only arrives.\n"
        "NAME is a profile's name, or the path of one of your own ('tcpwaltz help profile').",
    .run = profiles,
};
