/* What the files of sim/tcp/ share: the records behind tcp.h, and the functions that one file
 * offers to the others.  Nobody outside the room includes this.
 */
#ifndef TCPWALTZ_TCP_CONNECTION_H
#define TCPWALTZ_TCP_CONNECTION_H

#include "core/compiler.h"
#include "core/id_map.h"
#include "core/map.h"
#include "core/memory.h"
#include "proto/address.h"
#include "tcp/tcp.h"
#include "tcp/tuning.h"

/* RFC 9293 §3.7.1: what a peer that sends no MSS option can take, over IPv4 and over IPv6. */
enum { TCP_DEFAULT_MSS = 536, TCP_DEFAULT_MSS_IPV6 = 1220 };

/* Bytes of a packet's IP and TCP headers, without options. */
static inline uint32_t tcp_header_bytes(uint32_t address)
{
    return address_header_bytes(address) + 20;
}

static inline uint16_t tcp_default_mss(uint32_t address)
{
    return address_is_ipv6(address) ? TCP_DEFAULT_MSS_IPV6 : TCP_DEFAULT_MSS;
}

/* A connect that names no port of its own gets one from here to 65535: see ports.c. */
enum { TCP_FIRST_EPHEMERAL_PORT = 40000 };

/* ---- Records ---- */

typedef enum TcpEntryKind {
    TCP_ENTRY_HALF_OPEN,
    TCP_ENTRY_CONNECTION,
    TCP_ENTRY_TUNED, /* a connection that has options of its own */
} TcpEntryKind;

/* What half-open and full connections have in common: a four-tuple, a name, a pending event. */
typedef struct TcpEntry {
    MapNode node; /* its key is tcp_key() */
    Event event;  /* its first timer */
    TcpConnId id;
    uint8_t kind;
    /* Options that the peer offered and we take; meaningful from SYN-RCVD or ESTABLISHED on. */
    bool timestamps_on, sack_on, window_scale_on;
    uint8_t snd_wscale;   /* shift of the windows we receive */
    bool has_extra : 1;   /* half-open only: there is a TcpHalfOpenExtra */
    bool by_cookie : 1;   /* the ACK of a SYN cookie brought it to life */
    uint16_t syn_retries; /* half-open only: SYN-ACKs repeated by the timer so far */
} TcpEntry;

/* A connection in SYN-RCVD that a listener began: all that has to be known until its ACK comes.
 * A flood makes millions of these, so every byte counts: when its SYN-ACK is repeated the queue knows,
 * and what few of them need stands apart. */
typedef struct TcpHalfOpen {
    TcpEntry entry;
    SimTime first_sent; /* the first SYN-ACK, for the round-trip sample */
    Seq iss, irs;
    uint32_t ts_recent;
    uint16_t peer_mss, peer_window;
} TcpHalfOpen;

/* What a half-open connection has to know of a SYN that brought data, or came again. */
typedef struct TcpHalfOpenExtra {
    MapNode node;          /* its key is the connection's */
    SimTime answered_at;   /* the last repeated SYN that was answered, for tcp_invalid_ratelimit */
    uint64_t syn_stream;   /* data that came on the SYN, with syn-data=accept: of this stream … */
    uint16_t syn_length;   /* … so many bytes from its beginning */
    uint16_t repeats;      /* repeated SYNs that were answered … */
    uint32_t answers : 29; /* … and of those that use up retries */
    bool ecn : 1;          /* congestion notification is agreed on */
    bool is_heard : 1;     /* with connect-timeout-lifted: that limit is off */
    bool is_acked : 1;     /* its last ACK has come, and waits for data (TCP_DEFER_ACCEPT) */
} TcpHalfOpenExtra;

/* One run of received bytes that the application has not taken yet; in or out of order. */
typedef struct TcpPiece {
    struct TcpPiece *next; /* by sequence number */
    Seq seq;
    uint32_t length;
    Payload payload;
    Seq grown; /* when it grew last, or came again, while something was missing: counts up */
} TcpPiece;

enum { TCP_PACKET_UNIT = 16 };

/* receiver=linux: one packet that is not read, or not all of it, and the memory that it takes. */
typedef struct TcpPacket {
    struct TcpPacket *next; /* by sequence number */
    Seq end;                /* one past its last one */
    uint16_t memory;        /* in units of TCP_PACKET_UNIT bytes */
    uint16_t room;          /* bytes that find place behind it */
} TcpPacket;

/* One segment that was sent and is not acknowledged, as it was cut the first time. */
typedef struct TcpSent {
    struct TcpSent *next;
    SimTime at; /* when it was last sent */
    Seq end;    /* one past its last sequence number */
    Seq order;  /* of all that was sent, the how many-th: of one instant, which left later */
    bool sacked, lost;
    bool again;    /* sent again (since it was found lost, if it was) */
    bool repeated; /* sent again ever */
    /* push=bursts alone: */
    bool push;        /* its end carries PSH, whenever it is sent */
    bool joined;      /* it and the next one are of one packet */
    bool ends_record; /* nothing is sent in one segment with it that follows it (MSG_EOR) */
} TcpSent;

/* push=bursts: a packet that waits to be sent, or what is left of it: see packets.c. */
typedef struct TcpWaiting {
    struct TcpWaiting *next; /* of the last one: the first */
    uint64_t end;            /* the position one past its last byte */
    uint32_t length;
    bool push, ends_record; /* as in TcpSent */
} TcpWaiting;

typedef struct TcpTimerSlot {
    SimDue due;
    SimTime length;
} TcpTimerSlot;

/* How soon the peer has to hear of what we received. */
typedef enum TcpAckUrgency {
    TCP_ACK_NONE,
    TCP_ACK_DELAYED, /* with our next segment, or when the delayed-ACK timer fires */
    TCP_ACK_NOW,
} TcpAckUrgency;

/* What goes back when the loss was none: undo.c. */
typedef struct TcpUndo {
    Seq marker;        /* SND.UNA when the loss was found */
    uint32_t ssthresh; /* what it was before, bytes */
    uint32_t stamp;    /* timestamp of the first repetition; 0: none yet */
    int16_t again;     /* repetitions that no D-SACK has told of; -1: none was sent */
} TcpUndo;

/* The end of slow start: hystart.c.  Round trips in microseconds; UINT32_MAX: none. */
typedef struct TcpHystart {
    Seq round_end;        /* SND.NXT when the round began */
    uint32_t rtt_us;      /* the least of this round */
    uint32_t before_us;   /* of the last one */
    uint32_t baseline_us; /* where conservative slow start began; 0: not in it */
    uint8_t samples, slow_rounds;
    bool has_begun;
} TcpHystart;

/* CUBIC (RFC 9438 §4): windows in thousandths of a segment, times in milliseconds. */
typedef struct CubicCurve {
    SimTime began; /* congestion avoidance since the last loss */
    int64_t k_ms;  /* when it reaches the window of the last loss again */
    int64_t w_est; /* what Reno would have */
} CubicCurve;

