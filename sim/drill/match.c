/* Is what left the stack what the script expects?  What is compared, and how, is packetdrill's rule: findings
 * are in docs/packetdrill.md.
 */
#include <string.h>

#include "drill/session.h"

/* ---- Options ---- */

/* Both are the script's ticks; the stack's clock may be off as its segments may be since the script began, and
 * by a tick. */
static gboolean is_same_clock(const DrillSession *session, guint32 a, guint32 b)
{
    SimTime off = ABS((gint64)(gint32)(a - b)) * session->ts_tick;

    return off <=
           MAX(session->ts_tick, drill_tolerance(session, lab_node_now(session->remote.node.host)));
}

static gboolean is_same_option(const DrillSession *session, const DrillOption *a,
                               const DrillOption *b)
{
    if (a->kind != b->kind || a->block_count != b->block_count || a->byte_count != b->byte_count)
        return FALSE;
    if (a->kind == DRILL_OPTION_TS)
        return a->echo == b->echo && is_same_clock(session, a->value, b->value);
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
    return is == expected ? NULL : g_strdup_printf("%s is %u, not %u", what, is, expected);
}

static char *flags_differ(guint8 are, guint8 expected)
{
    if (are == expected)
        return NULL;
    g_autofree char *left = drill_flags_text(are), *right = drill_flags_text(expected);

    return g_strdup_printf("its flags are %s, not %s", left, right);
}

/* The scale that is expected, where nothing but that differs; 0: something else does. */
static guint32 only_scale_differs(const DrillSession *session, const GArray *are,
                                  const GArray *should)
{
    guint32 scale = 0;

    for (guint i = 0; i < are->len && are->len == should->len; i++) {
        const DrillOption *is = &g_array_index(are, DrillOption, i);
        const DrillOption *wanted = &g_array_index(should, DrillOption, i);

        if (is_same_option(session, is, wanted))
            continue;
        if (is->kind != DRILL_OPTION_WSCALE || wanted->kind != DRILL_OPTION_WSCALE)
            return 0;
        scale = wanted->value;
    }
    return scale;
}

static char *options_differ(const DrillSession *session, const DrillSegment *expected,
                            const DrillSegment *left)
{
    if (expected->any_options || are_same_options(session, expected->options, left->options))
        return NULL;
    g_autofree char *are = drill_options_text(left->options);
    g_autofree char *should = drill_options_text(expected->options);
    guint32 scale = only_scale_differs(session, left->options, expected->options);

    if (scale > 0 && !session->scale_is_set)
        return g_strdup_printf("its options are %s, not %s; that is its machine's memory: "
                               "--set local.window-scale=%u",
                               are, should, scale);
    return g_strdup_printf("its options are %s, not %s", are, should);
}

static gboolean is_same_ecn(DrillEcn expected, DrillEcn left)
{
    return expected == DRILL_ECN_ANY || expected == left ||
           (expected == DRILL_ECN_ECT01 && (left == DRILL_ECN_ECT0 || left == DRILL_ECN_ECT1));
}

/* Of what stands before the flags. */
static char *headers_differ(const DrillSegment *expected, const DrillSegment *left)
{
    char *differs = NULL;

    if (expected->from_port != 0)
        differs = number_differs("its port", left->from_port, expected->from_port);
    if (differs == NULL && expected->to_port != 0)
        differs = number_differs("the port that it goes to", left->to_port, expected->to_port);
    if (differs == NULL && expected->tos >= 0)
        differs = number_differs("its TOS", (guint32)left->tos, (guint32)expected->tos);
    if (differs == NULL && expected->ttl >= 0)
        differs = number_differs("its TTL", (guint32)left->ttl, (guint32)expected->ttl);
    return differs;
}

/* "1:1(0)!": the number as it is on the wire. */
static guint32 number_of(const DrillSession *session, const DrillSegment *expected,
                         const DrillSegment *left)
{
    const DrillConnection *conn = &session->conn;
    guint32 first = (left->flags & TCP_SYN) != 0 ? conn->local_first : 0;

    return expected->absolute_seq ? left->seq + conn->local_isn - first : left->seq;
}

char *drill_match(DrillSession *session, const DrillSegment *expected, const DrillSegment *left)
{
    char *differs = flags_differ(left->flags, expected->flags);

    if (differs == NULL && !expected->any_seq)
        differs = number_differs("its number", number_of(session, expected, left), expected->seq);
    if (differs == NULL)
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
        differs = headers_differ(expected, left);
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
