/* What the files of sim/socket/ share.  Nobody outside the room includes this. */
#ifndef TCPWALTZ_SOCKET_INSIDE_H
#define TCPWALTZ_SOCKET_INSIDE_H

#include "core/id_map.h"
#include "core/memory.h"
#include "socket/application.h"
#include "socket/socket.h"
#include "tcp/look.h"
#include "tcp/tuning.h"

/* Linux's states of a socket, net.h: beside the connection's. */
typedef enum SocketStage {
    SOCKET_UNCONNECTED,
    SOCKET_LISTENING,
    SOCKET_CONNECTING, /* connect() was called and has not told its end yet */
    SOCKET_CONNECTED,  /* it was once */
} SocketStage;

/* Values of options, as getsockopt() tells them; whoever is accepted inherits its listener's. */
typedef struct SocketOptions {
    int64_t reuse_address, keepalive, sndbuf, rcvbuf, rcvlowat, linger_on, linger_seconds;
    int64_t receive_timeout_ms, send_timeout_ms; /* 0: none */
    int64_t zerocopy, timestamping, mark, priority, broadcast, reuse_port, oob_inline;
    int64_t tos, mtu_discover, freebind, receive_errors, transparent, ttl;
    int64_t nodelay, cork, maxseg, keep_idle, keep_interval, keep_count, keep_init, syn_count;
    int64_t user_timeout_ms, defer_accept, quick_ack, window_clamp, inq, notsent_lowat, congestion;
    int64_t linger2, noopt, fastopen, fastopen_connect, fastopen_no_cookie;
    bool sndbuf_locked, rcvbuf_locked; /* set by the application: they do not grow by themselves */
} SocketOptions;

/* A buffer of the kernel's: what it allocates at once, and frees when all of it is acknowledged. */
typedef struct SocketChunk {
    struct SocketChunk *next;
    uint64_t end; /* one past its last byte, in the stream */
    uint32_t length;
    bool ends_record; /* MSG_EOR */
} SocketChunk;

/* Something that a record will tell once the byte before `end` has left, or is acknowledged. */
typedef struct SocketMark {
    struct SocketMark *next;
    uint64_t end;
    uint32_t key;
    uint8_t wants; /* bits 1 << SOCKET_STAMP_… */
    bool is_zerocopy;
} SocketMark;

typedef struct SocketRecord {
    struct SocketRecord *next;
    SocketErrorRecord record;
} SocketRecord;

/* What its time was spent on (Linux tcp_chrono). */
typedef enum SocketBusy {
    SOCKET_IDLE,
    SOCKET_BUSY,
    SOCKET_RWND_LIMITED,
    SOCKET_SNDBUF_LIMITED,
    SOCKET_BUSY_COUNT,
} SocketBusy;

typedef struct SocketCounts {
    uint64_t bytes_sent, bytes_retrans;
    uint32_t segs_out, segs_in, data_segs_out, data_segs_in, total_retrans, first_sent;
    bool sent_syn_data;
    uint32_t dsack_dups, rcv_mss;
    SimTime data_sent_at, data_arrived_at, ack_arrived_at, began_at;
    SimTime spent[SOCKET_BUSY_COUNT], busy_since;
    SocketBusy busy;
} SocketCounts;

typedef struct Socket {
    int fd; /* -1: waits to be accepted */
    SocketStage stage;
    TcpConnId conn;       /* 0: none */
    TcpConnId ended_conn; /* the one that it had; 0: none */
    uint16_t port;        /* 0: not bound */
    bool is_bound;        /* by bind(): connect keeps it */
    bool shut_receive, shut_send;
    bool is_done;     /* its connection has ended: both directions are shut */
    bool no_space;    /* somebody wants to know when there is room to send */
    bool is_deferred; /* connect() waits for the first write (TCP_FASTOPEN_CONNECT), whither: */
    uint16_t deferred_port;
    uint32_t deferred_address;
    TcpFastOpenKeys fast_open_keys; /* TCP_FASTOPEN_KEY; count 0: the host's */
    int flags;
    TcpError error; /* SO_ERROR */
    uint32_t edges;
    SocketOptions options;

    uint64_t written; /* bytes taken by send() since the connection began */
    uint64_t taken;   /* bytes given by receive() */
    SocketChunk *chunk_first, *chunk_last;
    uint32_t chunk_count;

    SocketMark *mark_first, *mark_last;
    SocketRecord *record_first, *record_last;
    uint32_t zerocopy_calls; /* MSG_ZEROCOPY so far */
    uint32_t stamp_base;     /* of OPT_ID: the byte at which counting began */

    SocketCounts counts;
    SocketInfo last; /* once is_done */

    struct Socket *queue_first, *queue_last, *queue_next; /* connections to be accepted */
    uint32_t backlog;
} Socket;

