/* What the files of sim/tcp/ share: the records behind tcp.h, and the functions that one file
 * offers to the others, those of larger subjects apart: congestion.h, listener.h, output.h, receive.h,
 * timers.h.  Nobody outside the room includes these.
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

/* No TcpConnection.peer_mss is less, whatever cuts it down: a path of 68 bytes leaves so much (RFC 791 §3.2). */
enum { TCP_LEAST_PEER_MSS = 68 - 40 };

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
    uint32_t answers : 26; /* … and of those that use up retries */
    bool syn_fin : 1;      /* a FIN came with them */
    bool ecn : 1;          /* congestion notification is agreed on */
    bool is_heard : 1;     /* with connect-timeout-lifted: that limit is off */
    bool owes_ack : 1;     /* repeated-syn=ignore: whatever is sent next settles it */
    bool has_mss : 1;      /* … and the MSS of that SYN was looked at, for all passive-mss-less */
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
    Seq seq, end;           /* end: one past its last one */
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

/* The one segment that a recovery may repeat though nobody knows that it is lost (RFC 6675 §4, RescueRxt). */
typedef enum TcpRescue {
    TCP_RESCUE_NOT_YET,
    TCP_RESCUE_DUE,
    TCP_RESCUE_DONE,
} TcpRescue;

