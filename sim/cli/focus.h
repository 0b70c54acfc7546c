/* --from, --to, --only, --summary, and the host of `run`: which part of a run is shown. */
#ifndef TCPWALTZ_CLI_FOCUS_H
#define TCPWALTZ_CLI_FOCUS_H

#include <glib.h>

#include "cli/command.h"
#include "view/focus.h"

typedef struct FocusOptions {
    char *from, *to, *only; /* as given; NULL: not given */
    gboolean summary;
    ViewFocus focus; /* what they come to */
} FocusOptions;

/* Entries for options_read(); the last one is empty. */
enum { FOCUS_ENTRIES = 5 };
void focus_entries(FocusOptions *options, GOptionEntry out[FOCUS_ENTRIES]);
void focus_options_clear(FocusOptions *options);

/* After options_read(): understands them, with `host` (NULL: all).  *focus is NULL when all is to be shown.  FALSE, and said
 * so, when one makes no sense. */
gboolean focus_options_read(const Command *command, FocusOptions *options, const char *host,
                            const ViewFocus **focus);

#endif
