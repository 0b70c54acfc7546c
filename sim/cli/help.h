/* The program's own help. */
#ifndef TCPWALTZ_CLI_HELP_H
#define TCPWALTZ_CLI_HELP_H

/* What the program is, its subcommands; free with g_free(). */
char *help_overview(void);

/* Says that there is no such subcommand, and which one may have been meant.  Returns a STATUS_. */
int help_unknown_command(const char *name);

#endif
