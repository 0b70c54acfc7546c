/* A packetdrill script of one host: what its application calls, what its TCP is to send (>), what comes
 * to it over the wire (<), each with the time since the line before.
 *
 * packetdrill plays the application and the other end, and holds a kernel to the rest.  What it cannot
 * say (other connections, a crash, a flood) is left out, and a comment says so.  What the script may
 * rely on: the connection is at packetdrill's own addresses and ports; initial numbers are 0.
 */
#include <string.h>

#include "escape/escape.h"
#include "view/pkt_segment.h"
#include "view/pkt_settings.h"
#include "view/pkt_topic.h"
#include "view/setup.h"
#include "view/view.h"

enum {
    NO_FD = -1,
    FIRST_FD = 3,
    READ_BYTES = 1000,  /* asked for where the trace does not say how much */
    ROOM_BYTES = 16384, /* a write of more needs a larger buffer than a new socket has … */
    ROOM_FACTOR = 2,    /* … which counts more than the bytes that lie in it */
    TIME_WIDTH = 10,    /* columns */
    LATE_DIVISOR = 8,   /* Linux's timers may come late by this part of the wait */
};

typedef struct Line {
    SimTime t;
    GString *text;
} Line;

/* An initial number, from the first SYN on: packetdrill counts from 0 until it has seen one, too. */
typedef struct Isn {
    gboolean known;
    Seq seq;
} Isn;

typedef struct Script {
    const Trace *trace;
    const ViewOptions *how;
    PktTopic topic;
    GString *out;

    gboolean has_begun;
    gint64 last_us;        /* time of the line before */
    const TraceEvent *now; /* what is being written */

    Isn isn, peer_isn;  /* the host's, the other end's */
    PktSegment sending; /* has left, and may be the first part of a longer one … */
    SimTime sent_at;
    gboolean is_sending; /* … if there is one */
    Line late;           /* a line that waits for its time; text NULL: there is none */

    int next_fd, listener, fd; /* of the connection; NO_FD: there is none */
    gboolean is_connecting, is_at_eof;
    guint64 unsent; /* bytes that the application handed over meanwhile */
} Script;

/* ---- Lines ---- */

/* "+0.22": microseconds, no more digits than it has. */
static void append_seconds(gint64 us, GString *out)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT ".%06u", us / 1000000, (guint)(us % 1000000));
    while (out->str[out->len - 1] == '0')
        g_string_truncate(out, out->len - 1);
    if (out->str[out->len - 1] == '.')
        g_string_truncate(out, out->len - 1);
}

static void write_line(Script *script, SimTime t, const char *text)
{
    gint64 us = t / SIM_MICROSECOND;
    gsize begin = script->out->len;

    if (script->has_begun) {
        g_string_append_c(script->out, '+');
        append_seconds(MAX(us - script->last_us, 0), script->out);
    } else {
        g_string_append(script->out, "\n0");
    }
    if (!script->has_begun)
        begin++;
    while (script->out->len < begin + TIME_WIDTH - 1)
        g_string_append_c(script->out, ' ');
    g_string_append_printf(script->out, " %s\n", text);
    script->last_us = script->has_begun ? MAX(us, script->last_us) : us;
    script->has_begun = TRUE;
    view_between_rows(script->how, script->out);
}

static void flush_segment(Script *script)
{
    const PktNumbers from = {.sender_isn = script->isn.seq, .receiver_isn = script->peer_isn.seq};
    g_autoptr(GString) text = g_string_new("> ");

    if (!script->is_sending)
        return;
    script->is_sending = FALSE;
    pkt_segment_append(&script->sending, &from, FALSE, text);
    write_line(script, script->sent_at, text->str);
}

/* What has waited until now. */
static void flush_until(Script *script, SimTime t)
{
    flush_segment(script);
    if (script->late.text == NULL || script->late.t > t)
        return;
    write_line(script, script->late.t, script->late.text->str);
    g_string_free(g_steal_pointer(&script->late.text), TRUE);
}

G_GNUC_PRINTF(2, 3) static void say(Script *script, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    flush_until(script, script->now->t);
    write_line(script, script->now->t, text);
}

/* "// left out: client send 100: ..." */
static void say_left_out(Script *script, const char *what, const char *why)
{
    flush_until(script, script->now->t);
    g_string_append(script->out, "// left out: ");
    escape_terminal(what, script->out);
    g_string_append_printf(script->out, ": %s\n", why);
}

/* ---- Segments ---- */

static void see_isn(Isn *isn, const Segment *segment)
{
    if (!isn->known && (segment->flags & TCP_SYN))
        *isn = (Isn){TRUE, segment->seq};
}

