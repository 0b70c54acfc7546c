/* The right words of scripts that are no constants: system calls, and the members of TCP_INFO. */
#ifndef TCPWALTZ_DRILL_NAMES_H
#define TCPWALTZ_DRILL_NAMES_H

#include <glib.h>

/* The call, or the member ("tcpi_state"), that was probably meant; NULL: it is one, simulated or not, or like none. */
const char *drill_call_meant(const char *name);
const char *drill_field_meant(const char *name);

/* Those that are simulated, from 0; NULL behind the last.  In calls.c and look.c, where they are looked up. */
const char *drill_call_name(gsize i);
const char *drill_field_name(gsize i);

#endif
