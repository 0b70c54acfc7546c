/* The statement `expect`: what must come out of the run. */
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

/* --- sends -------------------------------------------------------------------------------- */

static gboolean take_gaps(Parser *parser, Line *line, PlanExpect *expect)
{
    expect->kind = PLAN_EXPECT_SENDS_GAPS;
    return take_times(parser, line, expect, FALSE);
}

static gboolean take_at(Parser *parser, Line *line, PlanExpect *expect)
{
    expect->kind = PLAN_EXPECT_SENDS_AT;
    return take_times(parser, line, expect, TRUE);
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
    static const struct {
        const char *word;
        gboolean (*take)(Parser *parser, Line *line, PlanExpect *expect);
    } forms[] = {{"at", take_at}, {"gaps", take_gaps}};
    static const char *const words[] = {"at", "gaps", "N times", NULL};

    if (!line_take_class(parser, line, &expect->class))
        return FALSE;
    const Word *word = line_take(parser, line, "at, gaps or a number of times");

    if (word == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (word_is(word, forms[i].word))
            return forms[i].take(parser, line, expect);
    if (g_ascii_isdigit(word->text[0]))
        return take_count(parser, line, word, expect);
    line_unknown(parser, line, word, "word", words);
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

/* --- the table ---------------------------------------------------------------------------- */

typedef struct Expectation {
    const char *word;
    const char *forms; /* '\n' between them */
    const char *help;
    PlanExpectKind kind; /* of `sends`, the words behind it decide */
    gboolean timed;      /* there are times that could be `within` something */
    gboolean of_host;    /* HOST.N makes no sense */
    gboolean (*parse)(Parser *parser, Line *line, PlanExpect *expect);
} Expectation;

/* clang-format off */
static const Expectation expectations[] = {
    {"sends", "sends SEGMENT at TIME …\nsends SEGMENT gaps TIME …\nsends SEGMENT N times",
     "every such segment of the whole run, lost ones too: when, how far apart, how many",
     PLAN_EXPECT_SENDS_AT, TRUE, FALSE, parse_sends},
    {"never", "never sends SEGMENT",
     "not one", PLAN_EXPECT_NEVER_SENDS, FALSE, FALSE, parse_never},
    {"enters", "enters STATE at TIME …",
     "every time that a connection enters the state", PLAN_EXPECT_ENTERS, TRUE, FALSE,
     parse_enters},
    {"path", "path STATE …",
     "all states from the first (CLOSED, or LISTEN) to the last", PLAN_EXPECT_PATH, FALSE, FALSE,
     parse_path},
    {"ends", "ends STATE",
     "the last state of the newest connection", PLAN_EXPECT_ENDS, FALSE, FALSE, parse_ends},
    {"error", "error ECODE at TIME",
     "what the application is told, and when", PLAN_EXPECT_ERROR, TRUE, FALSE, parse_error},
    {"delivers", "delivers N bytes [wrong]",
     "what the application reads; wrong: how much of it was never sent so", PLAN_EXPECT_DELIVERS,
     FALSE, FALSE, parse_delivers},
    {"accepts", "accepts N",
     "connections that the listener hands to its application", PLAN_EXPECT_ACCEPTS, FALSE, TRUE,
     parse_accepts},
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

/* "expect HOST …" before each of the forms. */
static void set_form(Parser *parser, Line *line, const Expectation *expectation)
{
    g_auto(GStrv) forms = g_strsplit(expectation->forms, "\n", -1);
    g_autofree char *joined = g_strjoinv("\nexpect HOST ", forms);
    g_autofree char *form = g_strconcat("expect HOST ", joined, NULL);

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

static gboolean take_within(Parser *parser, Line *line, const Expectation *expectation,
                            PlanExpect *expect)
{
    const Word *word = line_peek(line);
    gboolean timed = expectation->timed && expect->kind != PLAN_EXPECT_SENDS_TIMES;

    if (!line_take_if(line, "within"))
        return TRUE;
    if (timed)
        return take_tolerance(parser, line, &expect->tolerance);
    line_error(parser, line, word, NULL,
               "'within' is a tolerance for times, and this expectation has none");
    return FALSE;
}

/* --- the statement ------------------------------------------------------------------------ */

static gboolean take_expectation(Parser *parser, Line *line, PlanExpect *expect)
{
    const Word *party = line_take(parser, line, "a host");

    if (party == NULL || !word_party(parser, line, party, &expect->party))
        return FALSE;
    const Word *word = line_take(parser, line, "an expectation (sends, never, enters, path, …)");
    const Expectation *expectation = word != NULL ? find_expectation(parser, line, word) : NULL;

    if (expectation == NULL)
        return FALSE;
    if (expectation->of_host && expect->party.number != 0) {
        line_error(parser, line, party, NULL, "'%s' is of a host: write '%s'", expectation->word,
                   g_array_index(parser->plan->hosts, PlanHost, expect->party.host).name);
        return FALSE;
    }
    expect->kind = expectation->kind;
    set_form(parser, line, expectation);
    return expectation->parse(parser, line, expect) &&
           take_within(parser, line, expectation, expect) && line_done(parser, line);
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
}

gboolean expectation_help(gsize i, HelpRow *out)
{
    if (i >= G_N_ELEMENTS(expectations))
        return FALSE;
    *out = (HelpRow){expectations[i].forms, expectations[i].help};
    return TRUE;
}
