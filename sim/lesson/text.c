/* Inline text: its marks read away, its characters kept with their style, its lines broken. */
#include "lesson/text.h"

#include <string.h>

#include "escape/escape.h"

enum { STYLE_BOLD = 1 << 0, STYLE_EMPHASIS = 1 << 1, STYLE_CODE = 1 << 2 };

typedef struct Sign {
    gunichar c;
    guint8 style;
} Sign;

typedef struct Span {
    guint from, to;
} Span;

struct LessonText {
    GArray *signs; /* Sign */
    GArray *lines; /* Span */
    gboolean colour, unicode;
};

/* --- characters --------------------------------------------------------------------------- */

/* What ASCII has for it. */
static const struct {
    gunichar c;
    const char *ascii;
} in_ascii[] = {
    {0xa0, " "},        {0xa7, "section "}, {0xb5, "u"},    {0xb7, "*"},    {0xd7, "x"},
    {0x2013, "-"},      {0x2014, "-"},      {0x2018, "'"},  {0x2019, "'"},  {0x201c, "\""},
    {0x201d, "\""},     {0x2026, "..."},    {0x2190, "<-"}, {0x2192, "->"}, {0x2212, "-"},
    {0x2248, "about "}, {0x2264, "<="},     {0x2265, ">="}, {0x00b2, "^2"}, {0x03bc, "u"},
};

static void add_sign(LessonText *text, gunichar c, guint8 style)
{
    Sign sign = {.c = c, .style = style};

    g_array_append_val(text->signs, sign);
}

static void add_in_ascii(LessonText *text, gunichar c, guint8 style)
{
    const char *ascii = "?";

    for (gsize i = 0; i < G_N_ELEMENTS(in_ascii); i++)
        ascii = in_ascii[i].c == c ? in_ascii[i].ascii : ascii;
    for (; *ascii != '\0'; ascii++)
        add_sign(text, (gunichar)*ascii, style);
}

/* What a terminal might obey is shown. */
static void add_shown(LessonText *text, gunichar c, guint8 style)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    char bytes[6];
    gint length = g_unichar_to_utf8(c, bytes);

    escape_sign(bytes, bytes + length, shown);
    for (const char *p = shown->str; *p != '\0'; p++)
        add_sign(text, (gunichar)*p, style);
}

/* Blanks of any number are one, and none stands at the beginning. */
static void add_character(LessonText *text, gunichar c, guint8 style)
{
    const GArray *signs = text->signs;

    if (c == '\n' || c == '\t')
        c = ' ';
    if (c == ' ' && (signs->len == 0 || g_array_index(signs, Sign, signs->len - 1).c == ' '))
        return;
    if (!escape_is_plain(c))
        add_shown(text, c, style);
    else if (c < 0x80 || text->unicode)
        add_sign(text, c, style);
    else
        add_in_ascii(text, c, style);
}

static void add_string(LessonText *text, const char *from, const char *to, guint8 style)
{
    for (; from < to; from = g_utf8_find_next_char(from, NULL))
        add_character(text, g_utf8_get_char(from), style);
}

/* --- marks -------------------------------------------------------------------------------- */

typedef struct Reader {
    LessonText *text;
    const char *begin, *at;
    guint8 style;
} Reader;

/* Each reads one mark at reader->at, goes behind it, and returns TRUE; FALSE: it is none. */
typedef gboolean ReadMark(Reader *reader);

static void read_inline(Reader *reader, const char *end);

static gboolean read_escape(Reader *reader)
{
    if (reader->at[0] != '\\' || !g_ascii_ispunct(reader->at[1]))
        return FALSE;
    add_character(reader->text, (gunichar)reader->at[1], reader->style);
    reader->at += 2;
    return TRUE;
}

