/* Summaries: points are made one after the other, since their rows stand together; tables at the end. */
#include "sweep/summary.h"

#include <string.h>

#include "escape/escape.h"

enum { VALUES_SHOWN = 8 };

static const guint percents[] = {0, 10, 50, 90, 99, 100};
static const char *const percent_names[] = {"least", "10 %", "50 %", "90 %", "99 %", "most"};

struct SweepSummary {
    const SweepHead *head;
    GPtrArray *points; /* SweepPoint * */
    guint64 point;     /* of the last one, from 0 */
};

/* --- points ------------------------------------------------------------------------------- */

static void clear_spread(gpointer item)
{
    SweepSpread *spread = item;

    g_ptr_array_unref(spread->numbers);
    g_hash_table_unref(spread->words);
}

static void free_point(gpointer item)
{
    SweepPoint *point = item;

    g_ptr_array_unref(point->settings);
    g_array_unref(point->spreads);
    g_free(point);
}

static SweepPoint *point_new(const SweepHead *head, char *const *cells)
{
    SweepPoint *point = g_new0(SweepPoint, 1);

    point->settings = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < head->targets->len; i++)
        g_ptr_array_add(point->settings, g_strdup(cells[1 + i]));
    point->spreads = g_array_new(FALSE, TRUE, sizeof(SweepSpread));
    g_array_set_clear_func(point->spreads, clear_spread);
    for (guint i = 0; i < head->values[SWEEP_ASK]->len; i++) {
        SweepSpread spread = {.none = 0};

        spread.numbers = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
        spread.words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_array_append_val(point->spreads, spread);
    }
    return point;
}

SweepSummary *sweep_summary_new(const SweepHead *head)
{
    SweepSummary *summary = g_new0(SweepSummary, 1);

    summary->head = head;
    summary->points = g_ptr_array_new_with_free_func(free_point);
    return summary;
}

void sweep_summary_free(SweepSummary *summary)
{
    g_ptr_array_unref(summary->points);
    g_free(summary);
}

/* --- rows --------------------------------------------------------------------------------- */

static void add_number(SweepSpread *spread, guint place, double number)
{
    if (place == spread->numbers->len)
        g_ptr_array_add(spread->numbers, g_array_new(FALSE, FALSE, sizeof(double)));
    g_array_append_val((GArray *)g_ptr_array_index(spread->numbers, place), number);
}

static gboolean are_numbers(char *const *values)
{
    while (*values != NULL && sweep_is_number(*values))
        values++;
    return *values == NULL;
}

static void add_word(SweepSpread *spread, const char *word)
{
    guint64 *count = g_hash_table_lookup(spread->words, word);

    if (count == NULL) {
        count = g_new0(guint64, 1);
        g_hash_table_insert(spread->words, g_strdup(word), count);
    }
    ++*count;
}

/* What are numbers and words in one question is all told as words: they are counted in any case. */
static void add_answer(SweepSpread *spread, const char *cell)
{
    g_auto(GStrv) values = g_strsplit(cell, " ", -1);

    if (cell[0] == '\0') {
        spread->none++;
        return;
    }
    if (!are_numbers(values)) {
        spread->has_words = TRUE;
        add_word(spread, cell);
        return;
    }
    for (guint i = 0; values[i] != NULL; i++)
        add_number(spread, i, g_ascii_strtod(values[i], NULL));
}

static SweepPoint *last_point(const SweepSummary *summary)
{
    return g_ptr_array_index(summary->points, summary->points->len - 1);
}

void sweep_summary_add(SweepSummary *summary, const SweepRow *row)
{
    const SweepHead *head = summary->head;
    guint64 number = (row->run - 1) / head->seeds;
    char *const *answers = row->cells + head->targets->len + 2;

    if (summary->points->len == 0 || number != summary->point)
        g_ptr_array_add(summary->points, point_new(head, row->cells));
    summary->point = number;

    SweepPoint *point = last_point(summary);

    for (guint i = 0; i < point->spreads->len; i++)
        add_answer(&g_array_index(point->spreads, SweepSpread, i), answers[i]);
    point->runs++;
    point->held += strcmp(answers[point->spreads->len], "yes") == 0 ? 1 : 0;
}

/* --- numbers ------------------------------------------------------------------------------ */