typedef struct TcpLinuxCubic TcpLinuxCubic; /* the same where sender=linux: cubic.c */

/* receiver=linux: see receive_linux.c.  Names are the kernel's, but for what has a name here. */
typedef struct TcpLinuxReceiver {
    TcpPacket *packets;         /* in order or not */
    SimTime space_began;        /* a round trip in which is counted what is read … */
    SimTime rtt;                /* rcv_rtt_est; 0: none yet */
    SimTime ato;                /* how long an ACK waits */
    uint32_t space_from, space; /* … behind so many bytes; and how much it was in the last one */
    uint32_t buffer;            /* sk_rcvbuf: bytes of memory */
    uint32_t clamp, ssthresh;   /* window_clamp, rcv_ssthresh */
    uint32_t held;              /* their memory */
    uint32_t last_echo;         /* rcv_rtt_last_tsecr */
    Seq out_of_order_since;     /* RCV.NXT, since when … */
    uint16_t rcv_mss, last_length;
    uint8_t out_of_order; /* … so many segments out of order were acknowledged at once */
    uint8_t quick;        /* ACKs still to be sent at once */
    uint8_t pushed;       /* small segments since the last ACK, up to two */
    uint8_t ratio;        /* of the memory, what is offered: in 256ths */
    bool was_read;        /* while the segment arrived */
    bool compresses;      /* ACKs of what is out of order wait a moment */
    bool sacks_fin;       /* a FIN out of order is SACKed, too */
    bool is_frozen;       /* the connection is all but gone: its window is `ssthresh` */
} TcpLinuxReceiver;

/* Who holds a connection, and so which queue it is in: see owner.c. */
typedef enum TcpOwner {
    TCP_OWNER_LISTENER,
    TCP_OWNER_QUEUE,
    TCP_OWNER_APPLICATION,
    TCP_OWNER_NOBODY,
    TCP_OWNER_COUNT,
} TcpOwner;

/* What few connections have; where all are 0 nobody looks further. */
enum {
    /* Fast Open, of who connects: fast_open.c */
    TCP_FAST_OPEN_ASKED = 1 << 0, /* our SYN carried the option */
    TCP_FAST_OPEN_EXP = 1 << 1,   /* … in its experimental form */
    TCP_SYN_DATA = 1 << 2,        /* … and data, or it carried data alone */
    TCP_SYN_DATA_ACKED = 1 << 3, /* all of them were acknowledged with it; of a listener's: taken */
    TCP_SYN_DATA_AGAIN = 1 << 4, /* what goes again now goes because they were not */
    TCP_FAST_OPEN_PROBES = 1 << 5, /* the first one after a pause */
    /* … and of a listener */
    TCP_FAST_OPEN_TAKEN = 1 << 6,   /* it began with a right cookie */
    TCP_FAST_OPEN_PENDING = 1 << 7, /* … and its handshake is not done */
    /* Congestion notification: ecn.c */
    TCP_ECN_ON = 1 << 8,      /* agreed on; of who connects: asked for */
    TCP_ECN_REDUCED = 1 << 9, /* the window was reduced for a mark, until `recover` */
    TCP_ECN_TELLS = 1 << 10,  /* … and the next new data say so (CWR) */
    /* The path: icmp.c */
    TCP_PATH_NARROW = 1 << 11, /* path_mss says how much it takes */
    TCP_PATH_AGAIN = 1 << 12,  /* what goes again now was too large for it */
};

