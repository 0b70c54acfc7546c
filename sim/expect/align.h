/* Two lists of segments aligned: which of the one are which of the other. */
#ifndef TCPWALTZ_EXPECT_ALIGN_H
#define TCPWALTZ_EXPECT_ALIGN_H

#include <glib.h>

#include "trace/trace.h"

/* Pairs and single segments, in the order of both lists. */
typedef struct AlignPair {
    const TraceEvent *a, *b; /* one of them may be NULL */
} AlignPair;

/* How two segments are compared. */
typedef struct AlignOptions {
    gboolean ignore_fate;
    SimTime b_ahead; /* what B's clock shows when A's shows 0 */
} AlignOptions;

/* Appends AlignPair to `out` for two lists of const TraceEvent *.  The alignment leaves as few
 * segments single as is possible, and of those that do, it is the one whose times differ least in
 * sum.  What a side sends at one instant may stand in any order among itself.  FALSE when the lists are too long and too different. */
gboolean align_segments(const GArray *a, const GArray *b, const AlignOptions *options, GArray *out);

#endif
