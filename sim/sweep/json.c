/* JSON lines. */
#include "sweep/json.h"

#include <string.h>

#include "escape/escape.h"

static void append_value(const char *text, GString *out)
{
    if (sweep_is_number(text))
        g_string_append(out, text);
    else
        escape_json(text, out);
}

static void append_name(const char *name, GString *out)
{
    escape_json(name, out);
    g_string_append_c(out, ':');
}

/* --- the head ----------------------------------------------------------------------------- */

static gboolean is_list(SweepField field)
{
    return field == SWEEP_SET || field == SWEEP_VARY || field == SWEEP_ASK;
}

static void append_strings(const GPtrArray *values, GString *out)
{
    g_string_append_c(out, '[');
    for (guint i = 0; i < values->len; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        escape_json(g_ptr_array_index(values, i), out);
    }
    g_string_append_c(out, ']');
}

void sweep_json_head(const SweepHead *head, GString *out)
{
    g_string_append(out, "{\"kind\":\"sweep\"");
    for (guint i = 0; i < SWEEP_FIELD_COUNT; i++) {
        SweepField field = (SweepField)i;

        g_string_append_c(out, ',');
        append_name(sweep_field_name(field), out);
        if (is_list(field))
            append_strings(head->values[field], out);
        else if (field == SWEEP_RUNS)
            g_string_append(out, sweep_head_value(head, field));
        else
            escape_json(sweep_head_value(head, field), out);
    }
    g_string_append(out, "}\n");
}

/* --- rows --------------------------------------------------------------------------------- */

/* "0 3 9" */
static void append_list(const char *text, GString *out)
{
    g_auto(GStrv) values = g_strsplit(text, " ", -1);

    g_string_append_c(out, '[');
    for (char **value = values; *value != NULL; value++) {
        append_value(*value, out);
        if (value[1] != NULL)
            g_string_append_c(out, ',');
    }
    g_string_append_c(out, ']');
}

/* Two questions may be the same, and one as something that is varied: they stand in objects of their
 * own, answers by their number. */
void sweep_json_row(const SweepHead *head, const SweepRow *row, GString *out)
{
    char *const *cell = row->cells;

    g_string_append_printf(out, "{\"kind\":\"run\",\"run\":%s,\"set\":{", *cell++);
    for (guint i = 0; i < head->targets->len; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        append_name(g_ptr_array_index(head->targets, i), out);
        append_value(*cell++, out);
    }
    g_string_append_printf(out, "},\"seed\":%s,\"answers\":[", *cell++);
    for (guint i = 0; i < head->values[SWEEP_ASK]->len; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        append_list(*cell++, out);
    }
    g_string_append_printf(out, "],\"held\":%s,\"end_s\":%s}\n",
                           strcmp(cell[0], "yes") == 0 ? "true" : "false", cell[1]);
}
