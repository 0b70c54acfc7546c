/* Opening lwIP. */
#include "stacks/lwip_api.h"

#include <dlfcn.h>

/* Debian's liblwip0. */
static const char library_name[] = "liblwip.so.0";

LwipApi lwip_api;

/* A call that the library does not have is NULL. */
static gboolean resolve(void *library)
{
    static const char *const names[] = {
#define LWIP_NAME(name) #name,
        LWIP_CALLS(LWIP_NAME)
#undef LWIP_NAME
    };
    void **member = (void **)(void *)&lwip_api;

    G_STATIC_ASSERT(sizeof lwip_api == G_N_ELEMENTS(names) * sizeof *member);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        member[i] = dlsym(library, names[i]);
        if (member[i] == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean lwip_load(char **trouble)
{
    static GMutex lock;
    static void *library;

    g_mutex_lock(&lock);
    if (library == NULL) {
        library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
        if (library == NULL || !resolve(library)) {
            const char *why = dlerror();
            *trouble = g_strdup_printf("lwIP cannot be had: %s", why);
        }
    }
    g_mutex_unlock(&lock);
    return *trouble == NULL;
}