/* The transmission control block (RFC 9293 §3.3.1). */
typedef struct TcpConnection {
    TcpEntry entry;
    TcpState state;
    uint16_t timers_armed; /* a bit for each; where it is 0 the slot means nothing */
    uint8_t timer_first;   /* the one that the pending event stands for, while it is queued */

    uint8_t owner;        /* TcpOwner; tcp_own() alone writes it, once the connection has begun */
    uint8_t queued_error; /* of one that has ended in its accept queue: a TcpError */

    bool passive; /* opened by a listener */
    bool closing; /* the application sends no more: close or shutdown */
    bool has_srtt;
    bool got_data;            /* payload has been received */
    bool interactive;         /* we answer data with data: its ACK may ride along */
    bool fin_arrived;         /* the peer's FIN has been taken */
    bool arriving;            /* SEGMENT ARRIVES runs: what is to be sent waits for its end */
    bool in_recovery;         /* fast recovery, until `recover` is acknowledged */
    bool in_loss;             /* the same after a timeout */
    bool is_probing : 1;      /* a tail loss probe is just leaving */
    bool is_cwnd_limited : 1; /* see cwnd_used_until */
    bool tail_is_again : 1;   /* with probed_tail: the probe repeated what had been sent */
    bool rack_advanced : 1;   /* something was delivered since losses were looked for */
    bool is_reducing : 1;     /* the window shrinks with what arrives: see `prior_cwnd` */
    bool probed_tail : 1;     /* a tail loss probe is out, RFC 8985 §7: see tail_end */
    bool fin_held : 1;        /* the peer's FIN is known, fin_seq, but data before it is missing */
    bool has_dsack : 1;       /* a duplicate is to be reported: `dsack` */
    bool retransmitted : 1;   /* something between snd_una and snd_nxt was sent twice: Karn */
    bool timing : 1;          /* rtt_seq is being timed */
    bool is_frto : 1;         /* F-RTO is finding out */
    bool sends_new : 1;       /* … by new data: what is presumed lost waits */
    bool once_delivered : 1;  /* this ACK tells that something arrived that was sent once */
    bool has_curve : 1;       /* CUBIC's has begun */
    bool has_linux_cubic : 1; /* see below */
    uint8_t ack_flags;  /* of all that acknowledges: TCP_ACK, and TCP_ECE while a mark is echoed */
    uint8_t soft_error; /* TcpError: what a router said last, for when the connection is given up */
    uint16_t special;   /* TCP_SYN_DATA … */
    uint16_t path_mss;  /* with TCP_PATH_NARROW: payload and options that the path takes */
    uint8_t rcv_wscale;
    uint8_t ack_urgency;
    uint16_t peer_mss;
    uint16_t cwnd_used; /* see cwnd_used_until */

    /* Send sequence space.  Positions count from the SYN: position 0 is the SYN itself,
     * positions 1 … app_bytes the data, the next one the FIN. */
    Seq iss, snd_una, snd_nxt;
    Seq cwnd_used_until; /* sender=linux: what was under way, until this is acknowledged … */
    uint64_t una_position;
    TcpSent *sent_first, *sent_last; /* what lies between snd_una and snd_nxt */
    TcpWaiting *waiting;             /* the last packet; NULL: none */
    TcpUndo *undo;                   /* of the last loss; NULL: nothing goes back */
    uint64_t app_bytes;              /* handed over by the application so far */
    uint32_t snd_wnd, snd_wnd_max;
    Seq snd_wl1, snd_wl2;
    Seq snd_sml;       /* the end of the last small segment; where nagle-holds=small */
    uint32_t unpushed; /* push=bursts: bytes handed over since a packet was marked */

    /* Receive sequence space. */
    Seq irs, rcv_nxt;
    Seq rcv_adv; /* right edge of the window as last advertised */
    Seq last_ack_sent;
    Seq fin_seq;
    uint32_t held_bytes;  /* in pieces, in order or not */
    uint64_t read_offset; /* bytes the application has taken */
    TcpPiece *pieces;
    Seq arrivals;            /* out of order: TcpPiece.grown of the last one */
    SackBlock dsack;         /* RFC 2883 */
    uint32_t unacked_bytes;  /* received in order since our last ACK */
    SimTime data_arrived_at; /* the last time */
    uint32_t ts_recent;
    Seq mdev_round_end; /* see mdev */

    /* Round-trip time and retransmission (RFC 6298). */
    SimTime srtt, rttvar;
    SimTime mdev, mdev_max; /* rtt-estimator=linux and =bsd: see rto.c */
    SimTime rtt_started;
    Seq rtt_seq;
    uint16_t syn_timeouts;       /* how often our SYN or SYN-ACK was repeated */
    uint16_t refusals;           /* how often our SYN was answered with RST */
    uint16_t backoffs;           /* doublings of the RTO */
    uint16_t retries;            /* timeouts since the last progress */
    uint16_t probe_backoffs;     /* zero-window probes since the window closed */
    uint16_t probes;             /* zero-window probes unanswered */
    uint16_t keepalive_probes;   /* keepalive probes unanswered */
    uint16_t quick_acks;         /* segments acknowledged at once, so far */
    uint16_t ack_reason;         /* with ack_urgency: a TcpReason */
    SimTime last_sent;           /* any data, or our SYN or FIN */
    SimTime first_sent;          /* what is now unacknowledged: when it was first sent … */
    SimTime first_retry;         /* … and first repeated */
    SimTime last_received;       /* for keepalive */
    SimTime invalid_answered_at; /* for tcp_invalid_ratelimit; 0: never */

    /* Congestion (RFC 5681, 6582). */
    uint32_t cwnd, ssthresh; /* bytes */
    uint32_t cwnd_acked;     /* bytes acknowledged towards the next increase */
    uint32_t duplicate_acks;
    uint32_t sent_count;    /* records */
    uint32_t sacked_count;  /* records SACKed */
    uint32_t missing_count; /* records lost and not sent again yet */
    Seq duplicates_from;    /* snd_nxt at the first duplicate ACK */
    Seq recover;            /* snd_nxt when the loss was found */
    Seq tail_end;           /* snd_nxt behind the tail loss probe that is out */
    Seq sacked_end;         /* with sacked_count > 0: where the highest SACKed record ends */
    uint16_t reordering;    /* how many segments late one was seen to come, 3 at least … */
    uint16_t reorderings;   /* … and how often one was */
    int64_t w_max;          /* CUBIC: the window at the last loss, in thousandths of a segment */
    union {
        CubicCurve cubic;           /* in congestion avoidance: has_curve */
        TcpHystart hystart;         /* before */
        TcpLinuxCubic *linux_cubic; /* with has_linux_cubic */
    };
    /* Proportional rate reduction (RFC 6937), in segments: the window when it began, and what was
     * delivered and sent since. */
    uint32_t prior_cwnd, prr_delivered, prr_out;

    /* RACK (RFC 8985 §5.2): of all segments delivered, the one that was sent last. */
    Seq sends; /* TcpSent.order of what was sent last */
    Seq rack_order, rack_end;
    SimTime rack_rtt, rtt_min;

    TcpLinuxReceiver receiver;

    TcpTimerSlot timers[TCP_TIMER_COUNT];
    struct TcpConnection *accept_before, *accept_next; /* in the accept queue */
    TcpTuning *tuning;                                 /* of kind TUNED only */
} TcpConnection;

typedef struct TcpListener {
    struct TcpListener *next;
    uint16_t port;
    uint32_t backlog;
    uint32_t half_open;    /* connections in SYN-RCVD that it owns, half-open records or full */
    uint32_t waiting;      /* length of the accept queue */
    SimTime cookies_until; /* ACKs that may carry a cookie are looked at until then */
    uint32_t fast_open;    /* connections that may be pending by Fast Open; 0: it grants none */
    uint32_t fast_open_pending;
    TcpFastOpenKeys fast_open_keys; /* its own; count 0: those of the stack */
    TcpConnection *accept_first, *accept_last;
    TcpTuning *tuning; /* NULL: as its host */
} TcpListener;

typedef struct TcpTakenPorts TcpTakenPorts; /* ports.c */

struct TcpStack {
    TcpSetup setup;
    const HostConfig *config;          /* of whom is being served: setup.config, or a tuning's */
    TcpTuning *tuning;                 /* of whom is being served; NULL: it has none */
    bool linux_receiver, linux_sender; /* what config says, nearer at hand */
    uint64_t expected;                 /* tcp_key() of the segment announced last */
    Map by_key;                        /* TcpEntry * by tcp_key() … */
    IdMap by_id;                       /* … and by TcpConnId */
    Map half_open_extras;              /* TcpHalfOpenExtra * by tcp_key() */
    EventQueue *timers;
    size_t ended_in_queue; /* connections */
    size_t watched;  /* lists of taken ports, and pending Fast Opens: an end may matter to them */
    Map taken_ports; /* TcpTakenPorts * by remote end, where many are taken */
    Map peers;       /* TcpPeer * by address: fast_open.c */
    TcpFastOpenKeys fast_open_keys;
    SimTime fast_open_paused_at; /* since when; with fast_open_pauses > 0 */
    uint32_t fast_open_pauses;   /* in a row */
    MemoryPool *connections, *half_opens, *extras, *pieces, *packets, *sents, *undos, *waitings,
        *cubics, *port_lists, *peer_records, *tunings;
    TcpListener *listeners;
    bool sends_packets; /* push=bursts: see packets.c */
    bool refuses;       /* tcp_stack_refuse() */
    uint32_t tuned_listeners;
    TcpConnId newest;
    uint16_t next_port;
    SimTime challenge_second; /* in which … */
    uint32_t challenge_count; /* … challenge ACKs were sent (RFC 5961 §7) */
    size_t payload_held;      /* bytes, of all connections */
    SimTime isn_epoch;        /* when the clock of initial sequence numbers began */
};

/* The one key of a connection: the local address is the host's, so 64 bits hold the rest.  (Longer
 * addresses would be numbered as they come, and keys be made of their numbers.) */
static inline uint64_t tcp_key(uint16_t local_port, uint32_t remote_address, uint16_t remote_port)
{
    return (uint64_t)remote_address << 32 | (uint64_t)remote_port << 16 | local_port;
}

/* Of the two ports the greater one is chosen for each connection, one after the other: it is turned to
 * the end. */