typedef enum SocketCall {
    SOCKET_CALL_ACCEPT,
    SOCKET_CALL_CONNECT,
    SOCKET_CALL_SEND,
    SOCKET_CALL_RECEIVE,
    SOCKET_CALL_CLOSE,
    SOCKET_CALL_COUNT,
} SocketCall;

/* A call under way. */
typedef struct SocketWait {
    struct SocketWait *next;
    SocketCall call;
    Socket *socket;
    int fd; /* which a close gives back at once */
    int flags;
    uint64_t wanted, done; /* bytes */
    uint32_t piece;        /* of a send: of buffers of so many bytes each; 0: of one */
    bool is_opening;       /* what is done so far is on a SYN: if that fails, nothing is */
    bool is_waiting;       /* it slept already: it goes on only when it is woken */
    SimTime until;         /* SIM_NEVER: until something happens */
} SocketWait;

struct Sockets {
    TcpStack *stack;
    Application
        *application; /* by which all calls reach the stack that do something to a connection */
    Budget *budget;
    SocketSettings settings;
    Socket **by_fd;
    int fd_count; /* room in by_fd */
    IdMap by_conn;
    MemoryPool *sockets, *chunks, *marks, *records, *waits;
    SocketWait *wait_first, *wait_last;
    TcpTake take;
    void *take_context;
    const Segment *arriving; /* NULL: none */
    const TcpIcmp *quoted;   /* a router speaks; NULL: none does */
    SimTime now;             /* of what happens */
    uint16_t next_port;
};

/* ---- socket.c ---- */

Socket *socket_at(const Sockets *sockets, int fd); /* NULL: none */
Socket *socket_new(Sockets *sockets);
int socket_give_fd(Sockets *sockets, Socket *socket);
void socket_attach(Sockets *sockets, Socket *socket, TcpConnId conn);
void socket_forget(Sockets *sockets, Socket *socket); /* frees it */
/* As tcp_disconnect(): no connection any more, as new but for its port. */
void socket_disconnect(Sockets *sockets, SimTime now, Socket *socket);
bool socket_bind_any(Sockets *sockets, Socket *socket);
void socket_begin_counting(Sockets *sockets, Socket *socket);

/* CLOSED without a connection; Linux's sockets do not know TIME-WAIT. */
TcpState socket_state(const Sockets *sockets, const Socket *socket);
/* What can be read, of its connection or of the one that it had. */
uint64_t socket_readable(const Sockets *sockets, const Socket *socket);
bool socket_receive_is_shut(const Sockets *sockets, const Socket *socket);
bool socket_send_is_shut(const Sockets *sockets, const Socket *socket);
TcpError socket_take_error(Socket *socket); /* SO_ERROR: reads and clears */
/* Something has happened to the connection: accounts and times are brought up to date. */
void socket_touch(Sockets *sockets, SimTime now, Socket *socket);

static inline SocketAnswer socket_value(int64_t value)
{
    return (SocketAnswer){.value = value};
}

static inline SocketAnswer socket_error(TcpError error)
{
    return (SocketAnswer){.value = -1, .error = error};
}

static inline SocketAnswer socket_blocks(void)
{
    return (SocketAnswer){.blocks = true};
}

/* ---- waiting.c ---- */

/* Tries the call; if it has to wait and may, it is kept until sockets_settle() tells its end. */
SocketAnswer socket_begin_call(Sockets *sockets, SimTime now, const SocketWait *call);
bool socket_may_wait(const SocketWait *call); /* by its flags and its socket's */
void socket_drop_waits(Sockets *sockets, const Socket *socket);

