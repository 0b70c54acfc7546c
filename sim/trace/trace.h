/* The record of a run: what happened, in order, and what caused it.
 *
 * A trace is all that leaves a source (the simulator, a capture) and all that a view may read.
 * Events are numbered from 1; each names the event that caused it.
 */
#ifndef TCPWALTZ_TRACE_TRACE_H
#define TCPWALTZ_TRACE_TRACE_H

#include <glib.h>
#include <stdbool.h>

#include "core/budget.h"
#include "core/time.h"
#include "proto/error.h"
#include "proto/fault.h"
#include "proto/icmp.h"
#include "proto/reason.h"
#include "proto/segment.h"
#include "proto/state.h"
#include "proto/timer.h"
#include "trace/events.h"

/* How much is recorded. */
typedef enum TraceLevel {
    TRACE_LEVEL_NONE,
    TRACE_LEVEL_COUNTERS,    /* totals only */
    TRACE_LEVEL_CONNECTIONS, /* and state transitions */
    TRACE_LEVEL_FULL,
} TraceLevel;

typedef guint32 TraceId;   /* 0: none */
typedef guint32 TraceHost; /* index into Trace.hosts; an event has 16 bits for it */

#define TRACE_NO_HOST G_MAXUINT16

typedef enum TraceKind {
    TRACE_CALL,    /* a script line ran: the application called */
    TRACE_APP,     /* the stack told the application something; reading is automatic or called */
    TRACE_SEND,    /* a host sent a segment (an injector too); its fate is known by then */
    TRACE_LOST,    /* that segment was lost; at once, unless by TRACE_CULPRIT_DOWN */
    TRACE_FAULT,   /* a rule or chance duplicated, corrupted or delayed it */
    TRACE_ARRIVE,  /* a copy reached its host */
    TRACE_DISCARD, /* the host refused or ignored it */
    TRACE_STATE,   /* a connection moved */
    TRACE_TIMER,   /* a timer was armed, cancelled, or fired */
    TRACE_HOST,    /* a host crashed or came back */
    TRACE_END,     /* the run ended */
    TRACE_KIND_COUNT,
} TraceKind;

/* The worst that happened to a segment on its way: lost > corrupt > dup > delay > pass. */
typedef enum TraceFate {
    TRACE_FATE_PASS,
    TRACE_FATE_DELAY,
    TRACE_FATE_DUP,
    TRACE_FATE_CORRUPT,
    TRACE_FATE_LOST,
    TRACE_FATE_COUNT,
} TraceFate;

/* Who did something to a segment: a rule of the scenario or the link's chance. */
typedef enum TraceCulprit {
    TRACE_CULPRIT_RULE,    /* rule index */
    TRACE_CULPRIT_CHANCE,  /* loss= duplicate= corrupt= reorder= */
    TRACE_CULPRIT_BURST,   /* burst= */
    TRACE_CULPRIT_QUEUE,   /* the link's queue was full */
    TRACE_CULPRIT_DOWN,    /* the receiving host was down when it came: the event is that host's */
    TRACE_CULPRIT_NOBODY,  /* no host has the address that it was sent to */
    TRACE_CULPRIT_NO_LINK, /* none leads from the sender to the receiver */
    TRACE_CULPRIT_COUNT,
} TraceCulprit;

typedef enum TraceAppEvent {
    TRACE_APP_CONNECTED,
    TRACE_APP_ACCEPTED, /* the application holds the connection now */
    TRACE_APP_READ,     /* `bytes` delivered, `wrong` of them not what the peer sent */
    TRACE_APP_EOF,
    TRACE_APP_ERROR,
    TRACE_APP_PEEKED, /* `bytes` looked at, which stay to be read; `wrong` as above */
    TRACE_APP_EVENT_COUNT,
} TraceAppEvent;

typedef enum TraceEnd {
    TRACE_END_QUIET,    /* no event was left */
    TRACE_END_STOP,     /* `stop at` */
    TRACE_END_MAX_TIME, /* the bound on virtual time was reached */
    TRACE_END_MAX_EVENTS,
    TRACE_END_MAX_MEMORY, /* the bound on memory was reached */
    TRACE_END_MAX_STEPS,  /* the bound on steps of work was reached */
    TRACE_END_COUNT,
} TraceEnd;

