/* Opening lwIP. */
#include "stacks/lwip_api.h"

#include "stacks/library.h"

LwipApi lwip_api;

gboolean lwip_load(char **trouble)
{
    static const char *const names[] = {
#define LWIP_NAME(name) #name,
        LWIP_CALLS(LWIP_NAME)
#undef LWIP_NAME
    };
    static Library library = {.title = "lwIP",
                              .file = "liblwip.so.0", /* Debian's liblwip0 */
                              .names = names,
                              .members = (void **)(void *)&lwip_api,
                              .count = G_N_ELEMENTS(names)};

    G_STATIC_ASSERT(sizeof lwip_api == G_N_ELEMENTS(names) * sizeof(void *));
    return library_open(&library, trouble);
}
