/* setsockopt() and getsockopt(): a table.  Ranges and roundings are those of Linux 6.18, measured. */
#include <stddef.h>
#include <string.h>

#include "socket/inside.h"

enum {
    STREAM = 1, /* SOCK_STREAM */
    TCP_PROTOCOL = 6,
    INTERNET = 2, /* AF_INET */
    DEFAULT_TTL = 64,
    DEFAULT_MSS = 536,
    MAXSEG_MIN = 88, /* TCP_MIN_MSS */
    MAXSEG_MAX = 32767,
    SNDBUF_MIN = 4608, /* SOCK_MIN_SNDBUF */
    RCVBUF_MIN = 2304, /* SOCK_MIN_RCVBUF */
    CLAMP_MIN = 1152,  /* SOCK_MIN_RCVBUF / 2 */
    LINGER2_MAX = 120,
    SYN_WAIT_MAX = 120, /* seconds: TCP_RTO_MAX */
    CONGESTION_UNSET = -1,
    STAMPS_ALL = (1 << 17) - 1,
    INT_MAX_ = 0x7fffffff,
    NO_COOKIE = 0x204, /* of tcp_fastopen: neither side wants one */
};

typedef enum OptionKind {
    OPTION_ANY,   /* any number is kept */
    OPTION_BOOL,  /* anything but 0 is 1 */
    OPTION_RANGE, /* least to most, else EINVAL */
    OPTION_SNDBUF,
    OPTION_RCVBUF,
    OPTION_LOWAT,
    OPTION_TOS,
    OPTION_TTL,
    OPTION_MAXSEG,
    OPTION_LINGER,
    OPTION_LINGER2,
    OPTION_DEFER,
    OPTION_CLAMP,
    OPTION_STAMPS,
    OPTION_EARLY, /* of Fast Open: a range, and only before there is a connection */
    OPTION_FIXED, /* can only be read; `least` is what it tells */
    OPTION_KIND_COUNT,
} OptionKind;

/* What follows from a change. */
typedef enum OptionEffect {
    EFFECT_NONE,
    EFFECT_TUNE, /* the endpoint has to know */
    EFFECT_PUSH, /* it does, and what was held back may go */
    EFFECT_KEEP, /* it does, and keepalive begins anew */
    EFFECT_QUICK,
    EFFECT_LISTEN, /* of Fast Open: a listener has to know */
} OptionEffect;

typedef struct Option {
    int level, name;
    size_t offset; /* in SocketOptions */
    OptionKind kind;
    int64_t least, most;
    OptionEffect effect;
} Option;

#define AT(field) offsetof(SocketOptions, field)
#define SO SOCKET_SOL_SOCKET
#define IP SOCKET_SOL_IP
#define TCP SOCKET_SOL_TCP

