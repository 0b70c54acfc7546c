/* A timing table held against a run.
 *
 * Facts are the same when they are the n-th of their kind: the second SYN that the client sends was
 * at 3 s and is at 1 s.  So a difference names a segment the way a scenario does, and a timer that
 * has moved is told once for each segment it sends.
 */
#include "expect/timing.h"

#include <string.h>

#include "expect/times.h"

/* The facts of one kind, of one party, with one name, on both sides. */
typedef struct Subject {
    TimingKind kind;
    const char *who, *what; /* of TIMING_LAST and TIMING_OVER, what may differ: "" */
    GArray *was, *is;       /* guint: their places in the tables */
} Subject;

typedef struct Holding {
    const char *name; /* of the table's file, interned */
    const TimingTable *was, *is;
    const PlanTolerance *tolerance;
    GPtrArray *subjects; /* Subject *, owned, in order of appearance */
    GHashTable *known;   /* Subject → itself */
    GArray *place_was;   /* guint, for each fact that is: its place in `was`; NONE */
    GPtrArray *results;
} Holding;

#define NONE G_MAXUINT

/* ---- Subjects ---- */

static guint subject_hash(gconstpointer key)
{
    const Subject *subject = key;

    return (g_str_hash(subject->who) * 31 + g_str_hash(subject->what)) * 31 + subject->kind;
}

static gboolean subject_equal(gconstpointer a, gconstpointer b)
{
    const Subject *one = a, *other = b;

    return one->kind == other->kind && strcmp(one->who, other->who) == 0 &&
           strcmp(one->what, other->what) == 0;
}

static void subject_free(gpointer data)
{
    Subject *subject = data;

    g_array_unref(subject->was);
    g_array_unref(subject->is);
    g_free(subject);
}

static gboolean has_one_value(TimingKind kind)
{
    return kind == TIMING_LAST || kind == TIMING_OVER;
}

static Subject *subject_of(Holding *holding, const TimingFact *fact)
{
    Subject key = {
        .kind = fact->kind, .who = fact->who, .what = has_one_value(fact->kind) ? "" : fact->what};
    Subject *known = g_hash_table_lookup(holding->known, &key);

    if (known != NULL)
        return known;
    known = g_memdup2(&key, sizeof key);
    known->was = g_array_new(FALSE, FALSE, sizeof(guint));
    known->is = g_array_new(FALSE, FALSE, sizeof(guint));
    g_hash_table_add(holding->known, known);
    g_ptr_array_add(holding->subjects, known);
    return known;
}

static void find_subjects(Holding *holding)
{
    for (guint i = 0; i < holding->was->len; i++)
        g_array_append_val(subject_of(holding, timing_fact(holding->was, i))->was, i);
    for (guint i = 0; i < holding->is->len; i++)
        g_array_append_val(subject_of(holding, timing_fact(holding->is, i))->is, i);
}

/* ---- What is said ---- */

/* "client sends SYN #2"; the number only where there are several. */
static void append_name(GString *out, const Subject *subject, guint n)
{
    gboolean has_many = MAX(subject->was->len, subject->is->len) > 1;

    if (subject->kind == TIMING_LAST)
        g_string_append_printf(out, "%s ends", subject->who);
    else if (subject->kind == TIMING_OVER)
        g_string_append(out, "the run ends");
    else
        g_string_append_printf(out, "%s %s %s", subject->who, timing_kind_name(subject->kind),
                               subject->what);
    if (has_many)
        g_string_append_printf(out, " #%u", n + 1);
}

/* "at 3 s (lost)", "CLOSED", "never" */
static char *side_text(const Subject *subject, const TimingFact *fact)
{
    GString *out = g_string_new(NULL);

    if (fact == NULL) {
        g_string_append(out, has_one_value(subject->kind) ? "nothing" : "never");
        return g_string_free(out, FALSE);
    }
    if (has_one_value(subject->kind))
        g_string_append(out, fact->what);
    if (subject->kind == TIMING_OVER)
        g_string_append_c(out, ' ');
    if (subject->kind != TIMING_LAST) {
        g_string_append(out, "at ");
        time_append(fact->t, out);
    }
    if (fact->note[0] != '\0')
        g_string_append_printf(out, " (%s)", fact->note);
    return g_string_free(out, FALSE);
}

static ExpectResult *result_new(const char *name)
{
    ExpectResult *result = g_new0(ExpectResult, 1);

    result->about = EXPECT_ABOUT_TIMING;
    result->place.file = g_intern_string(name);
    return result;
}

static void add_difference(Holding *holding, const Subject *subject, guint n, const TimingFact *was,
                           const TimingFact *is)
{
    ExpectResult *result = result_new(holding->name);
    GString *text = g_string_new(NULL);

    append_name(text, subject, n);
    result->text = g_string_free(text, FALSE);
    result->place.line = was != NULL ? was->line : 0;
    result->expected = side_text(subject, was);
    result->actual = side_text(subject, is);
    result->event = is != NULL ? is->event : 0;
    g_ptr_array_add(holding->results, result);
}

