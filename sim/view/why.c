/* Why: the chain of causes that ends in one event, told from the beginning.
 *
 * A sentence an event, each with the section it comes from; "so" when one thing led to the next
 * at once, "3 s later" when time passed between.
 */
#include "view/phrase.h"
#include "view/view.h"

static void say_reason(const ViewContext *context, TcpReason reason, GString *out)
{
    const char *text = tcp_reason_text(reason);
    const char *source = tcp_reason_source(reason);

    /* That a timer fired is a sentence of its own in every chain. */
    if (*text != '\0' && reason != TCP_REASON_RTO_FIRED && reason != TCP_REASON_DELAYED_ACK_FIRED)
        g_string_append_printf(out, ": %s", text);
    if (*source == '\0')
        return;
    g_string_append(out, " [");
    view_clean(context->style, source, out);
    g_string_append_c(out, ']');
}

static void say_subject(const ViewContext *context, const TraceEvent *event, GString *out)
{
    phrase_conn(context, event->host, event->conn, out);
    g_string_append_c(out, ' ');
}

static void say_call(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceLine *call = phrase_call_line(context, event);

    if (call == NULL) {
        say_subject(context, event, out);
        g_string_append(out, "was called by its application");
    } else {
        g_string_append(out, "the script says: ");
        view_clean(context->style, call->text, out);
        phrase_place(context, call, out);
    }
    if (event->call.error == TCP_OK)
        return;
    g_string_append(out, ", which returns ");
    phrase_error(event->call.error, out);
}

static void say_app(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_string_append(out, "the application at ");
    phrase_conn(context, event->host, event->conn, out);
    g_string_append(out, " is told: ");
    phrase_app(event, out);
}

static void say_send(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceSegment *segment = &event->segment;

    say_subject(context, event, out);
    g_string_append(out, segment->injected ? "forges " : "sends ");
    phrase_segment(segment, PHRASE_SHORT, out);
    if (segment->injected) {
        g_string_append(out, " in the name of ");
        phrase_claimed_sender(context, segment, out);
    }
    if (segment->retry > 0) {
        g_string_append(out, " again (");
        phrase_retry(segment->retry, segment->limit, out);
        g_string_append_c(out, ')');
    }
    say_reason(context, segment->reason, out);
}

/* The segment that a fault, an arrival or a refusal is about. */
static void say_sent(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceEvent *sent = trace_sent(context->trace, event);

    if (sent != NULL)
        phrase_segment(&sent->segment, PHRASE_SHORT, out);
    else if (event->kind == TRACE_ARRIVE || event->kind == TRACE_DISCARD)
        phrase_segment(&event->segment, PHRASE_SHORT, out);
    else
        g_string_append(out, "the segment");
}

static void say_fault(const ViewContext *context, const TraceEvent *event, GString *out)
{
    static const char *const done[FAULT_KIND_COUNT] = {
        [FAULT_DROP] = " is lost",
        [FAULT_DUPLICATE] = " is duplicated",
        [FAULT_CORRUPT] = " is corrupted",
        [FAULT_DELAY] = " is delayed",
    };

    say_sent(context, event, out);
    g_string_append(out, done[event->fault.kind]);
    g_string_append(out, ": ");
    phrase_culprit(context, event, out);
}

static void say_arrive(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_subject(context, event, out);
    g_string_append(out, "receives ");
    say_sent(context, event, out);
    if (event->segment.copy > 0)
        g_string_append_printf(out, " (copy %u)", event->segment.copy + 1);
}

static void say_discard(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_subject(context, event, out);
    g_string_append(out, "refuses ");
    say_sent(context, event, out);
    say_reason(context, event->segment.reason, out);
}

static void say_state(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_subject(context, event, out);
    g_string_append_printf(out, "goes from %s to %s", tcp_state_name(event->state.from),
                           tcp_state_name(event->state.to));
    say_reason(context, event->state.reason, out);
}

static void say_fired(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_string_append_printf(out, "the %s timer of ", tcp_timer_name(event->timer.timer));
    phrase_conn(context, event->host, event->conn, out);
    g_string_append(out, " fires");
}

static void say_set(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_subject(context, event, out);
    g_string_append_printf(out, "%s its %s timer of ",
                           event->timer.event == TCP_TIMER_ARMED ? "arms" : "cancels",
                           tcp_timer_name(event->timer.timer));
    phrase_time(event->timer.length, out);
}

static void say_timer(const ViewContext *context, const TraceEvent *event, GString *out)
{
    if (event->timer.event == TCP_TIMER_FIRED)
        say_fired(context, event, out);
    else
        say_set(context, event, out);
    gsize before = out->len;
    g_string_append(out, " (");
    if (phrase_timer_retry(context, event, out))
        g_string_append_c(out, ')');
    else
        g_string_truncate(out, before);
    say_reason(context, event->timer.reason, out);
}

static void say_host(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_subject(context, event, out);
    g_string_append(out, event->host_event.up ? "is up again" : "crashes");
}

