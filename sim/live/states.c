/* The kernel's answer about its connections (include/uapi/linux/inet_diag.h). */
#include "live/states.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/address.h"

/* The kernel's numbers of states, by which netinet/tcp.h knows them; a half-open connection that is no
 * socket yet is told as SYN_RECV. */
static const struct {
    gboolean is_known;
    TcpState state;
} states[] = {
    [TCP_ESTABLISHED] = {TRUE, TCP_STATE_ESTABLISHED},
    [TCP_SYN_SENT] = {TRUE, TCP_STATE_SYN_SENT},
    [TCP_SYN_RECV] = {TRUE, TCP_STATE_SYN_RCVD},
    [TCP_FIN_WAIT1] = {TRUE, TCP_STATE_FIN_WAIT_1},
    [TCP_FIN_WAIT2] = {TRUE, TCP_STATE_FIN_WAIT_2},
    [TCP_TIME_WAIT] = {TRUE, TCP_STATE_TIME_WAIT},
    [TCP_CLOSE_WAIT] = {TRUE, TCP_STATE_CLOSE_WAIT},
    [TCP_LAST_ACK] = {TRUE, TCP_STATE_LAST_ACK},
    [TCP_CLOSING] = {TRUE, TCP_STATE_CLOSING},
};

/* TCP_NEW_SYN_RECV (include/net/tcp_states.h): half-open ones are asked for by that and by TCP_SYN_RECV. */
enum { STATE_OF_HALF_OPEN = 12 };

/* ---- Asking ---- */

/* Listeners, and sockets that are only bound, lie in tables that are the machine's: large ones, through which
 * it would go each time. */
static guint32 states_asked(void)
{
    guint32 asked = 1U << STATE_OF_HALF_OPEN;

    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
        asked |= (guint32)states[i].is_known << i;
    return asked;
}

static gboolean ask(const Space *space)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } request = {
        .head = {.nlmsg_len = sizeof request,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = (guint8)space->family,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = states_asked()},
    };

    return send(space->diag, &request, sizeof request, 0) == (ssize_t)sizeof request;
}

static guint32 address_of(const struct inet_diag_msg *told)
{
    guint8 bytes[ADDRESS_IPV6_BYTES];

    if (told->idiag_family != AF_INET6)
        return g_ntohl(told->id.idiag_dst[0]);
    memcpy(bytes, told->id.idiag_dst, sizeof bytes);
    return address_made_up_number(bytes);
}

static void add(const struct inet_diag_msg *told, GArray *out)
{
    if (told->idiag_state >= G_N_ELEMENTS(states) || !states[told->idiag_state].is_known)
        return;
    const LiveState state = {
        .ends = {.remote_address = address_of(told),
                 .local_port = g_ntohs(told->id.idiag_sport),
                 .remote_port = g_ntohs(told->id.idiag_dport)},
        .state = states[told->idiag_state].state,
        .has_timer = told->idiag_timer != 0,
        .expires = (SimTime)MAX((gint32)told->idiag_expires, 0) * SIM_MILLISECOND,
    };
    g_array_append_val(out, state);
}

/* An errno, negative, is what both NLMSG_ERROR and NLMSG_DONE begin with. */
static int error_in(struct nlmsghdr *head)
{
    int error = 0;

    if (head->nlmsg_len >= NLMSG_LENGTH(sizeof error))
        memcpy(&error, NLMSG_DATA(head), sizeof error);
    return -error;
}

/* One datagram of the answer.  TRUE: it was the last; *error is set where it tells one. */
static gboolean take(char *bytes, gsize size, GArray *out, int *error)
{
    unsigned left = (unsigned)size;
    struct nlmsghdr *head = (void *)bytes;

    for (; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
        if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR) {
            *error = error_in(head);
            return TRUE;
        }
        add(NLMSG_DATA(head), out);
    }
    return FALSE;
}

/* Mostly there are two: what there is to tell, and that this was all. */
enum { DATAGRAMS = 2, DATAGRAM_MOST = 32768 };

/* So many as are there, at least one, in one call; their number as recvmmsg() tells it. */
static int receive(const Space *space, char bytes[DATAGRAMS][DATAGRAM_MOST],
                   struct mmsghdr *datagrams)
{
    struct iovec rooms[DATAGRAMS];

    for (guint i = 0; i < DATAGRAMS; i++) {
        rooms[i] = (struct iovec){bytes[i], DATAGRAM_MOST};
        datagrams[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &rooms[i], .msg_iovlen = 1}};
    }
    return recvmmsg(space->diag, datagrams, DATAGRAMS, MSG_WAITFORONE, NULL);
}

gboolean states_read(const Space *space, GArray *out)
{
    _Alignas(struct nlmsghdr) char bytes[DATAGRAMS][DATAGRAM_MOST];
    struct mmsghdr datagrams[DATAGRAMS];
    int error = 0;
    gboolean is_over = FALSE;

    g_array_set_size(out, 0);
    if (!ask(space))
        return FALSE;
    while (!is_over) {
        int count = receive(space, bytes, datagrams);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return FALSE;
        for (int i = 0; i < count && !is_over; i++)
            is_over = take(bytes[i], datagrams[i].msg_len, out, &error);
    }
    errno = error;
    return error == 0;
}
