/* Descriptors: socket(), bind(), listen(), shutdown(), close(), and what the endpoint tells. */
#include "socket/socket.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "socket/inside.h"

enum {
    FD_FIRST = 3,
    FDS_MIN = 16,
    FDS_MAX = 1024, /* RLIMIT_NOFILE, as it is by default */
    O_RDWR_ = 02,
    FIRST_PORT = 32768, /* of bind() and listen() that name none; connect() has its own */
    LAST_PORT = 65535,
};

/* ---- All of them ---- */

void socket_settings_init(SocketSettings *settings)
{
    *settings = (SocketSettings){
        .flavour = SOCKET_LINUX,
        .wmem_default = 16384,
        .wmem_max = 4 << 20,
        .rmem_default = 131072,
        .rmem_max = 6 << 20,
        .core_wmem_max = 212992,
        .core_rmem_max = 212992,
        .notsent_lowat = UINT32_MAX,
        .buffer_overhead = 1280,
    };
}

Sockets *sockets_new(TcpStack *stack)
{
    Sockets *sockets = memory_new(1, sizeof *sockets);
    Budget *budget = tcp_stack_budget(stack);

    sockets->stack = stack;
    sockets->application = application_new(stack);
    application_expects_tunings(sockets->application);
    sockets->budget = sockets->by_conn.budget = budget;
    sockets->sockets = memory_pool_new(sizeof(Socket), budget);
    sockets->chunks = memory_pool_new(sizeof(SocketChunk), budget);
    sockets->marks = memory_pool_new(sizeof(SocketMark), budget);
    sockets->records = memory_pool_new(sizeof(SocketRecord), budget);
    sockets->waits = memory_pool_new(sizeof(SocketWait), budget);
    sockets->next_port = FIRST_PORT;
    socket_settings_init(&sockets->settings);
    return sockets;
}

void sockets_free(Sockets *sockets)
{
    if (sockets == NULL)
        return;
    memory_pool_free(sockets->sockets);
    memory_pool_free(sockets->chunks);
    memory_pool_free(sockets->marks);
    memory_pool_free(sockets->records);
    memory_pool_free(sockets->waits);
    application_free(sockets->application);
    id_map_clear(&sockets->by_conn);
    budget_give(sockets->budget, (size_t)sockets->fd_count * sizeof *sockets->by_fd);
    free(sockets->by_fd);
    free(sockets);
}

SocketSettings *sockets_settings(Sockets *sockets)
{
    return &sockets->settings;
}

void sockets_on_read(Sockets *sockets, TcpTake take, void *context)
{
    sockets->take = take;
    sockets->take_context = context;
}

/* ---- One of them ---- */

Socket *socket_at(const Sockets *sockets, int fd)
{
    return fd >= 0 && fd < sockets->fd_count ? sockets->by_fd[fd] : NULL;
}

Socket *socket_new(Sockets *sockets)
{
    Socket *socket = memory_pool_take(sockets->sockets);

    socket->fd = -1;
    socket->flags = O_RDWR_;
    socket_options_init(sockets, &socket->options);
    return socket;
}

static void make_room(Sockets *sockets)
{
    int before = sockets->fd_count, count = before > 0 ? 2 * before : FDS_MIN;

    budget_take(sockets->budget, (size_t)(count - before) * sizeof *sockets->by_fd);
    sockets->by_fd = memory_grow(sockets->by_fd, (size_t)count, sizeof *sockets->by_fd);
    memset(sockets->by_fd + before, 0, (size_t)(count - before) * sizeof *sockets->by_fd);
    sockets->fd_count = count;
}

/* -1: all are taken. */
int socket_give_fd(Sockets *sockets, Socket *socket)
{
    int fd = FD_FIRST;

    while (socket_at(sockets, fd) != NULL)
        fd++;
    if (fd >= FDS_MAX)
        return -1;
    if (fd >= sockets->fd_count)
        make_room(sockets);
    sockets->by_fd[fd] = socket;
    socket->fd = fd;
    return fd;
}

void socket_attach(Sockets *sockets, Socket *socket, TcpConnId conn)
{
    socket->conn = conn;
    id_map_set(&sockets->by_conn, conn, socket);
}

