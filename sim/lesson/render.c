/* Markdown's blocks for a terminal.  A list or a quotation is the same again, further in. */
#include "lesson/render.h"

#include <string.h>

#include "escape/escape.h"
#include "lesson/fence.h"
#include "lesson/grid.h"
#include "lesson/text.h"

enum { WIDEST = 100, NARROWEST = 20 };

typedef struct Render {
    const LessonLook *look;
    GString *out;
    GString *indent;   /* before each line */
    char *marker;      /* "1. ": at the end of the indent of the next line; or NULL */
    char *label;       /* "Answer:": before the next paragraph; or NULL */
    gboolean is_tight; /* no empty line before the next block */
} Render;

/* The lines of a block: text without its indent. */
typedef struct Lines {
    const GPtrArray *all;
    guint at;
} Lines;

static void render_lines(Render *render, const GPtrArray *lines);

static char *peek(const Lines *lines)
{
    return lines->at < lines->all->len ? g_ptr_array_index(lines->all, lines->at) : NULL;
}

static gboolean is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* --- writing ------------------------------------------------------------------------------ */

static void begin_line(Render *render)
{
    if (render->marker == NULL) {
        g_string_append(render->out, render->indent->str);
        return;
    }
    gsize before = render->indent->len - strlen(render->marker);

    g_string_append_len(render->out, render->indent->str, (gssize)before);
    g_string_append(render->out, render->marker);
    g_clear_pointer(&render->marker, g_free);
}

