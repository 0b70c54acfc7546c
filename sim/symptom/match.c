/* Symptoms found by what somebody typed: words, weighed by how few symptoms have them, and times. */
#include <math.h>
#include <string.h>

#include "core/time.h"
#include "symptom/symptom.h"

#define NUMBER_WEIGHT 20.0 /* a time says more than most words … */
#define PHRASE_WEIGHT 2.0  /* … each word of what people call it, word for word, much … */
#define PART_WEIGHT 0.75   /* … a word of the same stem less than the word … */
#define ENOUGH 3.2         /* … and words that a third of all have say nothing */
#define NAME_WEIGHT 1000.0 /* its name is meant as such */

/* Words that tell nothing apart. */
static const char *const ignored[] = {
    "a",    "about", "after", "all", "an",   "and",   "are",  "as",    "at",   "be",   "but", "by",
    "do",   "does",  "error", "for", "from", "get",   "gets", "got",   "has",  "have", "how", "i",
    "in",   "is",    "it",    "its", "me",   "my",    "no",   "not",   "of",   "on",   "one", "or",
    "our",  "so",    "some",  "tcp", "that", "the",   "then", "there", "they", "this", "to",  "too",
    "very", "via",   "was",   "we",  "when", "while", "why",  "with",  "you",  "your", NULL,
};

/* --- words -------------------------------------------------------------------------------- */

static void add_word(GPtrArray *words, char *word)
{
    if (g_strv_contains(ignored, word) ||
        g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
        g_free(word);
    else
        g_ptr_array_add(words, word);
}

/* Lower case, split where neither letter nor digit stands, and pairs of neighbours as one word, so that it does not matter whether
 * one writes CLOSE_WAIT, close-wait or closewait.  What is ignored parts no neighbours: "RST after FIN" has "rstfin". */
static void add_words(const char *text, GPtrArray *words)
{
    g_autofree char *lower = g_utf8_strdown(text, -1);
    g_auto(GStrv) parts = g_regex_split_simple("[^\\p{L}\\p{N}]+", lower, 0, 0);
    const char *before = NULL;

    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0' || g_strv_contains(ignored, *part))
            continue;
        if (before != NULL)
            add_word(words, g_strconcat(before, *part, NULL));
        add_word(words, g_strdup(*part));
        before = *part;
    }
}

static GPtrArray *words_of(const Symptom *symptom)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    add_words(symptom->title, words);
    add_words(symptom->name, words);
    for (guint i = 0; i < symptom->words->len; i++)
        add_words(g_ptr_array_index(symptom->words, i), words);
    return words;
}

/* "retransmitted" and "retransmission", "resets" and "reset": their beginnings are the same. */
static gboolean is_akin(const char *one, const char *other)
{
    enum { LEAST = 5 };
    gsize same = 0, longest = MAX(strlen(one), strlen(other));

    while (one[same] != '\0' && one[same] == other[same])
        same++;
    return (same >= LEAST && same * 5 >= longest * 3) ||
           (same >= 3 && same + 1 == longest && (one[same] == 's' || other[same] == 's'));
}

/* How much of the word the symptom has: 1, less for one that is akin, 0. */
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

/* --- times -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    SimTime size;
} units[] = {
    {"ns", SIM_NANOSECOND},
    {"us", SIM_MICROSECOND},
    {"ms", SIM_MILLISECOND},
    {"msec", SIM_MILLISECOND},
    {"millisecond", SIM_MILLISECOND},
    {"milliseconds", SIM_MILLISECOND},
    {"s", SIM_SECOND},
    {"sec", SIM_SECOND},
    {"secs", SIM_SECOND},
    {"second", SIM_SECOND},
    {"seconds", SIM_SECOND},
    {"m", SIM_MINUTE},
    {"min", SIM_MINUTE},
    {"mins", SIM_MINUTE},
    {"minute", SIM_MINUTE},
    {"minutes", SIM_MINUTE},
    {"h", SIM_HOUR},
    {"hr", SIM_HOUR},
    {"hour", SIM_HOUR},
    {"hours", SIM_HOUR},
};

static SimTime unit_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_ascii_strcasecmp(units[i].name, name) == 0)
            return units[i].size;
    }
    return 0;
}

static void add_time(GArray *times, SimTime time)
{
    if (time > 0)
        g_array_append_val(times, time);
}

/* Where a number may begin: not within a word (FIN_WAIT2), but behind a unit (2h11m). */
#define BEGINS "(?:(?<![\\w.-])|(?<=[0-9]h)|(?<=[0-9]m)|(?<=[0-9]min))"