static void detach(Sockets *sockets, Socket *socket)
{
    if (socket->conn != 0)
        id_map_remove(&sockets->by_conn, socket->conn);
    if (socket->ended_conn != 0) {
        id_map_remove(&sockets->by_conn, socket->ended_conn);
        application_forget(sockets->application, socket->ended_conn);
    }
    socket->conn = socket->ended_conn = 0;
}

void socket_begin_counting(Sockets *sockets, Socket *socket)
{
    socket->counts = (SocketCounts){.began_at = sockets->now, .busy_since = sockets->now};
    socket->written = socket->taken = 0;
}

static void free_records(Sockets *sockets, Socket *socket)
{
    while (socket->record_first != NULL) {
        SocketRecord *record = socket->record_first;

        socket->record_first = record->next;
        memory_pool_give(sockets->records, record);
    }
    socket->record_last = NULL;
}

/* Connections that nobody accepted: the endpoint has ended them, or they had ended. */
static void free_queue(Sockets *sockets, Socket *socket)
{
    while (socket->queue_first != NULL) {
        Socket *child = socket->queue_first;

        socket->queue_first = child->queue_next;
        socket_forget(sockets, child);
    }
    socket->queue_last = NULL;
}

void socket_forget(Sockets *sockets, Socket *socket)
{
    free_queue(sockets, socket);
    free_records(sockets, socket);
    socket_sendbuf_clear(sockets, socket);
    socket_queue_clear(sockets, socket);
    detach(sockets, socket);
    if (socket->fd >= 0)
        sockets->by_fd[socket->fd] = NULL;
    memory_pool_give(sockets->sockets, socket);
}

/* ---- State ---- */

TcpState socket_state(const Sockets *sockets, const Socket *socket)
{
    TcpStatus status;

    if (socket->stage == SOCKET_LISTENING)
        return TCP_STATE_LISTEN;
    if (socket->is_deferred)
        return TCP_STATE_SYN_SENT;
    if (socket->conn == 0 || !tcp_status(sockets->stack, socket->conn, &status))
        return TCP_STATE_CLOSED;
    return status.state == TCP_STATE_TIME_WAIT ? TCP_STATE_CLOSED : status.state;
}

static bool is_in_time_wait(const Sockets *sockets, const Socket *socket)
{
    TcpStatus status;

    return socket->conn != 0 && tcp_status(sockets->stack, socket->conn, &status) &&
           status.state == TCP_STATE_TIME_WAIT;
}

/* The peer's FIN has been taken. */
static bool has_fin(const Sockets *sockets, const Socket *socket)
{
    TcpLook look;

    return socket->conn != 0 && tcp_look(sockets->stack, socket->conn, &look) && look.fin_arrived;
}

bool socket_receive_is_shut(const Sockets *sockets, const Socket *socket)
{
    return socket->shut_receive || socket->is_done || has_fin(sockets, socket);
}

bool socket_send_is_shut(const Sockets *sockets, const Socket *socket)
{
    return socket->shut_send || socket->is_done || is_in_time_wait(sockets, socket);
}

TcpError socket_take_error(Socket *socket)
{
    TcpError error = socket->error;

    socket->error = TCP_OK;
    return error;
}

void socket_touch(Sockets *sockets, SimTime now, Socket *socket)
{
    TcpLook look;

    sockets->now = now;
    if (socket->conn == 0 || !tcp_look(sockets->stack, socket->conn, &look))
        return;
    socket_sendbuf_update(sockets, socket, &look);
    if (look.acked > 0)
        socket_marks_acked(sockets, now, socket, look.acked);
    socket_account_time(sockets, now, socket, &look);
}

/* ---- socket(), bind(), listen() ---- */

SocketAnswer socket_open(Sockets *sockets)
{
    Socket *socket = socket_new(sockets);

    if (socket_give_fd(sockets, socket) >= 0)
        return socket_value(socket->fd);
    socket_forget(sockets, socket);
    return socket_error(TCP_EMFILE);
}

/* Two may share a port only while both say so and none of them listens. */
static bool is_taken(const Sockets *sockets, const Socket *socket, uint16_t port)
{
    for (int fd = 0; fd < sockets->fd_count; fd++) {
        const Socket *other = sockets->by_fd[fd];
        bool shares = socket->options.reuse_address && other != NULL &&
                      other->options.reuse_address && other->stage != SOCKET_LISTENING;

        if (other != NULL && other != socket && other->port == port && !shares)
            return true;
    }
    return !socket->options.reuse_address && tcp_port_is_used(sockets->stack, port);
}

