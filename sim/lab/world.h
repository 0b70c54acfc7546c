/* The simulated world of one run: what the files of sim/lab/ share.
 *
 *   lab.c      the clock: runs whatever is due next until nothing is, or a bound is reached
 *   hosts.c    the hosts: what an endpoint says becomes trace, packets and application's acts
 *   node.c     hosts where a node sits instead of an endpoint
 *   node_moves.c  the states that such a one went through unseen
 *   node_conns.c  connections of one that shows only packets and states
 *   wires.c    the links: faults, chance, copies under way, arrivals
 *   script.c   the script: `at` and `when`, and a table of what hosts can be told to do
 *   inject.c   forged segments
 *   flood.c    forged segments by the thousand
 *   digest.c   the state of all of it, for who looks on
 *   turns.c    which of several things due at one instant comes first, where that is chosen
 *   intervals.c  what the hosts hold, and counters by interval
 *
 * Everything that is still to come is a LabTask in one queue, except the timers of the
 * endpoints, which each endpoint keeps itself.
 */
#ifndef TCPWALTZ_LAB_WORLD_H
#define TCPWALTZ_LAB_WORLD_H

#include "core/budget.h"
#include "core/id_map.h"
#include "core/memory.h"
#include "core/queue.h"
#include "lab/lab.h"
#include "lab/node.h"
#include "net/faults.h"
#include "net/link.h"
#include "socket/application.h"
#include "tcp/tcp.h"

/* Something to be done later; embedded as the first member of what it is about, which comes from one
 * of the run's pools. */
typedef struct LabTask {
    Event event;
    /* Says first what it is because of and whether it is quiet; gives the task back to its pool. */
    void (*run)(LabRun *run, struct LabTask *task);
} LabTask;

/* What the lab knows of a connection beyond what its endpoint does. */
typedef struct LabConn {
    TcpEnds ends;
    gboolean has_peer_stream;
    guint64 peer_stream;            /* what its peer sends */
    TraceId armed[TCP_TIMER_COUNT]; /* the event that armed each timer */
} LabConn;

/* A line of the script that waits for a state. */
typedef struct LabWhen {
    const PlanStep *step;
    TraceUse *use; /* what the trace counts of it */
} LabWhen;

typedef struct LabListener {
    guint16 port;
    gboolean manual; /* the script accepts */
} LabListener;

typedef struct LabWire {
    guint from;
    LabHost *to;
    gboolean is_safe;      /* what it carries cannot but arrive … */
    gboolean is_unwatched; /* … nobody is curious about it, and both ends speak one IP */
    Link link;
} LabWire;

/* Who answers the script's calls. */
typedef enum LabMode {
    LAB_MODE_ENDPOINT,
    LAB_MODE_NODE,
    LAB_MODE_DOWN, /* nobody: the host is crashed */
    LAB_MODE_COUNT,
} LabMode;

struct LabHost {
    LabRun *run;
    TcpStack *stack;                /* of a node: there, and nothing ever happens to it */
    const EventQueue *timers;       /* the stack's */
    Application *application;       /* of the same: by it the script calls */
    LabNode *node;                  /* NULL: none, the host is simulated */
    guint16 index;                  /* 16 bits, as in an event */
    guint32 address, first_address; /* its own, and that of the first host of its IP: see hosts.c */
    LabMode mode : 8;
    bool reads;                /* automatically: no script line reads for this host */
    bool accepts_first;        /* calls-before-accept=no: nothing can be called before */
    TraceHeld held, held_most; /* now, and the most at once in this interval */
    GByteArray *listed;        /* a bit for each connection that is listed, or was */
    guint16 called_port;       /* of the listener that the script is opening or closing */
    GArray *listeners;         /* LabListener, the newest last */
    IdMap conns;               /* LabConn * by connection number */
    IdMap rests;               /* LabConn * of connections that are over, see rest.c */
    bool keeps_rests;
    GArray *whens;          /* LabWhen: the lines that wait for a state of this host … */
    guint awaited;          /* … and those states, a bit each */
    gboolean keeps_conns;   /* does anybody ask for them? */
    LabWire **ways;         /* LabWire * by host that it leads to; NULL where there is none */
    HostConfig *own_config; /* what its endpoint has instead of the plan's; NULL: nothing */
};

/* What the lab counts by interval: see Trace.intervals. */
typedef struct LabIntervals {
    SimTime next;     /* the end of the interval that runs; SIM_NEVER: there are none */
    guint last_rows;  /* index of the rows that were written last … */
    SimTime last_end; /* … and the end of the interval before the one that runs */
} LabIntervals;

