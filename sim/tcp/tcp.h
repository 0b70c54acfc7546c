/* One TCP endpoint, sans I/O: RFC 9293 §3.10 in code.
 *
 * A TcpStack is the TCP of one host: its listeners, its half-open and its full connections.  It
 * is told what happened and when (a segment arrived, time has come to a timer, the application
 * called) and answers through TcpHooks.  It owns no clock, draws no random numbers but its
 * initial sequence numbers, and does no I/O.
 *
 *   sim/tcp/stack.c     the stack: tables, demultiplexing, the next timer
 *   sim/tcp/calls.c     the application's calls, RFC 9293 §3.10.1 to §3.10.6
 *   sim/tcp/ports.c     which port a connect gets
 *   sim/tcp/isn.c       initial sequence numbers
 *   sim/tcp/fast_open*.c  data on SYN and SYN-ACK (RFC 7413)
 *   sim/tcp/ecn.c       congestion notification (RFC 3168)
 *   sim/tcp/icmp.c      what routers say: errors, and how much a path takes
 *
 *   sim/tcp/arrives*.c  SEGMENT ARRIVES, §3.10.7: SYN-SENT, and the eight steps; what is looked at
 *                       beside the RFC's steps:
 *   sim/tcp/paws.c      timestamps
 *   sim/tcp/time_wait.c TIME-WAIT
 *   sim/tcp/syn_again.c a SYN that comes once more
 *   sim/tcp/zero_window.c  a closed window
 *   sim/tcp/overflow.c  the accept queue has no room
 *   sim/tcp/refuse.c    what refused segments are answered
 *
 *   sim/tcp/listener.c  listeners: who is let in
 *   sim/tcp/half_open.c half-open connections
 *   sim/tcp/cookie.c    SYN cookies
 *   sim/tcp/owner.c     who holds a connection, and so in which queue it is
 *
 *   sim/tcp/output.c    what leaves: SYN, data, FIN, and probes of them
 *   sim/tcp/output_bare.c  … and what carries nothing of the stream: ACK, RST
 *   sim/tcp/compose.c   a segment from its parts
 *   sim/tcp/options.c   what the peer's SYN offers
 *   sim/tcp/sent.c      what is not acknowledged yet: SACK, and what is lost
 *   sim/tcp/congestion.c  how much may be under way: Reno, CUBIC
 *   sim/tcp/dsack.c     what came twice, and what that says of reordering
 *   sim/tcp/receive.c   what arrives in the window: reassembly, reading
 *   sim/tcp/receive_bsd.c  windows and SACK blocks as FreeBSD has them
 *   sim/tcp/receive_linux.c  windows and ACKs as Linux has them
 *   sim/tcp/receive_memory.c  … and the memory that unread packets take
 *   sim/tcp/marks.c     stored sequence numbers lie where they are compared
 *
 *   sim/tcp/timers.c    every timer
 *   sim/tcp/timers_fire.c  … and what happens when it fires
 *   sim/tcp/give_up.c   how often, and for how long, something is repeated
 *   sim/tcp/timer_model.c  how late a host's timers fire
 *   sim/tcp/rto.c       the retransmission timeout
 *   sim/tcp/transitions.c  the transitions that the RFC allows
 */
#ifndef TCPWALTZ_TCP_TCP_H
#define TCPWALTZ_TCP_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/queue.h"
#include "core/siphash.h"
#include "core/time.h"
#include "proto/address.h"
#include "proto/error.h"
#include "proto/keys.h"
#include "proto/reason.h"
#include "proto/segment.h"
#include "proto/state.h"
#include "proto/timer.h"

typedef struct TcpStack TcpStack;

/* A connection's name on its host: 1, 2, 3, … in order of creation; 0 is the listener, or
 * nobody.  Ids are never used again. */
typedef uint32_t TcpConnId;

/* Why a segment is sent. */
typedef struct TcpSendNote {
    TcpReason reason;
    uint32_t retry; /* 0: sent for the first time; n: its n-th repetition */
    uint32_t limit; /* repetitions allowed; 0 when they are not counted */
} TcpSendNote;

