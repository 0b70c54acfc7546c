/* Lines that never did anything, and lines that set themselves off, said in words. */
#include "expect/lines.h"

#include <string.h>

#include "expect/expect.h"
#include "expect/feeding.h"
#include "expect/times.h"

enum {
    /* A line that feeds itself less often than this in a row has come to an end: no word is lost on it. */
    FEEDS_IN_A_ROW = 3,
    TOLD_MAX = 100, /* of each kind of line */
};

/* --- counting ----------------------------------------------------------------------------- */

/* Causes are looked at only where some `when` was carried out often enough to be its own. */
static gboolean may_feed(const Plan *plan, const LineUses *uses)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        if (g_array_index(plan->steps, PlanStep, i).is_when &&
            g_array_index(uses->steps, LineUse, i).use.done > FEEDS_IN_A_ROW)
            return TRUE;
    }
    return FALSE;
}

static GArray *uses_of(const GArray *lines)
{
    GArray *uses = g_array_sized_new(FALSE, TRUE, sizeof(LineUse), lines->len);

    g_array_set_size(uses, lines->len);
    for (guint i = 0; i < lines->len; i++)
        g_array_index(uses, LineUse, i).use = g_array_index(lines, TraceLine, i).use;
    return uses;
}

static gpointer copy_text(gconstpointer text, gpointer nothing)
{
    (void)nothing;
    return g_strdup(text);
}

LineUses *line_uses_of(const Plan *plan, const Trace *trace)
{
    LineUses *uses = g_new0(LineUses, 1);

    uses->runs = 1;
    uses->rules = uses_of(trace->rules);
    uses->steps = uses_of(trace->calls);
    uses->hidden = g_ptr_array_copy(trace->hidden, copy_text, NULL);
    g_ptr_array_set_free_func(uses->hidden, g_free);
    if (trace->events->len > 0)
        uses->ended = trace_event(trace, trace->events->len)->t;
    if (may_feed(plan, uses))
        feeding_count(trace, uses->steps);
    return uses;
}

void line_uses_free(LineUses *uses)
{
    if (uses == NULL)
        return;
    g_array_unref(uses->rules);
    g_array_unref(uses->steps);
    g_ptr_array_unref(uses->hidden);
    g_free(uses);
}

static void take_most(GArray *lines, const GArray *others)
{
    for (guint i = 0; i < lines->len; i++) {
        LineUse *line = &g_array_index(lines, LineUse, i);
        const LineUse *other = &g_array_index(others, LineUse, i);

        line->use.met = MAX(line->use.met, other->use.met);
        line->use.done = MAX(line->use.done, other->use.done);
        line->fed = MAX(line->fed, other->fed);
        line->deepest = MAX(line->deepest, other->deepest);
    }
}

void line_uses_add(LineUses *uses, const LineUses *others)
{
    take_most(uses->rules, others->rules);
    take_most(uses->steps, others->steps);
    uses->runs += others->runs;
    uses->ended = MAX(uses->ended, others->ended);
}

/* --- words -------------------------------------------------------------------------------- */

typedef struct Telling {
    const Plan *plan;
    const LineUses *uses;
    GPtrArray *results;
    guint64 told; /* of this kind; what is more than TOLD_MAX is told together */
} Telling;

/* The result to be filled in; NULL when there are too many of its kind already. */
static ExpectResult *result_of(Telling *telling, const char *text, const SourcePlace *place)
{
    if (++telling->told > TOLD_MAX)
        return NULL;
    ExpectResult *result = g_new0(ExpectResult, 1);

    result->about = EXPECT_ABOUT_LINE;
    result->text = g_strdup(text);
    result->place = *place;
    g_ptr_array_add(telling->results, result);
    return result;
}

/* "4 more lines of the script" "never fired or were never carried out" */
static void tell_the_rest(Telling *telling, const char *text, const char *actual, gboolean ok)
{
    guint64 more = telling->told - MIN(telling->told, TOLD_MAX);
    SourcePlace place = {.file = g_intern_string(telling->plan->file)};

    telling->told = 0;
    if (more == 0)
        return;
    g_autofree char *lines = g_strdup_printf("%" G_GUINT64_FORMAT " more %s", more, text);
    ExpectResult *result = result_of(telling, lines, &place);

    result->ok = ok;
    result->expected = g_strdup("that they do something");
    result->actual = g_strdup(actual);
    telling->told = 0;
}

static const char *host_name(const Telling *telling, guint host)
{
    return g_array_index(telling->plan->hosts, PlanHost, host).name;
}

/* "client.2" */
static void append_party(const Telling *telling, PlanParty party, GString *out)
{
    g_string_append(out, host_name(telling, party.host));
    if (party.number != 0)
        g_string_append_printf(out, ".%u", party.number);
}

/* "the run ended at 5 s" */
static char *end_text(const Telling *telling)
{
    GString *out =
        g_string_new(telling->uses->runs > 1 ? "no run lasted beyond " : "the run ended at ");

    time_append(telling->uses->ended, out);
    return g_string_free(out, FALSE);
}

