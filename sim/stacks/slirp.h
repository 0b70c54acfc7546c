/* One host that is libslirp: what the files of sim/stacks/slirp*.c share.
 *
 * libslirp is the host of a network with one guest behind it.  Its TCP speaks to the guest; on its other
 * side it is a program that calls the system's sockets, and for each connection of the guest's it has one
 * to whomever the guest called.  Here the guest is the rest of the scenario, and the sockets are ours: an
 * application of the scenario is what each of them is connected to.  So no port, buffer or packet of the
 * machine's own is in it.
 *
 *   the guest's SYN        libslirp calls connect(), and answers when that has come about
 *   a connect of ours      somebody calls a port that libslirp forwards: it accepts, and sends a SYN
 *   recv(), send()         it takes what the application has sent, and gives it what has come
 *   shutdown(), close()    no more will come; the connection is gone
 */
#ifndef TCPWALTZ_STACKS_SLIRP_H
#define TCPWALTZ_STACKS_SLIRP_H

#include "stacks/slirp_api.h"
#include "stacks/stack.h"

typedef struct SlirpConn {
    StackConn app;       /* first */
    gboolean is_ours;    /* we have opened it */
    gboolean is_aborted; /* by its application */
    gboolean is_ended;   /* no more will come: its application is told when the state has changed */
    guint64 wanted;      /* by the script's line that reads */
} SlirpConn;

typedef struct SlirpHost {
    Stack stack; /* first */
    Slirp *slirp;
    GPtrArray *sockets; /* SlirpSocket *, or NULL, by number (slirp_sockets.c) */
    guint streams;      /* of them, those that are of connections */

    gint64 clock;   /* ms: what it takes for the time */
    SimTime beat;   /* its next heartbeat */
    SimTime quick;  /* it owes an ACK; SIM_NEVER: none */
    gboolean waits; /* for a heartbeat, to do something */
    gboolean is_beating;

    gboolean is_stirred;     /* its connections may have changed since they were looked at … */
    gboolean is_unsettled;   /* … or what its sockets are ready for */
    const Segment *arriving; /* what is at its door; NULL: nothing, or it is spoilt */
    SlirpConn *dialling;     /* calls the forwarded port */
    GArray *asked; /* guint32: whose hardware address it wants to know, in network order */
    GArray *ready; /* int: what each socket that it looks at is ready for */
} SlirpHost;

/* ---- slirp.c ---- */

/* What its connections have come to: told before whatever follows from it. */
void slirp_look(SlirpHost *host);

/* Something has happened that can have changed them. */
void slirp_stir(SlirpHost *host);

/* Until nothing moves any more. */
void slirp_settle(SlirpHost *host);

/* ---- slirp_sockets.c; all of them within the host's turn ---- */

/* Its calls come to us from now on.  FALSE: it makes other calls than it is known to. */
gboolean slirp_sockets_take_over(gconstpointer inside);

/* Whose calls they are. */
void slirp_sockets_enter(SlirpHost *host);
void slirp_sockets_leave(void);

gboolean slirp_sockets_are_full(const SlirpHost *host);
SlirpConn *slirp_socket_conn(const SlirpHost *host, int number); /* NULL: nobody's */
int slirp_socket_ready(const SlirpHost *host, int number);       /* SLIRP_POLL_… */

TcpError slirp_listen(Stack *stack, const PlanStep *step, StackListener *listener);
void slirp_unlisten(Stack *stack, const StackListener *listener);
TcpError slirp_connect(Stack *stack, const PlanStep *step);
TcpError slirp_read(StackConn *conn, guint64 most);
void slirp_write(StackConn *conn);
void slirp_abort(StackConn *conn);

/* It is never called, and there as long as the host is on: libslirp's heart beats only while it has a
 * socket of TCP. */
void slirp_forward_nothing(SlirpHost *host);

#endif
