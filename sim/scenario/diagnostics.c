/* Collects what is wrong with a file and prints it; finds the word that was probably meant.
 *
 * Everything is made safe here, at the door: a scenario is input, and its bytes reach a terminal
 * only through these messages.
 */
#include "scenario/diagnostics.h"

#include <stdarg.h>
#include <string.h>

#include "escape/escape.h"

enum {
    MESSAGE_CHARS_MAX = 400,
    HINT_CHARS_MAX = 800,   /* an expectation has ten forms */
    CHARS_BEFORE_MARK = 60, /* of a long line that is shown */
    CHARS_SHOWN = 120,
};

Diagnostics *diagnostics_new(void)
{
    Diagnostics *diagnostics = g_new0(Diagnostics, 1);

    diagnostics->items = g_ptr_array_new();
    return diagnostics;
}

static void diagnostic_free(Diagnostic *item)
{
    g_free(item->message);
    g_free(item->hint);
    g_free(item->text);
    g_free(item);
}

void diagnostics_free(Diagnostics *diagnostics)
{
    if (diagnostics == NULL)
        return;
    for (guint i = 0; i < diagnostics->items->len; i++)
        diagnostic_free(g_ptr_array_index(diagnostics->items, i));
    g_ptr_array_unref(diagnostics->items);
    g_free(diagnostics);
}

/* --- making text safe --------------------------------------------------------------------- */

/* Appends the character at `at` so that no terminal obeys it; returns its end.  *cells grows by
 * the columns of a terminal that it takes. */
