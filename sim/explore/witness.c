/* A world as text: its faults as lines of the language, and a scenario that a check fails.
 *
 * Which segment of its class a packet is, the trace of that world tells: whatever befalls a packet there is
 * told as chance's, as somebody answers in its place, and chance itself does nothing.
 */
#include <string.h>

#include "explore/world.h"
#include "trace/fault_line.h"
#include "trace/time_text.h"

/* --- fault lines -------------------------------------------------------------------------- */

char *world_time_text(SimTime t)
{
    GString *text = g_string_new(NULL);

    time_append_value(t, text);
    return g_string_free(text, FALSE);
}

static char *fault_line(const Trace *trace, const TraceEvent *event, const ExploreFault *fault)
{
    GString *line = g_string_new(NULL);

    trace_fault_line(trace, trace_event(trace, event->fault.sent), event->fault.kind, fault->delay,
                     line);
    return g_string_free(line, FALSE);
}

/* The next fault of the world that a packet meets. */
static const ExploreFault *next_of_packets(const ExploreWorld *world, guint *next)
{
    while (*next < world->count && world->faults[*next].kind >= EXPLORE_FAULT_COUNT)
        ++*next;
    return *next < world->count ? &world->faults[(*next)++] : NULL;
}

static gboolean is_decided(const TraceEvent *event)
{
    return (event->kind == TRACE_LOST || event->kind == TRACE_FAULT) &&
           event->fault.culprit == TRACE_CULPRIT_CHANCE;
}

/* Lines of what packets meet, with the places of the faults. */
static void add_fault_lines(const Trace *trace, const ExploreWorld *world, GArray *lines)
{
    guint next = 0;

    for (TraceId id = 1; id <= trace->events->len; id++) {
        const TraceEvent *event = trace_event(trace, id);
        const ExploreFault *fault = is_decided(event) ? next_of_packets(world, &next) : NULL;

        if (fault == NULL)
            continue;
        const WorldLine line = {fault->place, fault_line(trace, event, fault)};
        g_array_append_val(lines, line);
    }
}

static gint by_place(gconstpointer one, gconstpointer other)
{
    guint32 a = ((const WorldLine *)one)->place, b = ((const WorldLine *)other)->place;

    return (a > b) - (a < b);
}

GPtrArray *explore_world_lines(const Plan *plan, const ExploreOptions *options,
                               const ExploreWorld *world)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) lines = world_lines_new();
    const WorldNotes notes = {.lines = lines};
    g_autoptr(Trace) trace = world_run(plan, options, world, &notes);

    add_fault_lines(trace, world, lines);
    g_array_sort(lines, by_place);
    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_add(texts, g_steal_pointer(&g_array_index(lines, WorldLine, i).text));
    return texts;
}

/* --- the scenario ------------------------------------------------------------------------- */

typedef struct Rewriting {
    const ExploreText *text;
    GHashTable *left_out; /* numbers of lines */
    GString *out;
} Rewriting;

/* A line of the scenario that is not to be there.  FALSE: it stands in another file. */
static gboolean leave_out(Rewriting *rewriting, SourcePlace place)
{
    g_hash_table_add(rewriting->left_out, GUINT_TO_POINTER(place.line));
    return strcmp(place.file, rewriting->text->original->file) == 0;
}

static gboolean forgets(const Rewriting *rewriting, ExploreForget what)
{
    return (rewriting->text->forget & what) != 0;
}

/* NULL: fine. */
static char *choose_lines(Rewriting *rewriting)
{
    const Plan *plan = rewriting->text->original;
    const char *elsewhere = NULL;

    for (guint i = 0; i < plan->faults->len && forgets(rewriting, EXPLORE_FORGET_FAULTS); i++) {
        SourcePlace place = g_array_index(plan->faults, PlanFault, i).place;

        if (!leave_out(rewriting, place))
            elsewhere = place.file;
    }
    for (guint i = 0; i < plan->orders->len && forgets(rewriting, EXPLORE_FORGET_ORDERS); i++) {
        SourcePlace place = g_array_index(plan->orders, PlanOrder, i).place;

        if (!leave_out(rewriting, place))
            elsewhere = place.file;
    }
    for (guint i = 0; i < plan->names->len; i++) {
        const PlanName *name = &g_array_index(plan->names, PlanName, i);

        if (name->is_set && strcmp(name->place.file, plan->file) != 0)
            elsewhere = name->place.file;
    }
    for (guint i = 0; i < plan->expects->len; i++) {
        const PlanExpect *expect = &g_array_index(plan->expects, PlanExpect, i);

        if (!expect->always && !leave_out(rewriting, expect->place))
            elsewhere = expect->place.file;
    }
    return elsewhere != NULL
               ? g_strdup_printf("lines that have to be left out stand in %s", elsewhere)
               : NULL;
}

static gboolean begins_with(const char *line, const char *word)
{
    gsize length = strlen(word);

    line += strspn(line, " \t");
    return strncmp(line, word, length) == 0 && strchr(" \t\r", line[length]) != NULL;
}

