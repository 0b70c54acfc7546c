/* What must hold of any text that the program writes. */
#ifndef TESTS_FUZZ_CLAIMS_H
#define TESTS_FUZZ_CLAIMS_H

#include <glib.h>

/* Valid UTF-8 without control characters, one excepted; ends the process where it is not. */
void claim_printable(const char *text, gunichar also);

/* Lines of such text; with `colour` there may be orders to set colours, and no others. */
void claim_lines(const GString *text, gboolean colour);

#endif
