/* Which stack sent what a capture shows: each profile is put into the world that the capture shows, and is asked when
 * it sends again.
 *
 *   subjects  the ends of connections that sent something again, or asked (probes)
 *   world     what came to such an end, when, and what its application did (view/replay.h): built once; every profile
 *             runs in it.  Losses need not be known: whatever did not come, did not come.
 *   guide     a profile's timers fire when the capture shows that the host sent again, if that is within the
 *             lateness of its clock (clock.h); otherwise as late as that allows.  So one late timer does not
 *             make the next one wrong, and each wait is predicted from all that was seen before.
 *   fit       how many of the waits it explains, one after the other, and how likely they are: each wait's lateness is
 *             equally likely between the least and the most that its clock and the place of the capture allow, so
 *             that the likelihood of all is the product of 1 / (most - least)
 *   witness   the options, the window and the window scale of its SYN or SYN-ACK, beside what the profile sends: a
 *             second, weaker one, since all of them can be set
 *
 * Keys of a profile that are "unknown" are no witness.
 */
#ifndef TCPWALTZ_IDENTIFY_IDENTIFY_H
#define TCPWALTZ_IDENTIFY_IDENTIFY_H

#include <glib.h>

#include "identify/clock.h"
#include "trace/trace.h"
#include "view/replay.h"

/* All times of a subject count from the start of its connection (Replay.start). */

/* Something that was sent again, or asked. */
typedef struct IdentifyRepeat {
    SimTime t;
    const ReplaySent *sent;
    gboolean is_answer; /* something came just before: no timer need have run out */
} IdentifyRepeat;

/* One end of one connection. */
typedef struct IdentifySubject {
    guint32 flow;
    Replay *replay;
    ReplayEnd end;
    GArray *repeats;     /* IdentifyRepeat */
    guint other_numbers; /* SYN-ACKs whose number is not the first one's: no repeats */
    SimTime until;       /* nothing else was seen of the connection until then, from its start on */
    SimTime noise;       /* what the place of the capture adds to a wait, either way */
    gboolean
        is_far; /* the capture was taken elsewhere: what was lost on the way there is not in it */
    gboolean is_cut; /* the connection is longer than what is looked at */
    GPtrArray *events;
} IdentifySubject;

/* Looked at of a connection at most. */
enum { IDENTIFY_SEGMENTS_MAX = 5000 };

/* Those with something to go by, the one with the most repeats first; free with g_ptr_array_unref().  They
 * point into the trace.  `notes` (char *) gets a sentence for each connection that cannot be used. */
GPtrArray *identify_subjects(const Trace *trace, GPtrArray *notes);

/* How far a profile comes. */
typedef enum IdentifyTier {
    IDENTIFY_WHOLE, /* every wait, and it would not have sent anything that is not there */
    IDENTIFY_STOPS, /* every wait; but it would have gone on, where nothing was seen any more */
    IDENTIFY_GAPS,  /* every wait, if some of what it sent was lost before it came to the capture */
    IDENTIFY_SETTINGS, /* every wait, if somebody has set what is often set */
    IDENTIFY_LIMITS,   /* every wait, if it did not give up after so many */
    IDENTIFY_OTHER,    /* not every wait */
    IDENTIFY_TIER_COUNT,
} IdentifyTier;

/* One wait beside its prediction. */
typedef struct IdentifyWait {
    const IdentifyRepeat *repeat; /* NULL: the profile would have sent, and nothing is there */
    SimTime from;                 /* the timer was set then, by the capture's clock */
    SimTime seen;                 /* how long it was; G_MININT64: not there */
    SimTime predicted;   /* the length of the timer; G_MININT64: nothing was going to be sent */
    SimTime least, most; /* of its lateness, noise included */
    TcpTimer timer;
    gboolean is_explained;
} IdentifyWait;

/* What its opening segment says. */
typedef struct IdentifyWitness {
    gboolean is_there; /* an opening segment was seen */
    guint agree, differ;
    double doubt;  /* what the differences take from the logarithm of the likelihood */
    char *differs; /* "scale 7, not 10; no timestamps"; NULL: nothing does */
} IdentifyWitness;

typedef struct IdentifyFit {
    char *name;
    IdentifyClock clock;
    IdentifyTier tier;
    GArray *waits;            /* IdentifyWait, of timers that ran out */
    guint explained, answers; /* waits; repeats that were no timer's and are there as well */
    guint gaps;          /* sent by a timer, and not seen: lost before the place of the capture */
    double likelihood;   /* natural logarithm of the product of 1 / width, widths in ms */
    guint hz;            /* of a wheel: with which it explains most; 0: no wheel */
    const char *setting; /* IDENTIFY_SETTINGS: "tcp_syn_linear_timeouts=0" */
    guint unseen;        /* so many were sent before the capture began … */
    SimTime round_trip;  /* … or that is what a handshake took; 0: it was seen */
    SimTime
        next; /* it sends again so long after the last thing seen; SIM_NEVER: not within an hour */
    SimTime next_most; /* as late as that may be */
    IdentifyWitness witness;
} IdentifyFit;

typedef struct IdentifyAnswer {
    GArray *fits;   /* IdentifyFit, the best first */
    guint possible; /* so many of them explain every wait … */
    guint settable; /* … and so many behind those do if somebody has set something */
    gboolean
        is_loose; /* nobody does, unless the way to the capture was rough: see identify_subject() */
} IdentifyAnswer;

/* By what those that explain every wait are ordered: the logarithm of the likelihood, less what the opening segment makes
 * doubtful. */
double identify_score(const IdentifyFit *fit);

/* If nobody explains it and it was not captured at the host for certain, it is taken to have been on its way through
 * a network whose delays vary by IDENTIFY_ROUGH, and which lost some of it before it was captured.
 *
 * NULL with diagnostics: a profile is wrong. */
#define IDENTIFY_ROUGH (25 * SIM_MILLISECOND)
IdentifyAnswer *identify_subject(const IdentifySubject *subject, char *const *profiles,
                                 const ScenarioOptions *options, Diagnostics *diagnostics);
void identify_answer_free(IdentifyAnswer *answer); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IdentifyAnswer, identify_answer_free)

/* When the capture would have to go on to, so that these two differ; 0: nothing within an hour tells them apart. */
SimTime identify_apart(const IdentifyFit *a, const IdentifyFit *b);

#endif
