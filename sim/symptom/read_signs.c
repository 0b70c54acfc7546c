/* `sign` and `or`: what a connection shows that has the symptom, in the words of the language. */
#include "symptom/read_signs.h"

#include <string.h>

#include "symptom/signs.h"

gboolean symptom_signs_say(const GPtrArray *all)
{
    const SymptomSigns *last = all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;

    return last != NULL && last->expects->expects->len + last->sequences->len > 0;
}

/* A word behind a segment: a fact, or a range of something. */
typedef enum RangeKind { RANGE_NONE, RANGE_TIME, RANGE_NUMBER } RangeKind;

typedef struct Qualifier {
    const char *word;
    guint facts;
    RangeKind kind;
    gsize range; /* where in SignStep */
    gsize flag;  /* where in SignStep a gboolean is; 0: none */
} Qualifier;

static const Qualifier qualifiers[] = {
    {"again", FACT_AGAIN, RANGE_NONE, 0, 0},
    {"new", FACT_NEW, RANGE_NONE, 0, 0},
    {"doubled", FACT_DOUBLED, RANGE_NONE, 0, 0},
    {"keepalive", FACT_KEEPALIVE, RANGE_NONE, 0, 0},
    {"probe", FACT_PROBE, RANGE_NONE, 0, 0},
    {"closed", FACT_CLOSED, RANGE_NONE, 0, 0},
    {"duplicate", FACT_DUPLICATE, RANGE_NONE, 0, 0},
    {"full", FACT_FULL, RANGE_NONE, 0, 0},
    {"small", FACT_SMALL, RANGE_NONE, 0, 0},
    {"unanswered", FACT_UNANSWERED, RANGE_NONE, 0, 0},
    {"last", FACT_LAST, RANGE_NONE, 0, 0},
    {"bare", FACT_BARE, RANGE_NONE, 0, 0},
    {"acking", FACT_ACKING, RANGE_NONE, 0, 0},
    {"same", 0, RANGE_NONE, 0, offsetof(SignStep, is_same)},
    {"next", 0, RANGE_NONE, 0, offsetof(SignStep, is_next)},
    {"after", 0, RANGE_TIME, offsetof(SignStep, after), 0},
    {"idle", 0, RANGE_TIME, offsetof(SignStep, idle), 0},
    {"len", 0, RANGE_NUMBER, offsetof(SignStep, length), 0},
    {"flight", 0, RANGE_NUMBER, offsetof(SignStep, flight), 0},
    {"sent", 0, RANGE_NUMBER, offsetof(SignStep, repeats), 0},
};

/* An end of a range. */
static gboolean read_end(Parser *parser, const Line *line, const Word *word, RangeKind kind,
                         gint64 *out)
{
    guint64 number;

    if (kind == RANGE_TIME)
        return word_time(parser, line, word, out);
    if (!word_number(parser, line, word, 0, G_MAXUINT32, &number))
        return FALSE;
    *out = (gint64)number;
    return TRUE;
}

/* "190ms..450ms", "10..", "0" */
static gboolean take_range(Parser *parser, Line *line, RangeKind kind, SignRange *out)
{
    const Word *word = line_take(parser, line, kind == RANGE_TIME ? "TIME..TIME" : "N..N");
    const char *dots = word != NULL ? strstr(word->text, "..") : NULL;

    if (word == NULL)
        return FALSE;
    if (dots == NULL) {
        gboolean good = read_end(parser, line, word, kind, &out->least);

        out->most = out->least;
        return good;
    }
    gsize before = (gsize)(dots - word->text), behind = word->length - before - 2;
    Word least = word_part(parser, word, 0, before);
    Word most = word_part(parser, word, before + 2, behind);

    if (!read_end(parser, line, &least, kind, &out->least) ||
        (behind > 0 && !read_end(parser, line, &most, kind, &out->most)))
        return FALSE;
    if (out->most >= out->least)
        return TRUE;
    line_error(parser, line, word, NULL, "the range '%s' ends before it begins",
               shown(parser, word));
    return FALSE;
}

static const Qualifier *find_qualifier(const Word *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(qualifiers); i++) {
        if (word_is(word, qualifiers[i].word))
            return &qualifiers[i];
    }
    return NULL;
}

static void unknown_qualifier(Parser *parser, const Line *line, const Word *word)
{
    const char *words[G_N_ELEMENTS(qualifiers) + 2] = {"then"};

    for (gsize i = 0; i < G_N_ELEMENTS(qualifiers); i++)
        words[i + 1] = qualifiers[i].word;
    line_unknown(parser, line, word, "word of a segment", words);
}

static gboolean take_qualifier(Parser *parser, Line *line, gboolean is_first, SignStep *step)
{
    const Word *word = line_take(parser, line, "a word");
    const Qualifier *qualifier = find_qualifier(word);

    if (qualifier == NULL) {
        unknown_qualifier(parser, line, word);
        return FALSE;
    }
    gboolean looks_back = qualifier->flag != 0 || strcmp(qualifier->word, "after") == 0;

    if (is_first && looks_back) {
        line_error(parser, line, word, NULL, "'%s' is about the segment before: there is none",
                   qualifier->word);
        return FALSE;
    }
    step->facts |= qualifier->facts;
    if (qualifier->flag != 0)
        *(gboolean *)(gpointer)((char *)step + qualifier->flag) = TRUE;
    return qualifier->kind == RANGE_NONE ||
           take_range(parser, line, qualifier->kind,
                      (SignRange *)(gpointer)((char *)step + qualifier->range));
}

/* "A FIN again": up to `then` or the end. */
static gboolean take_step(Parser *parser, Line *line, GArray *steps)
{
    SignStep step = sign_step_new();

    if (!line_take_host(parser, line, "A or B", &step.party) ||
        !line_take_class(parser, line, &step.class))
        return FALSE;
    while (line_peek(line) != NULL && !line_next_is(line, "then")) {
        if (!take_qualifier(parser, line, steps->len == 0, &step))
            return FALSE;
    }
    g_array_append_val(steps, step);
    return TRUE;
}

static void take_sequence(Parser *parser, Line *line, SymptomSigns *signs)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(SignStep));

    do {
        if (!take_step(parser, line, steps))
            return;
    } while (line_take_if(line, "then"));
    g_ptr_array_add(signs->sequences, g_steal_pointer(&steps));
}

/* What the wire tells: all that an expectation here may speak of. */
static gboolean is_of_the_wire(const Line *line)
{
    const Word *word = line->words->len > 2 ? line_word(line, 2) : NULL;

    return word != NULL && (word_is(word, "sends") || word_is(word, "never"));
}

void symptom_signs_parse(Parser *parser, Line *line, GPtrArray *all)
{
    if (all->len == 0)
        g_ptr_array_add(all, symptom_signs_new());
    SymptomSigns *signs = g_ptr_array_index(all, all->len - 1);

    parser->plan = signs->expects;
    if (is_of_the_wire(line))
        parse_expect(parser, line);
    else
        take_sequence(parser, line, signs);
    parser->plan = NULL;
}

void symptom_signs_parse_or(Parser *parser, Line *line, GPtrArray *all)
{
    if (!line_done(parser, line))
        return;
    if (!symptom_signs_say(all))
        line_error(parser, line, line_word(line, 0), "form: sign …", "'or' stands between signs");
    else
        g_ptr_array_add(all, symptom_signs_new());
}
