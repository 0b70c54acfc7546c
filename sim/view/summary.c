/* The summary below a timeline: what a reader wants to know first. */
#include "view/summary.h"

#include <string.h>

/* More connections of a host than this are counted, not listed. */
enum { LISTED_MAX = 8 };

typedef struct Tally {
    const TraceTally *done;             /* what it did, the unlisted included */
    guint64 again[SEGMENT_CLASS_COUNT]; /* retransmissions, of the unlisted those of its timers */
    guint64 conns;                      /* connections, listeners not */
    guint64 in_state[TCP_STATE_COUNT];  /* of them, at the end */
} Tally;

typedef struct Summary {
    const ViewContext *context;
    Tally *tallies; /* a host, and one for hosts that the trace does not name */
    guint tally_count;
    guint64 asked, connected, failed; /* connects */
    SimTime quickest, slowest;
    GString *out;
} Summary;

static Tally *tally_of(Summary *summary, TraceHost host)
{
    return &summary->tallies[MIN(host, summary->tally_count - 1)];
}

static const TraceEvent *event_of(const Summary *summary, TraceId id)
{
    return trace_event(summary->context->trace, id);
}

/* What connect said. */
static TcpError answer_of(const Summary *summary, const TraceConn *conn)
{
    const TraceEvent *answered = event_of(summary, conn->answered);

    return answered->app.event == TRACE_APP_ERROR ? answered->app.error : TCP_OK;
}

static SimTime connect_took(const Summary *summary, const TraceConn *conn)
{
    return event_of(summary, conn->answered)->t - event_of(summary, conn->asked)->t;
}

static void count_connect(Summary *summary, const TraceConn *conn)
{
    summary->asked++;
    if (conn->answered == 0)
        return;
    if (answer_of(summary, conn) != TCP_OK) {
        summary->failed++;
        return;
    }
    SimTime took = connect_took(summary, conn);
    if (summary->connected == 0 || took < summary->quickest)
        summary->quickest = took;
    summary->slowest = MAX(summary->slowest, took);
    summary->connected++;
}

static void count_conn(Summary *summary, const TraceConn *conn)
{
    if (conn->asked != 0)
        count_connect(summary, conn);
    if (conn->conn == 0 || conn->moved == 0)
        return;
    Tally *tally = tally_of(summary, conn->host);
    tally->conns++;
    tally->in_state[trace_conn_state(summary->context->index, conn)]++;
}

static void begin_line(Summary *summary, const char *name)
{
    g_string_append_printf(summary->out, "  %s", name);
}

static void end_line(Summary *summary)
{
    g_string_append_c(summary->out, '\n');
}

static void write_answer(Summary *summary, const TraceConn *conn)
{
    GString *out = summary->out;
    TcpError answer = answer_of(summary, conn);

    g_string_append(out, answer == TCP_OK ? "connect took " : "connect failed after ");
    phrase_time(connect_took(summary, conn), out);
    if (answer == TCP_OK)
        return;
    g_string_append(out, ": ");
    phrase_error(summary->context, answer, out);
}

/* "connect took 3.02 s"; whose it was, when there were several. */
static void write_connect(Summary *summary, const TraceConn *conn)
{
    GString *out = summary->out;

    begin_line(summary, "");
    if (summary->asked > 1) {
        phrase_conn(summary->context, conn->host, conn->conn, out);
        g_string_append(out, ": ");
    }
    if (conn->answered == 0)
        g_string_append(out, "connect had not returned at the end");
    else
        write_answer(summary, conn);
    end_line(summary);
}

static void write_connects_counted(Summary *summary)
{
    GString *out = summary->out;

    begin_line(summary, "");
    phrase_count(summary->asked, "connect", "connects", out);
    g_string_append_printf(out, ": %" G_GUINT64_FORMAT " succeeded", summary->connected);
    if (summary->connected > 0) {
        g_string_append(out, " (in ");
        phrase_time(summary->quickest, out);
        g_string_append(out, " to ");
        phrase_time(summary->slowest, out);
        g_string_append_c(out, ')');
    }
    g_string_append_printf(out, ", %" G_GUINT64_FORMAT " failed", summary->failed);
    guint64 open = summary->asked - summary->connected - summary->failed;
    if (open > 0)
        g_string_append_printf(out, ", %" G_GUINT64_FORMAT " had not returned at the end", open);
    end_line(summary);
}

