/* What was sent and is not acknowledged: the scoreboard of RFC 6675, and which of it is lost.
 *
 * A record stands for one segment as it was first cut.  It is SACKed, or presumed lost, or under
 * way; a lost one that was sent again is under way once more.
 */
#include <assert.h>

#include "tcp/congestion.h"
#include "tcp/connection.h"
#include "tcp/output.h"

enum {
    DUPLICATES_FOR_LOSS = 3, /* RFC 5681 §3.2, RFC 6675 DupThresh */
    LIMITED_TRANSMIT = 2,    /* segments beyond the window */
    REORDERING_MAX = 300,    /* Linux tcp_max_reordering */
};

/* ---- Records ---- */

void tcp_sent_add(TcpStack *stack, TcpConnection *conn, Seq end, SimTime now)
{
    TcpSent *sent = memory_pool_take_unset(stack->sents);

    *sent = (TcpSent){.at = now, .end = end, .order = ++conn->sends};
    conn->sent_count++;
    if (conn->sent_last != NULL)
        conn->sent_last->next = sent;
    else
        conn->sent_first = sent;
    conn->sent_last = sent;
}

static bool is_missing(const TcpSent *sent)
{
    return sent->lost && !sent->again;
}

static void drop_first(TcpStack *stack, TcpConnection *conn)
{
    TcpSent *sent = conn->sent_first;

    conn->missing_count -= is_missing(sent);
    conn->sent_count--;
    conn->sent_first = sent->next;
    if (conn->sent_first == NULL)
        conn->sent_last = NULL;
    memory_pool_give(stack->sents, sent);
}

void tcp_sent_clear(TcpStack *stack, TcpConnection *conn)
{
    while (conn->sent_first != NULL)
        drop_first(stack, conn);
}

SELDOM void tcp_sent_take_back(TcpStack *stack, TcpConnection *conn)
{
    tcp_sent_clear(stack, conn);
    conn->missing_count = conn->sacked_count = 0;
    conn->snd_nxt = conn->snd_una;
    conn->timing = false;
}

/* The record that begins or goes on at `seq`; *start is where it begins. */
static TcpSent *record_at(const TcpConnection *conn, Seq seq, Seq *start)
{
    TcpSent *sent = conn->sent_first;

    for (*start = conn->snd_una; sent != NULL && seq_le(sent->end, seq); sent = sent->next)
        *start = sent->end;
    return sent;
}

Seq tcp_sent_end(const TcpConnection *conn, Seq seq)
{
    Seq start;

    return record_at(conn, seq, &start)->end;
}

void tcp_sent_again(TcpConnection *conn, Seq seq, SimTime now)
{
    Seq start;
    TcpSent *sent = record_at(conn, seq, &start);

    conn->missing_count -= is_missing(sent);
    sent->again = sent->repeated = true;
    sent->at = now;
    sent->order = ++conn->sends;
}

/* `sent` ends at `at`, and a new record with the same fate behind it where it ended.  Its end pushes, no other
 * piece of it (Linux net/ipv4/tcp_output.c, tcp_fragment()). */
static void split(TcpStack *stack, TcpConnection *conn, TcpSent *sent, Seq at)
{
    TcpSent *rest = memory_pool_take_unset(stack->sents);

    *rest = *sent;
    sent->end = at;
    sent->push = sent->ends_record = false;
    sent->joined = true;
    sent->next = rest;
    if (conn->sent_last == sent)
        conn->sent_last = rest;
    conn->sent_count++;
    conn->sacked_count += rest->sacked;
    conn->missing_count += is_missing(rest);
}

void tcp_sent_split(TcpStack *stack, TcpConnection *conn, Seq at)
{
    Seq start;
    TcpSent *sent = record_at(conn, at, &start);

    if (sent != NULL && start != at) {
        split(stack, conn, sent, at);
        sent->joined = false;
    }
}

