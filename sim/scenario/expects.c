/* The statement `expect`: what must come out of the run.  And the same without its values, which is
 * what a question (asks.c) consists of.  The kinds are the rows of expect_kinds.h; here is what takes
 * their words. */
#include <string.h>

#include "scenario/parser.h"

/* --- between the first word and the choice ------------------------------------------------ */

typedef gboolean TakeWords(Parser *parser, Line *line, PlanExpect *expect);

static gboolean take_nothing(Parser *parser, Line *line, PlanExpect *expect)
{
    (void)parser;
    (void)line;
    (void)expect;
    return TRUE;
}

/* [first N] SEGMENT */
static gboolean take_segment(Parser *parser, Line *line, PlanExpect *expect)
{
    guint64 first = 0;

    if (line_take_if(line, "first") &&
        !line_take_number(parser, line, "how many", 1, G_MAXUINT32, &first))
        return FALSE;
    expect->first = (guint32)first;
    return line_take_class(parser, line, &expect->class);
}

static gboolean take_state(Parser *parser, Line *line, PlanExpect *expect)
{
    TcpState state;

    if (!line_take_state(parser, line, &state))
        return FALSE;
    if (expect->states == NULL)
        expect->states = g_array_new(FALSE, FALSE, sizeof(TcpState));
    g_array_append_val(expect->states, state);
    return TRUE;
}

static gboolean take_state_at(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_state(parser, line, expect) && line_expect(parser, line, "at");
}

static gboolean take_at_most(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_expect(parser, line, "at") && line_expect(parser, line, "most") &&
           line_take_number(parser, line, "a number", 0, G_MAXUINT64, &expect->count);
}

/* "at most" belongs to the number that is not there. */
static gboolean take_at_most_asked(Parser *parser, Line *line, PlanExpect *expect)
{
    (void)expect;
    return !line_take_if(line, "at") || line_expect(parser, line, "most");
}

static gboolean take_wrong(Parser *parser, Line *line, PlanExpect *expect)
{
    (void)parser;
    expect->wrong = line_take_if(line, "wrong");
    return TRUE;
}

/* --- values ------------------------------------------------------------------------------- */

static gboolean list_goes_on(const Line *line)
{
    return line_peek(line) != NULL && !line_next_is(line, "within");
}

static gboolean take_time_list(Parser *parser, Line *line, PlanExpect *expect, gboolean rising)
{
    SimTime time, before = 0;

    expect->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    do {
        const Word *word = line_peek(line);

        if (!line_take_time(parser, line, "a time", &time))
            return FALSE;
        if (rising && time < before) {
            line_error(parser, line, word, NULL,
                       "'%s' is earlier than the time before it; the list is in order of time",
                       shown(parser, word));
            return FALSE;
        }
        before = time;
        g_array_append_val(expect->times, time);
    } while (list_goes_on(line));
    return TRUE;
}

static gboolean take_times(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_time_list(parser, line, expect, FALSE);
}

static gboolean take_rising_times(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_time_list(parser, line, expect, TRUE);
}

static gboolean take_states(Parser *parser, Line *line, PlanExpect *expect)
{
    do {
        if (!take_state(parser, line, expect))
            return FALSE;
    } while (list_goes_on(line));
    return TRUE;
}

static gboolean take_numbers(Parser *parser, Line *line, PlanExpect *expect)
{
    guint64 number;

    expect->numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
    do {
        if (!line_take_number(parser, line, "a number", 0, G_MAXUINT32, &number))
            return FALSE;
        guint32 value = (guint32)number;
        g_array_append_val(expect->numbers, value);
    } while (list_goes_on(line));
    return TRUE;
}

static gboolean take_flags(Parser *parser, Line *line, PlanExpect *expect)
{
    expect->numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
    do {
        const Word *word = line_take(parser, line, "flags (S. P. FIN,ACK …)");
        guint8 flags;

        if (word == NULL || !word_flags(parser, line, word, &flags))
            return FALSE;
        guint32 value = flags;
        g_array_append_val(expect->numbers, value);
    } while (list_goes_on(line));
    return TRUE;
}

