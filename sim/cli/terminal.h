/* How a view is drawn: Unicode and colour on a terminal that can show them, plain ASCII of a
 * fixed width everywhere else, so that a file or a pipe gets the same bytes on every machine. */
#ifndef TCPWALTZ_CLI_TERMINAL_H
#define TCPWALTZ_CLI_TERMINAL_H

#include <glib.h>

#include "cli/command.h"
#include "view/view.h"

/* As given on the command line; NULL: not given. */
typedef struct TerminalOptions {
    gboolean ascii, unicode;
    char *colour;
} TerminalOptions;

/* Entries for options_read(): --ascii, --unicode, --color; the last one is empty. */
enum { TERMINAL_ENTRIES = 4 };
void terminal_entries(TerminalOptions *options, GOptionEntry out[TERMINAL_ENTRIES]);
void terminal_options_clear(TerminalOptions *options);

/* What the options come to for text that goes to standard output (`to_stdout`) or into a file.
 * FALSE, and said so, when they make no sense. */
gboolean terminal_view_options(const Command *command, const TerminalOptions *options,
                               gboolean to_stdout, ViewOptions *out);

#endif
