/* Which plans have worlds that can be tried, and how they are made ready for it. */
#include "explore/world.h"

static const PlanStep *first_flood(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);

        if (step->verb == PLAN_FLOOD || step->series.rate > 0)
            return step;
    }
    return NULL;
}

static gboolean draws(const LinkConfig *config)
{
    return config->loss > 0 || config->burst > 0 || config->duplicate > 0 || config->corrupt > 0 ||
           config->jitter > 0 || config->reorder > 0 || config->mark > 0;
}

static const PlanLink *first_that_draws(const Plan *plan)
{
    for (guint i = 0; i < plan->links->len; i++) {
        const PlanLink *link = &g_array_index(plan->links, PlanLink, i);

        if (draws(&link->config))
            return link;
    }
    return NULL;
}

/* Its name would be read as something else where a counterexample gives an order. */
static const PlanHost *first_with_name_of_whence(const Plan *plan)
{
    guint index;

    for (guint i = PLAN_WHENCE_TIMER; i <= PLAN_WHENCE_POWER; i++) {
        if (plan_find_host(plan, plan_whence_name((PlanWhenceKind)i), &index))
            return &g_array_index(plan->hosts, PlanHost, index);
    }
    return NULL;
}

char *explore_unfit(const Plan *plan, guint kinds, SourcePlace *place)
{
    const PlanStep *flood = first_flood(plan);
    const PlanLink *link = first_that_draws(plan);
    const PlanHost *host = world_has_turns(kinds) ? first_with_name_of_whence(plan) : NULL;

    *place = (SourcePlace){.file = g_intern_string(plan->file)};
    if (plan->reality != NULL)
        return g_strdup(
            "worlds are those of a scenario: a packetdrill script says itself what is sent");
    if (plan_has_stack(plan))
        return g_strdup("worlds are those of simulated hosts: a linked stack is another's");
    if (flood != NULL) {
        *place = flood->place;
        return g_strdup("there are too many worlds where segments or connections come by the rate");
    }
    if (host != NULL) {
        *place = host->place;
        return g_strdup_printf("a host cannot be called '%s' where orders or crashes are tried: "
                               "an order line means something else by it",
                               host->name);
    }
    if (link == NULL)
        return NULL;
    *place = link->place;
    return g_strdup(
        "this link draws by chance, and all that chance may do is tried anyway: leave its "
        "keys out");
}

void explore_prepare(Plan *plan, guint forget)
{
    plan->stop = SIM_NEVER;
    if ((forget & EXPLORE_FORGET_FAULTS) != 0)
        g_array_set_size(plan->faults, 0);
    if ((forget & EXPLORE_FORGET_ORDERS) != 0)
        g_array_set_size(plan->orders, 0);
    for (guint i = plan->expects->len; i > 0; i--) {
        if (!g_array_index(plan->expects, PlanExpect, i - 1).always)
            g_array_remove_index(plan->expects, i - 1);
    }
}
