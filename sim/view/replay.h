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

/* What the capture has of the connection's beginning. */
typedef enum ReplayBegin {
    REPLAY_FROM_SYN,
    REPLAY_FROM_SYN_ACK,
    REPLAY_FROM_LATER, /* no handshake: numbers are counted so that the first one seen of each end is 1 */
} ReplayBegin;

/* A segment that a host sent, seen or not. */
typedef struct ReplaySent {
    SimTime t;
    SimTime late;          /* it was overtaken: it came so much later than others do */
    const TraceSeen *seen; /* NULL: it was lost before anybody saw it */
    SegmentClass class;
    guint32 seq, end; /* relative; end: behind its last number */
    guint32 ack;      /* relative, of what was seen */
    gboolean is_new;  /* numbers that had not been sent */
    gboolean is_lost;
    gboolean is_doubtful; /* sent again, and not answered at once: it may not have arrived either */
    gboolean is_copy;     /* nobody sent it: the way doubled the one before */
    gboolean
        is_probe; /* asks whether the peer is there, or its window still closed: an old number with no
                        * byte or one, a byte into a closed window, or what fits of data that waited */
} ReplaySent;

typedef enum ReplayAct {
    REPLAY_CONNECT,
    REPLAY_SEND,
    REPLAY_SHUTDOWN, /* closes, and hears what the other end still says */
    REPLAY_CLOSE,
    REPLAY_ABORT,
} ReplayAct;

/* What ICMP said to an end, when it was seen. */
typedef struct ReplayIcmp {
    SimTime t;
    ReplayEnd end;
    IcmpMessage message;
} ReplayIcmp;

/* What an application did. */
typedef struct ReplayStep {
    SimTime t;
    gboolean is_answer; /* in the instant in which a FIN comes, before anything else answers that */
    ReplayEnd end;
    ReplayAct act;
    guint64 bytes; /* REPLAY_SEND */
} ReplayStep;

typedef struct Replay {
    guint hosts[REPLAY_ENDS]; /* TraceHost; TRACE_NO_HOST: it is not in the trace */
    const char *names[REPLAY_ENDS];
    guint16 ports[REPLAY_ENDS];
    guint shift[REPLAY_ENDS];   /* of the windows that each gives: as agreed, or guessed */
    GArray *sent[REPLAY_ENDS];  /* ReplaySent */
    GArray *steps;              /* ReplayStep, in the order of time */
    GArray *icmp;               /* ReplayIcmp, likewise */
    SimTime delay[REPLAY_ENDS]; /* of what each sends */
    ReplayPlace place;
    ReplayBegin begin;
    gboolean knows_delays; /* answers showed them; else they are made up */
    gboolean listens;      /* the server answered, or nobody did */
    SimTime start; /* of the connection, by the capture's clock; all other times count from here */
    SimTime end;   /* the last segment */
    guint32 base[REPLAY_ENDS]; /* REPLAY_FROM_LATER: the number before each end's first */
} Replay;

/* By connection, as they began: GPtrArray of const TraceEvent *, what was sent and not forged.  Free with
 * g_ptr_array_unref(). */
GPtrArray *replay_flows(const Trace *trace);

/* Replay *, one of each connection that was seen from its SYN on and can be played again, as they began; free with
 * g_ptr_array_unref().  `notes` (char *) says which are left out, and why.  NULL with *why (free with g_free()): none can,
 * or all of them together have too many segments. */
GPtrArray *replays_of(const Trace *trace, GPtrArray *notes, char **why);

/* One connection, wherever the capture begins: its segments, const TraceEvent * in the order of time, which outlive the
 * replay.  NULL with *why: it cannot be played again. */
Replay *replay_of_events(const Trace *trace, const GPtrArray *events, char **why);
void replay_free(Replay *replay); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Replay, replay_free)

/* The scenario that plays connections of two hosts (Replay *, one at least, in the order of time) again: hosts of these
 * profiles, the first connection's client and server, with what their first SYNs offered, links with the delays, what was lost,
 * overtaken and doubled, what the applications did, what ICMP said, and what is expected to come of it.  `source` is
 * the capture's name. */
void view_scenario(const GPtrArray *replays, const char *const profiles[REPLAY_ENDS],
                   const char *source, GString *out);

/* One end alone in the world that the capture shows: its peer is mute, and what the capture shows of the peer
 * comes by itself, when it came.  Whatever the host sends changes nothing. */
typedef struct ReplayAlone {
    ReplayEnd end;
    const char *profile;
    /* The host's clock shows so much when the capture begins: its SYNs before that nobody saw … */
    SimTime before;
    SimTime round_trip;     /* … or a handshake, which took so long (all but REPLAY_FROM_SYN) */
    gboolean peer_has_sack; /* REPLAY_FROM_LATER: nobody saw what the peer offered */
    gboolean
        sets_keepalive; /* keepalive waits as the program set them, by what was seen; else the profile's */
    gboolean echoes_first; /* of timestamps whose values nobody knows */
    gboolean doubtful_lost;
    gboolean all_arrive; /* also what was never answered: the answers may have been lost instead */
    SimTime until;       /* the run ends so long after the capture's last segment */
} ReplayAlone;

/* Numbers of the host begin with REPLAY_ALONE_ISS, its timers are real: their lengths are in ticks. */
enum { REPLAY_ALONE_ISS = 1000 };
void view_scenario_alone(const Replay *replay, const ReplayAlone *alone, GString *out);

#endif
