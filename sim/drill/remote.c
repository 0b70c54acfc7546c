/* The clock of the script: what is next, and how long it is waited for.
 *
 * It sits at the other end of the link.  Its own time is behind whatever else is due then, so all timers
 * of an instant have fired, and all that was under way has come, before the script goes on.
 */
#include "drill/session.h"

/* packetdrill waits for a segment up to so long after its time, and for a call that blocks another. */
static const SimTime patience_for_segments = 2 * SIM_SECOND;
static const SimTime patience_for_calls = SIM_SECOND;
static const SimTime patience_for_any = SIM_HOUR; /* "*" */

static DrillSession *session_of(LabNode *node)
{
    return ((DrillRemote *)(void *)node)->session;
}

static SimTime now_of(const DrillSession *session)
{
    return lab_node_now(session->remote.node.host);
}

static const DrillEvent *next_event(const DrillSession *session)
{
    return session->next < session->script->events->len
               ? g_ptr_array_index(session->script->events, session->next)
               : NULL;
}

/* ---- When ---- */

static SimTime time_from(const DrillSession *session, const DrillEvent *event, SimTime written)
{
    return event->time.kind == DRILL_TIME_RELATIVE ? sim_time_add(session->base, written) : written;
}

SimTime drill_due(const DrillSession *session, const DrillEvent *event)
{
    return event->time.kind == DRILL_TIME_ANY ? session->base
                                              : time_from(session, event, event->time.at);
}

SimTime drill_due_end(const DrillSession *session, const DrillEvent *event)
{
    return time_from(session, event, event->time.until);
}

SimTime drill_due_return(const DrillSession *session, const DrillEvent *event)
{
    return time_from(session, event, event->time.returns);
}

/* After that nobody waits for the segment any more. */
static SimTime deadline_of(const DrillSession *session, const DrillEvent *event)
{
    SimTime due = drill_due(session, event);

    if (event->time.until != SIM_NEVER)
        due = drill_due_end(session, event);
    return sim_time_add(due, event->time.kind == DRILL_TIME_ANY ? patience_for_any
                                                                : patience_for_segments);
}

/* A call that waits for no longer. */
static SimTime expiry_of(const DrillSession *session)
{
    return session->waiting.event != NULL ? session->waiting.expires : SIM_NEVER;
}

static SimTime due_of_event(const DrillSession *session)
{
    const DrillEvent *event = next_event(session);

    if (event == NULL)
        return session->waiting.event == NULL
                   ? now_of(session)
                   : sim_time_add(session->waiting.returns, patience_for_calls);
    if (event->kind == DRILL_EXPECT)
        return session->seen.length > session->looked_at ? now_of(session)
                                                         : deadline_of(session, event);
    SimTime due = drill_due(session, event);
    gboolean must_wait = event->kind == DRILL_CALL && session->waiting.event != NULL;

    return must_wait ? sim_time_add(due, patience_for_calls) : due;
}

static SimDue next_due(LabNode *node)
{
    const DrillSession *session = session_of(node);

    return lab_node_due(session->is_over ? SIM_NEVER
                                         : MIN(due_of_event(session), expiry_of(session)));
}

/* ---- Segments that come ---- */

static gboolean inject(DrillSession *session, const DrillEvent *event)
{
    if (!drill_can_be_sent(session, event))
        return FALSE;
    Segment segment = drill_inbound(session, &event->segment);

    lab_node_sends(session->remote.node.host, session->conn.number, &segment, NULL, NULL);
    return TRUE;
}

static gboolean inject_icmp(DrillSession *session, const DrillEvent *event)
{
    const TcpIcmp icmp = drill_icmp(session, &event->icmp);

    if (!sockets_icmp(session->local.sockets, now_of(session), &icmp))
        session->icmps_refused++;
    return TRUE;
}

static gboolean other(DrillSession *session, const DrillEvent *event)
{
    return drill_out_of_reach(session, event, "%s", event->reason);
}

/* ---- Segments that are expected ---- */

void drill_remote_saw(DrillSession *session, const Segment *segment)
{
    if (session->loses_all || !drill_is_of_current(session, segment))
        return;
    drill_note_sent(session, segment);
    DrillSeen *seen = g_new0(DrillSeen, 1);

    *seen = (DrillSeen){*segment, now_of(session), lab_node_last_sent(session->remote.node.host)};
    g_queue_push_tail(&session->seen, seen);
}

static gboolean nothing_came(DrillSession *session, const DrillEvent *event)
{
    return drill_fails(session, event, 0, g_strdup("a segment"),
                       g_strdup("none left until the script gave up"));
}

