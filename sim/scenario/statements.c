/* The table of statements, which help prints and the parser follows, and the plain ones. */
#include <string.h>

#include "scenario/parser.h"

static void add_text(Parser *parser, Line *line, const char *what, GPtrArray *to)
{
    const Word *text = line_take_quoted(parser, line, what);

    if (text != NULL && line_done(parser, line))
        g_ptr_array_add(to, g_strdup(text->text));
}

static void parse_title(Parser *parser, Line *line)
{
    char **title = parser->profile != NULL ? &parser->profile->title : &parser->plan->title;
    const Word *text = line_take_quoted(parser, line, "the title");

    if (text != NULL && line_done(parser, line) && line_once(parser, line, ONCE_TITLE))
        *title = g_strdup(text->text);
}

static void parse_about(Parser *parser, Line *line)
{
    add_text(parser, line, "text",
             parser->profile != NULL ? parser->profile->about : parser->plan->about);
}

static void parse_see(Parser *parser, Line *line)
{
    add_text(parser, line, "a reference",
             parser->profile != NULL ? parser->profile->see : parser->plan->see);
}

static void parse_version(Parser *parser, Line *line)
{
    const Word *word = line_take(parser, line, "the version of the language");

    if (word == NULL)
        return;
    if (!word_is(word, "1"))
        line_error(parser, line, word, "form: version 1", "'%s' is no version that is known here",
                   shown(parser, word));
    else if (line_done(parser, line))
        (void)line_once(parser, line, ONCE_VERSION);
}

static void parse_seed(Parser *parser, Line *line)
{
    guint64 seed;

    if (line_take_number(parser, line, "a number", 0, G_MAXUINT64, &seed) &&
        line_done(parser, line) && line_once(parser, line, ONCE_SEED))
        parser->plan->seed = seed;
}

static void parse_stop(Parser *parser, Line *line)
{
    SimTime stop;

    if (line_expect(parser, line, "at") && line_take_time(parser, line, "a time", &stop) &&
        line_done(parser, line) && line_once(parser, line, ONCE_STOP))
        parser->plan->stop = stop;
}

/* clang-format off */
static const Statement statements[] = {
    {"title", IN_SCENARIO | IN_PROFILE, "title \"…\"",
     "one line that says what is claimed", parse_title},
    {"about", IN_SCENARIO | IN_PROFILE, "about \"…\"",
     "what a reader should know; may stand several times", parse_about},
    {"see", IN_SCENARIO | IN_PROFILE, "see \"RFC 9293 §3.5\"",
     "where to read on; may stand several times", parse_see},
    {"version", IN_SCENARIO | IN_PROFILE, "version 1",
     "the version of the language that the file is written in", parse_version},
    {"let", IN_SCENARIO, "let NAME=VALUE …",
     "values by name: $NAME stands for it in what follows; --set NAME=VALUE gives another",
     parse_let},
    {"host", IN_SCENARIO, "host NAME PROFILE [KEY=VALUE …]",
     "a host, the stack it runs (a name, or a path to a .profile), and what differs from it",
     parse_host},
    {"base", IN_PROFILE, "base PROFILE",
     "the profile that this one differs from; stands before the first set", parse_base},
    {"set", IN_SCENARIO, "set NAME KEY=VALUE … [source \"…\"]",
     "changes keys of a host; a later setting overrides an earlier one", parse_set},
    {"set", IN_PROFILE, "set KEY=VALUE … [source \"…\"]",
     "keys and where the values come from; unknown: inherited, and said to be so",
     parse_profile_set},
    {"link", IN_SCENARIO, "link A B KEY=VALUE …\nlink A->B KEY=VALUE …",
     "a link both ways, or one direction of it; a later setting overrides an earlier one",
     parse_link},
    {"drop", IN_SCENARIO, "drop SENDER SEGMENT SELECT [from TIME to TIME]",
     "loses the segments selected of those that SENDER sends", parse_fault},
    {"duplicate", IN_SCENARIO, "duplicate SENDER SEGMENT SELECT [from TIME to TIME]",
     "delivers them twice", parse_fault},
    {"corrupt", IN_SCENARIO, "corrupt SENDER SEGMENT SELECT [from TIME to TIME]",
     "damages them, so that the checksum tells", parse_fault},
    {"delay", IN_SCENARIO, "delay SENDER SEGMENT SELECT by TIME [from TIME to TIME]",
     "delivers them later by TIME", parse_fault},
    {"at", IN_SCENARIO, "at TIME HOST ACTION\nat TIME inject FROM->TO SEGMENT [OPTION …]\n"
     "at TIME flood FROM->TO SEGMENT rate=N/s count=N [OPTION …]",
     "what an application does, or which forged segments appear, at that time", parse_at},
    {"when", IN_SCENARIO, "when HOST STATE [after TIME] HOST ACTION",
     "does it each time a connection of the host enters the state, for that connection or its peer",
     parse_when},
    {"order", IN_SCENARIO, "order HOST at TIME WHENCE …",
     "what is due there at one instant is done in this order; WHENCE: a HOST, timer, script, power",
     parse_order},
    {"expect", IN_SCENARIO, "expect [always] HOST EXPECTATION [within TIME|PERCENT]",
     "what must come out; the tolerance is for times, and 0 when it is not given", parse_expect},
    {"seed", IN_SCENARIO, "seed N",
     "where all chance begins; 1 when it is not given", parse_seed},
    {"stop", IN_SCENARIO, "stop at TIME",
     "ends the run; what happens at that instant still happens", parse_stop},
    {"include", IN_SCENARIO, "include FILE",
     "reads FILE, relative to this one, as if it stood here", parse_include},
};
/* clang-format on */

