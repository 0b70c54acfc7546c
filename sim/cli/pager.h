/* Long text for a person: through a pager when standard output is a terminal. */
#ifndef TCPWALTZ_CLI_PAGER_H
#define TCPWALTZ_CLI_PAGER_H

#include <glib.h>

/* Shows the text through $PAGER, else through less if there is one; without either, or where no
 * terminal is, writes it to standard output.  Returns a STATUS_. */
int pager_show(const char *text);

#endif