/* What a timer was armed for, or did. */
typedef struct TcpTimerNote {
    TcpTimer timer;
    TcpTimerEvent event;
    SimTime length; /* from arming to firing, as the stack wanted it */
    SimTime due;    /* when it fires (fired, cancelled: would have fired) */
    uint32_t retry; /* of the retransmission it will cause or has caused; 0 when it has none */
    uint32_t limit;
    TcpReason reason;
} TcpTimerNote;

/* What a connection tells its application: of one that nobody has accepted only that it can be, who
 * accepts it then looks for himself. */
typedef enum TcpAppEvent {
    TCP_APP_CONNECTED,  /* connect succeeded */
    TCP_APP_ACCEPTABLE, /* a connection waits in the accept queue */
    TCP_APP_READABLE,   /* `amount` bytes can be read */
    TCP_APP_EOF,        /* the peer has closed, all its data can be or has been read */
    TCP_APP_ERROR,      /* the connection failed; `error` says how */
    TCP_APP_EVENT_COUNT,
} TcpAppEvent;

const char *tcp_app_event_name(TcpAppEvent event);

/* How the stack answers.  All are called from inside a call to the stack; a hook may call the
 * stack's tcp_read(), tcp_peek() and tcp_accept() from `app`, tcp_status() from `ending`, and nothing else.  `timer`,
 * `discard` and `ending` may be NULL: they only tell what is done anyway. */
typedef struct TcpHooks {
    void *context;
    void (*send)(void *context, TcpConnId conn, const Segment *segment, const TcpSendNote *note);
    void (*state)(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason);
    void (*timer)(void *context, TcpConnId conn, const TcpTimerNote *note);
    void (*discard)(void *context, TcpConnId conn, const Segment *segment, TcpReason reason);
    void (*app)(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount, TcpError error);
    /* It is about to end: tcp_status() knows it for the last time. */
    void (*ending)(void *context, TcpConnId conn);
    /* What an IPv6 address reads; NULL: they are made up.  A Fast Open cookie rests on it. */
    void (*address)(void *context, uint32_t address, uint8_t out[ADDRESS_IPV6_BYTES]);
    uint32_t states_untold; /* a bit each: `state` is not called for connections that enter them */
    /* When does a wait of `length` that begins now end?  `due` is what the timer model says; the answer is no
     * earlier than now.  NULL: nobody knows better. */
    SimTime (*due)(void *context, TcpTimer timer, SimTime now, SimTime length, SimTime due);
} TcpHooks;

/* What a stack needs to begin. */
typedef struct TcpSetup {
    const HostConfig *config; /* outlives the stack */
    TcpHooks hooks;
    SimOrder *order;       /* the run's counter of decisions; outlives the stack */
    uint32_t address;      /* proto/address.h: it speaks that family */
    SipKey secret;         /* for RFC 6528 numbers */
    uint64_t stream_space; /* payload streams are numbered from here: unique to the host */
    Budget *budget;        /* the run's, outlives the stack; NULL: none.  Spent: sending stops */
} TcpSetup;

TcpStack *tcp_stack_new(const TcpSetup *setup);
void tcp_stack_free(TcpStack *stack); /* NULL is allowed; calls no hook */

/* Time.  The stack wants tcp_stack_advance() at the due time of its first timer. */
SimDue tcp_stack_next_due(const TcpStack *stack);

/* The queue of those timers, for who looks at it often; it is the stack's. */
const EventQueue *tcp_stack_timers(const TcpStack *stack);
void tcp_stack_advance(TcpStack *stack, SimTime now); /* runs that one timer */

/* The segment is on its way to this stack.  Among a million connections the record of its own has
 * left the cache long ago; it comes back while the segment travels. */
void tcp_stack_expect(TcpStack *stack, const Segment *segment);
bool tcp_stack_is_large(const TcpStack *stack); /* it has so many that this is worth while */

/* SEGMENT ARRIVES (§3.10.7). */
void tcp_stack_deliver(TcpStack *stack, SimTime now, const Segment *segment);

/* The host fails: every connection and listener is gone, nothing is sent (§3.5.1).  With
 * `forget` the clock of initial sequence numbers begins again, with the same secret, and so
 * does the choice of ports. */
void tcp_stack_crash(TcpStack *stack, SimTime now, bool forget);

