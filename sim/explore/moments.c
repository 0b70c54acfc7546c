/* Moments of hosts.
 *
 * A crash is written as a line `at TIME HOST crash` behind all others.  It was decided on before the run, so it comes
 * before all that is due there then, but for other `at` lines.  Where it has to come before one of them, or behind
 * something, it needs an `order` line, as a choice among what is due does: it says whence what was done in that instant
 * came, one after the other, up to the last that was chosen.
 */
#include "explore/moments.h"

struct Moment {
    SimTime at;        /* of what happened there last; -1: nothing has */
    GArray *whence;    /* PlanWhence, of all that happened at that time; NULL: nobody asks */
    guint happened;    /* so much did */
    guint chosen;      /* so much of it has to be said in an order line; 0: nothing */
    guint32 place;     /* of the last fault in it */
    gboolean is_fresh; /* it has crashed, and nothing has happened to it since */
};

void moments_begin(Moments *moments, const Plan *plan, GArray *lines)
{
    *moments = (Moments){.plan = plan, .hosts = g_new0(Moment, plan->hosts->len), .lines = lines};
    for (guint i = 0; i < plan->hosts->len; i++) {
        moments->hosts[i].at = -1;
        if (lines != NULL)
            moments->hosts[i].whence = g_array_new(FALSE, FALSE, sizeof(PlanWhence));
    }
}

/* ---- Lines ---- */

static void line_clear(gpointer data)
{
    g_free(((WorldLine *)data)->text);
}

GArray *world_lines_new(void)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(WorldLine));

    g_array_set_clear_func(lines, line_clear);
    return lines;
}

static void add_line(Moments *moments, guint32 place, char *text)
{
    const WorldLine line = {place, text};

    g_array_append_val(moments->lines, line);
}

static const char *host_name(const Moments *moments, guint host)
{
    return g_array_index(moments->plan->hosts, PlanHost, host).name;
}

static const char *whence_text(const Moments *moments, const PlanWhence *whence)
{
    const char *name = plan_whence_name(whence->kind);

    return name != NULL ? name : host_name(moments, whence->host);
}

/* "order server at 1.02s timer client" */
static void add_order(Moments *moments, guint host)
{
    const Moment *moment = &moments->hosts[host];
    g_autofree char *at = world_time_text(moment->at);
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "order %s at %s", host_name(moments, host), at);
    for (guint i = 0; i < moment->chosen; i++) {
        const PlanWhence *whence = &g_array_index(moment->whence, PlanWhence, i);

        g_string_append_printf(text, " %s", whence_text(moments, whence));
    }
    add_line(moments, moment->place, g_string_free(text, FALSE));
}

/* Whatever happened at the host is over. */
static void close_moment(Moments *moments, guint host)
{
    Moment *moment = &moments->hosts[host];

    if (moment->chosen > 0 && moments->lines != NULL)
        add_order(moments, host);
    moment->happened = moment->chosen = 0;
    if (moment->whence != NULL)
        g_array_set_size(moment->whence, 0);
}

void moments_end(Moments *moments)
{
    for (guint i = 0; i < moments->plan->hosts->len; i++) {
        close_moment(moments, i);
        g_clear_pointer(&moments->hosts[i].whence, g_array_unref);
    }
    g_free(moments->hosts);
}

/* ---- What happens ---- */

static Moment *moment_at(Moments *moments, const LabTurn *turn)
{
    Moment *moment = &moments->hosts[turn->host];

    if (moment->at != turn->at)
        close_moment(moments, turn->host);
    moment->at = turn->at;
    return moment;
}

static void happens(Moment *moment, PlanWhence whence)
{
    moment->happened++;
    if (moment->whence != NULL)
        g_array_append_val(moment->whence, whence);
}

static void choose(Moment *moment, const ExploreFault *fault)
{
    moment->chosen = moment->happened;
    moment->place = fault->place;
}

/* Does something wait there that is written before the crash: an `at` line, of that kind? */
static gboolean waits_for(const LabTurn *turn, PlanWhenceKind kind)
{
    for (guint i = 0; i < turn->count; i++) {
        if (turn->ready[i].is_at && turn->ready[i].whence.kind == kind)
            return TRUE;
    }
    return FALSE;
}

gboolean moments_may_crash(const Moments *moments, const LabTurn *turn)
{
    const Moment *moment = &moments->hosts[turn->host];
    gboolean is_between = moment->at >= 0 || !turn->ready[0].is_at;

    return turn->is_up && !moment->is_fresh && is_between && !waits_for(turn, PLAN_WHENCE_POWER);
}

static void add_crash(Moments *moments, const LabTurn *turn, const ExploreFault *fault)
{
    g_autofree char *at = world_time_text(turn->at);

    if (moments->lines != NULL)
        add_line(moments, fault->place,
                 g_strdup_printf("at %s %s %s", at, host_name(moments, turn->host),
                                 fault->kind == EXPLORE_REBOOT ? "reboot forget" : "crash"));
}

void moments_crash(Moments *moments, const LabTurn *turn, const ExploreFault *fault)
{
    Moment *moment = moment_at(moments, turn);
    gboolean comes_first = moment->happened == 0 && !waits_for(turn, PLAN_WHENCE_SCRIPT);

    add_crash(moments, turn, fault);
    happens(moment, (PlanWhence){.kind = PLAN_WHENCE_POWER});
    if (!comes_first)
        choose(moment, fault);
    moment->is_fresh = TRUE;
}

void moments_turn(Moments *moments, const LabTurn *turn, guint first, const ExploreFault *order)
{
    Moment *moment = moment_at(moments, turn);

    happens(moment, turn->ready[first].whence);
    if (order != NULL)
        choose(moment, order);
    moment->is_fresh = FALSE;
}

guint64 moments_digest(const Moments *moments)
{
    guint64 digest = 0;

    for (guint i = 0; moments->hosts != NULL && i < moments->plan->hosts->len; i++) {
        const Moment *moment = &moments->hosts[i];

        digest = digest_mix(digest, (moment->at >= 0 ? 2U : 0U) + (moment->is_fresh ? 1U : 0U));
    }
    return digest;
}
