/* The words of the text views: each thing is said in one place. */
#include "view/phrase.h"

#include <string.h>

#include "trace/addresses.h"
#include "trace/time_text.h"

void phrase_time(SimTime t, GString *out)
{
    time_append(t, out);
}

void phrase_thousands(guint64 count, GString *out)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, count);
    gsize length = strlen(digits);

    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
}

void phrase_count(guint64 count, const char *one, const char *many, GString *out)
{
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s", count, count == 1 ? one : many);
}

/* A number, as a text that a message is filled with. */
enum { NUMBER_TEXT_MAX = 24 };

static const char *number_text(guint64 number, char text[NUMBER_TEXT_MAX])
{
    g_snprintf(text, NUMBER_TEXT_MAX, "%" G_GUINT64_FORMAT, number);
    return text;
}

void phrase_retry(const ViewContext *context, guint32 retry, guint32 limit, GString *out)
{
    char number[NUMBER_TEXT_MAX], most[NUMBER_TEXT_MAX];

    view_say(context->style, out, limit > 0 ? VIEW_MESSAGE_RETRY_OF : VIEW_MESSAGE_RETRY,
             number_text(retry, number), number_text(limit, most), NULL);
}

gboolean phrase_again(const ViewContext *context, const TraceEvent *send, GString *out)
{
    if (send->segment.retry > 0)
        phrase_retry(context, send->segment.retry, send->segment.limit, out);
    else if (trace_is_again(send))
        view_say(context->style, out, VIEW_MESSAGE_AGAIN, NULL);
    return trace_is_again(send);
}

gboolean phrase_timer_retry(const ViewContext *context, const TraceEvent *event, GString *out)
{
    TraceRetry of = trace_index_retry(context->index, event);

    if (of.retry > 0)
        phrase_retry(context, of.retry, of.limit, out);
    else if (of.limit > 0)
        view_say(context->style, out, VIEW_MESSAGE_NO_RETRY_LEFT, NULL);
    return of.retry > 0 || of.limit > 0;
}

void phrase_error(const ViewContext *context, TcpError error, GString *out)
{
    g_string_append_printf(out, "%s, %s", tcp_error_name(error),
                           view_translated(context->style, tcp_error_text(error)));
}

/* Numbers that lie up to this far before the initial one are said as negative. */
enum { BEFORE_MAX = 1 << 24 };

/* Flags that a segment of the class carries as a rule; what differs is said. */
static const struct {
    guint8 always, may;
} class_flags[SEGMENT_CLASS_COUNT] = {
    [SEGMENT_RST] = {TCP_RST, TCP_ACK},  [SEGMENT_SYN_ACK] = {TCP_SYN | TCP_ACK, 0},
    [SEGMENT_SYN] = {TCP_SYN, 0},        [SEGMENT_FIN] = {TCP_FIN | TCP_ACK, TCP_PSH},
    [SEGMENT_DATA] = {TCP_ACK, TCP_PSH}, [SEGMENT_ACK] = {TCP_ACK, TCP_PSH},
};

void phrase_flags(guint8 flags, const char *between, GString *out)
{
    const char *before = "";

    for (guint bit = 0; bit < TCP_FLAG_COUNT; bit++) {
        if (!(flags & 1U << bit))
            continue;
        g_string_append(out, before);
        g_string_append(out, tcp_flag_name(bit));
        before = between;
    }
}

static void append_unusual_flags(const TraceSegment *segment, GString *out)
{
    guint8 flags = segment->seen->segment.flags;
    guint8 always = class_flags[segment->class].always;
    guint8 may = class_flags[segment->class].may;

    if ((flags & always) != always || (flags & ~(always | may)) != 0) {
        g_string_append(out, " [");
        phrase_flags(flags, ",", out);
        g_string_append(out, flags == 0 ? "no flags]" : "]");
    }
    if (segment->seen->segment.ecn == ECN_CE)
        g_string_append(out, " marked CE");
}

static void append_number(const char *name, guint32 number, gboolean is_absolute, GString *out)
{
    /* Just before the initial number: of an earlier incarnation. */
    gboolean is_before = !is_absolute && number > G_MAXUINT32 - BEFORE_MAX;
    g_string_append_printf(out, " %s=%s%u", name, is_before ? "-" : "",
                           is_before ? 0 - number : number);
    if (is_absolute && number != 0)
        g_string_append(out, " (absolute)");
}