/* Application calls.  Each answers what a socket would. */
typedef struct TcpListenOptions {
    uint16_t port;
    uint32_t backlog;   /* the accept queue holds backlog + 1, as Linux's does */
    uint32_t fast_open; /* TCP_FASTOPEN: so many may be pending by Fast Open; 0: none, or with
                           tcp_fastopen=1024 so many as the backlog */
} TcpListenOptions;

TcpError tcp_listen(TcpStack *stack, SimTime now, const TcpListenOptions *options);

typedef struct TcpConnectOptions {
    uint32_t address;
    uint16_t port;
    uint16_t from_port; /* 0: the next free one from 40000 */
    bool fast_open;     /* sendto(MSG_FASTOPEN): with a cookie the SYN takes data along */
    bool only_syn_data; /* fast_open: what the SYN cannot take is not taken at all (O_NONBLOCK) */
    uint64_t data; /* fast_open: bytes handed over; 0: the SYN asks for a cookie, or shows it */
} TcpConnectOptions;

TcpError tcp_connect(TcpStack *stack, SimTime now, const TcpConnectOptions *options,
                     TcpConnId *out);

/* Takes the oldest connection of the port's accept queue; TCP_EAGAIN when there is none.  Those that are
 * over are dropped. */
TcpError tcp_accept(TcpStack *stack, SimTime now, uint16_t port, TcpConnId *out);

/* reset-in-queue=stays: takes the oldest one if it is over.  *error: what its application is told then.  False:
 * it is not. */
bool tcp_accept_ended(TcpStack *stack, uint16_t port, TcpConnId *out, TcpError *error);

TcpError tcp_send(TcpStack *stack, SimTime now, TcpConnId conn, uint64_t bytes);

/* What follows bytes that are handed over: tuning.h, tcp_send_as(). */
typedef enum TcpSendEnd {
    TCP_SEND_ENDS,   /* nothing yet: the last segment has PSH */
    TCP_SEND_FILLS,  /* more of the same call: a buffer is full */
    TCP_SEND_WAITS,  /* more of the same call, when there is room: all goes, however small */
    TCP_SEND_MORE,   /* MSG_MORE: what is short waits for it */
    TCP_SEND_RECORD, /* nothing that belongs to it (MSG_EOR) */
} TcpSendEnd;

/* One run of bytes handed to the application: `length` bytes of `payload`, which should be the
 * bytes from `offset` of what the peer sends. */
typedef void (*TcpTake)(void *context, Payload payload, uint64_t offset, uint32_t length);

/* Reads up to `most` bytes; *got is how many.  0 bytes and TCP_OK mean end of file. */
TcpError tcp_read(TcpStack *stack, SimTime now, TcpConnId conn, uint64_t most, TcpTake take,
                  void *context, uint64_t *got);

/* The same, and they stay: what is read next is the same again (MSG_PEEK). */
TcpError tcp_peek(const TcpStack *stack, TcpConnId conn, uint64_t most, TcpTake take, void *context,
                  uint64_t *got);

TcpError tcp_shutdown(TcpStack *stack, SimTime now, TcpConnId conn);
TcpError tcp_close(TcpStack *stack, SimTime now, TcpConnId conn);
TcpError tcp_abort(TcpStack *stack, SimTime now, TcpConnId conn);
TcpError tcp_close_listener(TcpStack *stack, SimTime now, uint16_t port);

/* Fast Open (RFC 7413).  Cookies are made with the first key; one that a second key made is good, too, and
 * answered by one of the first.  Until keys are set the stack has one of its own secret. */
typedef struct TcpFastOpenKeys {
    SipKey keys[2];
    uint32_t count; /* 1 or 2 */
} TcpFastOpenKeys;

/* For all listeners (port 0), or the one on this port: TCP_EINVAL when there is none. */
TcpError tcp_fast_open_set_keys(TcpStack *stack, uint16_t port, const TcpFastOpenKeys *keys);

/* TCP_FASTOPEN on a listener: see TcpListenOptions. */
TcpError tcp_fast_open_set_queue(TcpStack *stack, uint16_t port, uint32_t most);

/* Is there a cookie for a server, or is none needed?  Then a connect can wait for its data
 * (TCP_FASTOPEN_CONNECT). */
bool tcp_fast_open_is_ready(const TcpStack *stack, SimTime now, uint32_t address);

