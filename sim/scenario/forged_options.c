/* The TCP options of a segment that no TCP sent: what they say, and how they stand in its header. */
#include <string.h>

#include "scenario/forged.h"

enum { SHIFT_MAX = 14, KIND_MAX = 255 };

static SegmentOptions *options_of(void *into)
{
    return &((ForgedDraft *)into)->inject.options;
}

gboolean forged_mss(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 mss;

    if (!word_number(parser, line, value, 0, 65535, &mss))
        return FALSE;
    options_of(into)->mss = (guint16)mss;
    options_of(into)->present |= OPTION_MSS;
    return TRUE;
}

gboolean forged_wscale(Parser *parser, const Line *line, const Word *value, void *into)
{
    guint64 shift;

    if (!word_number(parser, line, value, 0, SHIFT_MAX, &shift))
        return FALSE;
    options_of(into)->window_scale = (guint8)shift;
    options_of(into)->present |= OPTION_WINDOW_SCALE;
    return TRUE;
}

gboolean forged_sackok(Parser *parser, const Line *line, const Word *value, void *into)
{
    (void)parser;
    (void)line;
    (void)value;
    options_of(into)->present |= OPTION_SACK_PERMITTED;
    return TRUE;
}

/* VAL or VAL,ECR */
gboolean forged_ts(Parser *parser, const Line *line, const Word *value, void *into)
{
    const char *comma = strchr(value->text, ',');
    gsize before = comma != NULL ? (gsize)(comma - value->text) : value->length;
    Word val = forged_part(parser, value, 0, before);
    Word ecr =
        comma != NULL ? forged_part(parser, value, before + 1, value->length - before - 1) : val;
    guint64 numbers[2] = {0};

    if (!word_number(parser, line, &val, 0, G_MAXUINT32, &numbers[0]) ||
        (comma != NULL && !word_number(parser, line, &ecr, 0, G_MAXUINT32, &numbers[1])))
        return FALSE;
    options_of(into)->ts_val = (guint32)numbers[0];
    options_of(into)->ts_ecr = (guint32)numbers[1];
    options_of(into)->present |= OPTION_TIMESTAMPS;
    return TRUE;
}

/* LEFT:RIGHT */
static gboolean read_block(Parser *parser, const Line *line, const Word *block, PlanNumber *ends)
{
    const char *colon = strchr(block->text, ':');

    if (colon == NULL) {
        line_error(parser, line, block,
                   "LEFT:RIGHT[,LEFT:RIGHT…], each as in seq=", "'%s' is no SACK block",
                   shown(parser, block));
        return FALSE;
    }
    gsize before = (gsize)(colon - block->text);
    Word left = forged_part(parser, block, 0, before);
    Word right = forged_part(parser, block, before + 1, block->length - before - 1);

    return forged_sequence(parser, line, &left, &ends[0]) &&
           forged_sequence(parser, line, &right, &ends[1]);
}

gboolean forged_sack(Parser *parser, const Line *line, const Word *value, void *into)
{
    PlanInject *inject = &((ForgedDraft *)into)->inject;
    guint count = 0;

    for (gsize from = 0, length; from <= value->length; from += length + 1) {
        length = strcspn(value->text + from, ",");
        Word block = forged_part(parser, value, from, length);

        if (count == SEGMENT_SACK_MAX) {
            line_error(parser, line, value, NULL, "a segment has room for %d SACK blocks",
                       SEGMENT_SACK_MAX);
            return FALSE;
        }
        if (!read_block(parser, line, &block, &inject->sacked[2 * count++]))
            return FALSE;
    }
    inject->options.sack_count = (guint8)count;
    inject->options.present |= OPTION_SACK;
    return TRUE;
}

gboolean forged_order(Parser *parser, const Line *line, const Word *value, void *into)
{
    (void)parser;
    (void)line;
    ((ForgedDraft *)into)->order = *value;
    return TRUE;
}

/* --- how they stand ----------------------------------------------------------------------- */

enum { ITEMS_MAX = OPTION_ITEMS_MAX - 4 }; /* what may fill the last word finds room, too */

/* What order= has said so far. */
typedef struct Listing {
    SegmentOptions *options;
    unsigned items;
    guint8 listed; /* of those present */
    gboolean ended;
} Listing;

static const char *const item_names[OPTION_ITEM_COUNT] = {
    [OPTION_ITEM_END] = "eol",       [OPTION_ITEM_NOP] = "nop",
    [OPTION_ITEM_MSS] = "mss",       [OPTION_ITEM_WINDOW_SCALE] = "wscale",
    [OPTION_ITEM_TIMESTAMPS] = "ts", [OPTION_ITEM_SACK_PERMITTED] = "sackok",
    [OPTION_ITEM_SACK] = "sack",
};

static OptionItem item_named(const char *name)
{
    for (OptionItem item = OPTION_ITEM_END; item <= OPTION_ITEM_SACK; item++) {
        if (strcmp(item_names[item], name) == 0)
            return item;
    }
    return OPTION_ITEM_NONE;
}

static gboolean add_named(Parser *parser, const Line *line, const Word *word, OptionItem item,
                          Listing *listing)
{
    guint8 bit = (guint8)(item < OPTION_ITEM_MSS ? 0 : 1U << (item - OPTION_ITEM_MSS));

    if (bit != 0 && (listing->listed & bit)) {
        line_error(parser, line, word, NULL, "'%s' stands here twice", word->text);
        return FALSE;
    }
    if (bit != 0 && !(listing->options->present & bit)) {
        line_error(parser, line, word, NULL, "'%s' stands in order=, but not in this line",
                   word->text);
        return FALSE;
    }
    listing->listed |= bit;
    listing->ended |= item == OPTION_ITEM_END;
    option_list_add(&listing->options->list, &listing->items, item);
    return TRUE;
}

