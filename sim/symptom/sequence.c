/* Sequences of segments found in a connection: for each step, which segments can end the sequence so far.  One pass a step, so
 * that a connection of a million segments costs no more than its length. */
#include "symptom/signs.h"

#define NOWHERE G_MAXUINT

static gboolean is_within(gint64 value, const SignRange *range)
{
    return value >= range->least && value <= range->most;
}

/* Is it such a segment, whatever stands before it? */
static gboolean is_meant(const SignStep *step, const TrailSegment *at, gboolean swapped)
{
    const Segment *segment = &at->event->segment.seen->segment;
    guint party = swapped ? !at->party : at->party;

    return party == step->party && (at->facts & step->facts) == step->facts &&
           (step->class == SEGMENT_ANY || step->class == at->event->segment.class) &&
           is_within(segment->length, &step->length) && is_within(at->silence, &step->idle) &&
           is_within(at->flight, &step->flight) && is_within(at->repeats, &step->repeats);
}

/* The segment that the step before may be, for this one; NOWHERE: none.  `latest` is the last one that is early enough. */
static guint before_of(const SignStep *step, const Trail *trail, guint i, const guint *reached,
                       guint latest)
{
    guint j = latest;

    if (step->is_same)
        j = trail_at(trail, i)->same < 0 ? NOWHERE : (guint)trail_at(trail, i)->same;
    if (step->is_next)
        j = i == 0 ? NOWHERE : i - 1;
    if (j == NOWHERE || reached[j] == NOWHERE)
        return NOWHERE;
    SimTime wait = trail_at(trail, i)->event->t - trail_at(trail, j)->event->t;
    return is_within(wait, &step->after) ? j : NOWHERE;
}

/* For every segment that can be this step, which one is the step before: NOWHERE where it cannot be. */
static guint *follow(const SignStep *step, const Trail *trail, gboolean swapped,
                     const guint *reached)
{
    guint count = trail->segments->len, cursor = 0, latest = NOWHERE;
    guint *next = g_new(guint, count);

    for (guint i = 0; i < count; i++) {
        SimTime by = trail_at(trail, i)->event->t - step->after.least;

        for (; cursor < i && trail_at(trail, cursor)->event->t <= by; cursor++)
            latest = reached[cursor] != NOWHERE ? cursor : latest;
        next[i] = is_meant(step, trail_at(trail, i), swapped)
                      ? before_of(step, trail, i, reached, latest)
                      : NOWHERE;
    }
    return next;
}

static guint *begin(const SignStep *step, const Trail *trail, gboolean swapped)
{
    guint *reached = g_new(guint, trail->segments->len);

    for (guint i = 0; i < trail->segments->len; i++)
        reached[i] = is_meant(step, trail_at(trail, i), swapped) ? i : NOWHERE;
    return reached;
}

/* Back from the first segment that is the last step. */
static GArray *way_to(guint *const *reached, guint steps, guint count)
{
    guint at = 0;

    while (at < count && reached[steps - 1][at] == NOWHERE)
        at++;
    if (at == count)
        return NULL;
    GArray *way = g_array_sized_new(FALSE, FALSE, sizeof(guint), steps);

    for (guint k = steps; k-- > 0;) {
        g_array_prepend_val(way, at);
        at = reached[k][at];
    }
    return way;
}

GArray *sequence_find(const GArray *steps, const Trail *trail, gboolean swapped)
{
    guint count = steps->len;
    g_autofree guint **reached = g_new0(guint *, count);

    g_assert(count > 0);
    reached[0] = begin(&g_array_index(steps, SignStep, 0), trail, swapped);
    for (guint k = 1; k < count; k++)
        reached[k] = follow(&g_array_index(steps, SignStep, k), trail, swapped, reached[k - 1]);
    GArray *way = way_to(reached, count, trail->segments->len);

    for (guint k = 0; k < count; k++)
        g_free(reached[k]);
    return way;
}