void tcp_fast_open_forget(TcpStack *stack); /* what servers have given */

/* An ICMP message about a packet of ours.  What a router quotes of it says whose it is. */
typedef struct TcpIcmp {
    uint8_t type, code; /* RFC 792: 3, 1 is "host unreachable", 3, 4 "fragmentation needed" */
    uint32_t mtu;       /* of 3, 4: what the next link takes (RFC 1191 §4); 0: it does not say */
    uint32_t remote_address;
    uint16_t local_port, remote_port;
    Seq seq;
} TcpIcmp;

/* False: it is about no connection, or quotes what is not under way (RFC 5927 §4.1): it changes nothing. */
bool tcp_stack_icmp(TcpStack *stack, SimTime now, const TcpIcmp *icmp);

/* What it says to an application; TCP_OK: nothing. */
TcpError tcp_icmp_error(const TcpIcmp *icmp);

/* A look inside, for scripts ("seq=client.snd_nxt+100"), tests and benchmarks. */
typedef struct TcpStatus {
    TcpState state;
    uint32_t remote_address;
    uint16_t local_port, remote_port;
    Seq iss, irs;
    Seq snd_una, snd_nxt, rcv_nxt;
    uint32_t snd_wnd, rcv_wnd;
    SimTime rto, srtt, rttvar;
    uint64_t stream;   /* identity of the payload that this end sends */
    uint32_t readable; /* bytes */
    bool at_eof;       /* everything was read and the peer has closed */
    bool accepted;     /* the application holds it */
    bool queued;       /* it waits for the application to accept it */
    uint64_t written;  /* bytes that the application has handed over */
    bool syn_data;     /* Fast Open: the SYN's data were taken with it (TCPI_OPT_SYN_DATA) */
    bool ecn;          /* congestion notification is agreed on */
} TcpStatus;

/* STATUS (§3.10.6).  False when there is no such connection (any more). */
bool tcp_status(const TcpStack *stack, TcpConnId conn, TcpStatus *out);

/* The connection with this four-tuple; 0 when there is none. */
TcpConnId tcp_stack_find(const TcpStack *stack, uint16_t local_port, uint32_t remote_address,
                         uint16_t remote_port);

/* The four-tuple of a connection, the local address left out.  False when there is no such one. */
typedef struct TcpEnds {
    uint32_t remote_address;
    uint16_t local_port, remote_port;
} TcpEnds;

bool tcp_stack_ends(const TcpStack *stack, TcpConnId conn, TcpEnds *out);

/* What the application of a connection can read. */
typedef struct TcpReadable {
    uint32_t bytes;
    bool at_eof; /* everything was read and the peer has closed */
} TcpReadable;

TcpReadable tcp_stack_readable(const TcpStack *stack, TcpConnId conn); /* zeroed: no such one */

/* The identity of the payload that this end of the connection sends (TcpStatus.stream). */
uint64_t tcp_stack_stream(const TcpStack *stack, TcpConnId conn);

TcpConnId tcp_stack_newest(const TcpStack *stack); /* 0: none was ever created */

typedef struct TcpCensus {
    size_t half_open, full; /* connections held now … */
    size_t ended; /* … of these over, and in their accept queue (reset-in-queue=stays) */
    size_t bytes; /* memory held for them */
} TcpCensus;

TcpCensus tcp_stack_census(const TcpStack *stack);

/* What a simulated host holds for its connections: fixed sizes, the same on every machine, no less
 * than the records of this implementation; payload is added to them.  A half-open connection that a
 * call made a full one (close() before the last ACK) counts as one. */
enum { TCP_HALF_OPEN_BYTES = 96, TCP_CONNECTION_BYTES = 768 };

typedef struct TcpHeld {
    size_t half_open; /* connections */
    size_t bytes;     /* of all connections, and of payload kept: of SYNs, unread, out of order */
} TcpHeld;

/* Between two calls of the stack; from a hook it may count a connection that changes as both. */
TcpHeld tcp_stack_held(const TcpStack *stack);

/* Does the diagram of RFC 9293 figure 5 (and the text of §3.10) allow this transition? */
bool tcp_transition_is_allowed(TcpState from, TcpState to);

#endif
