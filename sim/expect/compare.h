/* Two traces laid side by side: which segments both have, and whether the same waits led to them.
 *
 * Only what a segment table tells is used, so a table, a capture and a run can each be either side.
 *
 * Alignment.  The segments of each host in each flow are aligned as a list of their own, so that it
 * does not matter which of two hosts spoke first when both spoke at about the same time.  Two
 * segments are the same when class, relative seq and ack, length and (where both sides know it) fate
 * are; a SYN-ACK with the number of the one before is not the same as one with another number.  Of all alignments that leave the fewest segments over, the one is taken whose times differ
 * least in sum.
 *
 * Hosts are the same when they have the same name; when the names have nothing in common, the
 * host that sent the first SYN is the same as the other's.
 *
 * Times.  Lateness adds up in real stacks, so waits are compared, not absolute times: the time since
 * what caused the segment.  A table does not tell the cause, but there are only four, and all of them
 * can be read off it:
 *
 *   same      the host had sent this very segment before: its timer ran since then
 *   answer    the peer had sent what it acknowledges
 *   seen      whatever the host sent, or was sent by its peer and not lost, last in this flow:
 *             most timers are armed then
 *   begin     the run began: the application does things at times of its own (beside a capture:
 *             since the first segment)
 *
 * Each is a pair of segments that both sides have (or the begin of both).  The times agree if the
 * wait since one of these is within the tolerance.  An answer, and what the application does, waits
 * for no timer, so the lateness of a timer wheel is not granted there.
 */
#ifndef TCPWALTZ_EXPECT_COMPARE_H
#define TCPWALTZ_EXPECT_COMPARE_H

#include <glib.h>

#include "trace/trace.h"

typedef enum CompareToleranceKind {
    COMPARE_WITHIN, /* so much earlier or later */
    COMPARE_PART,   /* such a part of the wait, and 1 ms: no wait is no reason to be exact */
    COMPARE_WHEEL,  /* the timer wheel of Linux (see compare_wheel_slot()), and 5 ms */
} CompareToleranceKind;

/* Whose timers never come late.  With the wheel's tolerance the other side's may be late, and not
 * early; when neither side's are exact, either may be late. */
typedef enum CompareExact {
    COMPARE_EXACT_A,
    COMPARE_EXACT_B,
    COMPARE_EXACT_NONE,
} CompareExact;

typedef struct CompareOptions {
    CompareToleranceKind kind;
    SimTime within;       /* COMPARE_WITHIN */
    gint64 part_ppb;      /* COMPARE_PART, per billion */
    CompareExact exact;   /* COMPARE_WHEEL */
    gboolean has_capture; /* a side is a capture: it knows no fates, and not when the run began */
    gboolean ignore_acks; /* pure ACKs may differ in number and time */
} CompareOptions;

typedef enum CompareVerdict {
    COMPARE_SAME,
    COMPARE_ONLY_A,
    COMPARE_ONLY_B,
    COMPARE_OTHER_TIME,
    COMPARE_VERDICT_COUNT,
} CompareVerdict;

typedef enum CompareCause {
    COMPARE_CAUSE_SAME,
    COMPARE_CAUSE_ANSWER,
    COMPARE_CAUSE_SEEN,
    COMPARE_CAUSE_BEGIN,
    COMPARE_CAUSE_COUNT,
} CompareCause;

typedef struct CompareRow {
    TraceId a, b; /* 0: only the other side has it */
    CompareVerdict verdict;
    gboolean ignored;   /* a pure ACK, with ignore_acks: counts neither way */
    CompareCause cause; /* a and b: since what the waits are */
    SimTime wait_a, wait_b;
} CompareRow;

typedef struct Comparison {
    GArray *rows;                        /* CompareRow, in the order of time */
    guint counts[COMPARE_VERDICT_COUNT]; /* of rows that are not ignored */
    guint ignored;                       /* ignored rows that do not agree */
} Comparison;

/* The slot of Linux' timer wheel (HZ=250) that a wait falls into: so late may it end. */
SimTime compare_wheel_slot(SimTime wait);

/* NULL with an error (of COMPARE_ERROR) when the two have too many segments
 * that differ. */
Comparison *compare_traces(const Trace *a, const Trace *b, const CompareOptions *options,
                           GError **error);
void comparison_free(Comparison *comparison); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Comparison, comparison_free)

/* Do the two agree? */
gboolean comparison_agrees(const Comparison *comparison);

#define COMPARE_ERROR (compare_error_quark())
GQuark compare_error_quark(void);

typedef enum CompareError {
    COMPARE_ERROR_TOO_LARGE,
} CompareError;

#endif
