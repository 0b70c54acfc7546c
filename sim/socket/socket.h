/* What an application sees: sockets over one endpoint (POSIX.1-2017, XSH 2.10; Linux tcp(7), socket(7)).
 *
 * Sockets belong to one host.  Calls answer as a kernel does: a value, or an error by the name that the
 * system gives it.  A call that blocks answers SOCKET_BLOCKS and is over later: sockets_settle() tells
 * which.  Nothing here has a clock or does I/O; the engine's rules hold (C11, libc, no variables).
 *
 *   socket.c     descriptors: socket() to close()
 *   connect.c    connect() and accept()
 *   fast_open.c  TCP Fast Open: sends that connect
 *   transfer.c   what is sent and received
 *   sendbuf.c    how much of it may wait: the send buffer's accounts
 *   options.c    setsockopt() and getsockopt(): a table
 *   readiness.c  poll() and epoll
 *   queue.c      the error queue: MSG_ZEROCOPY, SO_TIMESTAMPING
 *   info.c       TCP_INFO
 *   waiting.c    calls that go on
 */
#ifndef TCPWALTZ_SOCKET_SOCKET_H
#define TCPWALTZ_SOCKET_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"
#include "proto/error.h"
#include "tcp/tcp.h"

typedef struct Sockets Sockets;

/* Of whose sockets these are a model. */
typedef enum SocketFlavour {
    SOCKET_LINUX, /* 6.18, as measured; net/ipv4/tcp.c, af_inet.c, net/core/sock.c, stream.c */
    SOCKET_BSD, /* FreeBSD where it differs: errors after RST, buffers neither doubled nor grown */
} SocketFlavour;

/* What a host sets for its sockets; sizes in bytes. */
typedef struct SocketSettings {
    SocketFlavour flavour;
    uint32_t wmem_default, wmem_max; /* tcp_wmem: the send buffer at first, and grown by itself */
    uint32_t rmem_default, rmem_max; /* tcp_rmem; the greatest only decides the window scale */
    /* net.core.wmem_max and rmem_max, the most that SO_SNDBUF and SO_RCVBUF take; kern.ipc.maxsockbuf */
    uint32_t core_wmem_max, core_rmem_max;
    uint32_t notsent_lowat; /* tcp_notsent_lowat */
    /* What one buffer of the kernel takes beside its bytes (an skb's truesize).  It depends on how a kernel
     * was built: the one at hand, 6.18.44, has 832 (measured).  1,280 is not measured: it is chosen, as
     * what published scripts say that write() takes is right from 1,116 to 1,315. */
    uint32_t buffer_overhead;
    uint32_t arriving_mss; /* what arrives longer was cut at so many bytes (GRO); 0: it was not */
} SocketSettings;

void socket_settings_init(SocketSettings *settings); /* those of Linux */

/* Never NULL.  The stack outlives the sockets. */
Sockets *sockets_new(TcpStack *stack);
void sockets_free(Sockets *sockets); /* NULL is allowed; closes nothing */

/* May be changed at any time, but for the flavour. */
SocketSettings *sockets_settings(Sockets *sockets);

/* Whoever wants to see the bytes that are read: not those that MSG_PEEK looks at, or MSG_TRUNC
 * throws away. */
void sockets_on_read(Sockets *sockets, TcpTake take, void *context);

/* A call's answer. */
typedef struct SocketAnswer {
    int64_t value;  /* what the call returns; -1 with an error */
    TcpError error; /* errno; TCP_OK: none */
    bool blocks;    /* it goes on; its answer comes by sockets_settle() */
} SocketAnswer;

enum { SOCKET_NONBLOCK = 04000 }; /* O_NONBLOCK */

/* Flags of send and receive, with Linux's values. */
enum {
    SOCKET_MSG_OOB = 0x1,
    SOCKET_MSG_PEEK = 0x2,
    SOCKET_MSG_TRUNC = 0x20,
    SOCKET_MSG_DONTWAIT = 0x40,
    SOCKET_MSG_EOR = 0x80,
    SOCKET_MSG_WAITALL = 0x100,
    SOCKET_MSG_ERRQUEUE = 0x2000,
    SOCKET_MSG_NOSIGNAL = 0x4000,
    SOCKET_MSG_MORE = 0x8000,
    SOCKET_MSG_ZEROCOPY = 0x4000000,
    SOCKET_MSG_FASTOPEN = 0x20000000,
    SOCKET_BAD_BUFFER = 0x40000000, /* ours: the caller's buffer is NULL, or not its own */
};