bool socket_bind_any(Sockets *sockets, Socket *socket)
{
    for (uint32_t tries = LAST_PORT - FIRST_PORT + 1; tries > 0; tries--) {
        uint16_t port = sockets->next_port;

        sockets->next_port = port < LAST_PORT ? port + 1 : FIRST_PORT;
        if (!is_taken(sockets, socket, port) && !tcp_port_is_used(sockets->stack, port)) {
            socket->port = port;
            return true;
        }
    }
    return false;
}

SocketAnswer socket_bind(Sockets *sockets, int fd, uint16_t port)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (socket->port != 0 || socket_state(sockets, socket) != TCP_STATE_CLOSED)
        return socket_error(TCP_EINVAL);
    if (port == 0 ? !socket_bind_any(sockets, socket) : is_taken(sockets, socket, port))
        return socket_error(TCP_EADDRINUSE);
    if (port != 0)
        socket->port = port;
    socket->is_bound = true;
    return socket_value(0);
}

SocketAnswer socket_listen(Sockets *sockets, SimTime now, int fd, uint32_t backlog)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (socket->stage == SOCKET_LISTENING) {
        tcp_set_backlog(sockets->stack, socket->port, backlog);
        socket->backlog = backlog;
        return socket_value(0);
    }
    if (socket->stage != SOCKET_UNCONNECTED)
        return socket_error(TCP_EINVAL);
    if (socket->port == 0 && !socket_bind_any(sockets, socket))
        return socket_error(TCP_EADDRINUSE);
    TcpTuning *tuning = socket_options_tuning(sockets, socket);
    TcpListenOptions options = {.port = socket->port, .backlog = backlog};
    TcpError error = tcp_listen_tuned(sockets->stack, now, &options, tuning);
    tcp_tuning_free(sockets->stack, tuning);
    if (error != TCP_OK)
        return socket_error(error);
    socket->stage = SOCKET_LISTENING;
    socket->backlog = backlog;
    socket_fast_open_listens(sockets, socket);
    return socket_value(0);
}

/* ---- F_GETFL, F_SETFL ---- */

SocketAnswer socket_get_flags(Sockets *sockets, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    return socket != NULL ? socket_value(socket->flags) : socket_error(TCP_EBADF);
}

/* The way of access cannot be changed. */
SocketAnswer socket_set_flags(Sockets *sockets, int fd, int flags)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return socket_error(TCP_EBADF);
    socket->flags = O_RDWR_ | (flags & SOCKET_NONBLOCK);
    return socket_value(0);
}

/* ---- shutdown() ---- */

void socket_disconnect(Sockets *sockets, SimTime now, Socket *socket)
{
    TcpState state = socket_state(sockets, socket);

    if (state == TCP_STATE_LISTEN)
        (void)application_close_listener(sockets->application, now, socket->port);
    else if (socket->conn != 0)
        (void)application_abort(sockets->application, now, socket->conn);
    detach(sockets, socket);
    free_queue(sockets, socket);
    socket_sendbuf_clear(sockets, socket);
    socket_queue_clear(sockets, socket);
    if (!socket->is_bound)
        socket->port = 0;
    socket->stage = SOCKET_UNCONNECTED;
    socket->shut_receive = socket->shut_send = socket->is_done = socket->is_deferred = false;
    socket->error = state == TCP_STATE_SYN_SENT ? TCP_ECONNRESET : TCP_OK;
}

static bool can_send_fin(TcpState state)
{
    return state == TCP_STATE_ESTABLISHED || state == TCP_STATE_CLOSE_WAIT ||
           state == TCP_STATE_SYN_RCVD;
}

static SocketAnswer shut(Sockets *sockets, SimTime now, Socket *socket, bool receive, bool send)
{
    TcpState state = socket_state(sockets, socket);

    if (socket->stage == SOCKET_CONNECTING && tcp_state_is_synchronized(state))
        socket->stage = SOCKET_CONNECTED;
    if ((state == TCP_STATE_LISTEN && receive) || state == TCP_STATE_SYN_SENT) {
        socket_disconnect(sockets, now, socket);
        socket_wake(socket, SOCKET_WAKE_ALL);
        return socket_value(0);
    }
    if (state == TCP_STATE_LISTEN)
        return socket_value(0);
    socket->shut_receive = socket->shut_receive || receive;
    socket->shut_send = socket->shut_send || send;
    if (send && can_send_fin(state)) {
        (void)application_shutdown(sockets->application, now, socket->conn);
        socket_touch(sockets, now, socket);
    }
    socket_wake(socket, SOCKET_WAKE_ALL);
    return state == TCP_STATE_CLOSED ? socket_error(TCP_ENOTCONN) : socket_value(0);
}

