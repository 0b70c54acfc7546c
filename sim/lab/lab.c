/* The clock of a run: whatever is due next happens next, until nothing is left or a bound is met.
 */
#include <string.h>

#include "core/compiler.h"
#include "lab/world.h"

static const SimTime default_max_time = 24 * SIM_HOUR;
static const guint64 default_max_events = 10000000;
static const guint64 default_max_memory = G_GUINT64_CONSTANT(1) << 30;
static const guint64 default_max_steps = 50000000;
static const guint64 default_listed_max = 1000;

void lab_schedule(LabRun *run, LabTask *task, SimTime due)
{
    event_queue_schedule(run->tasks, &task->event, (SimDue){due, sim_order_take(&run->order)});
}

/* ---- The parts ---- */

/* As a sysctl or an option of a socket takes it: no "64k". */
static void format_setting(const Key *key, const HostConfig *config, char out[KEY_TEXT_MAX])
{
    gint64 bytes;

    (void)key_format(key, config, out);
    if (key->type != KEY_BYTES)
        return;
    memcpy(&bytes, (const char *)config + key->offset, sizeof bytes);
    g_snprintf(out, KEY_TEXT_MAX, "%" G_GINT64_FORMAT, bytes);
}

/* What the scenario sets of a host, for who plays the run on a kernel, and for who reads what ran. */
static void describe_settings(Trace *trace, TraceHost host, const PlanHost *plan)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_HOST, &count);

    for (size_t i = 0; i < count; i++) {
        char value[KEY_TEXT_MAX];

        if (!plan_host_sets(plan, &keys[i]))
            continue;
        format_setting(&keys[i], &plan->config, value);
        trace_add_setting(trace, host, keys[i].name, value);
    }
}

/* What --set changes of a link: the rest stands in the scenario. */
static void describe_link(Trace *trace, const PlanLink *link)
{
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_LINK, &count);

    for (size_t i = 0; i < count; i++) {
        char value[KEY_TEXT_MAX];

        if (!plan_link_is_set(link, &keys[i]))
            continue;
        (void)key_format(&keys[i], &link->config, value);
        trace_add_link_setting(trace, link->from, link->to, keys[i].name, value);
    }
}

/* Who ran, and with what. */
static void describe_setup(Trace *trace, const Plan *plan)
{
    for (guint i = 0; i < plan->hosts->len; i++) {
        const PlanHost *host = &g_array_index(plan->hosts, PlanHost, i);

        trace_run_on(trace, i, host->profile);
        describe_settings(trace, i, host);
    }
    for (guint i = 0; i < plan->links->len; i++)
        describe_link(trace, &g_array_index(plan->links, PlanLink, i));
    trace->seed_is_given = trace->seed != plan->seed;
}

static void describe_call(Trace *trace, const PlanStep *step)
{
    guint32 index = trace_add_call(trace, step->text, step->place.file, step->place.line);

    g_array_index(trace->calls, TraceLine, index).call =
        (TraceCall){.verb = plan_verb_name(step->verb),
                    .bytes = step->bytes,
                    .peeks = step->peeks,
                    .backlog = step->backlog,
                    .port = step->port,
                    .from_port = step->from_port,
                    .fast_open = step->fast_open,
                    .fast_open_most = step->fast_open_most,
                    .icmp = step->icmp};
}

static void describe(LabRun *run)
{
    const Plan *plan = run->plan;
    Trace *trace = run->trace;

    trace->title = g_strdup(plan->title);
    trace->source = g_strdup(plan->file);
    trace->has_seed = TRUE;
    trace->seed = run->seed;
    for (guint i = 0; i < plan->hosts->len; i++)
        trace_add_host(trace, g_array_index(plan->hosts, PlanHost, i).name);
    if (trace->level == TRACE_LEVEL_FULL)
        describe_setup(trace, plan);
    for (guint i = 0; i < plan->faults->len; i++) {
        const PlanFault *fault = &g_array_index(plan->faults, PlanFault, i);

        trace_add_rule(trace, fault->text, fault->place.file, fault->place.line);
    }
    for (guint i = 0; i < plan->orders->len; i++) {
        const PlanOrder *order = &g_array_index(plan->orders, PlanOrder, i);

        trace_add_rule(trace, order->text, order->place.file, order->place.line);
    }
    for (guint i = 0; i < plan->steps->len; i++)
        describe_call(trace, &g_array_index(plan->steps, PlanStep, i));
}

