/* The timeline: every event a row, in the lane of the host that it happened to, and a summary.
 *
 * How a row stands on the page: columns.c.  How things are called: phrase.c.  Here: which things
 * are said of which event.
 */
#include "view/columns.h"
#include "view/focus.h"
#include "view/phrase.h"
#include "view/setup.h"
#include "view/summary.h"
#include "view/view.h"

#include <string.h>

/* The first two hosts, which always have a lane of their own; who has none, names himself. */
enum { LEFT_HOST, RIGHT_HOST };

typedef struct Timeline {
    ViewContext context;
    Columns columns;
    GString *text; /* of the row being written */
} Timeline;

static Lane host_lane(const Timeline *line, TraceHost host)
{
    return host < line->columns.lanes ? host : LEFT_HOST;
}

/* Where an end of a segment's way stands: a host without a lane opposite the other end. */
static Lane segment_lane(const Timeline *line, TraceHost host, TraceHost other)
{
    if (host < line->columns.lanes)
        return host;
    if (other < line->columns.lanes)
        return other == LEFT_HOST ? RIGHT_HOST : LEFT_HOST;
    return host < other ? LEFT_HOST : RIGHT_HOST;
}

/* Where its other end stands: elsewhere, also of what a host sends to itself. */
static Lane other_lane(const Timeline *line, const TraceEvent *event, Lane from)
{
    Lane to = segment_lane(line, event->segment.peer, event->host);

    if (to != from)
        return to;
    return from == LEFT_HOST ? RIGHT_HOST : LEFT_HOST;
}

static gboolean has_no_lane(const Timeline *line, TraceHost host)
{
    return host >= line->columns.lanes && host < line->context.trace->hosts->len;
}

static gboolean is_one_of_many(const Timeline *line, const TraceEvent *event)
{
    return event->conn != 0 && trace_index_has_many(line->context.index, event->host);
}

/* Does the lane alone not say who it is? */
static gboolean needs_a_name(const Timeline *line, const TraceEvent *event)
{
    return event->host >= line->columns.lanes || is_one_of_many(line, event);
}

/* "client.2: " or "attacker: ", where the lane does not say it. */
static void say_who(Timeline *line, const TraceEvent *event)
{
    if (!needs_a_name(line, event))
        return;
    phrase_conn(&line->context, event->host, event->conn, line->text);
    g_string_append(line->text, ": ");
}

/* On a narrow page a long text leaves its lane: then it names its host after all. */
static void say_who_on_a_narrow_page(Timeline *line, const TraceEvent *event)
{
    if (event->host == TRACE_NO_HOST || needs_a_name(line, event) ||
        !columns_looks_left(&line->columns, host_lane(line, event->host), line->text->str))
        return;
    g_autoptr(GString) who = g_string_new(NULL);
    phrase_host(&line->context, event->host, who);
    g_string_append(who, ": ");
    g_string_prepend(line->text, who->str);
}

static void row_in(Timeline *line, const TraceEvent *event, Lane lane, ViewColour colour)
{
    say_who_on_a_narrow_page(line, event);
    columns_row(&line->columns, event, lane, colour, line->text->str);
}

static void row(Timeline *line, const TraceEvent *event, ViewColour colour)
{
    row_in(line, event, host_lane(line, event->host), colour);
}

/* "(why)", on a row of its own if need be; nothing for no reason. */
static void say_reason(GString *text, TcpReason reason)
{
    if (*tcp_reason_text(reason) != '\0')
        g_string_append_printf(text, "\n(%s)", tcp_reason_text(reason));
}

/* A call as the script has it, without the host's or the connection's name in front: the lane, or
 * what stands before it, says it. */
static const char *call_words(Timeline *line, const TraceEvent *event, const TraceLine *call)
{
    if (event->host >= line->context.trace->hosts->len)
        return call->text;
    const char *host = g_ptr_array_index(line->context.trace->hosts, event->host);
    if (!g_str_has_prefix(call->text, host))
        return call->text;
    const char *rest = call->text + strlen(host);
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    return *rest == ' ' ? rest + 1 : call->text;
}