/* The record behind `sent`, which nobody has SACKed, becomes a part of it. */
static void absorb(TcpStack *stack, TcpConnection *conn, TcpSent *sent)
{
    TcpSent *next = sent->next;

    conn->missing_count -= is_missing(next);
    conn->sent_count--;
    sent->end = next->end;
    sent->push |= next->push;
    sent->joined = next->joined;
    sent->ends_record = next->ends_record;
    sent->next = next->next;
    if (conn->sent_last == next)
        conn->sent_last = sent;
    memory_pool_give(stack->sents, next);
}

/* Linux (tcp_set_skb_tso_segs()): a packet is cut anew as a whole. */
void tcp_sent_cut(TcpStack *stack, TcpConnection *conn, uint32_t most)
{
    Seq start = conn->snd_una;

    for (TcpSent *sent = conn->sent_first; sent != NULL; start = sent->end, sent = sent->next) {
        if ((uint32_t)(sent->end - start) <= most)
            continue;
        while (sent->joined && sent->next != NULL && is_missing(sent->next))
            absorb(stack, conn, sent);
        split(stack, conn, sent, start + most);
    }
}

/* Its end, without the FIN. */
static Seq payload_end(const TcpConnection *conn, const TcpSent *sent)
{
    return sent->end - (sent->end == conn->snd_nxt && tcp_fin_is_sent(conn));
}

/* tcp_retransmit_skb(): what leaves in one is cut anew as a whole, and what does not fit stays behind. */
SELDOM void tcp_sent_cut_packet(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t most,
                                uint32_t segments)
{
    Seq start;
    TcpSent *sent = record_at(conn, seq, &start);
    uint32_t count = 1;

    if (sent == NULL || (uint32_t)(payload_end(conn, sent) - start) <= most)
        return;
    for (; sent->joined && count < segments && is_missing(sent->next); count++)
        absorb(stack, conn, sent);
    for (; count > 0 && (uint32_t)(payload_end(conn, sent) - start) > most; count--) {
        split(stack, conn, sent, start + most);
        sent->joined = count > 1;
        start = sent->end;
        sent = sent->next;
    }
}

/* tcp_send_loss_probe(): where the last segment of the last packet begins, as it would be cut now. */
SELDOM Seq tcp_sent_tail(TcpStack *stack, TcpConnection *conn, uint32_t most)
{
    Seq start = conn->snd_una, packet = conn->snd_una;
    uint32_t before = 0;

    for (const TcpSent *s = conn->sent_first; s->next != NULL; s = s->next) {
        start = s->end;
        before = s->joined ? before + 1 : 0;
        packet = s->joined ? packet : start;
    }
    if (before == 0 || !seq_lt(packet + before * most, start))
        return start;
    tcp_sent_split(stack, conn, packet + before * most);
    TcpSent *tail = record_at(conn, packet + before * most, &start);
    while (tail->next != NULL)
        absorb(stack, conn, tail);
    return start;
}

/* Linux net/ipv4/tcp_output.c, tcp_retrans_try_collapse(): what was small is sent again in one, unless it is of a
 * larger packet or ends a record. */
void tcp_sent_join(TcpStack *stack, TcpConnection *conn, Seq seq, uint32_t most)
{
    Seq start;
    TcpSent *sent = record_at(conn, seq, &start);

    for (TcpSent *next = sent->next; next != NULL; next = sent->next) {
        bool fits = (uint32_t)(next->end - start) <= most &&
                    seq_le(next->end, conn->snd_una + conn->snd_wnd);

        if (next->sacked || !fits || sent->joined || next->joined || sent->ends_record)
            return;
        absorb(stack, conn, sent);
    }
}

/* Linux, tcp_packets_in_flight(): without SACK each duplicate ACK stands for one that has arrived. */
uint32_t tcp_sent_in_flight(const TcpConnection *conn)
{
    uint32_t left = conn->sacked_count + conn->missing_count;

    if (!conn->entry.sack_on && !conn->in_loss)
        left += conn->duplicate_acks;
    if (conn->una_position == 0 && conn->passive) /* a SYN-ACK is its listener's */
        left++;
    return conn->sent_count > left ? conn->sent_count - left : 0;
}

bool tcp_sent_pushes(const TcpConnection *conn, Seq seq)
{
    Seq start;
    const TcpSent *sent = record_at(conn, seq, &start);

    return sent != NULL && sent->push;
}

