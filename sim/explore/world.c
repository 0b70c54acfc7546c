/* Carries a world out: answers for every packet what befalls it, and for every turn what comes first.
 */
#include "explore/world.h"

#include "explore/moments.h"
#include "net/link.h"

static const FaultKind fault_kinds[EXPLORE_FAULT_COUNT] = {
    [EXPLORE_DROP] = FAULT_DROP,       [EXPLORE_DUPLICATE] = FAULT_DUPLICATE,
    [EXPLORE_REORDER] = FAULT_DELAY,   [EXPLORE_DELAY] = FAULT_DELAY,
    [EXPLORE_CORRUPT] = FAULT_CORRUPT,
};

typedef struct Answers {
    const ExploreWorld *world;
    guint kinds;    /* of faults that are tried, a bit each */
    guint next;     /* the fault that comes next, … */
    guint32 places; /* … and the place that comes next */
    GArray *kept;   /* ExplorePlace; or NULL */
    const WorldNotes *notes;
    Moments moments;
} Answers;

/* ---- Places ---- */

/* The run has come to a place.  The fault that is there; NULL: none. */
static const ExploreFault *come_to(Answers *answers, const ExplorePlace *place)
{
    const ExploreWorld *world = answers->world;

    if (answers->kept != NULL)
        g_array_append_vals(answers->kept, place, 1);
    guint32 number = answers->places++;
    if (answers->next == world->count || world->faults[answers->next].place != number)
        return NULL;
    return &world->faults[answers->next++];
}

/* ---- Packets ---- */

static SimTime transmission(const LinkChoice *choice)
{
    gint64 rate = choice->link->config.rate;

    return rate > 0 ? (SimTime)choice->packet->ip_bytes * 8 * SIM_SECOND / rate + 1 : 0;
}

static guint64 meets(Answers *answers, const LinkChoice *choice)
{
    const ExplorePlace place = {.kind = EXPLORE_AT_PACKET,
                                .at = choice->packet->at,
                                .transmission = transmission(choice),
                                .from = (guint16)choice->link->from,
                                .to = (guint16)choice->link->to};

    if (choice->packet->forged)
        return 0;
    const ExploreFault *fault = come_to(answers, &place);
    return fault != NULL ? 1U + fault_kinds[fault->kind] : 0;
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

/* ---- Turns ---- */

static ExplorePlace place_of_turn(ExplorePlaceKind kind, const LabTurn *turn)
{
    return (ExplorePlace){.kind = kind,
                          .at = turn->at,
                          .from = (guint16)turn->host,
                          .to = (guint16)turn->host,
                          .count = (guint16)turn->count};
}

static const ExploreFault *come_to_crash(Answers *answers, const LabTurn *turn)
{
    const ExplorePlace place = place_of_turn(EXPLORE_AT_CRASH, turn);
    gboolean is_asked = (answers->kinds & (1U << EXPLORE_CRASH | 1U << EXPLORE_REBOOT)) != 0;

    return is_asked && moments_may_crash(&answers->moments, turn) ? come_to(answers, &place) : NULL;
}

static const ExploreFault *come_to_turn(Answers *answers, const LabTurn *turn)
{
    const ExplorePlace place = place_of_turn(EXPLORE_AT_TURN, turn);
    gboolean is_asked = (answers->kinds & 1U << EXPLORE_ORDER) != 0;

    return is_asked && turn->count > 1 ? come_to(answers, &place) : NULL;
}

static LabTurnAnswer answer_turn(gpointer context, const LabTurn *turn)
{
    Answers *answers = context;
    LabTurnAnswer answer = {.first = 0};
    const ExploreFault *crash = come_to_crash(answers, turn);

    if (crash != NULL) {
        answer.crashes = TRUE;
        answer.reboots = crash->kind == EXPLORE_REBOOT;
        moments_crash(&answers->moments, turn, crash);
        return answer;
    }
    const ExploreFault *order = come_to_turn(answers, turn);

    if (order != NULL)
        answer.first = order->first;
    moments_turn(&answers->moments, turn, answer.first, order);
    return answer;
}

/* ---- Between turns ---- */

static gboolean look_on(gpointer context, const LabRun *run)
{
    Answers *answers = context;
    const WorldNotes *notes = answers->notes;

    if (answers->next < answers->world->count)
        return TRUE;
    return notes->look(notes->context, run, answers->places, moments_digest(&answers->moments));
}

/* ---- The run ---- */

gboolean world_has_turns(guint kinds)
{
    return kinds >> EXPLORE_FAULT_COUNT != 0;
}

Trace *world_run(const Plan *plan, const ExploreOptions *options, const ExploreWorld *world,
                 const WorldNotes *notes)
{
    Answers answers = {
        .world = world, .kinds = options->kinds, .kept = notes->places, .notes = notes};
    LabOptions how = options->lab;

    how.level = TRACE_LEVEL_FULL;
    how.decide = answer;
    how.decide_context = &answers;
    how.look = notes->look != NULL ? look_on : NULL;
    if (world_has_turns(options->kinds)) {
        how.decide_turn = answer_turn;
        moments_begin(&answers.moments, plan, notes->lines);
    }
    Trace *trace = lab_run(plan, &how);

    if (world_has_turns(options->kinds))
        moments_end(&answers.moments);
    return trace;
}
