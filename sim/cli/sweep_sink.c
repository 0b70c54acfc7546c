/* Rows as text go through cli/output.h, those of a database by transactions. */
#include "cli/sweep_sink.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"
#include "cli/output.h"
#include "sweep/csv.h"
#include "sweep/database.h"
#include "sweep/json.h"

enum { TEXT_BYTES = 64 * 1024 }; /* that wait to be written */

static const char *const formats[] = {"csv", "json", "sqlite", NULL};

static const struct {
    const char *suffix;
    SweepFormat format;
} suffixes[] = {
    {".csv", SWEEP_CSV},   {".json", SWEEP_JSON},     {".jsonl", SWEEP_JSON},
    {".db", SWEEP_SQLITE}, {".sqlite", SWEEP_SQLITE},
};

gboolean sweep_format_read(const Command *command, const char *word, const char *path,
                           SweepFormat *out)
{
    int format = word != NULL ? option_word(command, "--format", word, formats) : 0;
    gboolean is_known = word != NULL || strcmp(path, "-") == 0;

    *out = (SweepFormat)format;
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes) && word == NULL; i++) {
        if (!g_str_has_suffix(path, suffixes[i].suffix))
            continue;
        *out = suffixes[i].format;
        is_known = TRUE;
    }
    if (format >= 0 && !is_known)
        say_usage(command, "%s: its name ends in .csv, .jsonl or .db, or --format says what it is",
                  path);
    else if (format == SWEEP_SQLITE && strcmp(path, "-") == 0)
        say_usage(command, "a database is no text: it needs -o FILE");
    else
        return format >= 0;
    return FALSE;
}

struct SweepSink {
    const char *path;
    const SweepHead *head;
    SweepFormat format;
    Output *output;          /* of texts */
    GString *text;           /* that is not written yet */
    SweepDatabase *database; /* the other one */
    gboolean has_failed;
    gint64 since_us; /* when what is not committed was begun; 0: nobody wants to know */
    guint64 put;     /* rows that are not committed */
};

static void fail(SweepSink *sink, char *trouble)
{
    sink->has_failed = TRUE;
    say_trouble("cannot write %s: %s", sink->path, trouble);
    g_free(trouble);
}

/* --- opening ------------------------------------------------------------------------------ */

static GArray *all_of(SweepRange range)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(SweepRange));

    if (range.first < range.end)
        g_array_append_val(ranges, range);
    return ranges;
}

static void open_text(SweepSink *sink)
{
    sink->output = output_open(sink->path);
    sink->text = g_string_new(NULL);
    if (sink->format == SWEEP_CSV)
        sweep_csv_head(sink->head, sink->text);
    else
        sweep_json_head(sink->head, sink->text);
}

static GArray *open_database(SweepSink *sink)
{
    char *trouble = NULL;
    GArray *missing = NULL;

    sink->database = sweep_database_open(sink->path, sink->head, &trouble);
    if (sink->database != NULL)
        missing = sweep_database_missing(sink->database, sweep_head_range(sink->head), &trouble);
    if (missing == NULL)
        fail(sink, trouble);
    return missing;
}

static void sink_free(SweepSink *sink)
{
    sweep_database_close(sink->database);
    if (sink->text != NULL)
        g_string_free(sink->text, TRUE);
    g_free(sink);
}

SweepSink *sweep_sink_open(const char *path, SweepFormat format, const SweepHead *head,
                           GArray **missing)
{
    SweepSink *sink = g_new0(SweepSink, 1);

    *sink = (SweepSink){.path = path, .head = head, .format = format};
    if (format == SWEEP_SQLITE) {
        *missing = open_database(sink);
    } else {
        open_text(sink);
        *missing = all_of(sweep_head_range(head));
    }
    if (*missing != NULL)
        return sink;
    sink_free(sink);
    return NULL;
}

void sweep_sink_time(SweepSink *sink)
{
    sink->since_us = g_get_monotonic_time();
}

/* --- rows --------------------------------------------------------------------------------- */

gboolean sweep_sink_put(SweepSink *sink, const SweepRow *row)
{
    char *trouble = NULL;

    if (sink->database != NULL) {
        if (!sweep_database_put(sink->database, row, &trouble))
            fail(sink, trouble);
        sink->put++;
        return !sink->has_failed;
    }
    if (sink->format == SWEEP_CSV)
        sweep_csv_row(row, sink->text);
    else
        sweep_json_row(sink->head, row, sink->text);
    if (sink->text->len > TEXT_BYTES)
        output_put(sink->output, sink->text);
    return TRUE;
}

static gboolean commit(SweepSink *sink, char **trouble)
{
    gint64 now = g_get_monotonic_time();

    if (sink->since_us > 0 && sink->put > 0) {
        double wall_s = (double)(now - sink->since_us) / G_USEC_PER_SEC;

        if (!sweep_database_put_work(sink->database, sink->put, wall_s, trouble))
            return FALSE;
        sink->since_us = now;
    }
    sink->put = 0;
    return sweep_database_commit(sink->database, trouble);
}

gboolean sweep_sink_flush(SweepSink *sink)
{
    char *trouble = NULL;

    if (sink->output != NULL)
        output_put(sink->output, sink->text);
    else if (!sink->has_failed && !commit(sink, &trouble))
        fail(sink, trouble);
    return !sink->has_failed;
}

int sweep_sink_close(SweepSink *sink, gboolean keep)
{
    gboolean good = sweep_sink_flush(sink);
    int status = good ? STATUS_FINE : STATUS_TROUBLE;

    if (sink->output != NULL)
        status = status_worse(status, output_close(sink->output, keep));
    sink_free(sink);
    return status;
}
