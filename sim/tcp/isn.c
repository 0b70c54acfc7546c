/* Initial sequence numbers (RFC 9293 §3.4.1): fixed, from the clock alone as in RFC 793, or the
 * clock plus a keyed hash of the four-tuple as in RFC 6528.
 */
#include "core/compiler.h"
#include "tcp/connection.h"
#include "tcp/listener.h"

enum { FIXED_ISN = 1000 };

/* The clock ticks every 4 microseconds and so wraps about every 4.77 hours. */
static const SimTime isn_tick = 4 * SIM_MICROSECOND;

static Seq clock_part(const TcpStack *stack, SimTime now)
{
    return (Seq)((now - stack->isn_epoch) / isn_tick);
}

/* F() of RFC 6528 §3: local address and port, remote address and port, secret. */
static Seq hash_part(const TcpStack *stack, uint64_t key)
{
    return (Seq)siphash24_numbers(stack->setup.secret, key, stack->setup.address);
}

OFTEN Seq tcp_isn_choose(const TcpStack *stack, SimTime now, uint64_t key)
{
    switch (stack->config->isn) {
    case ISN_FIXED: return FIXED_ISN;
    case ISN_CLOCK: return clock_part(stack, now);
    default: return clock_part(stack, now) + hash_part(stack, key);
    }
}
