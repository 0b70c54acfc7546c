/* The opening segment that was seen, beside the profile's own: a row for each thing that can be told from it. */
#include "identify/witness.h"

/* What is looked at, in the segment that was seen and in the profile's. */
typedef struct Look {
    const Segment *seen, *own;
} Look;

static gboolean has(const Segment *segment, guint8 bit)
{
    return (segment->options.present & bit) != 0;
}

static void say_option(const Look *look, guint8 bit, const char *name, GString *out)
{
    if (has(look->seen, bit) != has(look->own, bit))
        g_string_append_printf(out, "%s %s", has(look->seen, bit) ? "with" : "no", name);
}

static void say_timestamps(const Look *look, GString *out)
{
    say_option(look, OPTION_TIMESTAMPS, "timestamps", out);
}

static void say_sack(const Look *look, GString *out)
{
    say_option(look, OPTION_SACK_PERMITTED, "SACK", out);
}

static void say_scaling(const Look *look, GString *out)
{
    say_option(look, OPTION_WINDOW_SCALE, "scale", out);
}

static void say_shift(const Look *look, GString *out)
{
    const SegmentOptions *seen = &look->seen->options, *own = &look->own->options;

    if (has(look->seen, OPTION_WINDOW_SCALE) && has(look->own, OPTION_WINDOW_SCALE) &&
        seen->window_scale != own->window_scale)
        g_string_append_printf(out, "scale %u, not %u", seen->window_scale, own->window_scale);
}

static void say_window(const Look *look, GString *out)
{
    if (look->seen->window != look->own->window)
        g_string_append_printf(out, "window %u, not %u", look->seen->window, look->own->window);
}

/* ---- The order of options ---- */

/* Both have it, or it is padding that was seen. */
static gboolean is_compared(const Look *look, OptionItem item, gboolean pads)
{
    if (item == OPTION_ITEM_END || item == OPTION_ITEM_NOP)
        return pads;
    if (item > OPTION_ITEM_TIMESTAMPS)
        return FALSE;
    guint8 bit = (guint8)(1U << (item - OPTION_ITEM_MSS));
    return has(look->seen, bit) && has(look->own, bit);
}

/* Of what both have, in its order. */
static OptionList compared(const Look *look, const Segment *segment, gboolean pads)
{
    OptionList out = 0;
    unsigned count = 0;

    for (OptionList list = segment->options.list; list != 0;) {
        OptionItem item = option_list_take(&list);

        if (is_compared(look, item, pads))
            option_list_add(&out, &count, item);
    }
    return out;
}

static void append_list(OptionList list, GString *out)
{
    static const char *const names[OPTION_ITEM_COUNT] = {
        [OPTION_ITEM_END] = "eol",       [OPTION_ITEM_NOP] = "nop",
        [OPTION_ITEM_MSS] = "mss",       [OPTION_ITEM_WINDOW_SCALE] = "wscale",
        [OPTION_ITEM_TIMESTAMPS] = "TS", [OPTION_ITEM_SACK_PERMITTED] = "sackOK",
    };

    for (const char *before = ""; list != 0; before = ",")
        g_string_append_printf(out, "%s%s", before, names[option_list_take(&list)]);
}

/* A segment table tells no TTL, and no padding. */
static gboolean was_captured(const Look *look)
{
    return look->seen->ttl != 0;
}

/* Padding says something where both have the same options; others may have been put between them. */
static gboolean padding_is_told(const Look *look)
{
    return was_captured(look) && look->seen->options.present == look->own->options.present &&
           look->seen->options.other_bytes == 0;
}

static gboolean lists_differ(const Look *look, gboolean pads, GString *out)
{
    OptionList seen = compared(look, look->seen, pads), own = compared(look, look->own, pads);

    if (seen == own)
        return FALSE;
    g_string_append(out, "options ");
    append_list(seen, out);
    g_string_append(out, ", not ");
    append_list(own, out);
    return TRUE;
}

static void say_order(const Look *look, GString *out)
{
    if (!lists_differ(look, FALSE, out) && padding_is_told(look))
        lists_differ(look, TRUE, out);
}

/* ---- Time to live ---- */

/* More hops than any path on the Internet is known to have. */
enum { HOPS_MAX = 40 };

static void say_ttl(const Look *look, GString *out)
{
    gint hops = look->own->ttl - look->seen->ttl;

    if (hops < 0)
        g_string_append_printf(out, "TTL %u, more than %u", look->seen->ttl, look->own->ttl);
    else if (hops > HOPS_MAX)
        g_string_append_printf(out, "TTL %u, %d hops from %u", look->seen->ttl, hops,
                               look->own->ttl);
}

/* What has to be switched on or off is doubted more than what grows with a machine's memory; most of all,
 * what nobody can set. */
static const double doubt_of_code = 4.0, doubt_of_switch = 2.0, doubt_of_size = 0.7;

static const struct {
    const char *key; /* whose value it is */
    const double *doubt;
    void (*say)(const Look *look, GString *out); /* nothing, when the two agree */
    gboolean (*is_told)(const Look *look);       /* NULL: by every segment that was seen */
} looks[] = {
    {"tcp_timestamps", &doubt_of_switch, say_timestamps, NULL},
    {"tcp_sack", &doubt_of_switch, say_sack, NULL},
    {"tcp_window_scaling", &doubt_of_switch, say_scaling, NULL},
    {"option-order", &doubt_of_code, say_order, NULL},
    {"ip_default_ttl", &doubt_of_switch, say_ttl, was_captured},
    {"window-scale", &doubt_of_size, say_shift, NULL},
    {"window", &doubt_of_size, say_window, NULL},
};

static const Segment *opening_seen(const IdentifySubject *subject)
{
    const GArray *list = subject->replay->sent[subject->end];
    const ReplaySent *first = &g_array_index(list, ReplaySent, 0);

    if (first->seen == NULL || !(first->seen->segment.flags & TCP_SYN))
        return NULL;
    return &first->seen->segment;
}

IdentifyWitness identify_witness(const IdentifySubject *subject, const Profile *profile,
                                 const IdentifyOpening *opening)
{
    const Look look = {opening_seen(subject), &opening->segment};
    IdentifyWitness witness = {.is_there = look.seen != NULL && opening->times->len > 0};
    g_autoptr(GString) differs = g_string_new(NULL);

    for (guint i = 0; witness.is_there && i < G_N_ELEMENTS(looks); i++) {
        g_autoptr(GString) one = g_string_new(NULL);

        if (identify_is_unknown(profile, looks[i].key) ||
            (looks[i].is_told != NULL && !looks[i].is_told(&look)))
            continue;
        looks[i].say(&look, one);
        if (one->len == 0) {
            witness.agree++;
            continue;
        }
        witness.differ++;
        witness.doubt += *looks[i].doubt;
        g_string_append_printf(differs, "%s%s", differs->len > 0 ? "; " : "", one->str);
    }
    if (differs->len > 0)
        witness.differs = g_strdup(differs->str);
    return witness;
}
