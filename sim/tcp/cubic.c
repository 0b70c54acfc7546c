/* CUBIC and HyStart as Linux counts them, where sender=linux: whole segments, jiffies, integers (net/ipv4/tcp_cubic.c;
 * the functions are named).  RFC 9438's own arithmetic is in congestion.c.
 */
#include "core/compiler.h"
#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"

enum {
    SCALE = 1024, /* BICTCP_BETA_SCALE, and bictcp_HZ: 2^10 units are a second */
    BETA = 717,
    FRIENDLY = 15,           /* beta_scale: 8 (SCALE + BETA) / 3 / (SCALE - BETA) */
    CURVE = 410,             /* cube_rtt_scale: C = 0.4, with a round trip of 0.1 s */
    UPDATES_PER_SECOND = 32, /* at most, while the window stays as it is */
    SAMPLES = 8,             /* HYSTART_MIN_SAMPLES */
    LOW_WINDOW = 16,         /* hystart_low_window */
    BURST = 4 * 65536,       /* of hystart_ack_delay() */
};

static const SimTime train_gap = 2 * SIM_MILLISECOND; /* hystart_ack_delta_us */
static const SimTime delay_least = 4 * SIM_MILLISECOND, delay_most = 16 * SIM_MILLISECOND;

struct TcpLinuxCubic {
    int64_t epoch, updated; /* jiffies; epoch 0: none has begun */
    SimTime delay_min;      /* 0: nothing was measured */
    uint32_t cnt;           /* a segment more for so many that are acknowledged */
    uint32_t count;         /* snd_cwnd_cnt: of those, so many so far */
    uint32_t last_max, last_window, origin, k;
    uint32_t acked, friendly; /* ack_cnt, tcp_cwnd: what Reno would have */
    bool found;               /* slow start is over */
    uint8_t samples;          /* of this round … */
    Seq round_end;
    SimTime round_began, last_ack, round_least;
};

size_t tcp_cubic_size(void)
{
    return sizeof(TcpLinuxCubic);
}

static TcpLinuxCubic *cubic_of(const TcpStack *stack, TcpConnection *conn)
{
    if (!conn->has_linux_cubic)
        conn->linux_cubic = memory_pool_take(stack->cubics);
    conn->has_linux_cubic = true;
    return conn->linux_cubic;
}

void tcp_cubic_drop(const TcpStack *stack, TcpConnection *conn)
{
    if (!conn->has_linux_cubic)
        return;
    memory_pool_give(stack->cubics, conn->linux_cubic);
    conn->has_linux_cubic = false;
    conn->cubic = (CubicCurve){0};
}

static int64_t jiffies(const TcpStack *stack, SimTime now)
{
    int64_t hz = stack->config->wheel_hz;

    return 1 + now / SIM_SECOND * hz + now % SIM_SECOND * hz / SIM_SECOND;
}

static uint32_t window_of(const TcpStack *stack, const TcpConnection *conn)
{
    return conn->cwnd / tcp_effective_mss(stack, conn);
}

static bool starts_slowly(const TcpConnection *conn)
{
    return conn->cwnd < conn->ssthresh;
}

/* ---- HyStart ---- */

static void begin_round(TcpLinuxCubic *c, const TcpConnection *conn, SimTime now)
{
    c->round_began = c->last_ack = now;
    c->round_end = conn->snd_nxt;
    c->round_least = SIM_NEVER;
    c->samples = 0;
}

/* hystart_ack_delay(): what a burst of four packets takes at the pacing rate, a millisecond at most. */
static SimTime burst_time(const TcpConnection *conn)
{
    uint64_t a_second =
        conn->srtt > 0 ? 2 * (uint64_t)conn->cwnd * (uint64_t)SIM_SECOND / (uint64_t)conn->srtt : 0;
    SimTime time = a_second > 0 ? (SimTime)(BURST * (uint64_t)SIM_SECOND / a_second) : 0;

    return time < SIM_MILLISECOND ? time : SIM_MILLISECOND;
}

/* ACKs that come in a row for longer than half a round trip. */
static bool ends_train(TcpLinuxCubic *c, const TcpConnection *conn, SimTime now)
{
    if (now - c->last_ack > train_gap)
        return false;
    c->last_ack = now;
    return now - c->round_began > (c->delay_min + burst_time(conn)) / 2;
}

/* A round trip that has grown by an eighth, whichever of this round is the shortest. */
static bool is_delayed(TcpLinuxCubic *c, SimTime delay)
{
    SimTime more = c->delay_min / 8;

    if (delay < c->round_least)
        c->round_least = delay;
    if (c->samples < SAMPLES) {
        c->samples++;
        return false;
    }
    more = more < delay_least ? delay_least : more > delay_most ? delay_most : more;
    return c->round_least > c->delay_min + more;
}

/* hystart_update() */
static void look_for_end(const TcpStack *stack, TcpLinuxCubic *c, TcpConnection *conn, SimTime now,
                         SimTime delay)
{
    if (c->round_began == 0 || seq_gt(conn->snd_una, c->round_end))
        begin_round(c, conn, now);
    if (window_of(stack, conn) < LOW_WINDOW)
        return;
    bool train = ends_train(c, conn, now), delayed = is_delayed(c, delay);
    if (!train && !delayed)
        return;
    c->found = true;
    conn->ssthresh = conn->cwnd;
}

/* cubictcp_acked() */
void tcp_cubic_sample(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime delay)
{
    TcpLinuxCubic *c = cubic_of(stack, conn);

    if (c->epoch > 0 && jiffies(stack, now) - c->epoch < stack->config->wheel_hz)
        return; /* right after recovery */
    delay = delay > SIM_MICROSECOND ? delay : SIM_MICROSECOND;
    if (c->delay_min == 0 || delay < c->delay_min)
        c->delay_min = delay;
    if (!c->found && starts_slowly(conn))
        look_for_end(stack, c, conn, now, delay);
}