static void init_faults(LabRun *run)
{
    const GArray *faults = run->plan->faults;

    run->rules = g_new0(FaultRule, faults->len);
    for (guint i = 0; i < faults->len; i++)
        run->rules[i] = g_array_index(faults, PlanFault, i).rule;
    fault_set_init(&run->faults, run->rules, faults->len);
}

static void init_hosts(LabRun *run)
{
    run->host_count = run->plan->hosts->len;
    run->hosts = g_new0(LabHost, run->host_count); /* hooks keep pointers into it */
    run->hosts_end = run->hosts + run->host_count;
    for (guint i = 0; i < run->host_count; i++)
        lab_host_init(run, lab_host(run, i), i);
}

static void init_bounds(LabRun *run)
{
    LabOptions *options = &run->options;

    if (options->max_time == 0)
        options->max_time = run->plan->stop == SIM_NEVER ? default_max_time : SIM_NEVER;
    if (options->max_events == 0)
        options->max_events = default_max_events;
    if (options->max_steps == 0)
        options->max_steps = default_max_steps;
    run->budget = &run->trace->budget;
    budget_limit(run->budget, lab_memory_of_run(options->max_memory), options->max_steps);
}

guint64 lab_memory_of_run(guint64 max_memory)
{
    guint64 most = max_memory != 0 ? max_memory : default_max_memory;

    return most - most / 8;
}

/* Linked stacks keep the run's time, and have nothing to do with another. */
static gboolean choose_reality(LabRun *run, char **trouble)
{
    if (run->plan->reality != NULL && run->options.reality != NULL) {
        *trouble =
            g_strdup_printf("%s says itself who sits where: nobody can be real", run->plan->file);
        return FALSE;
    }
    if (run->plan->reality != NULL)
        run->options.reality = run->plan->reality;
    if (run->plan->reality != NULL || !plan_has_stack(run->plan))
        return TRUE;
    if (run->options.reality != NULL) {
        *trouble = g_strdup_printf("%s: a linked stack keeps virtual time, and hosts that are real "
                                   "do not: one of the two",
                                   run->plan->file);
        return FALSE;
    }
    g_assert(run->options.stacks != NULL);
    run->options.reality = run->options.stacks;
    return TRUE;
}

/* Who is real does what comes first as it comes. */
static gboolean fits_reality(const LabRun *run, char **trouble)
{
    if (run->plan->orders->len == 0)
        return TRUE;
    const PlanOrder *order = &g_array_index(run->plan->orders, PlanOrder, 0);

    *trouble =
        g_strdup_printf("%s:%u: the order of an instant is the simulation's, and a host that is "
                        "not simulated keeps none",
                        order->place.file, order->place.line);
    return FALSE;
}

/* FALSE: *trouble says who cannot be had. */
static gboolean init(LabRun *run, const Plan *plan, const LabOptions *options, char **trouble)
{
    *run = (LabRun){.plan = plan,
                    .options = *options,
                    .seed = options->has_seed ? options->seed : plan->seed,
                    .stop = plan->stop,
                    .trace = trace_new(options->level)};
    init_bounds(run);
    run->tasks = event_queue_new(run->budget);
    run->conns = memory_pool_new(sizeof(LabConn), run->budget);
    if (run->options.listed_max == 0)
        run->options.listed_max = default_listed_max;
    random_stream_init(&run->inject_random, run->seed, "inject");
    describe(run);
    init_faults(run);
    lab_last_init(run);
    init_hosts(run);
    lab_wires_init(run);
    gboolean good = choose_reality(run, trouble) &&
                    (run->options.reality == NULL ||
                     (fits_reality(run, trouble) && lab_nodes_begin(run, trouble)));
    lab_floods_begin(run);
    lab_script_begin(run); /* which lines there are depends on who sits where */
    lab_intervals_begin(run);
    lab_turns_begin(run);
    return good;
}

/* What the rules counted outlives the run. */
static void tell_counts(LabRun *run)
{
    for (guint32 i = 0; i < run->faults.rule_count; i++)
        trace_use(run->trace->rules, i)->met = run->faults.counts[i];
}

