/* TCP options: "<mss 1460,nop,wscale 7,sackOK,TS val 1 ecr 0>", in their order. */
#include <string.h>

#include "drill/reader.h"

enum {
    OPTIONS_BYTES_MAX = 40, /* RFC 9293 §3.1 */
    MD5_BYTES_MAX = 16,     /* RFC 2385 §3.0 */
};

/* --- values -------------------------------------------------------------------------------- */

static gboolean read_nothing(DrillReader *reader, DrillOption *option)
{
    (void)reader;
    (void)option;
    return TRUE;
}

static gboolean read_mss(DrillReader *reader, DrillOption *option)
{
    gint64 number;

    if (!drill_need_integer(reader, "an MSS", 0, 65535, &number))
        return FALSE;
    option->value = (guint32)number;
    return TRUE;
}

static gboolean read_wscale(DrillReader *reader, DrillOption *option)
{
    gint64 number;

    if (!drill_need_integer(reader, "a shift count", 0, 255, &number))
        return FALSE;
    option->value = (guint32)number;
    return TRUE;
}

static gboolean read_timestamps(DrillReader *reader, DrillOption *option)
{
    gint64 value, echo;

    if (!drill_need_name(reader, "val") ||
        !drill_need_integer(reader, "a timestamp", 0, G_MAXUINT32, &value) ||
        !drill_need_name(reader, "ecr") ||
        !drill_need_integer(reader, "a timestamp", 0, G_MAXUINT32, &echo))
        return FALSE;
    option->value = (guint32)value;
    option->echo = (guint32)echo;
    return TRUE;
}

static gboolean read_sack(DrillReader *reader, DrillOption *option)
{
    gint64 left, right;

    do {
        const DrillWord *word = drill_peek(reader);

        if (!drill_need_integer(reader, "a SACK block", 0, G_MAXUINT32, &left) ||
            !drill_need(reader, ':') ||
            !drill_need_integer(reader, "a sequence number", 0, G_MAXUINT32, &right))
            return FALSE;
        if (option->block_count == DRILL_SACK_MAX)
            return drill_error(reader, word, NULL, "an option has room for four SACK blocks");
        option->blocks[option->block_count].left = (guint32)left;
        option->blocks[option->block_count++].right = (guint32)right;
    } while (drill_peek(reader)->kind == WORD_INTEGER);
    return TRUE;
}

/* A word of hexadecimal digits, two a byte. */
static gboolean read_bytes(DrillReader *reader, DrillOption *option, gsize bytes_max)
{
    const DrillWord *word = drill_take(reader);
    gsize digits = strlen(word->text);

    if (strspn(word->text, "0123456789abcdefABCDEF") != digits) {
        g_autofree char *undefined = drill_undefined(word);

        return drill_error(reader, word, undefined, "bytes are written in hexadecimal digits");
    }
    if (digits % 2 != 0)
        return drill_error(reader, word, NULL, "an odd number of hexadecimal digits");
    if (digits / 2 > bytes_max)
        return drill_error(reader, word, NULL, "%zu bytes; there is room for %zu", digits / 2,
                           bytes_max);
    for (gsize i = 0; i < digits / 2; i++)
        option->bytes[option->byte_count++] =
            (guint8)(g_ascii_xdigit_value(word->text[2 * i]) * 16 +
                     g_ascii_xdigit_value(word->text[2 * i + 1]));
    return TRUE;
}

static gboolean is_bytes(const DrillWord *word)
{
    return word->kind == WORD_NAME || word->kind == WORD_INTEGER;
}

static gboolean read_md5(DrillReader *reader, DrillOption *option)
{
    if (drill_take_name_if(reader, "valid")) {
        option->is_valid = TRUE;
        return TRUE;
    }
    if (!is_bytes(drill_peek(reader)))
        return drill_expected(reader, "a digest", NULL);
    return read_bytes(reader, option, MD5_BYTES_MAX);
}

static gboolean read_cookie(DrillReader *reader, DrillOption *option)
{
    return !is_bytes(drill_peek(reader)) ||
           read_bytes(reader, option, option->kind == DRILL_OPTION_FO ? 38 : 36);
}

/* "ECN e0b N [ceb N [e1b N]]", or from e1b to e0b (RFC 9768 §3.2.3): a kind, and three bytes a count. */
static gboolean read_accurate_ecn(DrillReader *reader, DrillOption *option)
{
    static const char *const orders[][3] = {{"e0b", "ceb", "e1b"}, {"e1b", "ceb", "e0b"}};
    const char *const *order = orders[drill_next_is_name(reader, "e1b")];
    gint64 number;

    reader->reason = "accurate ECN";
    option->byte_count = 0;
    for (guint i = 0; i < 3 && (i == 0 || drill_next_is_name(reader, order[i])); i++) {
        if (!drill_need_name(reader, order[i]) ||
            !drill_need_integer(reader, "a count of bytes", 0, 0xffffff, &number))
            return FALSE;
        option->byte_count += 3;
    }
    return TRUE;
}

