/* lwIP's calls.  Several bear names of our own endpoint's (tcp_close, …), so the library is not linked but
 * opened, and keeps its names to itself; here they are members of lwip_api.
 */
#ifndef TCPWALTZ_STACKS_LWIP_API_H
#define TCPWALTZ_STACKS_LWIP_API_H

#include <glib.h>

#include "tcp/tcp.h" /* first: what follows has other meanings for its names */

#define tcp_abort lwip_tcp_abort
#define tcp_accept lwip_tcp_accept
#define tcp_close lwip_tcp_close
#define tcp_connect lwip_tcp_connect
#define tcp_shutdown lwip_tcp_shutdown

#include <lwip/init.h>
#include <lwip/ip.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

#define LWIP_CALLS(C)                                                                              \
    C(ip_input)                                                                                    \
    C(lwip_init)                                                                                   \
    C(netif_add)                                                                                   \
    C(netif_set_default)                                                                           \
    C(pbuf_alloc)                                                                                  \
    C(pbuf_copy_partial)                                                                           \
    C(pbuf_free)                                                                                   \
    C(pbuf_free_header)                                                                            \
    C(pbuf_take)                                                                                   \
    C(tcp_abort)                                                                                   \
    C(tcp_accept)                                                                                  \
    C(tcp_arg)                                                                                     \
    C(tcp_bind)                                                                                    \
    C(tcp_close)                                                                                   \
    C(tcp_connect)                                                                                 \
    C(tcp_err)                                                                                     \
    C(tcp_listen_with_backlog_and_err)                                                             \
    C(tcp_new)                                                                                     \
    C(tcp_output)                                                                                  \
    C(tcp_recv)                                                                                    \
    C(tcp_recved)                                                                                  \
    C(tcp_sent)                                                                                    \
    C(tcp_shutdown)                                                                                \
    C(tcp_tmr)                                                                                     \
    C(tcp_write)                                                                                   \
    C(tcp_active_pcbs)                                                                             \
    C(tcp_bound_pcbs)                                                                              \
    C(tcp_ticks)                                                                                   \
    C(tcp_tw_pcbs)

typedef struct LwipApi {
#define LWIP_MEMBER(name) __typeof__(name) *name;
    LWIP_CALLS(LWIP_MEMBER)
#undef LWIP_MEMBER
} LwipApi;

extern LwipApi lwip_api; /* once lwip_load() has been called */

/* FALSE: *trouble says why. */
gboolean lwip_load(char **trouble);

#endif
