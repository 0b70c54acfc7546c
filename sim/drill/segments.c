/* TCP segments: "[ecn] [ports] flags seq:end(len) [ack N] [win N] [urg N] [<options>]". */
#include <string.h>

#include "drill/reader.h"
#include "proto/segment.h"

/* --- before the flags ---------------------------------------------------------------------- */

static const struct {
    const char *name;
    DrillEcn ecn;
} ecn_words[] = {
    {"noecn", DRILL_ECN_NONE}, {"ect0", DRILL_ECN_ECT0},   {"ect1", DRILL_ECN_ECT1},
    {"ce", DRILL_ECN_CE},      {"ect01", DRILL_ECN_ECT01},
};

static gboolean read_ecn(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    const DrillWord *word = drill_peek(reader);

    for (guint i = 0; i < G_N_ELEMENTS(ecn_words); i++) {
        if (!drill_take_name_if(reader, ecn_words[i].name))
            continue;
        segment->ecn = ecn_words[i].ecn;
        if (inbound && segment->ecn == DRILL_ECN_ECT01)
            return drill_error(reader, word, NULL,
                               "[ect01] is for segments that have to leave ('>')");
        return TRUE;
    }
    static const char *const names[] = {"noecn", "ect0", "ect1",      "ect01", "ce",
                                        "tos",   "ttl",  "flowlabel", NULL};
    g_autofree char *meant = drill_meant(nearest_word(word->text, names));

    return drill_expected(reader, "noecn, ect0, ect1, ect01, ce, tos, ttl or flowlabel", meant);
}

static gboolean read_byte(DrillReader *reader, const char *what, gint16 *value)
{
    gint64 number;

    if (!drill_need_any_integer(reader, what, 0, 255, &number))
        return FALSE;
    *value = (gint16)number;
    return TRUE;
}

static gboolean read_flow_label(DrillReader *reader)
{
    gint64 number;

    reader->reason = "flow labels";
    return drill_need_any_integer(reader, "a flow label", 0, 0xfffff, &number);
}

static gboolean read_ip_words(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    if (drill_take_name_if(reader, "ttl") || drill_take_name_if(reader, "hlim"))
        return read_byte(reader, "a TTL", &segment->ttl);
    if (drill_take_name_if(reader, "flowlabel"))
        return read_flow_label(reader);
    /* FreeBSD's words for IPv6 are hlim and class. */
    if (drill_take_name_if(reader, "tos") || drill_take_name_if(reader, "class")) {
        if (!read_byte(reader, "a TOS", &segment->tos))
            return FALSE;
    } else if (!read_ecn(reader, inbound, segment)) {
        return FALSE;
    }
    if (!drill_take_if(reader, ','))
        return TRUE;
    return drill_need_name(reader, "flowlabel") && read_flow_label(reader);
}

gboolean drill_read_ip_info(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    if (drill_take_if(reader, '['))
        return read_ip_words(reader, inbound, segment) && drill_need(reader, ']');
    if (drill_take_if(reader, '('))
        return read_ip_words(reader, inbound, segment) && drill_need(reader, ')');
    return TRUE;
}

gboolean drill_read_ports(DrillReader *reader, guint16 *from, guint16 *to)
{
    gint64 source, destination;

    if (drill_peek(reader)->kind != WORD_INTEGER)
        return TRUE;
    if (!drill_need_integer(reader, "a port", 0, 65535, &source) || !drill_need(reader, '>') ||
        !drill_need_integer(reader, "a port", 0, 65535, &destination))
        return FALSE;
    *from = (guint16)source;
    *to = (guint16)destination;
    return TRUE;
}

/* Google's PSP: "encap psp spi N". */
static gboolean read_encapsulation(DrillReader *reader)
{
    gint64 number;

    if (!drill_take_name_if(reader, "encap"))
        return TRUE;
    reader->reason = "PSP";
    return drill_need_name(reader, "psp") && drill_need_name(reader, "spi") &&
           drill_need_any_integer(reader, "an index", G_MININT64, G_MAXINT64, &number);
}

/* --- flags --------------------------------------------------------------------------------- */

static const struct {
    char letter;
    guint8 flag;
} flag_letters[] = {
    {'F', TCP_FIN}, {'S', TCP_SYN}, {'R', TCP_RST}, {'P', TCP_PSH},
    {'U', TCP_URG}, {'E', TCP_ECE}, {'W', TCP_CWR}, {'.', TCP_ACK},
};

/* A letter of flags.  "A" and a digit are of accurate ECN (RFC 9768), which has no place here. */
static gboolean add_flag(DrillReader *reader, const DrillWord *word, char letter,
                         DrillSegment *segment, gboolean *counts)
{
    gboolean is_ecn = strchr("EWA", letter) != NULL, is_count = letter >= '0' && letter <= '7';

    for (guint i = 0; i < G_N_ELEMENTS(flag_letters); i++)
        if (flag_letters[i].letter == letter)
            segment->flags |= flag_letters[i].flag;
    if (letter == 'A' || is_count)
        reader->reason = "accurate ECN";
    if ((is_ecn && *counts) ||
        (is_count && (*counts || (segment->flags & (TCP_ECE | TCP_CWR)) != 0)))
        return drill_error(reader, word, NULL, "E, W and A exclude a count of CE marks");
    *counts = *counts || is_count;
    if (is_ecn || is_count || strchr("FSRPU.", letter) != NULL)
        return TRUE;
    return drill_error(reader, word, "flags are of F S R P U E W A and . (ACK), or - for none",
                       "'%c' is no flag", letter);
}