static inline uint64_t tcp_key_order(uint64_t key)
{
    unsigned turn = (uint16_t)key < (uint16_t)(key >> 16) ? 16 : 0;

    return key >> turn | key << (-turn & 63);
}

static inline uint16_t tcp_key_local_port(uint64_t key)
{
    return (uint16_t)key;
}

static inline uint16_t tcp_entry_local_port(const TcpEntry *entry)
{
    return tcp_key_local_port(entry->node.key);
}

static inline uint16_t tcp_entry_remote_port(const TcpEntry *entry)
{
    return (uint16_t)(entry->node.key >> 16);
}

static inline uint32_t tcp_entry_remote_address(const TcpEntry *entry)
{
    return (uint32_t)(entry->node.key >> 32);
}

/* ---- stack.c: tables and connections' lives ---- */

TcpEntry *tcp_stack_entry(const TcpStack *stack, TcpConnId id); /* NULL: no such connection */
TcpConnection *tcp_stack_connection(const TcpStack *stack, TcpConnId id); /* full ones only */
void tcp_stack_insert(TcpStack *stack, TcpEntry *entry);                  /* by its key and id */
void tcp_stack_replace(TcpStack *stack, TcpEntry *old, TcpEntry *entry);  /* in the same place */
void tcp_stack_remove(TcpStack *stack, TcpEntry *entry); /* from tables and timers, not freed */
TcpConnId tcp_stack_take_id(TcpStack *stack);

/* A zeroed connection with the entry's key and id, not in any table. */
SELDOM void tcp_connection_forget(TcpStack *stack, TcpConnection *conn);
TcpConnection *tcp_connection_new(TcpStack *stack, uint64_t key, TcpConnId id);

/* Somebody moves; asserts that RFC 9293 allows it. */
void tcp_report(TcpStack *stack, TcpConnId id, TcpState from, TcpState to, TcpReason reason);

/* Moves the connection to `to`. */
void tcp_enter(TcpStack *stack, TcpConnection *conn, TcpState to, TcpReason reason);

/* The end: timers off, `last` (CLOSED or LISTEN) entered, the application told of `error` if it
 * is one and somebody listens, the record freed.  `conn` is gone afterwards. */
void tcp_connection_end(TcpStack *stack, TcpConnection *conn, SimTime now, TcpState last,
                        TcpReason reason, TcpError error);

/* Telling the application; nothing happens for an orphan, and until somebody accepts a connection only
 * that it can be accepted is said. */
void tcp_tell(TcpStack *stack, TcpConnection *conn, TcpAppEvent event, uint32_t amount,
              TcpError error);

SELDOM void tcp_discard(TcpStack *stack, TcpConnId id, const Segment *segment, TcpReason reason);

/* ---- tuning.c: see tuning.h ---- */

void tcp_tuning_serve(TcpStack *stack, TcpTuning *tuning); /* from now on; NULL: it has none */
SELDOM void tcp_tuning_serve_port(TcpStack *stack, uint16_t port);    /* a listener's */
SELDOM void tcp_tuning_inherit(TcpStack *stack, TcpConnection *conn); /* a copy of what is served */
SELDOM void tcp_tuning_drop(TcpStack *stack, TcpConnection *conn);
SELDOM uint16_t tcp_tuning_bound_mss(const TcpTuning *tuning, uint16_t mss);
bool tcp_tuning_is_timed_out(const TcpTuning *tuning, const TcpConnection *conn, SimTime now);
/* No longer than until TCP_USER_TIMEOUT is over. */
SimTime tcp_tuning_clamp(const TcpTuning *tuning, const TcpConnection *conn, SimTime now,
                         SimTime wait);
/* The stack as it is while it serves the connection; made in `room` if that is something else. */
const TcpStack *tcp_tuning_view(const TcpStack *stack, const TcpConnection *conn, TcpStack *room);

/* TCP_MAXSEG: what the peer can take, and we are allowed to send. */
static inline uint16_t tcp_tuning_peer_mss(const TcpStack *stack, uint16_t mss)
{
    return stack->tuning != NULL ? tcp_tuning_bound_mss(stack->tuning, mss) : mss;
}

/* ---- calls.c ---- */

/* The full connection that the application may still call; a half-open one becomes full. */
TcpConnection *tcp_callable(TcpStack *stack, TcpConnId id);

/* ---- ports.c ---- */

MemoryPool *tcp_port_lists_new(Budget *budget); /* for what few stacks need */

/* A local port for a connect that names none; 0: all are taken. */
uint16_t tcp_port_choose(TcpStack *stack, const TcpConnectOptions *to);

/* The connection with this key is gone. */
SELDOM void tcp_port_forget(TcpStack *stack, uint64_t key);

/* ---- owner.c ---- */

/* The connection goes to `owner`; its listener's queues follow. */
void tcp_own(TcpStack *stack, TcpConnection *conn, TcpOwner owner);

/* The application let go of it. */
static inline bool tcp_is_orphan(const TcpConnection *conn)
{
    return conn->owner == TCP_OWNER_NOBODY;
}

/* Linux (tcp_time_wait()): an orphan whose FIN was acknowledged is all but gone. */
static inline bool tcp_is_remnant(const TcpStack *stack, const TcpConnection *conn)
{
    return conn->state == TCP_STATE_FIN_WAIT_2 && conn->owner == TCP_OWNER_NOBODY &&
           stack->config->orphan_fin_wait_2 == ORPHAN_FIN_WAIT_2_REMNANT;
}

/* ---- marks.c ---- */

SELDOM void tcp_marks_carry(TcpConnection *conn); /* to SND.UNA */

/* Are marks to be carried along, as SND.UNA has moved?  Once in 2^28 numbers is often enough. */
static inline bool tcp_marks_are_due(Seq before, Seq una)
{
    return (before ^ una) >> 28 != 0;
}

SELDOM void tcp_marks_assert(const TcpConnection *conn); /* each lies where it may be compared */

/* Does `duplicates_from` mean something?  In recovery its flight may be acknowledged in part. */
static inline bool tcp_duplicates_are_marked(const TcpConnection *conn)
{
    return conn->duplicate_acks > 0 && !conn->in_recovery && !conn->in_loss;
}

/* ---- options.c: what the peer's SYN offers ---- */

/* Timestamps, SACK and window scale: on when both sides want them. */
void tcp_options_learn(const HostConfig *config, TcpEntry *entry, const SegmentOptions *options);
uint16_t tcp_options_peer_mss(const SegmentOptions *options, uint32_t peer);
uint32_t tcp_options_recent(const TcpEntry *entry, const SegmentOptions *options);

/* ---- cookie.c ---- */

Seq tcp_cookie_make(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, uint16_t mss);

/* Is it one of ours, and young enough?  *mss is what it says the peer can take. */
bool tcp_cookie_check(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, Seq cookie,
                      uint16_t *mss);

/* A timestamp with the entry's options in its low bits, and the options that one echoes. */
uint32_t tcp_cookie_timestamp(SimTime now, const TcpEntry *entry);
void tcp_cookie_options(const HostConfig *config, uint32_t echoed, TcpEntry *entry);

