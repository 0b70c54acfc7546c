/* Timing tables as text, CSV, Markdown, and as the file that `check --against` holds. */
#include "view/timing.h"

#include <string.h>

#include "escape/escape.h"
#include "trace/time_text.h"
#include "trace/timing.h"
#include "view/csv.h"
#include "view/setup.h"

enum { LISTED_MAX = 24, SETUP_COLUMNS = 96, NAME_COLUMNS = 10 };

/* ---- The file ---- */

static void write_fact(const TimingFact *fact, GString *out)
{
    char time[SIM_TIME_TEXT_MAX] = "end";

    if (fact->kind != TIMING_LAST)
        sim_time_format_seconds(fact->t, 4, time);
    g_string_append_printf(out, "%12s  %s %s %s%s%s\n", time, fact->who,
                           timing_kind_name(fact->kind), fact->what,
                           fact->note[0] != '\0' ? " " : "", fact->note);
}

void view_timing_file(const Trace *trace, GString *out)
{
    g_autoptr(TimingTable) table = timing_table_of(trace);

    g_string_append(out, "tcpwaltz-table 1\n");
    if (trace->title != NULL) {
        g_string_append(out, "# ");
        escape_terminal(trace->title, out);
        g_string_append_c(out, '\n');
    }
    csv_setup(trace, out);
    for (guint i = 0; i < table->len; i++)
        write_fact(timing_fact(table, i), out);
}

/* ---- Rows ---- */

/* All that one party sent of one class. */
typedef struct Row {
    const char *what;
    gboolean is_forged;
    GArray *times; /* SimTime */
} Row;

/* A host's connection, or its listener. */
typedef struct Party {
    const char *who;
    GArray *rows;              /* Row */
    const TimingFact *gave_up; /* NULL: it did not */
    const char *last;          /* NULL: it had no state */
} Party;

static void row_clear(gpointer data)
{
    Row *row = data;

    g_array_unref(row->times);
}

static void party_clear(gpointer data)
{
    Party *party = data;

    g_array_unref(party->rows);
}

/* `places`: of each who in `parties`, from 1. */
static Party *party_of(GArray *parties, GHashTable *places, const char *who)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, who));

    if (place > 0)
        return &g_array_index(parties, Party, place - 1);
    Party added = {.who = who, .rows = g_array_new(FALSE, FALSE, sizeof(Row))};
    g_array_set_clear_func(added.rows, row_clear);
    g_array_append_val(parties, added);
    g_hash_table_insert(places, (gpointer)(guintptr)who, GUINT_TO_POINTER(parties->len));
    return &g_array_index(parties, Party, parties->len - 1);
}

static Row *row_of(GArray *rows, const TimingFact *fact)
{
    gboolean is_forged = fact->kind == TIMING_FORGES;

    for (guint i = 0; i < rows->len; i++) {
        Row *row = &g_array_index(rows, Row, i);

        if (row->is_forged == is_forged && strcmp(row->what, fact->what) == 0)
            return row;
    }
    Row added = {fact->what, is_forged, g_array_new(FALSE, FALSE, sizeof(SimTime))};
    g_array_append_val(rows, added);
    return &g_array_index(rows, Row, rows->len - 1);
}

static GArray *parties_of(const TimingTable *table)
{
    GArray *parties = g_array_new(FALSE, FALSE, sizeof(Party));
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);

    g_array_set_clear_func(parties, party_clear);
    for (guint i = 0; i < table->len; i++) {
        const TimingFact *fact = timing_fact(table, i);

        if (fact->kind == TIMING_OVER)
            continue;
        Party *party = party_of(parties, places, fact->who);
        if (fact->kind == TIMING_SENDS || fact->kind == TIMING_FORGES)
            g_array_append_val(row_of(party->rows, fact)->times, fact->t);
        if (strcmp(fact->note, TIMING_GIVES_UP) == 0)
            party->gave_up = fact;
        if (fact->kind == TIMING_LAST)
            party->last = fact->what;
    }
    return parties;
}

