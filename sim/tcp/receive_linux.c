/* receiver=linux: the window that Linux offers, and when it acknowledges (Linux 6.1 net/ipv4/tcp_input.c,
 * tcp_output.c and tcp.c; the functions are named).
 *
 * A buffer holds not bytes but packets, each with the memory that it takes, and half of it is offered.  How
 * much of that, grows with what arrives in large segments (ssthresh), up to a clamp; and with how much an
 * application reads in a round trip the buffer grows itself.
 *
 * An ACK is sent at once for more than one full segment, while few have been (quick), or once the
 * application has read a small one; otherwise it waits for the time between segments (ato).
 */
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/receive.h"
#include "tcp/timers.h"

enum {
    DEFAULT_MSS = 536, /* TCP_MSS_DEFAULT */
    LEAST_MSS = 88,    /* TCP_MIN_MSS */
    TIMESTAMPS = 12,
    SACK_HEAD = 4, /* padding and all */
    SACK_BLOCK = 8,
    HALF = 128,            /* TCP_DEFAULT_SCALING_RATIO */
    BUFFER_FIRST = 131072, /* tcp_rmem's second */
    GROWS_FROM = 128,      /* bytes of a segment that lets the window grow */
    BUFFER_MOST = 6 << 20, /* tcp_rmem's greatest */
    BUFFER_MOST_6_18 = 32 << 20,
    WINDOW_UNLOCKED = 65535, /* a smaller one was set with SO_RCVBUF, and stays */
    INITIAL_SEGMENTS = 10,   /* TCP_INIT_CWND */
    TCP_HEADER_MOST = 256,   /* MAX_TCP_HEADER */
    SHARED = 320,            /* sizeof(struct skb_shared_info) */
    COMPRESS_AFTER = 3,      /* TCP_FASTRETRANS_THRESH */
    RECORD = 256,            /* sizeof(struct sk_buff), aligned */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* ---- Memory: receive_memory.c ---- */

/* tcp_win_from_space(): half of it (tcp_adv_win_scale=1); since 6.6 as much as was payload of the segments
 * that came. */
static uint32_t window_of(const TcpLinuxReceiver *r, uint64_t space)
{
    return (uint32_t)(space * r->ratio >> 8);
}

uint32_t tcp_linux_window_of(const TcpConnection *conn, uint32_t memory)
{
    return window_of(&conn->receiver, memory);
}

static uint32_t free_space(const TcpConnection *conn)
{
    const TcpLinuxReceiver *r = &conn->receiver;

    return window_of(r, r->buffer > r->held ? r->buffer - r->held : 0);
}

bool tcp_linux_is_locked(const TcpStack *stack)
{
    bool is_set = stack->tuning != NULL && stack->tuning->receive_buffer > 0;

    return is_set || (stack->room.first == 0 && stack->config->window < WINDOW_UNLOCKED);
}

/* sk_rcvbuf of a connection that begins. */
static uint32_t first_buffer(const TcpStack *stack)
{
    if (stack->tuning != NULL && stack->tuning->receive_buffer > 0)
        return stack->tuning->receive_buffer;
    if (tcp_linux_is_locked(stack))
        return 2 * (uint32_t)stack->config->window;
    if (stack->config->window > WINDOW_UNLOCKED && stack->room.first == 0)
        return 2 * (uint32_t)stack->config->window;
    return stack->room.first > 0 ? stack->room.first : BUFFER_FIRST;
}

/* tcp_rmem's greatest: 32 MB since 6.16. */
static uint32_t largest_buffer(const TcpStack *stack)
{
    if (stack->room.most > 0)
        return stack->room.most;
    return tcp_is_linux_since_6_18(stack) ? BUFFER_MOST_6_18 : BUFFER_MOST;
}

/* tcp_clamp_window(): one that nobody has set grows to what is held. */
SELDOM void tcp_linux_clamp(const TcpStack *stack, TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t mss = (uint32_t)stack->config->mss - (conn->entry.timestamps_on ? TIMESTAMPS : 0);

    r->quick = 0;
    if (!tcp_linux_is_locked(stack) && r->buffer < largest_buffer(stack))
        r->buffer = least(r->held, largest_buffer(stack));
    if (r->held > r->buffer)
        r->ssthresh = least(r->clamp, 2 * mss);
}

/* ---- Beginning: tcp_init_buffer_space(), tcp_initialize_rcv_mss() ---- */

void tcp_linux_begin(const TcpStack *stack, TcpConnection *conn, SimTime now)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t mss = (uint32_t)stack->config->mss - (conn->entry.timestamps_on ? TIMESTAMPS : 0);
    uint32_t offered = (uint32_t)(conn->rcv_adv - conn->rcv_nxt);

