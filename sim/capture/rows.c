/* The lines of a segment table: a header, notes, and a row a segment, strictly read.
 *
 * The columns are a table: each has a name and a function that reads its field into the row.
 */
#include "capture/rows.h"

#include <stdarg.h>
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "escape/escape.h"

enum {
    DECIMALS_MIN = 4,
    DECIMALS_MAX = 9,
    HOSTS_MAX = 100,
    HOST_NAME_BYTES_MAX = 100,
    FIELDS_MAX = 10,
};

/* A field of the line at hand. */
typedef struct Field {
    const char *raw; /* in the line, quotes included */
    gsize raw_length;
    const char *text; /* without quotes; not terminated */
    gsize length;
} Field;

typedef struct Reader {
    const char *at, *end; /* what is not read yet */
    guint number;         /* of the line at hand, from 1 */
    const char *line;
    gsize line_length;
    Field fields[FIELDS_MAX + 1]; /* one more, to see that there are too many */
    guint field_count;
    GString *unquoted[FIELDS_MAX + 1];
    TableRows *table;
    CaptureProblem *problem;
} Reader;

/* --- problems ----------------------------------------------------------------------------- */

static guint chars_in(const char *text, gsize length)
{
    guint chars = 0;

    for (gsize i = 0; i < length; i++)
        chars += ((guchar)text[i] & 0xc0) != 0x80; /* continuation bytes of UTF-8 */
    return chars;
}

static gboolean G_GNUC_PRINTF(4, 5)
    fail_at(Reader *reader, const char *from, gsize bytes, const char *format, ...)
{
    CaptureProblem *problem = reader->problem;
    va_list arguments;

    va_start(arguments, format);
    problem->message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem->line = reader->number;
    problem->text = reader->line;
    problem->text_length = reader->line_length;
    if (from != NULL) {
        problem->column = chars_in(reader->line, (gsize)(from - reader->line)) + 1;
        problem->width = chars_in(from, bytes);
    }
    return FALSE;
}

#define fail(reader, field, ...) fail_at(reader, (field)->raw, (field)->raw_length, __VA_ARGS__)

/* --- lines and fields --------------------------------------------------------------------- */

static gboolean next_line(Reader *reader)
{
    if (reader->at == reader->end)
        return FALSE;

    const char *end = memchr(reader->at, '\n', (gsize)(reader->end - reader->at));
    const char *next = end != NULL ? end + 1 : reader->end;

    reader->line = reader->at;
    reader->line_length = (gsize)((end != NULL ? end : reader->end) - reader->at);
    if (reader->line_length > 0 && reader->line[reader->line_length - 1] == '\r')
        reader->line_length--;
    reader->at = next;
    reader->number++;
    return TRUE;
}

static gboolean check_text(Reader *reader)
{
    const char *bad;

    if (g_utf8_validate_len(reader->line, reader->line_length, &bad))
        return TRUE;
    return fail_at(reader, bad, 1, *bad == '\0' ? "a NUL byte: this is no text" : "not UTF-8");
}

/* A field in quotes: RFC 4180, without line breaks.  Returns what comes behind it; NULL and said
 * when it has no end. */
static const char *read_quoted(Reader *reader, Field *field, GString *text)
{
    const char *end = reader->line + reader->line_length;
    const char *at = field->raw + 1;

    g_string_truncate(text, 0);
    for (; at < end; at++) {
        if (*at == '"') {
            if (at + 1 == end || at[1] != '"')
                break;
            at++;
        }
        g_string_append_c(text, *at);
    }
    if (at == end) {
        fail_at(reader, field->raw, 1, "a quoted field that does not end");
        return NULL;
    }
    field->raw_length = (gsize)(at + 1 - field->raw);
    field->text = text->str;
    field->length = text->len;
    return at + 1;
}

static const char *read_plain(Reader *reader, Field *field)
{
    const char *end = reader->line + reader->line_length;
    const char *comma = memchr(field->raw, ',', (gsize)(end - field->raw));

    field->raw_length = (gsize)((comma != NULL ? comma : end) - field->raw);
    field->text = field->raw;
    field->length = field->raw_length;
    return field->raw + field->raw_length;
}