static gboolean take_number_of_times(Parser *parser, Line *line, PlanExpect *expect)
{
    if (!line_take_number(parser, line, "a number", 0, G_MAXUINT32, &expect->count))
        return FALSE;
    return (expect->count == 1 && line_take_if(line, "time")) || line_expect(parser, line, "times");
}

static gboolean take_error(Parser *parser, Line *line, TcpError *out)
{
    const Word *word = line_take(parser, line, "an error");
    const char *names[TCP_ERROR_PLAIN_COUNT] = {NULL};

    if (word == NULL)
        return FALSE;
    if (tcp_error_from_name(word->text, word->length, out) && *out != TCP_OK &&
        (int)*out < TCP_ERROR_PLAIN_COUNT)
        return TRUE;
    for (guint i = TCP_OK + 1; i < TCP_ERROR_PLAIN_COUNT; i++)
        names[i - 1] = tcp_error_name((TcpError)i);
    line_unknown(parser, line, word, "error", names);
    return FALSE;
}

static gboolean take_error_at(Parser *parser, Line *line, PlanExpect *expect)
{
    SimTime time;

    if (!take_error(parser, line, &expect->error) || !line_expect(parser, line, "at") ||
        !line_take_time(parser, line, "a time", &time))
        return FALSE;
    expect->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    g_array_append_val(expect->times, time);
    return TRUE;
}

static gboolean take_bytes(Parser *parser, Line *line, PlanExpect *expect)
{
    if (!line_take_bytes(parser, line, "a number of bytes", 0, &expect->count))
        return FALSE;
    if (!(expect->count == 1 && line_take_if(line, "byte")) && !line_expect(parser, line, "bytes"))
        return FALSE;
    return take_wrong(parser, line, expect);
}

static gboolean take_connections(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_take_number(parser, line, "a number of connections", 0, G_MAXUINT32,
                            &expect->count);
}

/* --- the table ---------------------------------------------------------------------------- */

typedef enum PartyKind { OF_CONNECTION, OF_HOST } PartyKind;

typedef struct Expectation {
    const char *word, *choice;
    PartyKind of;
    const char *form, *question, *help;
    TakeWords *take_head, *take_values, *take_asked;
} Expectation;

#define EXPECTATION_(kind, word, choice, of, before, values, behind, question, empty, help,        \
                     take_head, take_values, take_asked, check, measure)                           \
    [PLAN_EXPECT_##kind] = {word,                                                                  \
                            choice,                                                                \
                            OF_##of,                                                               \
                            before values behind,                                                  \
                            question,                                                              \
                            help,                                                                  \
                            take_##take_head,                                                      \
                            take_##take_values,                                                    \
                            take_##take_asked},

static const Expectation expectations[PLAN_EXPECT_KIND_COUNT] = {EXPECTATION_KINDS(EXPECTATION_)};

/* Kinds that share the first word stand together, and part only behind their head. */
static gboolean is_another_of(const Expectation *first, gsize i)
{
    if (i >= G_N_ELEMENTS(expectations) || strcmp(expectations[i].word, first->word) != 0)
        return FALSE;
    g_assert(expectations[i].take_head == first->take_head &&
             expectations[i].take_asked == first->take_asked);
    return TRUE;
}

static gsize place_of(const Expectation *expectation)
{
    return (gsize)(expectation - expectations);
}

/* The first of the kinds with this word. */
static const Expectation *find_expectation(Parser *parser, Line *line, const Word *word)
{
    const char *words[G_N_ELEMENTS(expectations) + 1] = {NULL};
    gsize known = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(expectations); i++) {
        if (word_is(word, expectations[i].word))
            return &expectations[i];
        if (known == 0 || strcmp(words[known - 1], expectations[i].word) != 0)
            words[known++] = expectations[i].word;
    }
    line_unknown(parser, line, word, "expectation", words);
    return NULL;
}

