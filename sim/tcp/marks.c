/* Marks: sequence numbers that a connection keeps, to compare others with them later.
 *
 * "Before" and "behind" hold within 2^31 numbers only.  A mark that is left lying while two gigabytes
 * pass turns from the past into the future.  So a mark of the past is carried along with SND.UNA, one
 * that means something only at times is looked at only then, and what remains is asserted.
 */
#include <assert.h>

#include "core/compiler.h"
#include "tcp/connection.h"

static void carry(Seq *mark, Seq least)
{
    if (seq_lt(*mark, least))
        *mark = least;
}

/* What is compared with numbers at or behind SND.UNA answers the same from its nearest place. */
void tcp_marks_carry(TcpConnection *conn)
{
    carry(&conn->recover, conn->snd_una);
    carry(&conn->rack_end, conn->snd_una);
    carry(&conn->tail_end, conn->snd_una);
    carry(&conn->snd_sml, conn->snd_una);
    carry(&conn->cwnd_used_until, conn->snd_una);
    carry(&conn->mdev_round_end, conn->snd_una - 1); /* that SND.UNA lies behind it stays true */
}

/* first <= mark <= last. */
static bool lies_in(Seq mark, Seq first, Seq last)
{
    return mark - first <= last - first;
}

void tcp_marks_assert(const TcpConnection *conn)
{
    Seq una = conn->snd_una, nxt = conn->snd_nxt;

    assert(seq_le(una, nxt));
    assert(!conn->timing || lies_in(conn->rtt_seq, una, nxt));
    assert(!(conn->in_recovery || conn->in_loss) || lies_in(conn->recover, una, nxt));
    assert(!tcp_duplicates_are_marked(conn) || lies_in(conn->duplicates_from, una, nxt));
    assert(seq_le(conn->snd_wl2, nxt));
    assert(seq_le(conn->last_ack_sent, conn->rcv_nxt));
    assert(!conn->fin_held || seq_ge(conn->fin_seq, conn->rcv_nxt));
}
