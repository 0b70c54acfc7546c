/* One run of a script: what the files of sim/drill/ share. */
#ifndef TCPWALTZ_DRILL_SESSION_H
#define TCPWALTZ_DRILL_SESSION_H

#include "drill/code.h"
#include "drill/drill.h"
#include "lab/node.h"
#include "socket/socket.h"
#include "tcp/tuning.h"

/* The connection that segments of the script belong to, and what translates between its numbers and
 * those of the wire. */
typedef struct DrillConnection {
    TcpConnId number; /* of the remote end, from 1; 0: there is none yet */
    TcpEnds ends;     /* as the stack has them */
    gboolean has_local_isn, has_remote_isn;
    Seq local_isn, remote_isn;         /* on the wire */
    guint32 local_first, remote_first; /* the same as the script writes them */
    GHashTable *timestamps;            /* the stack's TS val as written → as sent */
    gboolean has_first_ts;             /* the first of them: all others are told from it */
    guint32 first_ts_written, first_ts_sent;
} DrillConnection;

/* A segment that left the stack. */
typedef struct DrillSeen {
    Segment segment;
    SimTime at;
    TraceId event;
} DrillSeen;

typedef struct DrillSession DrillSession;

/* Is it over now, and with which answer? */
typedef gboolean (*DrillAgain)(DrillSession *session, const DrillEvent *event,
                               SocketAnswer *answer);

/* A call that blocks. */
typedef struct DrillWaiting {
    const DrillEvent *event; /* NULL: none does */
    TraceId called;          /* when it was made */
    int fd;
    SimTime began, returns;
    DrillAgain again; /* NULL: sockets_settle() tells */
    SimTime expires;  /* then it answers 0; SIM_NEVER: never */
} DrillWaiting;

/* The two ends. */
typedef struct DrillLocal {
    LabNode node; /* first */
    DrillSession *session;
    TcpStack *stack;
    Sockets *sockets;
    guint16 port; /* of the listener that is being opened or closed */
} DrillLocal;

typedef struct DrillRemote {
    LabNode node; /* first */
    DrillSession *session;
} DrillRemote;

enum { DRILL_COUNTERS = 2 }; /* that nstat tells of: commands.c */

struct DrillSession {
    const DrillScript *script;
    const DrillOptions *options;
    const Plan *plan;
    HostConfig config;    /* of the stack; commands change it */
    guint32 arriving_mss; /* --mss; 0: what arrives was not cut */
    TcpReceiveRoom room;
    guint32 local_address, remote_address; /* as the stack knows them */
    guint8 long_local[ADDRESS_IPV6_BYTES],
        long_remote[ADDRESS_IPV6_BYTES]; /* what those of IPv6 read */
    DrillLocal local;
    DrillRemote remote;

    /* Where the script is. */
    guint next;           /* index of the event that is waited for */
    SimTime base;         /* what its +T counts from */
    SimTime scheduled;    /* when the event before was to be */
    gboolean was_inbound; /* it was an inbound segment */
    gboolean is_over;
    PlanTolerance tolerance;
    gboolean joins;  /* segments may be joined: not --strict_segments */
    SimTime ts_tick; /* --tcp_ts_tick_usecs; 0: TS val is not compared */
    gboolean ts_ecr_scaled;
    gboolean is_mapped;       /* its sockets are of IPv6, and speak IPv4 */
    const char *out_of_reach; /* what its settings want and is not simulated; NULL: nothing */

    DrillConnection conn;
    guint16 next_port; /* of the remote end */
    GQueue seen;       /* DrillSeen *, oldest first */
    guint looked_at;   /* … of which so many are a part of what is expected */
    DrillWaiting waiting;
    TraceId called; /* the call whose answer is looked at */
    int listener; /* the current listener's descriptor; -1: none, or a connection took its place */
    GHashTable *fds;    /* the script's descriptors → the stack's */
    GPtrArray *watched; /* of readiness.c: what epoll watches */
    int current;        /* descriptor whose TCP_INFO code sees; -1: none, but it may see … */
    int newest;         /* … the last one that socket() has made; -1: none */
    DrillNames *names;
    guint8 tos, ttl; /* IP_TOS, IP_TTL as set last, on whichever socket */
    gboolean
        scale_is_set; /* by the buffers that the script wants; else it is as a machine's memory has it */
    gboolean loses_all;              /* a queueing discipline without room */
    guint64 icmps_refused;           /* messages about what is not outstanding */
    guint64 counted[DRILL_COUNTERS]; /* what nstat has told of */
    TraceVerdict verdict;
};

