/* JSON lines, read as json.c writes them.  Numbers stay as they are written, so that a row is the same text whatever
 * file it comes from; a reader of JSON in general would make others of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/json.h"

#define NO_SWEEP "it is no result of a sweep"

struct SweepJson {
    FILE *file;
    char *line; /* of getline() */
    size_t room;
    guint64 number; /* of the line at hand, from 1 */
    SweepHead *head;
    guint64 last; /* run that was read; 0: none */
};

/* --- pieces of a line --------------------------------------------------------------------- */

static const char *behind_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* One sign, or a word as "true". */
static gboolean take(const char **at, const char *what)
{
    const char *from = behind_blanks(*at);

    if (!g_str_has_prefix(from, what))
        return FALSE;
    *at = from + strlen(what);
    return TRUE;
}

/* Four hexadecimal digits; -1: there are none. */
static gint32 take_hex(const char **at)
{
    gint32 value = 0;

    for (guint i = 0; i < 4; i++, (*at)++) {
        if (!g_ascii_isxdigit(**at))
            return -1;
        value = value * 16 + g_ascii_xdigit_value(**at);
    }
    return value;
}

/* Behind "\u"; the second half of a pair stands behind the first. */
static gboolean take_unicode(const char **at, GString *out)
{
    gint32 value = take_hex(at);

    if (value >= 0xd800 && value < 0xdc00 && g_str_has_prefix(*at, "\\u")) {
        *at += 2;
        gint32 low = take_hex(at);

        if (low < 0xdc00 || low > 0xdfff)
            return FALSE;
        value = 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
    }
    if (value <= 0 || (value >= 0xd800 && value < 0xe000))
        return FALSE;
    g_string_append_unichar(out, (gunichar)value);
    return TRUE;
}

/* Behind a backslash. */
static gboolean take_escaped(const char **at, GString *out)
{
    static const char letters[] = "\"\\/bfnrt", signs[] = "\"\\/\b\f\n\r\t";
    const char *letter = **at != '\0' ? strchr(letters, **at) : NULL;

    if (**at == 'u') {
        ++*at;
        return take_unicode(at, out);
    }
    if (letter == NULL)
        return FALSE;
    g_string_append_c(out, signs[letter - letters]);
    ++*at;
    return TRUE;
}

/* NULL: there is none. */
static char *take_string(const char **at)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!take(at, "\""))
        return NULL;
    while (**at != '"') {
        char c = *(*at)++;

        if (c == '\0' || (c == '\\' && !take_escaped(at, out)))
            return NULL;
        if (c != '\\')
            g_string_append_c(out, c);
    }
    ++*at;
    return g_strdup(out->str);
}

static char *take_number(const char **at)
{
    const char *from = behind_blanks(*at);
    gsize length = strspn(from, "0123456789.");
    g_autofree char *number = g_strndup(from, length);

    if (!sweep_is_number(number))
        return NULL;
    *at = from + length;
    return g_steal_pointer(&number);
}

static char *take_value(const char **at)
{
    return *behind_blanks(*at) == '"' ? take_string(at) : take_number(at);
}

/* "name": */
static gboolean take_member(const char **at, const char *name)
{
    g_autofree char *there = take_string(at);

    return there != NULL && strcmp(there, name) == 0 && take(at, ":");
}

/* Each value of a list; FALSE: it is none. */
static gboolean take_list(const char **at, GPtrArray *out)
{
    if (!take(at, "["))
        return FALSE;
    if (take(at, "]"))
        return TRUE;
    do {
        char *value = take_value(at);

        if (value == NULL)
            return FALSE;
        g_ptr_array_add(out, value);
    } while (take(at, ","));
    return take(at, "]");
}

/* --- the head ----------------------------------------------------------------------------- */