/* "0, 3, 9 s", or the waits between them. */
static void append_list(const GArray *times, gboolean gaps, GString *out)
{
    guint first = gaps ? 1 : 0, shown = MIN(times->len, first + LISTED_MAX);

    for (guint i = first; i < shown; i++) {
        SimTime t = g_array_index(times, SimTime, i);

        g_string_append(out, i > first ? ", " : "");
        time_append_seconds(gaps ? t - g_array_index(times, SimTime, i - 1) : t, 0, out);
    }
    if (times->len > shown)
        g_string_append_printf(out, ", ... (%u in all)", times->len - first);
    if (times->len > first)
        g_string_append(out, " s");
}

static void append_class(const Row *row, GString *out)
{
    g_string_append_printf(out, "%s%s", row->is_forged ? "forged " : "", row->what);
}

/* ---- Text ---- */

/* "first-syn-lost.scn: The first SYN is lost", for where `escape` says. */
static void write_title(const Trace *trace, void (*escape)(const char *text, GString *out),
                        GString *out)
{
    escape(trace->source != NULL ? trace->source : "?", out);
    if (trace->title != NULL) {
        g_string_append(out, ": ");
        escape(trace->title, out);
    }
}

/* A name and blanks up to the next column, whatever script it is in. */
static void text_name(GString *out, const char *who)
{
    g_autoptr(GString) shown = g_string_new(NULL);
    guint columns;

    escape_terminal(who, shown);
    columns = view_columns(shown->str);
    g_string_append_printf(out, "  %s", shown->str);
    view_repeat(" ", columns < NAME_COLUMNS ? NAME_COLUMNS - columns : 0, out);
}

static void text_line(GString *out, const char *who, const char *what, const char *value)
{
    text_name(out, who);
    g_string_append_printf(out, " %-9s %s\n", what, value);
}

static void text_party(const Party *party, GString *out)
{
    const char *who = party->who;

    for (guint i = 0; i < party->rows->len; i++) {
        const Row *row = &g_array_index(party->rows, Row, i);
        g_autoptr(GString) class = g_string_new(NULL);
        g_autoptr(GString) times = g_string_new(NULL);

        append_class(row, class);
        append_list(row->times, FALSE, times);
        if (row->times->len > 1) {
            g_string_append(times, "; gaps ");
            append_list(row->times, TRUE, times);
        }
        text_line(out, who, class->str, times->str);
        who = "";
    }
    if (party->gave_up != NULL) {
        g_autoptr(GString) when = g_string_new("at ");

        time_append_seconds(party->gave_up->t, 0, when);
        g_string_append(when, " s");
        text_line(out, who, "gives up", when->str);
        who = "";
    }
    if (party->last != NULL)
        text_line(out, who, "ends", party->last);
}

/* Two columns to the right, as all below the title. */
static void write_setup(const Trace *trace, GString *out)
{
    const ViewStyle style = view_style(NULL);
    g_auto(GStrv) lines = setup_lines(trace, &style, SETUP_COLUMNS);

    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(out, "  %s\n", *line);
}

static void write_text(const Trace *trace, GString *out)
{
    g_autoptr(TimingTable) table = timing_table_of(trace);
    g_autoptr(GArray) parties = parties_of(table);

    write_title(trace, escape_terminal, out);
    g_string_append_c(out, '\n');
    write_setup(trace, out);
    for (guint i = 0; i < parties->len; i++)
        text_party(&g_array_index(parties, Party, i), out);
    g_string_append_c(out, '\n');
}

/* ---- CSV: a row a time ---- */

/* "client", "client.2" and "server:80" begin with their host's name. */
static gboolean is_of(const char *who, const char *host)
{
    gsize length = strlen(host);

    return strncmp(who, host, length) == 0 && strchr(".:", who[length]) != NULL;
}

/* The last field of a row: what its host runs. */
static void csv_end(const Trace *trace, const Party *party, GString *out)
{
    const ViewStyle style = view_style(NULL);
    g_autoptr(GString) stack = g_string_new(NULL);

    for (TraceHost host = 0; host < trace->hosts->len && stack->len == 0; host++) {
        if (is_of(party->who, g_ptr_array_index(trace->hosts, host)))
            (void)setup_append_host(trace, host, &style, stack);
    }
    g_string_append_c(out, ',');
    escape_csv(stack->str, out);
    g_string_append_c(out, '\n');
}

static void csv_begin(const Trace *trace, const Party *party, const char *fact, GString *out)
{
    escape_csv(trace->source != NULL ? trace->source : "?", out);
    g_string_append_c(out, ',');
    escape_csv(party->who, out);
    g_string_append_printf(out, ",%s,", fact);
}

