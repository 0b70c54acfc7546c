/* How far the numbers of each end of a connection go, and since when. */
#include "capture/holes.h"

#include "core/seq.h"

static const SimTime unknown_round_trip = 3 * SIM_MILLISECOND;

typedef struct Reach {
    Seq furthest;
    SimTime since;
    gboolean is_known;
} Reach;

typedef struct Course {
    Reach reaches[2];          /* of the lower end, of the higher one */
    SimTime asked, round_trip; /* when the first SYN was seen; until the ACK of its answer */
    gboolean has_asked, has_round_trip;
    guint asker; /* index of reaches */
} Course;

struct Holes {
    GHashTable *courses; /* flow → Course */
};

Holes *holes_new(void)
{
    Holes *holes = g_new(Holes, 1);

    holes->courses = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    return holes;
}

void holes_free(Holes *holes)
{
    if (holes == NULL)
        return;
    g_hash_table_destroy(holes->courses);
    g_free(holes);
}

static Course *course_of(Holes *holes, guint32 flow)
{
    Course *course = g_hash_table_lookup(holes->courses, GUINT_TO_POINTER(flow));

    if (course == NULL) {
        course = g_new0(Course, 1);
        g_hash_table_insert(holes->courses, GUINT_TO_POINTER(flow), course);
    }
    return course;
}

static guint side_of(const Segment *segment)
{
    guint64 from = (guint64)segment->src_addr << 16 | segment->src_port;
    guint64 to = (guint64)segment->dst_addr << 16 | segment->dst_port;

    return from > to;
}

static void see_handshake(Course *course, const Segment *segment, guint side, SimTime t)
{
    if ((segment->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !course->has_asked) {
        course->has_asked = TRUE;
        course->asked = t;
        course->asker = side;
    } else if (!(segment->flags & TCP_SYN) && course->has_asked && side == course->asker &&
               !course->has_round_trip) {
        course->has_round_trip = TRUE;
        course->round_trip = t - course->asked;
    }
}

/* A byte that asks whether the peer is there is none of the stream's. */
static gboolean is_probe(const Reach *reach, const Segment *segment)
{
    return segment->length <= 1 && segment->seq == reach->furthest - 1;
}

gboolean holes_fill(Holes *holes, const TraceSeen *seen, SimTime t)
{
    const Segment *segment = &seen->segment;
    Course *course = course_of(holes, seen->flow);
    guint side = side_of(segment);
    Reach *reach = &course->reaches[side];
    Seq end = segment->seq + segment_seq_length(segment);

    see_handshake(course, segment, side, t);
    if (end == segment->seq || (segment->flags & TCP_RST))
        return FALSE;
    gboolean is_behind =
        reach->is_known && seq_lt(segment->seq, reach->furthest) && !is_probe(reach, segment);
    gboolean is_late =
        t - reach->since > (course->has_round_trip ? course->round_trip : unknown_round_trip);

    if (!reach->is_known || seq_gt(end, reach->furthest))
        *reach = (Reach){end, t, TRUE};
    return is_behind && is_late;
}