/* A segment as an observer of the wire sees it.  It never moves, and is one and the same for what was
 * sent and for all its copies that arrived or were refused. */
typedef struct TraceSeen {
    Segment segment;
    guint32 flow;     /* the connection as an observer of the wire counts them, from 1 */
    guint32 seq, ack; /* relative to the sender's and the peer's initial number */
    bool seq_is_absolute, ack_is_absolute; /* there was no initial number to refer to */
    bool syn_again : 1;  /* a SYN or SYN-ACK whose number its sender has sent before */
    bool syn_anew : 1;   /* a SYN-ACK with another number than its sender's SYN-ACK before */
    bool is_counted : 1; /* a table's, of relative numbers alone: the two above are unknown */
} TraceSeen;

typedef struct TraceSegment {
    const TraceSeen *seen;
    TraceId sent;  /* ARRIVE, DISCARD: its TRACE_SEND; 0: it was not seen */
    guint32 retry; /* SEND: see TcpSendNote */
    guint16 limit; /* SEND: as retry */
    guint16 peer;  /* TraceHost: where a sent segment goes, whence an arrived one came */
    guint8 copy;   /* ARRIVE: 0 for the first copy, 1 for the next, …; a capture: SEND, too */
    TcpReason reason : 8; /* SEND: why; DISCARD: why not */
    SegmentClass class : 3;
    TraceFate fate : 3;   /* SEND */
    bool injected : 1;    /* SEND: forged by `inject`; event.host is where it came from */
    bool chose_ports : 1; /* SEND: and its ports are neither given nor a connection's */
} TraceSegment;

/* Very many are written, and each is read only if somebody asks: so they are small. */
typedef struct TraceEvent {
    SimTime t;
    TraceId id;
    TraceId cause; /* 0: a line of the script */
    guint32 conn;  /* the host's connection number; 0: the listener or nobody */
    guint16 host;  /* TraceHost; TRACE_NO_HOST: TRACE_END */
    TraceKind kind : 8;
    union {
        TraceSegment segment; /* SEND ARRIVE DISCARD */
        struct {
            SimTime delay_by; /* FAULT_DELAY */
            TraceId sent;
            guint32 rule;       /* index into Trace.rules, with TRACE_CULPRIT_RULE */
            guint16 sender;     /* TraceHost */
            FaultKind kind : 8; /* LOST: FAULT_DROP */
            TraceCulprit culprit : 8;
            SegmentClass class : 3;
        } fault; /* LOST FAULT */
        struct {
            TcpState from : 8, to : 8;
            TcpReason reason : 8;
            guint16 port; /* the listener's, when conn is 0 */
        } state;
        struct {
            SimTime length, due;
            guint32 retry;
            guint16 limit;
            TcpReason reason : 8;
            TcpTimer timer : 4;
            TcpTimerEvent event : 4;
        } timer;
        struct {
            guint32 line; /* index into Trace.calls: what was called */
            TcpError error : 8;
        } call;
        struct {
            guint64 bytes, wrong;
            TraceAppEvent event : 8;
            TcpError error : 8;
        } app;
        struct {
            bool up, forgot;
        } host_event;
        struct {
            TraceEnd why : 8;
        } end;
    };
} TraceEvent;

G_STATIC_ASSERT(sizeof(TraceEvent) <= 48);

/* What has no value too many for its bits. */
G_STATIC_ASSERT(SEGMENT_CLASS_COUNT <= 1 << 3 && TRACE_FATE_COUNT <= 1 << 3);
G_STATIC_ASSERT(TCP_TIMER_COUNT <= 1 << 4 && TCP_TIMER_EVENT_COUNT <= 1 << 4);
G_STATIC_ASSERT(TCP_REASON_COUNT <= 1 << 8 && TCP_ERROR_COUNT <= 1 << 8);

