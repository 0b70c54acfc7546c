/* Fast Open of a listener (RFC 7413): cookies, whose data are taken with the SYN, and how many such
 * connections may wait for their handshake's end.
 *
 * A cookie is the SipHash of the two addresses (client, server), keyed with a secret: Linux's, so that
 * with its key it is the same one (net/ipv4/tcp_fastopen.c).
 */
#include <assert.h>
#include <string.h>

#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/receive.h"

enum {
    SERVER = 0x2, /* of tcp_fastopen */
    SERVER_WITHOUT_COOKIE = 0x200,
    ALL_LISTENERS = 0x400,
    COOKIE_BYTES = 8,
};

/* ---- Keys ---- */

/* A secret of its own, so that a cookie tells nothing of initial sequence numbers; a host that has
 * forgotten their clock has a new one. */
static TcpFastOpenKeys own_key(const TcpStack *stack)
{
    enum { FAST_OPEN = 7413 };
    SipKey secret = stack->setup.secret;
    uint64_t epoch = (uint64_t)stack->isn_epoch;
    SipKey key = {siphash24_numbers(secret, epoch, FAST_OPEN),
                  siphash24_numbers(secret, epoch, FAST_OPEN + 1)};

    return (TcpFastOpenKeys){.keys = {key}, .count = 1};
}

static TcpFastOpenKeys keys_of(const TcpStack *stack, const TcpListener *listener)
{
    if (listener->fast_open_keys.count > 0)
        return listener->fast_open_keys;
    return stack->fast_open_keys.count > 0 ? stack->fast_open_keys : own_key(stack);
}

TcpError tcp_fast_open_set_keys(TcpStack *stack, uint16_t port, const TcpFastOpenKeys *keys)
{
    TcpListener *listener = port != 0 ? tcp_listener_find(stack, port) : NULL;

    if (keys->count < 1 || keys->count > 2 || (port != 0 && listener == NULL))
        return TCP_EINVAL;
    *(listener != NULL ? &listener->fast_open_keys : &stack->fast_open_keys) = *keys;
    return TCP_OK;
}

TcpError tcp_fast_open_set_queue(TcpStack *stack, uint16_t port, uint32_t most)
{
    TcpListener *listener = tcp_listener_find(stack, port);

    if (listener == NULL)
        return TCP_EINVAL;
    listener->fast_open = most;
    return TCP_OK;
}

/* ---- Cookies (§4.1.2) ---- */

static uint8_t *put_address(const TcpStack *stack, uint8_t *at, uint32_t address)
{
    const TcpHooks *hooks = &stack->setup.hooks;

    if (address_is_ipv6(address)) {
        if (hooks->address != NULL)
            hooks->address(hooks->context, address, at);
        else
            address_made_up(address, at);
        return at + ADDRESS_IPV6_BYTES;
    }
    for (unsigned i = 0; i < 4; i++)
        *at++ = (uint8_t)(address >> (24 - 8 * i));
    return at;
}

static void make_cookie(const TcpStack *stack, SipKey key, const Segment *syn,
                        uint8_t cookie[COOKIE_BYTES])
{
    uint8_t addresses[2 * ADDRESS_IPV6_BYTES];

    uint8_t *end = put_address(stack, addresses, syn->src_addr);
    end = put_address(stack, end, syn->dst_addr);
    uint64_t hash = siphash24(key, addresses, (size_t)(end - addresses));
    for (unsigned i = 0; i < COOKIE_BYTES; i++)
        cookie[i] = (uint8_t)(hash >> 8 * i);
}

/* By which key?  0: it is not one of ours. */
static uint32_t key_of_cookie(const TcpStack *stack, const TcpFastOpenKeys *keys,
                              const Segment *syn)
{
    uint8_t cookie[COOKIE_BYTES];

    for (uint32_t i = 0; i < keys->count; i++) {
        make_cookie(stack, keys->keys[i], syn, cookie);
        if (syn->options.cookie_length == COOKIE_BYTES &&
            memcmp(cookie, syn->options.cookie, COOKIE_BYTES) == 0)
            return i + 1;
    }
    return 0;
}