/* What goes back when the loss was none: undo.c. */
typedef struct TcpUndo {
    _Alignas(uint64_t)
        Seq marker; /* SND.UNA when the loss was found; in whole words, as all that is digested */
    uint32_t ssthresh; /* what it was before, bytes … */
    uint32_t cwnd;     /* … and the window, segments */
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
    bool predicts;  /* pred_flags: a segment may be what was expected, and be let through at once */
    bool sacks_fin; /* a FIN out of order is SACKed, too */
    bool is_out_of_memory; /* … for what has come: its ACK says so, once */
    bool is_frozen;        /* the connection is all but gone: its window is `ssthresh` */
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

/* The transmission control block (RFC 9293 §3.3.1).  Between two of its segments a thousand others pass, so what every
 * segment asks for stands in front, in as few lines of a cache as it fills; behind it what few connections use. */
typedef struct TcpConnection {
    TcpEntry entry;
    uint8_t state;         /* TcpState */
    uint8_t timer_first;   /* the one that the pending event stands for, while it is queued */
    uint16_t timers_armed; /* a bit for each; where it is 0 the slot means nothing */
    uint8_t owner;         /* TcpOwner; tcp_own() alone writes it, once the connection has begun */
    bool passive;          /* opened by a listener */
    bool closing;          /* the application sends no more: close or shutdown */
    bool fin_arrived;      /* the peer's FIN has been taken */
    bool arriving;         /* SEGMENT ARRIVES runs: what is to be sent waits for its end */
    union {
        struct {
            bool in_recovery : 1; /* fast recovery, until `recover` is acknowledged */
            bool in_loss : 1;     /* the same after a timeout */
            bool is_reducing : 1; /* the window shrinks with what arrives: see `recover_fs` */
            bool probed_tail : 1; /* a tail loss probe is out, RFC 8985 §7: see tail_end */
            bool stretch_due : 1; /* a D-SACK has told of reordering, see stretch */
            bool is_frto : 1;     /* F-RTO is finding out */
            bool tries_all : 1;   /* in recovery with last-resort=yes */
        };
        uint8_t troubles; /* any of these */
    };
    bool got_data : 1;        /* payload has been received */
    bool interactive : 1;     /* we answer data with data: its ACK may ride along */
    bool is_cwnd_limited : 1; /* see cwnd_used_until */
    bool tail_is_again : 1;   /* with probed_tail: the probe repeated what had been sent */
    bool rack_advanced : 1;   /* something was delivered since losses were looked for */
    bool fin_held : 1;        /* the peer's FIN is known, fin_seq, but data before it is missing */
    bool has_dsack : 1;       /* a duplicate is to be reported: `dsack` */
    bool retransmitted : 1;   /* something between snd_una and snd_nxt was sent twice: Karn */
    bool timing : 1;          /* rtt_seq is being timed */
    bool is_deaf : 1;         /* data-after-close: what came after it was read, and was the last */
    bool sends_new : 1;       /* with is_frto: by new data, and what is presumed lost waits */
    bool once_delivered : 1;  /* this ACK tells that something arrived that was sent once */
    bool has_curve : 1;       /* CUBIC's has begun */
    bool has_linux_cubic : 1; /* see below */
    bool is_probing : 1;      /* a tail loss probe is just leaving */
    bool syn_repeated : 1;    /* our SYN-ACK left twice, as the SYN did */
    bool has_srtt : 1;
    uint8_t stretch_lasts : 5;
    uint8_t rescue : 2;  /* TcpRescue */
    uint8_t ack_flags;   /* of all that acknowledges: TCP_ACK, and TCP_ECE while a mark is echoed */
    uint8_t ack_urgency; /* TcpAckUrgency … */
    uint8_t rcv_wscale;
    uint16_t ack_reason;       /* … and with it a TcpReason */
    uint16_t special;          /* TCP_SYN_DATA … */
    uint16_t peer_mss;         /* at least TCP_LEAST_PEER_MSS */
    uint16_t retries;          /* timeouts since the last progress */
    uint16_t keepalive_probes; /* keepalive probes unanswered */
    uint16_t cwnd_prior;       /* CUBIC: the window at the last loss, in segments */

    /* Send sequence space.  Positions count from the SYN: position 0 is the SYN itself,
     * positions 1 … app_bytes the data, the next one the FIN. */
    Seq iss, snd_una, snd_nxt;
    Seq snd_wl1, snd_wl2;
    uint32_t snd_wnd, snd_wnd_max;
    uint64_t una_position;
    uint64_t app_bytes;      /* handed over by the application so far */
    uint32_t sacked_count;   /* records SACKed */
    uint32_t missing_count;  /* records lost and not sent again yet */
    SimTime last_received;   /* for keepalive */
    uint16_t probe_backoffs; /* zero-window probes since the window closed */
    uint16_t probes;         /* zero-window probes unanswered */

    /* Receive sequence space. */
    Seq rcv_nxt;
    Seq rcv_adv; /* right edge of the window as last advertised */
    Seq last_ack_sent;
    uint32_t held_bytes;    /* in pieces, in order or not */
    uint32_t unacked_bytes; /* received in order since our last ACK */
    TcpPiece *pieces;

    /* What is under way. */
    TcpSent *sent_first, *sent_last; /* what lies between snd_una and snd_nxt */
    TcpWaiting *waiting;             /* the last packet; NULL: none */
    TcpUndo *undo;                   /* of the last loss; NULL: nothing goes back */
    TcpTuning *tuning;               /* of kind TUNED only */
    uint32_t sent_count;             /* records */
    uint32_t duplicate_acks;
    SimTime last_sent;  /* any data, or our SYN or FIN */
    SimTime first_sent; /* what is now unacknowledged: when it was first sent … */
    Seq snd_sml;        /* the end of the last small segment; where nagle-holds=small */
    Seq sends;          /* TcpSent.order of what was sent last */

    /* Round-trip time and retransmission (RFC 6298). */
    SimTime rtt_started;
    SimTime srtt, rttvar;
    SimTime rtt_min;
    Seq rtt_seq;
    uint16_t syn_timeouts; /* how often our SYN or SYN-ACK was repeated */
    uint16_t backoffs;     /* doublings of the RTO */

    /* Congestion (RFC 5681, 6582). */
    uint32_t cwnd, ssthresh; /* bytes */

    TcpTimerSlot timers[TCP_TIMER_COUNT];

    /* ---- What few use ---- */

    struct TcpConnection *accept_before, *accept_next; /* in the accept queue */
    TcpLinuxReceiver receiver;

    uint8_t
        kept_error;  /* TcpError: what a router said last; or with what it has ended in its queue */
    uint8_t stretch; /* of RACK's reordering window: how often it was widened; see dsack.c */
    uint16_t path_mss;   /* with TCP_PATH_NARROW: payload and options that the path takes */
    uint16_t refusals;   /* how often our SYN was answered with RST */
    uint16_t quick_acks; /* segments acknowledged at once, so far */
    Seq irs;
    Seq fin_seq;
    uint32_t unpushed;    /* push=bursts: bytes handed over since a packet was marked */
    Seq mdev_round_end;   /* see mdev */
    uint64_t read_offset; /* bytes the application has taken */
    SackBlock dsack;      /* RFC 2883 */
    Seq arrivals;         /* out of order: TcpPiece.grown of the last one */
    uint32_t ts_recent;
    SimTime data_arrived_at;     /* the last time */
    SimTime first_retry;         /* what is now unacknowledged: when it was first repeated */
    SimTime invalid_answered_at; /* for tcp_invalid_ratelimit; 0: never */
    SimTime mdev, mdev_max;      /* rtt-estimator=linux and =bsd: see rto.c */

    int64_t w_max; /* CUBIC: where the curve is flat, in thousandths of a segment */
    union {
        CubicCurve cubic;           /* in congestion avoidance: has_curve */
        TcpHystart hystart;         /* before */
        TcpLinuxCubic *linux_cubic; /* with has_linux_cubic */
    };
    SimTime rack_rtt; /* see rack_order */

    uint32_t cwnd_acked;  /* bytes acknowledged towards the next increase */
    Seq recover;          /* snd_nxt when the loss was found */
    Seq duplicates_from;  /* snd_nxt at the first duplicate ACK */
    Seq tail_end;         /* snd_nxt behind the tail loss probe that is out */
    Seq sacked_end;       /* with sacked_count > 0: where the highest SACKed record ends */
    uint16_t reordering;  /* how many segments late one was seen to come, 3 at least … */
    uint16_t reorderings; /* … and how often one was */
    int16_t unreported;   /* segments sent again, less those of which D-SACK told */
    uint16_t cwnd_used;   /* see cwnd_used_until */
    union {
        Seq cwnd_used_until; /* sender=linux: what was under way, until this is acknowledged … */
        Seq next;            /* sender=bsd-4.4: where sending goes on, see send_bsd.c */
    };
    Seq stretched_at; /* TcpSent.order of what was sent last when the window was widened last */
    /* Proportional rate reduction (RFC 9937), in segments: what was under way when it began (Linux: the window),
     * and what was delivered and sent since. */
    uint32_t recover_fs, prr_delivered, prr_out;
    /* RACK (RFC 8985 §5.3): of all segments delivered, the one that was sent last. */
    Seq rack_order, rack_end;
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

/* Sets of options but Fast Open's, without and beside ACK. */
enum { TCP_LAYOUTS = 2 << (OPTION_BITS - 2) };

struct TcpStack {
    TcpSetup setup;
    const HostConfig *config; /* of whom is being served: setup.config, or a tuning's */
    TcpTuning *tuning;        /* of whom is being served; NULL: it has none */
    bool linux_receiver,
        linux_sender; /* what config says of keys that no sysctl changes, nearer at hand; … */
    bool bsd_receiver, bsd_sender;
    bool looks_at_all; /* … either of the receivers, which look at what carries no text, too; … */
    bool mss_bounds_sent; /* … or the sender is one whose does */
    bool limits_closing;  /* … it has any of the four timeouts of tcp_timers_closing() */
    uint64_t expected;    /* tcp_key() of the segment announced last */
    Map by_key;           /* TcpEntry * by tcp_key() … */
    IdMap by_id;          /* … and by TcpConnId */
    Map half_open_extras; /* TcpHalfOpenExtra * by tcp_key() */
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
    bool is_firing;     /* a timer is */
    bool refuses;       /* tcp_stack_refuse() */
    TcpReceiveRoom room;
    uint64_t beyond_window; /* segments that were refused, as they ended behind it */
    uint32_t tuned_listeners;
    TcpConnId newest;
    uint16_t next_port;
    SimTime challenge_interval;      /* the how many-th, in which … */
    uint32_t challenge_count;        /* … challenge ACKs were sent (RFC 5961 §7) */
    size_t payload_held;             /* bytes, of all connections */
    SimTime isn_epoch;               /* when the clock of initial sequence numbers began */
    OptionList layouts[TCP_LAYOUTS]; /* that have been asked for: tcp_options_layout() */
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

/* ---- Which sides are played as Linux's, or BSD's ---- */

static inline bool tcp_is_linux_receiver(const TcpStack *stack)
{
    return stack->linux_receiver;
}

static inline bool tcp_is_linux_since_6_18(const TcpStack *stack)
{
    return stack->config->receiver == RECEIVER_LINUX_6_18;
}

static inline bool tcp_is_linux_since_6_6(const TcpStack *stack)
{
    return stack->config->receiver == RECEIVER_LINUX_6_6 || tcp_is_linux_since_6_18(stack);
}

static inline bool tcp_is_bsd_receiver(const TcpStack *stack)
{
    return stack->bsd_receiver;
}

static inline bool tcp_is_linux_sender(const TcpStack *stack)
{
    return stack->linux_sender;
}

static inline bool tcp_is_bsd_sender(const TcpStack *stack)
{
    return stack->bsd_sender;
}

static inline bool tcp_is_linux_cubic(const TcpStack *stack)
{
    return stack->linux_sender && stack->config->congestion == CONGESTION_CUBIC;
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
    return stack->config->orphan_fin_wait_2 == ORPHAN_FIN_WAIT_2_REMNANT &&
           conn->state == TCP_STATE_FIN_WAIT_2 && conn->owner == TCP_OWNER_NOBODY;
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

/* ---- options.c: what the peer's SYN offers, and how ours lie in a header ---- */

/* Timestamps, SACK and window scale: on when both sides want them. */
void tcp_options_learn(const HostConfig *config, TcpEntry *entry, const SegmentOptions *options);
uint16_t tcp_options_peer_mss(const SegmentOptions *options, uint32_t peer);
uint32_t tcp_options_recent(const TcpEntry *entry, const SegmentOptions *options);

/* Lists the options of a segment that is made, as the stack does. */
SELDOM void tcp_options_lay_out(TcpStack *stack, Segment *segment);

/* Where the list for this segment is, once it was made: those without Fast Open have a place for each set, and
 * another one beside ACK. */
static inline OptionList *tcp_options_layout(TcpStack *stack, const Segment *segment)
{
    unsigned with_ack = (unsigned)(segment->flags & TCP_ACK) << 1;

    return &stack->layouts[with_ack | (segment->options.present & (TCP_LAYOUTS / 2 - 1))];
}

/* ---- icmp.c ---- */

SELDOM void tcp_path_clamp(TcpConnection *conn); /* peer_mss to what the path takes */

/* ---- arrives.c ---- */

/* SEGMENT ARRIVES for a full connection in any state but CLOSED and LISTEN. */
void tcp_arrives_connection(TcpStack *stack, SimTime now, TcpConnection *conn,
                            const Segment *segment);

#endif
