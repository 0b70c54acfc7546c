/* One sign: whether it can be shown, and how it is when it cannot. */
#include "escape/escape.h"

#include <string.h>

enum { LINE_SEPARATOR = 0x2028, PARAGRAPH_SEPARATOR = 0x2029 };

gboolean escape_is_plain(gunichar sign)
{
    return sign != LINE_SEPARATOR && sign != PARAGRAPH_SEPARATOR && g_unichar_isprint(sign);
}

gunichar escape_read(const char *at, const char *end, const char **next)
{
    gunichar sign = g_utf8_get_char_validated(at, end - at);

    if (sign == (gunichar)-1 || sign == (gunichar)-2 || sign == 0) {
        *next = at + 1;
        return ESCAPE_NO_SIGN;
    }
    *next = at + g_unichar_to_utf8(sign, NULL);
    return sign;
}

static const char order[] = "##[";

gboolean escape_is_order(const char *at, const char *end)
{
    return end - at >= (gssize)strlen(order) && memcmp(at, order, strlen(order)) == 0;
}

gboolean escape_is_harmless(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~')
            return FALSE;
    }
    return strstr(text, order) == NULL;
}

const char *escape_sign(const char *at, const char *end, GString *out)
{
    const char *next;
    gunichar sign = escape_read(at, end, &next);

    if (sign == '\t')
        g_string_append_c(out, ' ');
    else if (sign == ESCAPE_NO_SIGN || (sign < 0x80 && !escape_is_plain(sign)))
        g_string_append_printf(out, "\\x%02x", (guint)(guchar)*at);
    else if (!escape_is_plain(sign) || escape_is_order(at, end))
        g_string_append_printf(out, "\\u{%x}", sign);
    else
        g_string_append_len(out, at, next - at);
    return next;
}