/* --- the list ------------------------------------------------------------------------------ */

/* Kind and length included, but what follows of variable length not. */
static const struct {
    const char *name;
    DrillOptionKind kind;
    guint bytes;
    gboolean (*read)(DrillReader *reader, DrillOption *option);
} kinds[] = {
    {"nop", DRILL_OPTION_NOP, 1, read_nothing},
    {"eol", DRILL_OPTION_EOL, 1, read_nothing},
    {"mss", DRILL_OPTION_MSS, 4, read_mss},
    {"wscale", DRILL_OPTION_WSCALE, 3, read_wscale},
    {"sackOK", DRILL_OPTION_SACK_OK, 2, read_nothing},
    {"sack", DRILL_OPTION_SACK, 2, read_sack},
    {"TS", DRILL_OPTION_TS, 10, read_timestamps},
    {"md5", DRILL_OPTION_MD5, 2, read_md5},
    {"FO", DRILL_OPTION_FO, 2, read_cookie},
    {"FOEXP", DRILL_OPTION_FO_EXP, 4, read_cookie},
    {"ECN", DRILL_OPTION_NOP, 2, read_accurate_ecn},
};

/* Multipath TCP's (RFC 8684), as multipath-tcp's packetdrill and others name them, and those of single authors. */
static const DrillForeign foreign_options[] = {
    {"mp*", "Multipath TCP"},
    {"dss*", "Multipath TCP"},
    {"add_addr*", "Multipath TCP"},
    {"rm_addr*", "Multipath TCP"},
    {"remove_addr*", "Multipath TCP"},
    {"nocheck", "the TCP option nocheck"},
    {"edo*", "the TCP option EDO"},
    {"AccECN*", "accurate ECN"},
    {"acc_ecn*", "accurate ECN"},
    {"exp*", "experimental TCP options"},
    {NULL, NULL},
};

static gboolean unknown_option(DrillReader *reader)
{
    const char *names[G_N_ELEMENTS(kinds) + 1] = {NULL};
    const DrillWord *word = drill_peek(reader);

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        names[i] = kinds[i].name;
    g_autofree char *list = g_strjoinv(", ", (char **)(guintptr)names);
    g_autofree char *meant =
        drill_meant(word->kind == WORD_NAME ? nearest_word(word->text, names) : NULL);
    g_autofree char *hint =
        meant != NULL ? g_steal_pointer(&meant) : g_strdup_printf("options are %s", list);

    return drill_expected(reader, "a TCP option", hint);
}

/* *bytes grows by what the option takes in the header. */
static gboolean read_option(DrillReader *reader, GArray *options, guint *bytes)
{
    guint first = reader->next;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        DrillOption option = {.kind = kinds[i].kind};

        if (!drill_take_name_if(reader, kinds[i].name))
            continue;
        if (!kinds[i].read(reader, &option))
            return FALSE;
        *bytes += kinds[i].bytes + option.byte_count + 8 * option.block_count;
        if (option.is_valid)
            *bytes += MD5_BYTES_MAX;
        if (*bytes > OPTIONS_BYTES_MAX)
            return drill_error_from(reader, first, reader->next - 1, NULL,
                                    "options up to here take %u bytes; a header has room for %d",
                                    *bytes, OPTIONS_BYTES_MAX);
        g_array_append_val(options, option);
        return TRUE;
    }
    return !drill_is_foreign(reader, foreign_options) && !reader->stops && unknown_option(reader);
}

gboolean drill_read_options(DrillReader *reader, gboolean inbound, DrillSegment *segment)
{
    guint first = reader->next, bytes = 0;

    if (!drill_take_if(reader, '<'))
        return TRUE;
    const DrillWord *word = drill_peek(reader);

    if (word->kind == WORD_ELLIPSIS) {
        drill_take(reader);
        if (inbound)
            return drill_error(reader, word, NULL,
                               "<...> is for segments that have to leave ('>')");
        segment->any_options = TRUE;
        return drill_need(reader, '>');
    }
    do {
        if (!read_option(reader, segment->options, &bytes))
            return FALSE;
    } while (drill_take_if(reader, ','));
    if (!drill_take_if(reader, '>'))
        return drill_expected(reader, "',' or '>'", NULL);
    if (bytes % 4 != 0)
        return drill_error_from(reader, first, reader->next - 1, "nop and eol take one byte each",
                                "these options take %u bytes, which is no multiple of four", bytes);
    return TRUE;
}
