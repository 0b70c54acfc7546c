/* Lines and words: blanks, quotes, comments.  Everything that is wrong with a line before its
 * statement is looked at is found here.
 */
#include <string.h>

#include "scenario/source.h"

/* More would be no line of a person, and memory would grow with it. */
enum { WORDS_MAX = 65536 };

/* Where the reading of a line stands. */
typedef struct Cursor {
    const char *at, *end;
    guint column; /* of `at` */
} Cursor;

void line_reader_init(LineReader *reader, const Source *source)
{
    memset(reader, 0, sizeof *reader);
    reader->line.source = source;
    reader->line.words = g_array_new(FALSE, FALSE, sizeof(Word));
    reader->strings = g_string_chunk_new(512);
    reader->scratch = g_string_new(NULL);
    if (source->length >= 3 && memcmp(source->bytes, "\xef\xbb\xbf", 3) == 0)
        reader->offset = 3;
}

void line_reader_clear(LineReader *reader)
{
    g_array_unref(reader->line.words);
    g_string_chunk_free(reader->strings);
    g_string_free(reader->scratch, TRUE);
}

const char *line_reader_keep(LineReader *reader, const char *text, gsize length)
{
    return g_string_chunk_insert_len(reader->strings, text, (gssize)length);
}

/* --- errors ------------------------------------------------------------------------------- */

/* Every lexical error ends the line: what follows it would be guessed at. */
static void G_GNUC_PRINTF(6, 7) broken(Line *line, Diagnostics *diagnostics, guint column,
                                       guint width, const char *hint, const char *format, ...)
{
    SourcePlace place = {line->source->name, line->number, column, width};
    va_list arguments;

    line->broken = TRUE;
    if (diagnostics == NULL)
        return;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    diagnostics_add_line(diagnostics, place, line->text, line->length, hint, "%s", message);
}

/* --- a line's characters ------------------------------------------------------------------ */

static guint chars_between(const char *from, const char *to)
{
    guint chars = 0;

    for (; from < to; from++)
        chars += ((guchar)*from & 0xc0) != 0x80;
    return chars;
}

/* Tabs are blanks; every other control character is a mistake or an attack. */
static const char *find_control(const char *at, const char *end)
{
    for (; at < end; at++) {
        guchar c = (guchar)*at;

        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return at;
        if (c == 0xc2 && at + 1 < end && (guchar)at[1] < 0xa0)
            return at; /* U+0080 to U+009F: terminals obey some of them */
    }
    return NULL;
}

/* Returns the end of what is right: the line's, or where the first wrong byte stands. */
static const char *check_characters(Line *line, Diagnostics *diagnostics)
{
    const char *end = line->text + line->length;
    const char *control = find_control(line->text, end);
    const char *invalid = NULL;

    if (!g_utf8_validate_len(line->text, line->length, &invalid) &&
        (control == NULL || invalid < control)) {
        broken(line, diagnostics, chars_between(line->text, invalid) + 1, 1, "files are UTF-8",
               "this byte, 0x%02x, is not valid UTF-8", (guint)(guchar)*invalid);
        return invalid;
    }
    if (control == NULL)
        return end;
    if (*control == '\0')
        broken(line, diagnostics, chars_between(line->text, control) + 1, 1, NULL, "NUL byte");
    else
        broken(line, diagnostics, chars_between(line->text, control) + 1, 1, NULL,
               "control character U+%04X", g_utf8_get_char(control));
    return control;
}

/* --- words -------------------------------------------------------------------------------- */

static gboolean is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "#1" and "#$n" inside a line are selections. */
static gboolean is_selection(const Cursor *cursor)
{
    const char *next = cursor->at + 1;

    return next < cursor->end &&
           (g_ascii_isdigit(*next) ||
            (*next == '$' && next + 1 < cursor->end && g_ascii_isalpha(next[1])));
}