static const Option table[] = {
    {SO, SOCKET_SO_REUSEADDR, AT(reuse_address), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_TYPE, 0, OPTION_FIXED, STREAM, 0, EFFECT_NONE},
    {SO, SOCKET_SO_BROADCAST, AT(broadcast), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_SNDBUF, AT(sndbuf), OPTION_SNDBUF, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_RCVBUF, AT(rcvbuf), OPTION_RCVBUF, 0, 0, EFFECT_TUNE},
    {SO, SOCKET_SO_KEEPALIVE, AT(keepalive), OPTION_BOOL, 0, 0, EFFECT_KEEP},
    {SO, SOCKET_SO_OOBINLINE, AT(oob_inline), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_PRIORITY, AT(priority), OPTION_ANY, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_LINGER, AT(linger_seconds), OPTION_LINGER, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_REUSEPORT, AT(reuse_port), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_RCVLOWAT, AT(rcvlowat), OPTION_LOWAT, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_SNDLOWAT, 0, OPTION_FIXED, 1, 0, EFFECT_NONE},
    {SO, SOCKET_SO_RCVTIMEO, AT(receive_timeout_ms), OPTION_RANGE, 0, INT_MAX_, EFFECT_NONE},
    {SO, SOCKET_SO_SNDTIMEO, AT(send_timeout_ms), OPTION_RANGE, 0, INT_MAX_, EFFECT_NONE},
    {SO, SOCKET_SO_MARK, AT(mark), OPTION_ANY, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_TIMESTAMPING, AT(timestamping), OPTION_STAMPS, 0, 0, EFFECT_NONE},
    {SO, SOCKET_SO_PROTOCOL, 0, OPTION_FIXED, TCP_PROTOCOL, 0, EFFECT_NONE},
    {SO, SOCKET_SO_DOMAIN, 0, OPTION_FIXED, INTERNET, 0, EFFECT_NONE},
    {SO, SOCKET_SO_ZEROCOPY, AT(zerocopy), OPTION_RANGE, 0, 1, EFFECT_NONE},
    {IP, SOCKET_IP_TOS, AT(tos), OPTION_TOS, 0, 0, EFFECT_NONE},
    {IP, SOCKET_IP_TTL, AT(ttl), OPTION_TTL, 1, 255, EFFECT_NONE},
    {IP, SOCKET_IP_MTU_DISCOVER, AT(mtu_discover), OPTION_RANGE, 0, 5, EFFECT_NONE},
    {IP, SOCKET_IP_RECVERR, AT(receive_errors), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {IP, SOCKET_IP_FREEBIND, AT(freebind), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {IP, SOCKET_IP_TRANSPARENT, AT(transparent), OPTION_BOOL, 0, 0, EFFECT_NONE},
    {TCP, SOCKET_TCP_NODELAY, AT(nodelay), OPTION_BOOL, 0, 0, EFFECT_PUSH},
    {TCP, SOCKET_TCP_MAXSEG, AT(maxseg), OPTION_MAXSEG, 0, 0, EFFECT_TUNE},
    {TCP, SOCKET_TCP_CORK, AT(cork), OPTION_BOOL, 0, 0, EFFECT_PUSH},
    {TCP, SOCKET_TCP_KEEPIDLE, AT(keep_idle), OPTION_RANGE, 1, 32767, EFFECT_KEEP},
    {TCP, SOCKET_TCP_KEEPINTVL, AT(keep_interval), OPTION_RANGE, 1, 32767, EFFECT_TUNE},
    {TCP, SOCKET_TCP_KEEPCNT, AT(keep_count), OPTION_RANGE, 1, 127, EFFECT_TUNE},
    {TCP, SOCKET_TCP_SYNCNT, AT(syn_count), OPTION_RANGE, 1, 127, EFFECT_TUNE},
    {TCP, SOCKET_TCP_LINGER2, AT(linger2), OPTION_LINGER2, 0, 0, EFFECT_TUNE},
    {TCP, SOCKET_TCP_DEFER_ACCEPT, AT(defer_accept), OPTION_DEFER, 0, 0, EFFECT_TUNE},
    {TCP, SOCKET_TCP_WINDOW_CLAMP, AT(window_clamp), OPTION_CLAMP, 0, 0, EFFECT_TUNE},
    {TCP, SOCKET_TCP_QUICKACK, AT(quick_ack), OPTION_BOOL, 0, 0, EFFECT_QUICK},
    {TCP, SOCKET_TCP_USER_TIMEOUT, AT(user_timeout_ms), OPTION_RANGE, 0, INT_MAX_, EFFECT_TUNE},
    {TCP, SOCKET_TCP_FASTOPEN, AT(fastopen), OPTION_EARLY, 0, INT_MAX_, EFFECT_LISTEN},
    {TCP, SOCKET_TCP_NOTSENT_LOWAT, AT(notsent_lowat), OPTION_ANY, 0, 0, EFFECT_NONE},
    {TCP, SOCKET_TCP_FASTOPEN_CONNECT, AT(fastopen_connect), OPTION_EARLY, 0, 1, EFFECT_NONE},
    {TCP, SOCKET_TCP_FASTOPEN_NO_COOKIE, AT(fastopen_no_cookie), OPTION_EARLY, 0, 1, EFFECT_TUNE},
    {TCP, SOCKET_TCP_INQ, AT(inq), OPTION_RANGE, 0, 1, EFFECT_NONE},
    {TCP, SOCKET_TCP_NOOPT, AT(noopt), OPTION_BOOL, 0, 0, EFFECT_TUNE},
    {TCP, SOCKET_TCP_KEEPINIT, AT(keep_init), OPTION_RANGE, 1, 32767, EFFECT_TUNE},
};

#undef AT
#undef SO
#undef IP
#undef TCP

static const Option *find(int level, int name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].level == level && table[i].name == name)
            return &table[i];
    return NULL;
}