/* A closed port's RST has the number 0 (RFC 9293 §3.10.7.1); in a script numbers count from that of the
 * host's SYN, if there was one, which a kernel draws. */
static gboolean is_beyond_words(const Script *script, const Segment *segment)
{
    return (segment->flags & TCP_RST) && segment->seq == 0 && script->isn.known &&
           script->isn.seq != 0;
}

static void write_sent(Script *script, const TraceEvent *event)
{
    const Segment *segment = &event->segment.seen->segment;

    if (is_beyond_words(script, segment)) {
        say_left_out(script, "RST", "its number is 0, whatever that of the SYN was");
        return;
    }

    if (script->is_sending && event->t == script->sent_at && event->segment.retry == 0 &&
        pkt_segment_join(&script->sending, segment))
        return;
    flush_until(script, event->t);
    see_isn(&script->isn, segment);
    script->sending = pkt_segment_of(segment);
    script->sent_at = event->t;
    script->is_sending = TRUE;
    if (event->segment.retry > 0)
        flush_segment(script); /* repeated alone */
}

static void write_arrived(Script *script, const TraceEvent *event)
{
    const PktSegment segment = pkt_segment_of(&event->segment.seen->segment);
    g_autoptr(GString) text = g_string_new(NULL);

    flush_until(script, event->t);
    see_isn(&script->peer_isn, segment.last);
    const PktNumbers from = {.sender_isn = script->peer_isn.seq, .receiver_isn = script->isn.seq};
    pkt_segment_append(&segment, &from, TRUE, text);
    say(script, "< %s", text->str);
}

static void write_segment(Script *script, const TraceEvent *event)
{
    switch (pkt_way(&script->topic, script->trace, event)) {
    case PKT_WAY_OUT: write_sent(script, event); break;
    case PKT_WAY_IN: write_arrived(script, event); break;
    case PKT_WAY_NONE: break;
    }
}

/* ---- Calls ---- */

/* "= 0", "= -1 EPIPE (Broken pipe)" */
static char *result(TcpError error, guint64 good)
{
    if (error == TCP_OK)
        return g_strdup_printf("%" G_GUINT64_FORMAT, good);
    return g_strdup_printf("-1 %s (%s)", tcp_error_name(error), tcp_error_text(error));
}

static int open_socket(Script *script)
{
    int fd = script->next_fd++;
    char *setting;

    say(script, "socket(..., SOCK_STREAM, IPPROTO_TCP) = %d", fd);
    for (guint n = 0; (setting = pkt_settings_of_socket(script->trace, script->topic.host,
                                                        (guint)fd, n)) != NULL;
         n++) {
        say(script, "%s", setting);
        g_free(setting);
    }
    return fd;
}

static void call_listen(Script *script, const TraceEvent *event, const TraceCall *call)
{
    if (call->port != script->topic.port || event->call.error != TCP_OK)
        return;
    script->listener = open_socket(script);
    say(script, "setsockopt(%d, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0", script->listener);
    say(script, "bind(%d, ..., ...) = 0", script->listener);
    if (call->fast_open)
        say(script, "setsockopt(%d, IPPROTO_TCP, TCP_FASTOPEN, [%u], 4) = 0", script->listener,
            call->fast_open_most);
    say(script, "listen(%d, %u) = 0", script->listener, call->backlog);
}

/* A first connection has no cookie yet: nothing is taken, and its SYN asks for one. */
static void connect_fast(Script *script, const TraceCall *call)
{
    guint64 bytes = MAX(call->bytes, 1);

    say(script,
        "sendto(%d, ..., %" G_GUINT64_FORMAT
        ", MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation now in progress)",
        script->fd, bytes);
    script->unsent += call->bytes;
}

static void call_connect(Script *script, const TraceEvent *event, const TraceCall *call)
{
    if (event->id != script->topic.connect)
        return;
    script->fd = open_socket(script);
    script->is_connecting = TRUE;
    script->isn = script->peer_isn = (Isn){0}; /* whatever came to these ports before */
    say(script, "fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0", script->fd);
    if (call->fast_open)
        connect_fast(script, call);
    else
        say(script, "connect(%d, ..., ...) = -1 EINPROGRESS (Operation now in progress)",
            script->fd);
}

static void write_bytes(Script *script, TcpError error, guint64 bytes)
{
    g_autofree char *answer = result(error, bytes);

    if (bytes > ROOM_BYTES)
        say(script, "setsockopt(%d, SOL_SOCKET, SO_SNDBUF, [%" G_GUINT64_FORMAT "], 4) = 0",
            script->fd, MIN(bytes * ROOM_FACTOR, G_MAXINT32));
    say(script, "write(%d, ..., %" G_GUINT64_FORMAT ") = %s", script->fd, bytes, answer);
}

