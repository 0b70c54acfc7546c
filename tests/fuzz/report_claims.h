/* What must hold of every report of any results. */
#ifndef TESTS_FUZZ_REPORT_CLAIMS_H
#define TESTS_FUZZ_REPORT_CLAIMS_H

#include <glib.h>

/* Tells the results (ExpectResult) in all formats: each is safe to print. */
void claim_reports(GPtrArray *results);

#endif
