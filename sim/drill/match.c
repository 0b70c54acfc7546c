/* Is what left the stack what the script expects?  What is compared, and how, is packetdrill's rule: findings
 * are in docs/packetdrill.md.
 */
#include <string.h>

#include "drill/session.h"

/* ---- Options ---- */

/* Both clocks are counted from the first value, in ticks of the script's; the stack's has milliseconds. */
static gboolean is_in_tick(const DrillSession *session, guint32 written, guint32 sent)
{
    const DrillConnection *conn = &session->conn;
    gint64 expected = (gint32)(written - conn->first_timestamp) * session->ts_tick;
    gint64 is = (gint32)(sent - conn->first_sent_timestamp) * SIM_MILLISECOND;

    return session->ts_tick == 0 || ABS(is - expected) <= MAX(session->ts_tick, session->tolerance.within);
}

static gboolean is_same_option(const DrillSession *session, const DrillOption *a,
                               const DrillOption *b)
{
    if (a->kind != b->kind || a->block_count != b->block_count || a->byte_count != b->byte_count)
        return FALSE;
    if (a->kind == DRILL_OPTION_TS)
        return a->echo == b->echo && is_in_tick(session, a->value, b->value);
    for (guint i = 0; i < a->block_count; i++) {
        if (a->blocks[i].left != b->blocks[i].left || a->blocks[i].right != b->blocks[i].right)
            return FALSE;
    }
    return a->value == b->value && memcmp(a->bytes, b->bytes, a->byte_count) == 0;
}

static gboolean are_same_options(const DrillSession *session, const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        if (!is_same_option(session, &g_array_index(a, DrillOption, i),
                            &g_array_index(b, DrillOption, i)))
            return FALSE;
    }
    return TRUE;
}

/* ---- The rest ---- */

static char *number_differs(const char *what, guint32 is, guint32 expected)
{
    return is == expected ? NULL
                          : g_strdup_printf("%s is %u, not %u", what, is, expected);
}

static char *flags_differ(guint8 are, guint8 expected)
{
    if (are == expected)
        return NULL;
    g_autofree char *left = drill_flags_text(are), *right = drill_flags_text(expected);

    return g_strdup_printf("its flags are %s, not %s", left, right);
}

static char *options_differ(const DrillSession *session, const DrillSegment *expected,
                            const DrillSegment *left)
{
    if (expected->any_options || are_same_options(session, expected->options, left->options))
        return NULL;
    g_autofree char *are = drill_options_text(left->options);
    g_autofree char *should = drill_options_text(expected->options);

    return g_strdup_printf("its options are %s, not %s", are, should);
}

static gboolean is_same_ecn(DrillEcn expected, DrillEcn left)
{
    return expected == DRILL_ECN_ANY || expected == left ||
           (expected == DRILL_ECN_ECT01 && (left == DRILL_ECN_ECT0 || left == DRILL_ECN_ECT1));
}

char *drill_match(DrillSession *session, const DrillSegment *expected, const DrillSegment *left)
{
    char *differs = flags_differ(left->flags, expected->flags);

    if (differs == NULL && !expected->any_seq)
        differs = number_differs("its number", left->seq, expected->seq);
    if (differs == NULL && !expected->any_seq)
        differs = number_differs("its length", left->length, expected->length);
    if (differs == NULL && expected->has_ack)
        differs = number_differs("its acknowledgment", left->ack, expected->ack);
    if (differs == NULL && expected->window >= 0)
        differs = number_differs("its window", (guint32)left->window, (guint32)expected->window);
    if (differs == NULL && (left->flags & TCP_URG))
        differs = number_differs("its urgent pointer", (guint32)MAX(left->urgent, 0),
                                 (guint32)MAX(expected->urgent, 0));
    if (differs == NULL && !is_same_ecn(expected->ecn, left->ecn))
        differs = g_strdup("its ECN field is another one");
    if (differs == NULL)
        differs = options_differ(session, expected, left);
    return differs;
}

gboolean drill_joins(const DrillSegment *joined, const DrillSegment *more, guint piece)
{
    static const guint8 same = TCP_SYN | TCP_RST | TCP_ACK | TCP_URG;

    return more->seq == joined->seq + joined->length && more->length > 0 &&
           joined->length % MAX(piece, 1) == 0 && more->length <= piece &&
           ((more->flags ^ joined->flags) & same) == 0 && more->ack == joined->ack &&
           !(joined->flags & (TCP_SYN | TCP_RST | TCP_FIN));
}
