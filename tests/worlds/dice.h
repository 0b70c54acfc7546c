/* What the files that make up worlds share: the dice, and the world as far as it is told. */
#ifndef TESTS_WORLDS_DICE_H
#define TESTS_WORLDS_DICE_H

#include <glib.h>

#include "core/random.h"
#include "core/time.h"

enum { WORLD_HOSTS_MAX = 4, WORLD_PORTS = 3 };

typedef struct World {
    RandomStream dice;
    GString *text;
    guint hosts;                                       /* named a, b, c, d */
    gboolean linked[WORLD_HOSTS_MAX][WORLD_HOSTS_MAX]; /* from, to */
} World;

/* 0 … bound-1. */
static inline guint64 below(World *world, guint64 bound)
{
    return random_stream_below(&world->dice, bound);
}

static inline gboolean one_in(World *world, guint n)
{
    return below(world, n) == 0;
}

#define any_of(world, list) ((list)[below(world, G_N_ELEMENTS(list))])

static inline guint any_host(World *world)
{
    return (guint)below(world, world->hosts);
}

/* Any but this one. */
static inline guint other_host(World *world, guint host)
{
    return (host + 1 + (guint)below(world, world->hosts - 1)) % world->hosts;
}

static inline char host_name(guint host)
{
    return (char)('a' + host);
}

void tell(World *world, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "20ms". */
void tell_time(World *world, SimTime time);

/* Most things happen soon, some late. */
SimTime any_moment(World *world);

/* A number from `least` to `most`: often one of them, often small, never long to read. */
gint64 any_number(World *world, gint64 least, gint64 most);

/* world_script.c: what applications do, and forged segments. */
void tell_script(World *world);
void tell_at(World *world, SimTime time); /* "at 20ms " */
guint any_bytes(World *world);
gboolean is_joined(const World *world, guint a, guint b); /* there and back */

/* world_stories.c: connections from their opening to their closing. */
void tell_story(World *world);

/* world_expects.c: what might be expected of it. */
void tell_expectations(World *world);

const char *any_segment_class(World *world); /* "SYN", …, "any" */

#endif
