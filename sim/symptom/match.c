/* Symptoms found by what somebody typed: phrases, weighed by how few symptoms have their words, and times. */
#include <math.h>
#include <string.h>

#include "symptom/signs.h"
#include "symptom/symptom.h"
#include "symptom/typed.h"

#define TIME_WEIGHT 14.0   /* a time says more than most words … */
#define BARE_WEIGHT 5.0    /* … a number without a unit less: it may count something else … */
#define WAIT_WEIGHT 5.0    /* … each wait of a series like such a number … */
#define PHRASE_WEIGHT 1.0  /* … the best of its phrases counts whole … */
#define REST_WEIGHT 0.3    /* … other words that it has, a little … */
#define PART_WEIGHT 0.75   /* … a word of the same stem less than the word … */
#define ENOUGH 2.6         /* … and words that a third of all have say nothing */
#define NAME_WEIGHT 1000.0 /* its name is meant as such */

/* What a symptom is called: its phrases, each a GPtrArray of words, and all of their words, each once. */
typedef struct Vocabulary {
    GPtrArray *phrases;
    GPtrArray *words;
    GHashTable *known; /* the same words, to look them up */
} Vocabulary;

static void vocabulary_free(gpointer data)
{
    Vocabulary *vocabulary = data;

    g_ptr_array_unref(vocabulary->phrases);
    g_ptr_array_unref(vocabulary->words);
    g_hash_table_unref(vocabulary->known);
    g_free(vocabulary);
}

static void add_phrase(Vocabulary *vocabulary, const char *text)
{
    GPtrArray *phrase = typed_words(text);

    for (guint i = 0; i < phrase->len; i++) {
        gpointer word = g_ptr_array_index(phrase, i);

        if (g_hash_table_contains(vocabulary->known, word))
            continue;
        g_hash_table_add(vocabulary->known, word);
        g_ptr_array_add(vocabulary->words, word);
    }
    g_ptr_array_add(vocabulary->phrases, phrase);
}

static Vocabulary *vocabulary_of(const Symptom *symptom)
{
    Vocabulary *vocabulary = g_new(Vocabulary, 1);

    vocabulary->phrases = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    vocabulary->words = g_ptr_array_new();
    vocabulary->known = g_hash_table_new(g_str_hash, g_str_equal);
    add_phrase(vocabulary, symptom->title);
    add_phrase(vocabulary, symptom->name);
    for (guint i = 0; i < symptom->words->len; i++)
        add_phrase(vocabulary, g_ptr_array_index(symptom->words, i));
    for (guint i = 0; i < symptom->wire->len; i++)
        add_phrase(vocabulary, g_ptr_array_index(symptom->wire, i));
    for (guint i = 0; i < symptom->causes->len; i++)
        add_phrase(vocabulary, ((const SymptomCause *)g_ptr_array_index(symptom->causes, i))->text);
    return vocabulary;
}

/* --- words -------------------------------------------------------------------------------- */

/* "retransmitted" and "retransmission", "resets" and "reset": their beginnings are the same. */
static gboolean is_akin(const char *one, const char *other)
{
    enum { LEAST = 5 };
    gsize same = 0;

    while (one[same] != '\0' && one[same] == other[same])
        same++;
    if (same < 3)
        return FALSE;
    gsize longest = MAX(strlen(one), strlen(other));
    return (same >= LEAST && same * 5 >= longest * 3) ||
           (same + 1 == longest && (one[same] == 's' || other[same] == 's'));
}

/* How much of the word is there: 1, less for one that is akin, 0. */
static double part_of(const char *word, const GPtrArray *words)
{
    double part = 0;

    for (guint i = 0; i < words->len; i++) {
        const char *other = g_ptr_array_index(words, i);

        if (strcmp(word, other) == 0)
            return 1;
        if (is_akin(word, other))
            part = PART_WEIGHT;
    }
    return part;
}

/* A shelf and what was typed. */
typedef struct Matching {
    const GPtrArray *shelf;
    GPtrArray *all;          /* Vocabulary *, of each symptom */
    GHashTable *information; /* of a word: double *, more the fewer symptoms have it */
    GPtrArray *words;        /* that were typed */
    GArray *times;
} Matching;

static const Vocabulary *vocabulary_at(const Matching *matching, guint i)
{
    return g_ptr_array_index(matching->all, i);
}

/* 0: no symptom has the word. */
static double information_of(const Matching *matching, const char *word)
{
    const double *known = g_hash_table_lookup(matching->information, word);
    guint have = 0;

    if (known != NULL)
        return *known;
    for (guint i = 0; i < matching->all->len; i++)
        have += part_of(word, vocabulary_at(matching, i)->words) > 0;
    double information = have > 0 ? log2((double)matching->all->len / have + 0.5) : 0;

    g_hash_table_insert(matching->information, g_strdup(word),
                        g_memdup2(&information, sizeof information));
    return information;
}

/* What those of the words say that were typed, or with `typed` NULL all of them. */
static double said(const Matching *matching, const GPtrArray *words, const GPtrArray *phrase)
{
    double sum = 0;

    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);

        sum += (phrase != NULL ? part_of(word, phrase) : 1) * information_of(matching, word);
    }
    return sum;
}

/* A phrase says the more, the more of it was typed. */
static double weight_of_phrase(const Matching *matching, const GPtrArray *phrase)
{
    double typed = said(matching, matching->words, phrase);

    return typed > 0 ? typed * MIN(typed / said(matching, phrase, NULL), 1) : 0;
}

