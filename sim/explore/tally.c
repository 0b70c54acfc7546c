/* Counting ways.
 *
 * with(n, node) is how many worlds there are that have the faults of a node and just n more.  These n begin with a fault
 * of a child, which leaves n - 1 to it, or lie where the node is another's again.  So with(n) of all nodes follows from
 * with(n - 1) of theirs, and as children stand side by side, in the order of their places, from sums of it.
 */
#include "explore/tally.h"

void tally_init(Tally *tally)
{
    for (guint i = 0; i < G_N_ELEMENTS(tally->levels); i++)
        tally->levels[i] = g_array_new(FALSE, FALSE, sizeof(TallyNode));
}

void tally_clear(Tally *tally)
{
    for (guint i = 0; i < G_N_ELEMENTS(tally->levels); i++)
        g_array_unref(tally->levels[i]);
}

guint64 tally_bytes(const Tally *tally)
{
    guint64 bytes = 0;

    for (guint i = 0; i < G_N_ELEMENTS(tally->levels); i++)
        bytes += 2 * sizeof(TallyNode) * (guint64)tally->levels[i]->len;
    return bytes;
}

static const TallyNode *node_at(const Tally *tally, guint level, guint number)
{
    return &g_array_index(tally->levels[level], TallyNode, number);
}

/* ---- What is counted ---- */

typedef enum Quantity {
    QUANTITY_WORLDS,
    QUANTITY_TWINS,
    QUANTITY_UNDECIDED,
    QUANTITY_BROKEN,
    QUANTITY_LAW, /* and one for each further law */
    QUANTITY_COUNT = QUANTITY_LAW + EXPLORE_LAW_COUNT,
} Quantity;

/* The world that the end of this one was told of. */
static const TallyNode *end_of(const Tally *tally, const TallyNode *node)
{
    while (node->end != TALLY_NO_END && node->next.level != MARK_NOWHERE)
        node = node_at(tally, node->next.level, node->next.node);
    return node;
}

static guint64 own(const Tally *tally, const TallyNode *node, guint quantity)
{
    const TallyNode *end;

    if (quantity == QUANTITY_WORLDS)
        return 1;
    if (quantity == QUANTITY_TWINS)
        return node->has_twin;
    end = end_of(tally, node);
    if (quantity == QUANTITY_UNDECIDED)
        return end->undecided;
    if (quantity == QUANTITY_BROKEN)
        return end->law != TALLY_NO_LAW;
    return end->law == quantity - QUANTITY_LAW;
}

/* ---- Sums ---- */

/* sums[n][level][i]: with(n) of all nodes of the level before the i-th. */
typedef struct Sums {
    const Tally *tally;
    guint quantity;
    guint64 *of[EXPLORE_DEPTH_MAX + 1][EXPLORE_DEPTH_MAX + 1];
} Sums;

/* The first child of a node with its fault at `place` or behind. */
static guint first_child(const Tally *tally, guint level, guint32 parent, guint32 place)
{
    guint low = 0, high = tally->levels[level]->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        const TallyNode *node = node_at(tally, level, middle);

        if (node->parent < parent || (node->parent == parent && node->place < place))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static guint64 of_children(const Sums *sums, guint n, MarkRef from)
{
    guint level = from.level + 1U;
    const guint64 *sum = sums->of[n - 1][level];

    return sum[first_child(sums->tally, level, from.node + 1, 0)] -
           sum[first_child(sums->tally, level, from.node, from.place)];
}

/* with(n > 0) of a node, from one of its places on. */
static guint64 from_place(const Sums *sums, guint n, MarkRef at)
{
    guint64 count = 0;

    while (at.level != MARK_NOWHERE) {
        const TallyNode *node = node_at(sums->tally, at.level, at.node);
        MarkRef next = node->next;

        if (at.place < node->end)
            count += of_children(sums, n, at);
        else
            next.place += at.place - node->end;
        if (node->end == TALLY_NO_END)
            break;
        at = next;
    }
    return count;
}

static guint64 with(const Sums *sums, guint n, guint level, guint number)
{
    if (n == 0)
        return own(sums->tally, node_at(sums->tally, level, number), sums->quantity);
    return from_place(sums, n, (MarkRef){.node = number, .level = (guint8)level});
}

static void sum_level(Sums *sums, guint n, guint level)
{
    guint count = sums->tally->levels[level]->len;
    guint64 *sum = g_new(guint64, count + 1);

    sum[0] = 0;
    for (guint i = 0; i < count; i++)
        sum[i + 1] = sum[i] + with(sums, n, level, i);
    sums->of[n][level] = sum;
}

static void sums_init(Sums *sums, const Tally *tally, guint quantity)
{
    *sums = (Sums){.tally = tally, .quantity = quantity};
    for (guint n = 0; n <= EXPLORE_DEPTH_MAX; n++) {
        for (guint level = 0; n + level <= EXPLORE_DEPTH_MAX; level++)
            sum_level(sums, n, level);
    }
}

static void sums_clear(Sums *sums)
{
    for (guint n = 0; n <= EXPLORE_DEPTH_MAX; n++) {
        for (guint level = 0; level <= EXPLORE_DEPTH_MAX; level++)
            g_free(sums->of[n][level]);
    }
}

/* ---- The counts ---- */

/* Of a depth that was cut short: up to its last world, those of its forebears' elder brothers come before it. */
static guint64 up_to_last(const Sums *sums, guint depth)
{
    guint number = sums->tally->levels[depth]->len;
    guint64 count = 0;

    if (number == 0)
        return 0;
    count = with(sums, 0, depth, --number);
    for (guint level = depth; level > 0; level--) {
        const TallyNode *node = node_at(sums->tally, level, number);
        const guint64 *sum = sums->of[depth - level][level];

        count += sum[number] - sum[first_child(sums->tally, level, node->parent, 0)];
        number = node->parent;
    }
    return count;
}

static guint64 of_depth(const Sums *sums, guint depth, gint completed)
{
    if (sums->tally->levels[0]->len == 0)
        return 0;
    return (gint)depth <= completed ? with(sums, depth, 0, 0) : up_to_last(sums, depth);
}

static guint64 of_all(const Sums *sums, gint completed, guint64 *by_depth)
{
    guint64 count = 0;

    for (guint depth = 0; depth <= EXPLORE_DEPTH_MAX && (gint)depth <= completed + 1; depth++) {
        guint64 here = of_depth(sums, depth, completed);

        if (by_depth != NULL)
            by_depth[depth] = here;
        count += here;
    }
    return count;
}

static guint64 count_all(const Tally *tally, guint quantity, gint completed, guint64 *by_depth)
{
    Sums sums;

    sums_init(&sums, tally, quantity);
    guint64 count = of_all(&sums, completed, by_depth);

    sums_clear(&sums);
    return count;
}

void tally_count(const Tally *tally, gint completed, ExploreCount *count, guint64 *by_law)
{
    count->worlds = count_all(tally, QUANTITY_WORLDS, completed, count->of_depth);
    count->equal = count_all(tally, QUANTITY_TWINS, completed, NULL);
    count->undecided = count_all(tally, QUANTITY_UNDECIDED, completed, NULL);
    guint64 broken = count_all(tally, QUANTITY_BROKEN, completed, count->broken);

    for (guint law = 0; law < EXPLORE_LAW_COUNT && broken > 0; law++)
        by_law[law] = count_all(tally, QUANTITY_LAW + law, completed, NULL);
}
