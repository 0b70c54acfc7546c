/* Opening a stack's library. */
#include "stacks/library.h"

#include <dlfcn.h>

static gboolean resolve(const Library *library, void *open)
{
    for (gsize i = 0; i < library->count; i++) {
        library->members[i] = dlsym(open, library->names[i]);
        if (library->members[i] == NULL)
            return FALSE;
    }
    return TRUE;
}

/* NULL: *trouble says why. */
static void *open_it(const Library *library, char **trouble)
{
    void *open = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);

    if (open == NULL || !resolve(library, open))
        *trouble = g_strdup_printf("%s cannot be had: %s", library->title, dlerror());
    else if (library->opened != NULL && !library->opened(library->members[0]))
        *trouble = g_strdup_printf("%s cannot be had: %s is not built as it is expected",
                                   library->title, library->file);
    return *trouble == NULL ? open : NULL;
}

gboolean library_open(Library *library, char **trouble)
{
    static GMutex lock;

    g_mutex_lock(&lock);
    if (library->open == NULL)
        library->open = open_it(library, trouble);
    g_mutex_unlock(&lock);
    return library->open != NULL;
}
