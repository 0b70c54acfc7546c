/* What an application sees: sockets over one endpoint (POSIX.1-2017, XSH 2.10; Linux tcp(7), socket(7)).
 *
 * Sockets belong to one host.  Calls answer as a kernel does: a value, or an error by the name that the
 * system gives it.  A call that blocks answers SOCKET_BLOCKS and is over later: sockets_settle() tells
 * which.  Nothing here has a clock or does I/O; the engine's rules hold (C11, libc, no variables).
 *
 *   socket.c     descriptors, socket() to close()
 *   transfer.c   what is sent and received
 *   options.c    setsockopt() and getsockopt(): a table
 *   readiness.c  poll() and epoll
 *   info.c       TCP_INFO
 */
#ifndef TCPWALTZ_SOCKET_SOCKET_H
#define TCPWALTZ_SOCKET_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"
#include "proto/error.h"
#include "tcp/tcp.h"

typedef struct Sockets Sockets;

/* Never NULL. */
Sockets *sockets_new(TcpStack *stack);
void sockets_free(Sockets *sockets); /* NULL is allowed; closes nothing */

/* A call's answer. */
typedef struct SocketAnswer {
    int64_t value;  /* what the call returns; -1 with an error */
    TcpError error; /* errno; TCP_OK: none */
    bool blocks;    /* it goes on; its answer comes by sockets_settle() */
} SocketAnswer;

enum { SOCKET_NONBLOCK = 04000 }; /* O_NONBLOCK */

/* Flags of send and receive, with Linux's values. */
enum {
    SOCKET_MSG_PEEK = 0x2,
    SOCKET_MSG_DONTWAIT = 0x40,
    SOCKET_MSG_EOR = 0x80,
    SOCKET_MSG_WAITALL = 0x100,
    SOCKET_MSG_ERRQUEUE = 0x2000,
    SOCKET_MSG_NOSIGNAL = 0x4000,
    SOCKET_MSG_MORE = 0x8000,
    SOCKET_MSG_ZEROCOPY = 0x4000000,
    SOCKET_MSG_FASTOPEN = 0x20000000,
};

typedef enum SocketShutdown { SOCKET_SHUT_RD, SOCKET_SHUT_WR, SOCKET_SHUT_RDWR } SocketShutdown;

/* socket(), dup() and accept() give the lowest free descriptor, from 3. */
SocketAnswer socket_open(Sockets *sockets);
SocketAnswer socket_bind(Sockets *sockets, int fd, uint16_t port);
SocketAnswer socket_listen(Sockets *sockets, SimTime now, int fd, uint32_t backlog);
SocketAnswer socket_accept(Sockets *sockets, SimTime now, int fd);
SocketAnswer socket_connect(Sockets *sockets, SimTime now, int fd, uint32_t address, uint16_t port);
SocketAnswer socket_send(Sockets *sockets, SimTime now, int fd, uint64_t bytes, int flags);
SocketAnswer socket_receive(Sockets *sockets, SimTime now, int fd, uint64_t most, int flags);
SocketAnswer socket_shutdown(Sockets *sockets, SimTime now, int fd, SocketShutdown how);
SocketAnswer socket_close(Sockets *sockets, SimTime now, int fd);
SocketAnswer socket_get_flags(Sockets *sockets, int fd);            /* F_GETFL */
SocketAnswer socket_set_flags(Sockets *sockets, int fd, int flags); /* F_SETFL */

/* Levels and names are Linux's numbers. */
SocketAnswer socket_set_option(Sockets *sockets, SimTime now, int fd, int level, int name, int64_t value);
SocketAnswer socket_get_option(Sockets *sockets, SimTime now, int fd, int level, int name, int64_t *value);

/* SIOCINQ: bytes that can be read; SIOCOUTQ: not acknowledged; SIOCOUTQNSD: not sent. */
SocketAnswer socket_queued(const Sockets *sockets, int fd, uint64_t *inq, uint64_t *outq, uint64_t *outq_unsent);

/* What poll() reports, with its values: POLLIN 1, POLLOUT 4, POLLERR 8, POLLHUP 0x10, POLLRDHUP 0x2000. */
uint32_t socket_ready(const Sockets *sockets, int fd);

/* How often it has become ready for anything, or readier: what EPOLLET waits for. */
uint64_t socket_edges(const Sockets *sockets, int fd);

/* The endpoint's connection behind a descriptor; 0: none (yet). */
TcpConnId socket_connection(const Sockets *sockets, int fd);

/* The endpoint's hook `app` has to come here. */
void sockets_app(Sockets *sockets, TcpConnId conn, TcpAppEvent event, uint32_t amount, TcpError error);
/* … and `ending`: the connection's last status is kept for whoever asks. */
void sockets_ending(Sockets *sockets, TcpConnId conn);

/* One call that waited and is over, in the order in which they became so.  False: there is none. */
typedef struct SocketOver {
    int fd;
    SocketAnswer answer;
} SocketOver;

bool sockets_settle(Sockets *sockets, SimTime now, SocketOver *out);

/* TCP_INFO (Linux include/uapi/linux/tcp.h) as far as a simulated endpoint has it. */
typedef struct SocketInfo {
    uint8_t state, ca_state, retransmits, probes, backoff, options, snd_wscale, rcv_wscale;
    uint32_t rto, ato, snd_mss, rcv_mss;               /* microseconds, bytes */
    uint32_t unacked, sacked, lost, retrans, fackets;  /* segments */
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

bool socket_info(const Sockets *sockets, SimTime now, int fd, SocketInfo *out);

#endif