    r->sacks_fin = true;
    r->space_began = now;
    r->ratio = HALF;
    r->buffer = first_buffer(stack);
    uint32_t full = r->buffer / 2;
    r->clamp = full;
    if (full > 2 * mss)
        r->clamp = most(2 * mss, full - mss);
    r->ssthresh = least(offered, r->clamp);
    r->space = most(least(r->ssthresh, INITIAL_SEGMENTS * mss), 1);
    r->rcv_mss = (uint16_t)most(
        least(least(mss, tcp_effective_mss(stack, conn)), least(offered / 2, DEFAULT_MSS)),
        LEAST_MSS);
    r->predicts = conn->passive || conn->entry.snd_wscale == 0; /* tcp_finish_connect() */
}

/* tcp_fast_path_check(): nothing is out of order, and there is room. */
void tcp_linux_predict(TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;

    r->predicts = !tcp_receive_holds_behind(conn, conn->rcv_nxt) &&
                  conn->rcv_adv != conn->last_ack_sent && r->held < r->buffer;
}

/* ---- The window: __tcp_select_window(), tcp_select_window() ---- */

/* What there is to offer, regardless of what was promised. */
static uint32_t select_window(TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t space = free_space(conn), full = least(r->clamp, window_of(r, r->buffer));
    uint32_t mss = least(r->rcv_mss, full), unit = 1U << conn->rcv_wscale;

    if (space < full / 2) {
        r->quick = 0;
        space = space / unit * unit;
        if (space < window_of(r, r->buffer) / 16 || space < mss)
            return 0;
    }
    space = least(space, r->ssthresh);
    if (unit > 1)
        return (space + unit - 1) / unit * unit;
    uint32_t window = (uint32_t)(conn->rcv_adv - conn->last_ack_sent);
    if (window + mss <= space || window > space)
        return mss > 0 ? space / mss * mss : 0;
    if (mss == full && space > window + full / 2)
        return space;
    return window;
}

static uint32_t window_now(TcpConnection *conn)
{
    return most(select_window(conn), tcp_receive_offered(conn));
}

/* tcp_event_ack_sent(), tcp_dec_quickack_mode(). */
static void ack_leaves(const TcpStack *stack, TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;

    bool is_scheduled = conn->ack_urgency != TCP_ACK_NONE || r->compresses;

    r->pushed = 0;
    r->compresses = false;
    if (r->quick == 0 || !is_scheduled)
        return;
    r->quick--;
    if (r->quick == 0)
        r->ato = stack->config->delayed_ack;
}

static SELDOM uint16_t close_window(TcpConnection *conn)
{
    conn->receiver.is_out_of_memory = conn->receiver.predicts = false;
    conn->rcv_adv = conn->rcv_nxt;
    return 0;
}

/* The window field, and the right edge that it promises.  With the ACK that enters TIME-WAIT it moves for the
 * last time. */