/* What came of a line of the scenario, listed or not. */
typedef struct TraceUse {
    guint64
        met; /* of a rule: segments that it counted, hit or not; of an `order`: what it names and
                   * was due; of a `when`: its state came */
    guint64 done; /* of the script: it was carried out, a series each time */
} TraceUse;

/* What a line of the script says, as values: for who writes it in another language. */
typedef struct TraceCall {
    const char *verb;        /* "connect", as the scenario has it; NULL: only its text is known */
    guint64 bytes;           /* send, read; G_MAXUINT64: read all */
    gboolean peeks;          /* read: the bytes stay */
    guint32 backlog;         /* listen */
    guint16 port, from_port; /* listen, accept, connect; from_port 0: any */
    gboolean fast_open;      /* connect, with `bytes`; listen, … */
    guint32 fast_open_most;  /* … for so many at once */
    IcmpMessage icmp;        /* icmp: what it says … */
    guint32 flow;            /* … of a capture: about which connection */
} TraceCall;

/* A line of the scenario that the trace refers to. */
typedef struct TraceLine {
    char *text;     /* "drop client SYN #1", "client connect server" */
    char *file;     /* as the user named it; NULL when there is none */
    guint line;     /* from 1 */
    TraceCall call; /* of the script's */
    TraceUse use;
} TraceLine;

/* A key of a host that the scenario sets to what its profile does not say. */
typedef struct TraceSetting {
    TraceHost host;
    const char *key; /* of proto/keys.h */
    char *value;     /* as a scenario may write it; bytes as a bare number */
} TraceSetting;

/* A key of a link that --set gives another value than the scenario does. */
typedef struct TraceLinkSetting {
    TraceHost from, to;
    const char *key; /* of proto/keys.h */
    char *value;     /* as a scenario may write it */
} TraceLinkSetting;

typedef struct TraceCounters {
    guint64 events;   /* all that happened, recorded or not; the lab counts silent ones too */
    guint64 unlisted; /* what trace_count() was told; not among the events */
    guint64 sent, lost, retransmitted, arrived, discarded;
    guint64 bytes_delivered, wrong_bytes;
    guint64 connections_opened, connections_ended; /* entered ESTABLISHED; entered CLOSED */
} TraceCounters;

/* Connections of one host, listeners not counted. */
typedef struct TraceHostCounters {
    guint64 opened, ended;                 /* entered ESTABLISHED; entered CLOSED */
    guint64 open, open_most;               /* neither CLOSED nor LISTEN: now, and most at once */
    guint64 established, established_most; /* ESTABLISHED: now, and most at once */
} TraceHostCounters;

/* What the opening of connections has come to at a host, listed in the trace or not. */
typedef struct TraceOpening {
    guint64 syns_arrived;
    guint64 syn_acks_sent;     /* repeats included */
    guint64 cookies_sent;      /* SYN-ACKs whose number is a SYN cookie */
    guint64 syn_queue_full;    /* SYNs that found no room */
    guint64 accept_queue_full; /* segments that found no room there */
    guint64 accepted;          /* connections that the application was given */
    guint64 tried;             /* connects: SYN-SENT entered … */
    guint64 connected;         /* … the application told of success … */
    guint64 failed;            /* … left for CLOSED */
} TraceOpening;

/* What a host has done and met with, listed in the trace or not. */
typedef struct TraceTally {
    guint64 sent[SEGMENT_CLASS_COUNT];  /* by its own TCP, lost or not; any: all of them */
    guint64 forged;                     /* segments that were injected there */
    guint64 again[SEGMENT_CLASS_COUNT]; /* of those sent: repeats … */
    guint64 lost[SEGMENT_CLASS_COUNT];  /* … and lost; forged ones included */
    guint64 bytes_read, wrong_bytes;    /* by the application */
    guint64 half_open_most, bytes_most; /* held at once, at most; see TraceHeld */
    TraceOpening opening;
} TraceTally;

/* What a host holds: connections half-open, and bytes for all its connections. */
typedef struct TraceHeld {
    guint64 half_open, bytes;
} TraceHeld;