/* While a socket connects it takes nothing: an application has to wait. */
static void call_send(Script *script, const TraceEvent *event, const TraceCall *call)
{
    if (script->is_connecting && event->call.error == TCP_OK)
        script->unsent += call->bytes;
    else
        write_bytes(script, event->call.error, call->bytes);
}

/* One that found something is written when the trace says what. */
static void call_read(Script *script, const TraceEvent *event, const TraceCall *call)
{
    g_autofree char *answer = result(event->call.error, 0);
    guint64 bytes = call->bytes == G_MAXUINT64 ? READ_BYTES : call->bytes;

    if (event->call.error != TCP_OK)
        say(script, "recv(%d, ..., %" G_GUINT64_FORMAT ", %s) = %s", script->fd, bytes,
            call->peeks ? "MSG_PEEK | MSG_DONTWAIT" : "MSG_DONTWAIT", answer);
}

static void call_shutdown(Script *script, const TraceEvent *event, const TraceCall *call)
{
    g_autofree char *answer = result(event->call.error, 0);

    (void)call;
    say(script, "shutdown(%d, SHUT_WR) = %s", script->fd, answer);
}

static void close_connection(Script *script)
{
    say(script, "close(%d) = 0", script->fd);
    script->fd = NO_FD;
}

static void call_close(Script *script, const TraceEvent *event, const TraceCall *call)
{
    (void)event;
    (void)call;
    close_connection(script);
}

static void call_abort(Script *script, const TraceEvent *event, const TraceCall *call)
{
    (void)event;
    (void)call;
    say(script, "setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", script->fd);
    close_connection(script);
}

static void close_listener(Script *script, const TraceEvent *event)
{
    if (script->listener == NO_FD || event->call.error != TCP_OK)
        return;
    say(script, "close(%d) = 0", script->listener);
    script->listener = NO_FD;
}

/* What the host's application can be told to do.  (accept is written when it gets a connection.) */
static const struct {
    const char *verb;
    gboolean of_connection;
    void (*write)(Script *script, const TraceEvent *event, const TraceCall *call);
} calls[] = {
    {"listen", FALSE, call_listen}, {"connect", FALSE, call_connect},  {"send", TRUE, call_send},
    {"read", TRUE, call_read},      {"shutdown", TRUE, call_shutdown}, {"close", TRUE, call_close},
    {"abort", TRUE, call_abort},
};

static void write_call_of(Script *script, const TraceEvent *event, const TraceLine *line, gsize row)
{
    if (!calls[row].of_connection) {
        calls[row].write(script, event, &line->call);
    } else if (event->conn == 0 && strcmp(line->call.verb, "close") == 0) {
        close_listener(script, event);
    } else if (event->conn != script->topic.conn || event->conn == 0) {
        return; /* of another connection: said above */
    } else if (script->fd != NO_FD) {
        calls[row].write(script, event, &line->call);
    } else {
        say_left_out(script, line->text, "no application has that socket");
    }
}

static void write_call(Script *script, const TraceEvent *event)
{
    if (event->call.line >= script->trace->calls->len)
        return;
    const TraceLine *line = &g_array_index(script->trace->calls, TraceLine, event->call.line);

    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (g_strcmp0(line->call.verb, calls[i].verb) == 0)
            write_call_of(script, event, line, i);
    }
}

/* ---- What the application is told ---- */

static void app_connected(Script *script, const TraceEvent *event)
{
    (void)event;
    script->is_connecting = FALSE;
    say(script, "getsockopt(%d, SOL_SOCKET, SO_ERROR, [0], [4]) = 0", script->fd);
    if (script->unsent > 0)
        write_bytes(script, TCP_OK, script->unsent);
    script->unsent = 0;
}

static void app_read(Script *script, const TraceEvent *event)
{
    say(script, "read(%d, ..., %" G_GUINT64_FORMAT ") = %" G_GUINT64_FORMAT, script->fd,
        event->app.bytes, event->app.bytes);
}

static void app_peeked(Script *script, const TraceEvent *event)
{
    say(script, "recv(%d, ..., %" G_GUINT64_FORMAT ", MSG_PEEK) = %" G_GUINT64_FORMAT, script->fd,
        event->app.bytes, event->app.bytes);
}

static void app_eof(Script *script, const TraceEvent *event)
{
    (void)event;
    script->is_at_eof = TRUE;
    say(script, "read(%d, ..., %d) = 0", script->fd, READ_BYTES);
}