/* ---- fast_open.c: Fast Open (RFC 7413), the cookies and who connects ---- */

MemoryPool *tcp_peer_records_new(Budget *budget); /* of what is kept of servers */

/* The first SYN of a connect that is special: it asks for Fast Open, or for congestion notification. */
SELDOM void tcp_fast_open_connect(TcpStack *stack, TcpConnection *conn, SimTime now,
                                  const TcpConnectOptions *options);

/* Its SYN-ACK has been taken: what does it say of cookie and data? */
SELDOM void tcp_fast_open_answered(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   const SegmentOptions *options);

/* Its data were not taken, or not all of them: they go again as soon as that may be. */
SELDOM void tcp_fast_open_refused(TcpStack *stack, TcpConnection *conn);

/* A timeout (the last one, if it is given up), an RST or a FIN out of order, of a connection that
 * began with Fast Open: does the path swallow what follows it? */
SELDOM void tcp_fast_open_timeout(TcpStack *stack, TcpConnection *conn, SimTime now, bool last);
SELDOM void tcp_fast_open_disordered(TcpStack *stack, const TcpConnection *conn, SimTime now);

/* ---- fast_open_listener.c ---- */

/* What a SYN's option means for a listener. */
typedef struct TcpFastOpenVerdict {
    bool takes;            /* the connection begins at once, with the data */
    TcpReason reason;      /* of the SYN-ACK */
    SegmentOptions answer; /* its option: a cookie, or none */
} TcpFastOpenVerdict;

SELDOM TcpFastOpenVerdict tcp_fast_open_judge(const TcpStack *stack, const TcpListener *listener,
                                              const Segment *segment);
/* The half-open record becomes a connection that can be accepted; `half` is gone afterwards. */
SELDOM void tcp_fast_open_take(TcpStack *stack, SimTime now, TcpListener *listener,
                               TcpHalfOpen *half, const Segment *segment,
                               const TcpFastOpenVerdict *verdict);
SELDOM void tcp_fast_open_release(TcpStack *stack, TcpConnection *conn); /* pending no longer */

/* Its application may read and write in SYN-RCVD. */
static inline bool tcp_fast_open_is_taken(const TcpConnection *conn)
{
    return conn->special & TCP_FAST_OPEN_TAKEN;
}

/* ---- ecn.c: congestion notification (RFC 3168) ---- */

struct Arrival;

SELDOM bool tcp_ecn_offers(const HostConfig *config,
                           const Segment *segment);                        /* a SYN that we grant */
SELDOM void tcp_ecn_answered(TcpConnection *conn, const Segment *segment); /* by SYN-ACK */
SELDOM void tcp_ecn_flags(struct Arrival *a); /* ECE and CWR of a segment that is no SYN */
SELDOM void tcp_ecn_mark(struct Arrival *a);  /* data marked CE */
SELDOM void tcp_ecn_departs(TcpConnection *conn, Segment *segment); /* new data */

/* For a round trip after a mark the window does not grow. */
static inline bool tcp_ecn_holds(const TcpConnection *conn)
{
    return (conn->special & TCP_ECN_REDUCED) && seq_lt(conn->snd_una, conn->recover);
}

/* ---- icmp.c ---- */

SELDOM void tcp_path_clamp(TcpConnection *conn); /* peer_mss to what the path takes */

/* ---- isn.c ---- */

Seq tcp_isn_choose(const TcpStack *stack, SimTime now, uint64_t key);

/* ---- listener.c ---- */

bool tcp_listener_is_full(const TcpStack *stack, const TcpListener *listener); /* accept queue */

TcpListener *tcp_listener_find(const TcpStack *stack, uint16_t port);
void tcp_listener_add(TcpStack *stack, uint16_t port, uint32_t backlog);
void tcp_listener_remove(TcpStack *stack, TcpListener *listener, TcpReason reason);

/* A SYN for the listener.  `isn_above` is the least initial sequence number we may choose, when
 * `bounded` (a SYN that ends TIME-WAIT). */
void tcp_listener_syn(TcpStack *stack, SimTime now, TcpListener *listener, const Segment *segment,
                      bool bounded, Seq isn_above);

/* An ACK for the listener: does it bring back a cookie?  False: the listener sent none. */
bool tcp_listener_cookie(TcpStack *stack, SimTime now, TcpListener *listener,
                         const Segment *segment);

/* ---- half_open.c ---- */

/* Data that came on its SYN, to be delivered when the connection is ESTABLISHED. */
void tcp_half_open_keep(TcpStack *stack, TcpHalfOpen *half, Payload payload, uint16_t length);

SELDOM void tcp_half_open_grant_ecn(TcpStack *stack, TcpHalfOpen *half);

/* Fast Open: its first SYN-ACK is still to be sent; `half` is gone afterwards. */
SELDOM TcpConnection *tcp_half_open_grow(TcpStack *stack, TcpHalfOpen *half);

/* The record is filled in: it gets its id and its place in the SYN queue. */
void tcp_half_open_begin(TcpStack *stack, TcpListener *listener, TcpHalfOpen *half,
                         TcpReason reason);

/* handshake=two-way: ESTABLISHED at once; `half` is gone afterwards. */
void tcp_half_open_believe(TcpStack *stack, SimTime now, TcpHalfOpen *half);

/* Any segment for a half-open connection. */
void tcp_half_open_arrives(TcpStack *stack, SimTime now, TcpHalfOpen *half, const Segment *segment);
void tcp_half_open_timer(TcpStack *stack, SimTime now, TcpHalfOpen *half);

/* The one timer of a half-open connection: repeats its SYN-ACK. */
void tcp_timers_half_open_arm(TcpStack *stack, TcpHalfOpen *half, SimTime now, TcpReason reason);
void tcp_timers_half_open_stop(TcpStack *stack, TcpHalfOpen *half, TcpReason reason);

/* Makes a full connection of it, in SYN-RCVD; `half` is gone afterwards. */
SELDOM TcpConnection *tcp_half_open_promote(TcpStack *stack, TcpHalfOpen *half);

/* The end of a half-open connection; `half` is gone afterwards. */
void tcp_half_open_end(TcpStack *stack, TcpHalfOpen *half, TcpState last, TcpReason reason);
void tcp_half_opens_end(TcpStack *stack, SimTime now, uint16_t port,
                        TcpReason reason); /* all of a listener */

/* ---- arrives.c ---- */

/* SEGMENT ARRIVES for a full connection in any state but CLOSED and LISTEN. */
void tcp_arrives_connection(TcpStack *stack, SimTime now, TcpConnection *conn,
                            const Segment *segment);

/* ---- output.c ---- */

/* The position of a number at or after snd_una. */
static inline uint64_t tcp_position(const TcpConnection *conn, Seq seq)
{
    return conn->una_position + (uint32_t)(seq - conn->snd_una);
}

