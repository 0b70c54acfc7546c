/* What an application does with its host's connections, and what it is told: one truth for whoever calls.
 *
 * An application names connections by their numbers.  It never waits, nothing is too much for it to hand over, and
 * an error is told to it when it happens: so a scenario's lines call.  Descriptors (socket.h) stand on top: they wait,
 * have a send buffer, options, an error that one call takes and EPIPE after it.  What a call does to a connection, in
 * which keys, and what can still be read of one that is over, is the same for both.
 *
 * That rest is kept where the host's unread-after-reset says so, until it is read, forgotten, or the host goes down.
 * RFC 9293 §3.10.7.4 flushes it; kernels look at their queue before they look at the error (Linux
 * tcp_recvmsg_locked(); 4.4BSD soreceive()).
 *
 * All answer TCP_ENOTCONN for a connection that is over, or that was let go of.
 */
#ifndef TCPWALTZ_SOCKET_APPLICATION_H
#define TCPWALTZ_SOCKET_APPLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"
#include "proto/error.h"
#include "tcp/tcp.h"

typedef struct Application Application;

/* Never NULL.  The stack outlives it. */
Application *application_new(TcpStack *stack);
void application_free(Application *application); /* NULL is allowed; closes nothing */

/* ---- Calls ---- */

TcpError application_listen(Application *application, SimTime now, const TcpListenOptions *options);
TcpError application_close_listener(Application *application, SimTime now, uint16_t port);

TcpError application_connect(Application *application, SimTime now,
                             const TcpConnectOptions *options, TcpConnId *out);

/* The oldest connection that waits on the port: EAGAIN when there is none, EINVAL when nobody listens there. */
typedef struct ApplicationAccepted {
    TcpConnId conn;
    TcpError error; /* it was over before it was accepted, so; TCP_OK: it is not */
} ApplicationAccepted;

TcpError application_accept(Application *application, SimTime now, uint16_t port,
                            ApplicationAccepted *out);

/* The same, only if it is over. */
bool application_accept_ended(Application *application, uint16_t port, ApplicationAccepted *out);

TcpError application_send(Application *application, SimTime now, TcpConnId conn, uint64_t bytes);
TcpError application_send_as(Application *application, SimTime now, TcpConnId conn, uint64_t bytes,
                             TcpSendEnd end);

/* Up to `most` bytes go to `take`; *got is how many.  None and TCP_OK: end of file.  EAGAIN: nothing has come yet.
 * With `peeks` (MSG_PEEK) they stay what is read next, and the window stays what it is. */
typedef struct ApplicationReading {
    uint64_t most;
    bool peeks;
    TcpTake take;
    void *context;
} ApplicationReading;

TcpError application_read(Application *application, SimTime now, TcpConnId conn,
                          const ApplicationReading *reading, uint64_t *got);

/* What application_read() would find now. */
TcpReadable application_readable(const Application *application, TcpConnId conn);

/* setsockopt(): the connection alone has the key so from now on.  False: there is no such connection.  After the
 * last of several comes application_has_set(). */
bool application_set(Application *application, TcpConnId conn, const Key *key, int64_t value);
void application_has_set(Application *application, SimTime now, TcpConnId conn);

TcpError application_shutdown(Application *application, SimTime now, TcpConnId conn);
TcpError application_close(Application *application, SimTime now, TcpConnId conn);
TcpError application_abort(Application *application, SimTime now, TcpConnId conn);

/* ---- What its owner passes on ---- */

/* Somebody else gives connections keys of their own (tcp/tuning.h): calls look for them. */
void application_expects_tunings(Application *application);

/* The endpoint's hook `ending` has to come here.  True: something of it is left to be read. */
bool application_ending(Application *application, TcpConnId conn);

void application_forget(Application *application, TcpConnId conn); /* whatever is left of it */
void application_forget_all(Application *application);             /* the host goes down */

#endif
