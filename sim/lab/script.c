/* The script of a run: `at` lines at their time, `when` lines each time their state is entered.
 */
#include "core/compiler.h"
#include "lab/world.h"

/* One line of the script, waiting for its time. */
typedef struct LabAct {
    LabTask task;
    const PlanStep *step;
    TraceUse *use;  /* what the trace counts of the line */
    TraceId cause;  /* a `when`: the event that set it off */
    guint host;     /* a `when`: whose connection that was … */
    TcpConnId conn; /* … and which; 0 for an `at` */
    TcpEnds ends;   /* its four-tuple, for when it is gone */
    gboolean quiet; /* a `when` that a quiet connection set off */
    TcpConnId peer; /* its other end, where it was there by then; 0: look for it */
    guint64 k;      /* of a series: which of them, from 0 … */
    SimTime began;  /* … and when the first was due */
} LabAct;

/* ---- Which connection is meant? ---- */

/* A connection that is gone: whatever is asked of it fails as a socket's would. */
static const TcpConnId gone = G_MAXUINT32;

/* The other end of the connection that a `when` was about. */
static TcpConnId peer_of(const LabHost *actor, const LabAct *act)
{
    return lab_host_find(actor, act->ends.remote_port, lab_address(actor->run->plan, act->host),
                         act->ends.local_port);
}

static TcpConnId target_of(LabHost *actor, const PlanStep *step, const LabAct *act)
{
    if (step->actor.number)
        return step->actor.number;
    if (act->conn && act->host == actor->index)
        return act->conn;
    if (act->conn && act->ends.remote_address == lab_address(actor->run->plan, actor->index)) {
        TcpConnId peer = act->peer ? act->peer : peer_of(actor, act);

        return peer ? peer : gone;
    }
    return lab_host_newest(actor);
}

/* ---- What a host can be told to do ---- */

typedef TcpError (*Action)(LabHost *host, const PlanStep *step, TcpConnId conn);

static TcpError do_listen(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    TcpListenOptions options = {
        .port = step->port, .backlog = step->backlog, .fast_open = step->fast_open_most};
    return lab_host_listen(host, &options, step->accept_manual);
}

static TcpError do_accept(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    return lab_host_accept(host, step->port);
}

static OFTEN TcpError do_connect(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    TcpConnectOptions options = {.address = lab_address(host->run->plan, step->peer),
                                 .port = step->port,
                                 .from_port = step->from_port};

    if (step->fast_open) {
        options.fast_open = TRUE;
        options.data = step->bytes;
    }
    return application_connect(host->application, host->run->now, &options, &conn);
}

static TcpError do_send(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    return application_send(host->application, host->run->now, conn, step->bytes);
}

static TcpError do_read(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    return lab_host_read(host, conn, step->bytes, step->peeks);
}

static TcpError do_shutdown(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)step;
    return application_shutdown(host->application, host->run->now, conn);
}

/* A host that never had a connection closes its listener. */
static OFTEN TcpError do_close(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    if (conn)
        return application_close(host->application, host->run->now, conn);
    return lab_host_close_listener(host, step->port);
}

static TcpError do_close_listener(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    return lab_host_close_listener(host, step->port);
}

/* setsockopt() */
static TcpError do_set(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    for (guint i = 0; i < step->settings->len; i++) {
        const PlanSetting *setting = &g_array_index(step->settings, PlanSetting, i);

        if (!application_set(host->application, conn, setting->key, setting->value))
            return TCP_ENOTCONN;
    }
    application_has_set(host->application, host->run->now, conn);
    return TCP_OK;
}

static TcpError do_abort(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)step;
    return application_abort(host->application, host->run->now, conn);
}

/* A router quotes what has been waiting for an answer longest. */
static TcpError do_icmp(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    TcpStatus status;

    if (!lab_host_status(host, conn, &status))
        return TCP_ENOTCONN;
    TcpIcmp icmp = {.type = step->icmp.type,
                    .code = step->icmp.code,
                    .mtu = step->icmp.mtu,
                    .remote_address = status.remote_address,
                    .local_port = status.local_port,
                    .remote_port = status.remote_port,
                    .seq = status.snd_una};
    (void)tcp_stack_icmp(host->stack, host->run->now, &icmp);
    return TCP_OK;
}

static TcpError do_crash(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)step;
    (void)conn;
    lab_host_power(host, FALSE, FALSE);
    return TCP_OK;
}

