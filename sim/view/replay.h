/* What happened to one connection, inferred from what was seen of it: enough to play it again.
 *
 * A capture has one place.  Whatever that is, it is as if each host's segments were seen when they left, on a
 * link whose two ways have the delays that the answers show: at the client the way back takes no time, at the
 * server the way there.  What was lost behind that place is told by what was sent again; what was lost before
 * it by holes in the sequence numbers that were filled later.
 */
#ifndef TCPWALTZ_VIEW_REPLAY_H
#define TCPWALTZ_VIEW_REPLAY_H

#include <glib.h>

#include "trace/trace.h"

typedef enum ReplayEnd {
    REPLAY_CLIENT,
    REPLAY_SERVER,
    REPLAY_ENDS,
} ReplayEnd;

/* Where the capture was taken. */
typedef enum ReplayPlace {
    REPLAY_AT_CLIENT,
    REPLAY_AT_SERVER,
    REPLAY_BETWEEN, /* or at both */
} ReplayPlace;

/* A segment that a host sent, seen or not. */
typedef struct ReplaySent {
    SimTime t;
    const TraceSeen *seen; /* NULL: it was lost before anybody saw it */
    SegmentClass class;
    guint32 seq, end; /* relative; end: behind its last number */
    gboolean is_new;  /* numbers that had not been sent */
    gboolean is_lost;
} ReplaySent;

typedef enum ReplayAct {
    REPLAY_CONNECT,
    REPLAY_SEND,
    REPLAY_SHUTDOWN, /* closes, and hears what the other end still says */
    REPLAY_CLOSE,
    REPLAY_ABORT,
} ReplayAct;

/* What an application did. */
typedef struct ReplayStep {
    SimTime t;
    gboolean is_answer; /* in the instant in which a FIN comes, before anything else answers that */
    ReplayEnd end;
    ReplayAct act;
    guint64 bytes; /* REPLAY_SEND */
} ReplayStep;

typedef struct Replay {
    const char *names[REPLAY_ENDS];
    GArray *sent[REPLAY_ENDS];  /* ReplaySent */
    GArray *steps;              /* ReplayStep, in the order of time */
    SimTime delay[REPLAY_ENDS]; /* of what each sends */
    ReplayPlace place;
    gboolean listens; /* the server answered, or nobody did */
    SimTime end;      /* the last segment */
} Replay;

/* NULL with *why (free with g_free()): this connection cannot be played again. */
Replay *replay_of(const Trace *trace, char **why);
void replay_free(Replay *replay); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Replay, replay_free)

/* The scenario that plays it again: hosts of these profiles with what their SYNs offered, links with the
 * delays, what was lost, what the applications did, and what is expected to come of it.  `source` is the
 * capture's name. */
void view_scenario(const Replay *replay, const char *const profiles[REPLAY_ENDS],
                   const char *source, GString *out);

#endif
