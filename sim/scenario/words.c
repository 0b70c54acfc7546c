/* How a statement takes its words: what may stand where. */
#include <string.h>

#include "scenario/parser.h"

/* --- words -------------------------------------------------------------------------------- */

gboolean word_is(const Word *word, const char *text)
{
    return !word->quoted && strcmp(word->text, text) == 0;
}

const Word *line_peek(const Line *line)
{
    return line->next < line->words->len ? line_word(line, line->next) : NULL;
}

gboolean line_next_is(const Line *line, const char *text)
{
    const Word *word = line_peek(line);

    return word != NULL && word_is(word, text);
}

gboolean line_take_if(Line *line, const char *text)
{
    if (!line_next_is(line, text))
        return FALSE;
    line->next++;
    return TRUE;
}

const Word *line_take(Parser *parser, Line *line, const char *expected)
{
    const Word *word = line_peek(line);

    if (word == NULL)
        line_missing(parser, line, expected);
    else
        line->next++;
    return word;
}

gboolean line_expect(Parser *parser, Line *line, const char *text)
{
    g_autofree char *expected = g_strdup_printf("'%s'", text);
    const Word *word = line_take(parser, line, expected);

    if (word == NULL)
        return FALSE;
    if (word_is(word, text))
        return TRUE;
    g_autofree char *hint = form_hint(line);

    line_error(parser, line, word, hint, "expected '%s', not '%s'", text, shown(parser, word));
    return FALSE;
}

const Word *line_take_quoted(Parser *parser, Line *line, const char *expected)
{
    const Word *word = line_take(parser, line, expected);

    if (word == NULL || word->quoted)
        return word;
    line_error(parser, line, word, "text stands in quotes: \"…\"", "expected %s, not '%s'",
               expected, shown(parser, word));
    return NULL;
}

gboolean line_done(Parser *parser, Line *line)
{
    const Word *word = line_peek(line);

    if (word == NULL)
        return TRUE;
    g_autofree char *form = form_hint(line);
    g_autofree char *hint =
        word->text[0] == '#' && !word->quoted
            ? g_strconcat("a comment that begins with a digit needs a blank after the '#'\n", form,
                          NULL)
            : g_strdup(form);

    line_error(parser, line, word, hint, "nothing is expected here, but there is '%s'",
               shown(parser, word));
    return FALSE;
}

Word word_part(Parser *parser, const Word *word, gsize from, gsize length)
{
    Word part = *word;

    part.text = line_reader_keep(parser->reader, word->text + from, length);
    part.length = length;
    part.equals = -1;
    part.quoted = FALSE;
    if (word->named != NULL)
        return part; /* its place is that of the whole word */
    part.column += (guint)g_utf8_strlen(word->text, (gssize)from);
    part.width = (guint)g_utf8_strlen(part.text, (gssize)length);
    return part;
}

char *line_text_from(const Line *line, guint first)
{
    GString *out = g_string_new(NULL);

    for (guint i = first; i < line->words->len; i++) {
        const Word *word = line_word(line, i);

        if (i > first)
            g_string_append_c(out, ' ');
        g_string_append_len(out, word->raw, (gssize)word->raw_length);
    }
    return g_string_free(out, FALSE);
}

/* --- times and numbers -------------------------------------------------------------------- */

static const char units_hint[] =
    "a number and its unit (ns us ms s min h): 250us, 10ms, 1.5s, 2min";

/* What is wrong with a time, by SimTimeError: each has its own sentence. */
static const struct {
    const char *message; /* with the word for %s */
    const char *hint;
} time_errors[] = {
    [SIM_TIME_NOT_A_NUMBER] = {"'%s' is no time", units_hint},
    [SIM_TIME_NEGATIVE] = {"'%s' is negative; times count from 0, the beginning of the run", NULL},
    [SIM_TIME_NO_UNIT] = {"the time '%s' lacks its unit", units_hint},
    [SIM_TIME_UNKNOWN_UNIT] = {"the time '%s' has an unknown unit", units_hint},
    [SIM_TIME_TOO_FINE] = {"the time '%s' is finer than 1 ns", NULL},
    [SIM_TIME_TOO_LARGE] = {"the time '%s' is too large", "the largest is about 292 years"},
};