static void end_line(Render *render)
{
    GString *out = render->out;

    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void write_line(Render *render, const char *text)
{
    begin_line(render);
    g_string_append(render->out, text);
    end_line(render);
}

/* A line of the lesson as it stands there. */
static void write_raw(Render *render, const char *text)
{
    begin_line(render);
    escape_terminal(text, render->out);
    end_line(render);
}

/* An empty line between two blocks. */
static void separate(Render *render)
{
    if (render->out->len > 0 && !render->is_tight && render->marker == NULL)
        g_string_append_c(render->out, '\n');
    render->is_tight = FALSE;
}

static guint width_left(const Render *render)
{
    guint width = MIN(render->look->width, WIDEST);
    gsize indent = render->indent->len;

    return width > indent + NARROWEST ? width - (guint)indent : NARROWEST;
}

static void write_text(Render *render, LessonText *text)
{
    lesson_text_break(text, width_left(render));
    for (guint i = 0; i < lesson_text_lines(text); i++) {
        begin_line(render);
        lesson_text_append_line(text, i, render->out);
        end_line(render);
    }
}

/* --- headings, pictures, rules ------------------------------------------------------------ */

/* Each takes the block that begins here, and returns TRUE; FALSE: it is another one. */
typedef gboolean RenderBlock(Render *render, Lines *lines);

static gboolean render_heading(Render *render, Lines *lines)
{
    const char *line = peek(lines);
    gsize level = strspn(line, "#");

    if (level == 0 || level > 6 || line[level] != ' ')
        return FALSE;
    g_autoptr(LessonText) text = lesson_text_new(line + level + 1, render->look);
    g_autofree char *rule = g_strnfill(lesson_text_cells(text), level == 1 ? '=' : '-');

    lines->at++;
    separate(render);
    lesson_text_embolden(text);
    write_text(render, text);
    if (level <= 2)
        write_line(render, rule);
    return TRUE;
}

/* "![what it shows](path)" alone on a line. */
static gboolean render_picture(Render *render, Lines *lines)
{
    const char *line = peek(lines);
    const char *middle = g_str_has_prefix(line, "![") ? strstr(line, "](") : NULL;
    const char *end = middle != NULL ? strchr(middle, ')') : NULL;

    if (end == NULL || !is_blank(end + 1))
        return FALSE;
    g_autofree char *target = g_strndup(middle + 2, (gsize)(end - middle - 2));
    g_autofree char *path = render->look->folder != NULL
                                ? g_build_filename(render->look->folder, target, NULL)
                                : g_strdup(target);
    g_autofree char *shown = g_strdup_printf("Picture: %s", path);
    g_autofree char *alt = g_strndup(line + 2, (gsize)(middle - line - 2));
    g_autoptr(LessonText) text = lesson_text_new(alt, render->look);

    lines->at++;
    separate(render);
    write_raw(render, shown);
    if (lesson_text_cells(text) > 0) {
        g_string_append(render->indent, "  ");
        write_text(render, text);
        g_string_truncate(render->indent, render->indent->len - 2);
    }
    return TRUE;
}

static gboolean render_rule(Render *render, Lines *lines)
{
    const char *line = peek(lines);
    gsize length = strlen(line);

    if (length < 3 || (strspn(line, "-") != length && strspn(line, "*") != length))
        return FALSE;
    g_autofree char *rule = g_strnfill(width_left(render), '-');

    lines->at++;
    separate(render);
    write_line(render, rule);
    return TRUE;
}

/* --- comments and tags -------------------------------------------------------------------- */

static gboolean render_comment(Render *render, Lines *lines)
{
    (void)render;
    if (!g_str_has_prefix(peek(lines), "<!--"))
        return FALSE;
    while (peek(lines) != NULL && strstr(peek(lines), "-->") == NULL)
        lines->at++;
    lines->at++;
    return TRUE;
}

/* The line that ends the <details> of this line, what stands in blocks of code aside; 0: none does. */
static guint end_of_details(const Lines *lines)
{
    const char *fence = NULL;
    guint depth = 0;

    for (guint at = lines->at; at < lines->all->len; at++) {
        const char *line = g_ptr_array_index(lines->all, at);

        if (fence != NULL) {
            fence = fence_closes(line, fence) ? NULL : fence;
        } else if (fence_length(line) > 0) {
            fence = line;
        } else {
            depth += g_str_has_prefix(line, "<details");
            depth -= g_str_has_prefix(line, "</details");
            if (depth == 0)
                return at;
        }
    }
    return 0;
}

/* "[+] Answer", and not what it is the summary of. */
static void fold(Render *render, Lines *lines, const char *summary)
{
    g_autofree char *sign = g_strconcat("[+] ", summary, NULL);
    g_autoptr(LessonText) text = lesson_text_new(sign, render->look);

    lines->at = end_of_details(lines) + 1;
    separate(render);
    lesson_text_embolden(text);
    write_text(render, text);
}

/* "<details><summary>Answer</summary>" is what stands before the next paragraph. */
static gboolean render_details(Render *render, Lines *lines)
{
    static const char opens[] = "<summary>";
    const char *line = peek(lines);
    const char *from = strstr(line, opens), *to = strstr(line, "</summary>");

    if (!g_str_has_prefix(line, "<details") && !g_str_has_prefix(line, "</details") &&
        !g_str_has_prefix(line, opens))
        return FALSE;
    if (from == NULL || to == NULL) {
        lines->at++;
        return TRUE;
    }
    from += strlen(opens);
    g_autofree char *summary = g_strndup(from, (gsize)MAX(to - from, 0));

    if (render->look->folded && end_of_details(lines) > lines->at) {
        fold(render, lines, summary);
        return TRUE;
    }
    lines->at++;
    g_free(render->label);
    render->label = g_strconcat(summary, ":", NULL);
    return TRUE;
}

/* --- code and tables ---------------------------------------------------------------------- */

/* How many bytes of the line fit into so many cells. */
static gsize fitting(const char *line, guint cells)
{
    guint used = 0;
    const char *at = line;

    for (; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar c = g_utf8_get_char(at);

        used += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
        if (used > cells)
            break;
    }
    return (gsize)(at - line);
}

/* Where the line is broken so that it fits, behind its first word: at a blank, or after a comma, for tables
 * that are CSV; 0: it fits, or can be broken nowhere. */
static gsize break_of(const char *line, guint cells)
{
    gsize first = strspn(line, " "), at = fitting(line, cells);

    if (line[at] == '\0')
        return 0;
    while (at > first && line[at] != ' ' && line[at - 1] != ',')
        at--;
    return at > first ? at : 0;
}

/* A line of code.  What is too long for the terminal goes on below, further in: no word is broken there. */
static void write_code(Render *render, const char *line)
{
    enum { FURTHER = 4 };
    gsize taken = render->indent->len;
    guint cells =
        render->look->width > taken + NARROWEST ? render->look->width - (guint)taken : NARROWEST;
    g_autofree char *blanks = g_strnfill(MIN(strspn(line, " ") + FURTHER, cells / 2), ' ');
    g_autofree char *rest = g_strdup(line);
    gsize at;

    while ((at = break_of(rest, cells)) > 0) {
        g_autofree char *piece = g_strndup(rest, at);
        char *next = g_strconcat(blanks, rest + at + strspn(rest + at, " "), NULL);

        write_raw(render, piece);
        g_free(rest);
        rest = next;
    }
    write_raw(render, rest);
}

/* The label stands alone before what is no paragraph. */
static void write_label(Render *render)
{
    if (render->label == NULL)
        return;
    separate(render);
    write_raw(render, render->label);
    g_clear_pointer(&render->label, g_free);
}

static gboolean is_fence(const char *line)
{
    return *line != ' ' && fence_length(line) > 0;
}

static gboolean render_code(Render *render, Lines *lines)
{
    const char *opening = peek(lines);

    if (!is_fence(opening))
        return FALSE;
    lines->at++;
    write_label(render);
    separate(render);
    for (; peek(lines) != NULL && !fence_closes(peek(lines), opening); lines->at++)
        write_code(render, peek(lines));
    lines->at++;
    return TRUE;
}

/* Four blanks before it: code, too. */
static gboolean render_indented_code(Render *render, Lines *lines)
{
    if (!g_str_has_prefix(peek(lines), "    "))
        return FALSE;
    write_label(render);
    separate(render);
    while (peek(lines) != NULL &&
           (g_str_has_prefix(peek(lines), "    ") ||
            (is_blank(peek(lines)) && lines->at + 1 < lines->all->len &&
             g_str_has_prefix(g_ptr_array_index(lines->all, lines->at + 1), "    ")))) {
        write_code(render, peek(lines));
        lines->at++;
    }
    return TRUE;
}

static gboolean render_table(Render *render, Lines *lines)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    while (peek(lines) != NULL && peek(lines)[0] == '|')
        g_ptr_array_add(rows, g_ptr_array_index(lines->all, lines->at++));
    if (rows->len == 0)
        return FALSE;
    write_label(render);
    separate(render);
    g_auto(GStrv) set = lesson_grid(rows, width_left(render), render->look);

    for (char **line = set; *line != NULL; line++)
        write_line(render, *line);
    return TRUE;
}

