/* `expect HOST sends SEGMENT at T… | gaps T… | seq N… | ack N… | len N… | N times` and
 * `never sends SEGMENT`.
 *
 * All count what the host itself sent over the whole run, lost segments included; copies made
 * by the link are no sends, and what an injector forged is not the host's.  The two that count
 * include what a large flood left unlisted. */
#include "expect/times.h"
#include "expect/verdict.h"

static gboolean is_of_class(const PlanExpect *expect, const TraceEvent *event)
{
    return expect->class == SEGMENT_ANY || expect->class == event->segment.class;
}

/* The sends that the expectation speaks of; free with g_array_unref(). */
static EventList *sends_of(const PlanExpect *expect, const TraceIndex *index)
{
    return events_of(expect, index, TRACE_LIST_SENDS, is_of_class);
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

/* N sends have N-1 gaps; a gap's event, which is what `sends` has left, is the send that ends it. */
static GArray *gaps_of(EventList *sends)
{
    GArray *gaps = times_of(sends);

    for (guint i = gaps->len; i-- > 1;)
        g_array_index(gaps, SimTime, i) -= g_array_index(gaps, SimTime, i - 1);
    if (sends->len > 0) {
        g_array_remove_index(gaps, 0);
        g_array_remove_index(sends, 0);
    }
    return gaps;
}

void check_sends_gaps(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *class = class_words(expect->class);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autofree char *what = g_strdup_printf("%s gaps", class);
    g_autofree char *none = g_strdup_printf("%u %s %s sent: no gap", sends->len, class,
                                            sends->len == 1 ? "was" : "were");
    ListWords words = {.what = what, .one = "gap", .place = "of ", .none = none};
    g_autoptr(GArray) gaps = gaps_of(sends);

    check_times(expect, &words, gaps, sends, verdict);
}

/* How many they are, those that are not listed included: of a host only the sum is known. */
static guint64 count_of(const PlanExpect *expect, const TraceIndex *index, const EventList *sends)
{
    if (expect->party.number != 0)
        return sends->len;
    return tally_of(expect, index)->sent[expect->class];
}

static void append_sent(GString *out, SegmentClass class, guint64 count, const EventList *sends)
{
    g_autoptr(GArray) times = times_of(sends);

    if (count == 0) {
        g_string_append_printf(out, "no %s was sent", class_words(class));
        return;
    }
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %s", count, class_words(class));
    if (count > sends->len)
        g_string_append_printf(out, ", %u of them listed", sends->len);
    if (sends->len == 0)
        return;
    g_string_append(out, count > sends->len ? ": at " : " at ");
    append_times(out, times);
}

void check_sends_times(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) sends = sends_of(expect, index);

    g_string_append_printf(verdict->expected, "%" G_GUINT64_FORMAT " %s", expect->count,
                           class_words(expect->class));
    guint64 count = count_of(expect, index, sends);
    append_sent(verdict->actual, expect->class, count, sends);
    verdict->ok = count == expect->count;
    if (!verdict->ok && sends->len > expect->count)
        verdict->event = event_at(sends, (guint)expect->count)->id;
}

void check_never_sends(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    g_autoptr(EventList) sends = sends_of(expect, index);

    g_string_append_printf(verdict->expected, "no %s", class_words(expect->class));
    guint64 count = count_of(expect, index, sends);
    append_sent(verdict->actual, expect->class, count, sends);
    verdict->ok = count == 0;
    if (sends->len > 0)
        verdict->event = event_at(sends, 0)->id;
}

/* --- numbers ------------------------------------------------------------------------------ */

/* Which number of a segment, by the kind of the expectation. */
typedef struct NumberForm {
    const char *word;
    gboolean (*read)(const TraceSeen *seen, guint32 *out); /* FALSE: it has none */
} NumberForm;

static gboolean read_seq(const TraceSeen *seen, guint32 *out)
{
    *out = seen->seq;
    return TRUE;
}