/* The line into fields: at most one more than there are columns. */
static gboolean split(Reader *reader)
{
    const char *at = reader->line, *end = at + reader->line_length;

    for (reader->field_count = 0; reader->field_count <= FIELDS_MAX; at++) {
        Field *field = &reader->fields[reader->field_count];

        field->raw = at;
        at = at < end && *at == '"'
                 ? read_quoted(reader, field, reader->unquoted[reader->field_count])
                 : read_plain(reader, field);
        if (at == NULL)
            return FALSE;
        reader->field_count++;
        if (at == end)
            return TRUE;
        if (*at != ',')
            return fail_at(reader, at, 1, "a comma should follow the quoted field");
    }
    return TRUE;
}

/* --- columns ------------------------------------------------------------------------------ */

static gboolean is_empty(const Field *field)
{
    return field->length == 0;
}

static gboolean read_number(Reader *reader, const Field *field, guint32 most, guint32 *out)
{
    gint64 number;
    gboolean is_digits = memchr(field->text, '.', field->length) == NULL;
    DecimalError error = decimal_read(field->text, field->length, 1, &number);

    if (error == DECIMAL_NOT_A_NUMBER || !is_digits)
        return fail(reader, field, "a whole number was expected");
    if (error != DECIMAL_OK || number > most)
        return fail(reader, field, "at most %u is possible", most);
    *out = (guint32)number;
    return TRUE;
}

static gboolean read_time(Reader *reader, const Field *field, TableRow *row)
{
    const char *point = memchr(field->text, '.', field->length);
    gsize decimals = point != NULL ? (gsize)(field->text + field->length - point) - 1 : 0;
    DecimalError error = decimal_read(field->text, field->length, SIM_SECOND, &row->t);
    const GArray *rows = reader->table->rows;

    if (error == DECIMAL_TOO_LARGE)
        return fail(reader, field, "a time of more than 292 years");
    if (error == DECIMAL_NOT_A_NUMBER || decimals < DECIMALS_MIN || decimals > DECIMALS_MAX)
        return fail(reader, field, "seconds with %d to %d decimals were expected", DECIMALS_MIN,
                    DECIMALS_MAX);
    if (rows->len > 0 && row->t < g_array_index(rows, TableRow, rows->len - 1).t)
        return fail(reader, field, "earlier than the row before it");
    return TRUE;
}

/* The line is UTF-8, as was checked. */
static gboolean has_control_character(const Field *field)
{
    const char *end = field->text + field->length;

    for (const char *at = field->text; at < end; at += g_utf8_skip[(guchar)*at]) {
        if (!g_unichar_isprint(g_utf8_get_char(at)))
            return TRUE;
    }
    return FALSE;
}

static gboolean read_from(Reader *reader, const Field *field, TableRow *row)
{
    GPtrArray *hosts = reader->table->hosts;

    gsize undo = escape_csv_undo(field->text, field->length);
    const char *name = field->text + undo;
    gsize length = field->length - undo;

    if (is_empty(field))
        return fail(reader, field, "the name of the host that sent is missing");
    if (has_control_character(field))
        return fail(reader, field, "a name with a character that cannot be shown");
    if (field->length > HOST_NAME_BYTES_MAX)
        return fail(reader, field, "a name of more than %d bytes", HOST_NAME_BYTES_MAX);
    for (row->host = 0; row->host < hosts->len; row->host++) {
        if (text_equals(g_ptr_array_index(hosts, row->host), name, length))
            return TRUE;
    }
    if (hosts->len == HOSTS_MAX)
        return fail(reader, field, "more than %d hosts", HOSTS_MAX);
    g_ptr_array_add(hosts, g_strndup(name, length));
    return TRUE;
}

static gboolean read_class(Reader *reader, const Field *field, TableRow *row)
{
    if (segment_class_from_name(field->text, field->length, &row->class) &&
        row->class != SEGMENT_ANY)
        return TRUE;
    return fail(reader, field, "RST, SYN-ACK, SYN, FIN, DATA or ACK was expected");
}

