/* How text views look. */
#include "view/style.h"

#include <string.h>

#include "escape/escape.h"

enum { WIDTH_DEFAULT = 100, WIDTH_MIN = 60 };

static const char *const colours[VIEW_COLOUR_COUNT] = {
    [VIEW_PLAIN] = NULL,       [VIEW_DIM] = "\033[2m",    [VIEW_TITLE] = "\033[1m",
    [VIEW_AGAIN] = "\033[35m", [VIEW_STATE] = "\033[32m", [VIEW_TIMER] = "\033[33m",
    [VIEW_APP] = "\033[36m",   [VIEW_BAD] = "\033[31m",
};

ViewStyle view_style(const ViewOptions *options)
{
    static const ViewStyle ascii = {FALSE, FALSE, FALSE, 0, "->", "-", ">", "<", "X", "-", NULL};
    static const ViewStyle unicode = {TRUE, FALSE, FALSE, 0, "→", "─", "▶", "◀", "✗", "─", NULL};

    ViewStyle style = options != NULL && options->unicode ? unicode : ascii;
    style.ascii_only = options != NULL && options->ascii_only;
    style.catalogue = options != NULL ? options->catalogue : NULL;
    style.colour = options != NULL && options->colour;
    style.width = options != NULL && options->width != 0 ? options->width : WIDTH_DEFAULT;
    style.width = MAX(style.width, (guint)WIDTH_MIN);
    return style;
}

void view_paint(const ViewStyle *style, ViewColour colour, const char *text, GString *out)
{
    if (!style->colour || colours[colour] == NULL) {
        g_string_append(out, text);
        return;
    }
    g_string_append(out, colours[colour]);
    g_string_append(out, text);
    g_string_append(out, "\033[0m");
}

/* g_utf8_next_char() casts const away. */
static gsize sign_bytes(const char *sign)
{
    return (guchar)g_utf8_skip[*(const guchar *)sign];
}

/* Signs that people write in titles, and have no letter inside that could stand for them. */
static const struct {
    gunichar sign;
    const char *ascii;
} likenesses[] = {
    {0x00a0, " "},   {0x00a7, "sec. "}, {0x00d7, "x"},   {0x00df, "ss"}, {0x00e6, "ae"},
    {0x00c6, "AE"},  {0x00f8, "o"},     {0x00d8, "O"},   {0x2010, "-"},  {0x2011, "-"},
    {0x2012, "-"},   {0x2013, "-"},     {0x2014, "-"},   {0x2018, "'"},  {0x2019, "'"},
    {0x201c, "\""},  {0x201d, "\""},    {0x2026, "..."}, {0x2190, "<-"}, {0x2192, "->"},
    {0x2194, "<->"}, {0x2264, "<="},    {0x2265, ">="},  {0x2212, "-"},
};

static void fold_to_ascii(gunichar sign, gboolean ascii_only, GString *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(likenesses); i++) {
        if (likenesses[i].sign == sign) {
            g_string_append(out, likenesses[i].ascii);
            return;
        }
    }
    if (!ascii_only && (g_unichar_isalnum(sign) || g_unichar_ismark(sign))) {
        g_string_append_unichar(out, sign);
        return;
    }
    /* A letter with marks, a ligature, a superscript: its ASCII parts. */
    gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
    gsize count = g_unichar_fully_decompose(sign, TRUE, parts, G_N_ELEMENTS(parts));
    gsize before = out->len;
    for (gsize i = 0; i < MIN(count, G_N_ELEMENTS(parts)); i++) {
        if (parts[i] < 0x80)
            g_string_append_c(out, (char)parts[i]);
    }
    if (out->len == before && !g_unichar_ismark(sign))
        g_string_append_c(out, '?');
}

void view_clean(const ViewStyle *style, const char *text, GString *out)
{
    if (style->unicode || escape_is_harmless(text)) {
        escape_terminal(text, out);
        return;
    }
    g_autoptr(GString) folded = g_string_new(NULL);
    const char *end = text + strlen(text), *next;
    for (; text < end; text = next) {
        gunichar sign = escape_read(text, end, &next);

        if (sign < 0x80 || sign == ESCAPE_NO_SIGN || !escape_is_plain(sign))
            escape_sign(text, end, folded);
        else
            fold_to_ascii(sign, style->ascii_only, folded);
    }
    escape_terminal(folded->str, out);
}

void view_repeat(const char *sign, guint times, GString *out)
{
    while (times-- > 0)
        g_string_append(out, sign);
}

guint view_columns(const char *text)
{
    return view_columns_until(text, '\0');
}

guint view_columns_until(const char *text, char end)
{
    guint columns = 0;

    for (const char *p = text; *p != '\0' && *p != end; p += sign_bytes(p)) {
        gunichar sign = g_utf8_get_char(p);

        if (g_unichar_iszerowidth(sign))
            continue;
        columns += g_unichar_iswide(sign) ? 2 : 1;
    }
    return columns;
}

char **view_broken(const char *text, guint columns)
{
    GPtrArray *lines = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_autoptr(GString) line = g_string_new(NULL);

    for (char **word = words; *word != NULL; word++) {
        if (line->len > 0 && view_columns(line->str) + 1 + view_columns(*word) > columns) {
            g_ptr_array_add(lines, g_strdup(line->str));
            g_string_truncate(line, 0);
        }
        g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", *word);
    }
    if (line->len > 0)
        g_ptr_array_add(lines, g_strdup(line->str));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}
