/* Words and times of a text that a person wrote. */
#include "symptom/typed.h"

#include <string.h>

/* --- words -------------------------------------------------------------------------------- */

/* Words that tell nothing apart. */
static const char *const ignored[] = {
    "a",       "about", "after", "all",  "an",    "and",   "are",  "as",   "at",   "be",
    "between", "but",   "by",    "do",   "does",  "error", "for",  "from", "get",  "gets",
    "got",     "has",   "have",  "how",  "i",     "in",    "is",   "it",   "its",  "me",
    "my",      "no",    "not",   "of",   "on",    "one",   "or",   "our",  "so",   "some",
    "tcp",     "that",  "the",   "then", "there", "they",  "this", "to",   "too",  "very",
    "via",     "was",   "we",    "when", "while", "why",   "with", "you",  "your", NULL,
};

static void add_word(GPtrArray *words, char *word)
{
    if (g_strv_contains(ignored, word) ||
        g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
        g_free(word);
    else
        g_ptr_array_add(words, word);
}

static gboolean is_number(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

GPtrArray *typed_words(const char *text)
{
    enum { DIGITS_FEW = 2 };
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts =
        g_regex_split_simple("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})", text, 0, 0);
    g_autofree char *before = NULL;

    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *word = g_utf8_strdown(*part, -1);

        if (*word == '\0' || g_strv_contains(ignored, word))
            continue;
        if (before != NULL && !(is_number(before) && is_number(word)))
            add_word(words, g_strconcat(before, word, NULL));
        if (!is_number(word) || strlen(word) > DIGITS_FEW)
            add_word(words, g_strdup(word));
        g_free(before);
        before = g_steal_pointer(&word);
    }
    return words;
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

/* Where a number may begin: not within a word, an address or brackets, but behind a unit (2h11m); and a number with its end. */
#define BEGINS "(?:(?<![\\w.:/(-])|(?<=[0-9]h)|(?<=[0-9]m)|(?<=[0-9]min))"
#define NUMBER "[0-9]{1,9}(?:\\.[0-9]{1,6})?(?![0-9.:]*[.:][0-9])"

static SimTime unit_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_ascii_strcasecmp(units[i].name, name) == 0)
            return units[i].size;
    }
    return 0;
}

GArray *typed_times(const char *text)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(TypedTime));
    g_autoptr(GRegex) number = g_regex_new(BEGINS "(" NUMBER ")\\s*([a-zA-Z]*)", 0, 0, NULL);
    g_autoptr(GMatchInfo) at = NULL;
    SimTime before = 0; /* the unit of the number before, if this one may belong to it */

    g_regex_match(number, text, 0, &at);
    for (; g_match_info_matches(at); g_match_info_next(at, NULL)) {
        g_autofree char *digits = g_match_info_fetch(at, 1), *name = g_match_info_fetch(at, 2);
        SimTime unit = unit_of(name), size = unit != 0 ? unit : SIM_SECOND;
        TypedTime time = {(SimTime)(g_ascii_strtod(digits, NULL) * (double)size), unit != 0};

        if (unit != 0 && unit < before)
            g_array_index(times, TypedTime, times->len - 1).time += time.time;
        else
            g_array_append_val(times, time);
        before = unit;
    }
    return times;
}

char *typed_without_times(const char *text)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? "|" : "", units[i].name);
    g_autofree char *pattern =
        g_strdup_printf(BEGINS "(?:" NUMBER "\\s*(?:%s)(?![a-z])|[0-9]+\\.[0-9]+)", names->str);
    g_autoptr(GRegex) time = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);

    return g_regex_replace_literal(time, text, -1, 0, " ", 0, NULL);
}

char *typed_clean(const char *text)
{
    static const char *const names[] = {"one", "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine", "ten"};
    char *out = g_utf8_make_valid(text, -1);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *pattern =
            g_strdup_printf("\\b%s(?=[ -](?:(?:milli)?seconds?|minutes?|hours?)\\b)", names[i]);
        g_autofree char *digits = g_strdup_printf("%" G_GSIZE_FORMAT, i + 1);
        g_autofree char *before = out;
        g_autoptr(GRegex) name = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);

        out = g_regex_replace_literal(name, before, -1, 0, digits, 0, NULL);
    }
    return out;
}

/* --- series ------------------------------------------------------------------------------- */

/* The i-th wait of the times: as they stand, or from each to the next. */
static SimTime wait_of(const GArray *times, gboolean are_moments, guint i)
{
    SimTime time = g_array_index(times, TypedTime, i).time;

    return are_moments ? g_array_index(times, TypedTime, i + 1).time - time : time;
}

static guint agreeing(const GArray *times, gboolean are_moments, const GArray *gaps)
{
    guint count = MIN(times->len - (are_moments ? 1 : 0), gaps->len);

    for (guint i = 0; i < count; i++) {
        SimTime gap = g_array_index(gaps, SimTime, i), wait = wait_of(times, are_moments, i);

        if (ABS(wait - gap) > gap / 100 * 7)
            return 0;
    }
    return count;
}

guint typed_series(const GArray *times, const GArray *gaps)
{
    enum { FEWEST = 3 };

    if (times->len < FEWEST)
        return 0;
    return MAX(agreeing(times, FALSE, gaps), agreeing(times, TRUE, gaps));
}