static void write_connects(Summary *summary)
{
    if (summary->asked > LISTED_MAX) {
        write_connects_counted(summary);
        return;
    }
    const GArray *conns = summary->context->index->conns;
    for (guint i = 0; i < conns->len; i++) {
        const TraceConn *conn = &g_array_index(conns, TraceConn, i);

        if (conn->asked != 0)
            write_connect(summary, conn);
    }
}

/* "client 3 (SYN 2, ACK 1)" */
static void write_classes(Summary *summary, const guint64 by_class[SEGMENT_CLASS_COUNT])
{
    guint64 total = 0;

    for (guint class = 0; class < SEGMENT_CLASS_COUNT; class ++)
        total += by_class[class];
    g_string_append_printf(summary->out, " %" G_GUINT64_FORMAT, total);

    const char *between = " (";
    for (guint class = 0; class < SEGMENT_CLASS_COUNT; class ++) {
        if (by_class[class] == 0)
            continue;
        g_string_append_printf(summary->out, "%s%s %" G_GUINT64_FORMAT, between,
                               segment_class_name((SegmentClass) class), by_class[class]);
        between = ", ";
    }
    if (total > 0)
        g_string_append_c(summary->out, ')');
}

typedef void (*WriteTally)(Summary *summary, const Tally *tally);

static void write_sent(Summary *summary, const Tally *tally)
{
    g_string_append_printf(summary->out, " %" G_GUINT64_FORMAT,
                           tally->done->sent[SEGMENT_ANY] + tally->done->forged);
}

static void write_again(Summary *summary, const Tally *tally)
{
    write_classes(summary, tally->again);
}

static void write_lost(Summary *summary, const Tally *tally)
{
    write_classes(summary, tally->done->lost);
}

static void write_delivered(Summary *summary, const Tally *tally)
{
    g_string_append_c(summary->out, ' ');
    phrase_count(tally->done->bytes_read, "byte", "bytes", summary->out);
    if (tally->done->wrong_bytes > 0)
        g_string_append_printf(summary->out, " (%" G_GUINT64_FORMAT " wrong)",
                               tally->done->wrong_bytes);
}

static gboolean always(const TraceIndex *index, TraceHost host)
{
    return host < index->trace->hosts->len;
}

/* What it read is listed. */
static gboolean has_read(const TraceIndex *index, TraceHost host)
{
    return trace_index_first(index, host, TRACE_LIST_READS) != NULL;
}

/* "name: client …, server …", of the hosts that have something to say. */
static void write_hosts(Summary *summary, const char *name,
                        gboolean (*wants)(const TraceIndex *, TraceHost), WriteTally write)
{
    gboolean is_first = TRUE;

    for (TraceHost host = 0; host < summary->context->trace->hosts->len; host++) {
        if (!wants(summary->context->index, host))
            continue;
        if (is_first)
            begin_line(summary, name);
        g_string_append(summary->out, is_first ? ": " : ", ");
        phrase_host(summary->context, host, summary->out);
        write(summary, &summary->tallies[host]);
        is_first = FALSE;
    }
    if (!is_first)
        end_line(summary);
}

/* "flood attacker->server: 1,000,000 SYN from addresses of nobody in 50 s; counted, not listed" */
static void write_flood(Summary *summary, const TraceFlood *flood)
{
    GString *out = summary->out;

    begin_line(summary, "flood ");
    phrase_host(summary->context, flood->from, out);
    g_string_append(out, "->");
    phrase_host(summary->context, flood->to, out);
    g_string_append(out, ": ");
    phrase_thousands(flood->count, out);
    g_string_append_printf(out, " %s%s in ", segment_class_name(flood->class),
                           flood->spoofed ? " from addresses of nobody" : "");
    phrase_time(flood->last - flood->first, out);
    if (!flood->is_listed)
        g_string_append(out, "; counted, not listed");
    end_line(summary);
}