static gboolean read_ack(const TraceSeen *seen, guint32 *out)
{
    *out = seen->ack;
    return (seen->segment.flags & TCP_ACK) != 0;
}

static gboolean read_len(const TraceSeen *seen, guint32 *out)
{
    *out = seen->segment.length;
    return TRUE;
}

static const NumberForm *number_form(PlanExpectKind kind)
{
    static const NumberForm number_forms[] = {
        [PLAN_EXPECT_SENDS_SEQ] = {"seq", read_seq},
        [PLAN_EXPECT_SENDS_ACK] = {"ack", read_ack},
        [PLAN_EXPECT_SENDS_LEN] = {"len", read_len},
    };

    g_assert((guint)kind < G_N_ELEMENTS(number_forms) && number_forms[kind].word != NULL);
    return &number_forms[kind];
}

/* The numbers of the sends that have one; `sends` keeps these alone. */
static GArray *numbers_of(const PlanExpect *expect, EventList *sends)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint32 number;

    for (guint i = 0; i < sends->len;) {
        if (!number_form(expect->kind)->read(event_at(sends, i)->segment.seen, &number)) {
            g_array_remove_index(sends, i);
            continue;
        }
        g_array_append_val(numbers, number);
        i++;
    }
    return numbers;
}

static void append_numbers(GString *out, const GArray *numbers)
{
    enum { SHOWN_MAX = 16 };

    for (guint i = 0; i < MIN(numbers->len, SHOWN_MAX); i++)
        g_string_append_printf(out, "%s%u", i > 0 ? ", " : "", g_array_index(numbers, guint32, i));
    if (numbers->len > SHOWN_MAX)
        g_string_append_printf(out, ", ... (%u in all)", numbers->len);
}

/* "2nd: expected 1461, was 1". */
static void append_difference(GString *out, const GArray *expected, const GArray *actual, guint at)
{
    if (at >= expected->len || at >= actual->len) {
        g_string_append_printf(out, " (%u expected, %u sent)", expected->len, actual->len);
        return;
    }
    g_string_append(out, " (");
    append_ordinal(out, at + 1);
    g_string_append_printf(out, ": expected %u, was %u)", g_array_index(expected, guint32, at),
                           g_array_index(actual, guint32, at));
}

void check_sends_number(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const GArray *expected = expect->numbers;
    const char *word = number_form(expect->kind)->word, *class = class_words(expect->class);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) actual = numbers_of(expect, sends);
    guint same = 0;

    while (same < MIN(expected->len, actual->len) &&
           g_array_index(expected, guint32, same) == g_array_index(actual, guint32, same))
        same++;
    g_string_append_printf(verdict->expected, "%s %s ", class, word);
    append_numbers(verdict->expected, expected);
    if (actual->len == 0)
        g_string_append_printf(verdict->actual, "no %s with %s was sent", class, word);
    else
        g_string_append_printf(verdict->actual, "%s %s ", class, word);
    append_numbers(verdict->actual, actual);

    verdict->ok = same == expected->len && same == actual->len;
    if (verdict->ok)
        return;
    if (actual->len > 0)
        append_difference(verdict->actual, expected, actual, same);
    if (same < actual->len)
        verdict->event = event_at(sends, same)->id;
}

/* --- questions ---------------------------------------------------------------------------- */

void measure_sends_at(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) times = times_of(sends);

    measured_times(values, times);
}

void measure_sends_gaps(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) gaps = gaps_of(sends);

    measured_times(values, gaps);
}

void measure_sends_times(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) sends = sends_of(expect, index);

    measured_count(values, count_of(expect, index, sends));
}

void measure_sends_number(const PlanExpect *expect, const TraceIndex *index, GArray *values)
{
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) numbers = numbers_of(expect, sends);

    for (guint i = 0; i < numbers->len; i++) {
        Measured value = {.kind = MEASURED_NUMBER, .number = g_array_index(numbers, guint32, i)};

        g_array_append_val(values, value);
    }
}
