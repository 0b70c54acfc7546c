/* One host whose TCP is the kernel's: what the files of sim/live/ share. */
#ifndef TCPWALTZ_LIVE_KERNEL_H
#define TCPWALTZ_LIVE_KERNEL_H

#include "lab/node_conns.h"
#include "live/space.h"
#include "live/ticks.h"

/* A connection, and who holds it. */
typedef struct KernelConn {
    LabNodeConn seen; /* first */
    int socket;       /* NO_SOCKET: nobody holds it (yet, or any more) */
    gboolean is_connected, has_eof, has_failed;
    guint64 unsent;  /* bytes that the script has given, and the socket not yet taken */
    guint64 written; /* those that it has taken */
    guint64 read;
    gboolean wants_room;         /* it is waited until the socket can be written to */
    gboolean shuts_down, closes; /* when nothing is unsent any more */
    SimTime expires, length; /* of its kernel's timer: when it runs out, how long it was at first */
} KernelConn;

enum { NO_SOCKET = -1 };

typedef struct KernelListener {
    guint16 port;
    int socket;
} KernelListener;

typedef struct Kernel {
    LabNode node; /* first */
    Space space;
    const PlanHost *plan;
    char version[80]; /* "Linux 6.18.5" */
    gboolean lenient;
    int epoll;          /* the session's … */
    const Ticks *ticks; /* … and this, which is known when the run has begun */
    LabNodeConns conns; /* of KernelConn */
    GArray *listeners;  /* KernelListener */
    GArray *told;       /* LiveState: what the kernel said last */
    GArray
        *ready; /* struct pollfd: the device, each listener, each connection; see kernel_poll() */
    SimTime active; /* when something happened here last */
    SimTime look;   /* when a state may change of which nothing else would tell */
} Kernel;

/* NULL: *trouble says why. */
Kernel *kernel_new(LabHost *host, gboolean lenient, int epoll, const Ticks *ticks, char **trouble);

/* ---- kernel.c, for the others ---- */

KernelConn *kernel_conn(const Kernel *kernel, TcpConnId id); /* NULL: there never was one */
KernelConn *kernel_find(const Kernel *kernel, const TcpEnds *ends);

/* A new one, in the state that the kernel will tell of. */
KernelConn *kernel_add(Kernel *kernel, const TcpEnds *ends, TcpState from);

/* A run waits for what comes to the file, too: also for its room, from now on or no more.  FALSE: the run has
 * failed. */
gboolean kernel_watch(Kernel *kernel, int file);
gboolean kernel_watch_room(Kernel *kernel, KernelConn *conn, gboolean wants_room);

/* What the system has just refused (errno) no scenario asks for: the run ends with that. */
void kernel_fails(Kernel *kernel, const char *what);

/* ---- calls.c ---- */

TcpError kernel_call(Kernel *kernel, const PlanStep *step, TcpConnId conn);

/* errno's.  What is the system's, not TCP's (no more files, no more memory), fails the run, too. */
TcpError kernel_error(Kernel *kernel, int error);

/* ---- sockets.c ---- */

/* Asks what there is to be read, accepted, heard, written.  TRUE: a packet has come out of the device. */
gboolean kernel_poll(Kernel *kernel);

/* Lets applications do what they can, by what kernel_poll() was told.  TRUE: one did. */
gboolean kernel_serve(Kernel *kernel);

/* Takes the port's oldest waiting connection. */
TcpError kernel_accept(Kernel *kernel, guint16 port);

/* Up to `most` bytes that are there. */
TcpError kernel_read(Kernel *kernel, KernelConn *conn, guint64 most);
/* MSG_PEEK: they stay. */
TcpError kernel_peek(Kernel *kernel, KernelConn *conn, guint64 most);

/* What is unsent goes as far as the socket takes it, then the ends that were asked for.  TRUE: there was
 * something to do. */
gboolean kernel_write(Kernel *kernel, KernelConn *conn);

#endif