/* Numbers, each with the words behind it. */
typedef struct Counted {
    guint64 count;
    const char *text;
} Counted;

static void write_counted(Summary *summary, TraceHost host, const char *between,
                          const Counted *parts, gsize length)
{
    begin_line(summary, "");
    phrase_host(summary->context, host, summary->out);
    g_string_append(summary->out, between);
    for (gsize i = 0; i < length; i++) {
        phrase_thousands(parts[i].count, summary->out);
        g_string_append(summary->out, parts[i].text);
    }
    end_line(summary);
}

static void write_flooded(Summary *summary, TraceHost host)
{
    const TraceTally *done = trace_tally(summary->context->trace, host);
    const Counted answers[] = {
        {done->opening.syns_arrived, " SYNs arrived, "},
        {done->opening.syn_queue_full, " found no room; "},
        {done->opening.syn_acks_sent, " SYN-ACKs sent, "},
        {done->opening.cookies_sent, " of them cookies"},
    };
    const Counted held[] = {
        {done->half_open_most, " connections half-open at once, "},
        {done->bytes_most, " bytes for all it had"},
    };

    write_counted(summary, host, ": ", answers, G_N_ELEMENTS(answers));
    write_counted(summary, host, " held at most ", held, G_N_ELEMENTS(held));
}

static gboolean is_flooded(const Trace *trace, TraceHost host)
{
    for (guint i = 0; i < trace->floods->len; i++)
        if (g_array_index(trace->floods, TraceFlood, i).to == host)
            return TRUE;
    return FALSE;
}

static void write_floods(Summary *summary)
{
    const Trace *trace = summary->context->trace;

    for (guint i = 0; i < trace->floods->len; i++)
        write_flood(summary, &g_array_index(trace->floods, TraceFlood, i));
    for (TraceHost host = 0; host < trace->hosts->len; host++) {
        if (is_flooded(trace, host))
            write_flooded(summary, host);
    }
}

static void write_states_counted(Summary *summary, TraceHost host)
{
    const Tally *tally = &summary->tallies[host];

    phrase_host(summary->context, host, summary->out);
    for (guint state = 0; state < TCP_STATE_COUNT; state++) {
        if (tally->in_state[state] > 0)
            g_string_append_printf(summary->out, " %" G_GUINT64_FORMAT " %s",
                                   tally->in_state[state], tcp_state_name((TcpState)state));
    }
}

/* A listener is worth a word while it listens. */
static gboolean is_worth_a_word(const TraceIndex *index, const TraceConn *conn)
{
    return conn->moved != 0 &&
           (conn->conn != 0 || trace_conn_state(index, conn) != TCP_STATE_CLOSED);
}

static void write_state(Summary *summary, const TraceConn *conn)
{
    phrase_conn(summary->context, conn->host, conn->conn, summary->out);
    if (conn->conn == 0 && conn->port != 0)
        g_string_append_printf(summary->out, " port %u", conn->port);
    else if (conn->conn == 0)
        g_string_append(summary->out, " (listener)");
    g_string_append_printf(summary->out, " %s",
                           tcp_state_name(trace_conn_state(summary->context->index, conn)));
}

/* How many connections of this host have been written one by one. */
static gboolean is_listed(const Summary *summary, const TraceConn *conn)
{
    guint known = summary->tally_count - 1;

    return conn->conn == 0 || conn->host >= known ||
           summary->tallies[conn->host].conns <= LISTED_MAX;
}

/* Host by host, the listeners of each after its connections. */
static gint compare_conns(gconstpointer a, gconstpointer b)
{
    const TraceConn *one = a, *other = b;

    if (one->host != other->host)
        return one->host < other->host ? -1 : 1;
    if ((one->conn == 0) != (other->conn == 0))
        return one->conn != 0 ? -1 : 1;
    guint32 key = one->conn != 0 ? one->conn : one->port;
    guint32 other_key = other->conn != 0 ? other->conn : other->port;
    return (key > other_key) - (key < other_key);
}