SocketAnswer socket_shutdown(Sockets *sockets, SimTime now, int fd, SocketShutdown how)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    switch (how) {
    case SOCKET_SHUT_RD: return shut(sockets, now, socket, true, false);
    case SOCKET_SHUT_WR: return shut(sockets, now, socket, false, true);
    case SOCKET_SHUT_RDWR: return shut(sockets, now, socket, true, true);
    default: return socket_error(TCP_EINVAL);
    }
}

/* ---- close() ---- */

static void drain(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    (void)context;
    (void)payload;
    (void)offset;
    (void)length;
}

/* The endpoint goes on alone. */
static void let_go(Sockets *sockets, SimTime now, Socket *socket)
{
    TcpConnId conn = socket->conn;
    bool resets = socket->options.linger_on && socket->options.linger_seconds == 0;
    bool is_over = is_in_time_wait(sockets, socket); /* nobody is told of unread data any more */

    detach(sockets, socket);
    if (conn == 0)
        return;
    if (is_over)
        tcp_take_rest(sockets->stack, conn, drain, NULL);
    if (resets && !is_over)
        (void)application_abort(sockets->application, now, conn);
    else
        (void)application_close(sockets->application, now, conn);
}

/* SO_LINGER: until the peer has all of it, and the FIN. */
static bool has_to_linger(const Sockets *sockets, const Socket *socket, TcpConnId conn)
{
    TcpStatus status;

    return socket->options.linger_on && socket->options.linger_seconds > 0 && conn != 0 &&
           tcp_status(sockets->stack, conn, &status) && status.state != TCP_STATE_FIN_WAIT_2 &&
           status.state != TCP_STATE_TIME_WAIT;
}

SocketAnswer socket_close(Sockets *sockets, SimTime now, int fd)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    TcpConnId conn = socket->conn;
    socket_drop_waits(sockets, socket);
    if (socket->stage == SOCKET_LISTENING)
        (void)application_close_listener(sockets->application, now, socket->port);
    let_go(sockets, now, socket);
    bool lingers = has_to_linger(sockets, socket, conn);
    SimTime until = sim_time_add(now, socket->options.linger_seconds * SIM_SECOND);
    socket_forget(sockets, socket);
    if (!lingers)
        return socket_value(0);
    return socket_begin_call(
        sockets, now,
        &(SocketWait){.call = SOCKET_CALL_CLOSE, .fd = fd, .wanted = conn, .until = until});
}

/* ---- What the endpoint tells ---- */

static Socket *socket_behind(const Sockets *sockets, TcpConnId conn)
{
    return id_map_get(&sockets->by_conn, conn);
}

TcpConnId socket_connection(const Sockets *sockets, int fd)
{
    const Socket *socket = socket_at(sockets, fd);

    return socket != NULL ? socket->conn : 0;
}

TcpConnId socket_told_of(const Sockets *sockets, int fd)
{
    const Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return 0;
    return socket->conn != 0 ? socket->conn : socket->ended_conn;
}

int socket_of(const Sockets *sockets, TcpConnId conn)
{
    const Socket *socket = socket_behind(sockets, conn);

    return socket != NULL ? socket->fd : -1;
}

static Socket *listener_at(const Sockets *sockets, uint16_t port)
{
    for (int fd = 0; fd < sockets->fd_count; fd++) {
        Socket *socket = sockets->by_fd[fd];

        if (socket != NULL && socket->stage == SOCKET_LISTENING && socket->port == port)
            return socket;
    }
    return NULL;
}

/* A connection joins the accept queue of its listener, with the listener's options. */
static void on_acceptable(Sockets *sockets, TcpConnId conn)
{
    TcpEnds ends;
    Socket *listener =
        tcp_stack_ends(sockets->stack, conn, &ends) ? listener_at(sockets, ends.local_port) : NULL;

    if (listener == NULL)
        return;
    Socket *child = socket_new(sockets);
    child->options = listener->options;
    child->stage = SOCKET_CONNECTED;
    child->port = listener->port;
    socket_attach(sockets, child, conn);
    socket_begin_counting(sockets, child);
    child->counts.segs_in = 2; /* its SYN and ACK */
    socket_sendbuf_begin(sockets, child);
    if (listener->queue_last != NULL)
        listener->queue_last->queue_next = child;
    else
        listener->queue_first = child;
    listener->queue_last = child;
    socket_wake(listener, SOCKET_POLL_IN);
}

