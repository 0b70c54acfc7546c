/* What stands between %{ and }%: assertions about the connection, as packetdrill has them run by
 * Python.  Here a small language of its own: the part that tests use.
 *
 *   assert EXPRESSION[, MESSAGE]    NAME = EXPRESSION    NAME += EXPRESSION    print(EXPRESSION, …)
 *
 * joined by ";" or on lines of their own.  Expressions have numbers (decimal, hexadecimal), strings, names,
 * `not and or`, `== != < <= > >= in` (chained as in Python), `| ^ & << >> + - * / // % ~`, parentheses,
 * lists and tuples, abs() min() max() int() len() str(), and % formatting.
 */
#ifndef TCPWALTZ_DRILL_CODE_H
#define TCPWALTZ_DRILL_CODE_H

#include <glib.h>

#include "scenario/diagnostics.h"

typedef struct DrillCode DrillCode;

/* NULL with diagnostics.  `text` begins at `place` of the file. */
DrillCode *drill_code_read(const char *text, gsize length, SourcePlace place,
                           Diagnostics *diagnostics);
void drill_code_free(DrillCode *code);

/* Variables of a script: they outlive the statement. */
typedef struct DrillNames DrillNames;

DrillNames *drill_names_new(void);
void drill_names_free(DrillNames *names);

/* Gives the value of a name that the code itself has not set ("tcpi_state", "TCP_ESTABLISHED").
 * FALSE: there is none. */
typedef gboolean (*DrillLookUp)(gpointer context, const char *name, gint64 *value);

typedef enum DrillVerdict { DRILL_HOLDS, DRILL_FAILS, DRILL_UNKNOWN } DrillVerdict;

/* Runs it.  What print() says is appended to *printed.  FAILS: *why says which assertion did, with the
 * values ("tcpi_unacked == 2: it is 3, not 2"); UNKNOWN: which name nobody knows, or what is wrong
 * with a value; free with g_free(). */
DrillVerdict drill_code_run(const DrillCode *code, DrillNames *names, DrillLookUp look_up,
                            gpointer context, GString *printed, char **why);

#endif
