/* Fast Open of who connects (RFC 7413): the cookies that servers have given, the SYN that takes data
 * along, what the SYN-ACK says of it, and the pause after a path seemed to swallow it.
 *
 *   no cookie yet    the SYN asks for one, and the data wait for the handshake (§4.2.1)
 *   a cookie         the SYN shows it and takes as many data along as fit (§4.2.2)
 *   a timeout        the SYN goes again plain: a box on the way may not like it (§4.2.2)
 *   data refused     they go again as soon as the SYN-ACK is here
 *
 * What Linux does beyond the RFC is in net/ipv4/tcp_fastopen.c: the form of the option that is tried
 * next, and the pause (§4.1.3.1 of the RFC only says that it is remembered).
 */
#include <string.h>

#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"

enum {
    CLIENT = 0x1, /* of tcp_fastopen */
    CLIENT_WITHOUT_COOKIE = 0x4,
    OPTIONS_RESERVED = 40, /* Linux: boxes on the way may add options of their own */
    TIMEOUTS_BEFORE_PAUSE = 3,
    PAUSES_DOUBLED_MAX = 6,
};

/* What one server has given, or refused to give. */
typedef struct TcpPeer {
    MapNode node; /* its key is the address */
    uint16_t mss; /* of its last SYN-ACK, bounded by ours */
    uint8_t cookie_length;
    uint8_t cookie[SEGMENT_COOKIE_MAX];
    bool cookie_is_exp;   /* it came in the experimental form, and is shown so */
    SimTime paused_until; /* it refused (fast-open-path-pause) */
    uint8_t form_tried; /* without a cookie: 0 the RFC's, 1 the next one is experimental, 2 both */
} TcpPeer;

/* ---- What is kept of servers ---- */

MemoryPool *tcp_peer_records_new(Budget *budget)
{
    return memory_pool_new(sizeof(TcpPeer), budget);
}

static TcpPeer *peer_at(const TcpStack *stack, uint32_t address)
{
    return (TcpPeer *)(void *)map_get(&stack->peers, address, map_as_it_is);
}

static TcpPeer *make_peer(TcpStack *stack, uint32_t address)
{
    TcpPeer *peer = peer_at(stack, address);

    if (peer != NULL)
        return peer;
    peer = memory_pool_take(stack->peer_records);
    peer->node.key = address;
    map_insert(&stack->peers, &peer->node, map_as_it_is);
    return peer;
}

void tcp_fast_open_forget(TcpStack *stack)
{
    Budget *budget = stack->setup.budget;

    map_clear(&stack->peers);
    stack->peers = (Map){.budget = budget};
    memory_pool_free(stack->peer_records);
    stack->peer_records = tcp_peer_records_new(budget);
    stack->fast_open_pauses = 0;
}

/* ---- The pause (RFC 7413 §4.1.3.1) ---- */

static SimTime pause_length(const TcpStack *stack)
{
    uint32_t doubled = stack->fast_open_pauses - 1;

    if (doubled > PAUSES_DOUBLED_MAX)
        doubled = PAUSES_DOUBLED_MAX;
    return stack->config->tcp_fastopen_blackhole_timeout_sec << doubled;
}

static bool pauses(const TcpStack *stack, const TcpPeer *peer, SimTime now)
{
    if (peer != NULL && now < peer->paused_until)
        return true;
    return stack->config->tcp_fastopen_blackhole_timeout_sec > 0 && stack->fast_open_pauses > 0 &&
           now < stack->fast_open_paused_at + pause_length(stack);
}

static void pause(TcpStack *stack, SimTime now)
{
    if (stack->config->tcp_fastopen_blackhole_timeout_sec == 0)
        return;
    stack->fast_open_paused_at = now;
    stack->fast_open_pauses++;
}