/* The times in a text: "127 s", "2h11m15s", "40ms"; units that fall are one time; a number without one is seconds. */
static GArray *times_in(const char *text)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    g_autoptr(GRegex) number =
        g_regex_new(BEGINS "([0-9]{1,9}(?:\\.[0-9]{1,6})?)\\s*([a-zA-Z]*)", 0, 0, NULL);
    g_autoptr(GMatchInfo) at = NULL;
    SimTime sum = 0, smallest = 0;

    g_regex_match(number, text, 0, &at);
    for (; g_match_info_matches(at); g_match_info_next(at, NULL)) {
        g_autofree char *digits = g_match_info_fetch(at, 1), *name = g_match_info_fetch(at, 2);
        SimTime unit = unit_of(name), size = unit != 0 ? unit : SIM_SECOND;
        SimTime time = (SimTime)(g_ascii_strtod(digits, NULL) * (double)size);

        if (unit == 0 || smallest == 0 || unit >= smallest) {
            add_time(times, sum);
            sum = 0;
        }
        sum += time;
        smallest = unit;
    }
    add_time(times, sum);
    return times;
}

/* The text without its times: "2 min" has nothing to do with "2 h". */
static char *without_times(const char *text)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? "|" : "", units[i].name);
    g_autofree char *pattern = g_strdup_printf(
        BEGINS "(?:[0-9]+(?:\\.[0-9]+)?\\s*(?:%s)(?![a-z])|[0-9]+\\.[0-9]+)", names->str);
    g_autoptr(GRegex) time = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);

    return g_regex_replace_literal(time, text, -1, 0, " ", 0, NULL);
}

static gboolean is_near(SimTime time, SimTime number)
{
    return ABS(time - number) <= number / 50;
}

/* Of several times of a symptom the first is the one that it is known by; the fewer it has, the better it is known by it. */
static double weight_of_time(SimTime time, const GArray *numbers)
{
    for (guint i = 0; i < numbers->len; i++) {
        if (is_near(time, g_array_index(numbers, SimTime, i)))
            return NUMBER_WEIGHT + 1.0 / (i + 1) + 0.1 / numbers->len;
    }
    return 0;
}

static double weight_of_times(const GArray *times, const Symptom *symptom)
{
    double weight = 0;

    for (guint i = 0; i < times->len; i++)
        weight = MAX(weight, weight_of_time(g_array_index(times, SimTime, i), symptom->numbers));
    return weight;
}

/* --- phrases ------------------------------------------------------------------------------ */

/* " rst fin ": the words that count, in lower case. */
static char *plain(const char *text, guint *count)
{
    g_autofree char *lower = g_utf8_strdown(text, -1);
    g_auto(GStrv) parts = g_regex_split_simple("[^\\p{L}\\p{N}]+", lower, 0, 0);
    GString *out = g_string_new(" ");

    *count = 0;
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0' || g_strv_contains(ignored, *part))
            continue;
        g_string_append_printf(out, "%s ", *part);
        ++*count;
    }
    return g_string_free(out, FALSE);
}

