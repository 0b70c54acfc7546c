/* The laws: a sentence each, and what a run must not do by it.
 *
 * A law speaks of what stacks owe each other and their applications, not of what a network or an
 * application may do to them: who crashed, who aborted and whose network fails until the last repeat is
 * let off.  docs/explore.md says so for each.
 */
#include "explore/laws.h"

#include "tcp/tcp.h"

static const struct {
    const char *name, *text;
} laws[EXPLORE_LAW_COUNT] = {
    [EXPLORE_LAW_TRANSITION] = {"transition", "states change as RFC 9293's diagram allows"},
    [EXPLORE_LAW_BYTES] = {"bytes", "applications read what was sent: in order, once, all of it"},
    [EXPLORE_LAW_GHOST] = {"ghost", "nobody is connected to a peer that knows nothing of it"},
    [EXPLORE_LAW_RESET] = {"reset", "nobody is reset or refused whose peer did not want that"},
    [EXPLORE_LAW_GIVEN_UP] = {"given-up", "nobody gives up whose repeats arrive"},
    [EXPLORE_LAW_STRANDED] = {"stranded", "nobody is left for ever by a peer that is gone"},
    [EXPLORE_LAW_AGREEMENT] = {"agreement", "two ends that live agree on it"},
    [EXPLORE_LAW_ENDLESS] = {"endless", "nothing is repeated for ever"},
    [EXPLORE_LAW_ALWAYS] = {"always", "the scenario's own expectations marked so"},
};

const char *explore_law_name(ExploreLaw law)
{
    return laws[law].name;
}

const char *explore_law_text(ExploreLaw law)
{
    return laws[law].text;
}

void explore_breach_free(ExploreBreach *breach)
{
    if (breach == NULL)
        return;
    g_free(breach->text);
    g_free(breach->expect);
    g_free(breach);
}

void law_break(Watch *watch, ExploreLaw law, char *text, char *expect)
{
    if (watch->breach != NULL || (watch->except & 1U << law) != 0) {
        g_free(text);
        g_free(expect);
        return;
    }
    watch->breach = g_new0(ExploreBreach, 1);
    *watch->breach = (ExploreBreach){.law = law, .text = text, .expect = expect, .stop = SIM_NEVER};
}

/* ---- Words ---- */

/* "server.2"; free with g_free(). */
static char *name_of(const Watch *watch, const WatchConn *conn)
{
    return g_strdup_printf("%s.%u", watch_host_name(watch, conn->host), conn->id);
}

/* "1.25 s" */
static const char *when(SimTime t, char text[SIM_TIME_TEXT_MAX])
{
    sim_time_format(t, text);
    return text;
}

static char *never_enters(const char *name, TcpState state)
{
    return g_strdup_printf("expect %s never enters %s", name, tcp_state_name(state));
}

/* How a connection ends where nothing goes wrong; id 0: the host's newest.  CLOSED where it is not known. */
static TcpState usual_end(const Watch *watch, guint host, guint32 id)
{
    TcpState state = TCP_STATE_CLOSED;

    for (guint i = 0; watch->usual != NULL && i < watch->usual->len; i++) {
        const WatchConn *conn = &g_array_index(watch->usual, WatchConn, i);

        if (conn->host == host && (id == 0 || conn->id == id))
            state = conn->state;
    }
    return state;
}

/* It ends as it would if nothing had gone wrong; or, where it does, its peer does. */
static char *ends_as_usual(const Watch *watch, const WatchConn *conn)
{
    TcpState usual = usual_end(watch, conn->host, conn->id);

    if (usual != conn->state || !conn->has_ends)
        return g_strdup_printf("expect %s.%u ends %s", watch_host_name(watch, conn->host), conn->id,
                               tcp_state_name(usual != conn->state ? usual : TCP_STATE_CLOSED));
    return g_strdup_printf("expect %s ends %s", watch_host_name(watch, conn->peer),
                           tcp_state_name(usual_end(watch, conn->peer, 0)));
}

/* ---- Each step ---- */