typedef enum SocketShutdown { SOCKET_SHUT_RD, SOCKET_SHUT_WR, SOCKET_SHUT_RDWR } SocketShutdown;

/* Calls.  socket() and accept() give the lowest free descriptor, from 3.  Ports are in host order; port 0 is
 * any.  All answer EBADF where there is no such descriptor. */
SocketAnswer socket_open(Sockets *sockets);
SocketAnswer socket_bind(Sockets *sockets, int fd, uint16_t port);
SocketAnswer socket_listen(Sockets *sockets, SimTime now, int fd, uint32_t backlog);
SocketAnswer socket_accept(Sockets *sockets, SimTime now, int fd);
SocketAnswer socket_connect(Sockets *sockets, SimTime now, int fd, uint32_t address, uint16_t port);
/* connect() to AF_UNSPEC, as Linux has it: whatever the socket had, it is as new. */
SocketAnswer socket_unconnect(Sockets *sockets, SimTime now, int fd);
SocketAnswer socket_send(Sockets *sockets, SimTime now, int fd, uint64_t bytes, int flags);
/* sendmsg() of buffers of `piece` bytes each: with MSG_ZEROCOPY a packet holds 17 of them. */
SocketAnswer socket_send_pieces(Sockets *sockets, SimTime now, int fd, uint64_t bytes,
                                uint32_t piece, int flags);

/* sendto(), and sendmsg() with a name: `to` is NULL without one.  With MSG_FASTOPEN, after a connect() that
 * TCP_FASTOPEN_CONNECT put off, and with FreeBSD's sockets whenever there is an address, it opens the connection
 * (RFC 7413 appendix A): EOPNOTSUPP, EINPROGRESS, EALREADY, EISCONN. */
typedef struct SocketAddress {
    uint32_t address;
    uint16_t port;
    bool is_unspecified; /* AF_UNSPEC */
} SocketAddress;

SocketAnswer socket_send_to(Sockets *sockets, SimTime now, int fd, uint64_t bytes, int flags,
                            const SocketAddress *to);
/* Would it? */
bool socket_send_opens(const Sockets *sockets, int fd, int flags, const SocketAddress *to);

SocketAnswer socket_receive(Sockets *sockets, SimTime now, int fd, uint64_t most, int flags);
SocketAnswer socket_shutdown(Sockets *sockets, SimTime now, int fd, SocketShutdown how);
SocketAnswer socket_close(Sockets *sockets, SimTime now, int fd);
SocketAnswer socket_get_flags(Sockets *sockets, int fd);            /* F_GETFL */
SocketAnswer socket_set_flags(Sockets *sockets, int fd, int flags); /* F_SETFL */

/* Levels and names of options: Linux's numbers, and a few of FreeBSD's that Linux does not have. */
enum { SOCKET_SOL_IP = 0, SOCKET_SOL_SOCKET = 1, SOCKET_SOL_TCP = 6 };

enum {
    SOCKET_SO_REUSEADDR = 2,
    SOCKET_SO_TYPE = 3,
    SOCKET_SO_ERROR = 4,
    SOCKET_SO_BROADCAST = 6,
    SOCKET_SO_SNDBUF = 7,
    SOCKET_SO_RCVBUF = 8,
    SOCKET_SO_KEEPALIVE = 9,
    SOCKET_SO_OOBINLINE = 10,
    SOCKET_SO_PRIORITY = 12,
    SOCKET_SO_LINGER = 13,
    SOCKET_SO_REUSEPORT = 15,
    SOCKET_SO_RCVLOWAT = 18,
    SOCKET_SO_SNDLOWAT = 19,
    SOCKET_SO_RCVTIMEO = 20,
    SOCKET_SO_SNDTIMEO = 21,
    SOCKET_SO_ACCEPTCONN = 30,
    SOCKET_SO_MARK = 36,
    SOCKET_SO_TIMESTAMPING = 37,
    SOCKET_SO_PROTOCOL = 38,
    SOCKET_SO_DOMAIN = 39,
    SOCKET_SO_ZEROCOPY = 60,
};

