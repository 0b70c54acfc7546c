/* TCP options: written on top, read below.
 *
 * Reading walks twice: first for what the options say, then for the list, in which whatever counted stands by
 * its name and anything else as its bytes.
 */
#include "net/options.h"

#include <assert.h>
#include <string.h>

#include "net/octets.h"

/* Option kinds (RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §2 and §3) and their lengths. */
enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WINDOW_SCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMPS = 8,
    KIND_FAST_OPEN = 34,     /* RFC 7413 §4.1.1 */
    KIND_EXPERIMENTAL = 254, /* RFC 6994: what it is says a number behind the length */

    MSS_BYTES = 4,
    WINDOW_SCALE_BYTES = 3,
    SACK_PERMITTED_BYTES = 2,
    SACK_BYTES = 2, /* and 8 for each block */
    SACK_BLOCK_BYTES = 8,
    TIMESTAMPS_BYTES = 10,
    FAST_OPEN_BYTES = 2, /* and the cookie */
    FAST_OPEN_EXP_BYTES = 4,

    FAST_OPEN_MAGIC = 0xf989, /* RFC 7413 §8 */

    WINDOW_SCALE_MAX = 14,
};

/* ---- Writing ---- */

typedef struct Writer {
    const SegmentOptions *options;
    const uint8_t *others; /* those that are still to come */
    uint8_t *at;
} Writer;

static void put_head(Writer *writer, uint8_t kind, size_t bytes)
{
    writer->at[0] = kind;
    writer->at[1] = (uint8_t)bytes;
    writer->at += 2;
}

static void put_number16(Writer *writer, uint16_t number)
{
    put16(writer->at, number);
    writer->at += 2;
}

static void put_number32(Writer *writer, uint32_t number)
{
    put32(writer->at, number);
    writer->at += 4;
}

static void put_bytes(Writer *writer, const uint8_t *bytes, size_t length)
{
    memcpy(writer->at, bytes, length);
    writer->at += length;
}

static void put_end(Writer *writer)
{
    *writer->at++ = KIND_END;
}

static void put_nop(Writer *writer)
{
    *writer->at++ = KIND_NOP;
}

static void put_mss(Writer *writer)
{
    put_head(writer, KIND_MSS, MSS_BYTES);
    put_number16(writer, writer->options->mss);
}

static void put_window_scale(Writer *writer)
{
    put_head(writer, KIND_WINDOW_SCALE, WINDOW_SCALE_BYTES);
    *writer->at++ = writer->options->window_scale;
}

static void put_sack_permitted(Writer *writer)
{
    put_head(writer, KIND_SACK_PERMITTED, SACK_PERMITTED_BYTES);
}

static void put_timestamps(Writer *writer)
{
    put_head(writer, KIND_TIMESTAMPS, TIMESTAMPS_BYTES);
    put_number32(writer, writer->options->ts_val);
    put_number32(writer, writer->options->ts_ecr);
}

static void put_sack(Writer *writer)
{
    const SegmentOptions *options = writer->options;

    put_head(writer, KIND_SACK, SACK_BYTES + (size_t)SACK_BLOCK_BYTES * options->sack_count);
    for (uint32_t i = 0; i < options->sack_count; i++) {
        put_number32(writer, options->sack[i].left);
        put_number32(writer, options->sack[i].right);
    }
}

static void put_fast_open(Writer *writer)
{
    uint8_t length = writer->options->cookie_length;

    put_head(writer, KIND_FAST_OPEN, (size_t)FAST_OPEN_BYTES + length);
    put_bytes(writer, writer->options->cookie, length);
}

static void put_fast_open_exp(Writer *writer)
{
    uint8_t length = writer->options->cookie_length;

    put_head(writer, KIND_EXPERIMENTAL, (size_t)FAST_OPEN_EXP_BYTES + length);
    put_number16(writer, FAST_OPEN_MAGIC);
    put_bytes(writer, writer->options->cookie, length);
}

static void put_other(Writer *writer)
{
    size_t length = writer->others[1];

    put_bytes(writer, writer->others, length);
    writer->others += length;
}

static void put_rest(Writer *writer)
{
    const uint8_t *end = writer->options->room + SEGMENT_OPTIONS_MAX;

    put_bytes(writer, writer->others, (size_t)(end - writer->others));
    writer->others = end;
}

