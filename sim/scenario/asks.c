/* Questions (`run --ask`, lessons): expectations without their values, "client sends SYN at #2". */
#include <string.h>

#include "scenario/parser.h"
#include "scenario/scenario.h"

/* "#2": of several values the second. */
static gboolean take_pick(Parser *parser, Line *line, guint *pick)
{
    const Word *word = line_peek(line);
    guint64 number;

    *pick = 0;
    if (word == NULL || word->quoted || word->text[0] != '#')
        return TRUE;
    line->next++;
    Word digits = word_part(parser, word, 1, word->length - 1);

    if (!word_number(parser, line, &digits, 1, G_MAXUINT32, &number))
        return FALSE;
    *pick = (guint)number;
    return TRUE;
}

static gboolean take_question(Parser *parser, Line *line, PlanAsk *ask)
{
    return parse_question(parser, line, &ask->expect) && take_pick(parser, line, &ask->pick) &&
           line_done(parser, line);
}

PlanAsk *scenario_ask(const Plan *plan, const char *name, const char *text,
                      Diagnostics *diagnostics)
{
    Plan hosts = {.hosts = plan->hosts}; /* all that a question needs to know of it */
    Source *source = source_from_text(name, text, strlen(text));
    SourcePlace place = {source->name, 1, 1, 1};
    g_autoptr(PlanAsk) ask = g_new0(PlanAsk, 1);
    guint64 errors = diagnostics->errors;
    LineReader reader;
    Parser parser;

    parser_init(&parser, NULL, diagnostics);
    parser.plan = &hosts;
    parser.reader = &reader;
    source->is_argument = TRUE;
    line_reader_init(&reader, source);
    if (!line_reader_next(&reader, diagnostics))
        diagnostics_add(diagnostics, place, NULL, "client sends SYN at", "the question is empty");
    else if (!reader.line.broken && take_question(&parser, &reader.line, ask) &&
             line_reader_next(&reader, diagnostics))
        line_error(&parser, &reader.line, NULL, NULL, "a question is one line");
    ask->expect.place = place;
    ask->expect.text = g_strdup(text);
    line_reader_clear(&reader);
    parser_clear(&parser);
    source_free(source);
    return diagnostics->errors == errors ? g_steal_pointer(&ask) : NULL;
}
