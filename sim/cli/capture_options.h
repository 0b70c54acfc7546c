/* What every subcommand that takes captures has in common: which part of one is meant. */
#ifndef TCPWALTZ_CLI_CAPTURE_OPTIONS_H
#define TCPWALTZ_CLI_CAPTURE_OPTIONS_H

#include <glib.h>

#include "capture/capture.h"
#include "cli/command.h"

typedef struct CaptureOptions {
    char *client, *connection, *from, *to; /* as given on the command line; NULL: not given */
    gboolean keep_duplicates;
    CaptureSelection selection; /* what they come to */
} CaptureOptions;

/* Entries for options_read(): --client, --connection, --keep-duplicates; the last one is empty. */
enum { CAPTURE_ENTRIES = 4 };
void capture_entries(CaptureOptions *options, GOptionEntry out[CAPTURE_ENTRIES]);

/* --from and --to, for who shows no part of a run by them (cli/focus.h); the last one is empty. */
enum { CAPTURE_TIME_ENTRIES = 3 };
void capture_time_entries(CaptureOptions *options, GOptionEntry out[CAPTURE_TIME_ENTRIES]);

/* After options_read(): understands them.  FALSE, and said so, when one makes no sense. */
gboolean capture_options_read(const Command *command, CaptureOptions *options);
void capture_options_clear(CaptureOptions *options);

/* FALSE, and said so: one was given, and none of the files is a capture. */
gboolean capture_options_fit(const Command *command, const CaptureOptions *options,
                             gboolean has_capture);

#endif
