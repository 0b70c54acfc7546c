/* One row of a sweep's results: what one run came to, as texts, in the columns of its head. */
#ifndef TCPWALTZ_SWEEP_ROW_H
#define TCPWALTZ_SWEEP_ROW_H

#include <glib.h>

typedef struct SweepRow {
    guint64 run;
    char **cells; /* NULL-terminated; cells[0] is the run's number as text */
} SweepRow;

void sweep_row_clear(SweepRow *row);

/* What a cell says.  Numbers are as JSON writes them: "3", "3.02". */
gboolean sweep_is_number(const char *text);

/* What a setting is as a number, and its unit: "10ms" is 0.01 of "s", "5%" is 5 of "%".  FALSE: it is a word. */
gboolean sweep_setting_number(const char *text, double *number, const char **unit);

/* "3.02", exact to nine decimals where it has 15 digits at most. */
enum { SWEEP_NUMBER_TEXT = 32 };
void sweep_number_text(double number, char out[SWEEP_NUMBER_TEXT]);

#endif
