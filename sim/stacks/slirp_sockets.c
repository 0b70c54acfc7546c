/* The sockets that libslirp calls, and what is at their other ends: applications of the scenario.
 *
 * They hold nothing back.  What an application has sent waits until libslirp takes it; what libslirp has
 * to give it keeps, as its window tells, until the application reads.
 */
#include "stacks/slirp.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "stacks/image.h"

/* Numbers that no descriptor has: a call that should escape us comes to nothing. */
enum { FIRST_NUMBER = 1 << 24 };

/* Of one host's connections, half-open ones included: so many descriptors has a process, as a rule. */
enum { STREAMS_MAX = 1024 };

/* Ports of the machine, as libslirp believes. */
enum { NOBODYS_PORT = 1, DIALLED_PORT = 2 };

typedef struct SlirpSocket {
    guint16 port;    /* that it is bound to; 0: it is a connection's */
    SlirpConn *conn; /* NULL: nobody listens where it is to connect */
} SlirpSocket;

static GMutex lock;
static SlirpHost *present; /* whose turn it is */

void slirp_sockets_enter(SlirpHost *host)
{
    g_mutex_lock(&lock);
    present = host;
}

void slirp_sockets_leave(void)
{
    present = NULL;
    g_mutex_unlock(&lock);
}

/* ---- Numbers ---- */

/* NULL: it is no socket; errno says so. */
static SlirpSocket *find(const SlirpHost *host, int number)
{
    gint64 index = (gint64)number - FIRST_NUMBER;
    SlirpSocket *socket =
        index >= 0 && index < host->sockets->len ? g_ptr_array_index(host->sockets, index) : NULL;

    if (socket == NULL)
        errno = EBADF;
    return socket;
}

static int add(SlirpHost *host, SlirpConn *conn)
{
    SlirpSocket *socket = g_new0(SlirpSocket, 1);
    guint index = 0;

    socket->conn = conn;
    while (index < host->sockets->len && g_ptr_array_index(host->sockets, index) != NULL)
        index++;
    if (index == host->sockets->len)
        g_ptr_array_add(host->sockets, NULL);
    g_ptr_array_index(host->sockets, index) = socket;
    host->streams++;
    slirp_stir(host);
    return FIRST_NUMBER + (int)index;
}

gboolean slirp_sockets_are_full(const SlirpHost *host)
{
    return host->streams >= STREAMS_MAX;
}

SlirpConn *slirp_socket_conn(const SlirpHost *host, int number)
{
    const SlirpSocket *socket = find(host, number);

    return socket != NULL ? socket->conn : NULL;
}

/* ---- An application ---- */

static gboolean ends_now(const SlirpConn *conn)
{
    return conn->app.unsent == 0 && (conn->app.shuts_down || conn->app.closes);
}

/* Bytes that it would read now. */
static guint64 appetite(const SlirpConn *conn)
{
    if (!conn->app.is_held)
        return 0;
    return lab_node_reads(conn->app.owner->node.host) ? G_MAXUINT64 : conn->wanted;
}

int slirp_socket_ready(const SlirpHost *host, int number)
{
    const SlirpSocket *socket = find(host, number);
    const SlirpConn *conn = slirp_socket_conn(host, number);

    if (socket == NULL)
        return 0;
    if (socket->port != 0)
        return socket->port == DIALLED_PORT && host->dialling != NULL ? SLIRP_POLL_IN : 0;
    if (conn == NULL || conn->app.seen.state == TCP_STATE_LISTEN ||
        conn->app.seen.state == TCP_STATE_SYN_RCVD)
        return SLIRP_POLL_OUT; /* whatever it asks is answered */
    gboolean is_readable = conn->app.unsent > 0 || ends_now(conn) || conn->is_aborted;
    gboolean is_writable = appetite(conn) > 0 || conn->app.closes;
    return (is_readable ? SLIRP_POLL_IN : 0) | (is_writable ? SLIRP_POLL_OUT : 0);
}

/* ---- What libslirp calls ---- */

static int fail(int error)
{
    errno = error;
    return -1;
}

static int on_new(int domain, int type, int protocol)
{
    (void)type;
    (void)protocol;
    return domain == AF_INET ? add(present, NULL) : fail(EAFNOSUPPORT);
}

static int on_bind(int number, const struct sockaddr *address, socklen_t size)
{
    SlirpSocket *socket = find(present, number);
    struct sockaddr_in to;

    (void)size;
    if (socket == NULL)
        return -1;
    memcpy(&to, address, sizeof to);
    socket->port = g_ntohs(to.sin_port);
    present->streams--;
    return 0;
}

static int on_listen(int number, int backlog)
{
    (void)backlog;
    return find(present, number) != NULL ? 0 : -1;
}