static void append_sack_blocks(const TraceSegment *segment, GString *out)
{
    const SegmentOptions *options = &segment->seen->segment.options;

    if (!(options->present & OPTION_SACK))
        return;
    /* What was received out of order counts from the same number as what is acknowledged. */
    Seq base = segment->seen->segment.ack - segment->seen->ack;
    for (guint i = 0; i < MIN(options->sack_count, (guint)SEGMENT_SACK_MAX); i++)
        g_string_append_printf(out, " sack %u-%u", options->sack[i].left - base,
                               options->sack[i].right - base);
}

static void say_mss(const SegmentOptions *options, GString *out)
{
    g_string_append_printf(out, " mss %u", options->mss);
}

static void say_window_scale(const SegmentOptions *options, GString *out)
{
    g_string_append_printf(out, " wscale %u", options->window_scale);
}

static void say_sack_permitted(const SegmentOptions *options, GString *out)
{
    (void)options;
    g_string_append(out, " sackOK");
}

static void say_timestamps(const SegmentOptions *options, GString *out)
{
    (void)options;
    g_string_append(out, " TS");
}

static void say_sack(const SegmentOptions *options, GString *out)
{
    g_string_append_printf(out, " sack x%u", options->sack_count);
}

static void append_hex(const guint8 *bytes, guint length, GString *out)
{
    for (guint i = 0; i < length; i++)
        g_string_append_printf(out, "%02x", bytes[i]);
}

/* As packetdrill and tcpdump name it. */
static void say_fast_open(const SegmentOptions *options, GString *out)
{
    g_string_append(out, options->present & OPTION_FAST_OPEN_EXP ? " FOEXP" : " FO");
    g_string_append(out, options->cookie_length > 0 ? " " : " request");
    append_hex(options->cookie, options->cookie_length, out);
}

/* Padding goes without saying. */
static void (*const say_option[OPTION_ITEM_COUNT])(const SegmentOptions *options, GString *out) = {
    [OPTION_ITEM_MSS] = say_mss,
    [OPTION_ITEM_WINDOW_SCALE] = say_window_scale,
    [OPTION_ITEM_SACK_PERMITTED] = say_sack_permitted,
    [OPTION_ITEM_TIMESTAMPS] = say_timestamps,
    [OPTION_ITEM_SACK] = say_sack,
    [OPTION_ITEM_FAST_OPEN] = say_fast_open,
    [OPTION_ITEM_FAST_OPEN_EXP] = say_fast_open,
};

/* One that nobody here knows.  Returns what comes behind it. */
static const guint8 *say_other(const guint8 *option, GString *out)
{
    g_string_append_printf(out, " kind %u%s", option[0], option[1] > 2 ? " " : "");
    append_hex(option + 2, option[1] - 2U, out);
    return option + option[1];
}

void phrase_options(const SegmentOptions *options, GString *out)
{
    const guint8 *other = segment_options_others(options);
    gsize before = out->len;

    for (OptionList list = options->list; list != 0;) {
        OptionItem item = option_list_take(&list);

        if (item == OPTION_ITEM_OTHER) {
            other = say_other(other, out);
        } else if (item == OPTION_ITEM_REST) {
            g_string_append(out, " rest ");
            append_hex(other, (guint)(options->room + SEGMENT_OPTIONS_MAX - other), out);
        } else if (say_option[item] != NULL) {
            say_option[item](options, out);
        }
    }
    if (out->len > before)
        g_string_erase(out, (gssize)before, 1);
}

void phrase_segment(const TraceSegment *segment, PhraseDetail detail, GString *out)
{
    const Segment *wire = &segment->seen->segment;

    g_string_append(out, segment_class_name(segment->class));
    append_unusual_flags(segment, out);
    append_number("seq", segment->seen->seq, segment->seen->seq_is_absolute, out);
    if (wire->flags & TCP_ACK)
        append_number("ack", segment->seen->ack, segment->seen->ack_is_absolute, out);
    if (wire->length > 0)
        g_string_append_printf(out, " len=%u", wire->length);
    append_sack_blocks(segment, out);
    if (detail == PHRASE_SHORT)
        return;
    if (!(wire->flags & TCP_RST))
        g_string_append_printf(out, " win=%u", wire->window);
    if ((wire->flags & TCP_SYN) && wire->options.list != 0) {
        g_string_append_c(out, '\n');
        phrase_options(&wire->options, out);
    }
}