bool tcp_sent_goes_on(const TcpConnection *conn, Seq seq)
{
    Seq start;
    const TcpSent *sent = record_at(conn, seq, &start);

    return sent != NULL && sent->joined && sent->next != NULL && is_missing(sent->next);
}

void tcp_sent_part(TcpConnection *conn, Seq seq)
{
    for (TcpSent *s = conn->sent_first; s != NULL && seq_le(s->end, seq); s = s->next)
        if (s->end == seq)
            s->joined = false;
}

/* ---- RACK (RFC 8985 §6.2): what was delivered last, by the time at which it was sent ---- */

/* RACK_sent_after(); pieces of one segment left at once. */
static bool is_sent_after(const TcpSent *sent, Seq order, Seq end)
{
    return seq_gt(sent->order, order) || (sent->order == order && seq_gt(sent->end, end));
}

/* Step 2.  The round trip is that of whatever was delivered last of all, though it was sent before. */
static void rack_update(TcpConnection *conn, const TcpSent *sent, SimTime now)
{
    SimTime rtt = now - sent->at;

    if (!sent->repeated && seq_le(sent->end, conn->recover))
        conn->once_delivered = true;
    if (sent->repeated && rtt < conn->rtt_min)
        return; /* it answers the first transmission, not the last */
    if (conn->rtt_min == 0 || rtt < conn->rtt_min)
        conn->rtt_min = rtt;
    conn->rack_advanced = true;
    conn->rack_rtt = rtt;
    if (is_sent_after(sent, conn->rack_order, conn->rack_end)) {
        conn->rack_order = sent->order;
        conn->rack_end = sent->end;
    }
}

/* Linux (tcp_check_sack_reordering()): what begins at `from`, and was sent once, came after what lies behind it:
 * so many segments late. */
static SELDOM void note_reordering(const TcpStack *stack, TcpConnection *conn, Seq from)
{
    uint32_t mss = tcp_effective_mss(stack, conn);
    uint32_t late = ((uint32_t)(tcp_sent_sacked_end(conn) - from) + mss - 1) / mss;

    late = late < REORDERING_MAX ? late : REORDERING_MAX;
    if (late > conn->reordering)
        conn->reordering = (uint16_t)late;
    if (conn->reorderings < UINT16_MAX)
        conn->reorderings++;
}

bool tcp_sent_round_trip(const TcpConnection *conn, Seq ack, SimTime now, SimTime *out,
                         SimTime *last)
{
    bool has_one = false;

    for (const TcpSent *s = conn->sent_first; s != NULL && seq_le(s->end, ack); s = s->next) {
        if (s->repeated)
            return false;
        if (!s->sacked && !has_one)
            *out = now - s->at;
        if (!s->sacked)
            *last = now - s->at;
        has_one |= !s->sacked;
    }
    return has_one;
}

/* A hole that a SACK has shown is filled by what was sent once (Linux, tcp_clean_rtx_queue()). */
static SELDOM void look_for_late(const TcpStack *stack, TcpConnection *conn, Seq before,
                                 Seq sacked_end)
{
    Seq start = before;

    for (const TcpSent *s = conn->sent_first; s != NULL && seq_le(s->end, conn->snd_una);
         start = s->end, s = s->next) {
        if (s->sacked || s->repeated || !seq_lt(start, sacked_end))
            continue;
        note_reordering(stack, conn, start);
        return;
    }
}

SELDOM void tcp_sent_came_late(const TcpStack *stack, TcpConnection *conn, Seq from)
{
    if (seq_lt(from, tcp_sent_sacked_end(conn)))
        note_reordering(stack, conn, from);
}

/* RFC 8985 §6.2 step 2: the echo is older than the repetition, so it answers what was sent first. */
static SELDOM bool answers_the_first(const TcpConnection *conn, const TcpSent *sent,
                                     const Segment *ack)
{
    return conn->entry.timestamps_on && (ack->options.present & OPTION_TIMESTAMPS) &&
           ack->options.ts_ecr != 0 && seq_lt(ack->options.ts_ecr, tcp_timestamp(sent->at));
}