/* Hosts whose states are not told. */
static void write_hidden(Summary *summary, const char **between)
{
    const Trace *trace = summary->context->trace;

    for (TraceHost host = 0; host < trace->hosts->len; host++) {
        const char *behind = trace_behind(trace, host);
        if (behind == NULL)
            continue;
        g_string_append(summary->out, *between);
        phrase_host(summary->context, host, summary->out);
        g_string_append_printf(summary->out, " unknown (behind %s)", behind);
        *between = ", ";
    }
}

static void write_final_states(Summary *summary)
{
    g_autoptr(GArray) conns = g_array_copy(summary->context->index->conns);

    g_array_sort(conns, compare_conns);
    const char *between = ": ";
    gsize before = summary->out->len;
    begin_line(summary, "final states");
    for (TraceHost host = 0; host + 1 < summary->tally_count; host++) {
        if (summary->tallies[host].conns <= LISTED_MAX)
            continue;
        g_string_append(summary->out, between);
        write_states_counted(summary, host);
        between = ", ";
    }
    for (guint i = 0; i < conns->len; i++) {
        const TraceConn *conn = &g_array_index(conns, TraceConn, i);

        if (!is_worth_a_word(summary->context->index, conn) || !is_listed(summary, conn))
            continue;
        g_string_append(summary->out, between);
        write_state(summary, conn);
        between = ", ";
    }
    write_hidden(summary, &between);
    if (between[0] == ':')
        g_string_truncate(summary->out, before);
    else
        end_line(summary);
}

static void write_end(Summary *summary)
{
    const TraceEvent *end = summary->context->index->end;

    if (end == NULL)
        return;
    char when[SIM_TIME_TEXT_MAX];
    sim_time_format_seconds(end->t, 0, when);
    begin_line(summary, "");
    g_string_append_printf(summary->out, "the run ended at %s s: %s\n", when,
                           trace_end_text(end->end.why));
}

static void write_printed(Summary *summary)
{
    const GPtrArray *lines = summary->context->trace->printed;

    for (guint i = 0; i < lines->len; i++) {
        begin_line(summary, "printed");
        g_string_append(summary->out, ": ");
        view_clean(summary->context->style, g_ptr_array_index(lines, i), summary->out);
        end_line(summary);
    }
}

/* The trace's own tally counts what timers repeat; answers that are sent again stand among the events. */
static void init_tally(Tally *tally, const TraceIndex *index, TraceHost host)
{
    const TraceEvent *send = trace_index_first(index, host, TRACE_LIST_SENDS);

    tally->done = trace_tally(index->trace, host);
    memcpy(tally->again, tally->done->again, sizeof tally->again);
    for (; send != NULL; send = trace_index_next(index, send))
        tally->again[send->segment.class] += send->segment.retry == 0 && trace_is_again(send);
}

void view_summary(const ViewContext *context, GString *out)
{
    const Trace *trace = context->trace;
    const GArray *conns = context->index->conns;
    Summary summary = {.context = context, .out = out, .tally_count = trace->hosts->len + 1};

    summary.tallies = g_new0(Tally, summary.tally_count);

    for (TraceHost host = 0; host < trace->hosts->len; host++)
        init_tally(&summary.tallies[host], context->index, host);
    for (guint i = 0; i < conns->len; i++)
        count_conn(&summary, &g_array_index(conns, TraceConn, i));

    view_paint(context->style, VIEW_TITLE, "Summary", out);
    g_string_append_c(out, '\n');
    write_printed(&summary);
    write_connects(&summary);
    write_hosts(&summary, "segments sent", always, write_sent);
    write_hosts(&summary, "retransmissions", always, write_again);
    write_hosts(&summary, "lost", always, write_lost);
    write_hosts(&summary, "delivered", has_read, write_delivered);
    write_floods(&summary);
    write_final_states(&summary);
    write_end(&summary);
    g_free(summary.tallies);
}