/* "host client ./mine.profile": the path as seen from everywhere. */
static char *with_path(const char *line, const char *path, const char *folder)
{
    const char *at = strstr(line, path);
    g_autofree char *absolute = g_canonicalize_filename(path, folder);

    if (at == NULL || g_path_is_absolute(path))
        return g_strdup(line);
    return g_strdup_printf("%.*s%s%s", (int)(at - line), line, absolute, at + strlen(path));
}

static gboolean is_path(const char *profile)
{
    return strchr(profile, '/') != NULL || g_str_has_suffix(profile, ".profile");
}

/* The first word behind the statement's; free with g_free(). */
static char *first_argument(const char *line)
{
    line += strspn(line, " \t");
    line += strcspn(line, " \t");
    line += strspn(line, " \t\"");
    return g_strndup(line, strcspn(line, " \t\r\""));
}

/* What a line names that lies beside the scenario, as seen from everywhere. */
static char *resolved(const Rewriting *rewriting, const char *line, guint number)
{
    const Plan *plan = rewriting->text->original;

    if (rewriting->text->folder == NULL)
        return g_strdup(line);
    if (begins_with(line, "include")) {
        g_autofree char *path = first_argument(line);

        return with_path(line, path, rewriting->text->folder);
    }
    for (guint i = 0; i < plan->hosts->len; i++) {
        const PlanHost *host = &g_array_index(plan->hosts, PlanHost, i);

        if (host->place.line == number && strcmp(host->place.file, plan->file) == 0 &&
            is_path(host->profile))
            return with_path(line, host->profile, rewriting->text->folder);
    }
    return g_strdup(line);
}

/* Has the command line given another value to a name of this line? */
static gboolean is_set_anew(const Plan *plan, guint number)
{
    for (guint i = 0; i < plan->names->len; i++) {
        const PlanName *name = &g_array_index(plan->names, PlanName, i);

        if (name->is_set && name->place.line == number && strcmp(name->place.file, plan->file) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The line again, with the values that its names have. */
static void append_let(const Rewriting *rewriting, guint number)
{
    const Plan *plan = rewriting->text->original;

    g_string_append(rewriting->out, "let");
    for (guint i = 0; i < plan->names->len; i++) {
        const PlanName *name = &g_array_index(plan->names, PlanName, i);

        if (name->place.line == number && strcmp(name->place.file, plan->file) == 0)
            g_string_append_printf(rewriting->out, " %s=%s", name->name, name->value);
    }
    g_string_append_c(rewriting->out, '\n');
}

static void append_line(const Rewriting *rewriting, const char *line, guint number)
{
    g_autofree char *text = resolved(rewriting, line, number);
    gboolean is_anew = is_set_anew(rewriting->text->original, number);
    gboolean out = g_hash_table_contains(rewriting->left_out, GUINT_TO_POINTER(number)) ||
                   begins_with(line, "stop") || is_anew ||
                   (rewriting->text->seed != NULL && begins_with(line, "seed"));

    g_string_append_printf(rewriting->out, "%s%s\n", out ? "# " : "", text);
    if (is_anew)
        append_let(rewriting, number);
}

static void append_text(const Rewriting *rewriting, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);

    /* Behind the last newline there is no line. */
    if (count > 0 && lines[count - 1][0] == '\0')
        count--;
    for (guint i = 0; i < count; i++)
        append_line(rewriting, lines[i], i + 1);
}

/* "HOST.KEY=VALUE" of the command line, as a line. */
static void append_setting(GString *out, const char *override)
{
    const char *dot = strchr(override, '.');

    if (dot != NULL)
        g_string_append_printf(out, "set %.*s %s\n", (int)(dot - override), override, dot + 1);
}

static void append_world(GString *out, const Plan *plan, const ExploreOptions *options,
                         const ExploreResult *result)
{
    const ExploreBreach *breach = result->breach;
    g_autoptr(GPtrArray) faults = explore_world_lines(plan, options, &result->world);

    g_string_append_printf(out, "\n# Found by tcpwaltz explore: breaks the law '%s', %s.\n# %s\n",
                           explore_law_name(breach->law), explore_law_text(breach->law),
                           breach->text);
    for (guint i = 0; i < faults->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(faults, i));
    if (breach->stop != SIM_NEVER) {
        g_string_append(out, "stop at ");
        time_append_value(breach->stop, out);
        g_string_append_c(out, '\n');
    }
    if (breach->expect != NULL)
        g_string_append_printf(out, "%s\n", breach->expect);
}

char *explore_witness(const Plan *plan, const ExploreOptions *options, const ExploreResult *result,
                      const ExploreText *text, char **why)
{
    Rewriting rewriting = {
        .text = text, .left_out = g_hash_table_new(NULL, NULL), .out = g_string_new(NULL)};

    *why = choose_lines(&rewriting);
    append_text(&rewriting, text->text);
    g_hash_table_unref(rewriting.left_out);
    for (gsize i = 0; text->overrides != NULL && text->overrides[i] != NULL; i++)
        append_setting(rewriting.out, text->overrides[i]);
    if (text->seed != NULL)
        g_string_append_printf(rewriting.out, "seed %s\n", text->seed);
    append_world(rewriting.out, plan, options, result);
    char *scenario = g_string_free(rewriting.out, FALSE);

    if (*why != NULL)
        g_clear_pointer(&scenario, g_free);
    return scenario;
}