uint16_t tcp_linux_advertise(const TcpStack *stack, TcpConnection *conn)
{
    ack_leaves(stack, conn);
    if (conn->receiver.is_frozen)
        return (uint16_t)(conn->receiver.ssthresh >> conn->rcv_wscale);
    if (conn->receiver.is_out_of_memory)
        return close_window(conn);
    uint32_t unit = 1U << conn->rcv_wscale;
    uint32_t field = least((window_now(conn) + unit - 1) >> conn->rcv_wscale, UINT16_MAX);

    conn->rcv_adv = conn->rcv_nxt + (field << conn->rcv_wscale);
    if (conn->state == TCP_STATE_TIME_WAIT)
        tcp_linux_freeze(conn);
    conn->receiver.predicts &= field > 0;
    return (uint16_t)field;
}

/* tcp_grow_window(). */
static void grow_window(const TcpStack *stack, TcpConnection *conn, uint32_t length)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t ceiling = least(r->clamp, free_space(conn));
    uint32_t mss = (uint32_t)stack->config->mss - (conn->entry.timestamps_on ? TIMESTAMPS : 0);
    uint32_t cost = window_of(r, tcp_memory_of(stack, conn, length)), increment = 2 * mss;

    if (length < GROWS_FROM || ceiling <= r->ssthresh)
        return;
    if (cost > length) { /* __tcp_grow_window() */
        uint32_t window = window_of(r, largest_buffer(stack)) / 2;

        increment = 0;
        for (cost /= 2; r->ssthresh <= window && increment == 0; cost /= 2, window /= 2)
            increment = cost <= length ? 2U * r->rcv_mss : 0;
    }
    if (increment == 0)
        return;
    increment = most(increment, 2 * length);
    r->ssthresh += least(ceiling - r->ssthresh, increment);
    r->quick |= 1;
}

/* tcp_in_quickack_mode(). */
static bool is_quick(const TcpConnection *conn)
{
    return conn->receiver.quick > 0 && !conn->interactive;
}

/* ---- The buffer grows ---- */

/* The memory that holds so much of a window; none beyond tcp_rmem's greatest. */
static void grow_buffer(const TcpStack *stack, TcpConnection *conn, uint64_t buffer)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t most_memory = largest_buffer(stack);

    buffer = buffer < most_memory ? buffer : most_memory;
    if (tcp_linux_is_locked(stack) || buffer <= r->buffer)
        return;
    r->buffer = (uint32_t)buffer;
    r->clamp = window_of(r, r->buffer);
}

/* Before 6.16: room for losses, and for segments of this size. */
static void grow_for_losses(const TcpStack *stack, TcpConnection *conn, uint32_t copied)
{
    const TcpLinuxReceiver *r = &conn->receiver;
    uint32_t mss = (uint32_t)stack->config->mss - (conn->entry.timestamps_on ? TIMESTAMPS : 0);
    uint64_t window = 2 * (uint64_t)copied + 16 * (uint64_t)mss;
    uint64_t memory = TCP_HEADER_MOST + mss + SHARED + RECORD;

    window += 2 * (window * (copied - r->space) / r->space);
    while (memory / 2 < mss)
        memory += 128;
    grow_buffer(stack, conn,
                tcp_is_linux_since_6_6(stack) ? window * 256 / r->ratio : window / mss * memory);
}

/* How far what waits out of order reaches behind RCV.NXT. */
static uint32_t waits_out_of_order(const TcpConnection *conn)
{
    uint32_t out = 0;

    for (const TcpPiece *p = conn->pieces; p != NULL; p = p->next)
        if (seq_gt(p->seq, conn->rcv_nxt))
            out = (uint32_t)(p->seq + p->length - conn->rcv_nxt);
    return out;
}

/* tcp_rcvbuf_grow() (6.18): twice what was read in a round trip, more where that grows; and what is out of order. */
static void grow_as_read(const TcpStack *stack, TcpConnection *conn, uint32_t copied)
{
    const TcpLinuxReceiver *r = &conn->receiver;
    uint64_t window = 2 * (uint64_t)copied;

    window += 2 * (window * (copied - r->space) / r->space) + waits_out_of_order(conn);
    grow_buffer(stack, conn, window * 256 / r->ratio);
}

