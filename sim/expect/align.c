/* Alignment by dynamic programming over the rest of two lists, the way `diff` is taught: what is
 * best for the rest after any two places is known before the places are asked about.
 */
#include "expect/align.h"

/* Memory for the moves: a byte a cell.  Only what lies between the first and the last difference
 * needs cells when the lists are long. */
#define CELLS_MAX ((guint64)64 * 1024 * 1024)

typedef enum Move {
    MOVE_BOTH,
    MOVE_A, /* only A has it */
    MOVE_B,
} Move;

/* Fewer single segments are better, then less drift. */
typedef struct Cost {
    guint64 single;
    guint64 drift_ns;
} Cost;

typedef struct Lists {
    const TraceEvent *const *a, *const *b;
    guint a_count, b_count;
    const AlignOptions *options;
} Lists;

/* A table does not say whether a SYN-ACK's number is another one. */
static gboolean is_anew_alike(const TraceSeen *one, const TraceSeen *other)
{
    return one->is_counted || other->is_counted || one->syn_anew == other->syn_anew;
}

/* Are these the same segment, whenever it was sent? */
static gboolean is_same(const TraceEvent *a, const TraceEvent *b, gboolean ignore_fate)
{
    const TraceSegment *one = &a->segment, *other = &b->segment;
    const TraceSeen *s = one->seen, *t = other->seen;
    gboolean has_ack = (s->segment.flags & TCP_ACK) != 0;

    return one->class == other->class && s->seq == t->seq && is_anew_alike(s, t) &&
           s->segment.length == t->segment.length &&
           has_ack == ((t->segment.flags & TCP_ACK) != 0) && (!has_ack || s->ack == t->ack) &&
           (ignore_fate || one->fate == other->fate);
}

static gboolean same_at(const Lists *lists, guint i, guint j)
{
    return is_same(lists->a[i], lists->b[j], lists->options->ignore_fate);
}

static gboolean is_better(Cost one, Cost other)
{
    return one.single != other.single ? one.single < other.single : one.drift_ns < other.drift_ns;
}

static guint64 drift_at(const Lists *lists, guint i, guint j)
{
    return (guint64)ABS(lists->b[j]->t - lists->a[i]->t - lists->options->b_ahead);
}

/* Fills moves[i * (b_count + 1) + j]: what to do when i of A and j of B are behind us. */
static void plan_moves(const Lists *lists, guint8 *moves)
{
    guint width = lists->b_count + 1;
    g_autofree Cost *below = g_new0(Cost, width), *row = g_new0(Cost, width);

    for (guint i = lists->a_count + 1; i-- > 0;) {
        for (guint j = lists->b_count + 1; j-- > 0;) {
            gboolean has_a = i < lists->a_count, has_b = j < lists->b_count;
            Cost best = {has_a || has_b ? G_MAXUINT64 : 0, 0};
            Move move = MOVE_A;

            if (has_b) {
                best = (Cost){row[j + 1].single + 1, row[j + 1].drift_ns};
                move = MOVE_B;
            }
            Cost only_a = {below[j].single + 1, below[j].drift_ns};
            if (has_a && !is_better(best, only_a)) {
                best = only_a;
                move = MOVE_A;
            }
            if (has_a && has_b && same_at(lists, i, j)) {
                Cost both = below[j + 1];

                both.drift_ns += drift_at(lists, i, j);
                if (!is_better(best, both)) {
                    best = both;
                    move = MOVE_BOTH;
                }
            }
            row[j] = best;
            moves[(gsize)i * width + j] = (guint8)move;
        }
        Cost *done = row;
        row = below;
        below = done;
    }
}

static void add_pair(GArray *out, const TraceEvent *a, const TraceEvent *b)
{
    AlignPair pair = {a, b};

    g_array_append_val(out, pair);
}

static void follow_moves(const Lists *lists, const guint8 *moves, GArray *out)
{
    guint i = 0, j = 0;

    while (i < lists->a_count || j < lists->b_count) {
        Move move = moves[(gsize)i * (lists->b_count + 1) + j];

        add_pair(out, move != MOVE_B ? lists->a[i] : NULL, move != MOVE_A ? lists->b[j] : NULL);
        i += move != MOVE_B ? 1 : 0;
        j += move != MOVE_A ? 1 : 0;
    }
}

