/* A matrix of profiles: which pairs of them hold the laws in one conversation, whatever single segment is
 * lost, and what goes wrong between the others.
 */
#include "cli/explore_profiles.h"

#include <string.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "escape/escape.h"

/* A call, a hundred bytes each way, and both closes, the client's first. */
static const char conversation[] = "host client \"%s\"\n"
                                   "host server \"%s\"\n"
                                   "link client server delay=10ms\n"
                                   "at 0s server listen\n"
                                   "at 0s client connect server\n"
                                   "when client ESTABLISHED client send 100\n"
                                   "when server ESTABLISHED after 100ms server send 100\n"
                                   "when client ESTABLISHED after 1s client close\n"
                                   "when server CLOSE-WAIT server close\n";

typedef struct Matrix {
    ExploreCommand *command;
    char **names;
    guint count;
    GString *cells, *found;
    Progress progress;
    guint pairs; /* that were tried */
    guint64 worlds;
    gboolean is_broken;
    gboolean is_over; /* interrupted */
} Matrix;

/* Of "./mine.profile", "mine". */
static char *short_name(const char *profile)
{
    char *name = g_path_get_basename(profile);

    if (g_str_has_suffix(name, ".profile"))
        name[strlen(name) - strlen(".profile")] = '\0';
    return name;
}

/* FALSE, and said: one of them is no profile. */
static gboolean are_profiles(const SimulationOptions *simulation, char *const *names)
{
    const ScenarioOptions options = simulation_scenario_options(simulation);

    for (; *names != NULL; names++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();
        g_autoptr(Profile) profile = profile_load(*names, &options, diagnostics);

        if (profile == NULL) {
            simulation_say(diagnostics);
            return FALSE;
        }
    }
    return TRUE;
}

static Plan *plan_of_pair(const Matrix *matrix, guint client, guint server)
{
    g_autofree char *text =
        g_strdup_printf(conversation, matrix->names[client], matrix->names[server]);
    Plan *plan = simulation_parse(&matrix->command->simulation, "--profiles", text, strlen(text));

    if (plan != NULL)
        explore_prepare(plan, 0);
    return plan;
}

static void append_found(Matrix *matrix, guint client, guint server, const Plan *plan,
                         const ExploreResult *result)
{
    g_autoptr(GPtrArray) lines =
        explore_world_lines(plan, &matrix->command->options, &result->world);
    g_autofree char *caller = short_name(matrix->names[client]);
    g_autofree char *called = short_name(matrix->names[server]);
    g_autofree char *title =
        g_strdup_printf("%s calls %s: %s", caller, called, explore_law_name(result->breach->law));

    g_string_append_c(matrix->found, '\n');
    escape_terminal(title, matrix->found);
    g_string_append_printf(matrix->found, "\n  %s\n", result->breach->text);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(matrix->found, "  %s\n", (const char *)g_ptr_array_index(lines, i));
    if (lines->len == 0)
        g_string_append(matrix->found, "  without any fault\n");
}

static guint64 broken_in(const ExploreResult *result)
{
    guint64 broken = 0;

    for (guint i = 0; i <= EXPLORE_DEPTH_MAX; i++)
        broken += result->count.broken[i];
    return broken;
}

/* FALSE: a pair cannot be read, which was said. */
static gboolean try_pair(Matrix *matrix, guint client, guint server)
{
    g_autoptr(Plan) plan = plan_of_pair(matrix, client, server);

    if (plan == NULL)
        return FALSE;
    g_autoptr(ExploreResult) result = explore(plan, &matrix->command->options);
    guint64 broken = broken_in(result);

    matrix->pairs++;
    matrix->worlds += result->count.worlds;
    if (broken > 0)
        g_string_append_printf(matrix->cells, "%6" G_GUINT64_FORMAT, broken);
    else
        g_string_append_printf(matrix->cells, "%6s", "-");
    if (result->breach != NULL)
        append_found(matrix, client, server, plan, result);
    matrix->is_broken = matrix->is_broken || result->breach != NULL;
    progress_show(&matrix->progress, matrix->pairs, matrix->count * matrix->count);
    matrix->is_over = interrupt_waits();
    return TRUE;
}

static gboolean try_row(Matrix *matrix, guint client)
{
    g_autofree char *name = short_name(matrix->names[client]);
    g_autoptr(GString) shown = g_string_new(NULL);

    escape_terminal(name, shown);
    g_string_append_printf(matrix->cells, "%4u %-18s", client + 1, shown->str);
    for (guint server = 0; server < matrix->count && !matrix->is_over; server++) {
        if (!try_pair(matrix, client, server))
            return FALSE;
    }
    g_string_append_c(matrix->cells, '\n');
    return TRUE;
}

static gboolean try_all(Matrix *matrix)
{
    for (guint client = 0; client < matrix->count && !matrix->is_over; client++) {
        if (!try_row(matrix, client))
            return FALSE;
    }
    return TRUE;
}

static void append_head(const Matrix *matrix, GString *out)
{
    const ExploreOptions *options = &matrix->command->options;
    g_autofree char *faults = explore_options_faults(options);

    g_string_append_printf(out,
                           "worlds that break a law: %s; up to %u at once; rows call, columns are "
                           "called\n\n",
                           faults, options->depth);
    g_string_append_printf(out, "%23s", "");
    for (guint i = 0; i < matrix->count; i++)
        g_string_append_printf(out, "%6u", i + 1);
    g_string_append_c(out, '\n');
}

static int write_matrix(const Matrix *matrix)
{
    g_autoptr(GString) out = g_string_new(NULL);

    append_head(matrix, out);
    g_string_append(out, matrix->cells->str);
    g_string_append_printf(out, "\n%u pairs, %" G_GUINT64_FORMAT " worlds%s\n", matrix->pairs,
                           matrix->worlds, matrix->is_over ? "; it was interrupted" : "");
    g_string_append(out, matrix->found->str);
    return output_standard(out->str, out->len);
}

int explore_profiles(ExploreCommand *command)
{
    Matrix matrix = {.command = command,
                     .names = g_strsplit(command->profiles, ",", -1),
                     .cells = g_string_new(NULL),
                     .found = g_string_new(NULL)};
    int status = STATUS_TROUBLE;

    matrix.count = g_strv_length(matrix.names);
    command->options.all = TRUE;
    progress_begin(&matrix.progress);
    if (are_profiles(&command->simulation, matrix.names) && try_all(&matrix)) {
        progress_clear(&matrix.progress);
        status =
            status_worse(write_matrix(&matrix), matrix.is_broken ? STATUS_FAILED : STATUS_FINE);
    }
    g_strfreev(matrix.names);
    g_string_free(matrix.cells, TRUE);
    g_string_free(matrix.found, TRUE);
    return status;
}
