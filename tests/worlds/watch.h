/* What the laws share: a reader of a trace who goes through it once, event by event, and remembers of
 * each host and connection what he has seen.
 */
#ifndef TESTS_WORLDS_WATCH_H
#define TESTS_WORLDS_WATCH_H

#include "invariants.h"
#include "tcp/tcp.h"

/* What was seen of a connection. */
typedef struct ConnWatch {
    guint32 id;
    gboolean passive, over;
    TcpState state;
    TcpReason why;                /* it is in this state */
    TraceId established, ended;   /* by these events; 0: not yet */
    guint armed;                  /* timers, a bit each … */
    SimTime due[TCP_TIMER_COUNT]; /* … and when they fire */
    gboolean accepted;
    gboolean told_eof;
    gboolean shut, closed;    /* calls that succeeded: shutdown or close; close */
    guint64 asked;            /* bytes, to be sent */
    guint64 read, wrong;      /* bytes, by its application */
    gboolean has_ends;        /* it has sent something: */
    TcpEnds ends;             /* its four-tuple … */
    gboolean has_numbers;     /* … and, unless that were resets alone, … */
    Seq first;                /* … the number of the first segment, … */
    gboolean first_is_syn;    /* … which is the SYN unless that was a cookie's */
    gint64 sent_to, acked_to; /* positions, counted from `first` */
} ConnWatch;

typedef struct HostWatch {
    gboolean down, reads; /* reads: by itself */
    GArray *conns;        /* ConnWatch, by their numbers from 1 */
    GArray *ports;        /* guint16: with a listener */
    guint16 newest_port;  /* of the newest listener, … */
    TcpState listener;    /* … and its state */
    gboolean has_failed;  /* it was down, once */
} HostWatch;

typedef struct SendWatch {
    guint8 copies;  /* that may come */
    guint8 came;    /* received, or lost as the host was down */
    guint8 arrived; /* a bit each */
} SendWatch;

typedef struct Watch {
    const Plan *plan;
    const Trace *trace;
    HostWatch *hosts;
    SendWatch *sends;    /* by the event's number */
    gboolean has_forged; /* somebody has forged segments */
    TraceEnd end;
    GString *broken; /* the first law that is, NULL: none so far */
} Watch;

/* A law is broken, at this event (NULL: at none).  Only the first one is kept. */
void broken(Watch *watch, const TraceEvent *event, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The connection that the event is about; NULL: none. */
ConnWatch *conn_of(const Watch *watch, const TraceEvent *event);

/* Calls `look` for every connection of every host. */
typedef void ConnLaw(Watch *watch, guint host, const ConnWatch *conn);
void each_conn(Watch *watch, ConnLaw *look);

/* The other ends of a connection: those of the same four-tuple, seen from the other side. */
typedef struct Peers {
    guint count;           /* incarnations of it there … */
    const ConnWatch *last; /* … the last of them, … */
    guint host;            /* … where it is, … */
    guint64 asked;         /* … the bytes that all of them were to send, … */
    guint own;             /* … and of incarnations on this side, itself included */
} Peers;

Peers peers_of(const Watch *watch, guint host, const ConnWatch *conn);

static inline gboolean ended_quietly(const Watch *watch)
{
    return watch->end == TRACE_END_QUIET;
}

/* Who never probes a closed window waits for as long as it stays closed (window-probe=none). */
static inline gboolean may_wait_for_ever(const Watch *watch, guint host)
{
    return g_array_index(watch->plan->hosts, PlanHost, host).config.window_probe ==
           WINDOW_PROBE_NONE;
}

/* Looks at one event. */
typedef void EventLaw(Watch *watch, const TraceEvent *event);
/* Looks at the whole, when all events were seen. */
typedef void WholeLaw(Watch *watch);

EventLaw law_order, law_wire, law_states, law_timers, law_streams, law_applications;
WholeLaw law_arrived_in_the_end, law_nothing_waits, law_counts, law_bytes, law_ends, law_expects;

#endif
