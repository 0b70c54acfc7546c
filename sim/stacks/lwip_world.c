/* lwIP's variables, a copy for each host.
 *
 * They lie together in the library's data segment, of 12 KiB: swapping them costs less than a packet.
 * What they point to (connections, buffers) is on the heap and stays where it is.  One lock for all:
 * there is one place for the variables of whoever is at work.
 */
#include "stacks/lwip_world.h"

#include <string.h>

#include "stacks/image.h"
#include "stacks/lwip_api.h"

/* The library's data and bss, without what the loader has made read-only. */
typedef struct Area {
    guint8 *begin;
    gsize size;
    guint8 *fresh; /* as it was before anybody used it */
} Area;

static GMutex lock;
static Area area;
static LwipWorld *present; /* whose variables are in place; NULL: nobody's */

/* ---- Where they are ---- */

static void find_area(void)
{
    Image image;
    gboolean found = image_of(lwip_api.tcp_active_pcbs, &image);

    g_assert(found);
    gsize begin = MAX(image.part_begin, image.relro_end);
    area.begin = (guint8 *)begin; // NOLINT(performance-no-int-to-ptr): it is the loader's
    area.size = image.part_end - begin;
    area.fresh = g_memdup2(area.begin, area.size);
}

/* ---- Worlds ---- */

void lwip_world_init(LwipWorld *world)
{
    g_mutex_lock(&lock);
    if (area.begin == NULL)
        find_area();
    *world = (LwipWorld){.variables = g_memdup2(area.fresh, area.size), .timer = SIM_NEVER};
    g_mutex_unlock(&lock);
}

void lwip_world_clear(LwipWorld *world)
{
    g_mutex_lock(&lock);
    if (present == world)
        present = NULL;
    g_mutex_unlock(&lock);
    g_clear_pointer(&world->variables, g_free);
}

void lwip_world_enter(LwipWorld *world, SimTime now)
{
    g_mutex_lock(&lock);
    world->now = now;
    if (present == world)
        return;
    if (present != NULL)
        memcpy(present->variables, area.begin, area.size);
    memcpy(area.begin, world->variables, area.size);
    present = world;
}

void lwip_world_leave(void)
{
    g_mutex_unlock(&lock);
}

/* ---- What lwIP asks for ---- */

/* These stand before the library's own, which ask the system. */
u32_t sys_now(void)
{
    return present != NULL ? (u32_t)(present->now / SIM_MILLISECOND) : 0;
}

/* TCP's clock is the one above.  The other timers of lwIP (of fragments, ARP, names) have nothing to do
 * here, and there is no call that would give their memory back. */
void sys_timeout(u32_t milliseconds, sys_timeout_handler handler, void *argument)
{
    (void)milliseconds;
    (void)handler;
    (void)argument;
}

/* lwIP src/core/timeouts.c: the first tick comes one interval after somebody began to need it. */
void tcp_timer_needed(void)
{
    if (present->timer == SIM_NEVER &&
        ((*lwip_api.tcp_active_pcbs) != NULL || (*lwip_api.tcp_tw_pcbs) != NULL))
        present->timer = present->now + TCP_TMR_INTERVAL * SIM_MILLISECOND;
}
