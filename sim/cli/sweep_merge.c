/* tcpwaltz sweep merge, sweep summary: results that are there. */
#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/message.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/sweep.h"
#include "sweep/merge.h"
#include "sweep/summary.h"

/* Called with each row in order, which stays the caller's; FALSE, and said: no more. */
typedef gboolean Each(const SweepRow *row, gpointer data);

/* FALSE, and said. */
static gboolean each_row(SweepMerge *merge, Each *each, gpointer data)
{
    const guint64 runs = sweep_merge_head(merge)->runs;
    char *trouble = NULL;
    gboolean good = TRUE;
    Progress progress;
    SweepRow row;

    progress_begin(&progress);
    while (good && sweep_merge_next(merge, &row, &trouble)) {
        good = each == NULL || each(&row, data);
        progress_show(&progress, row.run, runs);
        sweep_row_clear(&row);
    }
    progress_clear(&progress);
    if (trouble != NULL)
        say_trouble("%s", trouble);
    good = good && trouble == NULL;
    g_free(trouble);
    return good;
}

static SweepMerge *open_files(char *const *files)
{
    g_autofree char *trouble = NULL;
    SweepMerge *merge = sweep_merge_open(files, &trouble);

    if (merge == NULL)
        say_trouble("%s", trouble);
    return merge;
}

/* Goes through all of it without writing: FALSE, and said, when something is wrong or missing. */
static gboolean is_whole(char *const *files, gboolean may_be_incomplete)
{
    SweepMerge *merge = open_files(files);
    g_autoptr(GString) missing = g_string_new(NULL);

    if (merge == NULL)
        return FALSE;

    gboolean good = each_row(merge, NULL, NULL);

    if (good)
        sweep_merge_tell_missing(merge, missing);
    sweep_merge_close(merge);

    g_auto(GStrv) lines = g_strsplit(missing->str, "\n", -1);

    for (char **line = lines; *line != NULL && **line != '\0'; line++)
        say_trouble("%s", *line);
    if (missing->len > 0 && !may_be_incomplete)
        say_trouble("nothing was written; --incomplete merges what there is");
    return good && (missing->len == 0 || may_be_incomplete);
}

static gboolean put_row(const SweepRow *row, gpointer sink)
{
    return sweep_sink_put(sink, row) && !interrupt_waits();
}

static int write_all(const SweepOptions *options, const char *path, SweepMerge *merge)
{
    g_autoptr(GArray) missing = NULL;
    SweepSink *sink = sweep_sink_open(path, options->format, sweep_merge_head(merge), &missing);
    int status = STATUS_FINE;

    if (sink == NULL)
        return STATUS_TROUBLE;
    if (!each_row(merge, put_row, sink))
        status = STATUS_TROUBLE;
    status = status_worse(status, sweep_sink_close(sink, status == STATUS_FINE));
    if (status != STATUS_FINE && options->format == SWEEP_SQLITE)
        (void)unlink(path);
    return status;
}

int sweep_merge_files(const SweepOptions *options, char *const *files)
{
    const char *path = options->output != NULL ? options->output : "-";

    if (options->format == SWEEP_SQLITE && access(path, F_OK) == 0)
        return say_trouble("%s is there already: a merged database is a new one", path);
    if (output_overwrites(path, files))
        return say_trouble("%s is one of the files to merge", path);
    if (!is_whole(files, options->incomplete))
        return STATUS_TROUBLE;

    SweepMerge *merge = open_files(files);

    if (merge == NULL)
        return STATUS_TROUBLE;

    sigset_t signals;

    interrupt_hold(&signals); /* until half a database is gone again */

    int status = write_all(options, path, merge);

    interrupt_release(&signals);
    sweep_merge_close(merge);
    return status;
}

static gboolean add_row(const SweepRow *row, gpointer summary)
{
    sweep_summary_add(summary, row);
    return TRUE;
}

int sweep_sum_up_files(char *const *files)
{
    SweepMerge *merge = open_files(files);
    g_autoptr(GString) text = g_string_new(NULL);
    int status = STATUS_TROUBLE;

    if (merge == NULL)
        return status;

    const SweepHead *head = sweep_merge_head(merge);
    SweepSummary *summary = sweep_summary_new(head);

    if (each_row(merge, add_row, summary)) {
        sweep_summary_append(summary, sweep_head_value(head, SWEEP_SCENARIO), text);
        status = output_standard(text->str, text->len);
    }
    sweep_summary_free(summary);
    sweep_merge_close(merge);
    return status;
}
