/* SYN cookies (RFC 4987 §3.6; Bernstein 1996): the initial sequence number of the SYN-ACK says
 * all that has to be remembered of the SYN, so that nothing has to be.
 *
 *   cookie = hash(addresses, ports) + client's number + (minutes << 24)
 *          + ((hash(addresses, ports, minutes) + index of the MSS) mod 2^24)
 *
 * The ACK brings it back, plus one.  Of 2^8 minutes two and of 2^24 indexes four are accepted, so a
 * guess is right once in 2^29, about 540 million.  Window scale and SACK survive only where timestamps do:
 * they travel in the low bits of the SYN-ACK's timestamp, which the ACK echoes.
 */
#include "tcp/connection.h"
#include "tcp/listener.h"
#include "tcp/output.h"
#include "tcp/timers.h"

enum {
    PERIODS_VALID = 2,
    COUNT_SHIFT = 24,
    TS_BITS = 6, /* four of the window scale, one of SACK, one not used here (ECN) */
    TS_NO_SCALE = 15,
    TS_SACK = 16,
};

static const uint32_t low_24_bits = (1U << COUNT_SHIFT) - 1;

static const SimTime period = SIM_MINUTE;

enum { MSS_COUNT = 4 };

/* What the peer can take, as far as two bits say it; over IPv6 as Linux net/ipv6/syncookies.c has it. */
static const uint16_t *mss_of_index(const TcpStack *stack)
{
    static const uint16_t ipv4[MSS_COUNT] = {536, 1300, 1440, 1460};
    static const uint16_t ipv6[MSS_COUNT] = {1220, 1420, 1440, 8940};

    return address_is_ipv6(stack->setup.address) ? ipv6 : ipv4;
}

/* Linux (tcp_cookie_time()) counts them from where its timers count from. */
static uint32_t minutes(const TcpStack *stack, SimTime now)
{
    return (uint32_t)(sim_time_add(now, stack->config->wheel_phase) / period);
}

/* Two independent hashes: `which` is 0 or 1. */
static uint32_t hash(const TcpStack *stack, uint64_t key, uint32_t count, uint8_t which)
{
    uint8_t input[17];

    for (unsigned i = 0; i < 8; i++)
        input[i] = (uint8_t)(key >> 8 * i);
    for (unsigned i = 0; i < 4; i++) {
        input[8 + i] = (uint8_t)(stack->setup.address >> 8 * i);
        input[12 + i] = (uint8_t)(count >> 8 * i);
    }
    input[16] = which;
    return (uint32_t)siphash24(stack->setup.secret, input, sizeof input);
}

static uint32_t mss_index(const TcpStack *stack, uint16_t mss)
{
    const uint16_t *known = mss_of_index(stack);
    uint32_t index = MSS_COUNT - 1;

    while (index > 0 && known[index] > mss)
        index--;
    return index;
}

Seq tcp_cookie_make(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, uint16_t mss)
{
    uint32_t count = minutes(stack, now);

    return hash(stack, key, 0, 0) + client_seq + (count << COUNT_SHIFT) +
           ((hash(stack, key, count, 1) + mss_index(stack, mss)) & low_24_bits);
}

bool tcp_cookie_check(const TcpStack *stack, SimTime now, uint64_t key, Seq client_seq, Seq cookie,
                      uint16_t *mss)
{
    uint32_t rest = cookie - hash(stack, key, 0, 0) - client_seq;
    uint32_t age = (minutes(stack, now) - (rest >> COUNT_SHIFT)) & 0xff;

    if (age >= PERIODS_VALID)
        return false;
    uint32_t index = (rest - hash(stack, key, minutes(stack, now) - age, 1)) & low_24_bits;
    if (index >= MSS_COUNT)
        return false;
    *mss = mss_of_index(stack)[index];
    return true;
}

/* Linux's clock of timestamps began when its timers' jiffies were five minutes short of their wrap: so much ours is
 * behind it. */
static uint32_t behind(const TcpStack *stack)
{
    if (!tcp_timer_is_wheel(stack->config))
        return 0;
    return (uint32_t)((stack->config->wheel_phase + 5 * SIM_MINUTE) / SIM_MILLISECOND -
                      tcp_timestamp(0));
}

/* The latest time that is not in the future and ends in the options. */
uint32_t tcp_cookie_timestamp(const TcpStack *stack, SimTime now, const TcpEntry *entry)
{
    uint32_t stamp = tcp_timestamp(now), mask = (1U << TS_BITS) - 1;
    uint32_t options =
        (entry->window_scale_on ? entry->snd_wscale : TS_NO_SCALE) | (entry->sack_on ? TS_SACK : 0);

    return stamp - ((stamp + behind(stack) - options) & mask);
}

void tcp_cookie_options(const TcpStack *stack, uint32_t echo, TcpEntry *entry)
{
    const HostConfig *config = stack->config;
    uint32_t echoed = echo + behind(stack);
    uint8_t scale = echoed & TS_NO_SCALE;

    entry->timestamps_on = true;
    entry->sack_on = config->tcp_sack && (echoed & TS_SACK);
    entry->window_scale_on = config->tcp_window_scaling && scale != TS_NO_SCALE;
    entry->snd_wscale = entry->window_scale_on ? scale : 0;
}
