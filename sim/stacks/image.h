/* A library as it lies in memory: where its variables are, and which functions of others it calls. */
#ifndef TCPWALTZ_STACKS_IMAGE_H
#define TCPWALTZ_STACKS_IMAGE_H

#include <glib.h>
#include <link.h>

typedef struct Image {
    gsize base;                   /* what its addresses count from */
    gsize part_begin, part_end;   /* the part that holds what was asked for */
    gsize relro_begin, relro_end; /* read-only since its addresses are in place; or 0 */
    const ElfW(Dyn) * dynamic;    /* its table of tables */
} Image;

/* Of the library that has this function or variable.  FALSE: none has. */
gboolean image_of(gconstpointer inside, Image *out);

/* What the library calls by this name becomes a call to `ours`, of the same type; nobody else's calls are
 * touched.  FALSE: it calls nothing by this name. */
gboolean image_redirect(const Image *image, const char *name, void (*ours)(void));

#endif
