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
    *progress = (Progress){.is_on = isatty(STDERR_FILENO) == 1,
                           .next_us = g_get_monotonic_time() + FIRST_US};
}

void progress_tell(Progress *progress, const char *text)
{
    if (!progress->is_on || g_get_monotonic_time() < progress->next_us)
        return;
    fprintf(stderr, "\r%s", text);
    progress->is_shown = TRUE;
    progress->next_us = g_get_monotonic_time() + EVERY_US;
}

void progress_show(Progress *progress, guint done, guint of)
{
    char text[32];

    g_snprintf(text, sizeof text, "%u of %u", done, of);
    progress_tell(progress, text);
}

void progress_clear(Progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = FALSE;
}