static void csv_row(const Trace *trace, const Party *party, const Row *row, GString *out)
{
    g_autoptr(GString) class = g_string_new(NULL);

    append_class(row, class);
    for (guint i = 0; i < row->times->len; i++) {
        SimTime t = g_array_index(row->times, SimTime, i);

        csv_begin(trace, party, class->str, out);
        g_string_append_printf(out, "%u,", i + 1);
        csv_seconds(t, out);
        g_string_append_c(out, ',');
        if (i > 0)
            csv_seconds(t - g_array_index(row->times, SimTime, i - 1), out);
        g_string_append_c(out, ',');
        csv_end(trace, party, out);
    }
}

static void csv_party(const Trace *trace, const Party *party, GString *out)
{
    for (guint i = 0; i < party->rows->len; i++)
        csv_row(trace, party, &g_array_index(party->rows, Row, i), out);
    if (party->gave_up != NULL) {
        csv_begin(trace, party, "gives up", out);
        g_string_append(out, "1,");
        csv_seconds(party->gave_up->t, out);
        g_string_append(out, ",,");
        csv_end(trace, party, out);
    }
    if (party->last != NULL) {
        csv_begin(trace, party, "ends", out);
        g_string_append_printf(out, ",,,%s", party->last);
        csv_end(trace, party, out);
    }
}

static void write_csv(const Trace *trace, GString *out)
{
    g_autoptr(TimingTable) table = timing_table_of(trace);
    g_autoptr(GArray) parties = parties_of(table);

    for (guint i = 0; i < parties->len; i++)
        csv_party(trace, &g_array_index(parties, Party, i), out);
}

/* ---- Markdown ---- */

static void markdown_cell(GString *out, const char *text)
{
    g_string_append_c(out, ' ');
    escape_markdown(text, out);
    g_string_append(out, " |");
}

static void markdown_row(const Party *party, const Row *row, gboolean is_last, GString *out)
{
    g_autoptr(GString) class = g_string_new(NULL);
    g_autoptr(GString) times = g_string_new(NULL);
    g_autoptr(GString) gaps = g_string_new(NULL);
    g_autoptr(GString) gave_up = g_string_new(NULL);

    if (row != NULL) {
        append_class(row, class);
        append_list(row->times, FALSE, times);
        append_list(row->times, TRUE, gaps);
    }
    if (is_last && party->gave_up != NULL) {
        time_append_seconds(party->gave_up->t, 0, gave_up);
        g_string_append(gave_up, " s");
    }
    g_string_append_c(out, '|');
    markdown_cell(out, party->who);
    markdown_cell(out, class->str);
    markdown_cell(out, times->str);
    markdown_cell(out, gaps->str);
    markdown_cell(out, gave_up->str);
    markdown_cell(out, is_last && party->last != NULL ? party->last : "");
    g_string_append_c(out, '\n');
}

static void write_markdown(const Trace *trace, GString *out)
{
    g_autoptr(TimingTable) table = timing_table_of(trace);
    g_autoptr(GArray) parties = parties_of(table);
    const ViewStyle style = view_style(NULL);
    g_autoptr(GString) sentence = g_string_new(NULL);

    g_string_append(out, "### ");
    write_title(trace, escape_markdown, out);
    if (setup_append(trace, &style, sentence)) {
        g_string_append(out, "\n\n");
        escape_markdown(sentence->str, out);
    }
    g_string_append(out, "\n\n| host | segment | times | gaps | gives up at | final state |\n"
                         "| --- | --- | --- | --- | --- | --- |\n");
    for (guint i = 0; i < parties->len; i++) {
        const Party *party = &g_array_index(parties, Party, i);
        guint rows = party->rows->len;

        for (guint j = 0; j < rows; j++)
            markdown_row(party, &g_array_index(party->rows, Row, j), j + 1 == rows, out);
        if (rows == 0)
            markdown_row(party, NULL, TRUE, out);
    }
    g_string_append_c(out, '\n');
}

static const TimingFormat formats[] = {
    {"text", NULL, write_text},
    {"csv", "scenario,host,segment,n,t_s,gap_s,state,stack\n", write_csv},
    {"markdown", NULL, write_markdown},
};

const TimingFormat *timing_formats(gsize *count)
{
    *count = G_N_ELEMENTS(formats);
    return formats;
}
