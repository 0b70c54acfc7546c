/* The names of constants that scripts use in calls and in code, and their numbers: Linux's, on any machine. */
#ifndef TCPWALTZ_DRILL_CONSTANTS_H
#define TCPWALTZ_DRILL_CONSTANTS_H

#include <glib.h>

/* "O_NONBLOCK", "TCP_ESTABLISHED", "EAGAIN": FALSE when there is none of this name. */
gboolean drill_constant(const char *name, gint64 *value);

/* The same for names of errors alone. */
gboolean drill_errno(const char *name, gint64 *value);

/* The name that was probably meant, or NULL. */
const char *drill_constant_nearest(const char *name);

#endif