void word_time_error(Parser *parser, const Line *line, const Word *word, SimTimeError error)
{
    const char *format = time_errors[error].message;
    const char *rest = strstr(format, "%s");

    line_error(parser, line, word, time_errors[error].hint, "%.*s%s%s", (int)(rest - format),
               format, shown(parser, word), rest + 2);
}

gboolean word_time(Parser *parser, const Line *line, const Word *word, SimTime *out)
{
    SimTimeError error = sim_time_parse(word->text, word->length, out);

    if (error != SIM_TIME_OK)
        word_time_error(parser, line, word, error);
    return error == SIM_TIME_OK;
}

gboolean line_take_time(Parser *parser, Line *line, const char *expected, SimTime *out)
{
    const Word *word = line_take(parser, line, expected);

    return word != NULL && word_time(parser, line, word, out);
}

static char *range_text(guint64 least, guint64 most)
{
    return g_strdup_printf("a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, least,
                           most);
}

gboolean word_number(Parser *parser, const Line *line, const Word *word, guint64 least,
                     guint64 most, guint64 *out)
{
    g_autoptr(GError) error = NULL;

    if (g_ascii_string_to_unsigned(word->text, 10, least, most, out, &error))
        return TRUE;
    g_autofree char *range = range_text(least, most);

    if (g_error_matches(error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS))
        line_error(parser, line, word, NULL, "'%s' is out of range: %s", shown(parser, word),
                   range);
    else
        line_error(parser, line, word, NULL, "'%s' is not %s", shown(parser, word), range);
    return FALSE;
}

gboolean word_rate(Parser *parser, const Line *line, const Word *word, guint64 *out)
{
    enum { MOST = 1000000000 }; /* one a nanosecond */
    g_autofree char *number = g_strndup(word->text, word->length > 2 ? word->length - 2 : 0);

    if (g_str_has_suffix(word->text, "/s") &&
        g_ascii_string_to_unsigned(number, 10, 1, MOST, out, NULL))
        return TRUE;
    line_error(parser, line, word, "so many a second: 1/s to 1000000000/s", "'%s' is no rate",
               shown(parser, word));
    return FALSE;
}

gboolean line_take_number(Parser *parser, Line *line, const char *expected, guint64 least,
                          guint64 most, guint64 *out)
{
    const Word *word = line_take(parser, line, expected);

    return word != NULL && word_number(parser, line, word, least, most, out);
}

static gboolean word_bytes(Parser *parser, const Line *line, const Word *word, const char *expected,
                           guint64 least, guint64 *out)
{
    /* More than any run gets through. */
    static const Key bytes = {.type = KEY_BYTES, .most = INT64_C(1) << 40};
    gint64 value = 0;
    KeyError error = key_set(&bytes, &value, word->text, word->length, NULL);

    if (error == KEY_OK && (guint64)value < least)
        error = KEY_OUT_OF_RANGE;
    if (error == KEY_OUT_OF_RANGE)
        line_error(parser, line, word, NULL,
                   "'%s' is out of range: %" G_GUINT64_FORMAT " to 1048576M bytes",
                   shown(parser, word), least);
    else if (error != KEY_OK)
        line_error(parser, line, word, "bytes: 1000, 64k or 1M", "'%s' is not %s",
                   shown(parser, word), expected);
    *out = (guint64)value;
    return error == KEY_OK;
}

gboolean line_take_bytes(Parser *parser, Line *line, const char *expected, guint64 least,
                         guint64 *out)
{
    const Word *word = line_take(parser, line, expected);

    return word != NULL && word_bytes(parser, line, word, expected, least, out);
}

/* --- hosts, states, segments -------------------------------------------------------------- */