/* The guest's SYN: whom does it call?  NULL: nobody. */
static SlirpConn *called(SlirpHost *host)
{
    const Segment *syn = host->arriving;

    if (syn == NULL || !stack_listens(&host->stack, syn->dst_port))
        return NULL;
    const TcpEnds ends = lab_node_conns_ends_of(syn);
    StackConn *conn = stack_conn_new(&host->stack, &ends, TCP_STATE_LISTEN);
    lab_node_conns_arrived(&host->stack.conns, syn);
    return (SlirpConn *)(void *)conn;
}

/* Always under way at first: what follows a refusal on the spot frees a packet twice (libslirp 4.7.0,
 * src/tcp_input.c, after tcp_respond()). */
static int on_connect(int number, const struct sockaddr *address, socklen_t size)
{
    SlirpSocket *socket = find(present, number);

    (void)address;
    (void)size;
    if (socket == NULL)
        return -1;
    socket->conn = called(present);
    return fail(EINPROGRESS);
}

/* The one that dials. */
static int on_accept(int number, struct sockaddr *address, socklen_t *size)
{
    SlirpConn *conn = present->dialling;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = {g_htonl(INADDR_LOOPBACK)}};

    if (find(present, number) == NULL || conn == NULL)
        return fail(EAGAIN);
    from.sin_port = g_htons(conn->app.seen.ends.local_port);
    memcpy(address, &from, sizeof from);
    *size = sizeof from;
    present->dialling = NULL;
    return add(present, conn);
}

/* To read nothing says that no more will come. */
static ssize_t on_recv(int number, void *bytes, size_t size, int flags)
{
    SlirpConn *conn = slirp_socket_conn(present, number);

    (void)flags;
    slirp_stir(present);
    if (conn == NULL || conn->is_aborted)
        return fail(ECONNRESET);
    gsize count = (gsize)MIN(size, conn->app.unsent);
    if (count == 0)
        return ends_now(conn) ? 0 : fail(EAGAIN);
    stack_next_bytes(&conn->app, bytes, count);
    stack_took(&conn->app, count);
    return (ssize_t)count;
}

/* To write nothing asks whether the connection has come about. */
static ssize_t on_send(int number, const void *bytes, size_t size, int flags)
{
    SlirpConn *conn = slirp_socket_conn(present, number);

    (void)flags;
    if (conn == NULL)
        return fail(ECONNREFUSED);
    if (size == 0)
        return 0;
    slirp_look(present); /* has it just come about? */
    slirp_stir(present);
    if (conn->app.closes)
        return fail(EPIPE);
    gsize count = (gsize)MIN(size, appetite(conn));
    if (count == 0)
        return fail(EAGAIN);
    guint64 wrong = stack_reads(&conn->app, bytes, count);
    conn->wanted -= MIN(conn->wanted, count);
    lab_node_tells(present->stack.node.host, conn->app.seen.id, TRACE_APP_READ, count, wrong,
                   TCP_OK);
    return (ssize_t)count;
}

static int on_shutdown(int number, int how)
{
    SlirpConn *conn = slirp_socket_conn(present, number);

    if (conn != NULL && how == SHUT_WR)
        conn->is_ended = TRUE;
    slirp_stir(present);
    return 0;
}

/* The connection is gone.  Its application is told no more than any of libslirp's: that no more comes. */
static void lose(SlirpHost *host, SlirpConn *conn)
{
    conn->app.is_gone = TRUE;
    if (host->stack.is_silent)
        return;
    lab_node_conns_move(&host->stack.conns, &conn->app.seen, TCP_STATE_CLOSED);
    if (conn->app.has_eof || conn->app.closes)
        return;
    conn->app.has_eof = TRUE;
    if (conn->app.is_held || conn->is_ours)
        stack_tells(&conn->app, TRACE_APP_EOF, TCP_OK);
}

static int on_close(int number)
{
    SlirpSocket *socket = find(present, number);

    if (socket == NULL)
        return -1;
    g_ptr_array_index(present->sockets, number - FIRST_NUMBER) = NULL;
    present->streams -= socket->port == 0;
    slirp_stir(present);
    if (socket->conn != NULL)
        lose(present, socket->conn);
    g_free(socket);
    return 0;
}

static int on_name(int number, struct sockaddr *address, socklen_t *size)
{
    const SlirpSocket *socket = find(present, number);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {g_htonl(INADDR_LOOPBACK)}};

    if (socket == NULL)
        return -1;
    here.sin_port = g_htons(socket->port);
    memcpy(address, &here, MIN(*size, sizeof here));
    *size = sizeof here;
    return 0;
}

static int on_get(int number, int level, int option, void *value, socklen_t *size)
{
    (void)level;
    (void)option;
    memset(value, 0, *size);
    return find(present, number) != NULL ? 0 : -1;
}