/* The form of each kind with this word, "expect HOST …"; of its question "HOST …". */
static void set_form(Parser *parser, Line *line, const Expectation *first, gboolean has_values)
{
    g_autoptr(GString) forms = g_string_new(NULL);

    for (gsize i = place_of(first); is_another_of(first, i); i++) {
        const char *form = has_values ? expectations[i].form : expectations[i].question;

        if (form != NULL)
            g_string_append_printf(forms, "%s%sHOST %s", forms->len > 0 ? "\n" : "",
                                   has_values ? "expect " : "", form);
    }
    line->form = line_reader_keep(parser->reader, forms->str, forms->len);
}

/* --- which of the kinds with one word ----------------------------------------------------- */

#define NUMBER_BEFORE "N "

/* "times" of "N times", which is what a question says. */
static const char *choice_asked(const Expectation *expectation)
{
    const char *choice = expectation->choice;

    return g_str_has_prefix(choice, NUMBER_BEFORE) ? choice + strlen(NUMBER_BEFORE) : choice;
}

/* "at, gaps or N times" */
static char *choices_text(const char *const *words, gsize length)
{
    GString *out = g_string_new(NULL);

    for (gsize i = 0; i < length; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? "" : i + 1 < length ? ", " : " or ", words[i]);
    return g_string_free(out, FALSE);
}

/* "at", or "at least": both words, or none. */
static gboolean take_words_if(Line *line, const char *words)
{
    const char *blank = strchr(words, ' ');

    if (blank == NULL)
        return line_take_if(line, words);
    g_autofree char *first = g_strndup(words, (gsize)(blank - words));
    guint before = line->next;

    if (line_take_if(line, first) && line_take_if(line, blank + 1))
        return TRUE;
    line->next = before;
    return FALSE;
}

/* A number belongs to the values and is left to them. */
static gboolean takes_choice(const Expectation *expectation, Line *line, gboolean has_values)
{
    const Word *word = line_peek(line);

    if (has_values && expectation->choice != choice_asked(expectation))
        return g_ascii_isdigit(word->text[0]);
    if (!has_values && expectation->question == NULL)
        return FALSE;
    return take_words_if(line, choice_asked(expectation));
}

static const Expectation *take_choice(Parser *parser, Line *line, const Expectation *first,
                                      gboolean has_values)
{
    const char *words[G_N_ELEMENTS(expectations) + 1] = {NULL};
    gsize known = 0;

    if (first->choice == NULL)
        return first;
    for (gsize i = place_of(first); is_another_of(first, i); i++) {
        if (line_peek(line) != NULL && takes_choice(&expectations[i], line, has_values))
            return &expectations[i];
        if (has_values || expectations[i].question != NULL)
            words[known++] = has_values ? expectations[i].choice : choice_asked(&expectations[i]);
    }
    g_autofree char *expected = choices_text(words, known);
    const Word *word = line_take(parser, line, expected);

    if (word != NULL)
        line_unknown(parser, line, word, "word", words);
    return NULL;
}

/* --- within ------------------------------------------------------------------------------- */

static gboolean take_tolerance(Parser *parser, Line *line, PlanTolerance *out)
{
    /* The key table knows how to read a percentage exactly. */
    static const Key percent = {.type = KEY_PROBABILITY, .most = 1000000000};
    const Word *word = line_take(parser, line, "a time or a percentage");

    if (word == NULL)
        return FALSE;
    if (word->length == 0 || word->text[word->length - 1] != '%')
        return word_time(parser, line, word, &out->within);
    if (key_set(&percent, &out->within_ppb, word->text, word->length, NULL) == KEY_OK)
        return TRUE;
    line_error(parser, line, word, "0% to 100%, with up to 7 decimals",
               "'%s' is no percentage for a tolerance", shown(parser, word));
    return FALSE;
}

static gboolean take_within(Parser *parser, Line *line, PlanExpect *expect)
{
    const Word *word = line_peek(line);

    if (!line_take_if(line, "within")) {
        expect->tolerance = parser->options->tolerance;
        return TRUE;
    }
    if (expect->times != NULL)
        return take_tolerance(parser, line, &expect->tolerance);
    line_error(parser, line, word, NULL,
               "'within' is a tolerance for times, and this expectation has none");
    return FALSE;
}