/* Where the order of one instant is chosen (turns.c); NULL where it is not. */
typedef struct LabTurns {
    GArray *due;   /* what is due now and was taken from LabRun.tasks, in the order of decision */
    GArray *ready; /* LabReady, of the turn at hand */
    GArray *order; /* guint, of each PlanOrder: so much of it was looked at */
} LabTurns;

/* Whence a segment comes, whatever it says of itself. */
typedef struct LabOrigin {
    TraceId sent;   /* of a quiet one, which is not listed: what it came of, the flood's line */
    TcpConnId conn; /* that sent it; 0: none did */
    guint from;
} LabOrigin;

struct LabRun {
    const Plan *plan;
    guint64 seed;
    SimTime stop; /* the plan's, or since a node ended the run */
    LabOptions options;
    Trace *trace;
    Budget *budget; /* the trace's */
    SimTime now;
    SimOrder order;
    EventQueue *tasks;
    MemoryPool *copies, *freights, *acts, *conns,
        *floods;         /* of wires.c, script.c, hosts.c, flood.c */
    GHashTable *packets; /* guint8 *: of nodes, under way */
    LabHost *hosts, *hosts_end;
    guint host_count;
    GArray *wires;              /* LabWire */
    FaultSet faults, no_faults; /* the latter for what no rule counts */
    FaultRule *rules;
    RandomStream inject_random;
    GHashTable *last;         /* of last.c; NULL: no line names a connection's numbers */
    guint64 injected;         /* payload streams of forged segments so far */
    TraceId cause;            /* of whatever happens now */
    TraceId last_sent;        /* the last segment sent for that cause: it arms timers */
    const LabOrigin *arrived; /* whence the segment came that is being handled; NULL: none is */

    /* What comes of a large flood is counted, not listed.  The run is quiet while it handles one of
     * its segments, or the timer of a connection that began so; what a host sends meanwhile is
     * quiet, too. */
    gboolean floods_are_quiet, quiet;
    LabIntervals intervals;
    LabTurns turns;
    gpointer session; /* of options.reality; NULL: there is none */
    char *trouble;    /* why a node cannot go on; NULL: none has said so */
};

/* ---- lab.c ---- */

static inline LabHost *lab_host(LabRun *run, guint index)
{
    return &run->hosts[index];
}

/* The first timer of a host is due. */
void lab_run_timer(LabRun *run, LabHost *host);

/* Puts the task into the queue; it takes its place among what is due then now. */
void lab_schedule(LabRun *run, LabTask *task, SimTime due);

/* What happens from now on is because of `cause`. */
static inline void lab_because(LabRun *run, TraceId cause)
{
    run->cause = cause;
    run->last_sent = 0;
}

/* What does the host hold now?  See intervals.c. */
void lab_note_held(LabHost *host);

/* The host has done what there was to do: what it holds may have changed. */
static inline void lab_host_settled(const LabRun *run, LabHost *host)
{
    if (trace_wants_events(run->trace))
        lab_note_held(host);
}

/* An event of now, written where it will stay: nothing else may be recorded before it. */
static inline TraceEvent *lab_event(LabRun *run, TraceKind kind, guint host, guint32 conn)
{
    TraceEvent *event = trace_slot(run->trace);

    *event = (TraceEvent){
        .t = run->now, .cause = run->cause, .kind = kind, .host = (guint16)host, .conn = conn};
    return event;
}

/* Into the trace; while the run is quiet the event is only counted. */
static inline TraceId lab_record(LabRun *run, const TraceEvent *event)
{
    if (!run->quiet)
        return trace_add(run->trace, event);
    trace_count(run->trace, event);
    return 0;
}

/* What a host sends without saying how long it may live. */
static inline guint8 lab_ttl(const LabRun *run, guint host)
{
    return (guint8)g_array_index(run->plan->hosts, PlanHost, host).config.ip_default_ttl;
}

/* The same for a SEND, ARRIVE or DISCARD: what names no SEND is seen here first. */
static inline TraceId lab_record_segment(LabRun *run, TraceEvent *event, const Segment *segment)
{
    if (!run->quiet && event->segment.sent == 0) {
        TraceSeen *seen = trace_see(run->trace, segment, event->segment.injected);

        if (seen != NULL && seen->segment.ttl == 0)
            seen->segment.ttl = lab_ttl(run, event->host);
        event->segment.seen = seen;
    }
    return lab_record(run, event);
}

