/* Lines of a script that set themselves off.  Private to expect/. */
#ifndef TCPWALTZ_EXPECT_FEEDING_H
#define TCPWALTZ_EXPECT_FEEDING_H

#include <glib.h>

#include "trace/trace.h"

/* Counts LineUse.fed and .deepest of `steps`, a LineUse for each of Trace.calls. */
void feeding_count(const Trace *trace, GArray *steps);

#endif
