/* Every way in which a network of a plan may misbehave, up to so many faults at once: each is a world,
 * which is run and held to laws.
 *
 * A world is the plan's run in which there is a fault at up to `depth` places.  A place is a packet, as it is
 * sent; if asked for, a turn at which more than one thing is due at a host; and the moment before something
 * happens at a host, which may crash then.
 * Worlds are tried in the order of the number of their faults, then in that of their places
 * and of the kinds of faults below; so the first that breaks a law is a least counterexample, and
 * from any number of threads the same.
 *
 *   explore.c   depth by depth, on several threads
 *   beyond.c    the worlds beyond one: each run, held to the laws, and counted
 *   world.c     one of them: who answers in place of the links' chance, and what comes first of what is due
 *   marks.c     where worlds have been, by digests of all that what comes depends on
 *   tally.c     how many worlds there are, of which those were run that are no other's again
 *   moments.c   what happened at a host in one instant, and the lines that say what was chosen
 *   watch.c     a reader of its trace, who remembers of each connection what the laws ask
 *   laws.c      the laws: of a step, and of how a run ends
 *   circle.c    does a run that came to no end go round in circles?
 *   pairs.c     which states the two ends were in at once
 *   states.c    distinct states
 *   fit.c       which plans have worlds
 *   witness.c   a world as a scenario that a check fails
 */
#ifndef TCPWALTZ_EXPLORE_EXPLORE_H
#define TCPWALTZ_EXPLORE_EXPLORE_H

#include <glib.h>

#include "core/time.h"
#include "lab/lab.h"
#include "proto/state.h"
#include "scenario/plan.h"

/* What may happen at a place, in the order in which it is tried. */
typedef enum ExploreFaultKind {
    /* To a packet. */
    EXPLORE_DROP,
    EXPLORE_DUPLICATE,
    EXPLORE_REORDER, /* it comes right behind the next one of its direction */
    EXPLORE_DELAY,   /* it comes very late: ExploreOptions.delay_by */
    EXPLORE_CORRUPT,
    EXPLORE_FAULT_COUNT,
    /* At a turn: something else comes first of what is due there. */
    EXPLORE_ORDER = EXPLORE_FAULT_COUNT,
    /* Before a turn, to the host whose turn it is. */
    EXPLORE_CRASH,  /* it crashes, and stays down */
    EXPLORE_REBOOT, /* it crashes and is back at once, without its clock */
    EXPLORE_KIND_COUNT,
} ExploreFaultKind;

const char *explore_fault_name(ExploreFaultKind kind); /* "drop", "dup", "reorder", … */

typedef struct ExploreFault {
    guint32 place; /* from 0, as the run comes to them; forged segments are none */
    ExploreFaultKind kind : 16;
    guint16 first; /* ORDER: which comes first, at least 1 */
    SimTime delay; /* REORDER, DELAY */
} ExploreFault;

enum { EXPLORE_DEPTH_MAX = 8 };

typedef struct ExploreWorld {
    guint count;
    ExploreFault faults[EXPLORE_DEPTH_MAX]; /* the places rise */
} ExploreWorld;

/* The laws, in the order in which a run is held to them. */
typedef enum ExploreLaw {
    EXPLORE_LAW_TRANSITION, /* no way leads from this state to that */
    EXPLORE_LAW_BYTES,      /* an application reads what was sent, in order, once, all of it */
    EXPLORE_LAW_GHOST,      /* nobody is connected whose peer knows nothing of it */
    EXPLORE_LAW_RESET,      /* nobody is reset or refused whose peer did not wish it */
    EXPLORE_LAW_GIVEN_UP,   /* nobody gives up whose repeats arrive */
    EXPLORE_LAW_STRANDED,   /* nobody is left for ever, without a timer, by a peer that is gone */
    EXPLORE_LAW_AGREEMENT,  /* two who live agree on it */
    EXPLORE_LAW_ENDLESS,    /* nothing is repeated for ever */
    EXPLORE_LAW_ALWAYS,     /* the scenario's own expectations marked `always` */
    EXPLORE_LAW_COUNT,
} ExploreLaw;

const char *explore_law_name(ExploreLaw law); /* "ghost", "given-up", … */
const char *explore_law_text(ExploreLaw law); /* "nobody gives up whose repeats arrive" */

/* A law that a run breaks. */
typedef struct ExploreBreach {
    ExploreLaw law;
    char *text;   /* "server.1 was reset at 1.25 s, in LAST-ACK" */
    char *expect; /* an expectation that fails there, "expect client never sends RST"; NULL: the
                        scenario has it already */
    SimTime stop; /* a time at which that is seen; SIM_NEVER: the end of the run */
} ExploreBreach;

void explore_breach_free(ExploreBreach *breach); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExploreBreach, explore_breach_free)

/* Which states the ends of a connection were in at once: first that of the end that called connect (of
 * two, that of the host declared first), then its peer's; LISTEN or CLOSED where there is none. */
typedef struct ExplorePairs {
    guint64 seen[TCP_STATE_COUNT][TCP_STATE_COUNT]; /* in so many moves of so many runs */
    /* A bit for each pair that follows: see explore_pairs_follows(). */
    guint8 follows[TCP_STATE_COUNT * TCP_STATE_COUNT][(TCP_STATE_COUNT * TCP_STATE_COUNT + 7) / 8];
} ExplorePairs;

