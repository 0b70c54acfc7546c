/* What must hold of a capture or a segment table that was read. */
#ifndef TESTS_FUZZ_CAPTURE_CLAIMS_H
#define TESTS_FUZZ_CAPTURE_CLAIMS_H

#include "capture/capture.h"
#include "claims.h"

/* A trace, whose events have an order and that every view can show, or a problem. */
void capture_claims(const Trace *trace, const CaptureProblem *problem);

#endif