static gboolean begins_comment(const Cursor *cursor, gboolean first)
{
    return *cursor->at == '#' && (first || !is_selection(cursor));
}

/* Behind the opening quote: appends the text and goes behind the closing one. */
static gboolean read_quoted(Line *line, Diagnostics *diagnostics, Cursor *cursor, GString *out)
{
    guint opening = cursor->column - 1;

    for (; cursor->at < cursor->end; cursor->at++) {
        char c = *cursor->at;

        cursor->column += ((guchar)c & 0xc0) != 0x80;
        if (c == '"') {
            cursor->at++;
            return TRUE;
        }
        if (c == '\\') {
            cursor->at++;
            if (cursor->at == cursor->end)
                break;
            c = *cursor->at;
            if (c != '"' && c != '\\') {
                broken(line, diagnostics, cursor->column - 1, 2,
                       "inside quotes, \\\" is a quote and \\\\ a backslash",
                       "a backslash has no meaning before this");
                return FALSE;
            }
            cursor->column++;
        }
        g_string_append_c(out, c);
    }
    broken(line, diagnostics, opening, cursor->column - opening, NULL,
           "the quotes are not closed on this line");
    return FALSE;
}

/* A character of another alphabet is fine in a word; what only looks like a blank or like
 * quotes, as text processors put them in, is not. */
static gboolean check_foreign(Line *line, Diagnostics *diagnostics, const Cursor *cursor)
{
    gunichar c = g_utf8_get_char(cursor->at);

    if (g_unichar_isspace(c)) {
        broken(line, diagnostics, cursor->column, 1, NULL,
               "this blank is U+%04X; words are separated by spaces or tabs", c);
        return FALSE;
    }
    if (c == 0x201c || c == 0x201d || c == 0x201e || c == 0xab || c == 0xbb) {
        broken(line, diagnostics, cursor->column, 1, NULL,
               "typographic quotes; the language uses straight ones: \"…\"");
        return FALSE;
    }
    return TRUE;
}

static gboolean read_bare(Line *line, Diagnostics *diagnostics, Cursor *cursor, GString *out,
                          gssize *equals)
{
    while (cursor->at < cursor->end && !is_blank(*cursor->at) && !begins_comment(cursor, FALSE)) {
        char c = *cursor->at;

        if (c == '"') {
            if (*equals < 0 || *equals != (gssize)out->len - 1) {
                broken(line, diagnostics, cursor->column, 1, NULL,
                       "a quote in the middle of a word");
                return FALSE;
            }
            cursor->at++;
            cursor->column++;
            return read_quoted(line, diagnostics, cursor, out);
        }
        if (((guchar)c & 0xc0) == 0xc0 && !check_foreign(line, diagnostics, cursor))
            return FALSE;
        if (c == '=' && *equals < 0)
            *equals = (gssize)out->len;
        g_string_append_c(out, c);
        cursor->at++;
        cursor->column += cursor->at == cursor->end || ((guchar)*cursor->at & 0xc0) != 0x80;
    }
    return TRUE;
}

static gboolean read_word(LineReader *reader, Diagnostics *diagnostics, Cursor *cursor)
{
    Line *line = &reader->line;
    Word word = {.raw = cursor->at, .column = cursor->column, .equals = -1};

    g_string_truncate(reader->scratch, 0);
    word.quoted = *cursor->at == '"';
    if (word.quoted) {
        cursor->at++;
        cursor->column++;
        if (!read_quoted(line, diagnostics, cursor, reader->scratch))
            return FALSE;
    } else if (!read_bare(line, diagnostics, cursor, reader->scratch, &word.equals)) {
        return FALSE;
    }
    if (cursor->at < cursor->end && !is_blank(*cursor->at) && !begins_comment(cursor, FALSE)) {
        broken(line, diagnostics, cursor->column, 1, NULL,
               "a blank is missing after the closing quote");
        return FALSE;
    }
    word.raw_length = (gsize)(cursor->at - word.raw);
    word.width = cursor->column - word.column;
    word.length = reader->scratch->len;
    word.text = line_reader_keep(reader, reader->scratch->str, reader->scratch->len);
    g_array_append_val(line->words, word);
    return TRUE;
}

