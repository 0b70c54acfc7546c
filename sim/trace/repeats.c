/* Counts how often each sequence number was sent. */
#include "trace/repeats.h"

/* A segment between two endpoints that begins with this number; a SYN and the data of another
 * connection may have the same. */
typedef struct Sight {
    guint32 src_addr, dst_addr;
    guint16 src_port, dst_port;
    Seq seq;
    gboolean is_syn;
    guint32 count;
} Sight;

struct Repeats {
    GHashTable *sights; /* Sight → itself */
};

static guint sight_hash(gconstpointer key)
{
    const Sight *sight = key;
    guint64 mixed = ((guint64)sight->src_addr << 32 | sight->seq) ^
                    ((guint64)sight->dst_addr << 16 ^ (guint64)sight->src_port << 48 ^
                     sight->dst_port ^ (guint64)sight->is_syn << 47);

    mixed *= G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return (guint)(mixed >> 32);
}

static gboolean sight_equal(gconstpointer a, gconstpointer b)
{
    const Sight *one = a, *other = b;

    return one->src_addr == other->src_addr && one->dst_addr == other->dst_addr &&
           one->src_port == other->src_port && one->dst_port == other->dst_port &&
           one->seq == other->seq && one->is_syn == other->is_syn;
}

Repeats *repeats_new(void)
{
    Repeats *repeats = g_new(Repeats, 1);

    repeats->sights = g_hash_table_new_full(sight_hash, sight_equal, g_free, NULL);
    return repeats;
}

void repeats_free(Repeats *repeats)
{
    if (repeats == NULL)
        return;
    g_hash_table_destroy(repeats->sights);
    g_free(repeats);
}

guint32 repeats_count(Repeats *repeats, const Segment *segment)
{
    if (segment_seq_length(segment) == 0 || (segment->flags & TCP_RST))
        return 0;

    Sight key = {.src_addr = segment->src_addr,
                 .dst_addr = segment->dst_addr,
                 .src_port = segment->src_port,
                 .dst_port = segment->dst_port,
                 .seq = segment->seq,
                 .is_syn = (segment->flags & TCP_SYN) != 0};
    Sight *known = g_hash_table_lookup(repeats->sights, &key);

    if (known == NULL) {
        known = g_memdup2(&key, sizeof key);
        g_hash_table_add(repeats->sights, known);
    }
    return known->count++;
}
