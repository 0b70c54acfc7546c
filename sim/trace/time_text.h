/* Times appended to a text, for all rooms that write one: core/time.h knows no GString. */
#ifndef TCPWALTZ_TRACE_TIME_TEXT_H
#define TCPWALTZ_TRACE_TIME_TEXT_H

#include <glib.h>

#include "core/time.h"

/* "3 s", "220 ms": as sim_time_format() says it. */
void time_append(SimTime t, GString *out);

/* "3", "3.0200": seconds, exactly, with so many decimals at least. */
void time_append_seconds(SimTime t, int decimals_min, GString *out);

/* As the scenario language reads it, exactly: "90s", "1.000000001s", "20ms", "1500000ns". */
void time_append_value(SimTime t, GString *out);

/* "1.02": seconds to the nearest 10 ms, where what is finer is noise of a round trip. */
void time_append_about(SimTime t, GString *out);

#endif
