/* For pages and pictures: XML, Markdown, Mermaid, gnuplot. */
#include <string.h>

#include "escape/escape.h"

/* Letters and the like, which are most: they are copied in one piece.  '#' may begin an order. */
static gsize letters_of(const char *text)
{
    const char *at = text;

    while (*at >= ' ' && *at <= '~' && *at != '&' && *at != '<' && *at != '>' && *at != '"' &&
           *at != '\'' && *at != '#')
        at++;
    return (gsize)(at - text);
}

void escape_xml(const char *text, GString *out)
{
    const char *end = text + strlen(text);

    while (text < end) {
        gsize letters = letters_of(text);

        g_string_append_len(out, text, (gssize)letters);
        text += letters;
        if (text == end)
            return;
        switch (*text) {
        case '&': g_string_append(out, "&amp;"); break;
        case '<': g_string_append(out, "&lt;"); break;
        case '>': g_string_append(out, "&gt;"); break;
        case '"': g_string_append(out, "&quot;"); break;
        case '\'': g_string_append(out, "&apos;"); break;
        case '\t':
        case '\n':
        case '\r': g_string_append_printf(out, "&#%d;", *text); break; /* or it would be a blank */
        default: text = escape_sign(text, end, out); continue;
        }
        text++;
    }
}

/* An underscore inside a word is a part of it: snd_una. */
static gboolean is_in_word(const char *text, const char *at)
{
    return at > text && g_ascii_isalnum(at[-1]) && g_ascii_isalnum(at[1]);
}

void escape_markdown(const char *text, GString *out)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    escape_terminal(text, shown);
    for (const char *at = shown->str; *at != '\0'; at++) {
        if (*at == '&')
            g_string_append(out, "&amp;");
        else if (*at == '<')
            g_string_append(out, "&lt;");
        else if (*at == '>')
            g_string_append(out, "&gt;");
        else if (strchr("\\`*[]|~$", *at) != NULL || (*at == '_' && !is_in_word(shown->str, at)))
            g_string_append_printf(out, "\\%c", *at);
        else
            g_string_append_c(out, *at);
    }
}

/* Every character that could mean something to Mermaid is written as its number. */
void escape_mermaid(const char *text, GString *out)
{
    const char *end = text + strlen(text), *next;

    for (; text < end; text = next) {
        gunichar sign = escape_read(text, end, &next);

        if (sign < 0x80 && (g_ascii_isalnum(*text) || strchr(" =.,_/()'+-:!?*@[]|", *text) != NULL))
            g_string_append_c(out, *text);
        else
            g_string_append_printf(out, "#%u;", sign == ESCAPE_NO_SIGN ? 0xfffd : sign);
    }
}

void escape_gnuplot(const char *text, GString *out)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    escape_terminal(text, shown);
    for (const char *at = shown->str; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append(out, "”");
        else if (*at == '\\')
            g_string_append(out, "∖");
        else if (*at == '>' && at - shown->str >= 2 && at[-1] == ']' && at[-2] == ']')
            g_string_append(out, " >");
        else
            g_string_append_c(out, *at);
    }
    if (*text == '\0')
        g_string_append_c(out, '-');
}