/* Those that have words of their own would be read by them. */
static gboolean is_known_kind(guint64 kind)
{
    return kind <= 5 || kind == 8 || kind == 34 || kind == 254;
}

static gboolean read_value(Parser *parser, const Line *line, const Word *word, guint8 *option,
                           guint *length)
{
    const char *digits = strchr(word->text, ':') + 1;
    gsize count = strlen(digits);

    if (count % 2 != 0 || strspn(digits, "0123456789abcdefABCDEF") != count) {
        line_error(parser, line, word, "KIND:DIGITS, two hexadecimal digits a byte",
                   "'%s' is no option", shown(parser, word));
        return FALSE;
    }
    if (count / 2 + 2 > SEGMENT_OPTIONS_MAX) {
        line_error(parser, line, word, NULL, "a header has room for 40 bytes of options");
        return FALSE;
    }
    *length = (guint)(2 + count / 2);
    for (gsize i = 0; i < count / 2; i++)
        option[2 + i] = (guint8)(g_ascii_xdigit_value(digits[2 * i]) * 16 +
                                 g_ascii_xdigit_value(digits[2 * i + 1]));
    return TRUE;
}

/* "253:f98a" */
static gboolean add_other(Parser *parser, const Line *line, const Word *word, Listing *listing)
{
    guint8 option[SEGMENT_OPTIONS_MAX];
    gsize before = strcspn(word->text, ":");
    Word kind = word_part(parser, word, 0, before);
    guint64 number;
    guint length;

    if (!word_number(parser, line, &kind, 0, KIND_MAX, &number) ||
        !read_value(parser, line, word, option, &length))
        return FALSE;
    if (is_known_kind(number)) {
        line_error(parser, line, &kind, "253 is free for experiments",
                   "kind %u is one that receivers know", (guint)number);
        return FALSE;
    }
    if (listing->options->other_bytes + length > SEGMENT_OPTIONS_MAX) {
        line_error(parser, line, word, NULL, "a header has room for 40 bytes of options");
        return FALSE;
    }
    option[0] = (guint8)number;
    option[1] = (guint8)length;
    segment_options_keep(listing->options, option, length);
    option_list_add(&listing->options->list, &listing->items, OPTION_ITEM_OTHER);
    return TRUE;
}

static gboolean add_item(Parser *parser, const Line *line, const Word *word, Listing *listing)
{
    OptionItem item = item_named(word->text);
    gboolean is_padding = item == OPTION_ITEM_END || item == OPTION_ITEM_NOP;

    if (listing->items == ITEMS_MAX) {
        line_error(parser, line, word, NULL, "more than %d options and NOPs", ITEMS_MAX);
        return FALSE;
    }
    if (listing->ended && !is_padding) {
        line_error(parser, line, word, NULL, "nobody reads what stands behind 'eol'");
        return FALSE;
    }
    if (item != OPTION_ITEM_NONE)
        return add_named(parser, line, word, item, listing);
    if (strchr(word->text, ':') != NULL)
        return add_other(parser, line, word, listing);

    const char *words[OPTION_ITEM_SACK + 1] = {NULL};
    memcpy(words, item_names + OPTION_ITEM_END, sizeof words - sizeof words[0]);
    line_unknown(parser, line, word, "option", words);
    return FALSE;
}

static gboolean lists_all(Parser *parser, const Line *line, const Word *order,
                          const Listing *listing)
{
    for (OptionItem item = OPTION_ITEM_MSS; item <= OPTION_ITEM_SACK; item++) {
        guint8 bit = (guint8)(1U << (item - OPTION_ITEM_MSS));

        if (!(listing->options->present & ~listing->listed & bit))
            continue;
        line_error(parser, line, order, NULL, "order= leaves out '%s'", item_names[item]);
        return FALSE;
    }
    return TRUE;
}

/* Ends of list fill the last word: items, as whoever reads it finds them. */
static void fill(Listing *listing)
{
    SegmentOptions more = *listing->options;

    for (;;) {
        option_list_add(&more.list, &listing->items, OPTION_ITEM_END);
        if (segment_options_bytes(&more) > segment_options_bytes(listing->options))
            return;
        listing->options->list = more.list;
    }
}

static gboolean list_as_told(Parser *parser, const Line *line, const Word *order,
                             SegmentOptions *options)
{
    Listing listing = {.options = options};

    for (gsize from = 0, length; from <= order->length; from += length + 1) {
        length = strcspn(order->text + from, ",");
        Word item = word_part(parser, order, from, length);

        if (!add_item(parser, line, &item, &listing))
            return FALSE;
    }
    fill(&listing);
    return lists_all(parser, line, order, &listing);
}

gboolean forged_list_options(Parser *parser, const Line *line, const Word *ends, ForgedDraft *draft)
{
    SegmentOptions *options = &draft->inject.options;

    if (draft->order.text == NULL)
        segment_options_lay_out(options, OPTION_ORDER_OF_LINUX, FALSE);
    else if (!list_as_told(parser, line, &draft->order, options))
        return FALSE;
    guint bytes = (guint)segment_options_bytes(options);

    if (bytes <= SEGMENT_OPTIONS_MAX && draft->inject.length + bytes <= FORGED_LENGTH_MAX)
        return TRUE;
    line_error(parser, line, ends, NULL,
               bytes > SEGMENT_OPTIONS_MAX
                   ? "its options take %u bytes, and a header has room for 40"
                   : "its options take %u bytes, which makes it longer than an IP packet can be",
               bytes);
    return FALSE;
}
