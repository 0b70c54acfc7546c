/* Where things stand in a figure of an RFC: never beyond column 72, no blanks at the end of a row. */
#include "view/figure.h"

#include <string.h>

enum {
    PAGE_WIDTH = 72,
    CELL_MIN = 12, /* SYN-RECEIVED */
    MARK = 3,
};

/* Columns at which the page's parts begin. */
typedef struct Page {
    guint number_width; /* "12. " */
    guint cell_width[FIGURE_SIDES];
    guint segment, segment_width;
    guint right;
} Page;

static void line_free(FigureLine *line)
{
    g_free(line->segment);
    for (guint side = 0; side < FIGURE_SIDES; side++) {
        g_ptr_array_unref(line->above[side]);
        g_ptr_array_unref(line->below[side]);
    }
    g_free(line);
}

Figure *figure_new(void)
{
    Figure *figure = g_new0(Figure, 1);

    figure->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
    return figure;
}

void figure_free(Figure *figure)
{
    if (figure == NULL)
        return;
    g_ptr_array_unref(figure->lines);
    g_free(figure);
}

FigureLine *figure_add(Figure *figure)
{
    FigureLine *line = g_new0(FigureLine, 1);

    for (guint side = 0; side < FIGURE_SIDES; side++) {
        line->cell[side] = line->mark[side] = "";
        line->above[side] = g_ptr_array_new_with_free_func(g_free);
        line->below[side] = g_ptr_array_new_with_free_func(g_free);
    }
    g_ptr_array_add(figure->lines, line);
    return line;
}

/* How much of a segment's text goes into a row: up to the last '>' within the width, if any. */
static gsize piece_length(const char *text, guint width)
{
    gsize length = strlen(text);

    if (length <= width)
        return length;
    for (gsize i = width; i > 0; i--) {
        if (text[i - 1] == '>')
            return i;
    }
    return strcspn(text, ">") + 1;
}

static void page_init(Page *page, const Figure *figure)
{
    guint longest = 0;

    *page = (Page){.cell_width = {CELL_MIN, CELL_MIN}};
    for (guint i = 0; i < figure->lines->len; i++) {
        const FigureLine *line = g_ptr_array_index(figure->lines, i);

        for (guint side = 0; side < FIGURE_SIDES; side++)
            page->cell_width[side] = MAX(page->cell_width[side], (guint)strlen(line->cell[side]));
        if (line->segment != NULL)
            longest = MAX(longest, (guint)strlen(line->segment));
    }

    g_autofree char *number = g_strdup_printf("%u. ", figure->lines->len);
    page->number_width = MAX((guint)strlen(number), 4);
    page->segment = page->number_width + page->cell_width[FIGURE_LEFT] + 1 + MARK + 1;
    guint beside = page->segment + 1 + MARK + 1 + page->cell_width[FIGURE_RIGHT];
    guint room = beside < PAGE_WIDTH ? PAGE_WIDTH - beside : 0;
    page->segment_width = MIN(MAX(longest, 20), room);
    page->right = page->segment + page->segment_width + 1 + MARK + 1;
}

/* Text from this column on, or one blank behind what stands there already. */
static void put(GString *row, guint column, const char *text)
{
    if (*text == '\0')
        return;
    if (row->len >= column && row->len > 0 && row->str[row->len - 1] != ' ')
        g_string_append_c(row, ' ');
    while (row->len < column)
        g_string_append_c(row, ' ');
    g_string_append(row, text);
}

static void end_row(GString *row, GString *out)
{
    while (row->len > 0 && row->str[row->len - 1] == ' ')
        g_string_truncate(row, row->len - 1);
    g_string_append_len(out, row->str, (gssize)row->len);
    g_string_append_c(out, '\n');
    g_string_truncate(row, 0);
}

/* Text of the right side begins in its column, or as much before it as it needs to end in time. */
static void put_right(const Page *page, GString *row, const char *text)
{
    guint length = (guint)strlen(text);
    guint latest = length < PAGE_WIDTH ? PAGE_WIDTH - length : 0;

    put(row, MIN(page->right, latest), text);
}

static const char *nth(const GPtrArray *texts, guint i)
{
    return i < texts->len ? g_ptr_array_index(texts, i) : "";
}

static void write_comments(const Page *page, GPtrArray *const comments[FIGURE_SIDES], GString *row,
                           GString *out)
{
    guint rows = MAX(comments[FIGURE_LEFT]->len, comments[FIGURE_RIGHT]->len);

    for (guint i = 0; i < rows; i++) {
        put(row, page->number_width, nth(comments[FIGURE_LEFT], i));
        put_right(page, row, nth(comments[FIGURE_RIGHT], i));
        end_row(row, out);
    }
}

/* What did not fit beside the marks, below. */
static void write_rest(const Page *page, const char *text, GString *row, GString *out)
{
    while (*text != '\0') {
        gsize length = piece_length(text, page->segment_width);
        g_autofree char *piece = g_strndup(text, length);

        put(row, page->segment, piece);
        end_row(row, out);
        text += length;
    }
}

static void write_line(const Page *page, const FigureLine *line, guint number, GString *out)
{
    g_autoptr(GString) row = g_string_new(NULL);
    const char *segment = line->segment != NULL ? line->segment : "";
    gsize length = piece_length(segment, page->segment_width);
    g_autofree char *piece = g_strndup(segment, length);

    g_string_append_printf(row, "%u. ", number);
    write_comments(page, line->above, row, out);
    put(row, page->number_width, line->cell[FIGURE_LEFT]);
    put(row, page->segment - MARK - 1, line->mark[FIGURE_LEFT]);
    put(row, page->segment, piece);
    put(row, page->right - MARK - 1, line->mark[FIGURE_RIGHT]);
    put(row, page->right, line->cell[FIGURE_RIGHT]);
    end_row(row, out);
    write_rest(page, segment + length, row, out);
    write_comments(page, line->below, row, out);
}

/* The words of the caption, as many in a row as there is room for, each row in the middle. */
static void write_caption(const char *caption, GString *out)
{
    g_auto(GStrv) words = g_strsplit(caption, " ", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) row = g_string_new(NULL);

    for (guint i = 0; words[i] != NULL || text->len > 0; i++) {
        if (words[i] != NULL && text->len + 1 + strlen(words[i]) <= PAGE_WIDTH) {
            put(text, 0, words[i]);
            continue;
        }
        guint room = text->len < PAGE_WIDTH ? PAGE_WIDTH - (guint)text->len : 0;
        put(row, room / 2, text->str);
        end_row(row, out);
        g_string_assign(text, words[i] != NULL ? words[i] : "");
        if (words[i] == NULL)
            return;
    }
}

void figure_write(const Figure *figure, const char *const titles[FIGURE_SIDES], const char *caption,
                  GString *out)
{
    g_autoptr(GString) row = g_string_new(NULL);
    Page page;

    page_init(&page, figure);
    put(row, page.number_width, titles[FIGURE_LEFT]);
    put_right(&page, row, titles[FIGURE_RIGHT]);
    end_row(row, out);
    for (guint i = 0; i < figure->lines->len; i++) {
        g_string_append_c(out, '\n');
        write_line(&page, g_ptr_array_index(figure->lines, i), i + 1, out);
    }
    if (*caption == '\0')
        return;
    g_string_append_c(out, '\n');
    write_caption(caption, out);
}
