/* Expectations of a world: they need not hold, but there is an answer to each. */
#include "dice.h"
#include "proto/error.h"
#include "proto/state.h"

static void tell_some_times(World *world)
{
    SimTime time = any_moment(world);

    for (guint64 n = 1 + below(world, 3); n > 0; n--) {
        tell(world, " ");
        tell_time(world, time);
        time += any_moment(world);
    }
}

static void tell_some_states(World *world)
{
    for (guint64 n = 1 + below(world, 5); n > 0; n--)
        tell(world, " %s", tcp_state_name((TcpState)below(world, TCP_STATE_COUNT)));
}

static const char *any_state(World *world)
{
    return tcp_state_name((TcpState)below(world, TCP_STATE_COUNT));
}

/* What can be held within some time. */
static void tell_times(World *world)
{
    switch (below(world, 4)) {
    case 0: tell(world, "sends %s at", any_segment_class(world)); break;
    case 1: tell(world, "sends %s gaps", any_segment_class(world)); break;
    case 2: tell(world, "enters %s at", any_state(world)); break;
    default:
        tell(world, "error %s at ",
             tcp_error_name((TcpError)(1 + below(world, TCP_ERROR_PLAIN_COUNT - 1))));
        tell_time(world, any_moment(world));
        return;
    }
    tell_some_times(world);
    if (one_in(world, 3))
        tell(world, " within %u%s", 1 + (guint)below(world, 100), one_in(world, 2) ? "ms" : "%");
}

static void tell_sends(World *world)
{
    static const char *const numbers[] = {"seq", "ack", "len"};

    switch (below(world, 3)) {
    case 0: tell(world, "never sends %s", any_segment_class(world)); break;
    case 1:
        tell(world, "sends %s %u times", any_segment_class(world), (guint)below(world, 5));
        break;
    default:
        tell(world, "sends %s %s %u", any_segment_class(world), any_of(world, numbers),
             (guint)any_number(world, 0, 10000));
        break;
    }
}

static void tell_states(World *world)
{
    if (one_in(world, 2)) {
        tell(world, "path");
        tell_some_states(world);
    } else {
        tell(world, "ends %s", any_state(world));
    }
}

static void tell_sums(World *world)
{
    switch (below(world, 4)) {
    case 0:
        tell(world, "delivers %u bytes%s", (guint)any_number(world, 0, 10000),
             one_in(world, 3) ? " wrong" : "");
        break;
    case 1: tell(world, "accepts %u", (guint)below(world, 4)); break;
    case 2: tell(world, "holds at most %u half-open", (guint)below(world, 4)); break;
    default: tell(world, "holds at most %u bytes", (guint)any_number(world, 0, 10000)); break;
    }
}

void tell_expectations(World *world)
{
    static void (*const kinds[])(World *) = {tell_times, tell_sends, tell_states, tell_sums};

    for (guint64 n = below(world, 4); n > 0; n--) {
        gsize kind = (gsize)below(world, G_N_ELEMENTS(kinds));
        tell(world, "expect %c", host_name(any_host(world)));
        if (kind != 3 && one_in(world, 4)) /* sums are of hosts */
            tell(world, ".%u", 1 + (guint)below(world, 2));
        tell(world, " ");
        kinds[kind](world);
        tell(world, "\n");
    }
}