static void clear(LabRun *run)
{
    lab_nodes_end(run);
    event_queue_free(run->tasks);
    for (guint i = 0; i < run->host_count; i++)
        lab_host_clear(lab_host(run, i));
    g_free(run->hosts);
    lab_wires_clear(run);
    lab_last_clear(run);
    lab_script_clear(run);
    lab_floods_clear(run);
    lab_turns_clear(run);
    memory_pool_free(run->conns);
    fault_set_clear(&run->faults);
    g_free(run->rules);
    g_free(run->trouble);
}

/* ---- The clock ---- */

/* The host whose timer is next, unless the first task comes before it: NULL. */
static LabHost *next_host(LabRun *run, SimDue *out)
{
    LabHost *next = NULL, *host = run->hosts; /* there is one */
    const SimDue *first = event_queue_head(run->tasks);

    do {
        const SimDue *due = event_queue_head(host->timers);

        if (due->at <= first->at && sim_due_before(*due, *first)) { /* most are later */
            first = due;
            next = host;
        }
    } while (++host < run->hosts_end);
    *out = *first;
    return next;
}

static LabTask *pop_task(LabRun *run)
{
    return (LabTask *)(void *)((char *)event_queue_pop(run->tasks) -
                               G_STRUCT_OFFSET(LabTask, event));
}

/* The first timer of a host.  What comes of it is because of nothing else; a task says so itself. */
OFTEN void lab_run_timer(LabRun *run, LabHost *host)
{
    lab_because(run, 0);
    run->quiet = FALSE;
    tcp_stack_advance(host->stack, run->now);
    lab_host_settled(run, host);
}

/* Has more happened than is allowed?  What a flood brings about is bounded by its segments, as many as
 * they may be; only what goes on for ever without them meets that bound. */
static gboolean is_too_much(const LabRun *run)
{
    const Trace *trace = run->trace;

    return trace->counters.events >= run->options.max_events || budget_is_overdrawn(&trace->budget);
}

/* There is too much of it: of what?  Memory, first of all, as its bound is what is hardest to see. */
static TraceEnd bound_met(const LabRun *run)
{
    if (run->budget->bytes_left < 0)
        return TRACE_END_MAX_MEMORY;
    if (run->budget->steps_left < 0)
        return TRACE_END_MAX_STEPS;
    return TRACE_END_MAX_EVENTS;
}

/* Up to this time nothing but the next event need be thought of. */
static SimTime next_boundary(const LabRun *run)
{
    SimTime boundary = MIN(run->stop, run->options.max_time);

    return MIN(MIN(boundary, run->intervals.next), SIM_NEVER - 1);
}

/* `due` lies beyond the boundary.  TRUE: the run ends before it. */
static gboolean is_over(LabRun *run, SimTime due, TraceEnd *why)
{
    SimTime stop = run->stop, bound = run->options.max_time;

    if (due == SIM_NEVER) {
        *why = TRACE_END_QUIET;
        return TRUE;
    }
    if (due > MIN(stop, bound)) {
        *why = stop <= bound ? TRACE_END_STOP : TRACE_END_MAX_TIME;
        run->now = MIN(stop, bound);
        return TRUE;
    }
    if (due > run->intervals.next && !is_too_much(run))
        lab_intervals_pass(run, due);
    return FALSE;
}

static void run_next(LabRun *run, LabHost *host)
{
    if (host != NULL) {
        lab_run_timer(run, host);
    } else {
        LabTask *task = pop_task(run);

        task->run(run, task);
    }
}

/* What leaves no event still counts, or a silent loop would have no bound. */
static inline void count_turn(LabRun *run, guint64 events_before)
{
    if (run->quiet)
        run->trace->budget.steps_left--;
    else if (run->trace->counters.events == events_before)
        run->trace->counters.events++;
}

/* Apart from lab_run(), whose other lines run once, and by which compilers would judge the loop. */
static APART OFTEN TraceEnd run_until_end(LabRun *run)
{
    SimTime boundary = next_boundary(run);

    for (;;) {
        SimDue due;
        LabHost *host = next_host(run, &due);

        if (due.at > boundary) {
            TraceEnd why;

            if (is_over(run, due.at, &why))
                return why;
            boundary = next_boundary(run);
        }
        if (is_too_much(run))
            return bound_met(run);
        g_assert(due.at >= run->now);
        run->now = due.at;
        guint64 before = run->trace->counters.events;
        run_next(run, host);
        count_turn(run, before);
    }
}