/* --- rules -------------------------------------------------------------------------------- */

/* The ranges of a selection that lie beyond `met`, as they are written: "#5", "#2..4,7.."; free with
 * g_free(). */
static char *ranges_beyond(const FaultRule *rule, guint64 met)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < rule->range_count; i++) {
        const FaultRange *range = &rule->ranges[i];

        if (range->first <= met)
            continue;
        g_string_append_printf(out, "%s%u", out->len > 0 ? "," : "#", range->first);
        if (range->last == G_MAXUINT32)
            g_string_append(out, "..");
        else if (range->last > range->first)
            g_string_append_printf(out, "..%u", range->last);
    }
    return g_string_free(out, FALSE);
}

static gboolean hits_any(const FaultRule *rule, guint64 met)
{
    for (guint i = 0; i < rule->range_count; i++)
        if (rule->ranges[i].first <= met)
            return TRUE;
    return FALSE;
}

/* " from 1 s to 2 s", of a rule that counts only then. */
static void append_window(GString *out, const FaultRule *rule)
{
    if (rule->to == SIM_NEVER)
        return;
    g_string_append(out, " from ");
    time_append(rule->from, out);
    g_string_append(out, " to ");
    time_append(rule->to, out);
}

/* "3 SYN", "no segment" */
static void append_count(GString *out, guint64 count, SegmentClass class)
{
    const char *word = class == SEGMENT_ANY ? "segment" : segment_class_name(class);

    if (count == 0)
        g_string_append_printf(out, "no %s", word);
    else
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s%s", count, word,
                               class == SEGMENT_ANY && count > 1 ? "s" : "");
}

static char *rule_expected(const FaultRule *rule, const char *sender, const char *beyond)
{
    const char *class = rule->class == SEGMENT_ANY ? "a segment" : segment_class_name(rule->class);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s sends %s", sender, class);
    if (strcmp(beyond, "#1..") != 0) /* all of them: one would do */
        g_string_append_printf(out, " %s", beyond);
    append_window(out, rule);
    return g_string_free(out, FALSE);
}

static char *rule_actual(const FaultRule *rule, const char *sender, const char *beyond, guint64 met,
                         gboolean at_most)
{
    GString *out = g_string_new("never matched");

    if (hits_any(rule, met))
        g_string_append_printf(out, " %s", beyond);
    g_string_append_printf(out, ": %s sent %s", sender, at_most && met > 0 ? "at most " : "");
    append_count(out, met, rule->class);
    append_window(out, rule);
    return g_string_free(out, FALSE);
}

/* Does the scenario say itself that there are no such segments? */
static gboolean rule_is_for_nothing(const Plan *plan, const FaultRule *rule)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        const PlanExpect *expect = &g_array_index(plan->expects, PlanExpect, i);

        if (expect->kind == PLAN_EXPECT_NEVER_SENDS && expect->party.host == rule->sender &&
            expect->party.number == 0 &&
            (expect->class == rule->class || expect->class == SEGMENT_ANY))
            return TRUE;
    }
    return FALSE;
}

static void tell_rule(Telling *telling, const PlanFault *fault, guint64 met)
{
    const FaultRule *rule = &fault->rule;
    const char *sender = host_name(telling, rule->sender);
    g_autofree char *beyond = ranges_beyond(rule, met);

    if (beyond[0] == '\0' || rule_is_for_nothing(telling->plan, rule))
        return;
    ExpectResult *result = result_of(telling, fault->text, &fault->place);

    if (result == NULL)
        return;
    result->expected = rule_expected(rule, sender, beyond);
    result->actual = rule_actual(rule, sender, beyond, met, telling->uses->runs > 1);
}

/* --- orders ------------------------------------------------------------------------------- */

static void tell_order(Telling *telling, const PlanOrder *order, guint64 met)
{
    ExpectResult *result =
        met < order->whence->len ? result_of(telling, order->text, &order->place) : NULL;

    if (result == NULL)
        return;
    GString *expected = g_string_new("all of it due at ");

    g_string_append_printf(expected, "%s at ", host_name(telling, order->host));
    time_append(order->at, expected);
    result->expected = g_string_free(expected, FALSE);
    result->actual =
        g_strdup_printf("was not followed: %" G_GUINT64_FORMAT " of the %u that it names came then",
                        met, order->whence->len);
}

/* --- the script --------------------------------------------------------------------------- */

static void tell_never_entered(const Telling *telling, const PlanStep *step, ExpectResult *result)
{
    GString *expected = g_string_new(NULL), *actual = g_string_new("never fired: ");
    const char *state = tcp_state_name(step->state);

    append_party(telling, step->when, expected);
    g_string_append_printf(expected, " enters %s", state);
    append_party(telling, step->when, actual);
    g_string_append_printf(actual, " never entered %s", state);
    result->expected = g_string_free(expected, FALSE);
    result->actual = g_string_free(actual, FALSE);
}