/* ---- Arriving ---- */

/* tcp_set_window_clamp(), which 6.18 has for this: what is offered goes with it. */
static void move_ssthresh(TcpConnection *conn, uint32_t clamp_before)
{
    TcpLinuxReceiver *r = &conn->receiver;

    if (r->clamp < clamp_before)
        r->ssthresh = least(r->ssthresh, r->clamp);
    else if (r->clamp > clamp_before)
        r->ssthresh =
            most(least((uint32_t)(conn->rcv_adv - conn->last_ack_sent), r->clamp), r->ssthresh);
}

/* How much of the memory of a segment is payload. */
static void measure_ratio(const TcpStack *stack, TcpConnection *conn, uint32_t length)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t ratio = 256 * length / tcp_memory_of(stack, conn, length);

    ratio = ratio > 0 ? least(ratio, UINT8_MAX) : 1;
    if (ratio == r->ratio)
        return;
    uint32_t clamp_before = r->clamp;
    r->ratio = (uint8_t)ratio;
    r->clamp = window_of(r, r->buffer);
    if (tcp_is_linux_since_6_18(stack))
        move_ssthresh(conn, clamp_before);
    r->space = most(least(r->space, r->clamp), 1);
}

/* tcp_measure_rcv_mss(). */
static void measure_mss(const TcpStack *stack, TcpConnection *conn, const TcpText *text)
{
    uint32_t length = text->length;
    bool pushed = text->pushed;

    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t mss = (uint32_t)stack->config->mss - (conn->entry.timestamps_on ? TIMESTAMPS : 0);
    uint16_t last = r->last_length;

    r->last_length = 0;
    uint32_t piece = stack->room.piece > 0 ? least(length, stack->room.piece) : length;

    if (piece >= r->rcv_mss) {
        if (tcp_is_linux_since_6_6(stack) && piece != r->rcv_mss)
            measure_ratio(stack, conn, length);
        r->rcv_mss = (uint16_t)least(piece, mss);
        r->pushed = (uint8_t)most(r->pushed, pushed);
        return;
    }
    if (text->sack_blocks > 0)
        length += SACK_HEAD + SACK_BLOCK * (uint32_t)text->sack_blocks;
    uint32_t with_options = length + (conn->entry.timestamps_on ? TIMESTAMPS : 0);
    if (with_options >= DEFAULT_MSS || (with_options >= LEAST_MSS && !pushed)) {
        r->last_length = (uint16_t)length;
        if (length == last) {
            r->rcv_mss = (uint16_t)length;
            return;
        }
    }
    if (r->pushed < 2)
        r->pushed++;
}

/* tcp_incr_quickack(). */
static void count_quick(const TcpStack *stack, TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t window = (uint32_t)(conn->rcv_adv - conn->last_ack_sent);
    uint32_t quick = window / (2U * r->rcv_mss);

    quick = least(quick > 0 ? quick : 2, (uint32_t)stack->config->quick_acks);
    r->quick = (uint8_t)most(r->quick, quick);
}

/* tcp_enter_quickack_mode(). */
void tcp_linux_quick(const TcpStack *stack, TcpConnection *conn)
{
    if (conn->receiver.buffer == 0)
        return; /* the handshake is not done */
    count_quick(stack, conn);
    conn->interactive = false;
    conn->receiver.ato = stack->config->delayed_ack;
}

