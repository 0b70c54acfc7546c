/* The same results in all formats. */
#include "report_claims.h"

#include "claims.h"
#include "report/failures.h"
#include "report/report.h"

void claim_reports(GPtrArray *results)
{
    guint has_failed = failures_count(results) > 0 ? 1 : 0;
    const Checked checked = {.file = (char[]){"fuzz.scn"},
                             .results = results,
                             .ended = SIM_SECOND,
                             .outcome = has_failed ? CHECKED_FAILED : CHECKED_PASSED};

    for (guint i = 0; report_names()[i] != NULL; i++) {
        Report report = {.format = report_format(i), .again = "tcpwaltz run", .files = 1};
        report_begin(&report);
        report_file(&report, &checked);
        report_end(&report);
        claim_lines(report.out, FALSE);
        g_assert(report.failed == has_failed);
        report_clear(&report);
    }
}
