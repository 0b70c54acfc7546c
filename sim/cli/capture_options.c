/* Which part of a capture is meant. */
#include "cli/capture_options.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"

void capture_entries(CaptureOptions *options, GOptionEntry out[CAPTURE_ENTRIES])
{
    const GOptionEntry entries[CAPTURE_ENTRIES] = {
        {"client", 0, 0, G_OPTION_ARG_FILENAME, &options->client,
         "who is the client in a capture: ADDRESS or ADDRESS:PORT", "ADDRESS"},
        {"connection", 0, 0, G_OPTION_ARG_FILENAME, &options->connection,
         "of a capture: only its N-th connection", "N"},
        {"keep-duplicates", 0, 0, G_OPTION_ARG_NONE, &options->keep_duplicates,
         "of a capture: packets that were seen twice stay there twice", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

void capture_time_entries(CaptureOptions *options, GOptionEntry out[CAPTURE_TIME_ENTRIES])
{
    const GOptionEntry entries[CAPTURE_TIME_ENTRIES] = {
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &options->from,
         "of a capture: only what was seen from this time on", "TIME"},
        {"to", 0, 0, G_OPTION_ARG_FILENAME, &options->to,
         "of a capture: only what was seen up to this time", "TIME"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

gboolean capture_options_read(const Command *command, CaptureOptions *options)
{
    CaptureSelection *selection = &options->selection;
    guint64 connection = 0;

    selection->client = options->client;
    selection->keeps_twins = options->keep_duplicates;
    if (options->connection != NULL &&
        !option_number(command, "--connection", options->connection, &connection))
        return FALSE;
    if (options->connection != NULL && (connection == 0 || connection > G_MAXUINT32)) {
        say_usage(command, "--connection takes the number of a connection, from 1");
        return FALSE;
    }
    selection->connection = (guint32)connection;
    if (!option_time(command, "--from", options->from, OPTION_TIME_ANY, &selection->from) ||
        !option_time(command, "--to", options->to, OPTION_TIME_ANY, &selection->to))
        return FALSE;
    if (options->to != NULL && selection->to <= selection->from) {
        say_usage(command, "--to '%s' is not behind the begin", options->to);
        return FALSE;
    }
    return TRUE;
}

void capture_options_clear(CaptureOptions *options)
{
    g_free(options->client);
    g_free(options->connection);
    g_free(options->from);
    g_free(options->to);
}

gboolean capture_options_fit(const Command *command, const CaptureOptions *options,
                             gboolean has_capture)
{
    const char *given = options->client != NULL       ? "--client"
                        : options->connection != NULL ? "--connection"
                        : options->from != NULL       ? "--from"
                        : options->to != NULL         ? "--to"
                        : options->keep_duplicates    ? "--keep-duplicates"
                                                      : NULL;

    if (given == NULL || has_capture)
        return TRUE;
    say_usage(command, "%s is about captures, and there is none", given);
    return FALSE;
}