/* ---- Times, counts, states ---- */

static gboolean is_as_it_was(const Holding *holding, const TimingFact *was, const TimingFact *is)
{
    return was != NULL && is != NULL && strcmp(was->what, is->what) == 0 &&
           strcmp(was->note, is->note) == 0 && time_is_within(is->t, was->t, holding->tolerance);
}

static void hold_subject(Holding *holding, const Subject *subject)
{
    guint count = MAX(subject->was->len, subject->is->len);

    for (guint n = 0; n < count; n++) {
        guint was_at = n < subject->was->len ? g_array_index(subject->was, guint, n) : NONE;
        guint is_at = n < subject->is->len ? g_array_index(subject->is, guint, n) : NONE;
        const TimingFact *was = was_at != NONE ? timing_fact(holding->was, was_at) : NULL;
        const TimingFact *is = is_at != NONE ? timing_fact(holding->is, is_at) : NULL;

        if (!is_as_it_was(holding, was, is))
            add_difference(holding, subject, n, was, is);
        else
            g_array_index(holding->place_was, guint, is_at) = was_at;
    }
}

/* ---- Order ---- */

static void append_fact(GString *out, const TimingFact *fact)
{
    g_string_append_printf(out, "%s %s %s", fact->who, timing_kind_name(fact->kind), fact->what);
}

static char *order_text(const TimingFact *first, const TimingFact *second)
{
    GString *out = g_string_new(NULL);

    append_fact(out, first);
    g_string_append(out, ", then ");
    append_fact(out, second);
    return g_string_free(out, FALSE);
}

/* `first` was before `second`, and is behind it now. */
static void add_order(Holding *holding, guint first, guint second)
{
    const TimingFact *a = timing_fact(holding->was, first);
    const TimingFact *b = timing_fact(holding->was, second);
    ExpectResult *result = result_new(holding->name);
    GString *text = g_string_new("the order at ");

    time_append(b->t, text);
    result->text = g_string_free(text, FALSE);
    result->place.line = a->line;
    result->expected = order_text(a, b);
    result->actual = order_text(b, a);
    g_ptr_array_add(holding->results, result);
}

/* Facts whose times have moved have been told of; the others follow each other as they did, or
 * lie as near as the tolerance is wide. */
static void hold_order(Holding *holding)
{
    guint furthest = NONE;

    for (guint i = 0; i < holding->place_was->len; i++) {
        guint place = g_array_index(holding->place_was, guint, i);

        if (place == NONE)
            continue;
        if (furthest == NONE || place > furthest) {
            furthest = place;
            continue;
        }
        SimTime before = timing_fact(holding->was, place)->t;
        SimTime behind = timing_fact(holding->was, furthest)->t;
        if (before != behind && time_is_within(before, behind, holding->tolerance))
            continue;
        add_order(holding, place, furthest);
        return;
    }
}

/* ---- The whole ---- */

static void add_good(Holding *holding)
{
    ExpectResult *result = result_new(holding->name);

    result->ok = TRUE;
    result->text = g_strdup_printf("its table %s", holding->name);
    result->expected = g_strdup("the same");
    result->actual = g_strdup("the same");
    g_ptr_array_add(holding->results, result);
}

GPtrArray *expect_timing_hold(const char *name, const TimingTable *was, const TimingTable *is,
                              const PlanTolerance *tolerance)
{
    static const guint none = NONE;
    Holding holding = {.name = g_intern_string(name), .was = was, .is = is, .tolerance = tolerance};

    holding.subjects = g_ptr_array_new_with_free_func(subject_free);
    holding.known = g_hash_table_new(subject_hash, subject_equal);
    holding.place_was = g_array_sized_new(FALSE, FALSE, sizeof(guint), is->len);
    holding.results = g_ptr_array_new_with_free_func((GDestroyNotify)expect_result_free);
    for (guint i = 0; i < is->len; i++)
        g_array_append_val(holding.place_was, none);

    find_subjects(&holding);
    for (guint i = 0; i < holding.subjects->len; i++)
        hold_subject(&holding, g_ptr_array_index(holding.subjects, i));
    hold_order(&holding);
    if (holding.results->len == 0)
        add_good(&holding);
    g_hash_table_destroy(holding.known);
    g_ptr_array_unref(holding.subjects);
    g_array_unref(holding.place_was);
    return holding.results;
}

ExpectResult *expect_timing_missing(const char *name)
{
    ExpectResult *result = result_new(NULL);

    result->text = g_strdup_printf("its table %s", name);
    result->expected = g_strdup("there");
    result->actual = g_strdup("missing: 'tcpwaltz table --save' writes it");
    return result;
}
