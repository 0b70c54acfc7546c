/* An event as a sentence: "client sends SYN seq=0 again (retry 1 of 5)", with the section that it comes
 * from.  How sentences follow one another: why.c.
 */
#include "view/sentence.h"

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
    g_string_append(out, trace_is_again(event) ? " again" : "");
    if (segment->retry > 0) {
        g_string_append(out, " (");
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

void sentence_append(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say[event->kind](context, event, out);
}