enum {
    SOCKET_IP_TOS = 1,
    SOCKET_IP_TTL = 2,
    SOCKET_IP_MTU_DISCOVER = 10,
    SOCKET_IP_RECVERR = 11,
    SOCKET_IP_FREEBIND = 15,
    SOCKET_IP_TRANSPARENT = 19,
};

enum {
    SOCKET_TCP_NODELAY = 1,
    SOCKET_TCP_MAXSEG = 2,
    SOCKET_TCP_CORK = 3,
    SOCKET_TCP_KEEPIDLE = 4,
    SOCKET_TCP_KEEPINTVL = 5,
    SOCKET_TCP_KEEPCNT = 6,
    SOCKET_TCP_SYNCNT = 7,
    SOCKET_TCP_LINGER2 = 8,
    SOCKET_TCP_DEFER_ACCEPT = 9,
    SOCKET_TCP_WINDOW_CLAMP = 10,
    SOCKET_TCP_QUICKACK = 12,
    SOCKET_TCP_CONGESTION = 13, /* by socket_set_congestion() */
    SOCKET_TCP_USER_TIMEOUT = 18,
    SOCKET_TCP_FASTOPEN = 23,
    SOCKET_TCP_NOTSENT_LOWAT = 25,
    SOCKET_TCP_FASTOPEN_CONNECT = 30,
    SOCKET_TCP_FASTOPEN_KEY = 33, /* by socket_set_fast_open_key() */
    SOCKET_TCP_FASTOPEN_NO_COOKIE = 34,
    SOCKET_TCP_INQ = 36,
    SOCKET_TCP_NOOPT = 0x10008,    /* FreeBSD: no options on our SYN */
    SOCKET_TCP_KEEPINIT = 0x10080, /* FreeBSD: connect fails after so many seconds */
};

/* Bits of SO_TIMESTAMPING that make records. */
enum {
    SOCKET_TX_SOFTWARE = 1 << 1,
    SOCKET_TX_OPT_ID = 1 << 7,
    SOCKET_TX_SCHED = 1 << 8,
    SOCKET_TX_ACK = 1 << 9,
};

/* setsockopt() and getsockopt().  What is not a number there is one here: SO_LINGER in seconds, -1: off;
 * SO_RCVTIMEO and SO_SNDTIMEO in milliseconds. */
SocketAnswer socket_set_option(Sockets *sockets, SimTime now, int fd, int level, int name,
                               int64_t value);
SocketAnswer socket_get_option(Sockets *sockets, SimTime now, int fd, int level, int name,
                               int64_t *value);

/* TCP_FASTOPEN_KEY: a key of 16 bytes, or two; EINVAL. */
SocketAnswer socket_set_fast_open_key(Sockets *sockets, int fd, const uint8_t *bytes,
                                      size_t length);

/* TCP_CONGESTION: "reno" or "cubic"; ENOENT. */
SocketAnswer socket_set_congestion(Sockets *sockets, SimTime now, int fd, const char *name);
SocketAnswer socket_get_congestion(Sockets *sockets, int fd, const char **name);

/* SIOCINQ: bytes that can be read; SIOCOUTQ: not acknowledged; SIOCOUTQNSD: not sent. */
SocketAnswer socket_queued(const Sockets *sockets, int fd, uint64_t *inq, uint64_t *outq,
                           uint64_t *outq_unsent);

/* What poll() reports. */
enum {
    SOCKET_POLL_IN = 0x1,
    SOCKET_POLL_OUT = 0x4,
    SOCKET_POLL_ERR = 0x8,
    SOCKET_POLL_HUP = 0x10,
    SOCKET_POLL_RDHUP = 0x2000,
};

/* 0: no such descriptor. */
uint32_t socket_ready(const Sockets *sockets, int fd);

/* Somebody asked by poll() or epoll, and was told that there is no room to send: a wake-up follows when
 * there is (SOCK_NOSPACE). */
void socket_poll(Sockets *sockets, int fd);