static int by_size(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double sweep_percentile(const GArray *numbers, guint percent)
{
    guint64 rank = ((guint64)percent * numbers->len + 99) / 100;

    g_assert(numbers->len > 0 && percent <= 100);
    return g_array_index(numbers, double, rank > 0 ? rank - 1 : 0);
}

const GPtrArray *sweep_summary_points(SweepSummary *summary)
{
    for (guint i = 0; i < summary->points->len; i++) {
        const SweepPoint *point = g_ptr_array_index(summary->points, i);

        for (guint j = 0; j < point->spreads->len; j++) {
            const SweepSpread *spread = &g_array_index(point->spreads, SweepSpread, j);

            for (guint k = 0; k < spread->numbers->len; k++)
                g_array_sort(g_ptr_array_index(spread->numbers, k), by_size);
        }
    }
    return summary->points;
}

/* --- tables for people -------------------------------------------------------------------- */

/* Texts in columns: those before `left` begin at the left, and so does the last one if `last_is_text`. */
typedef struct Table {
    GPtrArray *rows; /* GPtrArray * of char * */
    guint left;
    gboolean last_is_text;
} Table;

static void table_begin(Table *table, const SweepHead *head)
{
    *table = (Table){.left = head->targets->len};
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
}

static GPtrArray *add_row(Table *table, const GPtrArray *settings)
{
    GPtrArray *row = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < settings->len; i++)
        g_ptr_array_add(row, g_strdup(g_ptr_array_index(settings, i)));
    g_ptr_array_add(table->rows, row);
    return row;
}

static void add_count(GPtrArray *row, guint64 count)
{
    g_ptr_array_add(row, g_strdup_printf("%" G_GUINT64_FORMAT, count));
}

static const char *cell_at(const Table *table, guint row, guint column)
{
    return g_ptr_array_index((const GPtrArray *)g_ptr_array_index(table->rows, row), column);
}

static guint columns_of(const Table *table)
{
    return ((const GPtrArray *)g_ptr_array_index(table->rows, 0))->len;
}

static glong width_of(const Table *table, guint column)
{
    glong width = 0;

    for (guint i = 0; i < table->rows->len; i++)
        width = MAX(width, g_utf8_strlen(cell_at(table, i, column), -1));
    return width;
}

static void append_cell(GString *out, const Table *table, guint row, guint column, glong width)
{
    const char *text = cell_at(table, row, column);
    gboolean is_last = column + 1 == columns_of(table);
    gboolean is_left = column < table->left || (is_last && table->last_is_text);
    int blanks = (int)(width - g_utf8_strlen(text, -1));

    g_string_append_printf(out, "%*s", is_left ? 0 : blanks, "");
    escape_terminal(text, out);
    if (!is_last)
        g_string_append_printf(out, "%*s", is_left ? blanks + 2 : 2, "");
}

/* Writes it, and is over with it. */
static void table_end(Table *table, GString *out)
{
    guint columns = columns_of(table);
    g_autofree glong *widths = g_new(glong, columns);

    for (guint i = 0; i < columns; i++)
        widths[i] = width_of(table, i);
    for (guint i = 0; i < table->rows->len; i++) {
        for (guint j = 0; j < columns; j++)
            append_cell(out, table, i, j, widths[j]);
        g_string_append_c(out, '\n');
    }
    g_ptr_array_unref(table->rows);
}

/* --- what is told ------------------------------------------------------------------------- */

static void append_held(const SweepSummary *summary, const GPtrArray *points, GString *out)
{
    GPtrArray *row;
    Table table;

    table_begin(&table, summary->head);
    row = add_row(&table, summary->head->targets);
    g_ptr_array_add(row, g_strdup("runs"));
    g_ptr_array_add(row, g_strdup("held"));
    for (guint i = 0; i < points->len; i++) {
        const SweepPoint *point = g_ptr_array_index(points, i);

        row = add_row(&table, point->settings);
        add_count(row, point->runs);
        add_count(row, point->held);
    }
    table_end(&table, out);
}

static const SweepSpread *spread_of(const GPtrArray *points, guint point, guint ask)
{
    return &g_array_index(((const SweepPoint *)g_ptr_array_index(points, point))->spreads,
                          SweepSpread, ask);
}

/* A row of numbers; of a point that has none only that. */
static void add_spread(Table *table, const SweepPoint *point, const SweepSpread *spread,
                       guint place)
{
    const GArray *numbers =
        place < spread->numbers->len ? g_ptr_array_index(spread->numbers, place) : NULL;
    GPtrArray *row = add_row(table, point->settings);
    char text[SWEEP_NUMBER_TEXT];

    add_count(row, numbers != NULL ? numbers->len : 0);
    for (gsize i = 0; i < G_N_ELEMENTS(percents); i++) {
        if (numbers != NULL)
            sweep_number_text(sweep_percentile(numbers, percents[i]), text);
        g_ptr_array_add(row, g_strdup(numbers != NULL ? text : "-"));
    }
}