/* ---- The curve ---- */

static uint32_t cube_root(uint64_t x)
{
    uint64_t root = 0;

    for (uint64_t step = UINT64_C(1) << 20; step > 0; step >>= 1)
        while ((root + step) * (root + step) * (root + step) <= x)
            root += step;
    return (uint32_t)root;
}

/* The window at the last loss is reached again after K, in 1024ths of a second. */
static void begin_epoch(TcpLinuxCubic *c, int64_t jiffy, uint32_t window, uint32_t acked)
{
    uint64_t factor = (UINT64_C(1) << 40) / CURVE;

    c->epoch = jiffy;
    c->acked = acked;
    c->friendly = window;
    bool is_above = c->last_max <= window;
    c->k = is_above ? 0 : cube_root(factor * (c->last_max - window));
    c->origin = is_above ? window : c->last_max;
}

static uint32_t target_of(const TcpStack *stack, const TcpLinuxCubic *c, int64_t jiffy)
{
    int64_t hz = stack->config->wheel_hz;
    int64_t passed = jiffy - c->epoch + (c->delay_min * hz + SIM_SECOND - 1) / SIM_SECOND;
    int64_t offset = passed * SCALE / hz - (int64_t)c->k;
    enum { OFFSET_MOST = 1 << 17 }; /* whose cube, times CURVE, fits */
    bool is_before = offset < 0;
    uint64_t by = (uint64_t)(is_before ? -offset : offset);

    by = by < OFFSET_MOST ? by : OFFSET_MOST;
    uint64_t delta = (CURVE * by * by * by) >> 40;
    if (is_before)
        return delta < c->origin ? c->origin - (uint32_t)delta : 0;
    return c->origin + (uint32_t)delta;
}

/* It may be no slower than Reno. */
static void keep_up(TcpLinuxCubic *c, uint32_t window)
{
    uint32_t each = window * FRIENDLY >> 3;

    while (each > 0 && c->acked > each) {
        c->acked -= each;
        c->friendly++;
    }
    if (c->friendly > window && window / (c->friendly - window) < c->cnt)
        c->cnt = window / (c->friendly - window);
}

/* bictcp_update() */
static void update(const TcpStack *stack, TcpLinuxCubic *c, SimTime now, uint32_t window,
                   uint32_t acked)
{
    enum { SLOWEST = 100, FIRST = 20, FASTEST = 2 };
    int64_t jiffy = jiffies(stack, now);

    c->acked += acked;
    if (c->last_window == window &&
        jiffy - c->updated <= stack->config->wheel_hz / UPDATES_PER_SECOND)
        return;
    if (c->epoch == 0 || jiffy != c->updated) {
        c->last_window = window;
        c->updated = jiffy;
        if (c->epoch == 0)
            begin_epoch(c, jiffy, window, acked);
        uint32_t target = target_of(stack, c, jiffy);
        c->cnt = target > window ? window / (target - window) : SLOWEST * window;
        if (c->last_max == 0 && c->cnt > FIRST) /* 5 % a round trip, until something is known */
            c->cnt = FIRST;
    }
    keep_up(c, window);
    if (c->cnt < FASTEST)
        c->cnt = FASTEST;
}

/* tcp_cong_avoid_ai() */
static uint32_t increase(TcpLinuxCubic *c, uint32_t acked)
{
    uint32_t more = c->count >= c->cnt;

    if (more > 0)
        c->count = 0;
    c->count += acked;
    more += c->count / c->cnt;
    c->count %= c->cnt;
    return more;
}

/* cubictcp_cong_avoid(), tcp_slow_start() */
void tcp_cubic_grow(const TcpStack *stack, TcpConnection *conn, SimTime now, uint32_t acked)
{
    TcpLinuxCubic *c = cubic_of(stack, conn);
    uint32_t mss = tcp_effective_mss(stack, conn), window = conn->cwnd / mss;

    if (starts_slowly(conn)) {
        uint32_t room = conn->ssthresh / mss > window ? conn->ssthresh / mss - window : 0;
        uint32_t takes = acked < room ? acked : room;

        window += takes;
        acked -= takes;
    }
    if (acked > 0) {
        update(stack, c, now, window, acked);
        window += increase(c, acked);
    }
    conn->cwnd = window * mss;
}

/* ---- Losing, and being idle ---- */

/* cubictcp_recalc_ssthresh() */
uint32_t tcp_cubic_threshold(const TcpStack *stack, TcpConnection *conn)
{
    TcpLinuxCubic *c = cubic_of(stack, conn);
    uint32_t mss = tcp_effective_mss(stack, conn), window = conn->cwnd / mss;

    c->epoch = 0;
    c->count = 0;
    c->last_max = window < c->last_max ? window * (SCALE + BETA) / (2 * SCALE) : window;
    return (uint32_t)((uint64_t)window * BETA / SCALE) * mss;
}

/* cubictcp_state(): after a timeout nothing of the past counts. */
void tcp_cubic_forget(const TcpStack *stack, TcpConnection *conn)
{
    *cubic_of(stack, conn) = (TcpLinuxCubic){0};
}

/* cubictcp_cwnd_event(): an idle time is none in which the window grew. */
void tcp_cubic_wakes(const TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpLinuxCubic *c = conn->linux_cubic;
    int64_t idle = jiffies(stack, now) - jiffies(stack, conn->last_sent);

    if (c->epoch == 0 || idle <= 0)
        return;
    c->epoch += idle;
    if (c->epoch > jiffies(stack, now))
        c->epoch = jiffies(stack, now);
}
