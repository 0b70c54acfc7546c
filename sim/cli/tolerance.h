/* --tolerance: how far times may be from those that are expected. */
#ifndef TCPWALTZ_CLI_TOLERANCE_H
#define TCPWALTZ_CLI_TOLERANCE_H

#include <glib.h>

#include "cli/command.h"
#include "scenario/plan.h"

/* "5ms", "10%", or "5ms,10%": whichever of the two is more.  `text` NULL: *out stays.  FALSE, and said so:
 * it is none of these. */
gboolean tolerance_read(const Command *command, const char *text, PlanTolerance *out);

/* Where hosts are real and time is the clock's, and nobody says otherwise. */
PlanTolerance tolerance_of_real_time(void);

#endif