static gboolean read_seq(Reader *reader, const Field *field, TableRow *row)
{
    return read_number(reader, field, G_MAXUINT32, &row->seq);
}

static gboolean read_ack(Reader *reader, const Field *field, TableRow *row)
{
    row->has_ack = !is_empty(field);
    return !row->has_ack || read_number(reader, field, G_MAXUINT32, &row->ack);
}

static gboolean read_length(Reader *reader, const Field *field, TableRow *row)
{
    guint32 length = 0;

    if (!read_number(reader, field, G_MAXUINT16, &length))
        return FALSE;
    row->length = (guint16)length;
    return TRUE;
}

static gboolean read_window(Reader *reader, const Field *field, TableRow *row)
{
    guint32 window = 0;

    if (!read_number(reader, field, G_MAXUINT16, &window))
        return FALSE;
    row->window = (guint16)window;
    return TRUE;
}

static gboolean take_nothing(const char *value, SegmentOptions *options)
{
    (void)value;
    (void)options;
    return TRUE;
}

static gboolean take_mss(const char *value, SegmentOptions *options)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT16, &number, NULL))
        return FALSE;
    options->mss = (guint16)number;
    return TRUE;
}

static gboolean take_window_scale(const char *value, SegmentOptions *options)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 10, 0, 14, &number, NULL))
        return FALSE;
    options->window_scale = (guint8)number;
    return TRUE;
}

static const struct {
    const char *word;
    OptionItem item;
    gboolean (*take)(const char *value, SegmentOptions *options);
    const char *needs;
} option_words[] = {
    {"mss", OPTION_ITEM_MSS, take_mss, "'mss' needs a number up to 65535"},
    {"wscale", OPTION_ITEM_WINDOW_SCALE, take_window_scale, "'wscale' needs a number up to 14"},
    {"sackOK", OPTION_ITEM_SACK_PERMITTED, take_nothing, NULL},
    {"TS", OPTION_ITEM_TIMESTAMPS, take_nothing, NULL},
};

static gboolean read_option(Reader *reader, const Field *field, char **word, guint *items,
                            SegmentOptions *options)
{
    const char *value = word[1] != NULL ? word[1] : "";

    for (guint i = 0; i < G_N_ELEMENTS(option_words); i++) {
        guint8 bit = (guint8)(1U << (option_words[i].item - OPTION_ITEM_MSS));

        if (strcmp(*word, option_words[i].word) != 0)
            continue;
        if (!option_words[i].take(value, options))
            return fail(reader, field, "%s", option_words[i].needs);
        if (!(options->present & bit))
            option_list_add(&options->list, items, option_words[i].item);
        options->present |= bit;
    }
    return TRUE;
}

/* "mss 1460 sackOK TS wscale 10 sack x1", in the wire's order: what is understood is kept, other words are the notes
 * of whoever wrote the table.  Padding is not told. */
static gboolean read_options(Reader *reader, const Field *field, TableRow *row)
{
    g_autofree char *text = g_strndup(field->text, field->length);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint items = 0;

    for (char **word = words; *word != NULL; word++) {
        if (!read_option(reader, field, word, &items, &row->options))
            return FALSE;
    }
    segment_options_pad(&row->options);
    return TRUE;
}

static gboolean read_fate(Reader *reader, const Field *field, TableRow *row)
{
    for (row->fate = TRACE_FATE_PASS; row->fate < TRACE_FATE_COUNT; row->fate++) {
        if (text_equals(trace_fate_name(row->fate), field->text, field->length))
            return TRUE;
    }
    return fail(reader, field, "pass, delay, dup, corrupt or lost was expected");
}

static gboolean read_conn(Reader *reader, const Field *field, TableRow *row)
{
    return is_empty(field) || read_number(reader, field, G_MAXUINT32, &row->conn);
}