static void tell_call(Timeline *line, const TraceEvent *event)
{
    const TraceLine *call = phrase_call_line(&line->context, event);

    say_who(line, event);
    if (call != NULL)
        view_clean(line->context.style, call_words(line, event, call), line->text);
    else
        g_string_append(line->text, "a call");
    if (call != NULL && call->call.flow != 0) { /* of a capture: nobody knows what came of it */
        row(line, event, VIEW_BAD);
        return;
    }
    g_string_append(line->text, ": ");
    if (event->call.error == TCP_OK) {
        g_string_append(line->text, "ok");
        row(line, event, VIEW_APP);
        return;
    }
    phrase_error(&line->context, event->call.error, line->text);
    if (call != NULL)
        phrase_place(&line->context, call, line->text);
    row(line, event, VIEW_BAD);
}

static void tell_app(Timeline *line, const TraceEvent *event)
{
    gboolean is_bad = event->app.event == TRACE_APP_ERROR || event->app.wrong > 0;

    say_who(line, event);
    g_string_append(line->text, "application: ");
    phrase_app(&line->context, event, line->text);
    row(line, event, is_bad ? VIEW_BAD : VIEW_APP);
}

/* Reasons that the rows just above have told already. */
static gboolean is_plain_to_see(TcpReason reason)
{
    static const TcpReason plain[] = {
        TCP_REASON_OPEN_ACTIVE,  TCP_REASON_SEND_CALLED,     TCP_REASON_CLOSE_CALLED,
        TCP_REASON_SYN_ARRIVED,  TCP_REASON_SHUTDOWN_CALLED, TCP_REASON_ABORT_CALLED,
        TCP_REASON_DATA_ARRIVED, TCP_REASON_SYN_ACK_ARRIVED, TCP_REASON_FIN_ARRIVED,
        TCP_REASON_RTO_FIRED,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (plain[i] == reason)
            return TRUE;
    }
    return FALSE;
}

/* "attacker as client", "client, forged": where a forged segment comes from, and from whom it says
 * it is. */
static void say_forger(Timeline *line, const TraceEvent *event)
{
    TraceHost claimed =
        trace_index_host_at(line->context.index, event->segment.seen->segment.src_addr);

    phrase_host(&line->context, event->host, line->text);
    if (claimed == event->host) {
        g_string_append(line->text, ", forged");
    } else {
        g_string_append(line->text, " as ");
        phrase_claimed_sender(&line->context, &event->segment, line->text);
    }
    const Segment *segment = &event->segment.seen->segment;
    if (event->segment.chose_ports)
        g_string_append_printf(line->text, ", port %u to %u", segment->src_port, segment->dst_port);
}

/* "server.2 to attacker: ": what the lanes do not say of the two ends. */
static void say_ends(Timeline *line, const TraceEvent *event)
{
    if (event->segment.injected)
        say_forger(line, event);
    else if (needs_a_name(line, event))
        phrase_conn(&line->context, event->host, event->conn, line->text);
    if (has_no_lane(line, event->segment.peer)) {
        g_string_append(line->text, line->text->len > 0 ? " to " : "to ");
        phrase_host(&line->context, event->segment.peer, line->text);
    }
    if (line->text->len > 0)
        g_string_append(line->text, ": ");
}

static void tell_send(Timeline *line, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    gboolean is_again = trace_is_again(event);

    say_ends(line, event);
    phrase_segment(segment, is_again ? PHRASE_SHORT : PHRASE_FULL, line->text);
    if (is_again) {
        g_string_append(line->text, " (");
        (void)phrase_again(&line->context, event, line->text);
        g_string_append_c(line->text, ')');
    }
    if (!is_plain_to_see(segment->reason))
        say_reason(line->text, segment->reason);

    ViewColour colour = segment->fate == TRACE_FATE_LOST ? VIEW_BAD
                        : is_again                       ? VIEW_AGAIN
                                                         : VIEW_PLAIN;
    Lane from = segment_lane(line, event->host, segment->peer);

    columns_arrow(&line->columns, event, from, other_lane(line, event, from), colour,
                  line->text->str, segment->fate == TRACE_FATE_LOST);
}

/* Names the segment when its sending is not the row right above. */
static void say_which(Timeline *line, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(line->context.trace, event);

    if (sent == NULL || sent->id + 1 == event->id)
        return;
    phrase_segment(&sent->segment, PHRASE_SHORT, line->text);
    g_string_append_printf(line->text, " (sent in %u) ", sent->id);
}