static void tell_too_late(const Telling *telling, const PlanStep *step, ExpectResult *result)
{
    g_autofree char *end = end_text(telling);

    result->expected = g_strdup("a run that lasts until it is due");
    result->actual =
        g_strdup_printf("%s: %s", step->is_when ? "never fired" : "was never carried out", end);
}

static const char *behind_of(const Telling *telling, guint host)
{
    return host < telling->uses->hidden->len ? g_ptr_array_index(telling->uses->hidden, host)
                                             : NULL;
}

/* Somebody else's program plays the host; NULL: nobody does. */
static const char *left_to(const Telling *telling, const PlanStep *step)
{
    return plan_step_is_of(step, step->actor.host) ? behind_of(telling, step->actor.host) : NULL;
}

static void tell_left_out(const char *behind, ExpectResult *result)
{
    result->expected = g_strdup("a host that does what a script says");
    result->actual =
        g_strdup_printf("was left out: the program behind %s does what it does", behind);
}

static void tell_untold(const Telling *telling, const PlanStep *step, ExpectResult *result)
{
    result->expected = g_strdup("a host that tells its states");
    result->actual =
        g_strdup_printf("never fired: %s is behind %s, and its states are not told",
                        host_name(telling, step->when.host), behind_of(telling, step->when.host));
}

/* Does the scenario say itself that the state is never entered? */
static gboolean when_is_for_nothing(const Plan *plan, const PlanStep *step)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        const PlanExpect *expect = &g_array_index(plan->expects, PlanExpect, i);

        if (expect->kind == PLAN_EXPECT_NEVER_ENTERS && expect->party.host == step->when.host &&
            (expect->party.number == 0 || expect->party.number == step->when.number) &&
            g_array_index(expect->states, TcpState, 0) == step->state)
            return TRUE;
    }
    return FALSE;
}

static void tell_idle(Telling *telling, const PlanStep *step, const LineUse *line)
{
    gboolean never_came = step->is_when && line->use.met == 0;

    if (line->use.done > 0 || step->verb == PLAN_SCRIPTED ||
        (never_came && when_is_for_nothing(telling->plan, step)))
        return;
    ExpectResult *result = result_of(telling, step->line, &step->place);
    const char *behind = left_to(telling, step);

    if (result == NULL)
        return;
    if (behind != NULL)
        tell_left_out(behind, result);
    else if (never_came && behind_of(telling, step->when.host) != NULL)
        tell_untold(telling, step, result);
    else
        (never_came ? tell_never_entered : tell_too_late)(telling, step, result);
}

static void tell_feeding(Telling *telling, const PlanStep *step, const LineUse *line)
{
    ExpectResult *result =
        line->deepest >= FEEDS_IN_A_ROW ? result_of(telling, step->line, &step->place) : NULL;

    if (result == NULL)
        return;
    result->ok = TRUE;
    result->expected = g_strdup("no more than that");
    GString *actual = g_string_new(NULL);

    g_string_append_printf(
        actual, "has fired itself %" G_GUINT64_FORMAT " times: what it does makes ", line->fed);
    append_party(telling, step->when, actual);
    g_string_append_printf(actual, " enter %s again", tcp_state_name(step->state));
    result->actual = g_string_free(actual, FALSE);
}

/* --- all of them -------------------------------------------------------------------------- */

static void tell_rules(Telling *telling)
{
    for (guint i = 0; i < telling->plan->faults->len; i++)
        tell_rule(telling, &g_array_index(telling->plan->faults, PlanFault, i),
                  g_array_index(telling->uses->rules, LineUse, i).use.met);
    tell_the_rest(telling, "faults", "never matched, either", FALSE);
    for (guint i = 0; i < telling->plan->orders->len; i++)
        tell_order(
            telling, &g_array_index(telling->plan->orders, PlanOrder, i),
            g_array_index(telling->uses->rules, LineUse, telling->plan->faults->len + i).use.met);
    tell_the_rest(telling, "orders", "were not followed, either", FALSE);
}

static void tell_steps(Telling *telling,
                       void (*tell)(Telling *telling, const PlanStep *step, const LineUse *line))
{
    for (guint i = 0; i < telling->plan->steps->len; i++)
        tell(telling, &g_array_index(telling->plan->steps, PlanStep, i),
             &g_array_index(telling->uses->steps, LineUse, i));
}

GPtrArray *line_uses_tell(const Plan *plan, const LineUses *uses)
{
    Telling telling = {.plan = plan,
                       .uses = uses,
                       .results =
                           g_ptr_array_new_with_free_func((GDestroyNotify)expect_result_free)};

    tell_rules(&telling);
    tell_steps(&telling, tell_idle);
    tell_the_rest(&telling, "lines of the script", "were never carried out, either", FALSE);
    tell_steps(&telling, tell_feeding);
    tell_the_rest(&telling, "lines of the script", "have fired themselves, too", TRUE);
    return telling.results;
}