/* --- the statement, and the question ------------------------------------------------------ */

static gboolean fits_party(Parser *parser, const Line *line, const Word *party,
                           const Expectation *expectation, const PlanExpect *expect)
{
    if (expectation->of == OF_CONNECTION || expect->party.number == 0)
        return TRUE;
    line_error(parser, line, party, NULL, "'%s' is of a host: write '%s'", expectation->word,
               g_array_index(parser->plan->hosts, PlanHost, expect->party.host).name);
    return FALSE;
}

static gboolean has_question(const Expectation *first)
{
    for (gsize i = place_of(first); is_another_of(first, i); i++) {
        if (expectations[i].question != NULL)
            return TRUE;
    }
    return FALSE;
}

/* "HOST sends", of an expectation or of a question. */
static const Expectation *take_head(Parser *parser, Line *line, gboolean has_values,
                                    PlanExpect *expect)
{
    const Word *party = line_take(parser, line, "a host");

    if (party == NULL || !word_party(parser, line, party, &expect->party))
        return NULL;
    const Word *word = line_take(parser, line, "an expectation (sends, never, enters, path, …)");
    const Expectation *expectation = word != NULL ? find_expectation(parser, line, word) : NULL;

    if (expectation == NULL || !fits_party(parser, line, party, expectation, expect))
        return NULL;
    if (!has_values && !has_question(expectation)) {
        line_error(parser, line, word, "form: HOST sends SEGMENT times",
                   "'%s' has no value to ask for", expectation->word);
        return NULL;
    }
    set_form(parser, line, expectation, has_values);
    return expectation;
}

/* All that an expectation and its question have in common, up to the values. */
static const Expectation *take_kind(Parser *parser, Line *line, gboolean has_values,
                                    PlanExpect *expect)
{
    const Expectation *first = take_head(parser, line, has_values, expect);

    if (first == NULL || !(has_values ? first->take_head : first->take_asked)(parser, line, expect))
        return NULL;
    const Expectation *expectation = take_choice(parser, line, first, has_values);

    if (expectation != NULL)
        expect->kind = (PlanExpectKind)place_of(expectation);
    return expectation;
}

/* "expect always HOST …", unless that is the name of a host. */
static void take_always(Parser *parser, Line *line, PlanExpect *expect)
{
    guint ignored;

    if (!plan_find_host(parser->plan, "always", &ignored))
        expect->always = line_take_if(line, "always");
}

static gboolean take_expectation(Parser *parser, Line *line, PlanExpect *expect)
{
    take_always(parser, line, expect);
    const Expectation *expectation = take_kind(parser, line, TRUE, expect);

    return expectation != NULL && expectation->take_values(parser, line, expect) &&
           take_within(parser, line, expect) && line_done(parser, line);
}

void parse_expect(Parser *parser, Line *line)
{
    PlanExpect expect = {.place = line_place(line, line_word(line, 0))};

    if (take_expectation(parser, line, &expect)) {
        expect.text = line_text_from(line, 0);
        g_array_append_val(parser->plan->expects, expect);
        return;
    }
    g_clear_pointer(&expect.times, g_array_unref);
    g_clear_pointer(&expect.states, g_array_unref);
    g_clear_pointer(&expect.numbers, g_array_unref);
}

gboolean parse_question(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_kind(parser, line, FALSE, expect) != NULL;
}

gboolean question_help(gsize i, HelpRow *out)
{
    for (gsize row = 0; row < G_N_ELEMENTS(expectations); row++) {
        if (expectations[row].question != NULL && i-- == 0) {
            *out = (HelpRow){expectations[row].question, NULL};
            return TRUE;
        }
    }
    return FALSE;
}

gboolean expectation_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(expectations))
        return FALSE;
    *out = (HelpRow){expectations[i].form, expectations[i].help};
    return TRUE;
}