/* Without SACK nobody knows what of it an ACK answers if any was sent twice (Linux, tcp_clean_rtx_queue()). */
static SELDOM void note_once_delivered(TcpConnection *conn)
{
    bool once = false;

    for (const TcpSent *s = conn->sent_first; s != NULL && seq_le(s->end, conn->snd_una);
         s = s->next) {
        if (s->repeated)
            return;
        once |= seq_le(s->end, conn->recover);
    }
    conn->once_delivered |= once;
}

void tcp_sent_acked(TcpStack *stack, TcpConnection *conn, SimTime now, const Segment *ack,
                    Seq before, Seq sacked_end)
{
    if (sacked_end != before)
        look_for_late(stack, conn, before, sacked_end);
    if (conn->is_frto && !conn->entry.sack_on)
        note_once_delivered(conn);
    while (conn->sent_first != NULL && seq_le(conn->sent_first->end, conn->snd_una)) {
        const TcpSent *first = conn->sent_first;

        if (first->sacked)
            conn->sacked_count--;
        else if (conn->entry.sack_on && /* which RACK needs */
                 !(first->repeated && answers_the_first(conn, first, ack)))
            rack_update(conn, first, now);
        drop_first(stack, conn);
    }
}

/* ---- SACK blocks (RFC 2018 §5) ---- */

/* It was sent once, at `at`. */
static void note_sacked(TcpSacked *sacked, SimTime at)
{
    if (!sacked->any || at < sacked->first)
        sacked->first = at;
    if (!sacked->any || at > sacked->last)
        sacked->last = at;
    sacked->any = true;
}

/* Where the lowest record begins that is new, and was sent once; if it lies before `lowest`. */
static Seq mark_sacked(TcpConnection *conn, SackBlock block, SimTime now, Seq lowest,
                       TcpSacked *sacked)
{
    Seq start = conn->snd_una;

    tcp_sent_part(conn, block.left); /* tcp_match_skb_to_sack() */
    tcp_sent_part(conn, block.right);
    for (TcpSent *s = conn->sent_first; s != NULL; start = s->end, s = s->next) {
        if (s->sacked || seq_lt(start, block.left) || seq_gt(s->end, block.right))
            continue;
        rack_update(conn, s, now);
        conn->missing_count -= is_missing(s);
        s->sacked = true;
        s->lost = false;
        if (conn->sacked_count++ == 0 || seq_gt(s->end, conn->sacked_end))
            conn->sacked_end = s->end;
        if (s->repeated)
            continue;
        note_sacked(sacked, s->at);
        if (seq_lt(start, lowest))
            lowest = start;
    }
    return lowest;
}

/* A block at or below SND.UNA tells of a duplicate (RFC 2883) and marks nothing. */
void tcp_sent_sack(const TcpStack *stack, TcpConnection *conn, const SegmentOptions *options,
                   SimTime now, TcpSacked *sacked)
{
    Seq before = tcp_sent_sacked_end(conn), lowest = before;

    for (uint8_t i = 0; i < options->sack_count; i++) {
        SackBlock block = options->sack[i];

        if (seq_gt(block.right, conn->snd_una) && seq_le(block.right, conn->snd_nxt) &&
            seq_lt(block.left, block.right))
            lowest = mark_sacked(conn, block, now, lowest, sacked);
    }
    if (lowest != before)
        note_reordering(stack, conn, lowest);
}

/* ---- What is lost ---- */

static bool mark_lost(TcpConnection *conn, TcpSent *sent)
{
    if (sent->sacked || is_missing(sent))
        return false;
    sent->lost = true;
    sent->again = false;
    conn->missing_count++;
    return true;
}

/* What was lost is only late. */
void tcp_sent_unmark_lost(TcpConnection *conn)
{
    for (TcpSent *s = conn->sent_first; s != NULL; s = s->next)
        s->lost = false;
    conn->missing_count = 0;
}

bool tcp_sent_any_again(const TcpConnection *conn)
{
    for (const TcpSent *s = conn->sent_first; s != NULL; s = s->next)
        if (s->again && !s->sacked)
            return true;
    return false;
}

/* What has been SACKed: bytes, and runs of them without a gap. */
typedef struct Behind {
    uint32_t bytes, runs;
} Behind;

