/* Was the loss one?  What was only late looks lost, and the window that came down for it goes back.
 *
 *   D-SACK      the peer tells that all that was sent again came twice (RFC 3708)
 *   timestamps  an ACK echoes what is older than the first repetition: it answers what was sent first (RFC 3522)
 *   F-RTO       after a timeout, the ACK of the repetition lets new data go, nothing else; if then something is
 *               acknowledged that was sent once, the timeout was needless (RFC 5682 §3.1)
 *
 * As Linux does it (net/ipv4/tcp_input.c, tcp_try_undo_recovery() and its siblings, tcp_process_loss()).
 */
#include "core/compiler.h"
#include "core/memory.h"
#include "tcp/arrival.h"
#include "tcp/congestion.h"
#include "tcp/output.h"

static uint32_t at_least(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void tcp_undo_end(TcpStack *stack, TcpConnection *conn)
{
    if (conn->undo != NULL)
        memory_pool_give(stack->undos, conn->undo);
    conn->undo = NULL;
}

/* tcp_init_undo(), tcp_current_ssthresh() */
void tcp_undo_begin(TcpStack *stack, TcpConnection *conn)
{
    bool goes_on = tcp_sent_any_again(conn);

    if (!stack->config->undo)
        return;
    if (conn->undo == NULL)
        conn->undo = memory_pool_take(stack->undos);
    *conn->undo = (TcpUndo){
        .marker = conn->snd_una,
        .cwnd = at_least(conn->cwnd / tcp_effective_mss(stack, conn), 1),
        .ssthresh = at_least(conn->ssthresh, conn->cwnd / 4 * 3),
        .stamp = goes_on ? conn->undo->stamp : 0,
        .again = goes_on ? 1 : -1,
    };
}

void tcp_undo_timed_out(TcpStack *stack, TcpConnection *conn)
{
    bool is_first = !conn->in_recovery && !conn->in_loss;

    if (is_first || (conn->in_loss && conn->retries == 0))
        tcp_undo_begin(stack, conn);
    conn->is_frto =
        conn->undo != NULL && stack->config->tcp_frto > 0 && (is_first || conn->retries > 0);
    conn->sends_new = conn->once_delivered = false;
}

void tcp_undo_repeated(TcpConnection *conn, SimTime now)
{
    if (conn->is_probing)
        return; /* the tail's probe is no repair */
    if (conn->undo->stamp == 0)
        conn->undo->stamp = tcp_timestamp(now);
    if (conn->undo->again < INT16_MAX)
        conn->undo->again = (int16_t)(conn->undo->again < 0 ? 1 : conn->undo->again + 1);
}

/* ---- What an ACK tells ---- */

/* tcp_check_dsack() */
static void count_duplicates(Arrival *a)
{
    TcpConnection *conn = a->conn;
    TcpUndo *undo = conn->undo;
    Seq end = a->whole->options.sack[0].right;
    Seq before = conn->snd_una - a->acked; /* SND.UNA when it came */

    if (undo->again > 0 && seq_le(end, before) && seq_gt(end, undo->marker))
        undo->again =
            (int16_t)(a->dsacked < (uint32_t)undo->again ? undo->again - (int)a->dsacked : 0);
}

/* tcp_packet_delayed() */
static bool answers_the_first(const Arrival *a)
{
    const SegmentOptions *options = &a->whole->options;

    return a->conn->entry.timestamps_on && (options->present & OPTION_TIMESTAMPS) &&
           options->ts_ecr != 0 && a->conn->undo->stamp != 0 &&
           seq_lt(options->ts_ecr, a->conn->undo->stamp);
}

static bool is_needless(const Arrival *a)
{
    return a->conn->undo != NULL && (a->conn->undo->again == 0 || answers_the_first(a));
}

/* ---- Back ---- */

/* tcp_undo_cwnd_reduction(); losses are looked for anew. */
static void go_back(Arrival *a, bool unmark)
{
    TcpConnection *conn = a->conn;
    uint32_t cwnd = conn->undo->cwnd * tcp_effective_mss(a->stack, conn);

    if (unmark)
        tcp_sent_unmark_lost(conn);
    conn->cwnd = at_least(conn->cwnd, cwnd);
    conn->ssthresh = at_least(conn->ssthresh, conn->undo->ssthresh);
    conn->special &= (uint16_t)~TCP_ECN_TELLS; /* tcp_ecn_withdraw_cwr() */
    tcp_undo_end(a->stack, conn);
    conn->is_reducing = conn->is_frto = false;
    conn->in_recovery = conn->in_loss = conn->tries_all = false;
    conn->rack_advanced = true;
}

/* tcp_try_undo_dsack() */
static void judge_duplicates(Arrival *a)
{
    if (a->conn->undo->again != 0)
        return;
    tcp_dsack_undone(a->conn);
    go_back(a, false);
}

/* tcp_try_undo_partial(): what was only late fills the hole.  False: something is under way again, which is waited
 * for. */
static bool judge_late(Arrival *a)
{
    TcpConnection *conn = a->conn;

    tcp_sent_came_late(a->stack, conn, conn->snd_una - a->acked);
    conn->sends_new = tcp_sent_any_again(conn);
    if (conn->sends_new)
        return false;
    go_back(a, true);
    return true;
}

/* tcp_fastretrans_alert(), in recovery. */
static bool judge_recovery(Arrival *a, bool news)
{
    TcpConnection *conn = a->conn;

    conn->sends_new = false;
    if (seq_lt(conn->snd_una, conn->recover)) {
        if (news && answers_the_first(a))
            return judge_late(a);
        judge_duplicates(a);
    } else if (is_needless(a)) {
        go_back(a, false);
    } else {
        tcp_dsack_recovered(conn);
    }
    return true;
}

/* tcp_process_loss(); true: what is presumed lost waits for what new data tell. */
static bool finds_out(Arrival *a, bool news, bool more)
{
    TcpConnection *conn = a->conn;

    if (seq_gt(conn->snd_nxt, conn->recover)) {
        if (more)
            conn->is_frto = false; /* §3.1 step 3a: it was lost */
        return false;
    }
    if (!news || seq_ge(conn->snd_una, conn->recover))
        return false;
    conn->recover = conn->snd_nxt;
    conn->is_frto = tcp_position(conn, conn->snd_nxt) < tcp_position_end(conn) &&
                    conn->snd_una + conn->snd_wnd != conn->snd_nxt; /* step 2b */
    return conn->is_frto;
}

static void judge_loss(Arrival *a, bool news, bool more)
{
    TcpConnection *conn = a->conn;

    if ((news && is_needless(a)) || (conn->is_frto && conn->once_delivered))
        go_back(a, true);
    else if (conn->is_frto)
        conn->sends_new = finds_out(a, news, more);
}

bool tcp_undo_acknowledged(Arrival *a, bool news, bool more)
{
    TcpConnection *conn = a->conn;
    bool looks = true;

    if (a->dsacked > 0)
        count_duplicates(a);
    if (conn->in_loss)
        judge_loss(a, news, more);
    else if (conn->in_recovery)
        looks = judge_recovery(a, news);
    else
        judge_duplicates(a);
    conn->once_delivered = false;
    return looks;
}
