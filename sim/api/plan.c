/* Plans: texts, with the files that they name, read. */
#include "api/api.h"

#include <string.h>

#include "scenario/source.h"

/* --- files that a scenario names ------------------------------------------------------------ */

struct TcpwaltzFile {
    GString *bytes;
    char *why;
};

void tcpwaltz_file_put(TcpwaltzFile *file, const void *bytes, size_t length)
{
    /* One byte too many is enough to be refused. */
    gsize room =
        file->bytes->len <= SCENARIO_BYTES_MAX ? SCENARIO_BYTES_MAX + 1 - file->bytes->len : 0;

    g_string_append_len(file->bytes, bytes, (gssize)MIN(length, room));
}

void tcpwaltz_file_refuse(TcpwaltzFile *file, const char *why)
{
    g_free(file->why);
    file->why = g_strdup(why);
}

/* By way of the caller's reader. */
static char *ask_reader(const TcpwaltzOptions *options, const char *path, gsize *length, char **why)
{
    TcpwaltzFile file = {.bytes = g_string_new(NULL)};
    gboolean good = options->reader(options->reader_data, path, &file) == 0;

    *length = file.bytes->len;
    *why = good ? NULL : g_steal_pointer(&file.why);
    if (!good && *why == NULL)
        *why = g_strdup("no such file");
    g_free(file.why);
    return g_string_free(file.bytes, !good);
}

static char *read_at_hand(gconstpointer data, const char *path, gsize *length, char **why)
{
    const TcpwaltzOptions *options = data;

    if (options->reader != NULL)
        return ask_reader(options, path, length, why);
    *why = g_strdup("no files are at hand");
    return NULL;
}

static char *read_from_disk(gconstpointer data, const char *path, gsize *length, char **why)
{
    const TcpwaltzOptions *options = data;

    if (options->reader != NULL)
        return ask_reader(options, path, length, why);
    Source *source = source_read(NULL, path, DOOR_FOR_SCENARIO, why);

    if (source == NULL)
        return NULL;
    char *bytes = g_steal_pointer(&source->bytes);

    *length = source->length;
    source_free(source);
    return bytes;
}

/* --- profiles by name ----------------------------------------------------------------------- */

static const OwnProfile *own_profile(const char *name)
{
    for (const OwnProfile *profile = own_profiles; profile->name != NULL; profile++)
        if (strcmp(profile->name, name) == 0)
            return profile;
    return NULL;
}

static char *read_profile(gconstpointer data, const char *name, gsize *length, char **why)
{
    const TcpwaltzOptions *options = data;
    const OwnProfile *own = own_profile(name);

    if (own != NULL) {
        *length = own->length;
        return g_memdup2(own->text, own->length);
    }
    if (options->reader == NULL)
        return NULL;
    g_autofree char *path = g_strconcat(name, ".profile", NULL);
    TcpwaltzFile file = {.bytes = g_string_new(NULL)};
    gboolean good = options->reader(options->reader_data, path, &file) == 0;

    *length = file.bytes->len;
    *why = g_steal_pointer(&file.why); /* without: a name that nobody knows */
    if (good)
        g_clear_pointer(why, g_free);
    return g_string_free(file.bytes, !good);
}

static char **profile_list(gconstpointer data)
{
    GPtrArray *names = g_ptr_array_new();

    (void)data;
    for (const OwnProfile *profile = own_profiles; profile->name != NULL; profile++)
        g_ptr_array_add(names, g_strdup(profile->name));
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

const char *tcpwaltz_profile_name(size_t index)
{
    for (const OwnProfile *profile = own_profiles; profile->name != NULL; profile++, index--)
        if (index == 0)
            return profile->name;
    return NULL;
}

ScenarioFiles api_files(const TcpwaltzOptions *options)
{
    return (ScenarioFiles){read_at_hand, read_profile, profile_list, options};
}

/* --- reading -------------------------------------------------------------------------------- */

/* A text, and how it is read. */
typedef struct Reading {
    const char *name, *text;
    gsize length;
    const TcpwaltzOptions *options;
    ScenarioFiles files;
} Reading;

static Plan *read_any(const Reading *reading, Diagnostics *diagnostics)
{
    GPtrArray *settings = reading->options->settings;
    const ScenarioOptions scenario = {
        .files = &reading->files,
        .overrides = settings != NULL ? (const char *const *)settings->pdata : NULL,
    };

    if (reading->length > SCENARIO_BYTES_MAX) {
        g_autofree char *why = source_too_large();
        const SourcePlace whole = {.file = g_intern_string(reading->name)};

        diagnostics_add(diagnostics, whole, NULL, NULL, "cannot read it: %s", why);
        return NULL;
    }
    if (api_is_script(reading->name))
        return api_read_script(reading->name, reading->text, reading->length,
                               reading->options->profile, &scenario, diagnostics);
    return scenario_parse(reading->name, reading->text, reading->length, &scenario, diagnostics);
}

static TcpwaltzPlan *plan_of(const Reading *reading, TcpwaltzErrors **errors)
{
    Diagnostics *diagnostics = diagnostics_new();
    Plan *plan = read_any(reading, diagnostics);

    if (plan == NULL) {
        errors_give(errors, diagnostics);
        return NULL;
    }
    diagnostics_free(diagnostics);
    TcpwaltzPlan *shared = g_new0(TcpwaltzPlan, 1);

    shared->owners = 1;
    shared->plan = plan;
    return shared;
}

TcpwaltzPlan *tcpwaltz_plan_from_text(const char *name, const char *text, size_t length,
                                      const TcpwaltzOptions *options, TcpwaltzErrors **errors)
{
    const Reading reading = {
        .name = name != NULL ? name : "<text>",
        .text = text,
        .length = length,
        .options = options_or_defaults(options),
        .files = api_files(options_or_defaults(options)),
    };

    return plan_of(&reading, errors);
}

TcpwaltzPlan *tcpwaltz_plan_from_file(const char *path, const TcpwaltzOptions *options,
                                      TcpwaltzErrors **errors)
{
    char *why = NULL;
    Source *source = source_read(NULL, path, DOOR_FOR_USER, &why);

    if (source == NULL) {
        Diagnostics *diagnostics = diagnostics_new();
        const SourcePlace whole = {.file = g_intern_string(path)};

        diagnostics_add(diagnostics, whole, NULL, NULL, "cannot read it: %s", why);
        g_free(why);
        errors_give(errors, diagnostics);
        return NULL;
    }
    const Reading reading = {
        .name = path,
        .text = source->bytes,
        .length = source->length,
        .options = options_or_defaults(options),
        .files = {read_from_disk, read_profile, profile_list, options_or_defaults(options)},
    };
    TcpwaltzPlan *plan = plan_of(&reading, errors);

    source_free(source);
    return plan;
}

/* --- who holds it --------------------------------------------------------------------------- */

TcpwaltzPlan *plan_share(const TcpwaltzPlan *plan)
{
    TcpwaltzPlan *shared = (TcpwaltzPlan *)(guintptr)plan; /* it says nothing but who holds it */

    g_atomic_int_inc(&shared->owners);
    return shared;
}

const char *tcpwaltz_plan_title(const TcpwaltzPlan *plan)
{
    return plan->plan->title;
}

void tcpwaltz_plan_free(TcpwaltzPlan *plan)
{
    if (plan == NULL || !g_atomic_int_dec_and_test(&plan->owners))
        return;
    plan_free(plan->plan);
    g_free(plan);
}