/* What a waiter would have been woken for since the last call of this function; for EPOLLET, which
 * reports then, and only then, what is ready.  A wake-up for all events has all bits of poll(). */
uint32_t socket_edges(Sockets *sockets, int fd);

/* The endpoint's connection behind a descriptor; 0: none (yet, or any more). */
TcpConnId socket_connection(const Sockets *sockets, int fd);
/* The same, or the one that it had: whose bytes and error it may still tell. */
TcpConnId socket_told_of(const Sockets *sockets, int fd);
/* The descriptor of a connection; -1: none (yet, or any more). */
int socket_of(const Sockets *sockets, TcpConnId conn);

/* ---- What the owner of the endpoint passes on ---- */

/* A segment arrives: to the endpoint, with what TCP_INFO counts.  In place of tcp_stack_deliver(). */
void sockets_deliver(Sockets *sockets, SimTime now, const Segment *segment);

/* The same with what a router says: in place of tcp_stack_icmp(). */
bool sockets_icmp(Sockets *sockets, SimTime now, const TcpIcmp *icmp);

/* The endpoint's hooks `send`, `app` and `ending` have to come here; none of them calls the endpoint
 * in a way that hooks may not. */
void sockets_sent(Sockets *sockets, SimTime now, TcpConnId conn, const Segment *segment,
                  const TcpSendNote *note);
void sockets_app(Sockets *sockets, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                 TcpError error);
void sockets_ending(Sockets *sockets, TcpConnId conn);

/* One call that waited and is over, in the order in which they began.  Asked after everything that
 * happens; false: there is none. */
typedef struct SocketOver {
    int fd;
    SocketAnswer answer;
} SocketOver;

bool sockets_settle(Sockets *sockets, SimTime now, SocketOver *out);

/* When a waiting call is over at the latest (SO_LINGER, SO_RCVTIMEO, …); SIM_NEVER. */
SimTime sockets_next_due(const Sockets *sockets);

/* ---- The error queue ---- */

enum { SOCKET_FROM_ZEROCOPY = 5, SOCKET_FROM_TIMESTAMPING = 4 };        /* SO_EE_ORIGIN_… */
enum { SOCKET_STAMP_SENT, SOCKET_STAMP_SCHEDULED, SOCKET_STAMP_ACKED }; /* SCM_TSTAMP_… */

typedef struct SocketErrorRecord {
    int origin;
    uint32_t info, data; /* ee_info, ee_data: first and last call, or kind of stamp and its key */
    uint32_t code;       /* ee_code: 1: the bytes were copied after all (zero-copy) */
    SimTime at;          /* of a stamp */
} SocketErrorRecord;

/* recvmsg(MSG_ERRQUEUE): the oldest record; false: there is none (EAGAIN). */
bool socket_error_record(Sockets *sockets, int fd, SocketErrorRecord *out);

/* TCP_INFO (Linux include/uapi/linux/tcp.h) as far as a simulated endpoint has it. */
typedef struct SocketInfo {
    uint8_t state, ca_state, retransmits, probes, backoff, options, snd_wscale, rcv_wscale;
    uint32_t rto, ato, snd_mss, rcv_mss;                                   /* microseconds, bytes */
    uint32_t unacked, sacked, lost, retrans, fackets;                      /* segments */
    uint32_t last_data_sent, last_ack_sent, last_data_recv, last_ack_recv; /* ms ago */
    uint32_t pmtu, rcv_ssthresh, rtt, rttvar, snd_ssthresh, snd_cwnd, advmss, reordering;
    uint32_t rcv_rtt, rcv_space, total_retrans;
    uint64_t bytes_acked, bytes_received;
    uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in, data_segs_out;
    uint64_t delivery_rate, busy_time, rwnd_limited, sndbuf_limited; /* times: microseconds */
    uint32_t delivered, delivered_ce;
    uint64_t bytes_sent, bytes_retrans;
    uint32_t dsack_dups, reord_seen, rcv_ooopack, snd_wnd;
} SocketInfo;

/* Of a descriptor whose connection has ended: what it was last, CLOSED. */
bool socket_info(const Sockets *sockets, SimTime now, int fd, SocketInfo *out);

#endif
