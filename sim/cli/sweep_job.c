/* What a sweep is of: the scenario's plans, what is varied and asked, the grid, and the head that says so. */
#include "cli/sweep_job.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "config.h"
#include "sweep/code.h"
#include "sweep/runs.h"

/* --- reading what is asked for ------------------------------------------------------------ */

/* Both set the same key, so that one of them would do nothing. */
static gboolean overlap(const PlanAxis *a, const PlanAxis *b)
{
    gboolean of_links = a->key != NULL && a->key == b->key && !a->rereads &&
                        a->key == key_find(KEY_SCOPE_LINK, a->key->name, strlen(a->key->name));

    return strcmp(a->target, b->target) == 0 ||
           (of_links &&
            (g_str_has_prefix(a->target, "link.") || g_str_has_prefix(b->target, "link.")));
}

static gboolean may_stand(const GPtrArray *axes, const PlanAxis *axis)
{
    for (guint i = 0; i < axes->len; i++) {
        const PlanAxis *other = g_ptr_array_index(axes, i);

        if (!overlap(other, axis))
            continue;
        say_usage(&command_sweep, "--vary '%s' and --vary '%s' set the same", other->text,
                  axis->text);
        return FALSE;
    }
    return TRUE;
}

/* All errors of all of them are said. */
static gboolean read_axes(SweepJob *job, const Plan *plan)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = simulation_scenario_options(&job->options->simulation);
    gboolean good = TRUE;

    for (char **text = job->options->vary; text != NULL && *text != NULL; text++) {
        PlanAxis *axis = scenario_axis(plan, &scenario, "--vary", *text, diagnostics);

        if (axis == NULL)
            continue;
        good = good && may_stand(job->axes, axis);
        g_ptr_array_add(job->axes, axis);
    }
    simulation_say(diagnostics);
    return good && !diagnostics_any(diagnostics);
}

static gboolean read_asks(SweepJob *job, const Plan *plan)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    char **asks = job->options->asks;

    for (guint i = 0; asks != NULL && asks[i] != NULL; i++) {
        PlanAsk *ask = scenario_ask(plan, "--ask", asks[i], diagnostics);

        for (guint j = 0; j < i; j++) {
            if (strcmp(asks[i], asks[j]) != 0)
                continue;
            say_usage(&command_sweep, "--ask '%s' stands twice", asks[i]);
            plan_ask_free(ask);
            return FALSE;
        }
        if (ask != NULL)
            g_ptr_array_add(job->asks, ask);
    }
    simulation_say(diagnostics);
    return !diagnostics_any(diagnostics);
}

/* "1..1000", or so many from `first` on. */
static gboolean read_seeds(const char *text, guint64 *first, guint64 *count)
{
    const char *dots = text != NULL ? strstr(text, "..") : NULL;
    g_autofree char *begin = dots != NULL ? g_strndup(text, (gsize)(dots - text)) : NULL;
    guint64 last = 0;

    *count = 1;
    if (text == NULL)
        return TRUE;
    if (dots == NULL)
        return option_number(&command_sweep, "--seeds", text, count);
    if (!option_number(&command_sweep, "--seeds", begin, first) ||
        !option_number(&command_sweep, "--seeds", dots + 2, &last))
        return FALSE;
    *count = last >= *first && last <= SWEEP_RUNS_MAX ? last - *first + 1 : 0;
    return TRUE;
}

static gboolean make_grid(SweepJob *job, const Plan *plan)
{
    const SimulationOptions *simulation = &job->options->simulation;
    guint64 first = simulation->lab.has_seed ? simulation->lab.seed : plan->seed, count;

    if (!read_seeds(job->options->seeds, &first, &count))
        return FALSE;
    if (count == 0 || first > SWEEP_RUNS_MAX || count > SWEEP_RUNS_MAX - first) {
        say_usage(&command_sweep,
                  "--seeds are so many, or FIRST..LAST, of numbers up to %" G_GUINT64_FORMAT,
                  SWEEP_RUNS_MAX);
        return FALSE;
    }
    if (sweep_grid_init(&job->grid, job->axes, first, count))
        return TRUE;
    say_trouble("these are more than %" G_GUINT64_FORMAT " runs", SWEEP_RUNS_MAX);
    return FALSE;
}

/* --- plans -------------------------------------------------------------------------------- */

enum { READINGS_MAX = 10000 };

static gboolean varies_text(const SweepJob *job)
{
    for (guint i = 0; i < job->axes->len; i++) {
        if (((const PlanAxis *)g_ptr_array_index(job->axes, i))->rereads)
            return TRUE;
    }
    return FALSE;
}

/* How often the scenario has to be read: once for each combination of profiles and of values by name. */
static guint64 readings(const SweepJob *job)
{
    guint64 count = 1; /* no more than there are points */

    for (guint i = 0; i < job->axes->len; i++) {
        const PlanAxis *axis = g_ptr_array_index(job->axes, i);

        if (axis->rereads)
            count *= axis->count;
    }
    return count;
}

static ScenarioOptions how_to_read(const SweepJob *job)
{
    ScenarioOptions scenario = simulation_scenario_options(&job->options->simulation);

    scenario.digest = job->digest;
    return scenario;
}

