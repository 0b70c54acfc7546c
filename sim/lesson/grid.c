/* Tables: columns as wide as what stands in them; when that is too wide for the terminal, the
 * widest one is broken into lines, as far as its words allow it. */
#include "lesson/grid.h"

#include <string.h>

#include "lesson/text.h"

enum { BETWEEN = 2, NARROWEST = 12 };

typedef struct Grid {
    GPtrArray *rows;       /* GPtrArray * of LessonText *; the first is the head */
    GArray *widths;        /* guint, a column */
    GArray *longest;       /* guint, a column: its longest word */
    GArray *aligned_right; /* gboolean, a column */
} Grid;

/* --- reading ------------------------------------------------------------------------------ */

/* Cells are parted by bars; "\|" is none.  A comment may hold any. */
static GPtrArray *cells_of_row(const char *row)
{
    GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) cell = g_string_new(NULL);
    const char *at = row + 1;

    for (; *at != '\0'; at++) {
        const char *end = g_str_has_prefix(at, "<!--") ? strstr(at, "-->") : NULL;

        if (end != NULL) {
            at = end + 2;
        } else if (at[0] == '\\' && at[1] == '|') {
            g_string_append_c(cell, *++at);
        } else if (*at == '|') {
            g_ptr_array_add(cells, g_strdup(cell->str));
            g_string_truncate(cell, 0);
        } else {
            g_string_append_c(cell, *at);
        }
    }
    g_autofree char *rest = g_strdup(cell->str);
    if (*g_strstrip(rest) != '\0')
        g_ptr_array_add(cells, g_steal_pointer(&rest));
    return cells;
}

/* "| --- | ---: |" */
static gboolean is_rule(const char *row)
{
    return strchr(row, '-') != NULL && row[strspn(row, "|:- \t")] == '\0';
}

static void read_alignment(Grid *grid, const char *row)
{
    g_autoptr(GPtrArray) cells = cells_of_row(row);

    for (guint i = 0; i < cells->len; i++) {
        gboolean right = g_str_has_suffix(g_strchomp(g_ptr_array_index(cells, i)), ":");

        g_array_append_val(grid->aligned_right, right);
    }
}

static guint longest_word(LessonText *text)
{
    guint longest = 0;

    lesson_text_break(text, 1);
    for (guint i = 0; i < lesson_text_lines(text); i++)
        longest = MAX(longest, lesson_text_line_cells(text, i));
    return longest;
}

static void raise_to(GArray *widths, guint column, guint width)
{
    if (widths->len <= column)
        g_array_set_size(widths, column + 1);
    guint *is = &g_array_index(widths, guint, column);
    *is = MAX(*is, width);
}

static void read_row(Grid *grid, const char *row, const LessonLook *look)
{
    g_autoptr(GPtrArray) cells = cells_of_row(row);
    GPtrArray *texts = g_ptr_array_new_with_free_func((GDestroyNotify)lesson_text_free);

    for (guint i = 0; i < cells->len; i++) {
        LessonText *text = lesson_text_new(g_ptr_array_index(cells, i), look);

        if (grid->rows->len == 0)
            lesson_text_embolden(text);
        g_ptr_array_add(texts, text);
        raise_to(grid->widths, i, lesson_text_cells(text));
        raise_to(grid->longest, i, longest_word(text));
    }
    g_ptr_array_add(grid->rows, texts);
}

/* --- setting ------------------------------------------------------------------------------ */

static guint total_width(const Grid *grid)
{
    guint width = 0;

    for (guint i = 0; i < grid->widths->len; i++)
        width += g_array_index(grid->widths, guint, i) + (i > 0 ? BETWEEN : 0);
    return width;
}

/* The widest column that is wider than its words ask for; NULL: there is none. */
static guint *widest_column(const Grid *grid)
{
    guint *widest = NULL;

    for (guint i = 0; i < grid->widths->len; i++) {
        guint *width = &g_array_index(grid->widths, guint, i);
        guint least = MAX(NARROWEST, g_array_index(grid->longest, guint, i));

        if (*width > least && (widest == NULL || *width > *widest))
            widest = width;
    }
    return widest;
}

static void narrow(Grid *grid, guint cells)
{
    guint *widest;

    while (total_width(grid) > cells && (widest = widest_column(grid)) != NULL)
        *widest -= 1;
}

static gboolean is_right(const Grid *grid, guint column)
{
    return column < grid->aligned_right->len &&
           g_array_index(grid->aligned_right, gboolean, column);
}

static void append_cell(const Grid *grid, guint column, const LessonText *text, guint line,
                        GString *out)
{
    guint width = g_array_index(grid->widths, guint, column);
    gboolean is_there = line < lesson_text_lines(text);
    guint cells = is_there ? lesson_text_line_cells(text, line) : 0;
    int blanks = cells < width ? (int)(width - cells) : 0;

    g_string_append_printf(out, "%*s", is_right(grid, column) ? blanks : 0, "");
    if (is_there)
        lesson_text_append_line(text, line, out);
    g_string_append_printf(out, "%*s", is_right(grid, column) ? 0 : blanks, "");
}

static void set_row(const Grid *grid, const GPtrArray *row, GPtrArray *lines)
{
    guint height = 1;

    for (guint i = 0; i < row->len; i++) {
        LessonText *text = g_ptr_array_index(row, i);

        lesson_text_break(text, g_array_index(grid->widths, guint, i));
        height = MAX(height, lesson_text_lines(text));
    }
    for (guint line = 0; line < height; line++) {
        GString *out = g_string_new(NULL);

        for (guint i = 0; i < row->len; i++) {
            if (i > 0)
                g_string_append_printf(out, "%*s", BETWEEN, "");
            append_cell(grid, i, g_ptr_array_index(row, i), line, out);
        }
        g_ptr_array_add(lines, g_strchomp(g_string_free(out, FALSE)));
    }
}

static char *rule_of(const Grid *grid)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < grid->widths->len; i++) {
        g_string_append_printf(out, "%*s", i > 0 ? BETWEEN : 0, "");
        for (guint cell = 0; cell < g_array_index(grid->widths, guint, i); cell++)
            g_string_append_c(out, '-');
    }
    return g_string_free(out, FALSE);
}

char **lesson_grid(const GPtrArray *rows, guint cells, const LessonLook *look)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GArray) widths = g_array_new(FALSE, TRUE, sizeof(guint));
    g_autoptr(GArray) longest = g_array_new(FALSE, TRUE, sizeof(guint));
    g_autoptr(GArray) aligned = g_array_new(FALSE, TRUE, sizeof(gboolean));
    GPtrArray *lines = g_ptr_array_new();
    Grid grid = {texts, widths, longest, aligned};

    for (guint i = 0; i < rows->len; i++) {
        const char *row = g_ptr_array_index(rows, i);

        if (i == 1 && is_rule(row))
            read_alignment(&grid, row);
        else
            read_row(&grid, row, look);
    }
    narrow(&grid, cells);
    for (guint i = 0; i < texts->len; i++) {
        set_row(&grid, g_ptr_array_index(texts, i), lines);
        if (i == 0)
            g_ptr_array_add(lines, rule_of(&grid));
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}
