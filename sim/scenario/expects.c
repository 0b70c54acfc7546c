/* The statement `expect`: what must come out of the run.  And the same without its values, which is
 * what a question (asks.c) consists of. */
#include <string.h>

#include "scenario/parser.h"

/* --- lists -------------------------------------------------------------------------------- */

static gboolean list_goes_on(const Line *line)
{
    return line_peek(line) != NULL && !line_next_is(line, "within");
}

static gboolean take_times(Parser *parser, Line *line, PlanExpect *expect, gboolean rising)
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

static gboolean take_at_times(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_expect(parser, line, "at") && take_times(parser, line, expect, TRUE);
}

static gboolean take_states(Parser *parser, Line *line, PlanExpect *expect, gboolean several)
{
    TcpState state;

    expect->states = g_array_new(FALSE, FALSE, sizeof(TcpState));
    do {
        if (!line_take_state(parser, line, &state))
            return FALSE;
        g_array_append_val(expect->states, state);
    } while (several && list_goes_on(line));
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

/* --- sends -------------------------------------------------------------------------------- */

static gboolean take_gaps(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_times(parser, line, expect, FALSE);
}

static gboolean take_at(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_times(parser, line, expect, TRUE);
}

/* What may stand behind `sends SEGMENT`, besides "N times". */
static const struct {
    const char *word;
    PlanExpectKind kind;
    gboolean (*take)(Parser *parser, Line *line, PlanExpect *expect);
} sends_forms[] = {
    {"at", PLAN_EXPECT_SENDS_AT, take_at},        {"gaps", PLAN_EXPECT_SENDS_GAPS, take_gaps},
    {"seq", PLAN_EXPECT_SENDS_SEQ, take_numbers}, {"ack", PLAN_EXPECT_SENDS_ACK, take_numbers},
    {"len", PLAN_EXPECT_SENDS_LEN, take_numbers},
};

static void unknown_sends_form(Parser *parser, Line *line, const Word *word, const char *times)
{
    const char *words[G_N_ELEMENTS(sends_forms) + 2] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(sends_forms); i++)
        words[i] = sends_forms[i].word;
    words[G_N_ELEMENTS(sends_forms)] = times;
    line_unknown(parser, line, word, "word", words);
}

/* N times */
static gboolean take_count(Parser *parser, Line *line, const Word *number, PlanExpect *expect)
{
    expect->kind = PLAN_EXPECT_SENDS_TIMES;
    if (!word_number(parser, line, number, 0, G_MAXUINT32, &expect->count))
        return FALSE;
    return (expect->count == 1 && line_take_if(line, "time")) || line_expect(parser, line, "times");
}

static gboolean parse_sends(Parser *parser, Line *line, PlanExpect *expect)
{
    if (!line_take_class(parser, line, &expect->class))
        return FALSE;
    const Word *word = line_take(parser, line, "at, gaps, seq, ack, len or a number of times");

    if (word == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(sends_forms); i++) {
        if (!word_is(word, sends_forms[i].word))
            continue;
        expect->kind = sends_forms[i].kind;
        return sends_forms[i].take(parser, line, expect);
    }
    if (g_ascii_isdigit(word->text[0]))
        return take_count(parser, line, word, expect);
    unknown_sends_form(parser, line, word, "N times");
    return FALSE;
}

static gboolean parse_never(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_expect(parser, line, "sends") && line_take_class(parser, line, &expect->class);
}

/* --- the others --------------------------------------------------------------------------- */

static gboolean parse_enters(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_states(parser, line, expect, FALSE) && take_at_times(parser, line, expect);
}

static gboolean parse_path(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_states(parser, line, expect, TRUE);
}

static gboolean parse_ends(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_states(parser, line, expect, FALSE);
}

static gboolean take_error(Parser *parser, Line *line, TcpError *out)
{
    const Word *word = line_take(parser, line, "an error");
    const char *names[TCP_ERROR_COUNT] = {NULL};

    if (word == NULL)
        return FALSE;
    if (tcp_error_from_name(word->text, word->length, out) && *out != TCP_OK)
        return TRUE;
    for (guint i = TCP_OK + 1; i < TCP_ERROR_COUNT; i++)
        names[i - 1] = tcp_error_name((TcpError)i);
    line_unknown(parser, line, word, "error", names);
    return FALSE;
}

static gboolean parse_error(Parser *parser, Line *line, PlanExpect *expect)
{
    SimTime time;

    if (!take_error(parser, line, &expect->error) || !line_expect(parser, line, "at") ||
        !line_take_time(parser, line, "a time", &time))
        return FALSE;
    expect->times = g_array_new(FALSE, FALSE, sizeof(SimTime));
    g_array_append_val(expect->times, time);
    return TRUE;
}

