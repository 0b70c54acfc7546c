/* `expect HOST sends SEGMENT at T… | gaps T… | N times` and `never sends SEGMENT`.
 *
 * All count what the host itself sent over the whole run, lost segments included; copies made
 * by the link are no sends, and what an injector forged is not the host's. */
#include "expect/times.h"
#include "expect/verdict.h"

/* The sends that the expectation speaks of; free with g_array_unref(). */
static EventList *sends_of(const PlanExpect *expect, const TraceIndex *index)
{
    const EventList *all = trace_index_host(index, expect->party.host)->sends;
    EventList *sends = event_list_new();

    for (guint i = 0; i < all->len; i++) {
        const TraceEvent *event = event_at(all, i);

        if (event_is_of(event, expect->party) &&
            (expect->class == SEGMENT_ANY || expect->class == event->segment.class))
            event_list_add(sends, event);
    }
    return sends;
}

static const char *class_words(SegmentClass class)
{
    return class == SEGMENT_ANY ? "segment" : segment_class_name(class);
}

void check_sends_at(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *class = class_words(expect->class);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) times = times_of(sends);
    g_autofree char *what = g_strdup_printf("%s at", class);
    g_autofree char *none = g_strdup_printf("no %s was sent", class);
    ListWords words = {.what = what, .one = class, .place = "at ", .none = none};

    check_times(expect, &words, times, sends, verdict);
}

void check_sends_gaps(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *class = class_words(expect->class);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) gaps = times_of(sends);
    g_autofree char *what = g_strdup_printf("%s gaps", class);
    g_autofree char *none = g_strdup_printf("%u %s %s sent: no gap", sends->len, class,
                                            sends->len == 1 ? "was" : "were");
    ListWords words = {.what = what, .one = "gap", .place = "of ", .none = none};

    for (guint i = gaps->len; i-- > 1;)
        g_array_index(gaps, SimTime, i) -= g_array_index(gaps, SimTime, i - 1);
    /* N sends have N-1 gaps; a gap's event is the send that ends it. */
    if (sends->len > 0) {
        g_array_remove_index(gaps, 0);
        g_array_remove_index(sends, 0);
    }
    check_times(expect, &words, gaps, sends, verdict);
}

static void append_sent(GString *out, SegmentClass class, const EventList *sends)
{
    g_autoptr(GArray) times = times_of(sends);

    if (sends->len == 0) {
        g_string_append_printf(out, "no %s was sent", class_words(class));
        return;
    }
    g_string_append_printf(out, "%u %s at ", sends->len, class_words(class));
    append_times(out, times);
}

void check_sends_times(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) sends = sends_of(expect, index);

    g_string_append_printf(verdict->expected, "%" G_GUINT64_FORMAT " %s", expect->count,
                           class_words(expect->class));
    append_sent(verdict->actual, expect->class, sends);
    verdict->ok = sends->len == expect->count;
    if (sends->len > expect->count)
        verdict->event = event_at(sends, (guint)expect->count)->id;
}

void check_never_sends(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) sends = sends_of(expect, index);

    g_string_append_printf(verdict->expected, "no %s", class_words(expect->class));
    append_sent(verdict->actual, expect->class, sends);
    verdict->ok = sends->len == 0;
    if (!verdict->ok)
        verdict->event = event_at(sends, 0)->id;
}