static const char *append_safe(GString *out, const char *at, const char *end, guint *cells)
{
    gsize before = out->len;
    const char *next = escape_sign(at, end, out);

    for (const char *shown = out->str + before; *shown != '\0';) {
        gunichar c = escape_read(shown, out->str + out->len, &shown);

        *cells += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return next;
}

/* A copy without what a terminal might obey, cut when it is long; line ends are kept. */
static char *safe_text(const char *text, guint chars_max)
{
    GString *out = g_string_new(NULL);
    const char *end = text + strlen(text);
    guint cells = 0;

    for (guint chars = 0; text < end; chars++) {
        if (chars == chars_max) {
            g_string_append(out, "…");
            break;
        }
        if (*text == '\n')
            g_string_append_c(out, *text++);
        else
            text = append_safe(out, text, end, &cells);
    }
    return g_string_free(out, FALSE);
}

/* Where the character of this column begins; the end of the line for those behind it. */
static const char *at_column(const char *text, const char *end, guint column)
{
    for (; column > 1 && text < end; column--)
        escape_read(text, end, &text);
    return text;
}

/* Fills text and mark: the line as it is shown, a long one cut around the place. */
static void set_text(Diagnostic *item, const char *text, gsize length)
{
    const char *at = text, *end = text + length;
    gboolean is_long = length > CHARS_SHOWN;
    guint column = MAX(item->place.column, 1), width = MAX(item->place.width, 1);
    GString *out = g_string_new(NULL);
    guint cells = 0, chars = 1;

    if (is_long && column > CHARS_BEFORE_MARK + 1) {
        at = at_column(text, end, column - CHARS_BEFORE_MARK);
        column = CHARS_BEFORE_MARK + 1;
        g_string_append(out, "…");
        cells = 1;
    }
    for (; at < end && (!is_long || chars <= CHARS_SHOWN); chars++) {
        if (chars == column)
            item->mark_at = cells;
        at = append_safe(out, at, end, &cells);
        if (chars >= column && chars < column + width)
            item->mark_len = cells - item->mark_at;
    }
    if (chars <= column) { /* just behind the end of the line */
        item->mark_at = cells;
        item->mark_len = 1;
    }
    if (at < end)
        g_string_append(out, "…");
    item->text = g_string_free(out, FALSE);
}

/* --- adding ------------------------------------------------------------------------------- */

static void G_GNUC_PRINTF(7, 0)
    add(Diagnostics *diagnostics, gboolean is_note, SourcePlace place, const char *text,
        gsize length, const char *hint, const char *format, va_list arguments)
{
    Diagnostic *item = g_new0(Diagnostic, 1);
    g_autofree char *message = g_strdup_vprintf(format, arguments);

    item->place = place;
    item->is_note = is_note;
    item->rank = diagnostics->rank;
    item->message = safe_text(message, MESSAGE_CHARS_MAX);
    item->hint = hint != NULL ? safe_text(hint, HINT_CHARS_MAX) : NULL;
    if (text != NULL)
        set_text(item, text, length);
    g_ptr_array_add(diagnostics->items, item);
}

static gboolean count_error(Diagnostics *diagnostics)
{
    diagnostics->errors++;
    if (diagnostics->errors > DIAGNOSTICS_MAX)
        diagnostics->left_out++;
    return diagnostics->left_out == 0;
}

void diagnostics_add(Diagnostics *diagnostics, SourcePlace place, const char *text,
                     const char *hint, const char *format, ...)
{
    va_list arguments;

    if (!count_error(diagnostics))
        return;
    va_start(arguments, format);
    add(diagnostics, FALSE, place, text, text != NULL ? strlen(text) : 0, hint, format, arguments);
    va_end(arguments);
}

void diagnostics_add_line(Diagnostics *diagnostics, SourcePlace place, const char *text,
                          gsize length, const char *hint, const char *format, ...)
{
    va_list arguments;

    if (!count_error(diagnostics))
        return;
    va_start(arguments, format);
    add(diagnostics, FALSE, place, text, length, hint, format, arguments);
    va_end(arguments);
}

void diagnostics_note(Diagnostics *diagnostics, SourcePlace place, const char *text, gsize length,
                      const char *format, ...)
{
    va_list arguments;

    if (diagnostics->left_out > 0)
        return;
    va_start(arguments, format);
    add(diagnostics, TRUE, place, text, length, NULL, format, arguments);
    va_end(arguments);
}

gboolean diagnostics_any(const Diagnostics *diagnostics)
{
    return diagnostics->errors > 0;
}

/* Insertion sort: stable, and what comes is nearly in order. */
void diagnostics_sort(Diagnostics *diagnostics)
{
    gpointer *items = diagnostics->items->pdata;

    for (guint i = 1; i < diagnostics->items->len; i++) {
        Diagnostic *item = items[i];
        guint j = i;

        for (; j > 0 && ((Diagnostic *)items[j - 1])->rank > item->rank; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

/* --- printing ----------------------------------------------------------------------------- */

/* "a.scn:3:8: "; nothing of what is about no file. */
static void format_place(GString *out, const SourcePlace *place)
{
    if (place->file == NULL)
        return;
    escape_terminal(place->file, out);
    if (place->line > 0)
        g_string_append_printf(out, ":%u", place->line);
    if (place->line > 0 && place->column > 0)
        g_string_append_printf(out, ":%u", place->column);
    g_string_append(out, ": ");
}

static void format_line(GString *out, const Diagnostic *item, const char *number, guint gutter)
{
    g_string_append_printf(out, "%*s | %s\n", (int)gutter, number, item->text);
    if (item->place.column == 0)
        return;
    g_string_append_printf(out, "%*s | %*s^", (int)gutter, "", (int)item->mark_at, "");
    for (guint i = 1; i < item->mark_len; i++)
        g_string_append_c(out, '~');
    g_string_append_c(out, '\n');
}

static void format_item(GString *out, const Diagnostic *item)
{
    g_autofree char *number = g_strdup_printf("%u", item->place.line);
    guint gutter = (guint)MAX(strlen(number), 4);

    format_place(out, &item->place);
    g_string_append_printf(out, "%s: %s\n", item->is_note ? "note" : "error", item->message);
    if (item->text != NULL)
        format_line(out, item, item->place.line > 0 ? number : "", gutter);
    if (item->hint == NULL)
        return;

    g_auto(GStrv) lines = g_strsplit(item->hint, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
        g_string_append_printf(out, "%*s = %s\n", (int)gutter, "", lines[i]);
}

char *diagnostics_format(const Diagnostics *diagnostics)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < diagnostics->items->len; i++)
        format_item(out, g_ptr_array_index(diagnostics->items, i));
    if (diagnostics->left_out > 0)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " more error%s not shown\n",
                               diagnostics->left_out, diagnostics->left_out == 1 ? "" : "s");
    return g_string_free(out, FALSE);
}

/* --- the nearest word --------------------------------------------------------------------- */

enum { NEAREST_CHARS_MAX = 40 }; /* nobody mistypes a word of the language into a longer one */

/* Damerau-Levenshtein distance, each place changed at most once; both at most
 * NEAREST_CHARS_MAX long. */
static guint edit_distance(const char *a, gsize a_length, const char *b, gsize b_length)
{
    guint rows[3][NEAREST_CHARS_MAX + 1];
    guint *before = rows[0], *above = rows[1], *row = rows[2];

    for (guint j = 0; j <= b_length; j++)
        above[j] = j;
    for (guint i = 1; i <= a_length; i++) {
        row[0] = i;
        for (guint j = 1; j <= b_length; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);

            row[j] = MIN(MIN(above[j], row[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
        guint *oldest = before;

        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

/* How far a word may be from what was meant: a third of its letters, and never all of them. */
static guint distance_max(gsize length)
{
    return length < 2 ? 0 : (guint)MAX(length / 3, 1);
}

const char *nearest_word(const char *word, const char *const *words)
{
    gsize length = strlen(word);
    const char *nearest = NULL;
    guint least = G_MAXUINT;

    if (length > NEAREST_CHARS_MAX)
        return NULL;
    for (; *words != NULL; words++) {
        gsize other = strlen(*words);

        if (other > NEAREST_CHARS_MAX)
            continue;
        guint distance = edit_distance(word, length, *words, other);

        if (distance < least && distance <= distance_max(MAX(length, other))) {
            nearest = *words;
            least = distance;
        }
    }
    return nearest;
}
