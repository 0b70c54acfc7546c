/* Symptom files: statements a line, in the words of the scenario language and with its errors. */
#include <string.h>

#include "scenario/parser.h"
#include "symptom/read_signs.h"
#include "symptom/signs.h"
#include "symptom/symptom.h"

typedef struct SymptomReader {
    Parser parser;
    Symptom *symptom;
    SymptomCause *cause; /* the last one; NULL: there was none yet */
} SymptomReader;

static void cause_free(gpointer data)
{
    SymptomCause *cause = data;

    g_free(cause->text);
    g_free(cause->scenario);
    g_ptr_array_unref(cause->stacks);
    g_ptr_array_unref(cause->tells);
    g_ptr_array_unref(cause->sources);
    g_free(cause);
}

static GPtrArray *texts_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static Symptom *symptom_new(const char *path)
{
    Symptom *symptom = g_new0(Symptom, 1);
    g_autofree char *file = g_path_get_basename(path);

    symptom->name = g_strndup(file, strcspn(file, "."));
    symptom->words = texts_new();
    symptom->numbers = g_array_new(FALSE, FALSE, sizeof(SimTime));
    symptom->wire = texts_new();
    symptom->causes = g_ptr_array_new_with_free_func(cause_free);
    symptom->next = texts_new();
    symptom->see = texts_new();
    symptom->signs = g_ptr_array_new_with_free_func(symptom_signs_free);
    symptom->hides = texts_new();
    symptom->connections = 1;
    return symptom;
}

void symptom_free(Symptom *symptom)
{
    if (symptom == NULL)
        return;
    g_free(symptom->name);
    g_free(symptom->title);
    g_ptr_array_unref(symptom->words);
    g_array_unref(symptom->numbers);
    g_ptr_array_unref(symptom->wire);
    g_ptr_array_unref(symptom->causes);
    g_ptr_array_unref(symptom->next);
    g_ptr_array_unref(symptom->see);
    g_ptr_array_unref(symptom->signs);
    g_ptr_array_unref(symptom->hides);
    g_free(symptom);
}

/* --- text --------------------------------------------------------------------------------- */

static void take_text(SymptomReader *reader, Line *line, GPtrArray *to)
{
    const Word *text = line_take_quoted(&reader->parser, line, "text");

    if (text != NULL && line_done(&reader->parser, line))
        g_ptr_array_add(to, g_strdup(text->text));
}

static void parse_title(SymptomReader *reader, Line *line)
{
    const Word *text = line_take_quoted(&reader->parser, line, "the title");

    if (text == NULL || !line_done(&reader->parser, line))
        return;
    if (reader->symptom->title != NULL)
        line_error(&reader->parser, line, line_word(line, 0), NULL, "'title' stands once");
    else
        reader->symptom->title = g_strdup(text->text);
}

static void parse_words(SymptomReader *reader, Line *line)
{
    do {
        const Word *text = line_take(&reader->parser, line, "what people call it");

        if (text == NULL)
            return;
        g_ptr_array_add(reader->symptom->words, g_strdup(text->text));
    } while (line_peek(line) != NULL);
}

static void parse_number(SymptomReader *reader, Line *line)
{
    SimTime time;

    do {
        if (!line_take_time(&reader->parser, line, "a time", &time))
            return;
        g_array_append_val(reader->symptom->numbers, time);
    } while (line_peek(line) != NULL);
}

static void parse_wire(SymptomReader *reader, Line *line)
{
    take_text(reader, line, reader->symptom->wire);
}

static void parse_next(SymptomReader *reader, Line *line)
{
    take_text(reader, line, reader->symptom->next);
}

static void parse_see(SymptomReader *reader, Line *line)
{
    take_text(reader, line, reader->symptom->see);
}

/* --- causes ------------------------------------------------------------------------------- */

static void parse_cause(SymptomReader *reader, Line *line)
{
    const Word *text = line_take_quoted(&reader->parser, line, "what causes it");

    if (text == NULL || !line_done(&reader->parser, line))
        return;
    reader->cause = g_new0(SymptomCause, 1);
    *reader->cause =
        (SymptomCause){g_strdup(text->text), texts_new(), texts_new(), texts_new(), NULL};
    g_ptr_array_add(reader->symptom->causes, reader->cause);
}

/* What stands behind a cause. */
static gboolean has_cause(SymptomReader *reader, Line *line)
{
    if (reader->cause == NULL)
        line_error(&reader->parser, line, line_word(line, 0), "form: cause \"…\"",
                   "no cause stands before this");
    return reader->cause != NULL;
}

static void parse_stack(SymptomReader *reader, Line *line)
{
    if (has_cause(reader, line))
        take_text(reader, line, reader->cause->stacks);
}

static void parse_tell(SymptomReader *reader, Line *line)
{
    if (has_cause(reader, line))
        take_text(reader, line, reader->cause->tells);
}

static void parse_source(SymptomReader *reader, Line *line)
{
    if (has_cause(reader, line))
        take_text(reader, line, reader->cause->sources);
}

