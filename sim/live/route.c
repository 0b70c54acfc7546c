/* A route by rtnetlink(7), which alone takes metrics. */
#include "live/route.h"

#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct RouteRequest {
    struct nlmsghdr head;
    struct rtmsg body;
    char attributes[RTA_SPACE(sizeof(guint32)) + RTA_SPACE(sizeof(RouteMetrics) * 2)];
} RouteRequest;

/* The end of the message grows by it; what it holds follows. */
static struct rtattr *add(RouteRequest *request, gushort type, const void *data, gsize size)
{
    struct rtattr *at =
        (void *)((char *)request + NLMSG_ALIGN(request->head.nlmsg_len)); /* aligned for it */

    g_assert((char *)at + RTA_SPACE(size) <= (char *)(request + 1));
    *at = (struct rtattr){.rta_type = type, .rta_len = (gushort)RTA_LENGTH(size)};
    if (size > 0)
        memcpy(RTA_DATA(at), data, size);
    request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + (guint32)RTA_SPACE(size);
    return at;
}

static void add_metrics(RouteRequest *request, const RouteMetrics *metrics)
{
    struct rtattr *all = add(request, RTA_METRICS, NULL, 0);

    for (gushort i = 1; i <= RTAX_MAX; i++)
        if (metrics->values[i] != 0)
            (void)add(request, i, &metrics->values[i], sizeof metrics->values[i]);
    all->rta_len = (gushort)((char *)request + request->head.nlmsg_len - (char *)all);
}

/* FALSE with errno, as the kernel answers. */
static gboolean ask(int socket, const RouteRequest *request)
{
    struct {
        struct nlmsghdr head;
        struct nlmsgerr body;
        char request[sizeof *request];
    } answer;

    if (send(socket, request, request->head.nlmsg_len, 0) < 0 ||
        recv(socket, &answer, sizeof answer, 0) < 0)
        return FALSE;
    errno = -answer.body.error;
    return answer.head.nlmsg_type == NLMSG_ERROR && answer.body.error == 0;
}

gboolean route_set(int family, const char *device, const RouteMetrics *metrics)
{
    const guint32 index = if_nametoindex(device);
    RouteRequest request = {
        .head = {.nlmsg_len = NLMSG_LENGTH(sizeof request.body),
                 .nlmsg_type = RTM_NEWROUTE,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE},
        .body = {.rtm_family = (guint8)family,
                 .rtm_table = RT_TABLE_MAIN,
                 .rtm_protocol = RTPROT_BOOT,
                 .rtm_scope = RT_SCOPE_LINK,
                 .rtm_type = RTN_UNICAST},
    };
    int control = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (control < 0)
        return FALSE;
    (void)add(&request, RTA_OIF, &index, sizeof index);
    add_metrics(&request, metrics);
    gboolean good = ask(control, &request);
    int error = errno;

    close(control);
    errno = error;
    return good;
}