/* tcp_rcv_rtt_measure_ts(): how long a full segment took to answer ours, unless something else has before. */
void tcp_linux_measure(TcpConnection *conn, SimTime now, uint32_t echo, uint32_t length)
{
    TcpLinuxReceiver *r = &conn->receiver;

    if (echo == r->last_echo || echo == 0)
        return;
    r->last_echo = echo;
    if (length < r->rcv_mss)
        return;
    int32_t elapsed_ms = (int32_t)(tcp_timestamp(now) - echo);
    SimTime sample = (elapsed_ms > 0 ? elapsed_ms : 1) * SIM_MILLISECOND;
    if (r->rtt == 0 || sample < r->rtt)
        r->rtt = sample;
    else if (tcp_readable(conn) == 0) /* what waits to be read makes it longer */
        r->rtt += (sample - r->rtt) / 8;
}

/* tcp_time_wait(): what is all but gone offers what it has offered, as much as is left of it. */
void tcp_linux_freeze(TcpConnection *conn)
{
    conn->receiver.ssthresh = tcp_receive_offered(conn);
    conn->receiver.is_frozen = true;
}

/* tcp_event_data_recv(): data that came in order; `since` is when some came before. */
static void pace(const TcpStack *stack, TcpConnection *conn, SimTime since)
{
    TcpLinuxReceiver *r = &conn->receiver;
    SimTime ato = stack->config->delayed_ack, rto = tcp_rto(stack, conn);
    SimTime half = r->ato / 2 - r->ato / 2 % tcp_time_unit(stack->config);

    if (r->ato == 0) {
        count_quick(stack, conn);
        r->ato = ato;
    } else if (since <= ato / 2) {
        r->ato = half + ato / 2;
    } else if (since < r->ato) {
        r->ato = half + since;
        if (r->ato > rto)
            r->ato = rto;
    } else if (since > rto) {
        count_quick(stack, conn);
    }
}

void tcp_linux_arrives(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpText *text)
{
    if (text->is_new && text->in_order)
        tcp_memory_keep(stack, conn, text);
    if (text->in_order || tcp_is_linux_since_6_6(stack))
        measure_mss(stack, conn, text);
    if (text->in_order)
        pace(stack, conn, tcp_time_counted(stack->config, conn->data_arrived_at, now));
    grow_window(stack, conn, text->length);
    if (text->in_order)
        tcp_linux_predict(conn);
    else /* tcp_data_queue_ofo() */
        conn->receiver.predicts = false;
    if (text->is_new && !text->in_order)
        tcp_memory_keep(stack, conn, text);
    if (tcp_is_linux_since_6_18(stack) && !text->in_order && conn->owner == TCP_OWNER_APPLICATION)
        grow_as_read(stack, conn, conn->receiver.space);
}

void tcp_linux_let_go(TcpStack *stack, TcpConnection *conn)
{
    if (!conn->arriving) /* else when the ACK has been decided on */
        tcp_memory_drop_read(stack, conn);
}

/* What has arrived is kept, unless it was read at once. */
void tcp_linux_settled(TcpStack *stack, TcpConnection *conn)
{
    tcp_memory_drop_read(stack, conn);
}

/* __tcp_ack_snd_check(): is an ACK that is owed to be sent now? */
bool tcp_linux_acks_now(TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    uint32_t unacked = (uint32_t)(conn->rcv_nxt - conn->last_ack_sent);

    if (unacked > r->rcv_mss &&
        select_window(conn) >= (uint32_t)(conn->rcv_adv - conn->last_ack_sent))
        return true;
    return is_quick(conn);
}

/* __tcp_ack_snd_check(), SACK compression: of ACKs for what is out of order the first three leave at once,
 * all others wait for a moment, and are one. */
bool tcp_linux_compresses(TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;

    if (r->out_of_order_since != conn->rcv_nxt) {
        r->out_of_order_since = conn->rcv_nxt;
        r->out_of_order = 0;
    }
    if (is_quick(conn))
        return false;
    if (!conn->entry.sack_on || r->out_of_order < COMPRESS_AFTER) {
        r->out_of_order++;
        return false;
    }
    r->compresses = true;
    return true;
}

