/* A segment in packetdrill's words: flags, numbers, options as they stand in the header. */
#include "view/pkt_segment.h"

/* ---- Several as one ---- */

static gboolean is_plain_data(const Segment *segment, guint8 also)
{
    return segment->length > 0 && (segment->flags & ~(TCP_ACK | TCP_PSH | also)) == 0;
}

static gboolean has_same_options(const SegmentOptions *a, const SegmentOptions *b)
{
    return a->list == b->list && (a->present & ~OPTION_TIMESTAMPS) == 0 && a->ts_val == b->ts_val &&
           a->ts_ecr == b->ts_ecr;
}

gboolean pkt_segment_join(PktSegment *segment, const Segment *next)
{
    const Segment *last = segment->last;

    if (!is_plain_data(last, 0) || !is_plain_data(next, TCP_FIN) ||
        segment->seq + segment->length != next->seq || last->ack != next->ack ||
        !has_same_options(&last->options, &next->options))
        return FALSE;
    segment->length += next->length;
    segment->last = next;
    return TRUE;
}

/* ---- Options ---- */

/* What one option says; `base` is the number that the blocks' count from. */
typedef void (*SayOption)(const SegmentOptions *options, Seq base, GString *out);

static void say_end(const SegmentOptions *options, Seq base, GString *out)
{
    (void)options;
    (void)base;
    g_string_append(out, "eol");
}

static void say_nop(const SegmentOptions *options, Seq base, GString *out)
{
    (void)options;
    (void)base;
    g_string_append(out, "nop");
}

static void say_mss(const SegmentOptions *options, Seq base, GString *out)
{
    (void)base;
    g_string_append_printf(out, "mss %u", options->mss);
}

static void say_window_scale(const SegmentOptions *options, Seq base, GString *out)
{
    (void)base;
    g_string_append_printf(out, "wscale %u", options->window_scale);
}

static void say_sack_permitted(const SegmentOptions *options, Seq base, GString *out)
{
    (void)options;
    (void)base;
    g_string_append(out, "sackOK");
}

static void say_timestamps(const SegmentOptions *options, Seq base, GString *out)
{
    (void)base;
    g_string_append_printf(out, "TS val %u ecr %u", options->ts_val, options->ts_ecr);
}

static void say_sack(const SegmentOptions *options, Seq base, GString *out)
{
    g_string_append(out, "sack");
    for (guint i = 0; i < options->sack_count; i++)
        g_string_append_printf(out, " %u:%u", options->sack[i].left - base,
                               options->sack[i].right - base);
}

static void say_cookie(const SegmentOptions *options, const char *name, GString *out)
{
    g_string_append(out, name);
    if (options->cookie_length > 0)
        g_string_append_c(out, ' ');
    for (guint i = 0; i < options->cookie_length; i++)
        g_string_append_printf(out, "%02x", options->cookie[i]);
}

static void say_fast_open(const SegmentOptions *options, Seq base, GString *out)
{
    (void)base;
    say_cookie(options, "FO", out);
}

static void say_fast_open_exp(const SegmentOptions *options, Seq base, GString *out)
{
    (void)base;
    say_cookie(options, "FOEXP", out);
}

static const SayOption say_option[OPTION_ITEM_COUNT] = {
    [OPTION_ITEM_END] = say_end,
    [OPTION_ITEM_NOP] = say_nop,
    [OPTION_ITEM_MSS] = say_mss,
    [OPTION_ITEM_WINDOW_SCALE] = say_window_scale,
    [OPTION_ITEM_SACK_PERMITTED] = say_sack_permitted,
    [OPTION_ITEM_TIMESTAMPS] = say_timestamps,
    [OPTION_ITEM_SACK] = say_sack,
    [OPTION_ITEM_FAST_OPEN] = say_fast_open,
    [OPTION_ITEM_FAST_OPEN_EXP] = say_fast_open_exp,
};

/* packetdrill has no words for what nobody here knows: to who receives it, as many NOPs are the same. */
static void say_others(guint bytes, GString *out)
{
    for (guint i = 0; i < bytes; i++)
        g_string_append(out, i > 0 ? ",nop" : "nop");
}

/* In the wire's order and with the wire's padding, which are compared too. */
static void append_options(const SegmentOptions *options, Seq acked_isn, GString *out)
{
    const guint8 *other = segment_options_others(options);
    const guint8 *end = options->room + SEGMENT_OPTIONS_MAX;
    const char *before = " <";

    for (OptionList list = options->list; list != 0; before = ",") {
        OptionItem item = option_list_take(&list);

        g_string_append(out, before);
        if (say_option[item] != NULL) {
            say_option[item](options, acked_isn, out);
            continue;
        }
        guint bytes = item == OPTION_ITEM_OTHER ? other[1] : (guint)(end - other);
        say_others(bytes, out);
        other += bytes;
    }
    if (options->list != 0)
        g_string_append_c(out, '>');
}

/* ---- The whole ---- */

static void append_flags(guint8 flags, GString *out)
{
    char text[TCP_FLAGS_TEXT];

    g_string_append(out, tcp_flags_text(flags, text));
}

/* In front of all the rest, what the IP header says of congestion (RFC 3168 §5).  A mark comes on the
 * way: whoever sends says ECT(0). */
static void append_ecn(guint8 ecn, gboolean arrives, GString *out)
{
    static const char *const words[] = {
        [ECN_NOT_ECT] = "", [ECN_ECT_1] = "[ect1] ", [ECN_ECT_0] = "[ect0] ", [ECN_CE] = "[ce] "};

    g_string_append(out, words[ecn == ECN_CE && !arrives ? ECN_ECT_0 : ecn & ECN_CE]);
}

void pkt_segment_append(const PktSegment *segment, const PktNumbers *from, gboolean with_window,
                        GString *out)
{
    const Segment *last = segment->last;
    guint32 seq = segment->seq - from->sender_isn;

    append_ecn(last->ecn, with_window, out);
    append_flags(last->flags, out);
    g_string_append_printf(out, " %u:%u(%u)", seq, seq + segment->length, segment->length);
    if (last->flags & TCP_ACK)
        g_string_append_printf(out, " ack %u", last->ack - from->receiver_isn);
    if (with_window)
        g_string_append_printf(out, " win %u", last->window);
    if (last->flags & TCP_URG)
        g_string_append_printf(out, " urg %u", last->urgent);
    append_options(&last->options, from->receiver_isn, out);
}
