/* What the command line says on standard error: one way, "tcpwaltz: ...", in a line.  Names and
 * arguments may be anything: what is said goes through escape_terminal(). */
#ifndef TCPWALTZ_CLI_MESSAGE_H
#define TCPWALTZ_CLI_MESSAGE_H

#include <glib.h>

#include "cli/command.h"

/* Prints "tcpwaltz: ..." and returns STATUS_TROUBLE, so that a caller can return it on. */
int say_trouble(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The same for wrong usage of a subcommand (NULL: of the program), with a line that says where
 * its help is. */
int say_usage(const Command *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints "unknown WHAT 'WORD'" as wrong usage, and the nearest of `words` (NULL-terminated) when
 * one is near. */
int say_unknown(const Command *command, const char *what, const char *word,
                const char *const *words);

#endif