/* --- blocks in blocks --------------------------------------------------------------------- */

/* The lines further in, after `marker`, which stands before the first. */
static void render_inside(Render *render, const GPtrArray *inside, const char *marker)
{
    gsize before = render->indent->len;
    g_autofree char *blanks = g_strnfill(strlen(marker), ' ');

    g_string_append(render->indent, blanks);
    g_free(render->marker);
    render->marker = g_strdup(marker);
    render_lines(render, inside);
    g_string_truncate(render->indent, before);
    g_clear_pointer(&render->marker, g_free);
}

/* How long "- " or "12. " is; 0: there is none. */
static gsize marker_length(const char *line)
{
    gsize length = line[0] != '\0' && strchr("-*+", line[0]) != NULL ? 1 : 0;
    gsize digits = strspn(line, "0123456789");

    if (digits > 0 && (line[digits] == '.' || line[digits] == ')'))
        length = digits + 1;
    return length > 0 && line[length] == ' ' ? length + strspn(line + length, " ") : 0;
}

/* Takes the lines of an item: those as far in as its text, empty ones between them, and those that
 * continue its paragraph. */
static GPtrArray *take_item(Lines *lines, gsize inside)
{
    GPtrArray *item = g_ptr_array_new();
    gboolean after_blank = FALSE;

    g_ptr_array_add(item, peek(lines) + inside);
    lines->at++;
    for (char *line; (line = peek(lines)) != NULL; lines->at++) {
        gsize blanks = strspn(line, " ");

        if (!is_blank(line) && blanks < inside && (after_blank || marker_length(line) > 0))
            break;
        after_blank = is_blank(line);
        g_ptr_array_add(item, line + MIN(blanks, inside));
    }
    while (item->len > 1 && is_blank(g_ptr_array_index(item, item->len - 1))) {
        g_ptr_array_set_size(item, (int)item->len - 1);
        lines->at--;
    }
    return item;
}