static int64_t *value_of(const Option *option, SocketOptions *options)
{
    return (int64_t *)(void *)((char *)options + option->offset);
}

void socket_options_init(const Sockets *sockets, SocketOptions *options)
{
    *options = (SocketOptions){
        .sndbuf = sockets->settings.wmem_default,
        .rcvbuf = sockets->settings.rmem_default,
        .rcvlowat = 1,
        .linger_seconds = 0,
        .ttl = DEFAULT_TTL,
        .mtu_discover = 1,
        .quick_ack = 1,
        .congestion = CONGESTION_UNSET,
    };
}

/* ---- What is set, rounded as Linux rounds it ---- */

static int64_t at_most(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t at_least(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The application's number is unsigned there, and doubled for what buffers take themselves. */
static int64_t buffer_size(const Sockets *sockets, int64_t value, int64_t least, int64_t most)
{
    int64_t factor = 2;

    if (sockets->settings.flavour == SOCKET_BSD)
        return at_most(at_least(value, 1), most);
    return at_least((value < 0 ? most : at_most(value, most)) * factor, least);
}

/* Linux counts in repeats of a SYN-ACK, whose waits double from a second: secs_to_retrans(). */
static int64_t defer_seconds(int64_t seconds)
{
    int64_t period = 1, timeout = 1;

    if (seconds <= 0)
        return 0;
    for (int repeats = 1; seconds > period && repeats < 255; repeats++) {
        timeout = at_most(2 * timeout, SYN_WAIT_MAX);
        period += timeout;
    }
    return period;
}

/* False: EINVAL. */
static bool round_value(const Sockets *sockets, const Option *option, int64_t *value)
{
    const SocketSettings *settings = &sockets->settings;
    int64_t v = *value;

    switch (option->kind) {
    case OPTION_BOOL: *value = v != 0; return true;
    case OPTION_EARLY:
    case OPTION_RANGE: return v >= option->least && v <= option->most;
    case OPTION_SNDBUF:
        *value = buffer_size(sockets, v, SNDBUF_MIN, settings->core_wmem_max);
        return true;
    case OPTION_RCVBUF:
        *value = buffer_size(sockets, v, RCVBUF_MIN, settings->core_rmem_max);
        return true;
    case OPTION_LOWAT: *value = v < 0 ? INT_MAX_ : at_least(v, 1); return true;
    case OPTION_TOS: *value = v & 0xfc; return true; /* ECN's bits are TCP's own */
    case OPTION_TTL: *value = v == -1 ? DEFAULT_TTL : v; return v == -1 || (v >= 1 && v <= 255);
    case OPTION_MAXSEG: return v == 0 || (v >= MAXSEG_MIN && v <= MAXSEG_MAX);
    case OPTION_LINGER2: *value = v < 0 ? -1 : at_most(v, LINGER2_MAX); return true;
    case OPTION_DEFER: *value = defer_seconds(v); return true;
    case OPTION_CLAMP: *value = v == 0 ? 0 : at_least(v, CLAMP_MIN); return true;
    case OPTION_STAMPS: return v >= 0 && v <= STAMPS_ALL;
    default: return true;
    }
}

/* ---- What the endpoint has to know ---- */

static int64_t either(int64_t own, int64_t host)
{
    return own ? own : host;
}

static bool needs_tuning(const SocketOptions *options)
{
    return options->nodelay || options->cork || options->maxseg || options->keepalive ||
           options->keep_idle || options->keep_interval || options->keep_count ||
           options->keep_init || options->syn_count || options->user_timeout_ms ||
           options->defer_accept || options->fastopen_no_cookie || options->linger2 ||
           options->noopt || options->window_clamp || options->rcvbuf_locked ||
           options->congestion != CONGESTION_UNSET;
}

static int64_t window_of(const Sockets *sockets, const SocketOptions *options, int64_t host)
{
    /* tcp_win_from_space(): half of the buffer, before the ratio of bytes to buffers is measured. */
    int64_t part = sockets->settings.flavour == SOCKET_LINUX ? 2 : 1;
    int64_t window = options->rcvbuf_locked ? options->rcvbuf / part : host;

    return options->window_clamp ? at_most(window, options->window_clamp) : window;
}

/* Linux net/ipv4/tcp_output.c, tcp_select_initial_window(): half of the buffer, in whole segments unless
 * the field cannot tell of it; and a scale that can. */
static void tune_receive_buffer(const SocketOptions *options, const HostConfig *host,
                                TcpTuning *tuning)
{
    enum { FIELD = 65535, FIELD_BITS = 15 };
    HostConfig *config = &tuning->config;
    uint32_t full = (uint32_t)options->rcvbuf / 2;
    int scale = 0;

    while (full >> scale >> FIELD_BITS > 1)
        scale++;
    tuning->receive_buffer = (uint32_t)options->rcvbuf;
    config->window_in_segments = full < FIELD + (uint32_t)host->mss;
    config->window_scale = scale;
}

static void tune(const Sockets *sockets, const SocketOptions *options, TcpTuning *tuning)
{
    const HostConfig *host = tcp_stack_config(sockets->stack);
    HostConfig *config = &tuning->config;

    config->nagle = options->cork ? TCP_NAGLE_CORK : options->nodelay ? 0 : host->nagle;
    config->mss = options->maxseg ? at_most(options->maxseg, host->mss) : host->mss;
    tuning->mss = (uint16_t)options->maxseg;
    config->keepalive = options->keepalive ? 1 : host->keepalive;
    config->tcp_keepalive_time = either(options->keep_idle * SIM_SECOND, host->tcp_keepalive_time);
    config->tcp_keepalive_intvl =
        either(options->keep_interval * SIM_SECOND, host->tcp_keepalive_intvl);
    config->tcp_keepalive_probes = either(options->keep_count, host->tcp_keepalive_probes);
    config->connect_timeout = either(options->keep_init * SIM_SECOND, host->connect_timeout);
    config->tcp_syn_retries = either(options->syn_count, host->tcp_syn_retries);
    config->tcp_synack_retries = either(options->syn_count, host->tcp_synack_retries);
    tuning->user_timeout = options->user_timeout_ms * SIM_MILLISECOND;
    tuning->defer_accept = options->defer_accept * SIM_SECOND;
    if (options->linger2 > 0)
        config->tcp_fin_timeout = options->linger2 * SIM_SECOND;
    if (options->congestion != CONGESTION_UNSET)
        config->congestion = options->congestion;
    config->window = window_of(sockets, options, host->window);
    if (options->rcvbuf_locked && sockets->settings.flavour == SOCKET_LINUX)
        tune_receive_buffer(options, host, tuning);
    tuning->no_options = options->noopt;
    config->tcp_timestamps = options->noopt ? 0 : host->tcp_timestamps;
    config->tcp_sack = options->noopt ? 0 : host->tcp_sack;
    config->tcp_window_scaling = options->noopt ? 0 : host->tcp_window_scaling;
    config->tcp_fastopen = host->tcp_fastopen | (options->fastopen_no_cookie ? NO_COOKIE : 0);
}

TcpTuning *socket_options_tuning(Sockets *sockets, const Socket *socket)
{
    if (!needs_tuning(&socket->options))
        return NULL;
    TcpTuning *tuning = tcp_tuning_new(sockets->stack);
    tune(sockets, &socket->options, tuning);
    return tuning;
}

void socket_options_apply(Sockets *sockets, Socket *socket)
{
    TcpTuning *tuning = NULL;

    if (socket->stage == SOCKET_LISTENING)
        tuning = tcp_tune_listener(sockets->stack, socket->port);
    else if (socket->conn != 0)
        tuning = tcp_tune(sockets->stack, socket->conn);
    if (tuning != NULL)
        tune(sockets, &socket->options, tuning);
}

uint32_t socket_notsent_lowat(const Sockets *sockets, const Socket *socket)
{
    return socket->options.notsent_lowat ? (uint32_t)socket->options.notsent_lowat
                                         : sockets->settings.notsent_lowat;
}

/* ---- setsockopt() ---- */

static void take_effect(Sockets *sockets, SimTime now, Socket *socket, const Option *option)
{
    const SocketOptions *options = &socket->options;

    if (option->effect == EFFECT_LISTEN)
        socket_fast_open_listens(sockets, socket);
    if (option->effect == EFFECT_NONE || option->effect == EFFECT_LISTEN ||
        (socket->conn == 0 && socket->stage != SOCKET_LISTENING))
        return;
    if (option->effect != EFFECT_QUICK)
        socket_options_apply(sockets, socket);
    (void)tcp_tuning_begin(sockets->stack, socket->conn);
    if (option->effect == EFFECT_KEEP)
        tcp_keepalive_changed(sockets->stack, now, socket->conn);
    if (option->kind == OPTION_RCVBUF && sockets->settings.flavour == SOCKET_LINUX)
        tcp_set_receive_buffer(sockets->stack, socket->conn, (uint32_t)options->rcvbuf);
    if (option->effect == EFFECT_QUICK)
        tcp_quick_ack(sockets->stack, now, socket->conn, options->quick_ack);
    bool pushes = option->name == SOCKET_TCP_CORK ? !options->cork : options->nodelay;
    if (option->effect == EFFECT_PUSH && pushes)
        tcp_push(sockets->stack, now, socket->conn, option->name == SOCKET_TCP_NODELAY);
    tcp_tuning_end(sockets->stack);
    socket_touch(sockets, now, socket);
}

static void lock_buffers(Socket *socket, const Option *option)
{
    if (option->kind == OPTION_SNDBUF)
        socket->options.sndbuf_locked = true;
    if (option->kind == OPTION_RCVBUF)
        socket->options.rcvbuf_locked = true;
}

/* The bytes that count from now on. */
static void begin_stamps(Socket *socket, int64_t before)
{
    int64_t begun = ~before & socket->options.timestamping;

    if (begun & SOCKET_TX_OPT_ID)
        socket->stamp_base = (uint32_t)socket->written;
}

SocketAnswer socket_set_option(Sockets *sockets, SimTime now, int fd, int level, int name,
                               int64_t value)
{
    Socket *socket = socket_at(sockets, fd);
    const Option *option = find(level, name);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (option == NULL || option->kind == OPTION_FIXED)
        return socket_error(TCP_ENOPROTOOPT);
    if (option->kind == OPTION_LINGER) {
        socket->options.linger_on = value >= 0;
        socket->options.linger_seconds = value >= 0 ? at_most(value, INT_MAX_) : 0;
        return socket_value(0);
    }
    value = (int32_t)(uint32_t)(uint64_t)value; /* an int there */
    if (!round_value(sockets, option, &value))
        return socket_error(TCP_EINVAL);
    TcpError error = option->kind == OPTION_EARLY && sockets->settings.flavour == SOCKET_LINUX
                         ? socket_fast_open_option(sockets, socket, name)
                         : TCP_OK;
    if (error != TCP_OK)
        return socket_error(error);
    int64_t *place = value_of(option, &socket->options), before = *place;
    *place = value;
    lock_buffers(socket, option);
    if (option->kind == OPTION_STAMPS)
        begin_stamps(socket, before);
    if (name == SOCKET_TCP_NOTSENT_LOWAT && level == SOCKET_SOL_TCP)
        socket_touch(sockets, now, socket); /* there may be room now: sk_write_space() */
    take_effect(sockets, now, socket, option);
    return socket_value(0);
}

/* ---- getsockopt() ---- */

/* Before the handshake: what was asked for, or RFC 9293's 536. */
static int64_t maxseg(const Sockets *sockets, const Socket *socket)
{
    TcpLook look;

    if (socket->conn != 0 && tcp_look(sockets->stack, socket->conn, &look))
        return look.mss;
    return either(socket->options.maxseg, DEFAULT_MSS);
}

/* What of SO_RCVBUF has become, where it grows by itself. */
static int64_t rcvbuf_of_linux(const Sockets *sockets, const Socket *socket, int64_t value)
{
    TcpLook look;

    if (socket->conn == 0 || !tcp_look(sockets->stack, socket->conn, &look))
        return value;
    return look.receive_memory > 0 ? look.receive_memory : value;
}

/* FreeBSD: whole segments, once the other end has told its own (tcp_input.c, tcp_mss()). */
static int64_t rcvbuf_of_bsd(const Sockets *sockets, const Socket *socket, int64_t value)
{
    TcpLook look;

    if (socket->conn == 0 || !tcp_look(sockets->stack, socket->conn, &look) ||
        look.state == TCP_STATE_SYN_SENT)
        return value;
    return look.receive_buffer;
}

/* What was not set is the host's. */
static int64_t tell(const Sockets *sockets, const Socket *socket, const Option *option,
                    int64_t value)
{
    const HostConfig *host = tcp_stack_config(sockets->stack);

    if (option->kind == OPTION_RCVBUF && sockets->settings.flavour == SOCKET_BSD)
        return rcvbuf_of_bsd(sockets, socket, value);
    if (option->kind == OPTION_RCVBUF)
        return rcvbuf_of_linux(sockets, socket, value);
    if (option->level == SOCKET_SOL_SOCKET)
        return option->kind == OPTION_LINGER && !socket->options.linger_on ? -1 : value;
    if (option->level != SOCKET_SOL_TCP)
        return value;
    switch (option->name) {
    case SOCKET_TCP_MAXSEG: return maxseg(sockets, socket);
    case SOCKET_TCP_KEEPIDLE: return either(value, host->tcp_keepalive_time / SIM_SECOND);
    case SOCKET_TCP_KEEPINTVL: return either(value, host->tcp_keepalive_intvl / SIM_SECOND);
    case SOCKET_TCP_KEEPCNT: return either(value, host->tcp_keepalive_probes);
    case SOCKET_TCP_SYNCNT: return either(value, host->tcp_syn_retries);
    case SOCKET_TCP_KEEPINIT: return either(value, host->connect_timeout / SIM_SECOND);
    case SOCKET_TCP_LINGER2: return either(value, host->tcp_fin_timeout / SIM_SECOND);
    default: return value;
    }
}

SocketAnswer socket_get_option(Sockets *sockets, SimTime now, int fd, int level, int name,
                               int64_t *value)
{
    Socket *socket = socket_at(sockets, fd);
    const Option *option = find(level, name);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    if (level == SOCKET_SOL_SOCKET && name == SOCKET_SO_ACCEPTCONN) {
        *value = socket->stage == SOCKET_LISTENING;
        return socket_value(0);
    }
    if (level == SOCKET_SOL_SOCKET && name == SOCKET_SO_ERROR) {
        *value = socket_take_error(socket);
        return socket_value(0);
    }
    if (option == NULL)
        return socket_error(TCP_ENOPROTOOPT);
    *value = option->kind == OPTION_FIXED
                 ? option->least
                 : tell(sockets, socket, option, *value_of(option, &socket->options));
    return socket_value(0);
}

/* ---- TCP_CONGESTION ---- */

static const char *const congestion_names[] = {
    [CONGESTION_NONE] = "none",
    [CONGESTION_RENO] = "reno",
    [CONGESTION_CUBIC] = "cubic",
};

SocketAnswer socket_set_congestion(Sockets *sockets, SimTime now, int fd, const char *name)
{
    Socket *socket = socket_at(sockets, fd);

    sockets->now = now;
    if (socket == NULL)
        return socket_error(TCP_EBADF);
    for (int64_t i = CONGESTION_RENO; i <= CONGESTION_CUBIC; i++)
        if (strcmp(congestion_names[i], name) == 0) {
            socket->options.congestion = i;
            socket_options_apply(sockets, socket);
            return socket_value(0);
        }
    return socket_error(TCP_ENOENT);
}

SocketAnswer socket_get_congestion(Sockets *sockets, int fd, const char **name)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL)
        return socket_error(TCP_EBADF);
    int64_t own = socket->options.congestion;
    *name =
        congestion_names[own != CONGESTION_UNSET ? own
                                                 : tcp_stack_config(sockets->stack)->congestion];
    return socket_value(0);
}