/* A name of which ASCII has nothing would be one of question marks, as would the next host's. */
static void append_name(const ViewContext *context, TraceHost host, GString *out)
{
    const char *name = g_ptr_array_index(context->trace->hosts, host);
    gsize before = out->len;

    view_clean(context->style, name, out);
    if (strchr(name, '?') != NULL || strchr(out->str + before, '?') == NULL)
        return;
    g_string_truncate(out, before);
    g_string_append_printf(out, "host%u", host + 1);
}

void phrase_host(const ViewContext *context, TraceHost host, GString *out)
{
    if (host < context->trace->hosts->len)
        append_name(context, host, out);
    else if (host == TRACE_NO_HOST)
        view_say(context->style, out, VIEW_MESSAGE_SOMEBODY, NULL);
    else
        g_string_append_printf(out, "host %u", host);
}

void phrase_conn(const ViewContext *context, TraceHost host, guint32 conn, GString *out)
{
    phrase_host(context, host, out);
    if (conn != 0 && trace_index_has_many(context->index, host))
        g_string_append_printf(out, ".%u", conn);
}

void phrase_claimed_sender(const ViewContext *context, const TraceSegment *segment, GString *out)
{
    TraceHost host = trace_index_host_at(context->index, segment->seen->segment.src_addr);

    if (host == TRACE_NO_HOST)
        trace_addresses_write(context->trace->addresses, segment->seen->segment.src_addr, out);
    else
        phrase_host(context, host, out);
}

void phrase_place(const ViewContext *context, const TraceLine *line, GString *out)
{
    if (line->file == NULL)
        return;
    g_string_append(out, " (");
    gboolean is_in_title = g_strcmp0(line->file, context->trace->source) == 0;
    const char *slash = strrchr(line->file, '/');
    view_clean(context->style, is_in_title && slash != NULL ? slash + 1 : line->file, out);
    g_string_append_printf(out, ":%u)", line->line);
}

static const ViewMessage culprits[TRACE_CULPRIT_COUNT] = {
    [TRACE_CULPRIT_RULE] = VIEW_MESSAGE_BY_A_RULE, /* that the trace does not name */
    [TRACE_CULPRIT_CHANCE] = VIEW_MESSAGE_BY_CHANCE,
    [TRACE_CULPRIT_BURST] = VIEW_MESSAGE_IN_A_BURST,
    [TRACE_CULPRIT_QUEUE] = VIEW_MESSAGE_QUEUE_WAS_FULL,
    [TRACE_CULPRIT_DOWN] = VIEW_MESSAGE_HOST_IS_DOWN,
    [TRACE_CULPRIT_NOBODY] = VIEW_MESSAGE_NOBODY_THERE,
    [TRACE_CULPRIT_NO_LINK] = VIEW_MESSAGE_NO_LINK,
};

void phrase_culprit(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const GArray *rules = context->trace->rules;

    if (event->fault.culprit != TRACE_CULPRIT_RULE || event->fault.rule >= rules->len) {
        view_say(context->style, out, culprits[event->fault.culprit], NULL);
        return;
    }
    const TraceLine *rule = &g_array_index(rules, TraceLine, event->fault.rule);
    view_clean(context->style, rule->text, out);
    phrase_place(context, rule, out);
}

void phrase_fault(const ViewContext *context, const TraceEvent *event, GString *out)
{
    static const ViewMessage done[FAULT_KIND_COUNT] = {
        [FAULT_DROP] = VIEW_MESSAGE_LOST,
        [FAULT_DUPLICATE] = VIEW_MESSAGE_DUPLICATED,
        [FAULT_CORRUPT] = VIEW_MESSAGE_CORRUPTED,
        [FAULT_DELAY] = VIEW_MESSAGE_DELAYED,
    };
    ViewMessage message = done[event->kind == TRACE_LOST ? FAULT_DROP : event->fault.kind];
    g_autoptr(GString) culprit = g_string_new(NULL);
    g_autoptr(GString) delay = g_string_new(NULL);

    phrase_culprit(context, event, culprit);
    if (message == VIEW_MESSAGE_DELAYED && event->fault.delay_by > 0) {
        message = VIEW_MESSAGE_DELAYED_BY;
        phrase_time(event->fault.delay_by, delay);
    }
    view_say(context->style, out, message, culprit->str, delay->str, NULL);
}