static TcpError do_reboot(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    lab_host_power(host, TRUE, step->forget);
    return TCP_OK;
}

static TcpError do_inject(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    return lab_inject(host->run, &step->inject);
}

static TcpError do_flood(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)conn;
    return lab_flood(host->run,
                     (guint)(step - (const PlanStep *)(void *)host->run->plan->steps->data));
}

static TcpError do_nothing(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    (void)host;
    (void)step;
    (void)conn;
    return TCP_ENETDOWN;
}

/* A line, and who carries it out: an endpoint of ours, a node, a host that is down. */
#define ACTION(verb, of_endpoint, of_node, of_crashed)                                             \
    [verb] = {[LAB_MODE_ENDPOINT] = of_endpoint,                                                   \
              [LAB_MODE_NODE] = of_node,                                                           \
              [LAB_MODE_DOWN] = of_crashed}

static const Action actions[PLAN_VERB_COUNT][LAB_MODE_COUNT] = {
    ACTION(PLAN_LISTEN, do_listen, lab_node_call, do_nothing),
    ACTION(PLAN_ACCEPT, do_accept, lab_node_call, do_nothing),
    ACTION(PLAN_CONNECT, do_connect, lab_node_call, do_nothing),
    ACTION(PLAN_SEND, do_send, lab_node_call, do_nothing),
    ACTION(PLAN_READ, do_read, lab_node_call, do_nothing),
    ACTION(PLAN_SHUTDOWN, do_shutdown, lab_node_call, do_nothing),
    ACTION(PLAN_CLOSE, do_close, lab_node_call, do_nothing),
    ACTION(PLAN_CLOSE_LISTENER, do_close_listener, lab_node_call, do_nothing),
    ACTION(PLAN_SET, do_set, lab_node_call, do_nothing),
    ACTION(PLAN_ABORT, do_abort, lab_node_call, do_nothing),
    ACTION(PLAN_ICMP, do_icmp, do_nothing, do_nothing),
    ACTION(PLAN_CRASH, do_crash, do_crash, do_nothing),
    ACTION(PLAN_REBOOT, do_reboot, do_reboot, do_reboot),
    ACTION(PLAN_INJECT, do_inject, do_inject, do_inject),
    ACTION(PLAN_FLOOD, do_flood, do_flood, do_flood),
};

/* ---- Running a line ---- */

static guint acting_host(const PlanStep *step)
{
    switch (step->verb) {
    case PLAN_INJECT: return step->inject.as;
    case PLAN_FLOOD: return step->flood.segment.as;
    default: return step->actor.host;
    }
}

static guint step_index(const LabRun *run, const PlanStep *step)
{
    return (guint)(step - (const PlanStep *)(void *)run->plan->steps->data);
}

static APART TraceId record_call(LabRun *run, const LabAct *this, const LabHost *actor,
                                 TcpConnId conn)
{
    gboolean is_known = this->step->of_connection && conn != gone;

    lab_because(run, this->cause);
    TraceEvent *event = lab_event(run, TRACE_CALL, actor->index, is_known ? conn : 0);
    event->call.line = step_index(run, this->step);
    return lab_record(run, event);
}

/* A series waits for its next; nothing else is left of a line that was carried out.  The next one
 * is decided on, and so takes its place among what is due then, when the one before has left. */
static void go_on(LabRun *run, LabAct *this, const PlanStep *step)
{
    if (this->k == 0)
        this->began = run->now;
    if (++this->k < step->series.count)
        lab_schedule(run, &this->task, lab_series_due(&step->series, this->began, this->k));
    else
        memory_pool_give(run->acts, this);
}

/* The script has to accept it first, and sockets have nothing to call before. */
static SELDOM gboolean waits_for_accept(LabHost *host, const PlanStep *step, TcpConnId conn)
{
    TcpStatus status;

    return step->of_connection && host->mode == LAB_MODE_ENDPOINT &&
           tcp_status(host->stack, conn, &status) && !status.accepted &&
           lab_host_accepts_by_hand(host, status.local_port);
}

