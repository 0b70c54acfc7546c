/* What came of the lines of a scenario in a run, or in several with different seeds: which never did
 * anything, and which set themselves off. */
#ifndef TCPWALTZ_EXPECT_LINES_H
#define TCPWALTZ_EXPECT_LINES_H

#include <glib.h>

#include "scenario/plan.h"
#include "trace/trace.h"

/* Of a line; of several runs, the most that any of them had of each. */
typedef struct LineUse {
    TraceUse use;
    guint64 fed;     /* a `when`: how often it was carried out because it had been before … */
    guint64 deepest; /* … and how often in a row, each time because of the time before */
} LineUse;

typedef struct LineUses {
    GArray *rules, *steps; /* LineUse, as Plan.faults and Plan.orders; as Plan.steps */
    GPtrArray *hidden;     /* as Trace.hidden */
    guint64 runs;
    SimTime ended; /* when the run that lasted longest was over */
} LineUses;

/* Of one run of the plan. */
LineUses *line_uses_of(const Plan *plan, const Trace *trace);
void line_uses_free(LineUses *uses); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineUses, line_uses_free)

/* Adds what came of the same plan in other runs. */
void line_uses_add(LineUses *uses, const LineUses *others);

/* What there is to say (ExpectResult, in the file's order, rules first; free with g_ptr_array_unref()).
 * `actual` continues `text`: "drop client SYN #5" "never matched: client sent 3 SYN".
 *
 * Not ok: of a rule, or of one of the ranges of its selection, that no segment met; of an `order` of what is not
 * due then; of a `when` whose
 * state no connection entered; of a line of the script that was due only after the end.  With several
 * runs: in none of them.  What the scenario itself expects never to be sent or entered is not told.
 * Ok, though worth a word: a `when` whose action led to the same line again, and again. */
GPtrArray *line_uses_tell(const Plan *plan, const LineUses *uses);

#endif
