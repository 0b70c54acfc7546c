/* An error or a plan, and what either may say. */
#include "scenario_claims.h"

#include <string.h>

#include "claims.h"

#define NAME "fuzz.scn"

static guint count_lines(const char *text, gsize length)
{
    guint lines = 1;

    for (gsize i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

/* --- errors ------------------------------------------------------------------------------- */

static void check_place(const Diagnostic *item, const char *name, guint lines, gsize length)
{
    if (strcmp(item->place.file, name) != 0)
        return;
    g_assert(item->place.line <= lines);
    g_assert(item->place.column <= length + 1);
}

static void check_errors(const Diagnostics *diagnostics, const char *name, const char *text,
                         gsize length)
{
    guint lines = count_lines(text, length);
    guint64 rank = 0;

    for (guint i = 0; i < diagnostics->items->len; i++) {
        const Diagnostic *item = g_ptr_array_index(diagnostics->items, i);

        check_place(item, name, lines, length);
        claim_printable(item->message, ' ');
        if (item->hint != NULL)
            claim_printable(item->hint, '\n');
        if (item->text != NULL)
            claim_printable(item->text, ' ');
        g_assert(item->rank >= rank);
        rank = item->rank;
    }
    g_assert(diagnostics->left_out == 0 || diagnostics->errors > DIAGNOSTICS_MAX);
}

/* --- the plan ----------------------------------------------------------------------------- */

static void check_links(const Plan *plan)
{
    for (guint i = 0; i < plan->links->len; i++) {
        const PlanLink *link = &g_array_index(plan->links, PlanLink, i);

        g_assert(link->from < plan->hosts->len && link->to < plan->hosts->len);
        g_assert(link->from != link->to);
        for (guint j = 0; j < i; j++) {
            const PlanLink *other = &g_array_index(plan->links, PlanLink, j);

            g_assert(link->from != other->from || link->to != other->to);
        }
    }
}

static void check_faults(const Plan *plan)
{
    for (guint i = 0; i < plan->faults->len; i++) {
        const PlanFault *fault = &g_array_index(plan->faults, PlanFault, i);
        const FaultRule *rule = &fault->rule;

        g_assert(rule->sender < plan->hosts->len && rule->kind < FAULT_KIND_COUNT);
        g_assert(rule->class < SEGMENT_CLASS_COUNT);
        g_assert(rule->range_count >= 1 && rule->range_count <= FAULT_RANGES_MAX);
        for (guint j = 0; j < rule->range_count; j++)
            g_assert(rule->ranges[j].first >= 1 && rule->ranges[j].first <= rule->ranges[j].last);
        g_assert(rule->from >= 0 && rule->from < rule->to && rule->delay_by >= 0);
        claim_printable(fault->text, '\t');
    }
}

static void check_inject(const Plan *plan, const PlanInject *inject)
{
    g_assert(inject->from < plan->hosts->len && inject->to < plan->hosts->len);
    g_assert(inject->as < plan->hosts->len && inject->as != inject->to);
    g_assert(inject->seq.party.host < plan->hosts->len);
    g_assert(inject->ack.party.host < plan->hosts->len);
    g_assert(inject->seq.variable < PLAN_VARIABLE_COUNT);
    g_assert(inject->window >= -1 && inject->window <= 65535 && inject->length <= 65495);
    g_assert(inject->from_port == -1 || (inject->from_port > 0 && inject->from_port <= 65535));
    g_assert(inject->to_port == -1 || (inject->to_port > 0 && inject->to_port <= 65535));
}

static void check_steps(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);

        g_assert(step->at >= 0 && step->verb < PLAN_VERB_COUNT && step->state < TCP_STATE_COUNT);
        g_assert(step->when.host < plan->hosts->len && step->actor.host < plan->hosts->len);
        g_assert(step->peer < plan->hosts->len && step->port > 0);
        g_assert(step->verb != PLAN_CONNECT || step->peer != step->actor.host);
        g_assert((step->verb != PLAN_SEND && step->verb != PLAN_READ) || step->bytes > 0);
        if (step->verb == PLAN_INJECT)
            check_inject(plan, &step->inject);
        if (step->verb == PLAN_FLOOD) {
            check_inject(plan, &step->flood.segment);
            g_assert(step->flood.series.rate > 0 && step->flood.series.count > 0);
        }
        claim_printable(step->text, '\t');
    }
}

static void check_expects(const Plan *plan)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        const PlanExpect *expect = &g_array_index(plan->expects, PlanExpect, i);

        g_assert(expect->party.host < plan->hosts->len);
        g_assert(expect->times == NULL || expect->times->len > 0);
        g_assert(expect->states == NULL || expect->states->len > 0);
        g_assert(expect->numbers == NULL || expect->numbers->len > 0);
        g_assert(expect->tolerance.within >= 0 && expect->tolerance.within_ppb >= 0);
        g_assert(expect->tolerance.within == 0 || expect->tolerance.within_ppb == 0);
        claim_printable(expect->text, '\t');
    }
}

/* An error or a question, never both. */
static void check_question(const Plan *plan, const char *text)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(PlanAsk) ask = scenario_ask(plan, NAME, text, diagnostics);

    g_assert((ask == NULL) == diagnostics_any(diagnostics));
    g_assert(ask == NULL || ask->expect.party.host < plan->hosts->len);
}

/* Each expectation as it is, and without its last words, which makes questions of some. */
static void check_questions(const Plan *plan)
{
    for (guint i = 0; i < plan->expects->len; i++) {
        const char *text = g_array_index(plan->expects, PlanExpect, i).text;
        g_autofree char *question = g_strdup(text + strlen("expect"));

        check_question(plan, question);
        for (char *last; (last = strrchr(question, ' ')) != NULL;) {
            *last = '\0';
            check_question(plan, question);
        }
    }
}

static void check_plan(const Plan *plan)
{
    g_assert(plan->hosts->len >= 1 && plan->hosts->len <= 250);
    if (plan->title != NULL)
        claim_printable(plan->title, '\t');
    check_links(plan);
    check_faults(plan);
    check_steps(plan);
    check_expects(plan);
    check_questions(plan);
}

/* ------------------------------------------------------------------------------------------ */

static void check_said(const Diagnostics *diagnostics, const char *name, const char *text,
                       gsize length)
{
    g_autofree char *said = diagnostics_format(diagnostics);

    claim_printable(said, '\n');
    check_errors(diagnostics, name, text, length);
}

Plan *scenario_claims_parse(const char *text, gsize length, const ScenarioOptions *options)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Plan *plan = scenario_parse(NAME, text, length, options, diagnostics);

    g_assert((plan == NULL) == diagnostics_any(diagnostics));
    check_said(diagnostics, NAME, text, length);
    if (plan != NULL)
        check_plan(plan);
    return plan;
}

Profile *scenario_claims_profile(const char *path, const char *text, gsize length,
                                 const ScenarioOptions *options)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    Profile *profile = profile_load(path, options, diagnostics);

    g_assert((profile == NULL) == diagnostics_any(diagnostics));
    check_said(diagnostics, path, text, length);
    return profile;
}
