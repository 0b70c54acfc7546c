/* An event as a sentence: "client sends SYN seq=0 again (retry 1 of 5)", with the section that it comes
 * from.  How sentences follow one another: why.c.
 */
#include "view/sentence.h"

/* What a message is filled with: pieces of it, made and freed here. */
typedef struct Pieces {
    GString *who, *what;
} Pieces;

static Pieces pieces_of(const ViewContext *context, const TraceEvent *event)
{
    Pieces pieces = {g_string_new(NULL), g_string_new(NULL)};

    phrase_conn(context, event->host, event->conn, pieces.who);
    return pieces;
}

static void pieces_clear(Pieces *pieces)
{
    g_string_free(pieces->who, TRUE);
    g_string_free(pieces->what, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pieces, pieces_clear)

static void say_reason(const ViewContext *context, TcpReason reason, GString *out)
{
    const char *text = tcp_reason_text(reason);
    const char *source = tcp_reason_source(reason);

    /* That a timer fired is a sentence of its own in every chain. */
    if (*text != '\0' && reason != TCP_REASON_RTO_FIRED && reason != TCP_REASON_DELAYED_ACK_FIRED)
        view_say(context->style, out, VIEW_MESSAGE_BECAUSE, view_translated(context->style, text),
                 NULL);
    if (*source == '\0')
        return;
    g_string_append(out, " [");
    view_clean(context->style, source, out);
    g_string_append_c(out, ']');
}

static void say_call(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceLine *call = phrase_call_line(context, event);
    g_auto(Pieces) pieces = pieces_of(context, event);

    if (call == NULL) {
        view_say(context->style, out, VIEW_MESSAGE_WAS_CALLED, pieces.who->str, NULL);
    } else {
        view_clean(context->style, call->text, pieces.what);
        phrase_place(context, call, pieces.what);
        view_say(context->style, out, VIEW_MESSAGE_SCRIPT_SAYS, pieces.what->str, NULL);
    }
    if (event->call.error == TCP_OK)
        return;
    g_string_truncate(pieces.what, 0);
    phrase_error(context, event->call.error, pieces.what);
    view_say(context->style, out, VIEW_MESSAGE_WHICH_RETURNS, pieces.what->str, NULL);
}

static void say_app(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_auto(Pieces) pieces = pieces_of(context, event);

    phrase_app(context, event, pieces.what);
    view_say(context->style, out, VIEW_MESSAGE_IS_TOLD, pieces.who->str, pieces.what->str, NULL);
}

static void say_forged(const ViewContext *context, const TraceEvent *event, const Pieces *pieces,
                       GString *out)
{
    g_autoptr(GString) claimed = g_string_new(NULL);

    phrase_claimed_sender(context, &event->segment, claimed);
    view_say(context->style, out, VIEW_MESSAGE_FORGES, pieces->who->str, pieces->what->str,
             claimed->str, NULL);
}

static void say_send(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceSegment *segment = &event->segment;
    g_auto(Pieces) pieces = pieces_of(context, event);

    phrase_segment(segment, PHRASE_SHORT, pieces.what);
    if (segment->injected)
        say_forged(context, event, &pieces, out);
    else
        view_say(context->style, out,
                 trace_is_again(event) ? VIEW_MESSAGE_SENDS_AGAIN : VIEW_MESSAGE_SENDS,
                 pieces.who->str, pieces.what->str, NULL);
    if (segment->retry > 0) {
        g_string_append(out, " (");
        phrase_retry(context, segment->retry, segment->limit, out);
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
        view_say(context->style, out, VIEW_MESSAGE_THE_SEGMENT, NULL);
}

static void say_fault(const ViewContext *context, const TraceEvent *event, GString *out)
{
    static const ViewMessage done[FAULT_KIND_COUNT] = {
        [FAULT_DROP] = VIEW_MESSAGE_IS_LOST,
        [FAULT_DUPLICATE] = VIEW_MESSAGE_IS_DUPLICATED,
        [FAULT_CORRUPT] = VIEW_MESSAGE_IS_CORRUPTED,
        [FAULT_DELAY] = VIEW_MESSAGE_IS_DELAYED,
    };
    g_autoptr(GString) sent = g_string_new(NULL);
    g_autoptr(GString) culprit = g_string_new(NULL);

    say_sent(context, event, sent);
    phrase_culprit(context, event, culprit);
    view_say(context->style, out, done[event->fault.kind], sent->str, culprit->str, NULL);
}

static void say_arrive(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_auto(Pieces) pieces = pieces_of(context, event);

    say_sent(context, event, pieces.what);
    view_say(context->style, out, VIEW_MESSAGE_RECEIVES, pieces.who->str, pieces.what->str, NULL);
    if (event->segment.copy == 0)
        return;
    g_string_printf(pieces.what, "%u", event->segment.copy + 1);
    view_say(context->style, out, VIEW_MESSAGE_COPY, pieces.what->str, NULL);
}

static void say_discard(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_auto(Pieces) pieces = pieces_of(context, event);

    say_sent(context, event, pieces.what);
    view_say(context->style, out, VIEW_MESSAGE_REFUSES, pieces.who->str, pieces.what->str, NULL);
    say_reason(context, event->segment.reason, out);
}

static void say_state(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_auto(Pieces) pieces = pieces_of(context, event);

    view_say(context->style, out, VIEW_MESSAGE_MOVES, pieces.who->str,
             tcp_state_name(event->state.from), tcp_state_name(event->state.to), NULL);
    say_reason(context, event->state.reason, out);
}

/* "client arms its retransmit timer of 3 s" */
static void say_what_happens(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const char *timer = view_translated(context->style, tcp_timer_name(event->timer.timer));
    g_auto(Pieces) pieces = pieces_of(context, event);

    if (event->timer.event == TCP_TIMER_FIRED) {
        view_say(context->style, out, VIEW_MESSAGE_FIRES, timer, pieces.who->str, NULL);
        return;
    }
    phrase_time(event->timer.length, pieces.what);
    view_say(context->style, out,
             event->timer.event == TCP_TIMER_ARMED ? VIEW_MESSAGE_ARMS : VIEW_MESSAGE_CANCELS,
             pieces.who->str, timer, pieces.what->str, NULL);
}

static void say_timer(const ViewContext *context, const TraceEvent *event, GString *out)
{
    say_what_happens(context, event, out);
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
    g_auto(Pieces) pieces = pieces_of(context, event);

    view_say(context->style, out,
             event->host_event.up ? VIEW_MESSAGE_UP_AGAIN : VIEW_MESSAGE_CRASHES, pieces.who->str,
             NULL);
}

static void say_end(const ViewContext *context, const TraceEvent *event, GString *out)
{
    view_say(context->style, out, VIEW_MESSAGE_RUN_ENDS,
             view_translated(context->style, trace_end_text(event->end.why)), NULL);
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

gboolean view_sentences(const Trace *trace, TraceId first, guint count, const ViewOptions *options,
                        GString *out)
{
    guint64 last = (guint64)first + count - 1;

    if (count == 0 || trace_event(trace, first) == NULL || last > trace->events->len)
        return FALSE;

    ViewStyle style = view_style(options);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    ViewContext context = {trace, index, &style};

    for (guint i = 0; i < count; i++) {
        sentence_append(&context, trace_event(trace, first + i), out);
        g_string_append_c(out, '\n');
        view_between_rows(options, out);
    }
    return TRUE;
}