static Behind all_sacked(const TcpConnection *conn)
{
    Behind behind = {0};
    Seq start = conn->snd_una;
    bool in_run = false;

    for (const TcpSent *s = conn->sent_first; s != NULL; start = s->end, s = s->next) {
        behind.bytes += s->sacked ? (uint32_t)(s->end - start) : 0;
        behind.runs += s->sacked && !in_run;
        in_run = s->sacked;
    }
    return behind;
}

/* RFC 6675 §5 (1): the third duplicate ACK says of the first segment that it is lost. */
static bool is_first_lost(const TcpConnection *conn)
{
    return conn->duplicate_acks >= DUPLICATES_FOR_LOSS && !conn->in_recovery && !conn->in_loss &&
           seq_ge(conn->snd_una, conn->recover);
}

/* RFC 6675 §4, IsLost(): three runs behind it have been SACKed, or more than two segments' bytes. */
static bool find_lost_by_duplicates(const TcpStack *stack, TcpConnection *conn)
{
    uint32_t most = (DUPLICATES_FOR_LOSS - 1) * tcp_effective_mss(stack, conn);
    bool found = is_first_lost(conn) && mark_lost(conn, conn->sent_first);
    Behind behind = all_sacked(conn);
    Seq start = conn->snd_una;
    bool in_run = false;

    for (TcpSent *s = conn->sent_first; s != NULL; start = s->end, s = s->next) {
        if (behind.runs < DUPLICATES_FOR_LOSS && behind.bytes <= most)
            break;
        if (!s->sacked && !s->lost)
            found |= mark_lost(conn, s);
        behind.bytes -= s->sacked ? (uint32_t)(s->end - start) : 0;
        behind.runs -= s->sacked && !in_run;
        in_run = s->sacked;
    }
    return found;
}

/* RFC 6675 §4, NextSeg() (3): what lies before something SACKed, and is neither known to be lost nor sent again; (4): the
 * last segment, once in a recovery, after the first one has arrived. */
bool tcp_sent_last_resort(const TcpConnection *conn, Seq *start, bool *is_rescue)
{
    const TcpSent *last = NULL;
    Seq at = conn->snd_una, last_at = at;

    for (const TcpSent *s = conn->sent_first; s != NULL; at = s->end, s = s->next) {
        if (s->sacked)
            continue;
        *start = at;
        *is_rescue = false;
        if (!s->lost && !s->again && seq_lt(at, tcp_sent_sacked_end(conn)))
            return true;
        last = s;
        last_at = at;
    }
    *start = last_at;
    *is_rescue = true;
    return last != NULL && conn->rescue == TCP_RESCUE_DUE;
}

/* RFC 8985 §6.2 step 4: how long reordering is given a chance; little, until some was seen. */
static SimTime reordering_window(const TcpConnection *conn)
{
    bool is_sure = conn->sacked_count >= conn->reordering || conn->in_recovery || conn->in_loss;

    if (conn->reorderings == 0 && is_sure)
        return 0;
    SimTime window = conn->rtt_min / 4 * (1 + conn->stretch);
    return window < conn->srtt ? window : conn->srtt;
}

/* RFC 8985 §6.2 step 5: what was sent before the last segment delivered, long enough ago.  Where nothing has
 * been delivered there is nothing new to learn. */
static bool find_lost_by_time(TcpConnection *conn, SimTime now, SimTime *wait)
{
    SimTime patience = conn->rack_rtt + reordering_window(conn);
    bool found = false;

    if (!conn->rack_advanced)
        return false;
    conn->rack_advanced = false;
    for (TcpSent *s = conn->sent_first; s != NULL; s = s->next) {
        if (s->sacked || is_missing(s) || is_sent_after(s, conn->rack_order, conn->rack_end))
            continue;
        SimTime left = s->at + patience - now;
        if (left <= 0)
            found |= mark_lost(conn, s);
        else if (left > *wait)
            *wait = left;
    }
    return found;
}