static gboolean read_code(Reader *reader)
{
    gsize ticks = strspn(reader->at, "`");
    g_autofree char *fence = g_strndup(reader->at, ticks);
    const char *from = reader->at + ticks;
    const char *to = ticks > 0 ? strstr(from, fence) : NULL;

    if (to == NULL)
        return FALSE;
    reader->at = to + ticks;
    if (to - from > 2 && from[0] == ' ' && to[-1] == ' ') {
        from++;
        to--;
    }
    /* Without colour, several words of code would look like words of the sentence. */
    gboolean quoted = !reader->text->colour && memchr(from, ' ', (gsize)(to - from)) != NULL;

    if (quoted)
        add_character(reader->text, '\'', reader->style);
    add_string(reader->text, from, to, reader->style | STYLE_CODE);
    if (quoted)
        add_character(reader->text, '\'', reader->style);
    return TRUE;
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || ((guchar)c & 0x80) != 0;
}

/* The end of what is emphasised by `mark` at `at`; NULL: it is no emphasis.  An underscore inside
 * a word is a part of it: snd_una. */
static const char *end_of_emphasis(const Reader *reader, const char *mark)
{
    gsize length = strlen(mark);
    const char *from = reader->at + length;

    if (*from == '\0' || g_ascii_isspace(*from))
        return NULL;
    if (*mark == '_' && reader->at > reader->begin && is_word(reader->at[-1]))
        return NULL;
    for (const char *to = strstr(from, mark); to != NULL; to = strstr(to + 1, mark)) {
        gboolean inside = *mark == '_' && is_word(to[length]);

        if (to > from && !g_ascii_isspace(to[-1]) && !inside)
            return to;
    }
    return NULL;
}

static gboolean read_emphasis(Reader *reader)
{
    static const struct {
        const char *mark;
        guint8 style;
    } marks[] = {
        {"**", STYLE_BOLD}, {"__", STYLE_BOLD}, {"*", STYLE_EMPHASIS}, {"_", STYLE_EMPHASIS}};

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        const char *end;
        guint8 before = reader->style;

        if (!g_str_has_prefix(reader->at, marks[i].mark))
            continue;
        end = end_of_emphasis(reader, marks[i].mark);
        if (end == NULL)
            continue;
        reader->at += strlen(marks[i].mark);
        reader->style |= marks[i].style;
        read_inline(reader, end);
        reader->style = before;
        reader->at = end + strlen(marks[i].mark);
        return TRUE;
    }
    return FALSE;
}

/* "[text](target)": the text; a target of the web behind it. */
static gboolean read_link(Reader *reader)
{
    const char *from = reader->at + (reader->at[0] == '!' ? 1 : 0);
    const char *middle = *from == '[' ? strchr(from, ']') : NULL;
    const char *end = middle != NULL && middle[1] == '(' ? strchr(middle, ')') : NULL;

    if (end == NULL)
        return FALSE;
    reader->at = from + 1;
    read_inline(reader, middle);
    if (g_str_has_prefix(middle + 2, "http")) {
        add_character(reader->text, ' ', reader->style);
        add_string(reader->text, middle + 1, end + 1, reader->style);
    }
    reader->at = end + 1;
    return TRUE;
}

/* A comment, a tag, or "<https://...>". */
static gboolean read_angle(Reader *reader)
{
    gboolean is_comment = g_str_has_prefix(reader->at, "<!--");
    gboolean is_tag =
        reader->at[0] == '<' && (g_ascii_isalpha(reader->at[1]) || reader->at[1] == '/');
    const char *end = NULL;

    if (is_comment)
        end = strstr(reader->at, "-->");
    else if (is_tag)
        end = strchr(reader->at, '>');
    if (end == NULL)
        return FALSE;
    if (g_str_has_prefix(reader->at, "<http"))
        add_string(reader->text, reader->at + 1, end, reader->style);
    if (g_str_has_prefix(reader->at, "<br"))
        add_character(reader->text, ' ', reader->style);
    reader->at = end + (is_comment ? 3 : 1);
    return TRUE;
}

static gboolean read_entity(Reader *reader)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&nbsp;", ' '}};

    for (gsize i = 0; i < G_N_ELEMENTS(entities); i++) {
        if (!g_str_has_prefix(reader->at, entities[i].name))
            continue;
        add_character(reader->text, (gunichar)entities[i].c, reader->style);
        reader->at += strlen(entities[i].name);
        return TRUE;
    }
    return FALSE;
}