/* Without diagnostics errors only end the reading. */
static void read_words(LineReader *reader, const char *end, Diagnostics *diagnostics)
{
    Line *line = &reader->line;
    Cursor cursor = {line->text, end, 1};

    for (;;) {
        while (cursor.at < cursor.end && is_blank(*cursor.at)) {
            cursor.at++;
            cursor.column++;
        }
        if (cursor.at == cursor.end || begins_comment(&cursor, line->words->len == 0))
            return;
        if (line->words->len == WORDS_MAX) {
            broken(line, diagnostics, cursor.column, 1, NULL, "more than %d words on a line",
                   WORDS_MAX);
            return;
        }
        if (!read_word(reader, diagnostics, &cursor))
            return;
    }
}

/* --- lines -------------------------------------------------------------------------------- */

/* The next line of the source without its end; FALSE at the end. */
static gboolean split_line(LineReader *reader)
{
    Line *line = &reader->line;
    const Source *source = line->source;

    if (reader->offset >= source->length)
        return FALSE;
    line->text = source->bytes + reader->offset;
    gsize left = source->length - reader->offset;
    const char *newline = memchr(line->text, '\n', left);

    line->length = newline != NULL ? (gsize)(newline - line->text) : left;
    reader->offset += line->length + 1;
    line->number++;
    if (line->length > 0 && line->text[line->length - 1] == '\r')
        line->length--;
    return TRUE;
}

gboolean line_reader_next(LineReader *reader, Diagnostics *diagnostics)
{
    Line *line = &reader->line;

    while (split_line(reader)) {
        g_array_set_size(line->words, 0);
        g_string_chunk_clear(reader->strings);
        line->next = 0;
        line->form = NULL;
        line->broken = FALSE;
        const char *end = check_characters(line, diagnostics);

        read_words(reader, end, line->broken ? NULL : diagnostics);
        if (line->broken || line->words->len > 0)
            return TRUE;
    }
    return FALSE;
}

void line_reader_init_argument(LineReader *reader, const Source *source, const char *argument)
{
    const char *equals = strchr(argument, '=');
    Word word = {.text = argument, .length = strlen(argument), .raw = argument, .column = 1};

    line_reader_init(reader, source);
    word.raw_length = word.length;
    word.width = chars_between(argument, argument + word.length);
    word.equals = equals != NULL ? equals - argument : -1;
    reader->line.text = argument;
    reader->line.length = word.length;
    g_array_append_val(reader->line.words, word);
}

gboolean line_reader_check_argument(LineReader *reader, Diagnostics *diagnostics)
{
    (void)check_characters(&reader->line, diagnostics);
    return !reader->line.broken;
}

guint source_find_line(const Line *line, const char *verb, const char *name)
{
    const Source *source = line->source;

    if (source->is_argument)
        return 0;
    const char *end = source->bytes + source->length;
    const char *at = line->text + line->length;
    gsize verb_length = strlen(verb), name_length = strlen(name);

    for (guint number = line->number + 1; at < end; number++) {
        at = memchr(at, '\n', (gsize)(end - at));
        if (at == NULL)
            return 0;
        for (at++; at < end && is_blank(*at); at++)
            continue;
        if ((gsize)(end - at) <= verb_length || memcmp(at, verb, verb_length) != 0 ||
            !is_blank(at[verb_length]))
            continue;
        const char *word = at + verb_length;

        while (word < end && is_blank(*word))
            word++;
        if ((gsize)(end - word) >= name_length && memcmp(word, name, name_length) == 0 &&
            (word + name_length == end || g_ascii_isspace(word[name_length])))
            return number;
    }
    return 0;
}