const Statement *statement_table(gsize *count)
{
    *count = G_N_ELEMENTS(statements);
    return statements;
}

static const Statement *find_statement(const char *verb, guint scope)
{
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
        if ((statements[i].scope & scope) != 0 && strcmp(statements[i].verb, verb) == 0)
            return &statements[i];
    return NULL;
}

static void unknown_statement(Parser *parser, Line *line, const Word *verb, StatementScope scope)
{
    const char *verbs[G_N_ELEMENTS(statements) + 1] = {NULL};
    guint count = 0;

    if (!verb->quoted && find_statement(verb->text, IN_SCENARIO | IN_PROFILE) != NULL) {
        line_error(parser, line, verb, NULL, "'%s' belongs into a %s; this is a %s", verb->text,
                   scope == IN_PROFILE ? "scenario" : "profile",
                   scope == IN_PROFILE ? "profile" : "scenario");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
        if ((statements[i].scope & scope) != 0)
            verbs[count++] = statements[i].verb;
    line_unknown(parser, line, verb, "statement", verbs);
}

/* A broken line is parsed without a word: it may declare a host that others use. */
static void parse_line(Parser *parser, Line *line, StatementScope scope)
{
    const Word *verb = line_peek(line);

    if (verb == NULL)
        return;
    const Statement *statement = find_statement(verb->quoted ? "" : verb->text, scope);

    parser->muted = line->broken;
    if (scope == IN_SCENARIO && !line_put_values(parser, line))
        parser->muted = TRUE;
    if (statement != NULL) {
        line->form = statement->forms;
        line->next = 1;
        statement->parse(parser, line);
    } else {
        unknown_statement(parser, line, verb, scope);
    }
    parser->muted = FALSE;
}

/* Is it what it is named for?  Of a file that is not, whoever reads our errors must not learn a
 * word: it may be a key, or a file of passwords, that a scenario includes to have it shown. */
static gboolean is_of_the_language(const Source *source, guint *line)
{
    g_autoptr(Diagnostics) unheard = diagnostics_new();
    LineReader reader;

    line_reader_init(&reader, source);
    gboolean any = line_reader_next(&reader, unheard);
    const Word *verb = any ? line_peek(&reader.line) : NULL;
    gboolean good = unheard->errors == 0 &&
                    (!any || (verb != NULL && !verb->quoted &&
                              find_statement(verb->text, IN_SCENARIO | IN_PROFILE) != NULL));

    *line = reader.line.number;
    line_reader_clear(&reader);
    return good;
}

static gboolean was_named_by_a_file(const Source *source)
{
    return source->parent != NULL && !source->parent->is_argument;
}

static gboolean refuse_foreign(Parser *parser, const Source *source, StatementScope scope)
{
    SourcePlace place = {source->name, 0, 1, 1};

    if (!was_named_by_a_file(source) || is_of_the_language(source, &place.line))
        return FALSE;
    diagnostics_add(parser->diagnostics, place, NULL, "what it holds is not shown",
                    "this is no %s: it does not begin with a statement",
                    scope == IN_PROFILE ? "profile" : "scenario");
    return TRUE;
}

gboolean parser_read_source(Parser *parser, Source *source, StatementScope scope)
{
    LineReader reader, *outer = parser->reader;
    gboolean any = FALSE;

    g_ptr_array_add(parser->sources, source);
    parser->bytes += source->length;
    if (parser->options->digest != NULL)
        g_checksum_update(parser->options->digest, (const guchar *)source->bytes,
                          (gssize)source->length);
    if (refuse_foreign(parser, source, scope))
        return FALSE;
    line_reader_init(&reader, source);
    parser->reader = &reader;
    for (;;) {
        /* A profile's errors belong to the line that names it. */
        if (scope == IN_SCENARIO)
            parser->diagnostics->rank++;
        if (!line_reader_next(&reader, parser->diagnostics))
            break;
        parse_line(parser, &reader.line, scope);
        any = TRUE;
    }
    line_reader_clear(&reader);
    parser->reader = outer;
    if (any)
        return TRUE;

    SourcePlace begin = {source->name, 1, 1, 1};

    diagnostics_add(parser->diagnostics, begin, NULL, NULL,
                    source->length == 0 ? "the file is empty"
                                        : "the file is empty: it has no statement");
    return FALSE;
}
