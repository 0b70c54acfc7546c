/* What several connections of one host say together.
 *
 * A host has one stack.  So a profile is possible that is so in each of its connections that tells anything, and its
 * likelihoods are multiplied; how it opens counts once, since all its connections open alike.  Connections that nobody explains,
 * and those in which no timer ran out, say nothing, and are named.
 */
#ifndef TCPWALTZ_IDENTIFY_HOST_H
#define TCPWALTZ_IDENTIFY_HOST_H

#include "identify/identify.h"

/* A profile, over all connections that tell. */
typedef struct IdentifySum {
    const char *name; /* of the answers */
    guint possible;   /* in so many of them */
    guint explained;  /* waits */
    double likelihood;
    double doubt; /* of its openings, the greatest */
    guint
        refuted; /* index of the first connection in which it is not possible; G_MAXUINT: there is none */
} IdentifySum;

/* Subjects and answers that belong together have the same index. */
typedef struct IdentifyHost {
    guint host;          /* TraceHost */
    GPtrArray *subjects; /* const IdentifySubject *, of this host … */
    GPtrArray *answers;  /* … const IdentifyAnswer * */
    GArray *sums;        /* IdentifySum, the best first */
    guint telling;       /* connections */
    guint possible;      /* sums that are so in each of them */
} IdentifyHost;

/* Has this connection anything to say? */
gboolean identify_tells(const IdentifySubject *subject, const IdentifyAnswer *answer);

/* Waits of timers that ran out, seen or explained. */
guint identify_wanted(const IdentifySubject *subject, const IdentifyAnswer *answer);

/* IdentifyHost *, in the order of their first subjects; they point into subjects and answers.  Free with
 * g_ptr_array_unref(). */
GPtrArray *identify_hosts(const GPtrArray *subjects, const GPtrArray *answers);

#endif