/* An error that a timer brought is looked for when Linux's timer must have run out, however late. */
static void app_error(Script *script, const TraceEvent *event)
{
    const TraceEvent *cause = trace_event(script->trace, event->cause);
    SimTime lateness = cause != NULL && cause->kind == TRACE_TIMER ? cause->timer.length : 0;
    GString *text = g_string_new(NULL);

    if (script->is_connecting || script->is_at_eof) /* behind the end read() goes on saying 0 */
        g_string_append_printf(text, "getsockopt(%d, SOL_SOCKET, SO_ERROR, [%s], [4]) = 0",
                               script->fd, tcp_error_name(event->app.error));
    else
        g_string_append_printf(text, "read(%d, ..., %d) = -1 %s (%s)", script->fd, READ_BYTES,
                               tcp_error_name(event->app.error), tcp_error_text(event->app.error));
    script->is_connecting = FALSE;
    flush_until(script, SIM_NEVER);
    script->late = (Line){sim_time_add(event->t, lateness / LATE_DIVISOR), text};
    flush_until(script, event->t);
}

static void write_app(Script *script, const TraceEvent *event)
{
    static void (*const write[TRACE_APP_EVENT_COUNT])(Script *, const TraceEvent *) = {
        [TRACE_APP_CONNECTED] = app_connected,
        [TRACE_APP_READ] = app_read,
        [TRACE_APP_EOF] = app_eof,
        [TRACE_APP_ERROR] = app_error,
        [TRACE_APP_PEEKED] = app_peeked,
    };

    if (event->conn == 0 || event->conn != script->topic.conn)
        return;
    if (event->app.event == TRACE_APP_ACCEPTED && script->listener != NO_FD) {
        script->fd = script->next_fd++;
        say(script, "accept(%d, ..., ...) = %d", script->listener, script->fd);
    } else if (script->fd != NO_FD && write[event->app.event] != NULL) {
        write[event->app.event](script, event);
    }
}

/* ---- The script ---- */

static void write_event(Script *script, const TraceEvent *event)
{
    if (event->host != script->topic.host)
        return;
    script->now = event;
    switch (event->kind) {
    case TRACE_CALL: write_call(script, event); break;
    case TRACE_APP: write_app(script, event); break;
    case TRACE_SEND:
    case TRACE_ARRIVE: write_segment(script, event); break;
    default: break;
    }
}

static void append_comment(GString *out, const char *before, const char *text)
{
    g_string_append(out, "// ");
    g_string_append(out, before);
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}

static void append_count(GString *out, guint count, const char *what)
{
    if (count > 0)
        g_string_append_printf(out, "// left out: %u %s%s\n", count, what, count == 1 ? "" : "s");
}

static void write_head(const Script *script)
{
    const Trace *trace = script->trace;
    const ViewStyle style = view_style(NULL);
    g_autoptr(GString) setup = g_string_new(NULL);

    if (trace->title != NULL)
        append_comment(script->out, "", trace->title);
    if (trace->source != NULL)
        append_comment(script->out, "of ", trace->source);
    append_comment(script->out, "on ", trace->hosts->pdata[script->topic.host]);
    if (setup_append(trace, &style, setup))
        append_comment(script->out, "", setup->str);
    append_count(script->out, script->topic.others, "other connection");
    append_count(script->out, script->topic.floods, "flood");
    pkt_settings_head(trace, script->topic.host, script->topic.window_scale, script->out);
}

static void write_script(Script *script)
{
    const Trace *trace = script->trace;
    guint end = script->topic.ends != 0 ? script->topic.ends - 1 : trace->events->len;

    write_head(script);
    for (guint i = 0; i < end; i++)
        write_event(script, &g_array_index(trace->events, TraceEvent, i));
    flush_until(script, SIM_NEVER);
    if (script->topic.why != NULL)
        g_string_append_printf(script->out, "// left out: %s, and what follows\n",
                               script->topic.why);
}

char *view_pkt_trouble(const Trace *trace, const ViewOptions *options)
{
    PktTopic topic;
    char *trouble = NULL;

    if (trace->verdict.judgement != TRACE_NOT_JUDGED)
        return g_strdup("it is a packetdrill script itself");
    (void)pkt_topic_find(&topic, trace, options != NULL ? options->host : NULL, &trouble);
    return trouble;
}

void view_pkt(const Trace *trace, const ViewOptions *options, GString *out)
{
    g_autofree char *trouble = NULL;
    Script script = {.trace = trace,
                     .how = options,
                     .out = out,
                     .next_fd = FIRST_FD,
                     .listener = NO_FD,
                     .fd = NO_FD};

    if (pkt_topic_find(&script.topic, trace, options != NULL ? options->host : NULL, &trouble))
        write_script(&script);
    else
        append_comment(out, "nothing to write: ", trouble);
}
