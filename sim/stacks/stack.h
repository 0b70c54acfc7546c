/* A host that is a linked stack, as far as all of them are alike: its turn, its listeners, what its
 * applications do.
 *
 *   stack.c        the node: told what happens, asked what it knows
 *   stack_calls.c  the script's lines, and what an application does by itself
 *
 * Each stack has a StackKind; what else it keeps of a host and of a connection stands behind a Stack and a
 * StackConn, the first members.  Bytes wait in a StackConn until the stack takes them, as a program waits
 * in send().
 */
#ifndef TCPWALTZ_STACKS_STACK_H
#define TCPWALTZ_STACKS_STACK_H

#include "lab/node_conns.h"

typedef struct Stack Stack;

/* A connection, and its application. */
typedef struct StackConn {
    LabNodeConn seen; /* first */
    Stack *owner;
    gboolean is_gone;            /* the stack has none of it any more */
    gboolean is_waiting;         /* established, and not accepted yet */
    gboolean is_held;            /* it was accepted, or has connected */
    gboolean has_eof;            /* no more will come */
    gboolean shuts_down, closes; /* when nothing is unsent any more */
    guint64 unsent;              /* bytes that the script has given, and the stack not yet taken */
    guint64 written;             /* those that it has taken */
    guint64 read;                /* by the application */
    guint64 kept;                /* come, and at hand even when the stack has none of it any more */
} StackConn;

typedef struct StackListener {
    guint16 port;
    gpointer own; /* the stack's; may be NULL */
} StackListener;

typedef struct StackKind {
    gsize conn_size; /* bytes of one, with what the stack keeps */

    /* From the first to the second it is this stack's turn, and this thread's; they do not nest. */
    void (*enter)(Stack *stack, SimTime now);
    void (*leave)(Stack *stack); /* sees to Stack.due */

    /* Within a turn. */
    void (*input)(Stack *stack, const LabBytes *packet, const Segment *sent);
    void (*advance)(Stack *stack); /* Stack.due is now */
    TcpError (*listen)(Stack *stack, const PlanStep *step, StackListener *listener);
    void (*unlisten)(Stack *stack, const StackListener *listener);
    TcpError (*connect)(Stack *stack, const PlanStep *step);
    TcpError (*read)(StackConn *conn, guint64 most); /* by the script's line */
    void (*write)(StackConn *conn); /* bytes wait, or an end does: go on, as far as possible */
    void (*abort)(StackConn *conn);
    void (*accepted)(StackConn *conn); /* its application has it now; NULL: nothing follows */
    void (*status)(const StackConn *conn, TcpStatus *out); /* what it knows better; may be NULL */

    /* Between turns. */
    void (*power_on)(Stack *stack);
    void (*power_off)(Stack *stack); /* without a word to anybody */
    void (*free)(Stack *stack);      /* it is off */
} StackKind;

struct Stack {
    LabNode node; /* first */
    const StackKind *kind;
    LabNodeConns conns; /* of StackConn */
    GArray *listeners;  /* StackListener */
    const PlanHost *plan;
    SimDue due;         /* its own time */
    guint16 next_port;  /* of a connect that names none */
    gboolean is_silent; /* the host is down: nothing is told, nothing leaves */
};

/* Zeroed memory becomes a host, which is on. */
void stack_init(Stack *stack, const StackKind *kind, LabHost *host);

StackConn *stack_conn_new(Stack *stack, const TcpEnds *ends, TcpState from);
guint16 stack_next_port(Stack *stack);
gboolean stack_listens(const Stack *stack, guint16 port);

/* ---- stack_calls.c ---- */

TcpError stack_call(Stack *stack, const PlanStep *step, TcpConnId conn);

/* A connection of ours, or one that came, is established. */
void stack_connected(StackConn *conn);
void stack_arrived(StackConn *conn);

/* The peer has closed: no more will come. */
void stack_ended(StackConn *conn);

/* The next `count` bytes of those that wait; taken from them. */
void stack_next_bytes(const StackConn *conn, guint8 *bytes, gsize count);
void stack_took(StackConn *conn, gsize count);

/* The application has got these.  Returns how many of them nobody sent. */
guint64 stack_reads(StackConn *conn, const guint8 *bytes, gsize count);

void stack_tells(const StackConn *conn, TraceAppEvent event, TcpError error);

#endif