gboolean phrase_fate(const ViewContext *context, const TraceEvent *sent, GString *out)
{
    const TraceEvent *fault = trace_index_befell(context->index, sent, sent);
    const char *between = "";

    for (; fault != NULL; fault = trace_index_befell(context->index, sent, fault)) {
        g_string_append(out, between);
        phrase_fault(context, fault, out);
        between = "; ";
    }
    return *between != '\0';
}

const TraceLine *phrase_call_line(const ViewContext *context, const TraceEvent *event)
{
    const GArray *calls = context->trace->calls;

    if (event->call.line >= calls->len)
        return NULL;
    return &g_array_index(calls, TraceLine, event->call.line);
}

void phrase_fired_after(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceEvent *arming = trace_index_before(context->index, event);
    SimTime wanted = arming != NULL ? arming->timer.length : event->timer.length;
    SimTime took = arming != NULL ? event->t - arming->t : wanted;

    g_string_append(out, "fired after ");
    phrase_time(took, out);
    /* What is heard from the peer moves the keepalive timer, without an event. */
    if (took == wanted || event->timer.timer == TCP_TIMER_KEEPALIVE)
        return;
    g_string_append(out, " (set to ");
    phrase_time(wanted, out);
    g_string_append_c(out, ')');
}

/* A wait of another kind than a timeout: nothing has backed off. */
static gboolean is_no_timeout(TcpReason reason)
{
    return reason == TCP_REASON_DEADLINE_FIRST || reason == TCP_REASON_LAST_WAIT;
}

gboolean phrase_backoff(const ViewContext *context, const TraceEvent *event, GString *out)
{
    const TraceEvent *next = trace_index_after(context->index, event);
    gboolean is_rto = event->timer.timer == TCP_TIMER_RETRANSMIT;

    if (next == NULL || (!is_rto && event->timer.timer != TCP_TIMER_PROBE) ||
        is_no_timeout(next->timer.reason))
        return FALSE;
    g_string_append(out, is_rto ? "RTO " : "interval ");
    phrase_time(event->timer.length, out);
    g_string_append_printf(out, " %s ", context->style->becomes);
    phrase_time(next->timer.length, out);
    return TRUE;
}

static void say_bytes(const ViewContext *context, const TraceEvent *event, GString *out)
{
    gboolean is_read = event->app.event == TRACE_APP_READ;
    ViewMessage one = is_read ? VIEW_MESSAGE_READ_ONE : VIEW_MESSAGE_PEEKED_ONE;
    ViewMessage many = is_read ? VIEW_MESSAGE_READ : VIEW_MESSAGE_PEEKED;
    char number[NUMBER_TEXT_MAX];

    view_say(context->style, out, event->app.bytes == 1 ? one : many,
             number_text(event->app.bytes, number), NULL);
    if (event->app.wrong > 0)
        view_say(context->style, out, VIEW_MESSAGE_OF_THEM_WRONG,
                 number_text(event->app.wrong, number), NULL);
}

static void say_error(const ViewContext *context, const TraceEvent *event, GString *out)
{
    g_autoptr(GString) error = g_string_new(NULL);

    phrase_error(context, event->app.error, error);
    view_say(context->style, out, VIEW_MESSAGE_ERROR, error->str, NULL);
}

void phrase_app(const ViewContext *context, const TraceEvent *event, GString *out)
{
    switch (event->app.event) {
    case TRACE_APP_CONNECTED: view_say(context->style, out, VIEW_MESSAGE_CONNECTED, NULL); return;
    case TRACE_APP_ACCEPTED: view_say(context->style, out, VIEW_MESSAGE_ACCEPTED, NULL); return;
    case TRACE_APP_EOF: view_say(context->style, out, VIEW_MESSAGE_END_OF_FILE, NULL); return;
    case TRACE_APP_ERROR: say_error(context, event, out); return;
    case TRACE_APP_READ:
    case TRACE_APP_PEEKED: say_bytes(context, event, out); return;
    default: return;
    }
}
