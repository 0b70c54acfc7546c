/* What one connection, or one listener, has otherwise than its host: socket options.
 *
 * Most have nothing of their own, and cost nothing.  The endpoint reads TcpStack.config; while it
 * serves somebody who has a tuning, that is the tuning's copy of the host's keys.  So every key can
 * be one connection's, wherever it is read.
 *
 * SEGMENT ARRIVES and timers see to that themselves.  Whoever calls tcp_send(), tcp_close(), … on
 * a tuned connection does it between tcp_tuning_begin() and tcp_tuning_end().
 */
#ifndef TCPWALTZ_TCP_TUNING_H
#define TCPWALTZ_TCP_TUNING_H

#include "tcp/tcp.h"

/* A value of HostConfig.nagle that only a tuning has: nothing short goes, as more may come
 * (TCP_CORK, MSG_MORE). */
enum { TCP_NAGLE_CORK = 2 };

typedef struct TcpTuning {
    HostConfig config;    /* the host's keys, some of them changed */
    SimTime user_timeout; /* TCP_USER_TIMEOUT (RFC 5482); 0: none */
    SimTime defer_accept; /* TCP_DEFER_ACCEPT: so long a last ACK without data is ignored; 0: not */
    uint64_t more_end;    /* MSG_MORE: data that ends at this position is not the end; 0: none */
    bool no_options;      /* TCP_NOOPT: SYN and SYN-ACK are without, the MSS, too */
    bool expects_write; /* somebody waits to write: the ACK of a SYN-ACK may go with that (Linux) */
    uint32_t receive_buffer; /* SO_RCVBUF, bytes of memory; 0: not set */
    uint16_t mss;            /* TCP_MAXSEG: the largest segment that we send; 0: as the peer says */
} TcpTuning;

/* The connection's own, made from its host's keys if it has none; the endpoint owns it.  NULL: no
 * such connection. */
TcpTuning *tcp_tune(TcpStack *stack, TcpConnId conn);
TcpTuning *tcp_tune_listener(TcpStack *stack, uint16_t port); /* accepted connections inherit it */

/* The connection alone has the key so from now on.  False: no such connection.  After the last of several
 * keys comes tcp_tuned(). */
bool tcp_tune_key(TcpStack *stack, TcpConnId conn, const Key *key, int64_t value);

/* What the changed keys mean at once: the keepalive timer as they say, and what was held back may go. */
void tcp_tuned(TcpStack *stack, SimTime now, TcpConnId conn);

/* One that nobody has yet; its owner frees it. */
TcpTuning *tcp_tuning_new(TcpStack *stack);
void tcp_tuning_free(TcpStack *stack, TcpTuning *tuning); /* NULL is allowed */

/* tcp_connect() and tcp_listen() with a copy of the tuning; NULL: none. */
TcpError tcp_connect_tuned(TcpStack *stack, SimTime now, const TcpConnectOptions *options,
                           const TcpTuning *tuning, TcpConnId *out);
TcpError tcp_listen_tuned(TcpStack *stack, SimTime now, const TcpListenOptions *options,
                          const TcpTuning *tuning);

/* The calls between the two are for this connection; there may be none, and none with a tuning.  They
 * do not nest, unless tcp_tuning_resume() stands in place of the end: what begin answered is served again, as a
 * hook that reads or accepts needs it. */
TcpTuning *tcp_tuning_begin(TcpStack *stack, TcpConnId conn);
void tcp_tuning_end(TcpStack *stack);
void tcp_tuning_resume(TcpStack *stack, TcpTuning *before);

/* ---- Calls that go with options; between begin and end where there is a tuning ---- */

/* tcp_send() in parts: the bytes of a call, one buffer of the kernel's after the other.  The last part may have
 * none.  Where push=last, none but the first two is told apart. */
TcpError tcp_send_as(TcpStack *stack, SimTime now, TcpConnId conn, uint64_t bytes, TcpSendEnd end);

/* Sends what an option has held back until now; `all`: whatever still says that it should wait. */
void tcp_push(TcpStack *stack, SimTime now, TcpConnId conn, bool all);

/* listen() once more. */
void tcp_set_backlog(TcpStack *stack, uint16_t port, uint32_t backlog);

/* The keepalive timer, as `keepalive` and its times say now. */
void tcp_keepalive_changed(TcpStack *stack, SimTime now, TcpConnId conn);

/* sender=linux: the device has no room for anything. Data that it refuses have not been sent; they are tried again after
 * half a second, and that is no reason to wait longer the next time (Linux, TCP_RESOURCE_PROBE_INTERVAL). */
void tcp_stack_refuse(TcpStack *stack, bool refuses);

/* receiver=linux: what a kernel is told beside its keys. */
typedef struct TcpReceiveRoom {
    uint32_t first,
        most;       /* tcp_rmem's second and third, bytes of memory; 0: as the kernel has them */
    uint32_t piece; /* what arrives longer was cut at so many bytes (GRO); 0: it was not */
} TcpReceiveRoom;

void tcp_stack_receive_room(TcpStack *stack, const TcpReceiveRoom *room);

/* Segments that were refused because they ended beyond the window. */
uint64_t tcp_stack_beyond_window(const TcpStack *stack);

/* SO_RCVBUF of a connection that is there already. */
void tcp_set_receive_buffer(TcpStack *stack, TcpConnId conn, uint32_t bytes);

/* TCP_QUICKACK: an ACK that waits is sent; the next ones do not wait, or do again. */
void tcp_quick_ack(TcpStack *stack, SimTime now, TcpConnId conn, bool on);

/* Takes what can be read; nothing is sent, and so `ending` may call it. */
void tcp_take_rest(TcpStack *stack, TcpConnId conn, TcpTake take, void *context);

/* What the stack was made with. */
const HostConfig *tcp_stack_config(const TcpStack *stack);
Budget *tcp_stack_budget(const TcpStack *stack); /* NULL: none */

/* Is this port the local one of any connection? */
bool tcp_port_is_used(const TcpStack *stack, uint16_t port);

#endif