static gboolean parse_delivers(Parser *parser, Line *line, PlanExpect *expect)
{
    if (!line_take_bytes(parser, line, "a number of bytes", 0, &expect->count))
        return FALSE;
    if (!(expect->count == 1 && line_take_if(line, "byte")) && !line_expect(parser, line, "bytes"))
        return FALSE;
    expect->wrong = line_take_if(line, "wrong");
    return TRUE;
}

static gboolean parse_accepts(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_take_number(parser, line, "a number of connections", 0, G_MAXUINT32,
                            &expect->count);
}

/* What a host can hold. */
static const struct {
    const char *word;
    PlanExpectKind kind;
} holdings[] = {{"half-open", PLAN_EXPECT_HOLDS_HALF_OPEN}, {"bytes", PLAN_EXPECT_HOLDS_BYTES}};

static gboolean take_holding(Parser *parser, Line *line, PlanExpect *expect)
{
    const char *words[G_N_ELEMENTS(holdings) + 1] = {NULL};
    const Word *word = line_take(parser, line, "half-open or bytes");

    if (word == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(holdings); i++) {
        words[i] = holdings[i].word;
        expect->kind = holdings[i].kind;
        if (word_is(word, holdings[i].word))
            return TRUE;
    }
    line_unknown(parser, line, word, "word", words);
    return FALSE;
}

static gboolean parse_holds(Parser *parser, Line *line, PlanExpect *expect)
{
    return line_expect(parser, line, "at") && line_expect(parser, line, "most") &&
           line_take_number(parser, line, "a number", 0, G_MAXUINT64, &expect->count) &&
           take_holding(parser, line, expect);
}

/* --- questions ---------------------------------------------------------------------------- */

static gboolean ask_sends(Parser *parser, Line *line, PlanExpect *expect)
{
    if (!line_take_class(parser, line, &expect->class))
        return FALSE;
    const Word *word = line_take(parser, line, "at, gaps, seq, ack, len or times");

    if (word == NULL)
        return FALSE;
    expect->kind = PLAN_EXPECT_SENDS_TIMES;
    if (word_is(word, "times"))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(sends_forms); i++) {
        expect->kind = sends_forms[i].kind;
        if (word_is(word, sends_forms[i].word))
            return TRUE;
    }
    unknown_sends_form(parser, line, word, "times");
    return FALSE;
}

/* "at most" belongs to the number that is not there. */
static gboolean ask_holds(Parser *parser, Line *line, PlanExpect *expect)
{
    return (!line_take_if(line, "at") || line_expect(parser, line, "most")) &&
           take_holding(parser, line, expect);
}

static gboolean ask_enters(Parser *parser, Line *line, PlanExpect *expect)
{
    return take_states(parser, line, expect, FALSE) && line_expect(parser, line, "at");
}

static gboolean ask_delivers(Parser *parser, Line *line, PlanExpect *expect)
{
    (void)parser;
    expect->wrong = line_take_if(line, "wrong");
    return TRUE;
}

/* Nothing more is to be said. */
static gboolean ask_no_more(Parser *parser, Line *line, PlanExpect *expect)
{
    (void)parser;
    (void)line;
    (void)expect;
    return TRUE;
}

/* --- the table ---------------------------------------------------------------------------- */

typedef struct Expectation {
    const char *word;
    const char *forms; /* '\n' between them */
    const char *help;
    PlanExpectKind kind; /* of `sends`, the words behind it decide */
    gboolean of_host;    /* HOST.N makes no sense */
    gboolean (*parse)(Parser *parser, Line *line, PlanExpect *expect);
    const char *questions; /* their forms, '\n' between them; NULL: it has no value to ask for */
    gboolean (*ask)(Parser *parser, Line *line, PlanExpect *expect);
} Expectation;