typedef struct ExplorePair {
    TcpState one, other;
} ExplorePair;

gboolean explore_pairs_follows(const ExplorePairs *pairs, ExplorePair from, ExplorePair to);

/* What is known so far. */
typedef struct ExploreCount {
    guint64 worlds;                          /* that were held to the laws … */
    guint64 of_depth[EXPLORE_DEPTH_MAX + 1]; /* … with so many faults */
    guint64 broken[EXPLORE_DEPTH_MAX + 1];   /* of those: that break a law */
    guint64
        run; /* of those: that were; the others come to a state of one of these, and go on as it does */
    guint64
        equal; /* worlds that are one of those again from the start: neither counted nor gone beyond */
    guint64 undecided; /* neither at an end, nor in circles, when a bound was met */
    guint64
        states; /* distinct ones, canonical in time, of those in which something had just been sent */
    SimTime virtual_time; /* of all runs together; SIM_NEVER: more than there are numbers for */
} ExploreCount;

typedef enum ExploreEnd {
    EXPLORE_END_COMPLETE, /* all worlds were tried */
    EXPLORE_END_BROKEN,   /* the first that breaks a law was found */
    EXPLORE_END_BUDGET,
    EXPLORE_END_MEMORY, /* what is kept of worlds met ExploreOptions.lab's bound */
    EXPLORE_END_TOLD,   /* to stop, by ExploreOptions.tell */
} ExploreEnd;

typedef struct ExploreOptions {
    guint kinds;           /* a bit for each ExploreFaultKind */
    guint depth;           /* faults at once, at most: 0 to EXPLORE_DEPTH_MAX */
    SimTime from, to;      /* only what is sent, or done, in [from, to] … */
    const gboolean *hosts; /* … by a host that is TRUE here (by number); NULL: by any */
    SimTime delay_by;      /* how late what is delayed comes: more than 0 */
    guint except;          /* a bit for each ExploreLaw that is not held */
    gboolean all;          /* goes on when a law is broken */
    gboolean
        no_merge; /* every world is run to its end; ExploreResult.pairs counts in all of them then */
    guint threads;       /* at least 1 */
    guint64 most_worlds; /* that are run; 0: no bound */
    SimTime most_time;   /* of all runs together; 0: no bound */
    /* Bounds of one run, explore_bounds() for what is not given; that of memory is one of what is kept of all of
     * them, too. */
    LabOptions lab;
    /* Called again and again, on the thread that called explore(); FALSE ends it.  May be NULL. */
    gboolean (*tell)(const ExploreCount *count,
                     gpointer data); /* of count.run, .states, .virtual_time alone */
    gpointer data;
} ExploreOptions;

/* Bounds for one run that suit very many: 24 h of virtual time, 100,000 events. */
void explore_bounds(LabOptions *lab);

typedef struct ExploreResult {
    ExploreCount count;
    ExploreEnd end;
    gint completed; /* all worlds of so many faults and less were tried; -1: not even the first */
    ExploreBreach *breach;             /* the first; NULL: none */
    ExploreWorld world;                /* that has it */
    guint64 by_law[EXPLORE_LAW_COUNT]; /* worlds that break it first */
    ExplorePairs *pairs;
} ExploreResult;

/* The plan must be fit for it: see explore_unfit().  Free with explore_result_free(). */
ExploreResult *explore(const Plan *plan, const ExploreOptions *options);
void explore_result_free(ExploreResult *result); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExploreResult, explore_result_free)

/* Why worlds of the plan with faults of these kinds cannot be tried ("link client->server draws by chance …"), and
 * where; NULL: they can.  Free with g_free(). */
char *explore_unfit(const Plan *plan, guint kinds, SourcePlace *place);

/* Which of its own lines a world has not. */
typedef enum ExploreForget {
    EXPLORE_FORGET_FAULTS = 1 << 0,
    EXPLORE_FORGET_ORDERS =
        1 << 1, /* where orders or crashes are tried: they give orders themselves */
} ExploreForget;

/* What a world is made for: its own end, not the scenario's.  `forget`: ExploreForget bits. */
void explore_prepare(Plan *plan, guint forget);

/* The world as lines of the language, in the order in which the run comes to them; each char *. */
GPtrArray *explore_world_lines(const Plan *plan, const ExploreOptions *options,
                               const ExploreWorld *world);

/* A scenario as it is written. */
typedef struct ExploreText {
    const char *text;             /* of the plan's file */
    const Plan *original;         /* that file's, before explore_prepare() */
    const char *const *overrides; /* "HOST.KEY=VALUE", which the plan has beside; or NULL */
    const char *seed;             /* with which it was run in place of its own; or NULL */
    /* Its own, absolute, where what is written will lie elsewhere: relative paths become absolute ones.
     * NULL: they stay. */
    const char *folder;
    guint forget; /* as in explore_prepare() */
} ExploreText;

/* The scenario with the faults of the result's world and, as an expectation, its breach: a check fails it.
 * What is not held in it (expectations not marked `always`, its end, what `forget` says) is left in comments.
 * NULL with *why (free it) where such lines stand in another file. */
char *explore_witness(const Plan *plan, const ExploreOptions *options, const ExploreResult *result,
                      const ExploreText *text, char **why);

#endif