static void check_transition(Watch *watch, const TraceEvent *event)
{
    TcpState from = event->state.from, to = event->state.to;

    if (tcp_transition_is_allowed(from, to))
        return;
    g_autofree char *name =
        g_strdup_printf("%s.%u", watch_host_name(watch, event->host), event->conn);

    law_break(
        watch, EXPLORE_LAW_TRANSITION,
        g_strdup_printf("%s goes from %s to %s", name, tcp_state_name(from), tcp_state_name(to)),
        never_enters(name, to));
}

static gboolean is_reset(TcpReason reason)
{
    return reason == TCP_REASON_RST_ARRIVED || reason == TCP_REASON_SYN_IN_WINDOW;
}

static gboolean gave_up(TcpReason reason)
{
    return reason == TCP_REASON_RETRIES_USED_UP || reason == TCP_REASON_CONNECT_TIMED_OUT ||
           reason == TCP_REASON_KEEPALIVE_USED_UP;
}

/* The segment that the event came of, as it was sent; NULL: none, or one that was not seen. */
static const TraceEvent *sent_cause(const Watch *watch, const TraceEvent *event)
{
    const TraceEvent *cause = event->cause > 0 ? trace_event(watch->trace, event->cause) : NULL;

    if (cause == NULL || cause->kind != TRACE_ARRIVE || cause->segment.sent == 0)
        return NULL;
    return trace_event(watch->trace, cause->segment.sent);
}

/* What a stack is short of, and what it owes an application that ended it, are no mistakes. */
static gboolean is_refusal(TcpReason reason)
{
    return reason == TCP_REASON_NO_BLOCK_FREE || reason == TCP_REASON_ACCEPT_QUEUE_FULL ||
           reason == TCP_REASON_DATA_AFTER_CLOSE || reason == TCP_REASON_ABORT_CALLED ||
           reason == TCP_REASON_CLOSE_UNREAD || reason == TCP_REASON_CLOSE_CALLED;
}

/* The peer is gone, or was told to go, by something that is no mistake of either. */
static gboolean had_reason(const Watch *watch, const WatchConn *conn, const WatchConn *peer)
{
    if (watch->hosts[conn->peer].failed)
        return TRUE;
    if (peer == NULL)
        return FALSE;
    return peer->aborted || gave_up(peer->why) || is_reset(peer->why) || is_refusal(peer->why) ||
           peer->why == TCP_REASON_FIN_WAIT_2_OVER || peer->why == TCP_REASON_CRASHED ||
           (peer->closed && peer->read < conn->asked);
}

/* `conn` as it was before.  A half-open one that nobody holds may be taken back: an old SYN's is.  So may
 * TIME-WAIT end early: nobody waits for it. */
static gboolean may_be_reset(const Watch *watch, const WatchConn *conn, const TraceEvent *rst)
{
    if (conn->state == TCP_STATE_TIME_WAIT || conn->aborted)
        return TRUE;
    if (conn->state == TCP_STATE_SYN_RCVD && conn->passive && !conn->accepted)
        return TRUE;
    if (rst != NULL && (rst->segment.injected || is_refusal(rst->segment.reason)))
        return TRUE;
    if (rst != NULL && conn->state == TCP_STATE_SYN_SENT)
        return rst->segment.reason == TCP_REASON_NO_CONNECTION;
    return had_reason(watch, conn, watch_peer(watch, conn));
}

static void check_reset(Watch *watch, const TraceEvent *event, const WatchConn *conn)
{
    const TraceEvent *rst = sent_cause(watch, event);

    if (!is_reset(event->state.reason) || may_be_reset(watch, conn, rst))
        return;
    g_autofree char *name = name_of(watch, conn);
    char at[SIM_TIME_TEXT_MAX];
    const char *sender = rst != NULL ? watch_host_name(watch, rst->host) : name;

    law_break(watch, EXPLORE_LAW_RESET,
              g_strdup_printf("%s is reset at %s, in %s: %s", name, when(event->t, at),
                              tcp_state_name(conn->state),
                              rst != NULL ? tcp_reason_text(rst->segment.reason) : "by a SYN"),
              g_strdup_printf("expect %s never sends RST", sender));
}

