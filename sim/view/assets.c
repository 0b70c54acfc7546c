/* The files that views carry within. */
#include "view/assets.h"

#include <string.h>

const char *asset(const char *name)
{
    const Asset *found = view_assets;

    while (strcmp(found->name, name) != 0) {
        found++;
        g_assert(found->name != NULL);
    }
    return found->text;
}