/* The oldest segments that nobody has looked at, joined as far as one is expected.  *pieces: how many. */
static DrillSegment join(DrillSession *session, const DrillEvent *event, guint *pieces,
                         const DrillSeen **last)
{
    const GList *link = session->seen.head;

    *last = link->data;
    *pieces = 1;
    drill_learn(session, &event->segment, &(*last)->segment);
    DrillSegment joined = drill_outbound(session, &(*last)->segment);
    guint piece = joined.length;

    for (link = link->next; link != NULL && session->joins; link = link->next) {
        const DrillSeen *seen = link->data;
        DrillSegment more = drill_outbound(session, &seen->segment);
        gboolean joins =
            joined.length < event->segment.length && drill_joins(&joined, &more, piece);

        if (joins) {
            joined.length += more.length;
            joined.flags =
                (guint8)((joined.flags & ~TCP_PSH) | more.flags); /* the last one tells */
            *last = seen;
            ++*pieces;
        }
        drill_segment_clear(&more);
        if (!joins)
            break;
    }
    return joined;
}

/* More of what is expected may still come. */
static gboolean is_partial(const DrillSession *session, const DrillEvent *event,
                           const DrillSegment *joined, guint pieces)
{
    return session->joins && pieces == session->seen.length && joined->length > 0 &&
           joined->length < event->segment.length && !(joined->flags & (TCP_PSH | TCP_FIN)) &&
           now_of(session) < deadline_of(session, event);
}

SimTime drill_tolerance(const DrillSession *session, SimTime length)
{
    const PlanTolerance *tolerance = &session->tolerance;
    double part = (double)MAX(length, 0) * (double)tolerance->within_ppb / 1e9;

    return MAX(tolerance->within, (SimTime)part);
}

static char *time_text(SimTime at)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " s", at / SIM_SECOND,
                           at % SIM_SECOND / SIM_MICROSECOND);
}

/* TRUE: it came in time. */
static gboolean is_in_time(DrillSession *session, const DrillEvent *event, const DrillSeen *seen)
{
    SimTime from = drill_due(session, event), to = from,
            tolerance = drill_tolerance(session, from - session->scheduled);

    if (event->time.kind == DRILL_TIME_ANY)
        return TRUE;
    if (event->time.until != SIM_NEVER)
        to = drill_due_end(session, event);
    if (seen->at >= from - tolerance && seen->at <= to + tolerance)
        return TRUE;
    g_autofree char *first = time_text(from), *last = time_text(to), *was = time_text(seen->at);
    g_autofree char *within = time_text(tolerance);
    char *expected = from == to ? g_strdup_printf("at %s, within %s", first, within)
                                : g_strdup_printf("at %s to %s, within %s", first, last, within);

    return drill_fails(session, event, seen->event, expected, g_strdup_printf("at %s", was));
}

static gboolean is_right(DrillSession *session, const DrillEvent *event, const DrillSegment *left,
                         const DrillSeen *seen)
{
    g_autofree char *differs = drill_match(session, &event->segment, left);

    if (differs == NULL)
        return TRUE;
    g_autofree char *text = drill_segment_text(left);

    return drill_fails(session, event, seen->event, g_strdup(event->text),
                       g_strdup_printf("> %s: %s", text, differs));
}

static gboolean expect(DrillSession *session, const DrillEvent *event)
{
    if (session->seen.length == 0)
        return nothing_came(session, event);
    const DrillSeen *last;
    guint pieces;
    DrillSegment left = join(session, event, &pieces, &last);
    gboolean goes_on = TRUE, waits = is_partial(session, event, &left, pieces);

    if (!waits)
        goes_on = is_right(session, event, &left, last) && is_in_time(session, event, last);
    drill_segment_clear(&left);
    session->looked_at = waits ? session->seen.length : 0;
    for (guint i = 0; i < pieces && !waits; i++)
        g_free(g_queue_pop_head(&session->seen));
    return goes_on && !waits;
}

/* ---- The script goes on ---- */

static gboolean call(DrillSession *session, const DrillEvent *event)
{
    if (session->waiting.event == NULL)
        return drill_call(session, event);
    return drill_fails(session, session->waiting.event, 0,
                       g_strdup("an answer before the next call"), g_strdup("it still blocks"));
}

static gboolean (*const carry_out[DRILL_EVENT_KIND_COUNT])(DrillSession *, const DrillEvent *) = {
    [DRILL_INJECT] = inject, [DRILL_EXPECT] = expect,   [DRILL_ICMP] = inject_icmp,
    [DRILL_CALL] = call,     [DRILL_CODE] = drill_code, [DRILL_COMMAND] = drill_command,
    [DRILL_OTHER] = other,
};