static void grant(const TcpStack *stack, const TcpFastOpenKeys *keys, const Segment *syn,
                  SegmentOptions *answer)
{
    answer->present = syn->options.present & OPTION_ANY_FAST_OPEN;
    answer->cookie_length = COOKIE_BYTES;
    make_cookie(stack, keys->keys[0], syn, answer->cookie);
}

/* ---- What a SYN asks for (§4.2) ---- */

static bool is_open_for(const TcpStack *stack, const TcpListener *listener, const Segment *syn)
{
    int64_t allowed = stack->config->tcp_fastopen;
    uint32_t most = listener->fast_open > 0   ? listener->fast_open
                    : allowed & ALL_LISTENERS ? listener->backlog
                                              : 0;

    return (allowed & SERVER) &&
           (syn->length > 0 || (syn->options.present & OPTION_ANY_FAST_OPEN)) &&
           listener->fast_open_pending < most;
}

TcpFastOpenVerdict tcp_fast_open_judge(const TcpStack *stack, const TcpListener *listener,
                                       const Segment *syn)
{
    TcpFastOpenVerdict verdict = {.reason = TCP_REASON_SYN_ARRIVED};
    bool asks = syn->options.present & OPTION_ANY_FAST_OPEN;

    if (!is_open_for(stack, listener, syn))
        return verdict;
    TcpFastOpenKeys keys = keys_of(stack, listener);
    uint32_t key = asks && syn->options.cookie_length > 0 ? key_of_cookie(stack, &keys, syn) : 0;
    verdict.takes = key > 0 || (stack->config->tcp_fastopen & SERVER_WITHOUT_COOKIE);
    if (asks && (!verdict.takes || key == 2))
        grant(stack, &keys, syn, &verdict.answer);
    if (verdict.takes)
        verdict.reason = TCP_REASON_FAST_OPEN_TAKEN;
    else if (asks)
        verdict.reason =
            syn->options.cookie_length > 0 ? TCP_REASON_COOKIE_REFUSED : TCP_REASON_COOKIE_GRANTED;
    return verdict;
}

/* ---- A connection that begins with its SYN ---- */

/* §4.2.2: the data go to the application before the handshake is done, which is sent its SYN-ACK first. */
void tcp_fast_open_take(TcpStack *stack, SimTime now, TcpListener *listener, TcpHalfOpen *half,
                        const Segment *syn, const TcpFastOpenVerdict *verdict)
{
    TcpConnection *conn = tcp_half_open_grow(stack, half);
    Segment special = {.options = verdict->answer};

    conn->special |= TCP_FAST_OPEN_TAKEN | TCP_FAST_OPEN_PENDING;
    listener->fast_open_pending++;
    stack->watched++;
    if (syn->length > 0) {
        conn->special |= TCP_SYN_DATA_ACKED;
        tcp_receive_syn_data(stack, conn, syn->payload, syn->length, false);
        tcp_receive_queued(stack, conn);
    }
    tcp_output_fast_syn_ack(stack, conn, now, &special, &(TcpSendNote){.reason = verdict->reason});
    tcp_own(stack, conn, TCP_OWNER_QUEUE);
    tcp_tell(stack, conn, TCP_APP_ACCEPTABLE, 0, TCP_OK);
}

/* Its handshake is done, or it has ended before. */
void tcp_fast_open_release(TcpStack *stack, TcpConnection *conn)
{
    TcpListener *listener = tcp_listener_find(stack, tcp_entry_local_port(&conn->entry));

    if (!(conn->special & TCP_FAST_OPEN_PENDING))
        return;
    conn->special &= (uint16_t)~TCP_FAST_OPEN_PENDING;
    assert(stack->watched > 0);
    stack->watched--;
    /* A listener that was closed meanwhile counts no more; a new one on its port has not counted it. */
    if (listener != NULL && listener->fast_open_pending > 0)
        listener->fast_open_pending--;
}