/* A twentieth of the round trip, if it is known, at most tcp_comp_sack_delay_ns; and tcp_comp_sack_slack_ns. */
SimTime tcp_linux_compress_wait(const TcpStack *stack, const TcpConnection *conn)
{
    SimTime slack = stack->config->timers == TIMERS_EXACT ? 0 : 100 * SIM_MICROSECOND;
    SimTime rtt = conn->receiver.rtt;

    if (conn->has_srtt && conn->srtt < rtt)
        rtt = conn->srtt;
    return (rtt / 20 < SIM_MILLISECOND ? rtt / 20 : SIM_MILLISECOND) + slack;
}

/* tcp_send_delayed_ack(): how long it waits. */
SimTime tcp_linux_ack_wait(const TcpStack *stack, const TcpConnection *conn)
{
    const TcpLinuxReceiver *r = &conn->receiver;
    SimTime floor = stack->config->delayed_ack, ceiling = SIM_SECOND / 2;

    if (r->ato <= floor)
        return r->ato;
    if (conn->interactive || r->pushed > 0)
        ceiling = SIM_SECOND / 5; /* TCP_DELACK_MAX */
    if (conn->has_srtt && conn->srtt < ceiling)
        ceiling = conn->srtt > floor ? conn->srtt : floor;
    return r->ato < ceiling ? r->ato : ceiling;
}

/* tcp_delack_timer_handler(). */
void tcp_linux_ack_waited(const TcpStack *stack, TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    SimTime rto = tcp_rto(stack, conn);

    if (conn->interactive)
        r->ato = stack->config->delayed_ack;
    else
        r->ato = 2 * r->ato < rto ? 2 * r->ato : rto;
}

/* ---- Reading ---- */

/* tcp_rcv_space_adjust(): the buffer grows with what is read in a round trip; `read` bytes have been. */
static void adjust_buffer(const TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t read)
{
    TcpLinuxReceiver *r = &conn->receiver;

    if (r->rtt == 0 || now - r->space_began < r->rtt)
        return;
    uint32_t copied = (uint32_t)read - r->space_from;
    if (tcp_is_linux_since_6_6(stack)) /* what waits to be read was not needed */
        copied -= least(copied, (uint32_t)(conn->rcv_nxt - conn->irs - 1) - (uint32_t)read);
    if (copied > r->space) {
        if (tcp_is_linux_since_6_18(stack))
            grow_as_read(stack, conn, copied);
        else
            grow_for_losses(stack, conn, copied);
        r->space = copied;
    }
    r->space_from = (uint32_t)read;
    r->space_began = now;
}

/* tcp_recvmsg_locked(): it is looked at after each packet, so the first one of those that are read at once counts. */
void tcp_linux_reads(const TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t most)
{
    Seq from = conn->irs + 1 + (Seq)conn->read_offset;
    const TcpPacket *packet = conn->receiver.packets;

    while (packet != NULL && seq_le(packet->end, from))
        packet = packet->next;
    if (packet == NULL)
        return;
    uint32_t first = (uint32_t)(packet->end - from);
    adjust_buffer(stack, conn, now, conn->read_offset + (first < most ? first : most));
}

/* tcp_cleanup_rbuf(): does what was read call for an ACK? */
bool tcp_linux_read(TcpConnection *conn)
{
    TcpLinuxReceiver *r = &conn->receiver;
    bool is_owed = conn->ack_urgency != TCP_ACK_NONE;

    r->was_read = false;
    if (is_owed && (uint32_t)(conn->rcv_nxt - conn->last_ack_sent) > r->rcv_mss)
        return true;
    if (is_owed && r->held == 0 && (r->pushed > 1 || (r->pushed == 1 && !conn->interactive)))
        return true;
    uint32_t offered = tcp_receive_offered(conn);
    if (conn->fin_arrived || 2 * offered > r->clamp)
        return false;
    uint32_t window = select_window(conn);
    return window > 0 && window >= 2 * offered;
}
