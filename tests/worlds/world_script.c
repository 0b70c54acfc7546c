/* The script of a world: stories that make sense (world_stories.c), and among them whatever else a
 * script can say, at any time.
 */
#include "dice.h"
#include "proto/state.h"
#include "scenario/plan.h"

static guint any_port(World *world)
{
    return 80 + (one_in(world, 8) ? (guint)below(world, WORLD_PORTS) : 0);
}

/* Mostly what fits into a few segments. */
guint any_bytes(World *world)
{
    return 1 + (guint)below(world, one_in(world, 10) ? 60000 : one_in(world, 2) ? 6000 : 200);
}

/* "a", or one of its connections. */
static void tell_party(World *world, guint host)
{
    tell(world, "%c", host_name(host));
    if (one_in(world, 4))
        tell(world, ".%u", 1 + (guint)below(world, 3));
}

void tell_at(World *world, SimTime time)
{
    tell(world, "at ");
    tell_time(world, time);
    tell(world, " ");
}

/* ---- Opening ---- */

static void tell_listen(World *world, guint host)
{
    tell(world, "%c listen", host_name(host));
    guint port = any_port(world);
    if (port != 80)
        tell(world, " port=%u", port);
    if (one_in(world, 4))
        tell(world, " backlog=%u", (guint)below(world, 4));
    if (one_in(world, 6))
        tell(world, " accept=manual");
    tell(world, "\n");
}

gboolean is_joined(const World *world, guint a, guint b)
{
    return world->linked[a][b] && world->linked[b][a];
}

static void tell_connect(World *world, guint host)
{
    guint peer = other_host(world, host);

    if (!is_joined(world, host, peer)) { /* nobody to connect to: something else */
        tell(world, "%c close\n", host_name(host));
        return;
    }
    tell(world, "%c connect %c", host_name(host), host_name(peer));
    guint port = any_port(world);
    if (port != 80)
        tell(world, " port=%u", port);
    if (one_in(world, 8))
        tell(world, " from-port=%u", 1000 + (guint)below(world, 2));
    else if (one_in(world, 12))
        tell(world, " rate=%u/s count=%u", 1 + (guint)below(world, 50), 1 + (guint)below(world, 8));
    tell(world, "\n");
}

/* ---- What an application does ---- */

static void tell_send(World *world, guint host)
{
    tell_party(world, host);
    tell(world, " send %u\n", any_bytes(world));
}

static void tell_read(World *world, guint host)
{
    tell_party(world, host);
    if (one_in(world, 2))
        tell(world, " read all\n");
    else
        tell(world, " read %u\n", any_bytes(world));
}

static void tell_close(World *world, guint host)
{
    static const char *const ways[] = {"close", "close", "close", "shutdown", "abort"};

    tell_party(world, host);
    tell(world, " %s\n", any_of(world, ways));
}

static void tell_accept(World *world, guint host)
{
    tell(world, "%c accept\n", host_name(host));
}

static void tell_power(World *world, guint host)
{
    static const char *const what[] = {"crash", "reboot", "reboot forget"};

    tell(world, "%c %s\n", host_name(host), any_of(world, what));
}

/* How likely each is: a column of ten for what an application does all the time. */
static void tell_act(World *world, guint host)
{
    static void (*const acts[])(World *, guint) = {
        tell_send,   tell_send,   tell_send,  tell_send,    tell_send,    tell_close,
        tell_close,  tell_close,  tell_close, tell_connect, tell_connect, tell_accept,
        tell_accept, tell_listen, tell_power, tell_read,
    };

    any_of(world, acts)(world, host);
}

static void tell_when(World *world)
{
    guint whose = any_host(world), actor = one_in(world, 3) ? other_host(world, whose) : whose;
    static const TcpState likely[] = {TCP_STATE_ESTABLISHED, TCP_STATE_CLOSE_WAIT,
                                      TCP_STATE_CLOSE_WAIT, TCP_STATE_SYN_RCVD};
    TcpState state =
        one_in(world, 3) ? (TcpState)below(world, TCP_STATE_COUNT) : any_of(world, likely);

    tell(world, "when ");
    tell_party(world, whose);
    tell(world, " %s ", tcp_state_name(state));
    if (one_in(world, 3)) {
        tell(world, "after ");
        tell_time(world, any_moment(world));
        tell(world, " ");
    }
    if (state == TCP_STATE_CLOSE_WAIT && !one_in(world, 4))
        tell(world, "%c close\n", host_name(actor));
    else
        tell_act(world, actor);
}

