/* Changes of text as whoever writes it would make them: lines, words and numbers; now and then a blind one.
 */
#include <string.h>

#include "dice.h"
#include "fuzz.h"

enum { CHANGES_MAX = 4, BLIND = 12 /* one in so many changes */ };

/* What is changed. */
typedef struct Text {
    Dice dice;
    GPtrArray *lines; /* char *, without their ends; at least one */
} Text;

static guint64 draw(Text *text, guint64 below)
{
    return dice_draw(&text->dice, below);
}

static guint any_line(Text *text)
{
    return (guint)draw(text, text->lines->len);
}

static const char *line_at(const Text *text, guint i)
{
    return g_ptr_array_index(text->lines, i);
}

static void replace_line(Text *text, guint i, char *line)
{
    g_free(text->lines->pdata[i]);
    text->lines->pdata[i] = line;
}

/* ---- Lines ---- */

static void swap_lines(Text *text)
{
    guint i = any_line(text), j = any_line(text);
    gpointer line = text->lines->pdata[i];

    text->lines->pdata[i] = text->lines->pdata[j];
    text->lines->pdata[j] = line;
}

static void repeat_line(Text *text)
{
    char *line = g_strdup(line_at(text, any_line(text)));

    g_ptr_array_insert(text->lines, (gint)any_line(text), line);
}

static void remove_line(Text *text)
{
    if (text->lines->len > 1)
        g_ptr_array_remove_index(text->lines, any_line(text));
}

/* The beginning of one and the end of another. */
static void splice_lines(Text *text)
{
    const char *one = line_at(text, any_line(text)), *other = line_at(text, any_line(text));
    gsize head = (gsize)draw(text, strlen(one) + 1), tail = (gsize)draw(text, strlen(other) + 1);
    char *line = g_strdup_printf("%.*s%s", (int)head, one, other + tail);

    g_ptr_array_insert(text->lines, (gint)any_line(text), line);
}

static void insert_made_line(Text *text)
{
    char *line = fuzz_line(draw(text, G_MAXUINT64));

    if (line != NULL)
        g_ptr_array_insert(text->lines, (gint)any_line(text), line);
}

/* ---- Words ---- */

#define SEPARATORS " \t,|="

/* A word of the language, or one that stands elsewhere in the text; free with g_free(). */
static char *any_word(Text *text)
{
    if (draw(text, 3) > 0)
        return g_strdup(fuzz_word(draw(text, G_MAXUINT64)));
    g_auto(GStrv) others = g_strsplit_set(line_at(text, any_line(text)), SEPARATORS, -1);
    guint count = g_strv_length(others);

    return g_strdup(count > 0 ? others[draw(text, count)] : "");
}

typedef struct Span {
    gsize from, length;
} Span;

/* Where a word of the line is. */
static Span any_span(Text *text, const char *line)
{
    gsize length = strlen(line), from = (gsize)draw(text, length + 1);

    while (from > 0 && strchr(SEPARATORS, line[from - 1]) == NULL)
        from--;
    return (Span){from, strcspn(line + from, SEPARATORS)};
}

static void put_in_place(Text *text, guint i, Span span, const char *word)
{
    const char *line = line_at(text, i);

    replace_line(
        text, i,
        g_strdup_printf("%.*s%s%s", (int)span.from, line, word, line + span.from + span.length));
}

static void replace_word(Text *text)
{
    guint i = any_line(text);
    g_autofree char *word = any_word(text);

    put_in_place(text, i, any_span(text, line_at(text, i)), word);
}

static void insert_word(Text *text)
{
    guint i = any_line(text);
    g_autofree char *word = any_word(text);
    g_autofree char *with_blank = g_strdup_printf("%s ", word);
    Span span = any_span(text, line_at(text, i));

    span.length = 0;
    put_in_place(text, i, span, with_blank);
}

static void remove_word(Text *text)
{
    guint i = any_line(text);
    const char *line = line_at(text, i);
    Span span = any_span(text, line);

    span.length += line[span.from + span.length] != '\0';
    put_in_place(text, i, span, "");
}

/* ---- Numbers ---- */

/* Digits of the line; a length of 0: there are none behind some place. */
static Span any_digits(Text *text, const char *line)
{
    gsize from = (gsize)draw(text, strlen(line) + 1);

    while (from > 0 && g_ascii_isdigit(line[from]) && g_ascii_isdigit(line[from - 1]))
        from--;
    from += strcspn(line + from, "0123456789");
    return (Span){from, strspn(line + from, "0123456789")};
}

static guint64 near(Text *text, guint64 number)
{
    switch (draw(text, 7)) {
    case 0: return number + 1;
    case 1: return number - 1;
    case 2: return number * 10;
    case 3: return number / 10;
    case 4: return draw(text, 2) ? 0 : 1;
    case 5: return (G_GUINT64_CONSTANT(1) << draw(text, 64)) - draw(text, 2);
    default: return draw(text, 1000);
    }
}

static void change_number(Text *text)
{
    guint i = any_line(text);
    const char *line = line_at(text, i);
    Span span = any_digits(text, line);

    if (span.length == 0)
        return;
    guint64 number = near(text, g_ascii_strtoull(line + span.from, NULL, 10));
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, number);

    put_in_place(text, i, span, digits);
}

/* ---- All of it ---- */

static void (*const changes[])(Text *text) = {
    swap_lines,   repeat_line, remove_line, splice_lines,  insert_made_line, insert_made_line,
    replace_word, insert_word, remove_word, change_number, change_number,    replace_word,
};

static void split(Text *text, const char *data, gsize size)
{
    g_autofree char *whole = g_strndup(data, size);
    g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);

    text->lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; lines[i] != NULL; i++)
        g_ptr_array_add(text->lines, g_strdup(lines[i]));
    if (text->lines->len == 0)
        g_ptr_array_add(text->lines, g_strdup(""));
}

static gsize join(const Text *text, uint8_t *data, gsize room)
{
    gsize size = 0;

    for (guint i = 0; i < text->lines->len; i++) {
        gsize length = MIN(strlen(line_at(text, i)), room - size);
        memcpy(data + size, line_at(text, i), length);
        size += length;
        if (i + 1 < text->lines->len && size < room)
            data[size++] = '\n';
    }
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    Text text = {.dice = {seed}};

    if (draw(&text, BLIND) == 0)
        return LLVMFuzzerMutate(data, size, room);
    split(&text, (const char *)data, size);
    for (guint64 n = draw(&text, CHANGES_MAX) + 1; n > 0; n--)
        changes[draw(&text, G_N_ELEMENTS(changes))](&text);
    size = join(&text, data, room);
    g_ptr_array_unref(text.lines);
    return size;
}