static int on_set(int number, int level, int option, const void *value, socklen_t size)
{
    (void)level;
    (void)option;
    (void)value;
    (void)size;
    return find(present, number) != NULL ? 0 : -1;
}

static int on_control(int number, int command, ...)
{
    (void)command;
    return find(present, number) != NULL ? 0 : -1;
}

gboolean slirp_sockets_take_over(gconstpointer inside)
{
    typedef void (*Any)(void);
    static const struct {
        const char *name, *also; /* what libcs call it */
        Any ours;
    } calls[] = {
        {"accept", NULL, (Any)on_accept},      {"bind", NULL, (Any)on_bind},
        {"close", NULL, (Any)on_close},        {"connect", NULL, (Any)on_connect},
        {"fcntl", "fcntl64", (Any)on_control}, {"getpeername", NULL, (Any)on_name},
        {"getsockname", NULL, (Any)on_name},   {"getsockopt", NULL, (Any)on_get},
        {"listen", NULL, (Any)on_listen},      {"recv", NULL, (Any)on_recv},
        {"send", NULL, (Any)on_send},          {"setsockopt", NULL, (Any)on_set},
        {"shutdown", NULL, (Any)on_shutdown},  {"socket", NULL, (Any)on_new},
    };
    Image image;
    gboolean all = image_of(inside, &image);

    for (gsize i = 0; i < G_N_ELEMENTS(calls) && all; i++)
        all = image_redirect(&image, calls[i].name, calls[i].ours) ||
              (calls[i].also != NULL && image_redirect(&image, calls[i].also, calls[i].ours));
    return all;
}

/* ---- The script's lines ---- */

TcpError slirp_listen(Stack *stack, const PlanStep *step, StackListener *listener)
{
    (void)listener;
    return stack_listens(stack, step->port) ? TCP_EADDRINUSE : TCP_OK;
}

void slirp_unlisten(Stack *stack, const StackListener *listener)
{
    (void)stack;
    (void)listener;
}

static void forward(SlirpHost *host, guint16 port, const TcpEnds *ends)
{
    const struct in_addr here = {g_htonl(INADDR_LOOPBACK)};
    const struct in_addr there = {g_htonl(ends->remote_address)};

    (void)slirp_api.slirp_add_hostfwd(host->slirp, 0, here, port, there, ends->remote_port);
}

void slirp_forward_nothing(SlirpHost *host)
{
    const TcpEnds nobody = {.remote_address = INADDR_BROADCAST};

    forward(host, NOBODYS_PORT, &nobody);
}

/* The port is forwarded for as long as it takes. */
static void dial(SlirpHost *host, SlirpConn *conn)
{
    const struct in_addr here = {g_htonl(INADDR_LOOPBACK)};

    host->dialling = conn;
    forward(host, DIALLED_PORT, &conn->app.seen.ends);
    slirp_settle(host);
    (void)slirp_api.slirp_remove_hostfwd(host->slirp, 0, here, DIALLED_PORT);
}

static gboolean is_taken(const Stack *stack, const TcpEnds *ends)
{
    return lab_node_conns_find(&stack->conns, ends) != NULL;
}

TcpError slirp_connect(Stack *stack, const PlanStep *step)
{
    SlirpHost *host = (SlirpHost *)(void *)stack;
    TcpEnds ends = {.local_port = step->from_port,
                    .remote_address = lab_address(lab_node_plan(stack->node.host), step->peer),
                    .remote_port = step->port};

    if (slirp_sockets_are_full(host))
        return TCP_EADDRNOTAVAIL;
    if (step->from_port != 0 && is_taken(stack, &ends))
        return TCP_EADDRINUSE;
    while (ends.local_port == 0 || (step->from_port == 0 && is_taken(stack, &ends)))
        ends.local_port = stack_next_port(stack);
    SlirpConn *conn = (SlirpConn *)(void *)stack_conn_new(stack, &ends, TCP_STATE_CLOSED);
    conn->is_ours = TRUE;
    dial(host, conn);
    return TCP_OK;
}

TcpError slirp_read(StackConn *app, guint64 most)
{
    SlirpConn *conn = (SlirpConn *)(void *)app;
    SlirpHost *host = (SlirpHost *)(void *)app->owner;
    guint64 before = app->read;

    conn->wanted = most;
    slirp_stir(host);
    slirp_settle(host);
    conn->wanted = 0;
    return app->read > before || app->has_eof ? TCP_OK : TCP_EAGAIN;
}

/* libslirp hears of it when it next reads from the socket, which is at once unless it has enough. */
void slirp_write(StackConn *conn)
{
    slirp_stir((SlirpHost *)(void *)conn->owner);
}

void slirp_abort(StackConn *conn)
{
    ((SlirpConn *)(void *)conn)->is_aborted = TRUE;
    slirp_stir((SlirpHost *)(void *)conn->owner);
}
