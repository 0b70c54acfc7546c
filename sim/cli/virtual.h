/* --live=virtual: the command line once more, inside a kernel in virtual time. */
#ifndef TCPWALTZ_CLI_VIRTUAL_H
#define TCPWALTZ_CLI_VIRTUAL_H

#include <glib.h>

/* Do these words ask for it, and are we still outside?  Then *status is what came of the whole command
 * line inside. */
gboolean virtual_runs(int argc, char **argv, int *status);

/* The hosts of a value of --live, without the word for the kernel; NULL: all of them.  Free with
 * g_strfreev(). */
char **virtual_hosts(const char *live);

#endif