/* A host that has forgotten its numbers calls again, without keeping quiet for a while (RFC 9293 §3.4.3): with the port,
 * and perhaps the number, that its peer still knows.  There its SYN is an old one. */
static gboolean broke_quiet(const Watch *watch, const WatchConn *conn)
{
    const WatchConn *peer = watch_peer(watch, conn);

    return conn->state == TCP_STATE_SYN_SENT && watch->hosts[conn->host].forgot &&
           conn->before != 0 && peer != NULL && !peer->over && peer->state != TCP_STATE_SYN_RCVD;
}

/* Since the last thing that went wrong on the way, a repeat came, which has to be answered. */
static void check_given_up(Watch *watch, const TraceEvent *event, const WatchConn *conn)
{
    if (!gave_up(event->state.reason) || conn->came <= watch->trouble || broke_quiet(watch, conn))
        return;
    g_autofree char *name = name_of(watch, conn);
    const char *class = segment_class_name(conn->came_class);
    guint sent = conn->came_sent;
    char at[SIM_TIME_TEXT_MAX], came[SIM_TIME_TEXT_MAX];

    law_break(watch, EXPLORE_LAW_GIVEN_UP,
              g_strdup_printf("%s gives up at %s, in %s, though its %s of %s arrived", name,
                              when(event->t, at), tcp_state_name(conn->state), class,
                              when(trace_event(watch->trace, conn->came)->t, came)),
              sent < conn->sent[conn->came_class]
                  ? g_strdup_printf("expect %s sends %s at most %u %s", name, class, sent,
                                    sent == 1 ? "time" : "times")
                  : never_enters(name, TCP_STATE_CLOSED));
}

static void check_read(Watch *watch, const TraceEvent *event, const WatchConn *conn)
{
    guint incarnations;
    guint64 asked = watch_peer_asked(watch, conn, &incarnations);
    g_autofree char *name = name_of(watch, conn);

    if (event->app.wrong > 0)
        law_break(watch, EXPLORE_LAW_BYTES,
                  g_strdup_printf("%s reads %" G_GUINT64_FORMAT " bytes that were never sent so",
                                  name, event->app.wrong),
                  g_strdup_printf("expect %s delivers 0 bytes wrong", name));
    else if (incarnations > 0 && conn->read > asked)
        law_break(watch, EXPLORE_LAW_BYTES,
                  g_strdup_printf("%s reads %" G_GUINT64_FORMAT " bytes, and %" G_GUINT64_FORMAT
                                  " were sent",
                                  name, conn->read, asked),
                  g_strdup_printf("expect %s delivers %" G_GUINT64_FORMAT " bytes", name, asked));
}

/* The end of the stream came, and not all of it was there. */
static void check_eof(Watch *watch, const WatchConn *conn)
{
    guint incarnations;
    guint64 asked = watch_peer_asked(watch, conn, &incarnations);

    if (incarnations != 1 || !watch->hosts[conn->host].reads || conn->read == asked)
        return;
    g_autofree char *name = name_of(watch, conn);

    law_break(watch, EXPLORE_LAW_BYTES,
              g_strdup_printf("%s reads %" G_GUINT64_FORMAT
                              " bytes to their end, of %" G_GUINT64_FORMAT,
                              name, conn->read, asked),
              g_strdup_printf("expect %s delivers %" G_GUINT64_FORMAT " bytes", name, asked));
}

/* It ended, or will without hearing of the other again. */
static gboolean is_past(const WatchConn *peer)
{
    return peer->over || peer->state == TCP_STATE_TIME_WAIT;
}