static gboolean render_list(Render *render, Lines *lines)
{
    const char *line = peek(lines);
    gsize length = marker_length(line);

    if (length == 0)
        return FALSE;
    g_autofree char *marker = g_strndup(line, length);
    g_autoptr(GPtrArray) item = take_item(lines, length);

    separate(render);
    render_inside(render, item, marker);
    /* The next item follows at once, as it does in the file. */
    render->is_tight = peek(lines) != NULL && marker_length(peek(lines)) > 0;
    return TRUE;
}

static gboolean render_quotation(Render *render, Lines *lines)
{
    g_autoptr(GPtrArray) inside = g_ptr_array_new();

    for (char *line; (line = peek(lines)) != NULL && line[0] == '>'; lines->at++)
        g_ptr_array_add(inside, line + (line[1] == ' ' ? 2 : 1));
    if (inside->len == 0)
        return FALSE;
    separate(render);
    render_inside(render, inside, "  ");
    return TRUE;
}

/* --- paragraphs --------------------------------------------------------------------------- */

static gboolean ends_paragraph(const char *line)
{
    return is_blank(line) || is_fence(line) || line[0] == '#' || line[0] == '>' ||
           marker_length(line) > 0 || g_str_has_prefix(line, "<details") ||
           g_str_has_prefix(line, "</details") || g_str_has_prefix(line, "<!--") ||
           g_str_has_prefix(line, "![");
}

/* A comment may span lines, and what they hold ends nothing. */
static gboolean comment_is_open(const GString *text)
{
    const char *open = g_strrstr(text->str, "<!--");

    return open != NULL && strstr(open, "-->") == NULL;
}

static gboolean render_paragraph(Render *render, Lines *lines)
{
    g_autoptr(GString) joined = g_string_new(NULL);

    if (render->label != NULL)
        g_string_append_printf(joined, "**%s**\n", render->label);
    g_clear_pointer(&render->label, g_free);
    do {
        g_string_append_printf(joined, "%s\n", peek(lines));
        lines->at++;
    } while (peek(lines) != NULL && (comment_is_open(joined) || !ends_paragraph(peek(lines))));
    g_autoptr(LessonText) text = lesson_text_new(joined->str, render->look);

    separate(render);
    write_text(render, text);
    /* A list that follows at once belongs to it. */
    render->is_tight = peek(lines) != NULL && marker_length(peek(lines)) > 0;
    return TRUE;
}

/* --- all of it ---------------------------------------------------------------------------- */

static void render_lines(Render *render, const GPtrArray *all)
{
    static RenderBlock *const blocks[] = {
        render_heading, render_picture,   render_rule,      render_comment,
        render_details, render_code,      render_table,     render_indented_code,
        render_list,    render_quotation, render_paragraph,
    };
    Lines lines = {all, 0};

    while (peek(&lines) != NULL) {
        gboolean taken = FALSE;

        if (is_blank(peek(&lines))) {
            render->is_tight = FALSE;
            lines.at++;
            continue;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(blocks) && !taken; i++)
            taken = blocks[i](render, &lines);
    }
}

char *lesson_render(const char *markdown, const LessonLook *look)
{
    g_auto(GStrv) split = g_strsplit(markdown, "\n", -1);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    Render render = {.look = look, .out = g_string_new(NULL), .indent = g_string_new(NULL)};

    for (char **line = split; *line != NULL; line++)
        g_ptr_array_add(lines, *line);
    render_lines(&render, lines);
    g_string_free(render.indent, TRUE);
    g_free(render.marker);
    g_free(render.label);
    return g_string_free(render.out, FALSE);
}