static const struct {
    const char *name;
    gboolean (*read)(Reader *reader, const Field *field, TableRow *row);
} columns[FIELDS_MAX] = {
    {"t_s", read_time},  {"from", read_from},  {"segment", read_class}, {"seq", read_seq},
    {"ack", read_ack},   {"len", read_length}, {"win", read_window},    {"options", read_options},
    {"fate", read_fate}, {"conn", read_conn}, /* the last one may be missing */
};

/* --- header and rows ---------------------------------------------------------------------- */

static gboolean read_header(Reader *reader)
{
    if (!split(reader))
        return FALSE;
    for (guint i = 0; i < reader->field_count; i++) {
        const Field *field = &reader->fields[i];

        if (i == FIELDS_MAX)
            return fail(reader, field, "a column more than a segment table has");
        if (!text_equals(columns[i].name, field->text, field->length))
            return fail(reader, field, "the column '%s' was expected", columns[i].name);
    }
    if (reader->field_count < FIELDS_MAX - 1)
        return fail_at(reader, reader->line + reader->line_length, 0, "the column '%s' is missing",
                       columns[reader->field_count].name);
    return TRUE;
}

/* Do flags and length make it the class that it is called? */
static gboolean check_class(Reader *reader, const TableRow *row)
{
    const Field *field = &reader->fields[2];
    gboolean needs_ack = row->class == SEGMENT_SYN_ACK;

    if (row->class == SEGMENT_SYN && row->has_ack)
        return fail(reader, field, "a SYN with an ack is a SYN-ACK");
    if (needs_ack && !row->has_ack)
        return fail(reader, field, "a SYN-ACK needs an ack");
    if (row->class == SEGMENT_DATA && row->length == 0)
        return fail(reader, field, "DATA of no length");
    if (row->class == SEGMENT_ACK && row->length > 0)
        return fail(reader, field, "an ACK with data is called DATA");
    return TRUE;
}

static gboolean read_row(Reader *reader, guint column_count)
{
    TableRow row = {0};

    if (!split(reader))
        return FALSE;
    if (reader->field_count != column_count)
        return fail_at(reader, NULL, 0, "%u fields were expected, as in the header", column_count);
    if (reader->table->rows->len == CAPTURE_SEGMENTS_MAX)
        return fail_at(reader, NULL, 0, "more than %u segments", CAPTURE_SEGMENTS_MAX);
    for (guint i = 0; i < column_count; i++) {
        if (!columns[i].read(reader, &reader->fields[i], &row))
            return FALSE;
    }
    if (!check_class(reader, &row))
        return FALSE;
    g_array_append_val(reader->table->rows, row);
    return TRUE;
}

static gboolean read_lines(Reader *reader)
{
    guint column_count = 0; /* 0: the header is still to come */

    while (next_line(reader)) {
        if (!check_text(reader))
            return FALSE;
        if (reader->line_length == 0 || reader->line[0] == '#')
            continue;
        if (column_count == 0) {
            if (!read_header(reader))
                return FALSE;
            column_count = reader->field_count;
        } else if (!read_row(reader, column_count)) {
            return FALSE;
        }
    }
    if (column_count > 0)
        return TRUE;
    reader->problem->message =
        g_strdup("a segment table begins with t_s,from,segment,seq,ack,len,win,options,fate,conn");
    return FALSE;
}

static gsize mark_length(const char *bytes, gsize length)
{
    return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

gboolean table_rows_read(const char *bytes, gsize length, TableRows *table, CaptureProblem *problem)
{
    Reader reader = {.at = bytes + mark_length(bytes, length),
                     .end = bytes + length,
                     .table = table,
                     .problem = problem};

    table->hosts = g_ptr_array_new_with_free_func(g_free);
    table->rows = g_array_new(FALSE, FALSE, sizeof(TableRow));
    for (guint i = 0; i <= FIELDS_MAX; i++)
        reader.unquoted[i] = g_string_new(NULL);
    gboolean good = read_lines(&reader);
    for (guint i = 0; i <= FIELDS_MAX; i++)
        g_string_free(reader.unquoted[i], TRUE);
    return good;
}

void table_rows_clear(TableRows *table)
{
    g_ptr_array_unref(table->hosts);
    g_array_unref(table->rows);
}