/* A field's value, or a list of them. */
static gboolean take_field(SweepHead *head, const char **at)
{
    g_autofree char *name = take_string(at);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    if (name == NULL || !take(at, ":"))
        return FALSE;
    if (*behind_blanks(*at) != '[')
        g_ptr_array_add(values, take_value(at));
    else if (!take_list(at, values))
        return FALSE;
    for (guint i = 0; i < values->len; i++) {
        const char *value = g_ptr_array_index(values, i);

        if (value == NULL || !sweep_head_read(head, name, value))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_head(SweepHead *head, const char *at)
{
    g_autofree char *kind = NULL;

    if (!take(&at, "{") || !take_member(&at, "kind"))
        return FALSE;
    kind = take_string(&at);
    if (g_strcmp0(kind, "sweep") != 0)
        return FALSE;
    while (take(&at, ",")) {
        if (!take_field(head, &at))
            return FALSE;
    }
    return take(&at, "}") && *behind_blanks(at) == '\0' && sweep_head_finish(head);
}

/* --- rows --------------------------------------------------------------------------------- */

static gboolean take_cell(const char **at, const char *name, GPtrArray *cells)
{
    char *value = take_member(at, name) ? take_value(at) : NULL;

    if (value != NULL)
        g_ptr_array_add(cells, value);
    return value != NULL;
}

/* {"client.mss":1000,…} */
static gboolean take_settings(const SweepHead *head, const char **at, GPtrArray *cells)
{
    if (!take_member(at, "set") || !take(at, "{"))
        return FALSE;
    for (guint i = 0; i < head->targets->len; i++) {
        if ((i > 0 && !take(at, ",")) || !take_cell(at, g_ptr_array_index(head->targets, i), cells))
            return FALSE;
    }
    return take(at, "}");
}

/* [[0,3],["CLOSED"],…], each with blanks between its values */
static gboolean take_answers(const SweepHead *head, const char **at, GPtrArray *cells)
{
    if (!take_member(at, "answers") || !take(at, "["))
        return FALSE;
    for (guint i = 0; i < head->values[SWEEP_ASK]->len; i++) {
        g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

        if ((i > 0 && !take(at, ",")) || !take_list(at, values))
            return FALSE;
        g_ptr_array_add(values, NULL);
        g_ptr_array_add(cells, g_strjoinv(" ", (char **)values->pdata));
    }
    return take(at, "]");
}

static gboolean take_held(const char **at, GPtrArray *cells)
{
    if (!take_member(at, "held"))
        return FALSE;
    gboolean held = take(at, "true");

    if (!held && !take(at, "false"))
        return FALSE;
    g_ptr_array_add(cells, g_strdup(held ? "yes" : "no"));
    return TRUE;
}

/* NULL: it is no row of this sweep. */
static char **read_row(const SweepHead *head, const char *at)
{
    g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *kind = NULL;

    if (!take(&at, "{") || !take_member(&at, "kind"))
        return NULL;
    kind = take_string(&at);
    if (g_strcmp0(kind, "run") != 0 || !take(&at, ",") || !take_cell(&at, "run", cells) ||
        !take(&at, ",") || !take_settings(head, &at, cells) || !take(&at, ",") ||
        !take_cell(&at, "seed", cells) || !take(&at, ",") || !take_answers(head, &at, cells) ||
        !take(&at, ",") || !take_held(&at, cells) || !take(&at, ",") ||
        !take_cell(&at, "end_s", cells) || !take(&at, "}") || *behind_blanks(at) != '\0')
        return NULL;
    g_ptr_array_add(cells, NULL);
    return (char **)g_ptr_array_steal(cells, NULL);
}

/* --- lines -------------------------------------------------------------------------------- */

/* Without its end; FALSE when there is none, or half a one: *is_half. */
static gboolean next_line(SweepJson *json, gboolean *is_half)
{
    ssize_t length = getline(&json->line, &json->room, json->file);

    *is_half = length > 0 && json->line[length - 1] != '\n';
    json->number++;
    if (length <= 0 || *is_half)
        return FALSE;
    json->line[length - 1] = '\0';
    return TRUE;
}

SweepJson *sweep_json_open(const char *path, char **trouble)
{
    SweepJson *json = g_new0(SweepJson, 1);
    gboolean is_half;

    json->head = sweep_head_new();
    json->file = fopen(path, "r");
    if (json->file == NULL)
        *trouble = g_strdup(g_strerror(errno));
    else if (next_line(json, &is_half) && read_head(json->head, json->line))
        return json;
    else
        *trouble = g_strdup(NO_SWEEP);
    sweep_json_close(json);
    return NULL;
}

const SweepHead *sweep_json_head_of(const SweepJson *json)
{
    return json->head;
}

static gboolean say(const SweepJson *json, char **trouble, const char *what)
{
    *trouble = g_strdup_printf("line %" G_GUINT64_FORMAT " %s", json->number, what);
    return FALSE;
}

gboolean sweep_json_next(SweepJson *json, SweepRow *row, char **trouble)
{
    gboolean is_half;

    if (!next_line(json, &is_half))
        return is_half ? say(json, trouble, "is cut off") : FALSE;
    row->cells = read_row(json->head, json->line);
    if (row->cells == NULL)
        return say(json, trouble, "is no row of this sweep");
    if (!g_ascii_string_to_unsigned(row->cells[0], 10, json->last + 1, json->head->runs, &row->run,
                                    NULL)) {
        sweep_row_clear(row);
        return say(json, trouble, "has a run that cannot stand there");
    }
    json->last = row->run;
    return TRUE;
}

void sweep_json_close(SweepJson *json)
{
    if (json->file != NULL)
        (void)fclose(json->file);
    free(json->line);
    sweep_head_free(json->head);
    g_free(json);
}