static double weight_of_words(const Matching *matching, const Vocabulary *vocabulary)
{
    double best = 0;

    for (guint i = 0; i < vocabulary->phrases->len; i++)
        best = MAX(best, weight_of_phrase(matching, g_ptr_array_index(vocabulary->phrases, i)));
    return PHRASE_WEIGHT * best + REST_WEIGHT * said(matching, matching->words, vocabulary->words);
}

/* The nearest word that any has, for one that none has. */
static char *mended(const Matching *matching, const char *word)
{
    g_autoptr(GPtrArray) every = g_ptr_array_new();

    for (guint i = 0; i < matching->all->len; i++) {
        const GPtrArray *words = vocabulary_at(matching, i)->words;

        for (guint j = 0; j < words->len; j++)
            g_ptr_array_add(every, g_ptr_array_index(words, j));
    }
    g_ptr_array_add(every, NULL);
    return g_strdup(nearest_word(word, (const char *const *)every->pdata));
}

static void mend_words(const Matching *matching)
{
    enum { SHORTEST = 4 };

    for (guint i = 0; i < matching->words->len; i++) {
        char *word = g_ptr_array_index(matching->words, i);

        if (strlen(word) < SHORTEST || g_ascii_isdigit(*word) || information_of(matching, word) > 0)
            continue;
        char *meant = mended(matching, word);

        if (meant == NULL)
            continue;
        g_ptr_array_index(matching->words, i) = meant;
        g_free(word);
    }
}

/* --- times -------------------------------------------------------------------------------- */

static gboolean is_near(SimTime time, SimTime number)
{
    return ABS(time - number) <= number / 50;
}

/* Of several times of a symptom the first is the one that it is known by; the fewer it has, the better it is known by it. */
static double weight_of_time(const TypedTime *typed, const GArray *numbers)
{
    for (guint i = 0; i < numbers->len; i++) {
        if (is_near(typed->time, g_array_index(numbers, SimTime, i)))
            return (typed->has_unit ? TIME_WEIGHT : BARE_WEIGHT) + 1.0 / (i + 1) +
                   0.1 / numbers->len;
    }
    return 0;
}

/* The waits that it is known by stand in its signs. */
static double weight_of_series(const GArray *times, const Symptom *symptom)
{
    guint most = 0;

    for (guint i = 0; i < symptom->signs->len; i++) {
        const SymptomSigns *signs = g_ptr_array_index(symptom->signs, i);

        for (guint j = 0; j < signs->expects->expects->len; j++) {
            const PlanExpect *expect = &g_array_index(signs->expects->expects, PlanExpect, j);

            if (expect->kind == PLAN_EXPECT_SENDS_GAPS)
                most = MAX(most, typed_series(times, expect->times));
        }
    }
    return WAIT_WEIGHT * most;
}

static double weight_of_times(const GArray *times, const Symptom *symptom)
{
    double weight = weight_of_series(times, symptom);

    for (guint i = 0; i < times->len; i++)
        weight = MAX(weight, weight_of_time(&g_array_index(times, TypedTime, i), symptom->numbers));
    return weight;
}

/* --- matching ----------------------------------------------------------------------------- */

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const SymptomHit *one = a, *other = b;

    if (one->weight != other->weight)
        return one->weight > other->weight ? -1 : 1;
    return strcmp(one->symptom->name, other->symptom->name);
}

static void matching_init(Matching *matching, const GPtrArray *shelf, const char *typed)
{
    /* A command line may hold anything. */
    g_autofree char *text = typed_clean(typed);
    g_autofree char *rest = typed_without_times(text);

    matching->shelf = shelf;
    matching->all = g_ptr_array_new_with_free_func(vocabulary_free);
    matching->information = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    matching->words = typed_words(rest);
    matching->times = typed_times(text);
    for (guint i = 0; i < shelf->len; i++)
        g_ptr_array_add(matching->all, vocabulary_of(g_ptr_array_index(shelf, i)));
    mend_words(matching);
}

static void matching_clear(Matching *matching)
{
    g_ptr_array_unref(matching->all);
    g_hash_table_unref(matching->information);
    g_ptr_array_unref(matching->words);
    g_array_unref(matching->times);
}

static SymptomHit hit_of(const Matching *matching, guint i, const char *typed)
{
    const Symptom *symptom = g_ptr_array_index(matching->shelf, i);
    double weight = weight_of_words(matching, vocabulary_at(matching, i)) +
                    weight_of_times(matching->times, symptom);

    return (SymptomHit){symptom, weight + (strcmp(symptom->name, typed) == 0 ? NAME_WEIGHT : 0)};
}

GArray *symptom_match(const GPtrArray *shelf, const char *typed, const Symptom **nearest)
{
    GArray *hits = g_array_new(FALSE, FALSE, sizeof(SymptomHit));
    Matching matching;

    matching_init(&matching, shelf, typed);
    for (guint i = 0; i < shelf->len; i++) {
        SymptomHit hit = hit_of(&matching, i, typed);

        if (hit.weight > 0)
            g_array_append_val(hits, hit);
    }
    matching_clear(&matching);
    g_array_sort(hits, by_weight);
    *nearest = hits->len > 0 ? g_array_index(hits, SymptomHit, 0).symptom : NULL;
    for (guint i = hits->len; i-- > 0;) {
        if (g_array_index(hits, SymptomHit, i).weight < ENOUGH)
            g_array_remove_index(hits, i);
    }
    return hits;
}