static void on_error(Socket *socket, TcpError error)
{
    if (socket->error == TCP_OK)
        socket->error = error;
    socket_wake(socket, SOCKET_WAKE_ALL);
}

void sockets_app(Sockets *sockets, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                 TcpError error)
{
    (void)amount;
    if (event == TCP_APP_ACCEPTABLE) {
        on_acceptable(sockets, conn);
        return;
    }
    Socket *socket = socket_behind(sockets, conn);
    if (socket == NULL)
        return;
    switch (event) {
    case TCP_APP_CONNECTED:
        socket->counts.began_at = sockets->now;
        socket_sendbuf_begin(sockets, socket);
        socket_wake(socket, SOCKET_WAKE_ALL);
        break;
    case TCP_APP_READABLE: socket_wake(socket, SOCKET_POLL_IN); break;
    case TCP_APP_ERROR: on_error(socket, error); break;
    default: socket_wake(socket, SOCKET_WAKE_ALL); break;
    }
}

/* tcp_reset(): the endpoint tells no error where the peer's RST ends a connection that is closing
 * anyway, nor of one that waits to be accepted. */
static TcpError error_of_end(const Sockets *sockets, const Socket *socket, TcpState state)
{
    bool reset = sockets->arriving != NULL && (sockets->arriving->flags & TCP_RST);

    if (state == TCP_STATE_TIME_WAIT || state == TCP_STATE_SYN_SENT)
        return TCP_OK;
    if (reset && state == TCP_STATE_CLOSE_WAIT && sockets->settings.flavour == SOCKET_LINUX)
        return TCP_EPIPE;
    /* In SYN-RCVD of one that was accepted by Fast Open. */
    if (reset && (state != TCP_STATE_SYN_RCVD || socket->stage == SOCKET_CONNECTED))
        return TCP_ECONNRESET;
    if (sockets->quoted != NULL)
        return tcp_icmp_error(sockets->quoted);
    return socket->fd < 0 && sockets->arriving == NULL ? TCP_ETIMEDOUT : TCP_OK;
}

void sockets_ending(Sockets *sockets, TcpConnId conn)
{
    Socket *socket = socket_behind(sockets, conn);
    TcpLook look;

    if (socket == NULL || !tcp_look(sockets->stack, conn, &look))
        return;
    socket_fill_info(sockets, sockets->now, socket, &look, &socket->last);
    socket->last.state = 7; /* TCP_CLOSE */
    socket_marks_acked(sockets, sockets->now, socket, look.acked);
    socket_marks_end(sockets, sockets->now, socket);
    (void)application_ending(sockets->application, conn);
    socket_sendbuf_clear(sockets, socket);
    TcpError error = error_of_end(sockets, socket, look.state);
    if (error != TCP_OK)
        on_error(socket, error);
    socket->is_done = true;
    socket->conn = 0;
    socket->ended_conn = conn; /* why it ended is told only now */
    socket_wake(socket, SOCKET_WAKE_ALL);
}

bool sockets_icmp(Sockets *sockets, SimTime now, const TcpIcmp *icmp)
{
    sockets->now = now;
    sockets->quoted = icmp;
    bool is_ours = tcp_stack_icmp(sockets->stack, now, icmp);
    sockets->quoted = NULL;
    return is_ours;
}

void sockets_deliver(Sockets *sockets, SimTime now, const Segment *segment)
{
    TcpConnId conn =
        tcp_stack_find(sockets->stack, segment->dst_port, segment->src_addr, segment->src_port);
    Socket *socket = conn != 0 ? socket_behind(sockets, conn) : NULL;

    sockets->now = now;
    sockets->arriving = segment;
    if (socket != NULL)
        socket_count_arrival(sockets, socket, now, segment);
    tcp_stack_deliver(sockets->stack, now, segment);
    sockets->arriving = NULL;
    socket = conn != 0 ? socket_behind(sockets, conn) : NULL;
    if (socket != NULL)
        socket_touch(sockets, now, socket);
}