static void read_inline(Reader *reader, const char *end)
{
    static ReadMark *const marks[] = {read_escape, read_code,  read_emphasis,
                                      read_link,   read_angle, read_entity};

    while (reader->at < end) {
        gboolean is_mark = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(marks) && !is_mark; i++)
            is_mark = marks[i](reader);
        if (is_mark)
            continue;
        add_character(reader->text, g_utf8_get_char(reader->at), reader->style);
        reader->at = g_utf8_find_next_char(reader->at, NULL);
    }
}

LessonText *lesson_text_new(const char *markdown, const LessonLook *look)
{
    LessonText *text = g_new0(LessonText, 1);
    g_autofree char *valid = g_utf8_make_valid(markdown, -1);
    Reader reader = {.text = text, .begin = valid, .at = valid};

    text->signs = g_array_new(FALSE, FALSE, sizeof(Sign));
    text->lines = g_array_new(FALSE, FALSE, sizeof(Span));
    text->colour = look->colour;
    text->unicode = look->unicode;
    read_inline(&reader, valid + strlen(valid));
    while (text->signs->len > 0 && g_array_index(text->signs, Sign, text->signs->len - 1).c == ' ')
        g_array_set_size(text->signs, text->signs->len - 1);
    lesson_text_break(text, G_MAXUINT);
    return text;
}

void lesson_text_free(LessonText *text)
{
    g_array_unref(text->signs);
    g_array_unref(text->lines);
    g_free(text);
}

void lesson_text_embolden(LessonText *text)
{
    for (guint i = 0; i < text->signs->len; i++)
        g_array_index(text->signs, Sign, i).style |= STYLE_BOLD;
}

/* --- lines -------------------------------------------------------------------------------- */

static guint cells_of(const LessonText *text, guint from, guint to)
{
    guint cells = 0;

    for (guint i = from; i < to; i++) {
        gunichar c = g_array_index(text->signs, Sign, i).c;

        cells += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return cells;
}

guint lesson_text_cells(const LessonText *text)
{
    return cells_of(text, 0, text->signs->len);
}

/* The end of the word that begins at `from`. */
static guint end_of_word(const LessonText *text, guint from)
{
    while (from < text->signs->len && g_array_index(text->signs, Sign, from).c != ' ')
        from++;
    return from;
}

void lesson_text_break(LessonText *text, guint cells)
{
    Span line = {0, 0};

    g_array_set_size(text->lines, 0);
    for (guint word = 0; word < text->signs->len;) {
        guint end = end_of_word(text, word);

        if (line.to > line.from && cells_of(text, line.from, end) > cells) {
            g_array_append_val(text->lines, line);
            line.from = word;
        }
        line.to = end;
        word = end + 1;
    }
    g_array_append_val(text->lines, line);
}

guint lesson_text_lines(const LessonText *text)
{
    return text->lines->len;
}

guint lesson_text_line_cells(const LessonText *text, guint line)
{
    const Span *span = &g_array_index(text->lines, Span, line);

    return cells_of(text, span->from, span->to);
}

static void append_style(GString *out, guint8 style)
{
    g_string_append(out, "\033[0");
    g_string_append(out, style & STYLE_BOLD ? ";1" : "");
    g_string_append(out, style & STYLE_EMPHASIS ? ";4" : "");
    g_string_append(out, style & STYLE_CODE ? ";36" : "");
    g_string_append_c(out, 'm');
}

void lesson_text_append_line(const LessonText *text, guint line, GString *out)
{
    const Span *span = &g_array_index(text->lines, Span, line);
    guint8 style = 0;

    for (guint i = span->from; i < span->to; i++) {
        const Sign *sign = &g_array_index(text->signs, Sign, i);

        if (text->colour && sign->style != style)
            append_style(out, sign->style);
        style = sign->style;
        g_string_append_unichar(out, sign->c);
    }
    if (text->colour && style != 0)
        append_style(out, 0);
}