/* The position one past all that the application wants sent: data, and FIN once it has closed. */
static inline uint64_t tcp_position_end(const TcpConnection *conn)
{
    return 1 + conn->app_bytes + (conn->closing ? 1 : 0);
}

static inline bool tcp_fin_is_sent(const TcpConnection *conn)
{
    return conn->closing && tcp_position(conn, conn->snd_nxt) == tcp_position_end(conn);
}

static inline bool tcp_fin_is_acked(const TcpConnection *conn)
{
    return conn->closing && conn->una_position == tcp_position_end(conn);
}

/* Largest payload of one segment to the peer, options taken off. */
uint32_t tcp_effective_mss(const TcpStack *stack, const TcpConnection *conn);

void tcp_output_syn(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* The window of a SYN (or a SYN-ACK, perhaps with timestamps). */
uint16_t tcp_syn_window(const TcpStack *stack, bool timestamps);

/* Sends what may be sent: data and FIN as windows allow, else the ACK that is due. */
void tcp_output(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* One segment of new data, or the FIN alone; the FIN goes with the last byte, if `with_fin`. */
typedef struct TcpNewSegment {
    TcpReason reason;
    uint32_t length;
    bool push, with_fin;
} TcpNewSegment;
void tcp_output_new(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpNewSegment *new);

/* May new data leave at all?  Not while SEGMENT ARRIVES runs: it sends when it is done. */
bool tcp_output_may_send(const TcpConnection *conn);
/* What may leave has left; or it `waits` for more room. */
void tcp_output_sent(TcpStack *stack, TcpConnection *conn, SimTime now, bool waits);

/* Payload that fits into one segment beside the SACK blocks that it has to carry. */
uint32_t tcp_output_room(const TcpStack *stack, const TcpConnection *conn);

/* What is lost and not sent again yet, as far as the congestion window allows. */
SELDOM void tcp_output_lost(TcpStack *stack, TcpConnection *conn, SimTime now);

/* A tail loss probe: one segment of new data, or the last one again (RFC 8985 §7.3). */
SELDOM void tcp_output_tail_probe(TcpStack *stack, TcpConnection *conn, SimTime now);

/* The oldest unacknowledged segment once more. */
SELDOM void tcp_output_oldest(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason,
                              uint32_t retry, uint32_t limit);

void tcp_output_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
/* The one that what has arrived asks for. */
void tcp_output_owed_ack(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);

/* An ACK that challenges the peer to prove itself (RFC 5961); false: there were too many. */
SELDOM bool tcp_output_challenge(TcpStack *stack, TcpConnection *conn, SimTime now,
                                 TcpReason reason);

SELDOM void tcp_output_override(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_window_probe(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_output_rst(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
SELDOM void tcp_output_half_open_rst(TcpStack *stack, const TcpHalfOpen *half, TcpReason reason);

/* RST in answer to a segment that belongs to no connection (§3.5.2 group 1), or whose ACK number
 * is wrong (group 2).  Nothing when the segment is itself an RST. */
SELDOM void tcp_output_rst_for(TcpStack *stack, TcpConnId id, const Segment *segment,
                               TcpReason reason);

/* The first SYN, with `length` bytes of data, and what `special` has of flags and of a Fast Open option.
 * An option that finds no room is left out, and the data with it. */
SELDOM void tcp_output_special_syn(TcpStack *stack, TcpConnection *conn, SimTime now,
                                   TcpReason reason, uint16_t length, const Segment *special);

/* The first SYN-ACK of a connection that Fast Open has begun. */
SELDOM void tcp_output_fast_syn_ack(TcpStack *stack, TcpConnection *conn, SimTime now,
                                    const Segment *special, const TcpSendNote *note);

/* A SYN-ACK of a half-open connection with flags and a Fast Open option besides. */
SELDOM void tcp_output_special_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                                       const Segment *special, const TcpSendNote *note);

/* A SYN-ACK of a half-open connection; ts_val is its timestamp, if it carries one. */
void tcp_output_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                        const TcpSendNote *note);

uint32_t tcp_timestamp(SimTime now); /* the clock of the timestamps option: milliseconds */

/* ---- packets.c: where push=bursts ---- */

/* tcp_send_as(), of a connection that may send. */
void tcp_packets_take(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t bytes,
                      TcpSendEnd end);
/* Sends what may be sent of new data.  True: something waits for more room. */
bool tcp_packets_send(TcpStack *stack, TcpConnection *conn, SimTime now, TcpReason reason);
bool tcp_packets_probe(TcpStack *stack, TcpConnection *conn, SimTime now); /* false: nothing left */
/* So many bytes have left, whoever sent them. */
void tcp_packets_left(TcpStack *stack, TcpConnection *conn, uint32_t bytes);
void tcp_packets_clear(TcpStack *stack, TcpConnection *conn);
/* What the first packet holds; 0: there is none. */
uint32_t tcp_packets_first(TcpStack *stack, TcpConnection *conn);
uint32_t tcp_packets_goal(const TcpStack *stack, const TcpConnection *conn); /* bytes of a packet */
uint32_t tcp_packets_most(const TcpStack *stack,
                          const TcpConnection *conn); /* segments that leave in one */

/* ---- receive.c ---- */

/* Takes payload that lies in the window, in order or not. */
void tcp_receive_data(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq, uint32_t length,
                      Payload payload, bool pushed);
void tcp_receive_was_read(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_receive_syn_data(TcpStack *stack, TcpConnection *conn, Payload payload, uint32_t length);
void tcp_receive_queued(TcpStack *stack, TcpConnection *conn); /* takes them: ESTABLISHED now */
void tcp_receive_clear(TcpStack *stack, TcpConnection *conn);  /* forgets all pieces */
bool tcp_receive_holds_behind(const TcpConnection *conn, Seq seq);
uint32_t tcp_readable(const TcpConnection *conn);                              /* bytes in order */
uint32_t tcp_receive_window(const TcpStack *stack, const TcpConnection *conn); /* to offer now */
uint32_t tcp_receive_buffer(const TcpStack *stack, const TcpConnection *conn);
uint32_t tcp_receive_offered(const TcpConnection *conn); /* RCV.WND: what the peer knows of it */
SELDOM uint32_t tcp_bsd_buffer(const TcpStack *stack, const TcpConnection *conn);
SELDOM uint32_t tcp_bsd_window(const TcpStack *stack, const TcpConnection *conn);
uint32_t tcp_bsd_room(const TcpStack *stack, const TcpConnection *conn); /* 4.4BSD's */
SELDOM uint32_t tcp_bsd_accepts(const TcpStack *stack, const TcpConnection *conn);
/* Data is about to be kept. */
SELDOM void tcp_bsd_came_again(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right);
uint8_t tcp_window_shift(const HostConfig *config); /* the scale we ask for */
void tcp_receive_sack(const TcpConnection *conn, SegmentOptions *options);
SELDOM void tcp_receive_duplicate(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right);

/* ---- receive_linux.c: where receiver=linux ---- */

static inline bool tcp_is_linux_receiver(const TcpStack *stack)
{
    return stack->linux_receiver;
}

void tcp_linux_begin(const TcpStack *stack, TcpConnection *conn,
                     SimTime now); /* the handshake is done */
/* An ACK leaves: its window field. */
uint16_t tcp_linux_advertise(const TcpStack *stack, TcpConnection *conn);

/* Text that has just been taken. */
typedef struct TcpText {
    Seq seq;
    uint32_t length;
    bool is_new;   /* not all of it was here already */
    bool in_order; /* RCV.NXT has moved */
    bool pushed;
} TcpText;
void tcp_linux_arrives(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpText *text);
void tcp_linux_measure(TcpConnection *conn, SimTime now, uint32_t echo, uint32_t length);
void tcp_linux_freeze(TcpConnection *conn);                       /* the window stays as it is */
void tcp_linux_let_go(TcpStack *stack, TcpConnection *conn);      /* something was read */
void tcp_linux_settled(TcpStack *stack, TcpConnection *conn);     /* … and was handled */
void tcp_linux_forget(TcpStack *stack, TcpConnection *conn);      /* whatever is unread */
void tcp_linux_quick(const TcpStack *stack, TcpConnection *conn); /* a duplicate came */
bool tcp_linux_acks_now(TcpConnection *conn);                     /* an ACK that is owed */
SimTime tcp_linux_ack_wait(const TcpStack *stack,
                           const TcpConnection *conn);                 /* … or so much later */
void tcp_linux_ack_waited(const TcpStack *stack, TcpConnection *conn); /* that time is over */
bool tcp_linux_read(const TcpStack *stack, TcpConnection *conn, SimTime now); /* is an ACK due? */

bool tcp_linux_compresses(TcpConnection *conn); /* does the ACK of what is out of order wait? */
SimTime tcp_linux_compress_wait(const TcpStack *stack, const TcpConnection *conn);

/* ---- sent.c ---- */

static inline bool tcp_is_linux_sender(const TcpStack *stack)
{
    return stack->linux_sender;
}

/* sender=linux: what followed the record at `seq` joins it, as far as `most` bytes go. */
void tcp_sent_join(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t most);
uint32_t tcp_sent_in_flight(const TcpConnection *conn); /* segments */

void tcp_sent_add(TcpStack *stack, TcpConnection *conn, Seq end, SimTime now); /* at snd_nxt */
void tcp_sent_again(TcpConnection *conn, Seq seq, SimTime now); /* the record at seq */
/* snd_una has moved, from `before`; `sacked_end` is what tcp_sent_sacked_end() was before the ACK came. */
void tcp_sent_acked(TcpStack *stack, TcpConnection *conn, SimTime now, Seq before, Seq sacked_end);
/* How long ago the oldest segment left that an ACK of `ack` is the first to tell of.  False (Karn): some of them left
 * twice, or there is none (Linux, tcp_clean_rtx_queue()). */
bool tcp_sent_round_trip(const TcpConnection *conn, Seq ack, SimTime now, SimTime *out,
                         SimTime *last); /* … and the latest */
/* One past the highest number that is known to have arrived. */
static inline Seq tcp_sent_sacked_end(const TcpConnection *conn)
{
    return conn->sacked_count > 0 ? conn->sacked_end : conn->snd_una;
}
void tcp_sent_clear(TcpStack *stack, TcpConnection *conn);
Seq tcp_sent_end(const TcpConnection *conn, Seq seq); /* where the record at seq ends */
SELDOM void tcp_sent_split(TcpStack *stack, TcpConnection *conn,
                           Seq at); /* two records meet there */
SELDOM void tcp_sent_cut(TcpStack *stack, TcpConnection *conn, uint32_t most); /* none is longer */
SELDOM void tcp_sent_unmark_lost(TcpConnection *conn);
SELDOM bool tcp_sent_any_again(const TcpConnection *conn); /* some of it is under way again */
SELDOM bool tcp_sent_mark_longer_lost(TcpConnection *conn, uint32_t most); /* false: none was */
bool tcp_sent_pushes(const TcpConnection *conn, Seq seq);
/* Is the record at seq of one packet with the next, and is that lost, too? */
SELDOM bool tcp_sent_goes_on(const TcpConnection *conn, Seq seq);
SELDOM void tcp_sent_part(TcpConnection *conn, Seq seq); /* packets meet at seq */
Seq tcp_sent_last_start(const TcpConnection *conn);      /* where the last record begins */

SELDOM void tcp_sent_sack(const TcpStack *stack, TcpConnection *conn, const SegmentOptions *options,
                          SimTime now);

/* Marks what is lost by now; true when something was found.  *wait is how long to wait until
 * more may be, 0 when nothing is waited for. */
bool tcp_sent_find_lost(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime *wait);
bool tcp_sent_mark_first_lost(TcpConnection *conn);
/* All but what was sent after `since`, unless it is the first. */
SELDOM void tcp_sent_mark_lost_before(TcpConnection *conn, SimTime since);

/* Where the first lost segment begins that has not been sent again. */
bool tcp_sent_next_lost(const TcpConnection *conn, Seq *start);
/* As if nothing had been sent yet of what is under way: a probe of a window that has opened (4.4BSD). */
SELDOM void tcp_sent_take_back(TcpStack *stack, TcpConnection *conn);
uint32_t tcp_sent_pipe(const TcpStack *stack, const TcpConnection *conn); /* bytes under way */

/* ---- rto.c ---- */

/* The retransmission timeout as it stands, backoff included. */
SimTime tcp_rto(const TcpStack *stack, const TcpConnection *conn);
/* The same for another number of backoffs than the connection's own (zero-window probes). */
SimTime tcp_rto_after(const TcpStack *stack, const TcpConnection *conn, uint32_t backoffs);
/* What a zero-window probe waits for, so many probes having been sent (probe-wait and its bounds). */
/* probe-gives-up=time: how long a peer must have been silent for its window to be given up. */
SELDOM SimTime tcp_rto_probes_end(const TcpStack *stack, const TcpConnection *conn);
SELDOM SimTime tcp_rto_probe(const TcpStack *stack, const TcpConnection *conn, uint32_t probes);

void tcp_rto_sample(const TcpStack *stack, TcpConnection *conn, SimTime rtt); /* RFC 6298 §2 */
/* rtt-estimator=bsd: it has timed out so often that the estimate is no longer believed. */
SELDOM void tcp_rto_doubt(const TcpStack *stack, TcpConnection *conn);

/* Timeout of a SYN or SYN-ACK that has been repeated `retries` times, `linear` of which did not
 * count. */
SimTime tcp_rto_initial(const HostConfig *config, uint32_t retries, uint32_t linear);

/* The timeout of a half-open connection's SYN-ACK. */
SimTime tcp_rto_half_open(const HostConfig *config, const TcpHalfOpen *half);

/* ---- congestion.c ---- */

void tcp_congestion_begin(const TcpStack *stack, TcpConnection *conn);
void tcp_congestion_idle(const TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_congestion_resumed(TcpConnection *conn, SimTime silence); /* with has_curve */
uint32_t tcp_congestion_window(const TcpStack *stack, const TcpConnection *conn); /* bytes */
/* `bytes` of new data were acknowledged; what the ACK says of losses. */
void tcp_congestion_acked(TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t bytes);
/* sender=linux: so many bytes were SACKed, and nothing was acknowledged. */
SELDOM void tcp_congestion_sacked(const TcpStack *stack, TcpConnection *conn, SimTime now,
                                  uint32_t bytes);
SELDOM void tcp_congestion_duplicate(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_congestion_check(TcpStack *stack, TcpConnection *conn, SimTime now); /* RACK */

/* rate-reduction=proportional, while the window shrinks: so many segments have just been delivered, and
 * whether the oldest was among them and no loss was found. */
SELDOM void tcp_congestion_reduce(const TcpStack *stack, TcpConnection *conn, uint32_t delivered,
                                  bool progress);
SELDOM void tcp_congestion_tail_lost(const TcpStack *stack, TcpConnection *conn);
SELDOM void tcp_congestion_timeout(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_congestion_marked(TcpStack *stack, TcpConnection *conn); /* by a router */

/* sender=linux: all that may leave has left; or it `waits` for more room. */
void tcp_congestion_used(const TcpStack *stack, TcpConnection *conn, bool waits);

/* ---- hystart.c ---- */

/* In slow start so many bytes were acknowledged.  May end it (ssthresh); says by how many of them the
 * window may grow. */
SELDOM uint32_t tcp_hystart_acked(const TcpStack *stack, TcpConnection *conn, uint32_t bytes);

/* ---- undo.c: with undo=yes ---- */

SELDOM void tcp_undo_begin(TcpStack *stack, TcpConnection *conn); /* a loss was found */
/* It was one, or the connection is over. */
void tcp_undo_end(TcpStack *stack, TcpConnection *conn);
SELDOM void tcp_undo_timed_out(TcpStack *stack, TcpConnection *conn); /* before it is dealt with */
SELDOM void tcp_undo_repeated(TcpConnection *conn, SimTime now); /* what was lost is sent again */
/* An ACK has come and done its work, all but for the window.  `news`: it acknowledged something; `more`: it SACKed
 * something, or repeats another. */
SELDOM void tcp_undo_acknowledged(struct Arrival *a, bool news, bool more);

/* ---- cubic.c: congestion=cubic with sender=linux ---- */

static inline bool tcp_is_linux_cubic(const TcpStack *stack)
{
    return stack->linux_sender && stack->config->congestion == CONGESTION_CUBIC;
}

size_t tcp_cubic_size(void);
void tcp_cubic_drop(const TcpStack *stack, TcpConnection *conn);
/* How long ago the last of what an ACK acknowledges left. */
void tcp_cubic_sample(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime delay);
void tcp_cubic_grow(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t acked);
SELDOM uint32_t tcp_cubic_threshold(const TcpStack *stack, TcpConnection *conn); /* bytes */
SELDOM void tcp_cubic_forget(const TcpStack *stack, TcpConnection *conn);
void tcp_cubic_wakes(const TcpStack *stack, TcpConnection *conn, SimTime now);

/* ---- timers.c: see the list at its top ---- */

void tcp_timers_notify(TcpStack *stack, TcpConnId id, const TcpTimerNote *note);

/* When a timer set now for `length` fires: as the timer model says (tcp_timer_due()), or whoever knows better. */
SimTime tcp_timers_due(const TcpStack *stack, TcpTimer timer, SimTime now, SimTime length);
uint32_t tcp_timers_synack_limit(const HostConfig *config); /* repeats of a SYN-ACK */
bool tcp_timers_synack_gives_up(const HostConfig *config);  /* does that limit hold? */
static inline bool tcp_timer_is_armed(const TcpConnection *conn, TcpTimer timer)
{
    return conn->timers_armed >> timer & 1;
}

/* Fills in a timer by hand; then tcp_timers_resume() puts the first of them into the queue. */
void tcp_timers_set_slot(TcpConnection *conn, TcpTimer timer, TcpTimerSlot slot);
void tcp_timers_resume(TcpStack *stack, TcpConnection *conn);
void tcp_timers_stop(TcpStack *stack, TcpConnection *conn);
void tcp_timers_fire(TcpStack *stack, TcpConnection *conn, SimTime now);

void tcp_timers_connecting(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_connected(TcpStack *stack, TcpConnection *conn, SimTime now);
/* False when the SYN is not sent again: the refusal counts. */
SELDOM bool tcp_timers_refused(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_sent(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_timers_oldest_again(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_acked(TcpStack *stack, TcpConnection *conn, SimTime now);
SELDOM void tcp_timers_probe_answered(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_reordering(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime wait);
SELDOM void tcp_timers_window_closed(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_timers_window_open(TcpStack *stack, TcpConnection *conn);
void tcp_timers_ack_owed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length,
                         TcpReason reason);
void tcp_timers_ack_sent(TcpStack *stack, TcpConnection *conn);
void tcp_timers_keepalive(TcpStack *stack, TcpConnection *conn, SimTime now); /* it changed */
void tcp_timers_ack_compressed(TcpStack *stack, TcpConnection *conn, SimTime now, SimTime length);
void tcp_timers_keepalive_ends(TcpStack *stack, TcpConnection *conn);
void tcp_timers_received(TcpConnection *conn, SimTime now);
void tcp_timers_fin_wait_2(TcpStack *stack, TcpConnection *conn, SimTime now);
/* The state has been entered, or its application has let go: it may be one that the stack limits. */
void tcp_timers_closing(TcpStack *stack, TcpConnection *conn, SimTime now);
/* A segment has come for a connection that is not established yet (connect-timeout-lifted). */
SELDOM void tcp_timers_heard(TcpStack *stack, TcpConnection *conn);
/* Has this many repetitions, none of which the peer answered, used up all that there are?  `mss`: what the
 * last one was cut to. */
uint32_t tcp_timers_halved_mss(const HostConfig *config, uint32_t retries,
                               uint32_t limit); /* a SYN's */
bool tcp_timers_are_spent(const HostConfig *config, uint32_t retries, uint32_t limit, uint32_t mss);
void tcp_timers_time_wait(TcpStack *stack, TcpConnection *conn, SimTime now);

/* ---- timer_model.c ---- */

/* When a timer set now for `length` fires on this host: late, as its model has it; never early. */
SimTime tcp_timer_due(const HostConfig *config, SimTime now, SimTime length);

/* In what this host counts time: a jiffy, or a nanosecond where its timers are exact; and what has passed. */
SimTime tcp_time_unit(const HostConfig *config);
SimTime tcp_time_counted(const HostConfig *config, SimTime from, SimTime to);

#endif