/* The longest phrase of the symptom that stands in what was typed; one word alone counts if nothing else was typed. */
static double weight_of_phrases(const char *typed, const Symptom *symptom)
{
    guint count, most = 0;
    g_autofree char *whole = plain(typed, &count);

    for (guint i = 0; i < symptom->words->len; i++) {
        g_autofree char *phrase = plain(g_ptr_array_index(symptom->words, i), &count);

        if (count > most && strstr(whole, phrase) != NULL)
            most = strcmp(whole, phrase) == 0 ? MAX(count, 2) : count;
    }
    return most > 1 ? PHRASE_WEIGHT * most : 0;
}

/* --- weighing ----------------------------------------------------------------------------- */

/* What the symptoms have, each a GPtrArray of words. */
static GPtrArray *vocabularies(const GPtrArray *shelf)
{
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < shelf->len; i++)
        g_ptr_array_add(all, words_of(g_ptr_array_index(shelf, i)));
    return all;
}

/* The nearest word that any has, for one that none has. */
static char *mended(const char *word, const GPtrArray *all)
{
    g_autoptr(GPtrArray) every = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        const GPtrArray *words = g_ptr_array_index(all, i);

        for (guint j = 0; j < words->len; j++)
            g_ptr_array_add(every, g_ptr_array_index(words, j));
    }
    g_ptr_array_add(every, NULL);
    return g_strdup(nearest_word(word, (const char *const *)every->pdata));
}

static gboolean is_number(const char *word)
{
    return g_ascii_isdigit(*word);
}

/* Adds to weights[i] what the word says for the i-th symptom.  FALSE: none has it. */
static gboolean weigh(const char *word, const GPtrArray *all, double *weights)
{
    guint have = 0;

    for (guint i = 0; i < all->len; i++)
        have += part_of(word, g_ptr_array_index(all, i)) > 0;
    for (guint i = 0; have > 0 && i < all->len; i++)
        weights[i] +=
            part_of(word, g_ptr_array_index(all, i)) * log2((double)all->len / have + 0.5);
    return have > 0;
}

static void weigh_words(const char *typed, const GPtrArray *all, double *weights)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    add_words(typed, words);
    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);

        if (weigh(word, all, weights) || is_number(word) || strlen(word) < 4)
            continue;
        g_autofree char *meant = mended(word, all);

        if (meant != NULL)
            (void)weigh(meant, all, weights);
    }
}

static gint by_weight(gconstpointer a, gconstpointer b)
{
    const SymptomHit *one = a, *other = b;

    if (one->weight != other->weight)
        return one->weight > other->weight ? -1 : 1;
    return strcmp(one->symptom->name, other->symptom->name);
}

GArray *symptom_match(const GPtrArray *shelf, const char *typed, const Symptom **nearest)
{
    GArray *hits = g_array_new(FALSE, FALSE, sizeof(SymptomHit));
    g_autoptr(GPtrArray) all = vocabularies(shelf);
    /* A command line may hold anything. */
    g_autofree char *text = g_utf8_make_valid(typed, -1);
    g_autofree char *rest = without_times(text);
    g_autoptr(GArray) times = times_in(text);
    g_autofree double *weights = g_new0(double, shelf->len);

    weigh_words(rest, all, weights);
    for (guint i = 0; i < shelf->len; i++) {
        const Symptom *symptom = g_ptr_array_index(shelf, i);
        SymptomHit hit = {symptom, weights[i] + weight_of_phrases(text, symptom) +
                                       weight_of_times(times, symptom)};

        if (strcmp(symptom->name, typed) == 0)
            hit.weight += NAME_WEIGHT;
        if (hit.weight > 0)
            g_array_append_val(hits, hit);
    }
    g_array_sort(hits, by_weight);
    *nearest = hits->len > 0 ? g_array_index(hits, SymptomHit, 0).symptom : NULL;
    for (guint i = hits->len; i-- > 0;) {
        if (g_array_index(hits, SymptomHit, i).weight < ENOUGH)
            g_array_remove_index(hits, i);
    }
    return hits;
}