/* One try of a call.  `blocks`: not now. */
SocketAnswer socket_try_accept(Sockets *sockets, SimTime now, SocketWait *wait);
SocketAnswer socket_try_connect(Sockets *sockets, SimTime now, SocketWait *wait);
SocketAnswer socket_try_send(Sockets *sockets, SimTime now, SocketWait *wait);
SocketAnswer socket_try_receive(Sockets *sockets, SimTime now, SocketWait *wait);

/* ---- connect.c, fast_open.c, transfer.c ---- */

/* The connection is opened; EADDRNOTAVAIL. */
SocketAnswer socket_start(Sockets *sockets, SimTime now, Socket *socket,
                          const TcpConnectOptions *options);
/* True: connect() has only noted whither. */
bool socket_defers_connect(Sockets *sockets, SimTime now, Socket *socket,
                           const TcpConnectOptions *to);
void socket_fast_open_listens(Sockets *sockets, const Socket *socket); /* its options hold */
/* May an option of Fast Open be set now? */
TcpError socket_fast_open_option(const Sockets *sockets, const Socket *socket, int name);
/* A write waits for the handshake: its ACK may go with it. */
void socket_expect_write(Sockets *sockets, const Socket *socket);
/* A send returns: what is to be told of it later. */
void socket_mark_sent(Sockets *sockets, const SocketWait *wait);

/* ---- sendbuf.c ---- */

void socket_sendbuf_begin(Sockets *sockets, Socket *socket); /* the connection is established */
void socket_sendbuf_update(Sockets *sockets, Socket *socket, const TcpLook *look);
void socket_sendbuf_clear(Sockets *sockets, Socket *socket);
uint64_t socket_sendbuf_queued(const Sockets *sockets, const Socket *socket);
bool socket_sendbuf_has_room(const Sockets *sockets,
                             const Socket *socket); /* for one buffer more */
bool socket_sendbuf_is_writable(const Sockets *sockets,
                                const Socket *socket); /* as poll() has it */
void socket_sendbuf_grow(Sockets *sockets, Socket *socket, const TcpLook *look);
/* Room in the last buffer; NULL: it is full, on its way, or ends a record. */
SocketChunk *socket_sendbuf_tail(Socket *socket, uint64_t sent, uint32_t goal);
SocketChunk *socket_sendbuf_add(Sockets *sockets, Socket *socket);

/* ---- options.c ---- */

void socket_options_init(const Sockets *sockets, SocketOptions *options);
/* What the options mean for the connection or listener, which has a tuning of its own afterwards, unless
 * nothing is otherwise. */
void socket_options_apply(Sockets *sockets, Socket *socket);
TcpTuning *socket_options_tuning(Sockets *sockets, const Socket *socket); /* NULL: none is needed */
uint32_t socket_notsent_lowat(const Sockets *sockets, const Socket *socket);

/* ---- readiness.c ---- */

enum { SOCKET_WAKE_ALL = 0xffff };

void socket_wake(Socket *socket, uint32_t events);

/* ---- queue.c ---- */

/* Of the bytes written so far. */
void socket_mark_zerocopy(Sockets *sockets, Socket *socket);
void socket_mark_stamps(Sockets *sockets, Socket *socket);
void socket_marks_sent(Sockets *sockets, SimTime now, Socket *socket, uint64_t sent);
void socket_marks_acked(Sockets *sockets, SimTime now, Socket *socket, uint64_t acked);
void socket_marks_end(Sockets *sockets, SimTime now, Socket *socket);
void socket_queue_clear(Sockets *sockets, Socket *socket);

/* ---- info.c ---- */

void socket_fill_info(const Sockets *sockets, SimTime now, const Socket *socket,
                      const TcpLook *look, SocketInfo *out);
void socket_account_time(const Sockets *sockets, SimTime now, Socket *socket, const TcpLook *look);
void socket_count_arrival(const Sockets *sockets, Socket *socket, SimTime now,
                          const Segment *segment);

#endif
