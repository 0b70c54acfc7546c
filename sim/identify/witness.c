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

/* What has to be switched on or off is doubted more than what grows with a machine's memory. */
static const double doubt_of_switch = 2.0, doubt_of_size = 0.7;

static const struct {
    const char *key; /* whose value it is */
    const double *doubt;
    void (*say)(const Look *look, GString *out); /* nothing, when the two agree */
} looks[] = {
    {"tcp_timestamps", &doubt_of_switch, say_timestamps},
    {"tcp_sack", &doubt_of_switch, say_sack},
    {"tcp_window_scaling", &doubt_of_switch, say_scaling},
    {"window-scale", &doubt_of_size, say_shift},
    {"window", &doubt_of_size, say_window},
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

        if (identify_is_unknown(profile, looks[i].key))
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