static void tell_fault(Timeline *line, const TraceEvent *event)
{
    if (trace_is_lost_at_host(event))
        say_who(line, event);
    say_which(line, event);
    phrase_fault(&line->context, event, line->text);
    if (trace_is_lost_at_host(event))
        row_in(line, event, segment_lane(line, event->host, event->fault.sender), VIEW_BAD);
    else
        columns_row(&line->columns, event, LANE_WIRE, VIEW_BAD, line->text->str);
}

/* " from attacker", when the sender has no lane to come from. */
static void say_from(Timeline *line, const TraceSegment *segment)
{
    if (!has_no_lane(line, segment->peer))
        return;
    g_string_append(line->text, " from ");
    phrase_host(&line->context, segment->peer, line->text);
}

static void tell_arrive(Timeline *line, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;

    say_who(line, event);
    g_string_append(line->text, "received ");
    phrase_segment(segment, PHRASE_SHORT, line->text);
    say_from(line, segment);
    if (segment->copy > 0)
        g_string_append_printf(line->text, " (copy %u)", segment->copy + 1);
    row_in(line, event, segment_lane(line, event->host, segment->peer), VIEW_PLAIN);
}

static void tell_discard(Timeline *line, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;

    say_who(line, event);
    g_string_append(line->text, "refused ");
    phrase_segment(segment, PHRASE_SHORT, line->text);
    say_from(line, segment);
    say_reason(line->text, segment->reason);
    row_in(line, event, segment_lane(line, event->host, segment->peer), VIEW_BAD);
}

static void tell_state(Timeline *line, const TraceEvent *event)
{
    say_who(line, event);
    if (event->conn == 0 && event->state.port != 0)
        g_string_append_printf(line->text, "port %u: ", event->state.port);
    g_string_append_printf(line->text, "%s %s %s", tcp_state_name(event->state.from),
                           line->context.style->becomes, tcp_state_name(event->state.to));
    say_reason(line->text, event->state.reason);
    row(line, event, VIEW_STATE);
}

/* Appends ", " and what `phrase` says, or nothing when it has nothing to say. */
static void say_next(Timeline *line, const TraceEvent *event, const char *between,
                     gboolean (*phrase)(const ViewContext *, const TraceEvent *, GString *))
{
    gsize before = line->text->len;

    g_string_append(line->text, between);
    if (!phrase(&line->context, event, line->text))
        g_string_truncate(line->text, before);
}

static void say_armed(Timeline *line, const TraceEvent *event)
{
    g_string_append(line->text,
                    event->timer.reason == TCP_REASON_REARMED ? "armed anew: " : "armed: ");
    phrase_time(event->timer.length, line->text);
    if (event->timer.due != SIM_NEVER) {
        char due[SIM_TIME_TEXT_MAX];

        sim_time_format_seconds(event->timer.due, 0, due);
        g_string_append_printf(line->text, ", due %s s", due);
    }
    say_next(line, event, ", ", phrase_timer_retry);
}

/* What arrived is told in the row above; another reason is not. */
static void say_cancelled(Timeline *line, const TraceEvent *event)
{
    const TraceEvent *cause = trace_index_cause(line->context.index, event);

    g_string_append(line->text, "cancelled: ");
    phrase_time(event->timer.length, line->text);
    say_next(line, event, ", ", phrase_timer_retry);
    if (cause == NULL || cause->kind != TRACE_ARRIVE)
        say_reason(line->text, event->timer.reason);
}

static void say_fired(Timeline *line, const TraceEvent *event)
{
    phrase_fired_after(&line->context, event, line->text);
    say_next(line, event, ": ", phrase_timer_retry);
    say_next(line, event, ", ", phrase_backoff);
    if (!is_plain_to_see(event->timer.reason))
        say_reason(line->text, event->timer.reason);
}

static void tell_timer(Timeline *line, const TraceEvent *event)
{
    static void (*const say[TCP_TIMER_EVENT_COUNT])(Timeline *, const TraceEvent *) = {
        [TCP_TIMER_ARMED] = say_armed,
        [TCP_TIMER_CANCELLED] = say_cancelled,
        [TCP_TIMER_FIRED] = say_fired,
    };
    say_who(line, event);
    g_string_append_printf(line->text, "%s timer ", tcp_timer_name(event->timer.timer));
    say[event->timer.event](line, event);
    row(line, event, VIEW_TIMER);
}

