/* Places in a text, and its mistakes. */
#include "drill/source.h"

#include <string.h>

#include "escape/escape.h"

struct DrillColumn {
    gsize begin, offset; /* of a line, and in it */
    guint chars;         /* between the two */
};

void drill_source_init(DrillSource *source, const char *file, const char *bytes, gsize length)
{
    *source = (DrillSource){
        .file = g_intern_string(file),
        .bytes = bytes,
        .length = length,
        .lines = g_array_new(FALSE, FALSE, sizeof(gsize)),
        .first_line = 1,
        .known = g_new0(struct DrillColumn, 1),
    };
    gsize begin = 0;

    g_array_append_val(source->lines, begin);
    for (const char *at = bytes, *end = bytes + length;
         at < end && (at = memchr(at, '\n', (gsize)(end - at))) != NULL;) {
        begin = (gsize)(++at - bytes);
        g_array_append_val(source->lines, begin);
    }
}

void drill_source_clear(DrillSource *source)
{
    g_array_unref(source->lines);
    g_free(source->known);
}

guint drill_source_line(const DrillSource *source, gsize offset, const char **text, gsize *length)
{
    guint low = 0, high = source->lines->len;

    while (high - low > 1) {
        guint middle = low + (high - low) / 2;

        if (g_array_index(source->lines, gsize, middle) <= offset)
            low = middle;
        else
            high = middle;
    }
    gsize begin = g_array_index(source->lines, gsize, low);
    gboolean is_last = low + 1 == source->lines->len;
    gsize end = is_last ? source->length : g_array_index(source->lines, gsize, low + 1) - 1;

    *text = source->bytes + begin;
    *length = end - begin;
    if (*length > 0 && (*text)[*length - 1] == '\r')
        --*length;
    return low;
}

/* Characters from `at` to `to`, bytes that are no UTF-8 counted as one each. */
static guint count_chars(const char *at, const char *to, const char *end)
{
    guint chars = 0;

    for (; at < to; chars++)
        escape_read(at, end, &at);
    return chars;
}

/* From the beginning of the line, or from where the last one was. */
static guint count_from_line(const DrillSource *source, const char *line, const char *at,
                             const char *end)
{
    struct DrillColumn *known = source->known;
    gsize begin = (gsize)(line - source->bytes), offset = (gsize)(at - source->bytes);

    if (known->begin != begin || known->offset < begin || known->offset > offset)
        *known = (struct DrillColumn){begin, begin, 0};
    known->chars += count_chars(source->bytes + known->offset, at, end);
    known->offset = offset;
    return known->chars;
}

SourcePlace drill_source_place(const DrillSource *source, gsize offset, gsize length)
{
    const char *line;
    gsize line_length;
    guint number = drill_source_line(source, MIN(offset, source->length), &line, &line_length);
    const char *end = line + line_length;
    const char *at = MIN(source->bytes + offset, end);
    const char *to = at + MIN(length, (gsize)(end - at));

    return (SourcePlace){
        .file = source->file,
        .line = number + source->first_line,
        .column = count_from_line(source, line, at, end) + 1,
        .width = count_chars(at, to, end),
    };
}

void drill_source_error(const DrillSource *source, Diagnostics *diagnostics, gsize offset,
                        gsize length, const char *hint, const char *format, ...)
{
    const char *line;
    gsize line_length;
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    drill_source_line(source, MIN(offset, source->length), &line, &line_length);
    diagnostics_add_line(diagnostics, drill_source_place(source, offset, length), line, line_length,
                         hint, "%s", message);
}

char *drill_one_line(const char *text, gsize length)
{
    GString *out = g_string_sized_new(length);
    const char *end = text + length;

    while (text < end) {
        const char *at = text;
        gunichar sign = escape_read(text, end, &text);

        if (sign == ' ' || sign == '\t' || sign == '\n' || sign == '\r') {
            if (out->len > 0 && out->str[out->len - 1] != ' ')
                g_string_append_c(out, ' ');
        } else if (sign == ESCAPE_NO_SIGN || !escape_is_plain(sign)) {
            g_string_append_c(out, '?');
        } else {
            g_string_append_len(out, at, text - at);
        }
    }
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    return g_string_free(out, FALSE);
}