/* What is next, and when: of one host, of a task (NULL), or as somebody chooses. */
static SimTime next_turn(LabRun *run, gboolean is_chosen, LabHost **host)
{
    SimDue due;

    if (is_chosen)
        return lab_turns_next(run);
    *host = next_host(run, &due);
    return due.at;
}

/* The same where somebody chooses among what is due at one instant, or looks on. */
static TraceEnd run_turns_until_end(LabRun *run)
{
    const LabOptions *options = &run->options;
    gboolean is_chosen = lab_turns_are_chosen(run);

    while (options->look == NULL || options->look(options->decide_context, run)) {
        LabHost *host = NULL;
        SimTime at = next_turn(run, is_chosen, &host);
        TraceEnd why;

        if (at > next_boundary(run) && is_over(run, at, &why))
            return why;
        if (is_too_much(run))
            return bound_met(run);
        run->now = at;
        guint64 before = run->trace->counters.events;
        if (is_chosen)
            lab_turns_run(run);
        else
            run_next(run, host);
        count_turn(run, before);
    }
    return TRACE_END_STOP;
}

/* A node's own time, or a task's: whichever is next.  NULL: a task's, or an endpoint's (*host). */
static LabNode *next_of_all(LabRun *run, LabHost **host, SimTime *at)
{
    SimDue due, own;
    *host = next_host(run, &due);
    LabNode *node = lab_nodes_first(run, &own);
    if (node == NULL || sim_due_before(due, own)) {
        *at = due.at;
        return NULL;
    }
    *at = MAX(own.at, run->now);
    return node;
}

/* Waits for it where time is not ours.  FALSE: something came before, and has been passed on.  What has come
 * is due, however coarse that clock. */
static gboolean is_time(LabRun *run, SimTime at)
{
    const LabReality *reality = run->options.reality;
    if (reality->now == NULL) {
        run->now = at;
        return TRUE;
    }
    gboolean came = reality->wait(run->session, at);
    run->now = MAX(run->now, reality->now(run->session));
    if (came)
        run->now = MAX(run->now, at);
    else
        reality->serve(run->session);
    return came;
}

/* The same with nodes among the hosts.  What a run with trouble comes to nobody is told. */
static TraceEnd run_nodes_until_end(LabRun *run)
{
    while (run->trouble == NULL) {
        LabHost *host;
        SimTime at, boundary = next_boundary(run);
        LabNode *node = next_of_all(run, &host, &at);
        TraceEnd why;
        if (at > boundary && at != SIM_NEVER && !is_time(run, boundary))
            continue;
        if (at > boundary && is_over(run, at, &why))
            return why;
        if (is_too_much(run))
            return bound_met(run);
        if (!is_time(run, at))
            continue;
        guint64 before = run->trace->counters.events;
        if (node != NULL)
            lab_nodes_advance(node);
        else
            run_next(run, host);
        count_turn(run, before);
    }
    return TRACE_END_QUIET;
}

static void record_end(LabRun *run, TraceEnd why)
{
    lab_intervals_end(run);
    lab_because(run, 0);
    run->quiet = FALSE;
    TraceEvent *event = lab_event(run, TRACE_END, TRACE_NO_HOST, 0);
    event->end.why = why;
    trace_add(run->trace, event);
    tell_counts(run);
    lab_nodes_tell(run);
}

static TraceEnd run_any(LabRun *run)
{
    if (run->session != NULL)
        return run_nodes_until_end(run);
    return lab_turns_are_chosen(run) || run->options.look != NULL ? run_turns_until_end(run)
                                                                  : run_until_end(run);
}

Trace *lab_try(const Plan *plan, const LabOptions *options, char **trouble)
{
    LabRun run;
    gboolean good = init(&run, plan, options, trouble);
    if (good)
        record_end(&run, run_any(&run));
    if (good && run.trouble != NULL) {
        *trouble = g_steal_pointer(&run.trouble);
        good = FALSE;
    }
    clear(&run);
    if (!good)
        g_clear_pointer(&run.trace, trace_free);
    return run.trace;
}

Trace *lab_run(const Plan *plan, const LabOptions *options)
{
    char *trouble = NULL;

    g_assert(options->reality == NULL);
    Trace *trace = lab_try(plan, options, &trouble);
    g_assert(trace != NULL);
    return trace;
}
