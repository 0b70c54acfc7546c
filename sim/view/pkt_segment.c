/* A segment in packetdrill's words: flags, numbers, options as they stand in the header. */
#include "view/pkt_segment.h"

#include "net/wire.h"

/* ---- Several as one ---- */

static gboolean is_plain_data(const Segment *segment, guint8 also)
{
    return segment->length > 0 && (segment->flags & ~(TCP_ACK | TCP_PSH | also)) == 0;
}

static gboolean has_same_options(const SegmentOptions *a, const SegmentOptions *b)
{
    return a->present == b->present && (a->present & ~OPTION_TIMESTAMPS) == 0 &&
           a->ts_val == b->ts_val && a->ts_ecr == b->ts_ecr;
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

/* What one option says, its bytes at hand; `base` is the number that the blocks' count from. */
typedef void (*SayOption)(const guint8 *at, guint length, Seq base, GString *out);

static guint32 get16(const guint8 *at)
{
    return (guint32)at[0] << 8 | at[1];
}

static guint32 get32(const guint8 *at)
{
    return get16(at) << 16 | get16(at + 2);
}

static void say_mss(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)length;
    (void)base;
    g_string_append_printf(out, "mss %u", get16(at + 2));
}

static void say_window_scale(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)length;
    (void)base;
    g_string_append_printf(out, "wscale %u", at[2]);
}

static void say_sack_permitted(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)at;
    (void)length;
    (void)base;
    g_string_append(out, "sackOK");
}

static void say_timestamps(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)length;
    (void)base;
    g_string_append_printf(out, "TS val %u ecr %u", get32(at + 2), get32(at + 6));
}

static void say_sack(const guint8 *at, guint length, Seq base, GString *out)
{
    g_string_append(out, "sack");
    for (guint i = 2; i + 8 <= length; i += 8)
        g_string_append_printf(out, " %u:%u", get32(at + i) - base, get32(at + i + 4) - base);
}

static void append_hex(const guint8 *at, guint length, GString *out)
{
    for (guint i = 0; i < length; i++)
        g_string_append_printf(out, "%02x", at[i]);
}

static void say_fast_open(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)base;
    g_string_append(out, length > 2 ? "FO " : "FO");
    append_hex(at + 2, length - 2, out);
}

/* Behind a number of 16 bits, which says what the experiment is. */
static void say_fast_open_exp(const guint8 *at, guint length, Seq base, GString *out)
{
    (void)base;
    g_string_append(out, length > 4 ? "FOEXP " : "FOEXP");
    append_hex(at + 4, length - 4, out);
}

enum { KIND_END, KIND_NOP, KIND_COUNT = 255 };

/* By kind: RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §2 and §3, RFC 7413 §4.1.1 and §8. */
static const SayOption say_option[KIND_COUNT] = {
    [2] = say_mss,        [3] = say_window_scale, [4] = say_sack_permitted,  [5] = say_sack,
    [8] = say_timestamps, [34] = say_fast_open,   [254] = say_fast_open_exp,
};

/* The wire's order and the wire's padding are compared too, so they are read off the wire's bytes. */
static void append_options(const Segment *segment, Seq acked_isn, GString *out)
{
    guint8 bytes[WIRE_HEADERS_MAX];
    Segment bare = *segment;
    bare.length = 0;
    gsize end = wire_encode(&bare, 0, bytes, sizeof bytes);

    gsize begin = end - segment_options_bytes(&segment->options);

    if (begin == end)
        return;
    g_string_append(out, " <");
    for (gsize at = begin; at < end;) {
        guint length = bytes[at] <= KIND_NOP ? 1 : bytes[at + 1];

        if (at > begin)
            g_string_append_c(out, ',');
        if (bytes[at] <= KIND_NOP)
            g_string_append(out, bytes[at] == KIND_NOP ? "nop" : "eol");
        else if (bytes[at] < KIND_COUNT && say_option[bytes[at]] != NULL)
            say_option[bytes[at]](bytes + at, length, acked_isn, out);
        at += length;
    }
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
    append_options(last, from->receiver_isn, out);
}
