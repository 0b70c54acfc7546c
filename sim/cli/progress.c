/* The line is drawn over itself. */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

enum {
    FIRST_US = 1000 * 1000,
    EVERY_US = 100 * 1000,
};

void progress_begin(Progress *progress)
{
    gint64 now = g_get_monotonic_time();

    *progress =
        (Progress){.is_on = isatty(STDERR_FILENO) == 1, .begun_us = now, .next_us = now + FIRST_US};
}

void progress_append_number(GString *out, guint64 number)
{
    gsize before = out->len;

    g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
    for (gsize at = out->len; at > before + 3;) {
        at -= 3;
        g_string_insert_c(out, (gssize)at, ',');
    }
}

void progress_append_duration(GString *out, double seconds)
{
    guint64 minutes = (guint64)(seconds / 60);

    if (seconds < 100)
        g_string_append_printf(out, "%.0f s", seconds);
    else if (minutes < 100)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " min", minutes);
    else if (minutes < 48 * 60)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT " h %" G_GUINT64_FORMAT " min",
                               minutes / 60, minutes % 60);
    else {
        progress_append_number(out, minutes / (24 * 60));
        g_string_append(out, " days");
    }
}

/* "40 a second", "0.3 a second" */
static void append_rate(GString *out, double rate)
{
    if (rate >= 10)
        progress_append_number(out, (guint64)rate);
    else
        g_string_append_printf(out, "%.1f", rate);
    g_string_append(out, " a second");
}

void progress_append(GString *out, guint64 done, guint64 of, double seconds)
{
    progress_append_number(out, done);
    g_string_append(out, " of ");
    progress_append_number(out, of);
    if (done == 0 || of == 0 || seconds <= 0)
        return;

    double rate = (double)done / seconds;

    g_string_append_printf(out, " (%.0f %%), ", 100 * ((double)done / (double)of));
    append_rate(out, rate);
    g_string_append(out, ", ");
    progress_append_duration(out, (double)(of - done) / rate);
    g_string_append(out, " left");
}

static gboolean is_due(const Progress *progress)
{
    return progress->is_on && g_get_monotonic_time() >= progress->next_us;
}

void progress_tell(Progress *progress, const char *text)
{
    if (!is_due(progress))
        return;
    fprintf(stderr, "\r%s\033[K", text);
    progress->is_shown = TRUE;
    progress->next_us = g_get_monotonic_time() + EVERY_US;
}

void progress_show(Progress *progress, guint64 done, guint64 of)
{
    if (!is_due(progress))
        return;

    g_autoptr(GString) line = g_string_new(NULL);
    gint64 passed_us = g_get_monotonic_time() - progress->begun_us;

    progress_append(line, done, of, (double)passed_us / G_USEC_PER_SEC);
    progress_tell(progress, line->str);
}

void progress_clear(Progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = FALSE;
}