/* Who accepted the call, and whose peer has no such connection: it is past, or never was. */
static void check_ghost(Watch *watch, const TraceEvent *event, const WatchConn *conn)
{
    const WatchConn *peer = watch_peer(watch, conn);

    if (!conn->passive || !conn->has_ends || (peer != NULL && !is_past(peer)) ||
        had_reason(watch, conn, peer))
        return;
    g_autofree char *name = name_of(watch, conn);
    char at[SIM_TIME_TEXT_MAX];

    law_break(watch, EXPLORE_LAW_GHOST,
              g_strdup_printf("%s is connected at %s, to a peer that %s", name, when(event->t, at),
                              peer != NULL ? "has long ended" : "never asked for it"),
              never_enters(name, TCP_STATE_ESTABLISHED));
}

void laws_of_event(Watch *watch, const TraceEvent *event)
{
    if (event->kind != TRACE_STATE)
        return;
    check_transition(watch, event);
    const WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL ||
        (event->state.to != TCP_STATE_CLOSED && event->state.to != TCP_STATE_LISTEN))
        return;
    check_reset(watch, event, conn);
    check_given_up(watch, event, conn);
}

void laws_after_event(Watch *watch, const TraceEvent *event)
{
    const WatchConn *conn = watch_conn(watch, event);

    if (conn == NULL)
        return;
    if (event->kind == TRACE_STATE && event->state.to == TCP_STATE_ESTABLISHED)
        check_ghost(watch, event, conn);
    if (event->kind == TRACE_APP && event->app.event == TRACE_APP_READ)
        check_read(watch, event, conn);
    if (event->kind == TRACE_APP && event->app.event == TRACE_APP_EOF)
        check_eof(watch, conn);
}

/* ---- In the end ---- */

/* Two that wait for their applications, each for what the other has to do next. */
static gboolean agree(TcpState one, TcpState other)
{
    if (one == TCP_STATE_FIN_WAIT_2)
        return other == TCP_STATE_CLOSE_WAIT;
    if (one == TCP_STATE_CLOSE_WAIT)
        return other == TCP_STATE_FIN_WAIT_2;
    return one == TCP_STATE_ESTABLISHED && other == TCP_STATE_ESTABLISHED;
}

/* In CLOSE-WAIT it is the application that lets it lie, after it was told. */
static void check_stranded(Watch *watch, const WatchConn *conn, const WatchConn *peer)
{
    if (conn->armed != 0 || (conn->has_ends && watch->hosts[conn->peer].failed) ||
        (conn->state == TCP_STATE_CLOSE_WAIT && conn->told_eof))
        return;
    g_autofree char *name = name_of(watch, conn);

    law_break(watch, EXPLORE_LAW_STRANDED,
              g_strdup_printf("%s is in %s for ever, without a timer, and its peer %s", name,
                              tcp_state_name(conn->state),
                              peer != NULL ? "is gone" : "has no such connection"),
              ends_as_usual(watch, conn));
}

static void check_agreement(Watch *watch, const WatchConn *conn, const WatchConn *peer)
{
    if (conn->armed != 0 || peer->armed != 0 || agree(conn->state, peer->state))
        return;
    g_autofree char *name = name_of(watch, conn), *other = name_of(watch, peer);

    law_break(watch, EXPLORE_LAW_AGREEMENT,
              g_strdup_printf("%s is in %s for ever, and %s in %s", name,
                              tcp_state_name(conn->state), other, tcp_state_name(peer->state)),
              ends_as_usual(watch, conn));
}

/* Both live, nothing is under way, and a reader waits for what was to be sent to it. */
static void check_delivered(Watch *watch, const WatchConn *conn, const WatchConn *peer)
{
    guint incarnations;
    guint64 asked = watch_peer_asked(watch, conn, &incarnations);
    gboolean holds = !conn->passive || conn->accepted;

    if (conn->armed != 0 || peer->armed != 0 || incarnations != 1 ||
        !watch->hosts[conn->host].reads || !holds || conn->closed || conn->read == asked)
        return;
    g_autofree char *name = name_of(watch, conn);

    law_break(watch, EXPLORE_LAW_BYTES,
              g_strdup_printf("%s waits for ever: it has read %" G_GUINT64_FORMAT
                              " bytes of %" G_GUINT64_FORMAT,
                              name, conn->read, asked),
              g_strdup_printf("expect %s delivers %" G_GUINT64_FORMAT " bytes", name, asked));
}

