/* Which of several things that are due at one instant comes first, where that is chosen: by the plan's
 * `order` lines, or by somebody who tries all of it (LabOptions.decide_turn).
 *
 * What is due at different hosts does not depend on its order: nothing that a host does reaches another one in no
 * time, but over a link without a delay.  At one host what comes the same way stays as it was decided: the
 * copies of one link, the host's own timers, the lines of the script, and those that take the power away.  So the choice is between whences.
 */
#include "lab/world.h"

/* Something due now, which has been taken from the queue. */
typedef struct Due {
    LabTask *task;
    SimDue due;
    guint host; /* where it happens; of a flood, which nothing is chosen for, that of nobody */
    LabReady ready;
} Due;

/* The first from its whence at the host of this turn. */
typedef struct Choice {
    SimDue due;
    guint index; /* in LabTurns.due; of the host's timer any */
} Choice;

enum { CHOICES_MAX = 256 /* hosts, timer, script and power */ };

gboolean lab_turns_are_chosen(const LabRun *run)
{
    return run->plan->orders->len > 0 || run->options.decide_turn != NULL;
}

void lab_turns_begin(LabRun *run)
{
    if (!lab_turns_are_chosen(run))
        return;
    run->turns.due = g_array_new(FALSE, FALSE, sizeof(Due));
    run->turns.ready = g_array_new(FALSE, FALSE, sizeof(LabReady));
    run->turns.order = g_array_new(FALSE, TRUE, sizeof(guint));
    g_array_set_size(run->turns.order, run->plan->orders->len);
}

void lab_turns_clear(LabRun *run)
{
    g_clear_pointer(&run->turns.due, g_array_unref);
    g_clear_pointer(&run->turns.ready, g_array_unref);
    g_clear_pointer(&run->turns.order, g_array_unref);
}

static Due *due_at(const LabRun *run, guint index)
{
    return &g_array_index(run->turns.due, Due, index);
}

SimTime lab_turns_next(LabRun *run)
{
    SimTime next = run->turns.due->len > 0 ? run->now : event_queue_first_due(run->tasks).at;

    for (guint i = 0; i < run->host_count; i++)
        next = MIN(next, tcp_stack_next_due(lab_host(run, i)->stack).at);
    return next;
}

void lab_turns_each(const LabRun *run, LabTellTask *tell, gpointer context)
{
    for (guint i = 0; run->turns.due != NULL && i < run->turns.due->len; i++)
        tell(context, due_at(run, i)->task, due_at(run, i)->due);
}

/* ---- What is due ---- */

static void describe(const LabRun *run, Due *due)
{
    PlanWhence *whence = &due->ready.whence;

    due->host = run->host_count;
    if (lab_task_is_copy(due->task, &whence->host, &due->host))
        return;
    const PlanStep *step = lab_task_line(due->task, &due->host);

    whence->kind =
        step != NULL && plan_verb_is_power(step->verb) ? PLAN_WHENCE_POWER : PLAN_WHENCE_SCRIPT;
    due->ready.is_at = step != NULL && !step->is_when;
}

/* What was decided on since is behind what was there. */
static void take_what_is_due(LabRun *run)
{
    for (;;) {
        Due due = {.due = event_queue_first_due(run->tasks)};

        if (due.due.at != run->now)
            return;
        due.task = (LabTask *)(void *)((char *)event_queue_pop(run->tasks) -
                                       G_STRUCT_OFFSET(LabTask, event));
        describe(run, &due);
        g_array_append_val(run->turns.due, due);
    }
}

static SimDue timer_of(const LabRun *run, guint host)
{
    SimDue due = tcp_stack_next_due(run->hosts[host].stack);

    return due.at == run->now ? due : SIM_DUE_NEVER;
}

/* The host whose turn it is: that of what was decided on first. */
static guint host_of_turn(const LabRun *run)
{
    guint host = run->host_count;
    SimDue first = SIM_DUE_NEVER;

    if (run->turns.due->len > 0) {
        first = due_at(run, 0)->due;
        host = due_at(run, 0)->host;
    }
    for (guint i = 0; i < run->host_count; i++) {
        if (!sim_due_before(timer_of(run, i), first))
            continue;
        first = timer_of(run, i);
        host = i;
    }
    return host;
}

/* ---- What may come first ---- */

static gboolean is_same(PlanWhence one, PlanWhence other)
{
    return one.kind == other.kind && one.host == other.host;
}