/* ---- turns.c ---- */

/* Does anybody choose? */
gboolean lab_turns_are_chosen(const LabRun *run);
void lab_turns_begin(LabRun *run);
void lab_turns_clear(LabRun *run);
/* When something is due next; SIM_NEVER: never. */
SimTime lab_turns_next(LabRun *run);
/* It is that time: does what comes first. */
void lab_turns_run(LabRun *run);

/* What is due now and was taken from LabRun.tasks. */
typedef void LabTellTask(gpointer context, const LabTask *task, SimDue due);
void lab_turns_each(const LabRun *run, LabTellTask *tell, gpointer context);

/* ---- hosts.c ---- */

gboolean lab_host_of(const LabRun *run, guint32 address, guint *out);

void lab_host_init(LabRun *run, LabHost *host, guint index);
void lab_host_clear(LabHost *host);
void lab_host_deliver(LabHost *host, const Segment *segment);
TcpError lab_host_read(LabHost *host, TcpConnId conn, guint64 most, gboolean peeks);
TcpError lab_host_listen(LabHost *host, const TcpListenOptions *options, gboolean manual);
gboolean lab_host_accepts_by_hand(const LabHost *host, guint16 port);
TcpError lab_host_close_listener(LabHost *host, guint16 port);
TcpError lab_host_accept(LabHost *host, guint16 port);
void lab_host_power(LabHost *host, gboolean up, gboolean forget);
/* `bytes` are a node's; NULL: those of the segment. */
void lab_host_send(LabHost *host, TcpConnId conn, const Segment *segment, const LabBytes *bytes,
                   const TcpSendNote *note);
void lab_host_find_peer_stream(LabHost *host, LabConn *known);
TcpHooks lab_host_hooks(LabHost *host); /* what an endpoint, or a node, tells */
void lab_host_tell(LabHost *host, TcpConnId conn, TraceAppEvent event, guint64 bytes, guint64 wrong,
                   TcpError error);

/* What its endpoint says to the application as it is: who can accept or read does that first. */
void lab_host_hears(LabHost *host, TcpConnId conn, TcpAppEvent event, TcpError error);

/* NULL: never heard of it, or it is quiet. */
static inline LabConn *lab_host_conn(const LabHost *host, TcpConnId conn)
{
    return id_map_get(&host->conns, conn);
}

/* What there is to know of a host's connections, wherever they are kept. */

static inline TcpEnds lab_host_ends(const LabHost *host, TcpConnId conn)
{
    TcpEnds ends = {0};
    if (G_UNLIKELY(host->node != NULL))
        host->node->kind->ends(host->node, conn, &ends);
    else
        tcp_stack_ends(host->stack, conn, &ends);
    return ends;
}

static inline TcpConnId lab_host_find(const LabHost *host, guint16 local_port,
                                      guint32 remote_address, guint16 remote_port)
{
    if (G_LIKELY(host->node == NULL))
        return tcp_stack_find(host->stack, local_port, remote_address, remote_port);
    const TcpEnds ends = {remote_address, local_port, remote_port};
    return host->node->kind->find(host->node, &ends);
}

static inline TcpConnId lab_host_newest(const LabHost *host)
{
    return G_LIKELY(host->node == NULL) ? tcp_stack_newest(host->stack)
                                        : host->node->kind->newest(host->node);
}

static inline gboolean lab_host_status(const LabHost *host, TcpConnId conn, TcpStatus *out)
{
    return G_LIKELY(host->node == NULL) ? tcp_status(host->stack, conn, out)
                                        : host->node->kind->status(host->node, conn, out);
}

/* ---- wires.c ---- */

void lab_wires_init(LabRun *run);
void lab_wires_clear(LabRun *run);

/* Where there are nodes, all that is sent is looked at: it may need bytes of its own. */
void lab_wires_watch_nodes(LabRun *run);

typedef struct LabPacket {
    const Segment *segment;
    guint from, to;          /* hosts it really travels between */
    guint32 conn;            /* the sender's connection; 0: none */
    const TcpSendNote *note; /* NULL: none */
    const LabBytes *bytes;   /* a node's; NULL: those of the segment */
    gboolean injected;       /* no fault counts it */
    gboolean chose_ports;    /* of an inject that names none */
    gboolean quiet;          /* see LabRun.quiet */
    gboolean to_nobody;      /* it takes the link to `to`, but its address is that of no host */
} LabPacket;

