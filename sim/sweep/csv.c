/* CSV, written and read.  A line is a row: nothing in it has a line break. */
#include "sweep/csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape/escape.h"

#define FIRST_LINE "# tcpwaltz sweep"
#define NO_SWEEP "it is no result of a sweep"

/* --- writing ------------------------------------------------------------------------------ */

static void append_line(char *const *cells, GString *out)
{
    for (; *cells != NULL; cells++) {
        escape_csv(*cells, out);
        g_string_append_c(out, cells[1] != NULL ? ',' : '\n');
    }
}

void sweep_csv_head(const SweepHead *head, GString *out)
{
    g_auto(GStrv) columns = sweep_head_columns(head);

    g_string_append(out, FIRST_LINE "\n");
    for (guint field = 0; field < SWEEP_FIELD_COUNT; field++) {
        const GPtrArray *values = head->values[field];

        for (guint i = 0; i < values->len; i++) {
            g_string_append_printf(out, "# %s: ", sweep_field_name((SweepField)field));
            escape_terminal(g_ptr_array_index(values, i), out);
            g_string_append_c(out, '\n');
        }
    }
    append_line(columns, out);
}

void sweep_csv_row(const SweepRow *row, GString *out)
{
    append_line(row->cells, out);
}

/* --- reading ------------------------------------------------------------------------------ */

struct SweepCsv {
    FILE *file;
    char *line; /* of getline() */
    size_t room;
    guint64 number; /* of the line at hand, from 1 */
    SweepHead *head;
    guint columns;
    guint64 last; /* run that was read; 0: none */
};

/* Without its end; FALSE when there is none, or half a one: *is_half. */
static gboolean next_line(SweepCsv *csv, gboolean *is_half)
{
    ssize_t length = getline(&csv->line, &csv->room, csv->file);

    *is_half = length > 0 && csv->line[length - 1] != '\n';
    if (length <= 0 || *is_half)
        return FALSE;
    csv->line[length - 1] = '\0';
    csv->number++;
    return TRUE;
}

/* One field of the line, which *at is behind afterwards, as its comma; NULL: it is none. */
static char *take_field(const char **at)
{
    g_autoptr(GString) field = g_string_new(NULL);
    gboolean quoted = **at == '"';
    const char *from = quoted ? *at + 1 : *at;

    while (*from != '\0' && (quoted || *from != ',')) {
        if (quoted && *from == '"' && *++from != '"')
            break;
        g_string_append_c(field, *from++);
    }
    if ((quoted && from[-1] != '"') || (*from != ',' && *from != '\0'))
        return NULL;
    *at = from;
    return g_strdup(field->str + escape_csv_undo(field->str, field->len));
}

/* NULL: the line has not these many fields. */
static char **take_fields(const char *line, guint count)
{
    char **fields = g_new0(char *, count + 1);

    for (guint i = 0; i < count; i++) {
        fields[i] = take_field(&line);
        if (fields[i] == NULL || *line != (i + 1 < count ? ',' : '\0')) {
            g_strfreev(fields);
            return NULL;
        }
        line++;
    }
    return fields;
}

/* "# version: 0.1.0"; FALSE: it is no such line. */
static gboolean read_head_line(SweepHead *head, const char *line)
{
    const char *colon = g_str_has_prefix(line, "# ") ? strstr(line, ": ") : NULL;

    if (colon == NULL)
        return FALSE;
    g_autofree char *name = g_strndup(line + 2, (gsize)(colon - line - 2));

    return sweep_head_read(head, name, colon + 2);
}

static gboolean has_columns(const SweepCsv *csv)
{
    g_auto(GStrv) expected = sweep_head_columns(csv->head);
    g_auto(GStrv) there = take_fields(csv->line, csv->columns);

    return there != NULL && g_strv_equal((const char *const *)there, (const char *const *)expected);
}

static gboolean read_head(SweepCsv *csv)
{
    gboolean is_half;

    if (!next_line(csv, &is_half) || strcmp(csv->line, FIRST_LINE) != 0)
        return FALSE;
    while (next_line(csv, &is_half) && csv->line[0] == '#') {
        if (!read_head_line(csv->head, csv->line))
            return FALSE;
    }
    if (is_half || !sweep_head_finish(csv->head))
        return FALSE;
    csv->columns = sweep_head_column_count(csv->head);
    return has_columns(csv);
}

SweepCsv *sweep_csv_open(const char *path, char **trouble)
{
    SweepCsv *csv = g_new0(SweepCsv, 1);

    csv->head = sweep_head_new();
    csv->file = fopen(path, "r");
    if (csv->file == NULL)
        *trouble = g_strdup(g_strerror(errno));
    else if (read_head(csv))
        return csv;
    else
        *trouble = g_strdup(NO_SWEEP);
    sweep_csv_close(csv);
    return NULL;
}

const SweepHead *sweep_csv_head_of(const SweepCsv *csv)
{
    return csv->head;
}

static gboolean say(const SweepCsv *csv, char **trouble, const char *what)
{
    *trouble = g_strdup_printf("line %" G_GUINT64_FORMAT " %s", csv->number, what);
    return FALSE;
}

gboolean sweep_csv_next(SweepCsv *csv, SweepRow *row, char **trouble)
{
    gboolean is_half;

    if (!next_line(csv, &is_half)) {
        csv->number++;
        return is_half ? say(csv, trouble, "is cut off") : FALSE;
    }
    row->cells = take_fields(csv->line, csv->columns);
    if (row->cells == NULL)
        return say(csv, trouble, "is no row of this sweep");
    if (!g_ascii_string_to_unsigned(row->cells[0], 10, csv->last + 1, csv->head->runs, &row->run,
                                    NULL)) {
        sweep_row_clear(row);
        return say(csv, trouble, "has a run that cannot stand there");
    }
    csv->last = row->run;
    return TRUE;
}

void sweep_csv_close(SweepCsv *csv)
{
    if (csv->file != NULL)
        (void)fclose(csv->file);
    free(csv->line);
    sweep_head_free(csv->head);
    g_free(csv);
}
