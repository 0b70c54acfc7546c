/* Symptom files: statements a line, in the words of the scenario language and with its errors. */
#include <string.h>

#include "scenario/parser.h"
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

/* --- signs -------------------------------------------------------------------------------- */

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
static gboolean read_end(SymptomReader *reader, const Line *line, const Word *word, RangeKind kind,
                         gint64 *out)
{
    guint64 number;

    if (kind == RANGE_TIME)
        return word_time(&reader->parser, line, word, out);
    if (!word_number(&reader->parser, line, word, 0, G_MAXUINT32, &number))
        return FALSE;
    *out = (gint64)number;
    return TRUE;
}

/* "190ms..450ms", "10..", "0" */
static gboolean take_range(SymptomReader *reader, Line *line, RangeKind kind, SignRange *out)
{
    const Word *word = line_take(&reader->parser, line, kind == RANGE_TIME ? "TIME..TIME" : "N..N");
    const char *dots = word != NULL ? strstr(word->text, "..") : NULL;

    if (word == NULL)
        return FALSE;
    if (dots == NULL) {
        gboolean good = read_end(reader, line, word, kind, &out->least);

        out->most = out->least;
        return good;
    }
    gsize before = (gsize)(dots - word->text), behind = word->length - before - 2;
    Word least = word_part(&reader->parser, word, 0, before);
    Word most = word_part(&reader->parser, word, before + 2, behind);

    if (!read_end(reader, line, &least, kind, &out->least) ||
        (behind > 0 && !read_end(reader, line, &most, kind, &out->most)))
        return FALSE;
    if (out->most >= out->least)
        return TRUE;
    line_error(&reader->parser, line, word, NULL, "the range '%s' ends before it begins",
               shown(&reader->parser, word));
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

static void unknown_qualifier(SymptomReader *reader, const Line *line, const Word *word)
{
    const char *words[G_N_ELEMENTS(qualifiers) + 2] = {"then"};

    for (gsize i = 0; i < G_N_ELEMENTS(qualifiers); i++)
        words[i + 1] = qualifiers[i].word;
    line_unknown(&reader->parser, line, word, "word of a segment", words);
}

static gboolean take_qualifier(SymptomReader *reader, Line *line, gboolean is_first, SignStep *step)
{
    const Word *word = line_take(&reader->parser, line, "a word");
    const Qualifier *qualifier = find_qualifier(word);

    if (qualifier == NULL) {
        unknown_qualifier(reader, line, word);
        return FALSE;
    }
    gboolean looks_back = qualifier->flag != 0 || strcmp(qualifier->word, "after") == 0;

    if (is_first && looks_back) {
        line_error(&reader->parser, line, word, NULL,
                   "'%s' is about the segment before: there is none", qualifier->word);
        return FALSE;
    }
    step->facts |= qualifier->facts;
    if (qualifier->flag != 0)
        *(gboolean *)(gpointer)((char *)step + qualifier->flag) = TRUE;
    return qualifier->kind == RANGE_NONE ||
           take_range(reader, line, qualifier->kind,
                      (SignRange *)(gpointer)((char *)step + qualifier->range));
}

/* "A FIN again": up to `then` or the end. */
static gboolean take_step(SymptomReader *reader, Line *line, GArray *steps)
{
    SignStep step = sign_step_new();

    if (!line_take_host(&reader->parser, line, "A or B", &step.party) ||
        !line_take_class(&reader->parser, line, &step.class))
        return FALSE;
    while (line_peek(line) != NULL && !line_next_is(line, "then")) {
        if (!take_qualifier(reader, line, steps->len == 0, &step))
            return FALSE;
    }
    g_array_append_val(steps, step);
    return TRUE;
}

static void take_sequence(SymptomReader *reader, Line *line, SymptomSigns *signs)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(SignStep));

    do {
        if (!take_step(reader, line, steps))
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

static void parse_sign(SymptomReader *reader, Line *line)
{
    GPtrArray *all = reader->symptom->signs;

    if (all->len == 0)
        g_ptr_array_add(all, symptom_signs_new());
    SymptomSigns *signs = g_ptr_array_index(all, all->len - 1);

    reader->parser.plan = signs->expects;
    if (is_of_the_wire(line))
        parse_expect(&reader->parser, line);
    else
        take_sequence(reader, line, signs);
    reader->parser.plan = NULL;
}

static gboolean signs_are_empty(const SymptomSigns *signs)
{
    return signs->expects->expects->len + signs->sequences->len == 0;
}

static void parse_or(SymptomReader *reader, Line *line)
{
    GPtrArray *all = reader->symptom->signs;

    if (!line_done(&reader->parser, line))
        return;
    if (all->len == 0 || signs_are_empty(g_ptr_array_index(all, all->len - 1)))
        line_error(&reader->parser, line, line_word(line, 0), "form: sign …",
                   "'or' stands between signs");
    else
        g_ptr_array_add(all, symptom_signs_new());
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
        {symptom->title != NULL, "title"},
        {symptom->words->len > 0, "words"},
        {symptom->wire->len > 0, "wire"},
        {symptom->causes->len > 0, "cause"},
        {symptom->next->len > 0, "next"},
        {symptom->signs->len > 0 &&
             !signs_are_empty(g_ptr_array_index(symptom->signs, symptom->signs->len - 1)),
         "sign"},
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