static gboolean add_flags(DrillReader *reader, const DrillWord *word, DrillSegment *segment)
{
    gboolean counts = FALSE;

    for (const char *letter = word->text; *letter != '\0'; letter++)
        if (!add_flag(reader, word, *letter, segment, &counts))
            return FALSE;
    return TRUE;
}

static gboolean read_flags(DrillReader *reader, DrillSegment *segment)
{
    const DrillWord *word = drill_peek(reader);

    if (drill_take_if(reader, '-'))
        return TRUE;
    if (word->kind != WORD_NAME && word->kind != WORD_FLOAT && !drill_next_is(reader, '.'))
        return drill_expected(reader, "flags", "F S R P U E W A and . (ACK), or - for none");
    if (word->kind == WORD_NAME) {
        if (!add_flags(reader, drill_take(reader), segment))
            return FALSE;
        word = drill_peek(reader);
    }
    /* ".5": an ACK and a count of CE marks. */
    if (word->kind == WORD_FLOAT)
        return add_flags(reader, drill_take(reader), segment);
    if (drill_take_if(reader, '.'))
        segment->flags |= TCP_ACK;
    return TRUE;
}

/* --- numbers ------------------------------------------------------------------------------- */

/* "...(0)", of FreeBSD's dialect: any number. */
static gboolean read_any_sequence(DrillReader *reader, DrillSegment *segment)
{
    gint64 length;

    drill_take(reader);
    if (!drill_need(reader, '(') || !drill_need_integer(reader, "a length", 0, 65535, &length) ||
        !drill_need(reader, ')'))
        return FALSE;
    segment->any_seq = TRUE;
    segment->length = (guint32)length;
    return TRUE;
}

gboolean drill_read_sequence(DrillReader *reader, DrillSegment *segment)
{
    gint64 begin, end, length;
    guint first = reader->next;

    if (!drill_need_integer(reader, "a sequence number", 0, G_MAXUINT32, &begin) ||
        !drill_need(reader, ':') ||
        !drill_need_integer(reader, "a sequence number", 0, G_MAXUINT32, &end) ||
        !drill_need(reader, '(') || !drill_need_integer(reader, "a length", 0, 65535, &length) ||
        !drill_need(reader, ')'))
        return FALSE;
    if (end != begin + length) {
        g_autofree char *hint =
            g_strdup_printf("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT "(%" G_GINT64_FORMAT ")",
                            begin, begin + length, length);

        return drill_error_from(reader, first, reader->next - 1, hint,
                                "%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                                " bytes end at %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT,
                                begin, length, begin + length, end);
    }
    segment->seq = (guint32)begin;
    segment->length = (guint32)length;
    return TRUE;
}

static gboolean read_sequence(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind == WORD_ELLIPSIS && inbound)
        return drill_error(reader, word, NULL, "a segment that comes needs its number");
    if (word->kind == WORD_ELLIPSIS)
        return read_any_sequence(reader, segment);
    if (!drill_read_sequence(reader, segment))
        return FALSE;
    segment->absolute_seq = drill_take_if(reader, '!');
    return TRUE;
}

static gboolean read_numbers(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    gint64 number;

    if (drill_take_name_if(reader, "ack")) {
        if (!drill_need_integer(reader, "an acknowledgment number", 0, G_MAXUINT32, &number))
            return FALSE;
        segment->has_ack = TRUE;
        segment->ack = (guint32)number;
    }
    const DrillWord *word = drill_peek(reader);

    if (drill_take_name_if(reader, "win")) {
        if (!drill_need_integer(reader, "a window", 0, 65535, &number))
            return FALSE;
        segment->window = (gint32)number;
    } else if (inbound) {
        static const char *const names[] = {"ack", "win", "urg", NULL};
        gboolean ends = drill_line_ends(reader, &word);
        g_autofree char *meant =
            drill_meant(!ends && word->kind == WORD_NAME ? nearest_word(word->text, names) : NULL);

        return drill_error(reader, word, meant, "a segment that comes needs its window: win N");
    }
    if (drill_take_name_if(reader, "urg")) {
        if (!drill_need_integer(reader, "an urgent pointer", 0, 65535, &number))
            return FALSE;
        segment->urgent = (gint32)number;
    }
    return TRUE;
}

/* "/udp(1000 > 2000)", of FreeBSD's dialect: TCP over UDP (RFC 6951 has it for SCTP). */
static gboolean read_udp_encapsulation(DrillReader *reader)
{
    guint16 from, to;

    if (!drill_take_if(reader, '/'))
        return TRUE;
    reader->reason = "TCP over UDP";
    return drill_need_name(reader, "udp") && drill_need(reader, '(') &&
           drill_read_ports(reader, &from, &to) && drill_need(reader, ')');
}

gboolean drill_read_segment(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    return read_encapsulation(reader) &&
           drill_read_ports(reader, &segment->from_port, &segment->to_port) &&
           read_flags(reader, segment) && read_sequence(reader, inbound, segment) &&
           read_numbers(reader, inbound, segment) && drill_read_options(reader, inbound, segment) &&
           read_udp_encapsulation(reader);
}
