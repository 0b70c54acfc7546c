/* Segments that a capture has twice though they were sent once.
 *
 *   - A file that was taken at both ends and says in which direction each packet went (as view_pcapng()
 *     does) has each segment where it was sent and where it arrived: it counts where it was sent.
 *   - A bridge, a router between two interfaces, a tunnel and its link show each packet again within
 *     moments.  One such pair proves nothing (a network may copy a packet, and a stack without
 *     identifications may send the same bytes twice), so it takes most segments of two hosts.
 */
#include "capture/sightings.h"

/* So soon a packet is seen again; no timeout for a retransmission is as short. */
static const SimTime moments = 100 * SIM_MILLISECOND;

enum { LEAST_SEGMENTS = 3 }; /* that tell of two hosts */

/* A packet, at its first sight: of a group of twins each is compared with that. */
typedef struct First {
    guint i, sent; /* sightings; sent: where it was outbound.  From 1; 0: nowhere */
} First;

/* Two hosts: how many segments they have, and twins of those. */
typedef struct Pair {
    guint64 addresses;
    guint64 segments, twins;
} Pair;

typedef enum Sight {
    SIGHT_OWN,
    SIGHT_ARRIVAL, /* what was sent elsewhere in the file */
    SIGHT_TWIN,    /* what was seen moments before */
} Sight;

typedef struct Twins {
    GArray *sightings;
    GHashTable *firsts; /* digest → First */
    GHashTable *pairs;  /* addresses → Pair */
    guint8 *sights;     /* of each sighting: a Sight */
} Twins;

static const Sighting *sighting_at(const Twins *twins, guint i)
{
    return &g_array_index(twins->sightings, Sighting, i);
}

static Pair *pair_of(const Twins *twins, const Segment *segment)
{
    guint64 low = MIN(segment->src_addr, segment->dst_addr);
    guint64 key = low << 32 | MAX(segment->src_addr, segment->dst_addr);
    Pair *pair = g_hash_table_lookup(twins->pairs, &key);

    if (pair == NULL) {
        pair = g_new0(Pair, 1);
        pair->addresses = key;
        g_hash_table_insert(twins->pairs, &pair->addresses, pair);
    }
    return pair;
}

/* What came the same way through the same interface came twice. */
static gboolean is_same_way(const Sighting *one, const Sighting *other)
{
    return one->direction != DIRECTION_UNKNOWN && one->direction == other->direction &&
           one->interface == other->interface;
}

static Sight judge(const Twins *twins, guint i, const First *first)
{
    const Sighting *here = sighting_at(twins, i), *before = sighting_at(twins, first->i - 1);

    if (here->direction == DIRECTION_INBOUND && first->sent > 0 &&
        sighting_at(twins, first->sent - 1)->interface != here->interface)
        return SIGHT_ARRIVAL;
    if (here->t - before->t <= moments && !is_same_way(here, before))
        return SIGHT_TWIN;
    return SIGHT_OWN;
}

static void look_at(Twins *twins, guint i)
{
    Sighting *here = &g_array_index(twins->sightings, Sighting, i);
    First *first = g_hash_table_lookup(twins->firsts, &here->digest);
    Pair *pair = pair_of(twins, &here->segment);
    Sight sight = first != NULL ? judge(twins, i, first) : SIGHT_OWN;

    if (first == NULL) {
        first = g_new0(First, 1);
        g_hash_table_insert(twins->firsts, &here->digest, first);
    }
    if (sight == SIGHT_OWN) {
        first->i = i + 1;
        pair->segments++;
    }
    pair->twins += sight == SIGHT_TWIN ? 1 : 0;
    if (here->direction == DIRECTION_OUTBOUND)
        first->sent = i + 1;
    twins->sights[i] = (guint8)sight;
}

/* Most of what two hosts say is there again. */
static gboolean are_seen_twice(const Pair *pair)
{
    return pair->segments >= LEAST_SEGMENTS && pair->twins * 4 >= pair->segments * 3;
}

static void note(GPtrArray *notes, guint count, guint of, const char *what)
{
    if (count > 0)
        g_ptr_array_add(notes, g_strdup_printf("%u of %u segments are seen %s", count, of, what));
}

void sightings_drop_twins(GArray *sightings, GPtrArray *notes)
{
    g_autoptr(GHashTable) firsts = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    g_autofree guint8 *sights = g_new0(guint8, sightings->len + 1);
    Twins twins = {sightings, firsts, pairs, sights};
    guint kept = 0, arrivals = 0, again = 0, all = sightings->len;

    for (guint i = 0; i < all; i++)
        look_at(&twins, i);
    for (guint i = 0; i < all; i++) {
        Sighting *here = &g_array_index(sightings, Sighting, i);
        gboolean is_arrival = sights[i] == SIGHT_ARRIVAL;
        gboolean is_again =
            sights[i] == SIGHT_TWIN && are_seen_twice(pair_of(&twins, &here->segment));

        arrivals += is_arrival ? 1 : 0;
        again += is_again ? 1 : 0;
        if (!is_arrival && !is_again)
            g_array_index(sightings, Sighting, kept++) = *here;
    }
    g_array_set_size(sightings, kept);
    note(notes, arrivals, all, "a second time, where they arrived: skipped");
    note(notes, again, all,
         "again within 100 ms, as by a bridge or on two interfaces: skipped "
         "(--keep-duplicates keeps them)");
}