/* What is not seen on the wire either. */
static gboolean is_line(const DrillEvent *event)
{
    return event->kind != DRILL_EXPECT && event->kind != DRILL_CODE && event->kind != DRILL_OTHER;
}

static LabHost *actor_of(const DrillSession *session, const DrillEvent *event)
{
    gboolean is_remote = event->kind == DRILL_INJECT || event->kind == DRILL_ICMP;

    return is_remote ? session->remote.node.host : session->local.node.host;
}

static void event_is_over(DrillSession *session, const DrillEvent *event, SimTime due)
{
    const DrillEvent *next;

    session->next++;
    next = next_event(session);
    gboolean in_a_row = event->kind == DRILL_INJECT && next != NULL && next->kind == DRILL_INJECT;

    session->base = in_a_row ? due : now_of(session);
    session->scheduled = due;
    session->looked_at = 0;
}

static void end_of_script(DrillSession *session)
{
    if (session->waiting.event == NULL)
        drill_holds(session);
    else
        drill_fails(session, session->waiting.event, 0, g_strdup("an answer"),
                    g_strdup("it still blocks at the script's end"));
}

static void call_is_over(DrillSession *session, const SocketAnswer *answer)
{
    const DrillWaiting was = session->waiting;

    session->waiting = (DrillWaiting){0};
    session->called = was.called;
    (void)drill_call_returned(session, &was, answer);
}

static void go_on(DrillSession *session)
{
    const DrillEvent *event = next_event(session);

    if (event == NULL) {
        end_of_script(session);
        return;
    }
    if (session->out_of_reach != NULL) {
        drill_out_of_reach(session, event, "%s", session->out_of_reach);
        return;
    }
    SimTime due = drill_due(session, event);

    if (is_line(event))
        session->called = lab_node_calls(actor_of(session, event), session->next, 0);
    if (carry_out[event->kind](session, event))
        event_is_over(session, event, due);
}

static void advance(LabNode *node)
{
    DrillSession *session = session_of(node);

    if (expiry_of(session) <= now_of(session))
        call_is_over(session, &(SocketAnswer){0});
    else
        go_on(session);
    drill_settle(session);
}

void drill_settle(DrillSession *session)
{
    const DrillWaiting *waiting = &session->waiting;
    SocketOver over;
    SocketAnswer answer;

    while (!session->is_over && sockets_settle(session->local.sockets, now_of(session), &over)) {
        if (waiting->event != NULL && waiting->again == NULL && waiting->fd == over.fd)
            call_is_over(session, &over.answer);
    }
    if (!session->is_over && waiting->event != NULL && waiting->again != NULL &&
        waiting->again(session, waiting->event, &answer))
        call_is_over(session, &answer);
}

/* ---- Nobody ---- */

static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    (void)node; /* it has seen the segment when that left */
    (void)packet;
    (void)sent;
}

static TcpError no_call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    (void)node;
    (void)step;
    (void)conn;
    return TCP_EINVAL;
}

static void power(LabNode *node, gboolean up, gboolean forget)
{
    (void)node;
    (void)up;
    (void)forget;
}

static gboolean ends(LabNode *node, TcpConnId conn, TcpEnds *out)
{
    const DrillConnection *current = &session_of(node)->conn;

    *out = (TcpEnds){lab_address(session_of(node)->plan, 0), current->ends.remote_port,
                     current->ends.local_port};
    return conn != 0 && conn == current->number;
}

static gboolean status(LabNode *node, TcpConnId conn, TcpStatus *out)
{
    (void)node;
    (void)conn;
    (void)out;
    return FALSE;
}

static TcpConnId find(LabNode *node, const TcpEnds *wanted)
{
    const DrillConnection *current = &session_of(node)->conn;
    gboolean is_it = wanted->local_port == current->ends.remote_port &&
                     wanted->remote_port == current->ends.local_port;

    return is_it ? current->number : 0;
}

static TcpConnId newest(LabNode *node)
{
    return session_of(node)->conn.number;
}

static void free_nothing(LabNode *node)
{
    (void)node;
}

static const char *stack(LabNode *node)
{
    (void)node;
    return "the script";
}

static const LabNodeKind kind = {
    .free = free_nothing,
    .stack = stack,
    .deliver = deliver,
    .call = no_call,
    .next_due = next_due,
    .advance = advance,
    .power = power,
    .ends = ends,
    .status = status,
    .find = find,
    .newest = newest,
};

void drill_remote_init(DrillRemote *remote, DrillSession *session, LabHost *host)
{
    *remote = (DrillRemote){.node = {.kind = &kind, .host = host}, .session = session};
}