/* clang-format off */
static const Expectation expectations[] = {
    {"sends",
     "sends SEGMENT at TIME …\nsends SEGMENT gaps TIME …\nsends SEGMENT seq N …\n"
     "sends SEGMENT ack N …\nsends SEGMENT len N …\nsends SEGMENT N times",
     "every such segment of the whole run, lost ones too: when, how far apart, with which relative "
     "numbers, how many",
     PLAN_EXPECT_SENDS_AT, FALSE, parse_sends,
     "sends SEGMENT at [#N]\nsends SEGMENT gaps [#N]\nsends SEGMENT seq [#N]\n"
     "sends SEGMENT ack [#N]\nsends SEGMENT len [#N]\nsends SEGMENT times", ask_sends},
    {"never", "never sends SEGMENT",
     "not one", PLAN_EXPECT_NEVER_SENDS, FALSE, parse_never, NULL, NULL},
    {"enters", "enters STATE at TIME …",
     "every time that a connection enters the state", PLAN_EXPECT_ENTERS, FALSE, parse_enters,
     "enters STATE at [#N]", ask_enters},
    {"path", "path STATE …",
     "all states from the first (CLOSED, or LISTEN) to the last", PLAN_EXPECT_PATH, FALSE,
     parse_path, "path [#N]", ask_no_more},
    {"ends", "ends STATE",
     "the last state of the newest connection", PLAN_EXPECT_ENDS, FALSE, parse_ends,
     "ends", ask_no_more},
    {"error", "error ECODE at TIME",
     "what the application is told, and when", PLAN_EXPECT_ERROR, FALSE, parse_error,
     "error [#N]", ask_no_more},
    {"delivers", "delivers N bytes [wrong]",
     "what the application reads; wrong: how much of it was never sent so", PLAN_EXPECT_DELIVERS,
     FALSE, parse_delivers, "delivers [wrong]", ask_delivers},
    {"accepts", "accepts N",
     "connections that the listener hands to its application", PLAN_EXPECT_ACCEPTS, TRUE,
     parse_accepts, "accepts", ask_no_more},
    {"holds", "holds at most N half-open\nholds at most N bytes",
     "connections half-open, or bytes for all connections, that the host ever holds at once",
     PLAN_EXPECT_HOLDS_HALF_OPEN, TRUE, parse_holds, "holds half-open\nholds bytes", ask_holds},
};
/* clang-format on */

static const Expectation *find_expectation(Parser *parser, Line *line, const Word *word)
{
    const char *words[G_N_ELEMENTS(expectations) + 1] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(expectations); i++) {
        if (word_is(word, expectations[i].word))
            return &expectations[i];
        words[i] = expectations[i].word;
    }
    line_unknown(parser, line, word, "expectation", words);
    return NULL;
}

/* "expect HOST …" before each of the forms; before a question "HOST …". */
static void set_form(Parser *parser, Line *line, const char *before, const char *forms)
{
    g_auto(GStrv) each = g_strsplit(forms, "\n", -1);
    g_autofree char *between = g_strconcat("\n", before, NULL);
    g_autofree char *joined = g_strjoinv(between, each);
    g_autofree char *form = g_strconcat(before, joined, NULL);

    line->form = line_reader_keep(parser->reader, form, strlen(form));
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

    if (!line_take_if(line, "within"))
        return TRUE;
    if (expect->times != NULL)
        return take_tolerance(parser, line, &expect->tolerance);
    line_error(parser, line, word, NULL,
               "'within' is a tolerance for times, and this expectation has none");
    return FALSE;
}

/* --- the statement, and the question ------------------------------------------------------------------------ */

static gboolean fits_party(Parser *parser, const Line *line, const Word *party,
                           const Expectation *expectation, const PlanExpect *expect)
{
    if (!expectation->of_host || expect->party.number == 0)
        return TRUE;
    line_error(parser, line, party, NULL, "'%s' is of a host: write '%s'", expectation->word,
               g_array_index(parser->plan->hosts, PlanHost, expect->party.host).name);
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
    if (!has_values && expectation->questions == NULL) {
        line_error(parser, line, word, "form: HOST sends SEGMENT times",
                   "'%s' has no value to ask for", expectation->word);
        return NULL;
    }
    expect->kind = expectation->kind;
    set_form(parser, line, has_values ? "expect HOST " : "HOST ",
             has_values ? expectation->forms : expectation->questions);
    return expectation;
}

static gboolean take_expectation(Parser *parser, Line *line, PlanExpect *expect)
{
    const Expectation *expectation = take_head(parser, line, TRUE, expect);

    return expectation != NULL && expectation->parse(parser, line, expect) &&
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
    const Expectation *expectation = take_head(parser, line, FALSE, expect);

    return expectation != NULL && expectation->ask(parser, line, expect);
}

gboolean question_help(gsize i, HelpRow *out)
{
    for (gsize row = 0; row < G_N_ELEMENTS(expectations); row++) {
        if (expectations[row].questions != NULL && i-- == 0) {
            *out = (HelpRow){expectations[row].questions, NULL};
            return TRUE;
        }
    }
    return FALSE;
}

gboolean expectation_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(expectations))
        return FALSE;
    *out = (HelpRow){expectations[i].forms, expectations[i].help};
    return TRUE;
}
