/* What is said about a line that is wrong: where, what, and what would have been right. */
#include <stdarg.h>
#include <string.h>

#include "scenario/parser.h"

enum {
    SHOWN_CHARS_MAX = 60,
    LISTED_BESIDE_MAX = 15, /* words listed besides the one that was probably meant */
    LISTED_ALONE_MAX = 24,  /* a list of more is a page, not a hint */
};

const Word *line_word(const Line *line, guint index)
{
    return &g_array_index(line->words, Word, index);
}

SourcePlace line_place(const Line *line, const Word *word)
{
    SourcePlace place = {line->source->name, line->number, 0, 1};

    if (word != NULL) {
        place.column = word->column;
        place.width = word->width;
    } else if (line->words->len > 0) {
        const Word *last = line_word(line, line->words->len - 1);

        place.column = last->column + last->width;
    }
    return place;
}

/* The hint, and what a name in the word stands for; free with g_free(). */
static char *hint_with_name(const Word *word, const char *hint)
{
    if (word == NULL || word->named == NULL)
        return g_strdup(hint);
    return g_strdup_printf("%s%swhere it says '%s'", hint != NULL ? hint : "",
                           hint != NULL ? "\n" : "", word->named);
}

void line_error(Parser *parser, const Line *line, const Word *word, const char *hint,
                const char *format, ...)
{
    va_list arguments;

    if (parser->muted)
        return;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *whole = hint_with_name(word, hint);

    diagnostics_add_line(parser->diagnostics, line_place(line, word), line->text, line->length,
                         whole, "%s", message);
}

const char *shown(Parser *parser, const Word *word)
{
    const char *end = word->text;
    guint chars = 0;

    for (; *end != '\0' && chars < SHOWN_CHARS_MAX; chars++)
        end += g_utf8_skip[(guchar)*end];
    const char *text = line_reader_keep(parser->reader, word->text, (gsize)(end - word->text));

    if (*end == '\0')
        return text;
    g_autofree char *cut = g_strconcat(text, "…", NULL);

    return line_reader_keep(parser->reader, cut, strlen(cut));
}

/* "a, b or c"; owned by the caller. */
static char *join_words(const char *const *words)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; words[i] != NULL; i++) {
        if (i > 0)
            g_string_append(out, words[i + 1] != NULL ? ", " : " or ");
        g_string_append(out, words[i]);
    }
    return g_string_free(out, FALSE);
}

char *words_hint(const char *word, const char *const *words)
{
    const char *nearest = nearest_word(word, words);
    GString *out = g_string_new(NULL);
    guint count = 0;

    while (words[count] != NULL)
        count++;
    if (nearest != NULL)
        g_string_append_printf(out, "did you mean '%s'?", nearest);
    if (count > 0 && count <= (nearest != NULL ? LISTED_BESIDE_MAX : LISTED_ALONE_MAX)) {
        g_autofree char *list = join_words(words);

        g_string_append_printf(out, "%s%s%s", out->len > 0 ? "\n" : "",
                               count > 1 ? "one of " : "there is only ", list);
    }
    if (count > LISTED_ALONE_MAX && nearest == NULL)
        g_string_append(out, "'tcpwaltz help scenario' lists what there is");
    return g_string_free(out, FALSE);
}

void line_unknown(Parser *parser, const Line *line, const Word *word, const char *what,
                  const char *const *words)
{
    g_autofree char *hint = strchr(word->text, '#') != NULL && !word->quoted
                                ? g_strdup("a blank is missing before the '#'")
                                : words_hint(word->text, words);

    line_error(parser, line, word, *hint != '\0' ? hint : NULL, "unknown %s '%s'", what,
               shown(parser, word));
}

char *form_hint(const Line *line)
{
    if (line->form == NULL)
        return NULL;
    g_auto(GStrv) forms = g_strsplit(line->form, "\n", -1);
    g_autofree char *joined = g_strjoinv("\nform: ", forms);

    return g_strconcat("form: ", joined, NULL);
}

void line_missing(Parser *parser, const Line *line, const char *expected)
{
    const Word *last = line_word(line, line->words->len - 1);
    g_autofree char *hint = form_hint(line);

    line_error(parser, line, NULL, hint, "expected %s after '%s'", expected, shown(parser, last));
}