static void (*const put_item[OPTION_ITEM_COUNT])(Writer *writer) = {
    [OPTION_ITEM_END] = put_end,
    [OPTION_ITEM_NOP] = put_nop,
    [OPTION_ITEM_MSS] = put_mss,
    [OPTION_ITEM_WINDOW_SCALE] = put_window_scale,
    [OPTION_ITEM_SACK_PERMITTED] = put_sack_permitted,
    [OPTION_ITEM_TIMESTAMPS] = put_timestamps,
    [OPTION_ITEM_SACK] = put_sack,
    [OPTION_ITEM_FAST_OPEN] = put_fast_open,
    [OPTION_ITEM_FAST_OPEN_EXP] = put_fast_open_exp,
    [OPTION_ITEM_OTHER] = put_other,
    [OPTION_ITEM_REST] = put_rest,
};

size_t wire_write_options(const SegmentOptions *options, uint8_t *out)
{
    Writer writer = {options, segment_options_others(options), out};
    size_t bytes = segment_options_bytes(options);

    assert(bytes <= SEGMENT_OPTIONS_MAX);
    for (OptionList list = options->list; list != 0;)
        put_item[option_list_take(&list)](&writer);
    while (writer.at < out + bytes)
        put_end(&writer);
    return bytes;
}

/* ---- Reading: what they say ---- */

typedef struct Reader {
    const uint8_t *begin, *end;
    SegmentOptions *out;
    const uint8_t *counts[OPTION_BITS]; /* by bit: the option that does, and would be written so */
} Reader;

static void found(Reader *reader, OptionItem item, const uint8_t *option)
{
    unsigned bit = item - OPTION_ITEM_MSS;

    reader->out->present |= (uint8_t)(1U << bit);
    reader->counts[bit] = option;
}

static void forget_cookie(Reader *reader)
{
    reader->out->present &= (uint8_t)~OPTION_ANY_FAST_OPEN;
    reader->out->cookie_length = 0;
    reader->counts[OPTION_ITEM_FAST_OPEN - OPTION_ITEM_MSS] = NULL;
    reader->counts[OPTION_ITEM_FAST_OPEN_EXP - OPTION_ITEM_MSS] = NULL;
}

static bool read_mss(Reader *reader, const uint8_t *option, size_t bytes)
{
    if (bytes != MSS_BYTES)
        return false;
    reader->out->mss = get16(option + 2);
    found(reader, OPTION_ITEM_MSS, option);
    return true;
}

static bool read_window_scale(Reader *reader, const uint8_t *option, size_t bytes)
{
    bool fits = bytes == WINDOW_SCALE_BYTES && option[2] <= WINDOW_SCALE_MAX;

    if (bytes != WINDOW_SCALE_BYTES)
        return false;
    reader->out->window_scale = fits ? option[2] : WINDOW_SCALE_MAX;
    found(reader, OPTION_ITEM_WINDOW_SCALE, fits ? option : NULL);
    return true;
}

static bool read_sack_permitted(Reader *reader, const uint8_t *option, size_t bytes)
{
    if (bytes != SACK_PERMITTED_BYTES)
        return false;
    found(reader, OPTION_ITEM_SACK_PERMITTED, option);
    return true;
}

static bool read_timestamps(Reader *reader, const uint8_t *option, size_t bytes)
{
    if (bytes != TIMESTAMPS_BYTES)
        return false;
    reader->out->ts_val = get32(option + 2);
    reader->out->ts_ecr = get32(option + 6);
    found(reader, OPTION_ITEM_TIMESTAMPS, option);
    return true;
}

static bool read_sack(Reader *reader, const uint8_t *option, size_t bytes)
{
    size_t count = (bytes - SACK_BYTES) / SACK_BLOCK_BYTES;
    const uint8_t *value = option + 2;

    if (bytes != SACK_BYTES + count * SACK_BLOCK_BYTES || count < 1 || count > SEGMENT_SACK_MAX)
        return false;
    for (size_t i = 0; i < count; i++, value += SACK_BLOCK_BYTES)
        reader->out->sack[i] = (SackBlock){get32(value), get32(value + 4)};
    reader->out->sack_count = (uint8_t)count;
    forget_cookie(reader);
    found(reader, OPTION_ITEM_SACK, option);
    return true;
}

/* A cookie of a length that none may have is no reason to lose the segment. */
static bool read_cookie(Reader *reader, const uint8_t *option, size_t head, OptionItem form)
{
    size_t length = option[1] - head;
    bool fits = length == 0 ||
                (length >= SEGMENT_COOKIE_LEAST && length <= SEGMENT_COOKIE_MAX && length % 2 == 0);

    if (!fits || (reader->out->present & OPTION_SACK))
        return true;
    forget_cookie(reader);
    found(reader, form, option);
    reader->out->cookie_length = (uint8_t)length;
    memcpy(reader->out->cookie, option + head, length);
    return true;
}

static bool read_fast_open(Reader *reader, const uint8_t *option, size_t bytes)
{
    (void)bytes;
    return read_cookie(reader, option, FAST_OPEN_BYTES, OPTION_ITEM_FAST_OPEN);
}

