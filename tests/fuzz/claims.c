/* Text that is safe to print. */
#include "claims.h"

#include <string.h>

static gboolean is_printable(gunichar c)
{
    return c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0);
}

static const char *next_char(const char *text)
{
    return text + g_utf8_skip[(guchar)*text];
}

void claim_printable(const char *text, gunichar also)
{
    g_assert(g_utf8_validate(text, -1, NULL));
    for (; *text != '\0'; text = next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        g_assert(c == also || is_printable(c));
    }
}

/* Behind "ESC [ digits m". */
static const char *behind_colour(const char *order)
{
    g_assert(order[1] == '[');
    order += 2 + strspn(order + 2, "0123456789;");
    g_assert(*order == 'm');
    return order + 1;
}

void claim_lines(const GString *text, gboolean colour)
{
    g_assert(g_utf8_validate_len(text->str, text->len, NULL));
    for (const char *at = text->str; *at != '\0';) {
        if (colour && *at == '\x1b') {
            at = behind_colour(at);
            continue;
        }
        gunichar c = g_utf8_get_char(at);
        g_assert(c == '\n' || is_printable(c));
        at = next_char(at);
    }
}