/* Linux: the third timeout in a row, or the last one. */
void tcp_fast_open_timeout(TcpStack *stack, TcpConnection *conn, SimTime now, bool last)
{
    uint32_t before = conn->retries;

    if (!(conn->special & (TCP_FAST_OPEN_ASKED | TCP_SYN_DATA)))
        return;
    if (before + 1 == TIMEOUTS_BEFORE_PAUSE || (before + 1 < TIMEOUTS_BEFORE_PAUSE && last))
        pause(stack, now);
}

/* RST or FIN beyond what has come, and no data before it: they are what was swallowed. */
void tcp_fast_open_disordered(TcpStack *stack, const TcpConnection *conn, SimTime now)
{
    if ((conn->special & TCP_FAST_OPEN_ASKED) && !conn->got_data)
        pause(stack, now);
}

/* ---- The first SYN ---- */

bool tcp_fast_open_is_ready(const TcpStack *stack, SimTime now, uint32_t address)
{
    const TcpPeer *peer = peer_at(stack, address);
    bool needless = stack->config->tcp_fastopen & CLIENT_WITHOUT_COOKIE;

    return (stack->config->tcp_fastopen & CLIENT) && !pauses(stack, peer, now) &&
           (needless || (peer != NULL && peer->cookie_length > 0));
}

/* The cookie, or a request for one, in the form that this server may know. */
static void add_option(const TcpStack *stack, const TcpPeer *peer, SegmentOptions *options)
{
    if (stack->config->tcp_fastopen & CLIENT_WITHOUT_COOKIE)
        return;
    bool exp =
        peer != NULL && (peer->cookie_length > 0 ? peer->cookie_is_exp : peer->form_tried == 1);
    options->present = exp ? OPTION_FAST_OPEN_EXP : OPTION_FAST_OPEN;
    options->cookie_length = peer != NULL ? peer->cookie_length : 0;
    if (options->cookie_length > 0)
        memcpy(options->cookie, peer->cookie, options->cookie_length);
}

/* What a SYN may take along: a segment as the server takes it, less what options may need. */
static uint64_t syn_room(const TcpStack *stack, const TcpPeer *peer)
{
    int64_t mss = stack->config->mss;

    if (peer != NULL && peer->mss < mss)
        mss = peer->mss;
    return mss > OPTIONS_RESERVED ? (uint64_t)(mss - OPTIONS_RESERVED) : 0;
}

static TcpReason why_so(const TcpStack *stack, const TcpPeer *peer, SimTime now,
                        const SegmentOptions *options)
{
    if (pauses(stack, peer, now))
        return TCP_REASON_FAST_OPEN_PAUSED;
    if (!(options->present & OPTION_ANY_FAST_OPEN))
        return TCP_REASON_COOKIE_NEEDLESS;
    return options->cookie_length > 0 ? TCP_REASON_COOKIE_USED : TCP_REASON_COOKIE_ASKED;
}

/* Returns how many bytes the SYN takes along. */
static uint64_t open_fast(TcpStack *stack, TcpConnection *conn, SimTime now,
                          const TcpConnectOptions *options, Segment *special, TcpReason *reason)
{
    const TcpPeer *peer = peer_at(stack, options->address);
    bool ready = tcp_fast_open_is_ready(stack, now, options->address);
    uint64_t room = ready ? syn_room(stack, peer) : 0;
    uint64_t length = options->data < room ? options->data : room;

    conn->app_bytes = options->only_syn_data ? length : options->data;
    if (!(stack->config->tcp_fastopen & CLIENT))
        return 0;
    if (!pauses(stack, peer, now)) {
        add_option(stack, peer, &special->options);
        if (stack->fast_open_pauses > 0)
            conn->special |= TCP_FAST_OPEN_PROBES;
    }
    *reason = why_so(stack, peer, now, &special->options);
    return length;
}