static void append_spreads(const SweepSummary *summary, const GPtrArray *points, guint ask,
                           guint place, GString *out)
{
    GPtrArray *row;
    Table table;

    table_begin(&table, summary->head);
    row = add_row(&table, summary->head->targets);
    g_ptr_array_add(row, g_strdup("runs"));
    for (gsize i = 0; i < G_N_ELEMENTS(percent_names); i++)
        g_ptr_array_add(row, g_strdup(percent_names[i]));
    for (guint i = 0; i < points->len; i++)
        add_spread(&table, g_ptr_array_index(points, i), spread_of(points, i, ask), place);
    table_end(&table, out);
}

typedef struct WordCount {
    const char *word;
    guint64 count;
} WordCount;

static int by_count(gconstpointer a, gconstpointer b)
{
    const WordCount *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->word, y->word);
}

/* The most frequent first; what runs said who have none of them is last. */
static GArray *counted(const SweepSpread *spread)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(WordCount));
    GHashTableIter iter;
    gpointer word, count;

    g_hash_table_iter_init(&iter, spread->words);
    while (g_hash_table_iter_next(&iter, &word, &count)) {
        WordCount one = {word, *(guint64 *)count};

        g_array_append_val(counts, one);
    }
    g_array_sort(counts, by_count);
    return counts;
}

static void add_words(Table *table, const SweepPoint *point, const SweepSpread *spread)
{
    g_autoptr(GArray) counts = counted(spread);
    WordCount none = {"none", spread->none};
    WordCount number = {"(a number)", spread->numbers->len > 0
                                          ? ((GArray *)g_ptr_array_index(spread->numbers, 0))->len
                                          : 0};

    g_array_append_val(counts, number);
    g_array_append_val(counts, none);
    for (guint i = 0; i < counts->len; i++) {
        const WordCount *one = &g_array_index(counts, WordCount, i);

        if (one->count == 0)
            continue;
        GPtrArray *row = add_row(table, point->settings);

        add_count(row, one->count);
        g_ptr_array_add(row, g_strdup(one->word));
    }
}

static void append_words(const SweepSummary *summary, const GPtrArray *points, guint ask,
                         GString *out)
{
    GPtrArray *row;
    Table table;

    table_begin(&table, summary->head);
    table.last_is_text = TRUE;
    row = add_row(&table, summary->head->targets);
    g_ptr_array_add(row, g_strdup("runs"));
    g_ptr_array_add(row, g_strdup("answer"));
    for (guint i = 0; i < points->len; i++)
        add_words(&table, g_ptr_array_index(points, i), spread_of(points, i, ask));
    table_end(&table, out);
}

/* How many values an answer has at most; 0: they are words, or there is none. */
static guint places_of(const GPtrArray *points, guint ask)
{
    guint places = 0;

    for (guint i = 0; i < points->len; i++) {
        const SweepSpread *spread = spread_of(points, i, ask);

        if (spread->has_words)
            return 0;
        places = MAX(places, spread->numbers->len);
    }
    return places;
}

static void append_answers(const SweepSummary *summary, const GPtrArray *points, guint ask,
                           GString *out)
{
    const char *question = g_ptr_array_index(summary->head->values[SWEEP_ASK], ask);
    guint places = places_of(points, ask);

    for (guint i = 0; i < MAX(MIN(places, VALUES_SHOWN), 1); i++) {
        g_string_append_c(out, '\n');
        escape_terminal(question, out);
        if (places > 1)
            g_string_append_printf(out, " #%u", i + 1);
        g_string_append_c(out, '\n');
        if (places == 0)
            append_words(summary, points, ask, out);
        else
            append_spreads(summary, points, ask, i, out);
    }
    if (places > VALUES_SHOWN)
        g_string_append_printf(out, "and %u more, each with its #N\n", places - VALUES_SHOWN);
}

void sweep_summary_append(SweepSummary *summary, const char *name, GString *out)
{
    const GPtrArray *points = sweep_summary_points(summary);
    guint64 runs = 0, held = 0;

    for (guint i = 0; i < points->len; i++) {
        const SweepPoint *point = g_ptr_array_index(points, i);

        runs += point->runs;
        held += point->held;
    }
    escape_terminal(name, out);
    g_string_append_printf(
        out, ": %" G_GUINT64_FORMAT " runs, %" G_GUINT64_FORMAT " held all expectations\n\n", runs,
        held);
    append_held(summary, points, out);
    for (guint i = 0; i < summary->head->values[SWEEP_ASK]->len; i++)
        append_answers(summary, points, i, out);
}