static void say_end(const ViewContext *context, const TraceEvent *event, GString *out)
{
    (void)context;
    g_string_append_printf(out, "the run ends: %s", trace_end_text(event->end.why));
}

static void (*const say[TRACE_KIND_COUNT])(const ViewContext *, const TraceEvent *, GString *) = {
    [TRACE_CALL] = say_call,       [TRACE_APP] = say_app,     [TRACE_SEND] = say_send,
    [TRACE_LOST] = say_fault,      [TRACE_FAULT] = say_fault, [TRACE_ARRIVE] = say_arrive,
    [TRACE_DISCARD] = say_discard, [TRACE_STATE] = say_state, [TRACE_TIMER] = say_timer,
    [TRACE_HOST] = say_host,       [TRACE_END] = say_end,
};

/* "so ", "3 s later ": how this event follows the one before it. */
static void say_link(const TraceEvent *before, const TraceEvent *event, GString *out)
{
    if (before == NULL)
        return;
    if (event->t == before->t) {
        g_string_append(out, "so ");
        return;
    }
    phrase_time(event->t - before->t, out);
    g_string_append(out, " later ");
}

static void write_link(const ViewContext *context, const TraceEvent *before,
                       const TraceEvent *event, GString *out)
{
    char time[SIM_TIME_TEXT_MAX];
    char place[64];

    sim_time_format_seconds(event->t, 3, time);
    g_snprintf(place, sizeof place, "%5u  %9s s  ", event->id, time);
    view_paint(context->style, VIEW_DIM, place, out);
    say_link(before, event, out);
    say[event->kind](context, event, out);
    g_string_append_c(out, '\n');
}

/* --- what was missing --------------------------------------------------------------------- */

enum { LOSSES_SHOWN = 12 };

/* A timer that repeats segments: where one fired, something did not come. */
static gboolean is_in_vain(const TraceEvent *event)
{
    return event->kind == TRACE_TIMER && event->timer.event == TCP_TIMER_FIRED &&
           event->timer.timer == TCP_TIMER_RETRANSMIT;
}

/* Segments of the flow, either way, that were lost since the host last received one of it: TraceId, the latest first. */
static GArray *lost_before(const ViewContext *context, const TraceEvent *fired)
{
    GArray *lost = g_array_new(FALSE, FALSE, sizeof(TraceId));
    guint32 flow = 0;

    for (TraceId id = fired->id; id > 0; id--) {
        const TraceEvent *event = trace_event(context->trace, id);
        const TraceEvent *sent =
            event->kind == TRACE_LOST ? trace_sent(context->trace, event) : NULL;

        if (event->kind == TRACE_ARRIVE && event->host == fired->host && event->conn == fired->conn)
            break;
        if (event->kind == TRACE_SEND && event->host == fired->host && event->conn == fired->conn)
            flow = event->segment.seen->flow;
        if (sent != NULL)
            g_array_append_val(lost, id);
    }
    for (guint i = lost->len; i-- > 0;) {
        const TraceEvent *event = trace_event(context->trace, g_array_index(lost, TraceId, i));

        if (trace_sent(context->trace, event)->segment.seen->flow != flow)
            g_array_remove_index(lost, i);
    }
    return lost;
}

/* The last timer of the chain that fired in vain, and the losses that made it so. */
static void write_missing(const ViewContext *context, const GArray *chain, GString *out)
{
    const TraceEvent *fired = NULL;

    for (guint i = 0; i < chain->len && fired == NULL; i++) {
        const TraceEvent *event = trace_event(context->trace, g_array_index(chain, TraceId, i));

        fired = is_in_vain(event) ? event : NULL;
    }
    if (fired == NULL)
        return;
    g_autoptr(GArray) lost = lost_before(context, fired);

    if (lost->len == 0)
        return;
    g_string_append(out, "\nlost, so that no answer came:\n");
    for (guint i = lost->len; i-- > 0 && lost->len - i <= LOSSES_SHOWN;)
        write_link(context, NULL, trace_event(context->trace, g_array_index(lost, TraceId, i)),
                   out);
    if (lost->len > LOSSES_SHOWN)
        g_string_append_printf(out, "and %u more\n", lost->len - LOSSES_SHOWN);
}

gboolean view_why(const Trace *trace, TraceId id, const ViewOptions *options, GString *out)
{
    const TraceEvent *event = trace_event(trace, id);

    if (event == NULL)
        return FALSE;

    ViewStyle style = view_style(options);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    ViewContext context = {trace, index, &style};
    g_autoptr(GArray) chain = g_array_new(FALSE, FALSE, sizeof(TraceId));
    for (; event != NULL; event = trace_index_cause(index, event))
        g_array_append_val(chain, event->id);

    const TraceEvent *before = NULL;
    for (guint i = chain->len; i > 0; i--) {
        event = trace_event(trace, g_array_index(chain, TraceId, i - 1));
        write_link(&context, before, event, out);
        before = event;
    }
    write_missing(&context, chain, out);
    return TRUE;
}