static void parse_scenario(SymptomReader *reader, Line *line)
{
    const Word *file = line_take(&reader->parser, line, "a scenario's file");

    if (file == NULL || !line_done(&reader->parser, line) || !has_cause(reader, line))
        return;
    g_autofree char *path = source_resolve(line->source, file->text);

    if (reader->cause->scenario != NULL)
        line_error(&reader->parser, line, file, NULL, "this cause has a scenario already");
    else if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        line_error(&reader->parser, line, file, "it is relative to this file",
                   "there is no file '%s'", shown(&reader->parser, file));
    else
        reader->cause->scenario = g_steal_pointer(&path);
}

/* --- the rest ----------------------------------------------------------------------------- */

static void parse_sign(SymptomReader *reader, Line *line)
{
    symptom_signs_parse(&reader->parser, line, reader->symptom->signs);
}

static void parse_or(SymptomReader *reader, Line *line)
{
    symptom_signs_parse_or(&reader->parser, line, reader->symptom->signs);
}

static void parse_connections(SymptomReader *reader, Line *line)
{
    guint64 number;

    if (line_take_number(&reader->parser, line, "a number", 1, G_MAXUINT32, &number) &&
        line_done(&reader->parser, line))
        reader->symptom->connections = (guint)number;
}

static void parse_hides(SymptomReader *reader, Line *line)
{
    do {
        const Word *name = line_take(&reader->parser, line, "a symptom's name");

        if (name == NULL)
            return;
        g_ptr_array_add(reader->symptom->hides, g_strdup(name->text));
    } while (line_peek(line) != NULL);
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct {
    const char *verb, *forms;
    void (*parse)(SymptomReader *reader, Line *line);
} statements[] = {
    {"title", "title \"…\"", parse_title},
    {"words", "words \"…\" …", parse_words},
    {"number", "number TIME …", parse_number},
    {"wire", "wire \"…\"", parse_wire},
    {"sign",
     "sign A|B SEGMENT [WORD …] [then A|B SEGMENT [WORD …]] …\nsign A|B sends … [within "
     "TIME|PERCENT]",
     parse_sign},
    {"or", "or", parse_or},
    {"connections", "connections N", parse_connections},
    {"hides", "hides NAME …", parse_hides},
    {"cause", "cause \"…\"", parse_cause},
    {"stack", "stack \"…\"", parse_stack},
    {"tell", "tell \"…\"", parse_tell},
    {"source", "source \"…\"", parse_source},
    {"scenario", "scenario FILE", parse_scenario},
    {"next", "next \"…\"", parse_next},
    {"see", "see \"…\"", parse_see},
};

static void parse_line(SymptomReader *reader, Line *line)
{
    const char *verbs[G_N_ELEMENTS(statements) + 1] = {NULL};
    const Word *verb = line_peek(line);

    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        verbs[i] = statements[i].verb;
        if (!word_is(verb, statements[i].verb))
            continue;
        line->form = statements[i].forms;
        line->next = 1;
        statements[i].parse(reader, line);
        return;
    }
    line_unknown(&reader->parser, line, verb, "statement", verbs);
}

static void read_lines(SymptomReader *reader, Source *source)
{
    LineReader lines;

    line_reader_init(&lines, source);
    reader->parser.reader = &lines;
    while (line_reader_next(&lines, reader->parser.diagnostics)) {
        if (!lines.line.broken)
            parse_line(reader, &lines.line);
    }
    reader->parser.reader = NULL;
    line_reader_clear(&lines);
}

/* What every symptom has. */
static void check_whole(const SymptomReader *reader, const char *file)
{
    const Symptom *symptom = reader->symptom;
    SourcePlace place = {file, 0, 0, 0};
    const struct {
        gboolean is_there;
        const char *statement;
    } needed[] = {
        {symptom->title != NULL, "title"}, {symptom->words->len > 0, "words"},
        {symptom->wire->len > 0, "wire"},  {symptom->causes->len > 0, "cause"},
        {symptom->next->len > 0, "next"},  {symptom_signs_say(symptom->signs), "sign"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (!needed[i].is_there)
            diagnostics_add(reader->parser.diagnostics, place, NULL, NULL,
                            "the symptom has no '%s'", needed[i].statement);
    }
}

static Symptom *read_source(Source *source, const char *path, Diagnostics *diagnostics)
{
    SymptomReader reader = {.symptom = symptom_new(path)};
    guint64 errors = diagnostics->errors;

    parser_init(&reader.parser, NULL, diagnostics);
    read_lines(&reader, source);
    if (diagnostics->errors == errors)
        check_whole(&reader, source->name);
    parser_clear(&reader.parser);
    if (diagnostics->errors == errors)
        return reader.symptom;
    symptom_free(reader.symptom);
    return NULL;
}

Symptom *symptom_read(const char *path, Diagnostics *diagnostics)
{
    g_autofree char *why = NULL;
    Source *source = source_read(NULL, path, DOOR_FOR_USER, &why);

    if (source == NULL) {
        SourcePlace place = {g_intern_string(path), 0, 0, 0};

        diagnostics_add(diagnostics, place, NULL, NULL, "cannot read it: %s", why);
        return NULL;
    }
    Symptom *symptom = read_source(source, path, diagnostics);

    source_free(source);
    return symptom;
}