void lab_transmit(LabRun *run, const LabPacket *packet);

/* Is it a copy under way?  Then whence and whither. */
gboolean lab_task_is_copy(const LabTask *task, guint *from, guint *to);

/* What there is to know of a copy under way; FALSE: it is none.  `since`: see lab_digest(). */
gboolean lab_copy_digest(const LabRun *run, const LabTask *task, TraceId since, Digest *digest);

/* The same for a packet that needs none of that, as in a run without a trace most do. */
void lab_transmit_plainly(LabRun *run, LabWire *wire, const Segment *segment);

/* Does all that goes from the one to the other need no more?  Its wire; NULL: it does. */
static inline LabWire *lab_plain_wire(const LabHost *from, guint to)
{
    LabWire *wire = from->ways[to];

    return wire != NULL && wire->is_unwatched ? wire : NULL;
}

/* The same for what goes to an address. */
static inline LabWire *lab_plain_wire_to(const LabHost *from, guint32 address)
{
    guint to = address - from->first_address;

    return to < from->run->host_count ? lab_plain_wire(from, to) : NULL;
}

/* ---- node.c ---- */

/* Who is real?  FALSE: *trouble says what cannot be had. */
gboolean lab_nodes_begin(LabRun *run, char **trouble);
void lab_nodes_tell(LabRun *run); /* what the trace is to know of them, at the end */
void lab_nodes_end(LabRun *run);

/* The node whose own time comes first; NULL: none waits for anything. */
LabNode *lab_nodes_first(LabRun *run, SimDue *due);
void lab_nodes_advance(LabNode *node);

TcpError lab_node_call(LabHost *host, const PlanStep *step, TcpConnId conn);

/* ---- script.c ---- */

void lab_script_begin(LabRun *run);
/* The line of the script that the task carries out, and where; NULL: it is none. */
const PlanStep *lab_task_line(const LabTask *task, guint *host);
gboolean lab_line_digest(const LabRun *run, const LabTask *task, Digest *digest);
void lab_script_clear(LabRun *run);
/* A connection has entered a state that the script waits for: see LabHost.awaited. */
void lab_script_state(LabHost *host, TcpConnId conn, TcpState state, TraceId cause,
                      gboolean is_quiet);

/* ---- last.c ---- */

void lab_last_init(LabRun *run);
void lab_last_clear(LabRun *run);
void lab_last_keep(LabHost *host, TcpConnId conn); /* it is about to end */
guint64 lab_last_digest(const LabRun *run);

/* ---- rest.c ---- */

void lab_rest_keep(LabHost *host, TcpConnId conn);           /* it is about to end */
LabConn *lab_rest_conn(const LabHost *host, TcpConnId conn); /* NULL: nothing of it is left */
void lab_rest_forget(LabHost *host, TcpConnId conn);
void lab_rests_forget(LabHost *host); /* the host goes down */

/* A connection's status, its last one when it is over and a line names it; of number 0 the newest's.
 * FALSE: there never was one. */
gboolean lab_status(LabRun *run, guint host, TcpConnId conn, TcpStatus *out);

/* ---- inject.c ---- */

/* TCP_ENOTCONN, and nothing is sent, where a connection is named that never was. */
TcpError lab_inject(LabRun *run, const PlanInject *inject);

/* What an inject would send now, without its payload's bytes, and whether its ports are neither given
 * nor a connection's.  FALSE: see lab_inject(). */
gboolean lab_forged(LabRun *run, const PlanInject *inject, Segment *out, gboolean *chose_ports);

/* Bytes of a stream that no connection sends: a receiver that takes them is found out. */
Payload lab_forged_payload(LabRun *run);

/* ---- flood.c ---- */

void lab_floods_begin(LabRun *run);
void lab_floods_clear(LabRun *run);
TcpError lab_flood(LabRun *run,
                   guint step); /* begins: the first segment leaves now; see lab_inject() */

/* Towards whom does a host send what is for an address of nobody?  The origin of the first line that
 * floods it with such addresses; FALSE when there is none. */
gboolean lab_strangers_way(const LabRun *run, guint host, guint *out);

/* When the k-th (from 0) of a series is due that began at `began`. */
SimTime lab_series_due(const PlanSeries *series, SimTime began, guint64 k);

/* ---- intervals.c ---- */

void lab_intervals_begin(LabRun *run);
void lab_intervals_pass(LabRun *run, SimTime now); /* all that ended before `now` */
void lab_intervals_end(LabRun *run);

#endif
