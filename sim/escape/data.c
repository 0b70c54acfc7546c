/* For programs: CSV, JSON, TAP, GitHub. */
#include <string.h>

#include "escape/escape.h"

/* --- CSV ------------------------------------------------------------------------------------ */

/* Does a spreadsheet take the text for a formula, or would it without the ' in front?  Some read
 * the wide forms of the signs as well. */
static gboolean is_formula(const char *text, gsize length)
{
    static const char *const begins[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

    for (; length > 0 && *text == '\''; text++)
        length--;
    for (gsize i = 0; i < G_N_ELEMENTS(begins); i++) {
        gsize size = strlen(begins[i]);

        if (length >= size && memcmp(text, begins[i], size) == 0)
            return TRUE;
    }
    return FALSE;
}

void escape_csv(const char *text, GString *out)
{
    g_autoptr(GString) shown = g_string_new(is_formula(text, strlen(text)) ? "'" : "");

    escape_terminal(text, shown);
    if (strpbrk(shown->str, ",\"") == NULL) {
        g_string_append_len(out, shown->str, (gssize)shown->len);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *at = shown->str; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

gsize escape_csv_undo(const char *text, gsize length)
{
    return length > 0 && *text == '\'' && is_formula(text, length) ? 1 : 0;
}

/* --- JSON ----------------------------------------------------------------------------------- */

/* Signs beyond 16 bits are two halves (RFC 8259 §7). */
static void append_utf16(gunichar sign, GString *out)
{
    if (sign < 0x10000)
        g_string_append_printf(out, "\\u%04x", sign);
    else
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((sign - 0x10000) >> 10),
                               0xdc00 + ((sign - 0x10000) & 0x3ff));
}

/* What has a short form is `\\` and a letter. */
static char short_form(gunichar sign)
{
    static const char signs[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = sign != 0 && sign < 0x80 ? strchr(signs, (int)sign) : NULL;

    return found != NULL ? letters[found - signs] : '\0';
}

static void append_json_sign(const char *at, const char *end, const char **next, GString *out)
{
    gunichar sign = escape_read(at, end, next);
    char letter = short_form(sign);

    if (letter != '\0')
        g_string_append_printf(out, "\\%c", letter);
    else if (escape_is_plain(sign) && !escape_is_order(at, end))
        g_string_append_len(out, at, *next - at);
    else
        append_utf16(sign, out);
}

void escape_json(const char *text, GString *out)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    const char *end = valid + strlen(valid);

    g_string_append_c(out, '"');
    for (const char *at = valid; at < end;)
        append_json_sign(at, end, &at, out);
    g_string_append_c(out, '"');
}

/* --- TAP ------------------------------------------------------------------------------------ */

/* '#' would begin a directive. */
void escape_tap(const char *text, GString *out)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    escape_terminal(text, shown);
    for (const char *at = shown->str; *at != '\0'; at++) {
        if (*at == '#' || *at == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
}

/* YAML takes what JSON takes, and single bytes. */
void escape_yaml(const char *text, GString *out)
{
    const char *end = text + strlen(text), *next;

    g_string_append_c(out, '"');
    for (; text < end; text = next) {
        gunichar sign = escape_read(text, end, &next);

        if (sign == '"' || sign == '\\')
            g_string_append_printf(out, "\\%c", *text);
        else if (sign == '\n')
            g_string_append(out, "\\n");
        else if (sign == ESCAPE_NO_SIGN)
            g_string_append_printf(out, "\\\\x%02x", (guint)(guchar)*text);
        else if (escape_is_plain(sign) && !escape_is_order(text, end))
            g_string_append_len(out, text, next - text);
        else
            g_string_append_printf(out, sign < 0x100 ? "\\x%02x" : "\\U%08x", sign);
    }
    g_string_append_c(out, '"');
}

/* --- GitHub --------------------------------------------------------------------------------- */

/* The signs of `special` are written as a number behind a percent sign. */
static void escape_github(const char *text, const char *special, GString *out)
{
    const char *end = text + strlen(text);

    while (text < end) {
        if (strchr(special, *text) == NULL)
            text = escape_sign(text, end, out);
        else
            g_string_append_printf(out, "%%%02X", (guint)(guchar)*text++);
    }
}

/* In a property colons and commas separate. */
void escape_github_property(const char *text, GString *out)
{
    escape_github(text, "%\r\n:,", out);
}

void escape_github_message(const char *text, GString *out)
{
    escape_github(text, "%\r\n", out);
}