static bool read_experimental(Reader *reader, const uint8_t *option, size_t bytes)
{
    if (bytes < FAST_OPEN_EXP_BYTES || get16(option + 2) != FAST_OPEN_MAGIC)
        return true; /* somebody else's */
    return read_cookie(reader, option, FAST_OPEN_EXP_BYTES, OPTION_ITEM_FAST_OPEN_EXP);
}

/* False: a length wrong for its kind.  None: RFC 9293 §3.1, unknown ones are skipped. */
static bool (*const read_kind[UINT8_MAX + 1])(Reader *reader, const uint8_t *option,
                                              size_t bytes) = {
    [KIND_MSS] = read_mss,
    [KIND_WINDOW_SCALE] = read_window_scale,
    [KIND_SACK_PERMITTED] = read_sack_permitted,
    [KIND_SACK] = read_sack,
    [KIND_TIMESTAMPS] = read_timestamps,
    [KIND_FAST_OPEN] = read_fast_open,
    [KIND_EXPERIMENTAL] = read_experimental,
};

/* Of the option at `at`, kind and length included; 0: it has none that could be. */
static size_t length_of(const uint8_t *at, const uint8_t *end)
{
    size_t left = (size_t)(end - at);

    if (*at == KIND_END || *at == KIND_NOP)
        return 1;
    return left >= 2 && at[1] >= 2 && at[1] <= left ? at[1] : 0;
}

size_t wire_whole_options(const uint8_t *bytes, size_t length)
{
    const uint8_t *at = bytes, *end = bytes + length;

    for (size_t next; at < end && (next = length_of(at, end)) > 0;)
        at += next;
    return (size_t)(at - bytes);
}

/* Returns where it ends: behind the last one, or where one is of a length that it cannot have. */
static const uint8_t *understand(Reader *reader)
{
    const uint8_t *at = reader->begin;

    while (at < reader->end && *at != KIND_END) {
        size_t bytes = length_of(at, reader->end);

        if (bytes == 0 || (read_kind[*at] != NULL && !read_kind[*at](reader, at, bytes)))
            return at;
        at += bytes;
    }
    return reader->end;
}

/* ---- Reading: how they stand ---- */

static OptionItem item_at(const Reader *reader, const uint8_t *at)
{
    if (*at == KIND_END || *at == KIND_NOP)
        return OPTION_ITEM_END + *at;
    for (unsigned bit = 0; bit < OPTION_BITS; bit++) {
        if (reader->counts[bit] == at)
            return OPTION_ITEM_MSS + bit;
    }
    return OPTION_ITEM_OTHER;
}

/* Where the list is too short for a header of many small options, blocks among the last of them may find no room
 * beside their own bytes. */
static void keep_rest(Reader *reader, const uint8_t *at)
{
    SegmentOptions *out = reader->out;
    size_t length = (size_t)(reader->end - at);
    size_t value = (out->present & OPTION_SACK) ? (size_t)SACK_BLOCK_BYTES * out->sack_count
                                                : out->cookie_length;

    if (value + out->other_bytes + length > SEGMENT_OPTIONS_MAX) {
        out->present &= (uint8_t) ~(OPTION_SACK | OPTION_ANY_FAST_OPEN);
        out->sack_count = out->cookie_length = 0;
    }
    segment_options_keep(out, at, length);
}

/* Behind an end of list there is padding alone. */
static bool is_rest(const Reader *reader, const uint8_t *at, bool ended, unsigned items)
{
    bool is_last = at + length_of(at, reader->end) == reader->end;

    return (ended && *at > KIND_NOP) || (items == OPTION_ITEMS_MAX - 1 && !is_last);
}

static void list(Reader *reader, const uint8_t *stop)
{
    SegmentOptions *out = reader->out;
    unsigned items = 0;
    bool ended = false;

    for (const uint8_t *at = reader->begin; at < reader->end; at += length_of(at, reader->end)) {
        if (at == stop || is_rest(reader, at, ended, items)) {
            option_list_add(&out->list, &items, OPTION_ITEM_REST);
            keep_rest(reader, at);
            return;
        }
        OptionItem item = item_at(reader, at);

        option_list_add(&out->list, &items, item);
        ended |= item == OPTION_ITEM_END;
        if (item == OPTION_ITEM_OTHER)
            segment_options_keep(out, at, at[1]);
    }
}

bool wire_read_options(const uint8_t *bytes, size_t length, SegmentOptions *out)
{
    Reader reader = {.begin = bytes, .end = bytes + length, .out = out};

    assert(length <= SEGMENT_OPTIONS_MAX && out->list == 0);
    if (length == 0)
        return true;
    const uint8_t *stop = understand(&reader);
    list(&reader, stop);
    return stop == reader.end;
}