extern const LabReality drill_reality;

/* ---- plan.c ---- */

const DrillScript *drill_of(const Plan *plan, const DrillOptions **options);

/* When the event that is waited for is to be; until when, where it has a range; when its call returns. */
SimTime drill_due(const DrillSession *session, const DrillEvent *event);
SimTime drill_due_end(const DrillSession *session, const DrillEvent *event);
SimTime drill_due_return(const DrillSession *session, const DrillEvent *event);

/* How far a time may be off that is so long after the one before. */
SimTime drill_tolerance(const DrillSession *session, SimTime length);

/* ---- local.c ---- */

void drill_local_init(DrillLocal *local, DrillSession *session, LabHost *host);
void drill_local_clear(DrillLocal *local);

/* ---- remote.c ---- */

void drill_remote_init(DrillRemote *remote, DrillSession *session, LabHost *host);

/* The stack sent it. */
void drill_remote_saw(DrillSession *session, const Segment *segment);

/* Calls that waited may be over. */
void drill_settle(DrillSession *session);

/* ---- calls.c, commands.c, sysctls.c ---- */

/* Makes the call of the event.  FALSE: the script has ended, the verdict says why. */
gboolean drill_call(DrillSession *session, const DrillEvent *event);

/* The call that blocked has an answer. */
gboolean drill_call_returned(DrillSession *session, const DrillWaiting *was,
                             const SocketAnswer *answer);

gboolean drill_command(DrillSession *session, const DrillEvent *event);
gboolean drill_code(DrillSession *session, const DrillEvent *event);

/* "net.ipv4.tcp_sack=0", "/proc/sys/net/ipv4/tcp_sack=0".  FALSE: out of reach. */
gboolean drill_sysctl(DrillSession *session, const DrillEvent *event, const char *setting);

/* ---- wire.c ---- */

/* A connection begins that the script's next segments belong to; port 0: the stack opens it, its first
 * SYN tells. */
void drill_connection_begin(DrillSession *session, guint16 local_port);

/* A segment of the current connection left; and how the script writes it. */
void drill_note_sent(DrillSession *session, const Segment *segment);
void drill_learn(DrillSession *session, const DrillSegment *expected, const Segment *sent);

/* FALSE: it has what a segment cannot carry here, and the script has ended. */
gboolean drill_can_be_sent(DrillSession *session, const DrillEvent *event);

/* The event's segment as it goes to the stack. */
Segment drill_inbound(DrillSession *session, const DrillSegment *written);

TcpIcmp drill_icmp(const DrillSession *session, const DrillIcmp *written);

/* Does it belong to the current connection? */
gboolean drill_is_of_current(const DrillSession *session, const Segment *segment);

/* What left the stack as the script would write it, numbers and option list. */
DrillSegment drill_outbound(DrillSession *session, const Segment *segment);
void drill_segment_clear(DrillSegment *segment);
char *drill_segment_text(const DrillSegment *segment);
char *drill_options_text(const GArray *options);
char *drill_flags_text(guint8 flags);

/* ---- match.c ---- */

/* NULL: it is what was expected.  Else what differs: "the window is 29200, not 65535". */
char *drill_match(DrillSession *session, const DrillSegment *expected, const DrillSegment *left);

/* Can `more` be a part of the same burst? */
gboolean drill_joins(const DrillSegment *joined, const DrillSegment *more, guint piece);

/* ---- verdict.c ---- */

/* The script ends here.  Return FALSE, for whoever returns what they return.  `at` is the event whose causes say
 * why; 0: whatever the stack saw last. */
gboolean drill_fails(DrillSession *session, const DrillEvent *event, TraceId at, char *expected,
                     char *actual);
gboolean drill_out_of_reach(DrillSession *session, const DrillEvent *event, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void drill_holds(DrillSession *session);

#endif
