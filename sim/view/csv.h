/* Fields of the CSV views: hosts, exact times, numbers; escape_csv() is for texts. */
#ifndef TCPWALTZ_VIEW_CSV_H
#define TCPWALTZ_VIEW_CSV_H

#include <glib.h>

#include "core/time.h"
#include "trace/trace.h"

void csv_host(const Trace *trace, TraceHost host, GString *out); /* "?" when nobody knows it */
void csv_seconds(SimTime t, GString *out);                       /* 4 to 9 decimals */
void csv_number(guint64 number, GString *out);

/* "# text", on one line whatever is in the text. */
void csv_note(const char *text, GString *out);

/* The note that says what was run (view/setup.h); nothing where nobody knows. */
void csv_setup(const Trace *trace, GString *out);

#endif
