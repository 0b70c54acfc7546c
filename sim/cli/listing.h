/* `tcpwaltz help --list`: subcommands, options, their words, topics and profiles for programs to
 * read, which is how the shells' completions know them.  docs/command-line.md describes it. */
#ifndef TCPWALTZ_CLI_LISTING_H
#define TCPWALTZ_CLI_LISTING_H

#include <glib.h>

#include "cli/command.h"

/* The option by which listing_write() asks a subcommand for its options; it is in no help. */
#define LISTING_OPTION "list-options"

/* Appends the options of the command, a line each. */
void listing_options(const Command *command, const GOptionEntry *const *tables, GString *out);

/* Writes the whole list to standard output, `topics` (NULL-terminated names) among it.  Returns a
 * STATUS_. */
int listing_write(const char *const *topics);

#endif
