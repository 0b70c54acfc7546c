/* Parses, runs and judges a world. */
#include "hold.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "answers.h"
#include "invariants.h"
#include "proto/keys.h"
#include "scenario/scenario.h"

/* A world that would go on longer has shown what it has to show. */
enum { EVENTS_MAX = 3000 };

/* A scenario as it was read. */
typedef struct Read {
    const char *text;
    gsize length;
    const ScenarioOptions *options;
    const Plan *plan;
} Read;

static char *judge(const Hold *hold, const Read *read, guint64 *events)
{
    const Plan *plan = read->plan;
    LabOptions options = {
        .level = TRACE_LEVEL_FULL, .max_events = EVENTS_MAX, .check_wire = hold->wire};
    g_autoptr(Trace) trace = lab_run(plan, &options);
    char *said = invariants_broken(plan, trace);

    *events += trace->events->len;
    if (said == NULL && hold->again)
        said = invariants_broken_again(plan, &options, trace);
    if (said == NULL && hold->again)
        said = answers_broken(read->text, read->length, read->options, plan, trace);
    return said;
}

char *hold_text(const Hold *hold, const char *text, gsize length, guint64 *events)
{
    const char *const folders[] = {hold->profiles, NULL};
    ScenarioOptions options = {.profile_dirs = folders};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("world.scn", text, length, &options, diagnostics);

    if (plan != NULL)
        return judge(hold, &(Read){text, length, &options, plan}, events);
    g_autofree char *errors = diagnostics_format(diagnostics);
    return g_strdup_printf("parse: %s", errors);
}

/* ---- Profiles ---- */

/* The keys in which a profile differs from the defaults, as one that does. */
static char *bare(const HostConfig *config)
{
    gsize count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);
    HostConfig initial;
    GString *text = g_string_new(NULL);

    host_config_init(&initial);
    for (gsize i = 0; i < count; i++) {
        char value[KEY_TEXT_MAX], usual[KEY_TEXT_MAX];
        key_format(&keys[i], config, value);
        key_format(&keys[i], &initial, usual);
        if (!g_str_equal(value, usual))
            g_string_append_printf(text, "%s %s=%s", text->len == 0 ? "set" : "", keys[i].name,
                                   value);
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

static gboolean write_bare(const char *name, const ScenarioOptions *options, const char *to)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Profile) profile = profile_load(name, options, diagnostics);
    g_autoptr(GError) error = NULL;

    if (profile == NULL)
        return FALSE;
    g_autofree char *text = bare(&profile->config);
    g_autofree char *path = g_strdup_printf("%s/%s.profile", to, name);
    if (g_file_set_contents(path, text, -1, &error))
        return TRUE;
    fprintf(stderr, "worlds: %s\n", error->message);
    return FALSE;
}

gboolean hold_profiles(const char *from, const char *to)
{
    const char *const folders[] = {from, NULL};
    ScenarioOptions options = {.profile_dirs = folders};
    g_auto(GStrv) names = profile_names(&options);
    gboolean good = TRUE;

    for (guint i = 0; names[i] != NULL; i++)
        good &= write_bare(names[i], &options, to);
    return good;
}

void hold_profiles_end(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
    if (dir != NULL)
        g_dir_close(dir);
    g_rmdir(folder);
}
