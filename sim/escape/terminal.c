/* For people: terminals, logs, the shell. */
#include <string.h>

#include "escape/escape.h"

static gboolean is_blank(const char *at, const char *next)
{
    return next == at + 1 ? g_ascii_isspace(*at) : g_unichar_isspace(g_utf8_get_char(at));
}

void escape_terminal(const char *text, GString *out)
{
    const char *end = text + strlen(text), *next;
    gboolean is_first = TRUE;

    if (escape_is_harmless(text) && strstr(text, "::") == NULL) {
        g_string_append_len(out, text, end - text);
        return;
    }
    for (const char *at = text; at < end; at = next) {
        if (is_first && g_str_has_prefix(at, "::")) {
            g_string_append(out, "\\u{3a}:");
            next = at + 2;
        } else {
            next = escape_sign(at, end, out);
        }
        is_first = is_first && is_blank(at, next);
    }
}

/* --- the shell ------------------------------------------------------------------------------ */

static gboolean is_shown(const char *at, const char *end, const char **next)
{
    gunichar sign = escape_read(at, end, next);

    return sign != ESCAPE_NO_SIGN && escape_is_plain(sign) && !escape_is_order(at, end);
}

static gboolean can_be_shown(const char *text, const char *end)
{
    for (const char *next; text < end; text = next) {
        if (!is_shown(text, end, &next))
            return FALSE;
    }
    return TRUE;
}

/* Octal has three digits and no more, whatever follows; hexadecimal would go on. */
static void append_dollar_quoted(const char *text, const char *end, GString *out)
{
    g_string_append(out, "$'");
    for (const char *next; text < end; text = next) {
        if (is_shown(text, end, &next) && *text != '\'' && *text != '\\') {
            g_string_append_len(out, text, next - text);
            continue;
        }
        for (; text < next; text++)
            g_string_append_printf(out, "\\%03o", (guint)(guchar)*text);
    }
    g_string_append_c(out, '\'');
}

void escape_shell(const char *text, GString *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./=+,:%@";
    g_autofree char *word = g_strconcat(*text == '-' && text[1] != '\0' ? "./" : "", text, NULL);
    const char *end = word + strlen(word);

    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        g_string_append(out, word);
    } else if (can_be_shown(word, end)) {
        g_autofree char *quoted = g_shell_quote(word);

        g_string_append(out, quoted);
    } else {
        append_dollar_quoted(word, end, out);
    }
}
