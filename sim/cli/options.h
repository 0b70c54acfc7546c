/* Reading a subcommand's options, with help and suggestions. */
#ifndef TCPWALTZ_CLI_OPTIONS_H
#define TCPWALTZ_CLI_OPTIONS_H

#include <glib.h>

#include "cli/command.h"
#include "core/time.h"

/* Where an option takes one of a few words, its description names them, at the end and behind a
 * colon if anything stands before them: "what it is: this, that or something".  The shells'
 * completions find them there (cli/listing.h).
 */

/* Reads argv by the entries of `tables` (NULL-terminated; each table ends with { NULL }) and
 * leaves what is no option in *rest (free with g_strfreev(); never NULL).  FALSE: the command is
 * over with *status, because --help was asked for and given, or something was wrong and said. */
gboolean options_read(const Command *command, const GOptionEntry *const *tables, int argc,
                      char **argv, char ***rest, int *status);

/* Reads the value of an option: a decimal number of digits alone.  FALSE, and said so, when it
 * is not or does not fit. */
gboolean option_number(const Command *command, const char *option, const char *text, guint64 *out);

/* Reads the value of an option: a time with its unit.  NULL, when it was not given: *out stays.  FALSE, and said so,
 * when it is none. */
typedef enum OptionTime { OPTION_TIME_ANY, OPTION_TIME_MORE_THAN_0 } OptionTime;
gboolean option_time(const Command *command, const char *option, const char *text, OptionTime least,
                     SimTime *out);

/* The place of `text` among `words` (NULL-terminated); -1, and said so, when it is none. */
int option_word(const Command *command, const char *option, const char *text,
                const char *const *words);

#endif