/* ---- Forged segments ---- */

static void tell_number(World *world, const char *option)
{
    tell(world, " %s=", option);
    switch (below(world, 6)) {
    case 0: tell(world, "random"); return;
    case 1: tell(world, "%u", (guint)any_number(world, 0, G_MAXUINT32)); return;
    default: break;
    }
    tell_party(world, any_host(world));
    tell(world, ".%s", plan_variable_name((PlanVariable)below(world, PLAN_VARIABLE_COUNT)));
    if (one_in(world, 2))
        tell(world, "%+d", (int)below(world, 3000) - 1500);
}

static void tell_flags(World *world)
{
    static const char *const flags[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};

    tell(world, " flags=%s", any_of(world, flags));
    for (guint64 n = below(world, 3); n > 0; n--)
        tell(world, ",%s", any_of(world, flags));
}

/* What both forged segments and floods of them can have. */
static void tell_forgery(World *world, guint length_most)
{
    if (one_in(world, 2))
        tell_number(world, "seq");
    if (one_in(world, 3))
        tell_number(world, "ack");
    if (one_in(world, 4))
        tell_flags(world);
    if (one_in(world, 4))
        tell(world, " win=%u", (guint)any_number(world, 0, 65535));
    if (one_in(world, 4))
        tell(world, " len=%u", (guint)any_number(world, 0, length_most));
    if (one_in(world, 8))
        tell(world, " port=%u", any_port(world));
}

static const char *any_forged_class(World *world)
{
    return segment_class_name((SegmentClass)below(world, SEGMENT_ANY));
}

/* Where a forged segment comes from; FALSE: no link leads to `to`. */
static gboolean any_origin(World *world, guint to, guint *as)
{
    *as = other_host(world, to);
    return world->linked[*as][to];
}

static void tell_inject(World *world)
{
    guint to = any_host(world), from = other_host(world, to), as;

    if (!any_origin(world, to, &as))
        return;
    tell_at(world, any_moment(world));
    tell(world, "inject %c->%c %s", host_name(from), host_name(to), any_forged_class(world));
    if (as != from)
        tell(world, " as=%c", host_name(as));
    tell_forgery(world, 1000);
    if (one_in(world, 8))
        tell(world, " from-port=%u", 40000 + (guint)below(world, 3));
    if (one_in(world, 8))
        tell(world, " conn=%u", 1 + (guint)below(world, 3));
    tell(world, "\n");
}

static void tell_flood(World *world)
{
    guint to = any_host(world), from;
    gboolean spoofed = one_in(world, 2);

    if (!any_origin(world, to, &from))
        return;
    tell_at(world, any_moment(world));
    tell(world, "flood %c->%c %s rate=%u/s count=%u", host_name(from), host_name(to),
         one_in(world, 2) ? "SYN" : any_forged_class(world), 1 + (guint)below(world, 2000),
         1 + (guint)below(world, 30));
    if (spoofed)
        tell(world, " spoofed");
    tell_forgery(world, 200);
    if (one_in(world, 4))
        tell(world, " step=%u", (guint)any_number(world, 1, 100000));
    tell(world, "\n");
}

/* ---- The whole ---- */

void tell_script(World *world)
{
    for (guint64 n = 1 + below(world, 2); n > 0; n--)
        tell_story(world);
    for (guint64 n = below(world, 6); n > 0; n--) {
        tell_at(world, any_moment(world));
        tell_act(world, any_host(world));
    }
    for (guint64 n = below(world, 4); n > 0; n--)
        tell_when(world);
    if (one_in(world, 3))
        for (guint64 n = below(world, 4); n > 0; n--)
            tell_inject(world);
    if (one_in(world, 12))
        tell_flood(world);
}