void tcp_fast_open_connect(TcpStack *stack, TcpConnection *conn, SimTime now,
                           const TcpConnectOptions *options)
{
    Segment special = {0};
    TcpReason reason = TCP_REASON_OPEN_ACTIVE;
    uint64_t length = 0;

    if (options->fast_open)
        length = open_fast(stack, conn, now, options, &special, &reason);
    if (stack->config->tcp_ecn == 1) { /* RFC 3168 §6.1.1 */
        special.flags = TCP_ECE | TCP_CWR;
        conn->special |= TCP_ECN_ON;
    }
    tcp_output_special_syn(stack, conn, now, reason, (uint16_t)length, &special);
}

/* ---- Its SYN-ACK ---- */

/* Did only SYNs without data get through? */
static bool was_repeated(const TcpConnection *conn)
{
    return conn->syn_timeouts > 0 || (conn->special & TCP_PATH_NARROW);
}

/* FreeBSD sys/netinet/tcp_fastopen.c, tcp_fastopen_disable_path().  Where the data were acknowledged it does so,
 * too, though a server need not repeat its cookie then (RFC 7413 §4.2.2): not here. */
static void pause_path(TcpPeer *peer, SimTime until)
{
    peer->cookie_length = 0;
    peer->paused_until = until;
}

/* §4.1.3: a cookie replaces the old one.  Linux: a server that gave none to the RFC's option is asked in
 * the experimental form once, and then in the RFC's for ever. */
static void remember(TcpStack *stack, const TcpConnection *conn, SimTime now,
                     const SegmentOptions *options)
{
    SimTime path_pause = stack->config->fast_open_path_pause;
    uint32_t address = tcp_entry_remote_address(&conn->entry);
    TcpPeer *peer = make_peer(stack, address);
    uint32_t ours = (uint32_t)stack->setup.config->mss; /* whatever TCP_MAXSEG says */
    bool asked = conn->special & TCP_FAST_OPEN_ASKED;
    bool given = asked && (options->present & OPTION_ANY_FAST_OPEN) && options->cookie_length > 0;

    uint32_t theirs = tcp_options_peer_mss(options, address);
    peer->mss = (uint16_t)(theirs < ours ? theirs : ours);
    if (given) {
        peer->cookie_length = options->cookie_length;
        memcpy(peer->cookie, options->cookie, options->cookie_length);
        peer->cookie_is_exp = options->present & OPTION_FAST_OPEN_EXP;
        return;
    }
    bool taken = (conn->special & TCP_SYN_DATA) && conn->snd_una == conn->snd_nxt;
    if (path_pause > 0) {
        if (asked && !taken)
            pause_path(peer, now + path_pause);
        return;
    }
    uint8_t next = conn->special & TCP_FAST_OPEN_EXP ? 2 : 1;
    if (asked && peer->cookie_length == 0 && !was_repeated(conn) &&
        !(conn->special & TCP_SYN_DATA) && next > peer->form_tried)
        peer->form_tried = next;
}

void tcp_fast_open_refused(TcpStack *stack, TcpConnection *conn)
{
    if (tcp_is_bsd_sender(stack))
        tcp_bsd_go_back(conn);
    else
        tcp_sent_mark_lost_before(conn, SIM_NEVER);
    tcp_sent_cut(stack, conn, tcp_effective_mss(stack, conn));
    conn->special |= TCP_SYN_DATA_AGAIN;
}

void tcp_fast_open_answered(TcpStack *stack, TcpConnection *conn, SimTime now,
                            const SegmentOptions *options)
{
    if (!(conn->special & (TCP_FAST_OPEN_ASKED | TCP_SYN_DATA)))
        return;
    remember(stack, conn, now, options);
    if (!(conn->special & TCP_SYN_DATA))
        return;
    if (conn->snd_una == conn->snd_nxt) {
        conn->special |= TCP_SYN_DATA_ACKED;
        if (conn->special & TCP_FAST_OPEN_PROBES)
            stack->fast_open_pauses = 0;
        return;
    }
    tcp_fast_open_refused(stack, conn);
}