static Plan *load(SweepJob *job)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = how_to_read(job);
    Plan *plan = scenario_load(job->file, &scenario, diagnostics);

    simulation_say(diagnostics);
    return plan;
}

/* One for each reading; `plan`, which is taken over, where there is none more. */
static gboolean load_all(SweepJob *job, Plan *plan)
{
    if (!varies_text(job)) {
        job->plans = g_ptr_array_new_with_free_func((GDestroyNotify)plan_free);
        g_ptr_array_add(job->plans, plan);
        return TRUE;
    }
    plan_free(plan);
    if (strcmp(job->file, "-") == 0) {
        say_usage(&command_sweep, "profiles and values by name are varied by reading FILE again: "
                                  "it cannot be -");
        return FALSE;
    }
    if (readings(job) > READINGS_MAX) {
        say_usage(&command_sweep,
                  "that is %" G_GUINT64_FORMAT
                  " combinations of profiles and values by name, each of "
                  "them a scenario to be kept; %d at most: split the values",
                  readings(job), READINGS_MAX);
        return FALSE;
    }
    g_checksum_reset(job->digest);

    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    ScenarioOptions scenario = how_to_read(job);

    job->plans = sweep_plans(job->file, &scenario, &job->grid, diagnostics);
    simulation_say(diagnostics);
    return job->plans != NULL;
}

/* --- the head ----------------------------------------------------------------------------- */

static void add_each(SweepHead *head, SweepField field, char *const *texts)
{
    for (; texts != NULL && *texts != NULL; texts++)
        sweep_head_add(head, field, *texts);
}

static char *bounds_text(const SimulationOptions *simulation)
{
    const struct {
        const char *option, *value;
    } bounds[] = {{"--max-time", simulation->max_time},
                  {"--max-events", simulation->max_events},
                  {"--max-memory", simulation->max_memory},
                  {"--max-steps", simulation->max_steps}};
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(bounds); i++) {
        if (bounds[i].value != NULL)
            g_string_append_printf(text, "%s%s %s", text->len > 0 ? " " : "", bounds[i].option,
                                   bounds[i].value);
    }
    return g_string_free(text, FALSE);
}

static void make_head(SweepJob *job)
{
    const SweepOptions *options = job->options;
    const SweepGrid *grid = &job->grid;
    g_autofree char *bounds = bounds_text(&options->simulation);
    g_autofree char *name = g_path_get_basename(job->file); /* folders differ between machines */
    g_autofree char *runs = g_strdup_printf("%" G_GUINT64_FORMAT, grid->runs);
    g_autofree char *seeds =
        g_strdup_printf("%" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, grid->first_seed,
                        grid->first_seed + (grid->seeds - 1));
    g_autofree char *version = g_strconcat(TCPWALTZ_VERSION "+", sweep_code, NULL);
    SweepHead *head = job->head = sweep_head_new();

    sweep_head_add(head, SWEEP_VERSION, version);
    sweep_head_add(head, SWEEP_SCENARIO, name);
    sweep_head_add(head, SWEEP_FILES, g_checksum_get_string(job->digest));
    sweep_head_add(head, SWEEP_OPTIONS, bounds);
    add_each(head, SWEEP_SET, options->simulation.overrides);
    add_each(head, SWEEP_VARY, options->vary);
    add_each(head, SWEEP_ASK, options->asks);
    sweep_head_add(head, SWEEP_SEEDS, seeds);
    sweep_head_add(head, SWEEP_RUNS, runs);
    sweep_head_set_shard(head, options->shard, options->of);

    gboolean is_one = sweep_head_finish(head);

    g_assert(is_one);
    (void)is_one;
}

/* --- all of it ---------------------------------------------------------------------------- */

static gboolean read_all(SweepJob *job)
{
    Plan *plan = load(job);

    if (plan == NULL)
        return FALSE;
    /* No && between the first two: what is wrong with both is said at once. */
    gboolean good = read_axes(job, plan);

    good = read_asks(job, plan) && good;
    if (good && make_grid(job, plan))
        return load_all(job, plan);
    plan_free(plan);
    return FALSE;
}

gboolean sweep_job_read(SweepJob *job, const SweepOptions *options, const char *file)
{
    *job = (SweepJob){.options = options, .file = file};
    job->axes = g_ptr_array_new_with_free_func((GDestroyNotify)plan_axis_free);
    job->asks = g_ptr_array_new_with_free_func((GDestroyNotify)plan_ask_free);
    job->digest = g_checksum_new(G_CHECKSUM_SHA256);
    if (!read_all(job))
        return FALSE;
    make_head(job);
    return TRUE;
}

void sweep_job_clear(SweepJob *job)
{
    g_clear_pointer(&job->axes, g_ptr_array_unref);
    g_clear_pointer(&job->plans, g_ptr_array_unref);
    g_clear_pointer(&job->asks, g_ptr_array_unref);
    g_clear_pointer(&job->digest, g_checksum_free);
    g_clear_pointer(&job->head, sweep_head_free);
}