static OFTEN void act(LabRun *run, LabTask *task)
{
    LabAct *this = (LabAct *)(void *)task;
    const PlanStep *step = this->step;
    LabHost *actor = lab_host(run, acting_host(step));
    TcpConnId conn = target_of(actor, step, this);

    run->quiet = this->quiet;
    TraceId call = trace_wants_events(run->trace) ? record_call(run, this, actor, conn) : 0;
    lab_because(run, call);
    this->use->done++;
    TcpError error = actor->accepts_first && waits_for_accept(actor, step, conn)
                         ? TCP_ENOTCONN
                         : actions[step->verb][actor->mode](actor, step, conn);
    trace_answer(run->trace, call, error);
    lab_host_settled(run, actor);
    go_on(run, this, step);
}

const PlanStep *lab_task_line(const LabTask *task, guint *host)
{
    if (task->run != act)
        return NULL;
    const PlanStep *step = ((const LabAct *)(const void *)task)->step;

    *host = acting_host(step);
    return step;
}

gboolean lab_line_digest(const LabRun *run, const LabTask *task, Digest *digest)
{
    const LabAct *this = (const LabAct *)(const void *)task;

    if (task->run != act)
        return FALSE;
    digest_add(digest, (guint64)step_index(run, this->step) << 32 | this->conn);
    digest_add(digest, (guint64)this->host << 32 | this->peer);
    digest_add(digest, (guint64)this->ends.remote_address << 32 |
                           (guint64)this->ends.local_port << 16 | this->ends.remote_port);
    digest_add(digest, this->k);
    return TRUE;
}

static LabAct *act_new(LabRun *run, const PlanStep *step, TraceUse *use)
{
    LabAct *this = memory_pool_take_unset(run->acts);

    *this = (LabAct){.task.run = act, .step = step, .use = use};
    return this;
}

void lab_script_clear(LabRun *run)
{
    memory_pool_free(run->acts);
}

/* Nobody can tell the program there to do it. */
static gboolean is_left_out(const LabRun *run, const PlanStep *step)
{
    const LabNode *node = run->hosts[step->actor.host].node;

    return node != NULL && node->kind->call == NULL && plan_step_is_of(step, step->actor.host);
}

static void forget(LabRun *run, const PlanStep *step)
{
    GArray *whens = step->is_when ? lab_host(run, step->when.host)->whens : NULL;

    for (guint i = whens != NULL ? whens->len : 0; i-- > 0;)
        if (g_array_index(whens, LabWhen, i).step == step)
            g_array_remove_index(whens, i);
}

void lab_script_begin(LabRun *run)
{
    run->acts = memory_pool_new(sizeof(LabAct), run->budget);
    for (guint i = 0; i < run->plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(run->plan->steps, PlanStep, i);

        if (is_left_out(run, step))
            forget(run, step);
        else if (!step->is_when && step->verb != PLAN_SCRIPTED)
            lab_schedule(run, &act_new(run, step, trace_use(run->trace->calls, i))->task, step->at);
    }
}

static gboolean is_meant(const PlanStep *step, TcpConnId conn, TcpState state)
{
    return step->state == state && (step->when.number == 0 || step->when.number == conn);
}

/* What the line will need to know of another host's connection, however much later it comes. */
static void remember_ends(LabRun *run, LabAct *this, TcpState state)
{
    const LabHost *actor = lab_host(run, acting_host(this->step));
    LabHost *host = lab_host(run, this->host);

    if (actor == host)
        return;
    const LabConn *known = lab_host_conn(host, this->conn);
    this->ends = known != NULL ? known->ends : lab_host_ends(host, this->conn);
    /* In SYN-SENT nobody has answered yet: who has the four-tuple now is not the peer. */
    if (state != TCP_STATE_SYN_SENT &&
        this->ends.remote_address == lab_address(actor->run->plan, actor->index))
        this->peer = peer_of(actor, this);
}

void lab_script_state(LabHost *host, TcpConnId conn, TcpState state, TraceId cause,
                      gboolean is_quiet)
{
    LabRun *run = host->run;

    for (guint i = 0; i < host->whens->len && !budget_is_spent(run->budget); i++) {
        const LabWhen *when = &g_array_index(host->whens, LabWhen, i);

        if (!is_meant(when->step, conn, state))
            continue;
        LabAct *this = act_new(run, when->step, when->use);
        when->use->met++;
        this->cause = cause;
        this->host = host->index;
        this->conn = conn;
        this->quiet = is_quiet;
        if (conn)
            remember_ends(run, this, state);
        lab_schedule(run, &this->task, sim_time_add(run->now, when->step->at));
    }
}
