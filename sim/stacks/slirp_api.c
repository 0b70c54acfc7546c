/* Opening libslirp. */
#include "stacks/slirp_api.h"

#include "stacks/library.h"
#include "stacks/slirp.h"

SlirpApi slirp_api;

gboolean slirp_load(char **trouble)
{
    static const char *const names[] = {
#define SLIRP_NAME(name) #name,
        SLIRP_CALLS(SLIRP_NAME)
#undef SLIRP_NAME
    };
    static Library library = {.title = "libslirp",
                              .file = "libslirp.so.0", /* Debian's libslirp0 */
                              .names = names,
                              .members = (void **)(void *)&slirp_api,
                              .count = G_N_ELEMENTS(names),
                              .opened = slirp_sockets_take_over};

    G_STATIC_ASSERT(sizeof slirp_api == G_N_ELEMENTS(names) * sizeof(void *));
    return library_open(&library, trouble);
}