bool tcp_sent_find_lost(const TcpStack *stack, TcpConnection *conn, SimTime now, SimTime *wait)
{
    *wait = 0;
    if (!conn->entry.sack_on)
        return false;
    if (stack->config->loss_detection == LOSS_DETECTION_RACK)
        return find_lost_by_time(conn, now, wait);
    return conn->sacked_count > 0 && find_lost_by_duplicates(stack, conn);
}

bool tcp_sent_mark_first_lost(TcpConnection *conn)
{
    if (conn->sent_first == NULL)
        return false;
    conn->sent_first->joined = false; /* tcp_newreno_mark_lost() */
    return mark_lost(conn, conn->sent_first);
}

/* RFC 2018 §5: a timeout may mean that the receiver has thrown away what it held. */
void tcp_sent_forget_sacked(TcpConnection *conn)
{
    for (TcpSent *s = conn->sent_first; s != NULL && conn->sacked_count > 0; s = s->next) {
        conn->sacked_count -= s->sacked;
        s->sacked = false;
    }
}

/* A receiver that SACKed the very first record and did not acknowledge it has thrown away what it
 * held (RFC 2018 §8): then nothing that it said counts. */
void tcp_sent_mark_lost_before(TcpConnection *conn, SimTime since)
{
    bool reneged = conn->sent_first != NULL && conn->sent_first->sacked;

    if (reneged)
        conn->sacked_count = 0;
    conn->missing_count = 0;
    for (TcpSent *s = conn->sent_first; s != NULL; s = s->next) {
        bool presumed = s == conn->sent_first || reneged || s->at <= since || is_missing(s);
        s->sacked = s->sacked && !reneged;
        s->lost = !s->sacked && presumed;
        s->again = s->again && !s->sacked && !s->lost;
        conn->missing_count += s->lost;
    }
}

static SELDOM bool mark_packet_lost(TcpConnection *conn, TcpSent *first)
{
    bool found = mark_lost(conn, first);

    for (TcpSent *s = first; s->joined && s->next != NULL; s = s->next)
        found |= mark_lost(conn, s->next);
    return found;
}

bool tcp_sent_mark_longer_lost(TcpConnection *conn, uint32_t most)
{
    Seq start = conn->snd_una;
    bool found = false;

    for (TcpSent *s = conn->sent_first; s != NULL; start = s->end, s = s->next)
        if ((uint32_t)(s->end - start) > most)
            found |= mark_packet_lost(conn, s);
    return found;
}

bool tcp_sent_next_lost(const TcpConnection *conn, Seq *start)
{
    *start = conn->snd_una;
    if (conn->missing_count == 0)
        return false;
    for (const TcpSent *s = conn->sent_first; s != NULL; *start = s->end, s = s->next)
        if (is_missing(s))
            return true;
    return false;
}

/* RFC 6675 §4, SetPipe().  Without SACK each duplicate ACK stands for one segment that has left
 * the network.  Who knows no limited transmit heeds that in recovery alone, others heed the first two before
 * (RFC 3042 §2). */
uint32_t tcp_sent_pipe(const TcpStack *stack, const TcpConnection *conn)
{
    if (conn->missing_count == 0 && conn->sacked_count == 0 && conn->duplicate_acks == 0)
        return (uint32_t)(conn->snd_nxt - conn->snd_una);
    if (!stack->config->limited_transmit && !conn->in_recovery && !conn->in_loss)
        return (uint32_t)(conn->snd_nxt - conn->snd_una);
    uint32_t pipe = 0;
    Seq start = conn->snd_una;
    for (const TcpSent *s = conn->sent_first; s != NULL; start = s->end, s = s->next)
        if (!s->sacked &&
            !is_missing(s)) /* NextSeg() (3): what is not lost may be under way twice */
            pipe += (uint32_t)(s->end - start) * (conn->tries_all && s->again && !s->lost ? 2 : 1);
    if (conn->entry.sack_on || conn->in_loss)
        return pipe;
    uint32_t gone = conn->duplicate_acks;
    if (!conn->in_recovery && gone > LIMITED_TRANSMIT)
        gone = LIMITED_TRANSMIT;
    uint32_t left = gone * tcp_effective_mss(stack, conn);
    return pipe > left ? pipe - left : 0;
}
