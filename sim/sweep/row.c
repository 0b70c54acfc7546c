/* Rows. */
#include "sweep/row.h"

#include <string.h>

void sweep_row_clear(SweepRow *row)
{
    g_strfreev(row->cells);
    row->cells = NULL;
}

static const char *digits(const char *at)
{
    while (g_ascii_isdigit(*at))
        at++;
    return at;
}

gboolean sweep_is_number(const char *text)
{
    const char *end = digits(text);

    if (end == text || (text[0] == '0' && g_ascii_isdigit(text[1])))
        return FALSE;
    if (*end != '.')
        return *end == '\0';
    return g_ascii_isdigit(end[1]) && *digits(end + 1) == '\0';
}

void sweep_number_text(double number, char out[SWEEP_NUMBER_TEXT])
{
    char *end;

    g_snprintf(out, SWEEP_NUMBER_TEXT, "%.9f", number);
    for (end = out + strlen(out) - 1; *end == '0'; end--)
        *end = '\0';
    if (*end == '.')
        *end = '\0';
}

/* --- what was varied ---------------------------------------------------------------------- */

static const struct {
    const char *unit;
    double size;
    const char *shown; /* the unit that the number is told in */
} units[] = {
    {"", 1, ""},         {"%", 1, "%"},          {"ns", 1e-9, "s"},      {"us", 1e-6, "s"},
    {"ms", 1e-3, "s"},   {"s", 1, "s"},          {"min", 60, "s"},       {"h", 3600, "s"},
    {"bit", 1, "bit/s"}, {"kbit", 1e3, "bit/s"}, {"mbit", 1e6, "bit/s"}, {"gbit", 1e9, "bit/s"},
    {"k", 1024, ""},     {"M", 1024 * 1024, ""},
};

gboolean sweep_setting_number(const char *text, double *number, const char **unit)
{
    const char *end = text + strspn(text, "0123456789.");
    g_autofree char *digits_alone = g_strndup(text, (gsize)(end - text));

    for (gsize i = 0; i < G_N_ELEMENTS(units) && sweep_is_number(digits_alone); i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        *number = g_ascii_strtod(digits_alone, NULL) * units[i].size;
        *unit = units[i].shown;
        return TRUE;
    }
    return FALSE;
}
