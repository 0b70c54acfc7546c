/* The plan as a value: made empty, searched, freed.  The statements fill it. */
#include "scenario/plan.h"

#include <string.h>

#include "scenario/plan_private.h"

static void clear_name(gpointer item)
{
    PlanName *name = item;

    g_free(name->name);
    g_free(name->value);
}

static void clear_host(gpointer item)
{
    PlanHost *host = item;

    g_free(host->name);
    g_free(host->profile);
}

static void clear_fault(gpointer item)
{
    g_free(((PlanFault *)item)->text);
}

static void clear_step(gpointer item)
{
    PlanStep *step = item;

    g_free(step->text);
    g_free(step->line);
    g_clear_pointer(&step->settings, g_array_unref);
}

static void clear_order(gpointer item)
{
    PlanOrder *order = item;

    g_array_unref(order->whence);
    g_free(order->text);
}

static void clear_expect(gpointer item)
{
    PlanExpect *expect = item;

    g_free(expect->text);
    g_clear_pointer(&expect->times, g_array_unref);
    g_clear_pointer(&expect->states, g_array_unref);
    g_clear_pointer(&expect->numbers, g_array_unref);
}

void plan_ask_free(PlanAsk *ask)
{
    if (ask == NULL)
        return;
    clear_expect(&ask->expect);
    g_free(ask);
}

static GArray *array_of(gsize size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, FALSE, (guint)size);

    if (clear != NULL)
        g_array_set_clear_func(array, clear);
    return array;
}

Plan *plan_new(const char *file)
{
    Plan *plan = g_new0(Plan, 1);

    plan->file = g_strdup(file);
    plan->about = g_ptr_array_new_with_free_func(g_free);
    plan->see = g_ptr_array_new_with_free_func(g_free);
    plan->names = array_of(sizeof(PlanName), clear_name);
    plan->hosts = array_of(sizeof(PlanHost), clear_host);
    plan->links = array_of(sizeof(PlanLink), NULL);
    plan->faults = array_of(sizeof(PlanFault), clear_fault);
    plan->steps = array_of(sizeof(PlanStep), clear_step);
    plan->orders = array_of(sizeof(PlanOrder), clear_order);
    plan->expects = array_of(sizeof(PlanExpect), clear_expect);
    plan->seed = 1;
    plan->stop = SIM_NEVER;
    return plan;
}

void plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    g_free(plan->file);
    g_free(plan->title);
    g_ptr_array_unref(plan->about);
    g_ptr_array_unref(plan->see);
    g_array_unref(plan->names);
    g_array_unref(plan->hosts);
    g_array_unref(plan->links);
    g_array_unref(plan->faults);
    g_array_unref(plan->steps);
    g_array_unref(plan->orders);
    g_array_unref(plan->expects);
    if (plan->script_free != NULL)
        plan->script_free(plan->script);
    g_free(plan);
}

static GArray *variant_hosts(const GArray *hosts)
{
    GArray *copy = array_of(sizeof(PlanHost), clear_host);

    g_array_append_vals(copy, hosts->data, hosts->len);
    for (guint i = 0; i < copy->len; i++) {
        PlanHost *host = &g_array_index(copy, PlanHost, i);

        host->name = g_strdup(host->name);
        host->profile = g_strdup(host->profile);
    }
    return copy;
}

Plan *plan_variant(const Plan *plan)
{
    Plan *copy = g_memdup2(plan, sizeof *plan);

    g_assert(plan->script == NULL);
    copy->file = g_strdup(plan->file);
    copy->title = g_strdup(plan->title);
    g_ptr_array_ref(copy->about);
    g_ptr_array_ref(copy->see);
    g_array_ref(copy->names);
    copy->hosts = variant_hosts(plan->hosts);
    copy->links = g_array_copy(plan->links);
    g_array_ref(copy->faults);
    g_array_ref(copy->steps);
    g_array_ref(copy->orders);
    g_array_ref(copy->expects);
    return copy;
}

gboolean plan_find_host(const Plan *plan, const char *name, guint *out)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        if (strcmp(g_array_index(plan->hosts, PlanHost, i).name, name) == 0) {
            *out = i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *plan_whence_name(PlanWhenceKind kind)
{
    static const char *const names[] = {[PLAN_WHENCE_HOST] = NULL,
                                        [PLAN_WHENCE_TIMER] = "timer",
                                        [PLAN_WHENCE_SCRIPT] = "script",
                                        [PLAN_WHENCE_POWER] = "power"};

    return names[kind];
}

gboolean plan_verb_is_power(PlanVerb verb)
{
    return verb == PLAN_CRASH || verb == PLAN_REBOOT;
}

const char *plan_variable_name(PlanVariable variable)
{
    static const char *const names[PLAN_VARIABLE_COUNT] = {
        "snd_una", "snd_nxt", "snd_wnd", "rcv_nxt", "rcv_wnd", "iss", "irs",
    };

    g_return_val_if_fail((guint)variable < PLAN_VARIABLE_COUNT, "?");
    return names[variable];
}

gboolean plan_host_sets(const PlanHost *host, const Key *key)
{
    return memcmp((const char *)&host->config + key->offset,
                  (const char *)&host->profile_config + key->offset, sizeof(gint64)) != 0;
}

gboolean plan_link_is_set(const PlanLink *link, const Key *key)
{
    return memcmp((const char *)&link->config + key->offset,
                  (const char *)&link->written + key->offset, sizeof(gint64)) != 0;
}

gboolean plan_step_is_of(const PlanStep *step, guint host)
{
    return step->verb != PLAN_INJECT && step->verb != PLAN_FLOOD && step->actor.host == host;
}

gboolean plan_has_stack(const Plan *plan)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        if (g_array_index(plan->hosts, PlanHost, i).stack != NULL)
            return TRUE;
    }
    return FALSE;
}