static void tell_host(Timeline *line, const TraceEvent *event)
{
    say_who(line, event);
    g_string_append(line->text, event->host_event.up ? "the host is up again" : "the host crashed");
    if (event->host_event.forgot)
        g_string_append(line->text, ", its clock and ports begin anew");
    row(line, event, VIEW_BAD);
}

static void tell_end(Timeline *line, const TraceEvent *event)
{
    g_string_append_printf(line->text, "the run ended: %s", trace_end_text(event->end.why));
    columns_row(&line->columns, event, LANE_WHOLE, VIEW_TITLE, line->text->str);
}

static void (*const tell[TRACE_KIND_COUNT])(Timeline *line, const TraceEvent *event) = {
    [TRACE_CALL] = tell_call,       [TRACE_APP] = tell_app,     [TRACE_SEND] = tell_send,
    [TRACE_LOST] = tell_fault,      [TRACE_FAULT] = tell_fault, [TRACE_ARRIVE] = tell_arrive,
    [TRACE_DISCARD] = tell_discard, [TRACE_STATE] = tell_state, [TRACE_TIMER] = tell_timer,
    [TRACE_HOST] = tell_host,       [TRACE_END] = tell_end,
};

static void write_setup(const Timeline *line, GString *out)
{
    const ViewStyle *style = line->context.style;
    g_auto(GStrv) lines = setup_lines(line->context.trace, style, style->width);

    for (char **one = lines; *one != NULL; one++) {
        view_paint(style, VIEW_DIM, *one, out);
        g_string_append_c(out, '\n');
    }
}

static void write_title(const Timeline *line, GString *out)
{
    const Trace *trace = line->context.trace;
    const ViewStyle *style = line->context.style;
    const char *title = trace->title != NULL ? trace->title : trace->source;

    if (title == NULL)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    view_clean(style, title, text);
    view_paint(style, VIEW_TITLE, text->str, out);
    if (trace->title != NULL && trace->source != NULL) {
        g_string_assign(text, " (");
        view_clean(style, trace->source, text);
        g_string_append_c(text, ')');
        view_paint(style, VIEW_DIM, text->str, out);
    }
    g_string_append_c(out, '\n');
    write_setup(line, out);
    g_string_append_c(out, '\n');
}

/* The names of hosts without a lane stand behind the last one that has one. */
static void name_the_rest(const Timeline *line, GString *out)
{
    const ViewContext *context = &line->context;

    for (TraceHost host = line->columns.lanes; host < context->trace->hosts->len; host++) {
        g_string_append(out, host == line->columns.lanes ? "  (and " : ", ");
        phrase_host(context, host, out);
    }
    if (context->trace->hosts->len > line->columns.lanes)
        g_string_append(out, ", named in the text)");
}

static void write_header(Timeline *line)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (TraceHost host = 0; host < line->columns.lanes; host++) {
        g_autoptr(GString) name = g_string_new(NULL);

        if (host < line->context.trace->hosts->len)
            phrase_host(&line->context, host, name);
        if (host + 1 == line->columns.lanes)
            name_the_rest(line, name);
        g_ptr_array_add(names, g_strdup(name->str));
    }
    columns_header(&line->columns, (const char *const *)names->pdata);
}

void view_timeline(const Trace *trace, const ViewOptions *options, GString *out)
{
    ViewStyle style = view_style(options);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    Timeline line = {.context = {trace, index, &style}, .text = g_string_new(NULL)};

    guint shown = 0;

    write_title(&line, out);
    columns_init(&line.columns, &style, trace, out);
    if (view_has_rows(options))
        write_header(&line);
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (!view_shows(options, trace, event))
            continue;
        shown++;
        g_string_truncate(line.text, 0);
        tell[event->kind](&line, event);
        view_between_rows(options, out);
    }
    if (view_has_rows(options))
        g_string_append_c(out, '\n');
    if (view_has_rows(options) && view_is_partial(options))
        g_string_append_printf(out, "shown: %u of %u events; the summary is of all of them\n\n",
                               shown, trace->events->len);
    view_summary(&line.context, out);
    g_string_free(line.text, TRUE);
}
