/* Carries a world out: answers for every packet what befalls it. */
#include "explore/world.h"

#include "net/link.h"

static const FaultKind fault_kinds[EXPLORE_FAULT_COUNT] = {
    [EXPLORE_DROP] = FAULT_DROP,       [EXPLORE_DUPLICATE] = FAULT_DUPLICATE,
    [EXPLORE_REORDER] = FAULT_DELAY,   [EXPLORE_DELAY] = FAULT_DELAY,
    [EXPLORE_CORRUPT] = FAULT_CORRUPT,
};

typedef struct Answers {
    const ExploreWorld *world;
    guint next;      /* the fault that comes next, … */
    guint32 packets; /* … and the packet that comes next */
    GArray *kept;    /* ExplorePacket; or NULL */
} Answers;

static SimTime transmission(const LinkChoice *choice)
{
    gint64 rate = choice->link->config.rate;

    return rate > 0 ? (SimTime)choice->packet->ip_bytes * 8 * SIM_SECOND / rate + 1 : 0;
}

static void keep(const Answers *answers, const LinkChoice *choice)
{
    const ExplorePacket packet = {.at = choice->packet->at,
                                  .transmission = transmission(choice),
                                  .from = (guint16)choice->link->from,
                                  .to = (guint16)choice->link->to};

    if (answers->kept != NULL)
        g_array_append_val(answers->kept, packet);
}

static guint64 meets(Answers *answers, const LinkChoice *choice)
{
    const ExploreWorld *world = answers->world;

    if (choice->packet->forged)
        return 0;
    keep(answers, choice);
    guint32 packet = answers->packets++;
    if (answers->next == world->count || world->faults[answers->next].packet != packet)
        return 0;
    return 1U + fault_kinds[world->faults[answers->next++].kind];
}

/* Chance is left out: its points are answered with 0, "no". */
static guint64 answer(void *context, const LinkChoice *choice)
{
    Answers *answers = context;

    if (choice->point == LINK_POINT_FAULT)
        return meets(answers, choice);
    if (choice->point == LINK_POINT_FAULT_DELAY)
        return (guint64)answers->world->faults[answers->next - 1].delay;
    return 0;
}

Trace *world_run(const Plan *plan, const LabOptions *options, const ExploreWorld *world,
                 GArray *packets)
{
    Answers answers = {.world = world, .kept = packets};
    LabOptions how = *options;

    how.level = TRACE_LEVEL_FULL;
    how.decide = answer;
    how.decide_context = &answers;
    return lab_run(plan, &how);
}
