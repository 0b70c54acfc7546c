/* The lab: carries out a plan.  Hosts, links, a virtual clock and a script in; a trace out. */
#ifndef TCPWALTZ_LAB_LAB_H
#define TCPWALTZ_LAB_LAB_H

#include <glib.h>

#include "core/digest.h"
#include "core/time.h"
#include "net/link.h"
#include "scenario/plan.h"
#include "trace/trace.h"

struct LabReality;

/* Something that is due at a host. */
typedef struct LabReady {
    PlanWhence whence;
    gboolean is_at; /* an `at` line: it was decided on before the run */
} LabReady;

/* What may happen next.  Hosts do not disturb each other within an instant, so each turn is one host's. */
typedef struct LabTurn {
    SimTime at;
    guint host;
    gboolean is_up;
    /* The first of what is due there from each whence; that comes first which was decided on first, or which
     * the plan's order names. */
    const LabReady *ready;
    guint count; /* at least 1 */
} LabTurn;

/* What somebody wants of it. */
typedef struct LabTurnAnswer {
    guint first; /* this one of turn->ready comes first */
    /* Before it the host crashes, and, with `reboots`, comes back without its clock; then it is asked again. */
    gboolean crashes, reboots;
} LabTurnAnswer;

typedef LabTurnAnswer (*LabDecideTurn)(gpointer context, const LabTurn *turn);

/* A timer of the plan's host is set now; `due` is what its model says.  Returns when it fires, not before now. */
typedef SimTime (*LabDue)(gpointer context, guint host, TcpTimer timer, SimTime now, SimTime length,
                          SimTime due);

typedef struct LabRun LabRun;

/* Somebody looks on: nothing is under way between two turns of the clock.  FALSE: the run ends there, as if told
 * to stop. */
typedef gboolean (*LabLook)(gpointer context, const LabRun *run);

typedef struct LabOptions {
    TraceLevel level;
    gboolean has_seed; /* use `seed` instead of the plan's */
    guint64 seed;
    SimTime max_time;    /* bound on virtual time; 0: 24 h, or none where the plan stops */
    guint64 max_events;  /* bound on events, the numbers in the timeline; 0: 10,000,000 */
    guint64 max_memory;  /* bound on bytes of memory, views of the trace included; 0: 1 GiB */
    guint64 max_steps;   /* bound on turns of the clock that leave no event; 0: 50,000,000 */
    SimTime interval;    /* of counters; 0: 100 ms when the plan has a flood, else there are none */
    guint64 listed_max;  /* floods of more segments, all lines together, are not listed; 0: 1,000 */
    gboolean check_wire; /* every segment goes through bytes and back, and must come out equal */
    const struct LabReality *reality; /* who is real (lab/node.h); NULL: nobody */
    /* Hosts that the plan has as linked stacks; NULL: there is no such plan. */
    const struct LabReality *stacks;
    /* Who answers in place of the links' chance, with the links' ends named by the plan's numbers of
     * their hosts (net/link.h); NULL: chance. */
    LinkDecide decide;
    LabDecideTurn decide_turn; /* who chooses among what is due at one instant; NULL: nobody does */
    LabLook look;              /* before each turn; NULL: nobody does */
    gpointer decide_context;   /* of all three */
    /* Who says when the timers of simulated hosts fire, in place of their timer models; NULL: nobody. */
    LabDue due;
    gpointer due_context;
} LabOptions;

/* Of LabOptions.max_memory, what a run and its plan may use: an eighth is for the program itself, and for what
 * grows a last time. */
guint64 lab_memory_of_run(guint64 max_memory);

/* Runs the plan from 0 until no event is left, `stop`, or a bound.  Never fails: whatever goes
 * wrong in the simulated world is in the trace.  The plan is only read and may be shared. */
Trace *lab_run(const Plan *plan, const LabOptions *options);

/* For who looks on: what has happened so far … */
const Trace *lab_trace_so_far(const LabRun *run);

/* … and all that what comes may depend on: hosts, links, what is under way, the script.  Nothing tells a segment
 * that was sent before `since`, which events have gone wrong, from another but that it was.  The digest has been
 * begun by digest_begin() with any time, and is to be ended. */
void lab_digest(const LabRun *run, TraceId since, Digest *digest);

/* The same where somebody may be real (options->reality).  NULL: *trouble says who cannot be had, or
 * what the system refused on the way; free with g_free(). */
Trace *lab_try(const Plan *plan, const LabOptions *options, char **trouble);

#endif