/* Where a host stands at the end of an interval. */
typedef struct TraceInterval {
    SimTime t;
    TraceHost host;
    TraceHeld held, most; /* at its end; the most at once within it */
    TraceOpening opening; /* since the run began */
} TraceInterval;

/* A flood: what its segments have in common, and how many there were. */
typedef struct TraceFlood {
    TraceHost from, to; /* the claimed sender and the receiver */
    SegmentClass class;
    gboolean spoofed;   /* from addresses of nobody */
    gboolean is_listed; /* its segments are among the events */
    guint64 count;
    SimTime first, last;
} TraceFlood;

/* Names for JSON, CSV and messages: lower case, stable. */
const char *trace_kind_name(TraceKind kind);           /* "send", "timer", … */
const char *trace_fate_name(TraceFate fate);           /* "pass", "lost", … */
const char *trace_culprit_name(TraceCulprit culprit);  /* "rule", "chance", … */
const char *trace_app_event_name(TraceAppEvent event); /* "connected", "read", … */
const char *trace_end_name(TraceEnd end);              /* "quiet", "stop", … */
const char *trace_end_text(TraceEnd end);              /* "no event was left" */

/* The timer wheel of a real kernel: its tick, and where it stood at 0. */
typedef struct TraceWheel {
    SimTime tick;       /* 0: there is none, or who knows */
    SimTime phase;      /* as the key wheel-phase … */
    gboolean has_phase; /* … if it was told */
} TraceWheel;

/* What a script that judges its run, as packetdrill's do, came to. */
typedef enum TraceJudgement {
    TRACE_NOT_JUDGED,
    TRACE_HOLDS,
    TRACE_FAILS,
    TRACE_OUT_OF_REACH, /* it needs what is not simulated */
} TraceJudgement;

typedef struct TraceVerdict {
    TraceJudgement judgement;
    char *text; /* FAILS, OUT_OF_REACH: the line of the script that was not fulfilled */
    guint line, column;
    char *expected; /* FAILS: what should have been … */
    char *actual;   /* … and was; OUT_OF_REACH: what is not simulated */
    TraceId event;  /* where it went wrong; 0: nowhere */
} TraceVerdict;

void trace_verdict_clear(TraceVerdict *verdict);

typedef struct Trace {
    TraceLevel level;
    /* What is recorded is taken from it, and what views need to read that; a source that is bounded
     * says how much there is, and takes the rest of what it needs from it. */
    Budget budget;
    char *title;  /* NULL when there is none */
    char *source; /* the file it came from, as the user named it */
    gboolean has_seed;
    guint64 seed;           /* what chance was drawn from; only a simulator has one … */
    gboolean seed_is_given; /* … and it is not the scenario's */
    TraceWheel wheel;       /* of hosts that are real */
    TraceVerdict verdict;
    GPtrArray *hosts; /* char *: names, in order of declaration */
    GPtrArray
        *stacks;      /* char *: what each runs (trace_stack()); as far as the last that is known */
    GArray *settings; /* TraceSetting, those of a host together */
    GArray *link_settings; /* TraceLinkSetting, those of a link together */
    GPtrArray
        *hidden; /* char *: what each is behind (trace_behind()); as far as the last that is */
    GPtrArray *remarks; /* char *: what else there is to say of the run, a sentence each */
    GPtrArray *printed; /* char *: what a script's own code printed, a line each */
    GArray *tallies;    /* TraceTally, one a host */

    GArray *floods; /* TraceFlood, as they began */

    /* A row (TraceInterval) for each host at 0, at the end of each interval, and at the end of the
     * run.  An interval in which nothing of any host changes leaves no rows, except the last one
     * before something does: so a straight line between two rows is right. */
    SimTime interval; /* their length; 0: there are none */
    GArray *intervals;
    GArray *rules;                  /* TraceLine: the fault rules, then `order` lines */
    GArray *calls;                  /* TraceLine: the script */
    TraceEvents *events;            /* TraceEvent */
    struct TraceSegments *segments; /* trace/segments.c: TraceSeen, those of the events */
    TraceCounters counters;
    GArray *host_counters;    /* TraceHostCounters, one a host */
    struct TraceFlows *flows; /* trace/flows.c: initial numbers as seen on the wire */
    struct TraceAddresses
        *addresses; /* of IPv6, by number, owned (trace/addresses.h); NULL: made up */
} Trace;

