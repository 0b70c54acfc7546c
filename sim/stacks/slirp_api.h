/* libslirp's calls: those that its users make. */
#ifndef TCPWALTZ_STACKS_SLIRP_API_H
#define TCPWALTZ_STACKS_SLIRP_API_H

#include <glib.h>
#include <libslirp.h>

#define SLIRP_CALLS(C)                                                                             \
    C(slirp_add_hostfwd)                                                                           \
    C(slirp_cleanup)                                                                               \
    C(slirp_connection_info)                                                                       \
    C(slirp_input)                                                                                 \
    C(slirp_new)                                                                                   \
    C(slirp_pollfds_fill)                                                                          \
    C(slirp_pollfds_poll)                                                                          \
    C(slirp_remove_hostfwd)

typedef struct SlirpApi {
#define SLIRP_MEMBER(name) __typeof__(name) *name;
    SLIRP_CALLS(SLIRP_MEMBER)
#undef SLIRP_MEMBER
} SlirpApi;

extern SlirpApi slirp_api; /* once slirp_load() has been called */

/* FALSE: *trouble says why. */
gboolean slirp_load(char **trouble);

#endif