static guint place_of(const LabRun *run, PlanWhence whence)
{
    guint i = 0;

    while (i < run->turns.ready->len &&
           !is_same(g_array_index(run->turns.ready, LabReady, i).whence, whence))
        i++;
    return i;
}

static void add_ready(LabRun *run, Choice *choices, Choice choice, LabReady ready)
{
    guint count = run->turns.ready->len;

    if (count == CHOICES_MAX || place_of(run, ready.whence) < count)
        return;
    choices[count] = choice;
    g_array_append_val(run->turns.ready, ready);
}

/* In the order of decision. */
static void find_ready(LabRun *run, guint host, Choice *choices)
{
    static const LabReady timer = {.whence = {.kind = PLAN_WHENCE_TIMER}};
    SimDue own = host < run->host_count ? timer_of(run, host) : SIM_DUE_NEVER;

    g_array_set_size(run->turns.ready, 0);
    for (guint i = 0; i < run->turns.due->len; i++) {
        const Due *due = due_at(run, i);

        if (due->host != host)
            continue;
        if (sim_due_before(own, due->due))
            add_ready(run, choices, (Choice){own, 0}, timer);
        add_ready(run, choices, (Choice){due->due, i}, due->ready);
    }
    if (own.at != SIM_NEVER)
        add_ready(run, choices, (Choice){own, 0}, timer);
}

/* ---- Choosing ---- */

static const PlanOrder *order_of(const LabRun *run, guint host, guint *index)
{
    for (*index = 0; *index < run->plan->orders->len; ++*index) {
        const PlanOrder *order = &g_array_index(run->plan->orders, PlanOrder, *index);

        if (order->host == host && order->at == run->now)
            return order;
    }
    return NULL;
}

/* What the plan's order names next, among what is ready; what is not is passed over. */
static guint first_by_plan(LabRun *run, guint host)
{
    guint index;
    const PlanOrder *order = order_of(run, host, &index);

    if (order == NULL)
        return 0;
    guint *followed = &g_array_index(run->turns.order, guint, index);

    while (*followed < order->whence->len) {
        guint place = place_of(run, g_array_index(order->whence, PlanWhence, (*followed)++));

        if (place == run->turns.ready->len)
            continue;
        trace_use(run->trace->rules, run->plan->faults->len + index)->met++;
        return place;
    }
    return 0;
}

/* The others keep their order. */
static void put_first(LabRun *run, Choice *choices, guint place)
{
    const LabReady ready = g_array_index(run->turns.ready, LabReady, place);
    const Choice choice = choices[place];

    for (guint i = place; i > 0; i--)
        choices[i] = choices[i - 1];
    choices[0] = choice;
    g_array_remove_index(run->turns.ready, place);
    g_array_prepend_val(run->turns.ready, ready);
}

static LabTurnAnswer ask(LabRun *run, guint host)
{
    const LabTurn turn = {.at = run->now,
                          .host = host,
                          .is_up = run->hosts[host].mode != LAB_MODE_DOWN,
                          .ready = (const LabReady *)(void *)run->turns.ready->data,
                          .count = run->turns.ready->len};
    LabTurnAnswer answer = run->options.decide_turn(run->options.decide_context, &turn);

    g_assert(answer.first < turn.count);
    return answer;
}

/* ---- Doing ---- */

static void lose_power(LabRun *run, guint host, gboolean reboots)
{
    lab_because(run, 0);
    run->quiet = FALSE;
    lab_host_power(lab_host(run, host), reboots, reboots);
    lab_host_settled(run, lab_host(run, host));
}

static void carry_out(LabRun *run, guint host, Choice choice, LabReady ready)
{
    if (ready.whence.kind == PLAN_WHENCE_TIMER) {
        lab_run_timer(run, lab_host(run, host));
        return;
    }
    LabTask *task = due_at(run, choice.index)->task;

    g_array_remove_index(run->turns.due, choice.index);
    task->run(run, task);
}

void lab_turns_run(LabRun *run)
{
    Choice choices[CHOICES_MAX];
    LabTurnAnswer answer = {.first = 0};

    take_what_is_due(run);
    guint host = host_of_turn(run);

    find_ready(run, host, choices);
    put_first(run, choices, first_by_plan(run, host));
    if (run->options.decide_turn != NULL && host < run->host_count)
        answer = ask(run, host);
    if (answer.crashes)
        lose_power(run, host, answer.reboots);
    else
        carry_out(run, host, choices[answer.first],
                  g_array_index(run->turns.ready, LabReady, answer.first));
}