static guint64 cells_of(const Lists *lists)
{
    return ((guint64)lists->a_count + 1) * ((guint64)lists->b_count + 1);
}

/* How many at the begin are the same, one by one. */
static guint common_begin(const Lists *lists)
{
    guint count = 0;

    while (count < lists->a_count && count < lists->b_count && same_at(lists, count, count))
        count++;
    return count;
}

static guint common_end(const Lists *lists)
{
    guint count = 0;

    while (count < lists->a_count && count < lists->b_count &&
           same_at(lists, lists->a_count - 1 - count, lists->b_count - 1 - count))
        count++;
    return count;
}

/* --- segments of one instant -------------------------------------------------------------- */

static const AlignPair *pair_at(const GArray *pairs, guint i)
{
    return &g_array_index(pairs, AlignPair, i);
}

/* From the i-th to the j-th pair, did all that A has (B, when not of_a) happen at this time? */
static gboolean is_one_instant(const GArray *pairs, guint i, guint j, SimTime t, gboolean of_a)
{
    for (; i <= j; i++) {
        const TraceEvent *event = of_a ? pair_at(pairs, i)->a : pair_at(pairs, i)->b;

        if (event != NULL && event->t != t)
            return FALSE;
    }
    return TRUE;
}

/* Two singles that are the same segment, and stand apart only by what one side has at the same instant: clocks
 * without a grain give such an instant an order that nobody else has to keep. */
static gboolean have_crossed(const GArray *pairs, guint i, guint j, gboolean ignore_fate)
{
    const TraceEvent *a = pair_at(pairs, i)->a, *b = pair_at(pairs, j)->b;
    guint first = MIN(i, j), last = MAX(i, j);

    if (a == NULL || b == NULL || pair_at(pairs, i)->b != NULL || pair_at(pairs, j)->a != NULL)
        return FALSE;
    return is_same(a, b, ignore_fate) && (is_one_instant(pairs, first, last, a->t, TRUE) ||
                                          is_one_instant(pairs, first, last, b->t, FALSE));
}

/* The partner of the i-th pair, which A alone has, a few pairs away; G_MAXUINT: there is none. */
static guint crossed_with(const GArray *pairs, guint i, gboolean ignore_fate)
{
    enum { NEAR = 16 };
    guint end = MIN(i + NEAR, pairs->len);

    for (guint j = i > NEAR ? i - NEAR : 0; j < end; j++) {
        if (have_crossed(pairs, i, j, ignore_fate))
            return j;
    }
    return G_MAXUINT;
}

static void join_crossed(GArray *pairs, gboolean ignore_fate)
{
    for (guint i = 0; i < pairs->len; i++) {
        guint j = crossed_with(pairs, i, ignore_fate);

        if (j == G_MAXUINT)
            continue;
        g_array_index(pairs, AlignPair, i).b = pair_at(pairs, j)->b;
        g_array_remove_index(pairs, j);
        i -= j < i ? 1 : 0;
    }
}

gboolean align_segments(const GArray *a, const GArray *b, const AlignOptions *options, GArray *out)
{
    const TraceEvent *const *as = (const TraceEvent *const *)(gconstpointer)a->data;
    const TraceEvent *const *bs = (const TraceEvent *const *)(gconstpointer)b->data;
    Lists lists = {as, bs, a->len, b->len, options};
    guint begin = 0, end = 0;

    if (cells_of(&lists) > CELLS_MAX) {
        begin = common_begin(&lists);
        lists.a += begin;
        lists.b += begin;
        lists.a_count -= begin;
        lists.b_count -= begin;
        end = common_end(&lists);
        lists.a_count -= end;
        lists.b_count -= end;
    }
    if (cells_of(&lists) > CELLS_MAX)
        return FALSE;

    g_autofree guint8 *moves = g_malloc(cells_of(&lists));
    plan_moves(&lists, moves);
    for (guint i = 0; i < begin; i++)
        add_pair(out, as[i], bs[i]);
    follow_moves(&lists, moves, out);
    for (guint i = end; i > 0; i--)
        add_pair(out, as[a->len - i], bs[b->len - i]);
    join_crossed(out, options->ignore_fate);
    return TRUE;
}