Trace *trace_new(TraceLevel level);
void trace_free(Trace *trace); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trace, trace_free)

TraceHost trace_add_host(Trace *trace, const char *name);

/* Only the wire tells of this host: neither its states nor its application are among the events.  `what`
 * hides it, "tun0". */
void trace_hide(Trace *trace, TraceHost host, const char *what);
const char *trace_behind(const Trace *trace, TraceHost host); /* NULL: nothing hides it */

/* What the host runs, as a scenario names it or a person would: "linux-6.18", "the script". */
void trace_run_on(Trace *trace, TraceHost host, const char *stack);
const char *trace_stack(const Trace *trace, TraceHost host); /* NULL: nobody knows */

guint32 trace_add_rule(Trace *trace, const char *text, const char *file, guint line);
guint32 trace_add_call(Trace *trace, const char *text, const char *file, guint line);
void trace_add_setting(Trace *trace, TraceHost host, const char *key, const char *value);
void trace_add_link_setting(Trace *trace, TraceHost from, TraceHost to, const char *key,
                            const char *value);

/* Does the trace record events, or count them?  If not, they need not be made.  Every level
 * but TRACE_LEVEL_NONE counts all of them, however few it records. */
static inline gboolean trace_wants_events(const Trace *trace)
{
    return trace->level != TRACE_LEVEL_NONE;
}

/* Is what was sent a retransmission, as an observer of the wire would say?  The sender's own repetition
 * (retry), or a SYN-ACK that answers a SYN once more, or the SYN again in that of a simultaneous open. */
static inline gboolean trace_is_again(const TraceEvent *send)
{
    return send->segment.retry > 0 || send->segment.seen->syn_again;
}

/* Did a segment come to its end at a host that was down? */
static inline gboolean trace_is_lost_at_host(const TraceEvent *event)
{
    return event->kind == TRACE_LOST && event->fault.culprit == TRACE_CULPRIT_DOWN;
}

/* A segment that nobody saw before, for the `seen` of its event: the rules of flows and numbers stand
 * in trace/flows.h; a source that knows better may change them.  NULL: the trace's level keeps none. */
TraceSeen *trace_see(Trace *trace, const Segment *segment, gboolean is_forged);

/* For who counts what comes of a line, in Trace.rules or Trace.calls. */
static inline TraceUse *trace_use(GArray *lines, guint32 index)
{
    return &g_array_index(lines, TraceLine, index).use;
}

/* Where the next event will stay: what is written there, trace_add() need not copy. */
static inline TraceEvent *trace_slot(Trace *trace)
{
    TraceEvents *events = trace->events;

    if (G_UNLIKELY(events->len == events->room))
        trace_events_grow(events);
    return (TraceEvent *)events->data + events->len;
}

/* Records the event (its id is set here) if the trace's level wants it, and counts it.  An ARRIVE or
 * DISCARD without `seen` gets that of the SEND that it names.  Returns its id, 0 when it was only
 * counted. */
TraceId trace_add(Trace *trace, const TraceEvent *event);

/* What the call (a TRACE_CALL; 0: it was not recorded) returned.  A call comes before what it causes, and
 * its answer after: until then it is TCP_OK. */
void trace_answer(Trace *trace, TraceId call, TcpError error);

/* Counts the event and records nothing: one of very many that nobody would read one by one. */
void trace_count(Trace *trace, const TraceEvent *event);

/* A host holds so much now. */
void trace_held(Trace *trace, TraceHost host, TraceHeld held);

const TraceTally *trace_tally(const Trace *trace, TraceHost host);

/* Memory that the recorded events take, with the segments that they point to: what is used of it, not
 * the pages that it lies in. */
guint64 trace_events_bytes(const Trace *trace);

/* The event with this id; valid until the next trace_slot() or trace_add(). */
const TraceEvent *trace_event(const Trace *trace, TraceId id);

#endif