static void unknown_host(Parser *parser, const Line *line, const Word *word)
{
    const Plan *plan = parser->plan;
    guint later = parser->muted ? 0 : source_find_line(line, "host", word->text);

    if (later > 0) {
        line_error(parser, line, word, "hosts are declared before they are used",
                   "host '%s' is declared only later, in line %u", shown(parser, word), later);
        return;
    }
    if (plan->hosts->len == 0) {
        line_error(parser, line, word, "form: host NAME PROFILE [KEY=VALUE …]",
                   "unknown host '%s': none is declared", shown(parser, word));
        return;
    }
    g_autofree const char **names = g_new0(const char *, plan->hosts->len + 1);

    for (guint i = 0; i < plan->hosts->len; i++)
        names[i] = g_array_index(plan->hosts, PlanHost, i).name;
    line_unknown(parser, line, word, "host", names);
}

gboolean word_host(Parser *parser, const Line *line, const Word *word, guint *out)
{
    if (plan_find_host(parser->plan, word->text, out))
        return TRUE;
    unknown_host(parser, line, word);
    return FALSE;
}

gboolean line_take_host(Parser *parser, Line *line, const char *expected, guint *out)
{
    const Word *word = line_take(parser, line, expected);

    return word != NULL && word_host(parser, line, word, out);
}

/* The number behind the dot of HOST.N. */
static gboolean connection_number(Parser *parser, const Line *line, const Word *word,
                                  const char *digits, guint *out)
{
    guint64 number;

    if (g_ascii_string_to_unsigned(digits, 10, 1, G_MAXUINT32, &number, NULL)) {
        *out = (guint)number;
        return TRUE;
    }
    line_error(parser, line, word, "a host's connections are client.1, client.2 and so on",
               "'%s' names no connection", shown(parser, word));
    return FALSE;
}

gboolean word_party(Parser *parser, const Line *line, const Word *word, PlanParty *out)
{
    const char *dot = strchr(word->text, '.');

    out->number = 0;
    if (dot == NULL)
        return word_host(parser, line, word, &out->host);
    Word host = word_part(parser, word, 0, (gsize)(dot - word->text));

    return word_host(parser, line, &host, &out->host) &&
           connection_number(parser, line, word, dot + 1, &out->number);
}

gboolean line_take_party(Parser *parser, Line *line, const char *expected, PlanParty *out)
{
    const Word *word = line_take(parser, line, expected);

    return word != NULL && word_party(parser, line, word, out);
}

gboolean line_take_state(Parser *parser, Line *line, TcpState *out)
{
    const Word *word = line_take(parser, line, "a state");
    const char *names[TCP_STATE_COUNT + 1] = {NULL};

    if (word == NULL)
        return FALSE;
    if (tcp_state_from_name(word->text, word->length, out))
        return TRUE;
    for (guint i = 0; i < TCP_STATE_COUNT; i++)
        names[i] = tcp_state_name((TcpState)i);
    line_unknown(parser, line, word, "state", names);
    return FALSE;
}

gboolean line_take_class(Parser *parser, Line *line, SegmentClass *out)
{
    const Word *word = line_take(parser, line, "a kind of segment");
    const char *names[SEGMENT_CLASS_COUNT + 1] = {NULL};

    if (word == NULL)
        return FALSE;
    if (segment_class_from_name(word->text, word->length, out))
        return TRUE;
    for (guint i = 0; i < SEGMENT_CLASS_COUNT; i++)
        names[i] = segment_class_name((SegmentClass)i);
    line_unknown(parser, line, word, "kind of segment", names);
    return FALSE;
}

gboolean line_take_arrow(Parser *parser, Line *line, guint *from, guint *to)
{
    const Word *word = line_take(parser, line, "FROM->TO");

    if (word == NULL)
        return FALSE;
    const char *arrow = strstr(word->text, "->");

    if (arrow == NULL && line_take_if(line, "->"))
        return word_host(parser, line, word, from) && line_take_host(parser, line, "a host", to);
    if (arrow == NULL || arrow == word->text || arrow[2] == '\0') {
        line_error(parser, line, word, NULL, "expected two hosts, FROM->TO, not '%s'",
                   shown(parser, word));
        return FALSE;
    }
    gsize before = (gsize)(arrow - word->text);
    Word first = word_part(parser, word, 0, before);
    Word second = word_part(parser, word, before + 2, word->length - before - 2);
    gboolean from_ok = word_host(parser, line, &first, from);

    return word_host(parser, line, &second, to) && from_ok;
}