/* RFC 9293 §3.8.6.1: whoever has something to send has a timer, also where the window is closed: the segment that opens it
 * may be lost.  What is more than 2^32 bytes is nobody's here. */
static void check_sent(Watch *watch, const WatchConn *conn)
{
    guint64 acked = conn->acked > 0 ? conn->acked - 1 : 0;

    if (conn->armed != 0 || conn->asked <= acked || conn->asked > G_MAXUINT32)
        return;
    g_autofree char *name = name_of(watch, conn);

    law_break(watch, EXPLORE_LAW_BYTES,
              g_strdup_printf("%s has sent %" G_GUINT64_FORMAT " bytes of %" G_GUINT64_FORMAT
                              ", and waits for ever, without a timer",
                              name, acked, conn->asked),
              ends_as_usual(watch, conn));
}

static void check_end(Watch *watch, const WatchConn *conn)
{
    const WatchConn *peer = watch_peer(watch, conn);

    check_sent(watch, conn);
    if (peer == NULL || peer->over) {
        check_stranded(watch, conn, peer);
        return;
    }
    check_agreement(watch, conn, peer);
    check_delivered(watch, conn, peer);
}

static void check_ends(Watch *watch)
{
    for (guint i = 0; i < watch->host_count; i++) {
        const GArray *conns = watch->hosts[i].conns;

        for (guint c = 0; c < conns->len; c++) {
            const WatchConn *conn = &g_array_index(conns, WatchConn, c);

            if (conn->id != 0 && !conn->over)
                check_end(watch, conn);
        }
    }
}

/* How many such segments a connection has sent up to an event. */
static guint sent_until(const Watch *watch, const TraceEvent *sent, TraceId until)
{
    guint count = 0;

    for (TraceId id = 1; id <= until; id++) {
        const TraceEvent *event = trace_event(watch->trace, id);

        count += event->kind == TRACE_SEND && event->host == sent->host &&
                 event->conn == sent->conn && event->segment.class == sent->segment.class &&
                 !event->segment.injected;
    }
    return count;
}

/* Probes of a connection that lives, or of a window that is closed, may go on for as long as they are
 * answered; and a circle that sends nothing bothers nobody. */
static gboolean is_endless(const Circle *circle)
{
    return circle->sends > 0 && (circle->retransmits > 0 || circle->keeps_alive == 0);
}

/* Seen when it has gone round twice. */
static void check_circle(Watch *watch, const Circle *circle)
{
    if (!is_endless(circle))
        return;
    const TraceEvent *sent = trace_event(watch->trace, circle->sends);
    g_autofree char *name =
        sent->conn > 0 ? g_strdup_printf("%s.%u", watch_host_name(watch, sent->host), sent->conn)
                       : g_strdup(watch_host_name(watch, sent->host));
    const char *class = segment_class_name(sent->segment.class);
    const TraceEvent *twice = trace_event(
        watch->trace, MIN(circle->from + 2 * circle->length, watch->trace->events->len));
    char period[SIM_TIME_TEXT_MAX];

    law_break(watch, EXPLORE_LAW_ENDLESS,
              g_strdup_printf("%s sends %s again and again, every %s, %s", name, class,
                              when(circle->period, period),
                              circle->is_for_ever ? "and nothing else will come"
                                                  : "until the run met a bound"),
              g_strdup_printf("expect %s sends %s at most %u times", name, class,
                              sent_until(watch, sent, circle->from)));
    if (watch->breach != NULL && watch->breach->law == EXPLORE_LAW_ENDLESS)
        watch->breach->stop = twice->t;
}

gboolean laws_of_end(Watch *watch, const Circle *known)
{
    if (watch->end->end.why == TRACE_END_QUIET) {
        check_ends(watch);
        return TRUE;
    }
    const Circle circle = known != NULL ? *known : circle_find(watch->trace);

    if (circle.length == 0)
        return FALSE;
    check_ends(watch);
    check_circle(watch, &circle);
    return TRUE;
}
