/* Results as text and as JSON: both are written as the values come. */
#include "bench/line.h"

BenchLine *bench_line_new(const char *name)
{
    BenchLine *line = g_new(BenchLine, 1);

    line->text = g_string_new(name);
    line->json = g_string_new(NULL);
    g_string_append_printf(line->json, "{\"bench\":\"%s\"", name);
    return line;
}

void bench_line_free(BenchLine *line)
{
    if (line == NULL)
        return;
    g_string_free(line->text, TRUE);
    g_string_free(line->json, TRUE);
    g_free(line);
}

/* A number is written the same way in both. */
static void add(BenchLine *line, const char *key, const char *value)
{
    g_string_append_printf(line->text, " %s=%s", key, value);
    g_string_append_printf(line->json, ",\"%s\":%s", key, value);
}

void bench_line_count(BenchLine *line, const char *key, guint64 value)
{
    char text[32];

    g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, value);
    add(line, key, text);
}

void bench_line_number(BenchLine *line, const char *key, double value, int decimals)
{
    char text[64], format[16];

    g_snprintf(format, sizeof format, "%%.%df", decimals);
    add(line, key, g_ascii_formatd(text, sizeof text, format, value));
}

void bench_line_word(BenchLine *line, const char *key, const char *value)
{
    g_autofree char *escaped = g_strescape(value, NULL);

    g_string_append_printf(line->text, " %s=%s", key, value);
    g_string_append_printf(line->json, ",\"%s\":\"%s\"", key, escaped);
}

void bench_line_write(const BenchLine *line, gboolean as_json, GString *out)
{
    if (as_json)
        g_string_append_printf(out, "%s}\n", line->json->str);
    else
        g_string_append_printf(out, "%s\n", line->text->str);
}
