/* `expect HOST sends [first N] SEGMENT at T… | gaps T… | seq N… | ack N… | len N… | win N… | flags F… |
 * N times | at least N times | at most N times` and `never sends SEGMENT`.
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
    EventList *sends = events_of(expect, index, TRACE_LIST_SENDS, is_of_class);

    if (expect->first > 0 && sends->len > expect->first)
        g_array_set_size(sends, expect->first);
    return sends;
}

static const char *class_words(SegmentClass class)
{
    return class == SEGMENT_ANY ? "segment" : segment_class_name(class);
}

/* "SYN at", "first 2 SYN at" */
static char *what_words(const PlanExpect *expect, const char *about)
{
    const char *class = class_words(expect->class);

    return expect->first > 0 ? g_strdup_printf("first %u %s %s", expect->first, class, about)
                             : g_strdup_printf("%s %s", class, about);
}

void check_sends_at(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const char *class = class_words(expect->class);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) times = times_of(sends);
    g_autofree char *what = what_words(expect, "at");
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
    g_autofree char *what = what_words(expect, "gaps");
    g_autofree char *none = g_strdup_printf("%u %s %s sent: no gap", sends->len, class,
                                            sends->len == 1 ? "was" : "were");
    ListWords words = {.what = what, .one = "gap", .place = "of ", .none = none};
    g_autoptr(GArray) gaps = gaps_of(sends);

    check_times(expect, &words, gaps, sends, verdict);
}

/* How many they are, those that are not listed included: of a host only the sum is known. */
static guint64 count_of(const PlanExpect *expect, const TraceIndex *index, const EventList *sends)
{
    if (expect->party.number != 0 || expect->first > 0)
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

static gboolean is_count_right(const PlanExpect *expect, guint64 count)
{
    switch (expect->kind) {
    case PLAN_EXPECT_SENDS_AT_LEAST: return count >= expect->count;
    case PLAN_EXPECT_SENDS_AT_MOST: return count <= expect->count;
    default: return count == expect->count;
    }
}

void check_sends_times(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    static const char *const bounds[PLAN_EXPECT_KIND_COUNT] = {
        [PLAN_EXPECT_SENDS_AT_LEAST] = "at least ", [PLAN_EXPECT_SENDS_AT_MOST] = "at most "};
    const char *bound = bounds[expect->kind];
    g_autoptr(EventList) sends = sends_of(expect, index);

    g_string_append_printf(verdict->expected, "%s%" G_GUINT64_FORMAT " %s",
                           bound != NULL ? bound : "", expect->count, class_words(expect->class));
    guint64 count = count_of(expect, index, sends);
    append_sent(verdict->actual, expect->class, count, sends);
    verdict->ok = is_count_right(expect, count);
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

static void append_number(GString *out, guint32 number)
{
    g_string_append_printf(out, "%u", number);
}

static void append_flags(GString *out, guint32 flags)
{
    char text[TCP_FLAGS_TEXT];

    g_string_append(out, tcp_flags_text((guint8)flags, text));
}

/* Which number of a segment, by the kind of the expectation. */
typedef struct NumberForm {
    const char *word;
    gboolean (*read)(const TraceSeen *seen, guint32 *out); /* FALSE: it has none */
    void (*append)(GString *out, guint32 number);
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

static gboolean read_win(const TraceSeen *seen, guint32 *out)
{
    *out = seen->segment.window;
    return TRUE;
}

static gboolean read_flags(const TraceSeen *seen, guint32 *out)
{
    *out = seen->segment.flags;
    return TRUE;
}

static const NumberForm *number_form(PlanExpectKind kind)
{
    static const NumberForm number_forms[] = {
        [PLAN_EXPECT_SENDS_SEQ] = {"seq", read_seq, append_number},
        [PLAN_EXPECT_SENDS_ACK] = {"ack", read_ack, append_number},
        [PLAN_EXPECT_SENDS_LEN] = {"len", read_len, append_number},
        [PLAN_EXPECT_SENDS_WIN] = {"win", read_win, append_number},
        [PLAN_EXPECT_SENDS_FLAGS] = {"flags", read_flags, append_flags},
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

static void append_numbers(GString *out, const NumberForm *form, const GArray *numbers)
{
    enum { SHOWN_MAX = 16 };

    for (guint i = 0; i < MIN(numbers->len, SHOWN_MAX); i++) {
        g_string_append(out, i > 0 ? ", " : "");
        form->append(out, g_array_index(numbers, guint32, i));
    }
    if (numbers->len > SHOWN_MAX)
        g_string_append_printf(out, ", ... (%u in all)", numbers->len);
}

/* "2nd: expected 1461, was 1". */
static void append_difference(GString *out, const NumberForm *form, const GArray *expected,
                              const GArray *actual, guint at)
{
    if (at >= expected->len || at >= actual->len) {
        g_string_append_printf(out, " (%u expected, %u sent)", expected->len, actual->len);
        return;
    }
    g_string_append(out, " (");
    append_ordinal(out, at + 1);
    g_string_append(out, ": expected ");
    form->append(out, g_array_index(expected, guint32, at));
    g_string_append(out, ", was ");
    form->append(out, g_array_index(actual, guint32, at));
    g_string_append_c(out, ')');
}

void check_sends_number(const PlanExpect *expect, const TraceIndex *index, Verdict *verdict)
{
    const GArray *expected = expect->numbers;
    const NumberForm *form = number_form(expect->kind);
    g_autofree char *what = what_words(expect, form->word);
    g_autoptr(EventList) sends = sends_of(expect, index);
    g_autoptr(GArray) actual = numbers_of(expect, sends);
    guint same = 0;

    while (same < MIN(expected->len, actual->len) &&
           g_array_index(expected, guint32, same) == g_array_index(actual, guint32, same))
        same++;
    g_string_append_printf(verdict->expected, "%s ", what);
    append_numbers(verdict->expected, form, expected);
    if (actual->len == 0)
        g_string_append_printf(verdict->actual, "no %s with %s was sent",
                               class_words(expect->class), form->word);
    else
        g_string_append_printf(verdict->actual, "%s ", what);
    append_numbers(verdict->actual, form, actual);

    verdict->ok = same == expected->len && same == actual->len;
    if (verdict->ok)
        return;
    if (actual->len > 0)
        append_difference(verdict->actual, form, expected, actual, same);
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
        Measured value = {.kind = expect->kind == PLAN_EXPECT_SENDS_FLAGS ? MEASURED_FLAGS
                                                                          : MEASURED_NUMBER,
                          .number = g_array_index(numbers, guint32, i)};

        g_array_append_val(values, value);
    }
}
