/* Reading a loaded library's ELF headers, and writing into its table of addresses (GOT), as debuggers and
 * profilers do.
 */
#include "stacks/image.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- Where it is ---- */

typedef struct Search {
    gsize address;
    Image *image;
} Search;

/* The part that the header speaks of. */
static gsize begin_of(const struct dl_phdr_info *library, const ElfW(Phdr) * part)
{
    return library->dlpi_addr + part->p_vaddr;
}

static gboolean holds(const struct dl_phdr_info *library, const ElfW(Phdr) * part, gsize address)
{
    gsize begin = begin_of(library, part);

    return part->p_type == PT_LOAD && address >= begin && address < begin + part->p_memsz;
}

static void describe(const struct dl_phdr_info *library, const ElfW(Phdr) * part, Image *image)
{
    gsize begin = begin_of(library, part);

    if (part->p_type == PT_DYNAMIC) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the loader's
        image->dynamic = (const ElfW(Dyn) *)begin;
    } else if (part->p_type == PT_GNU_RELRO) {
        image->relro_begin = begin;
        image->relro_end = begin + part->p_memsz;
    }
}

static int look_into(struct dl_phdr_info *library, size_t size, void *data)
{
    const Search *search = data;
    const ElfW(Phdr) *part = library->dlpi_phdr, *end = part + library->dlpi_phnum;

    (void)size;
    while (part != end && !holds(library, part, search->address))
        part++;
    if (part == end)
        return 0;
    *search->image = (Image){.base = library->dlpi_addr,
                             .part_begin = begin_of(library, part),
                             .part_end = begin_of(library, part) + part->p_memsz};
    for (part = library->dlpi_phdr; part != end; part++)
        describe(library, part, search->image);
    return 1;
}

gboolean image_of(gconstpointer inside, Image *out)
{
    Search search = {(gsize)inside, out};

    return dl_iterate_phdr(look_into, &search) == 1;
}

/* ---- What it calls ---- */

/* A library's table of places that hold an address of somebody else's. */
typedef struct Places {
    gsize begin, size, stride;
} Places;

typedef struct Names {
    const ElfW(Sym) * symbols;
    const char *text;
} Names;

/* 0: it has none.  Some loaders have added the base already, others leave the table as it was. */
static gsize entry(const Image *image, ElfW(Sxword) tag)
{
    for (const ElfW(Dyn) *at = image->dynamic; at->d_tag != DT_NULL; at++) {
        if (at->d_tag == tag)
            return (gsize)at->d_un.d_val;
    }
    return 0;
}

static gsize address_entry(const Image *image, ElfW(Sxword) tag)
{
    gsize address = entry(image, tag);

    return address != 0 && address < image->base ? address + image->base : address;
}

/* The loader has protected whole pages only. */
static gboolean is_protected(const Image *image, gsize place, gsize page)
{
    return place >= image->relro_begin && place < image->relro_end - image->relro_end % page;
}

static gboolean write_place(const Image *image, gsize place, void (*ours)(void))
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE), offset = place % page;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the loader's
    guint8 *pages = (guint8 *)(place - offset);
    gboolean was_protected = is_protected(image, place, page);

    if (was_protected && mprotect(pages, page, PROT_READ | PROT_WRITE) != 0)
        return FALSE;
    memcpy(pages + offset, &ours, sizeof ours);
    if (was_protected)
        (void)mprotect(pages, page, PROT_READ);
    return TRUE;
}

/* ElfW(Rel) is what ElfW(Rela) begins with. */
static gboolean redirect(const Image *image, const Places *places, const Names *names,
                         const char *name, void (*ours)(void))
{
    /* ELF64_R_SYM, or ELF32_R_SYM */
    const gsize shift = sizeof(((ElfW(Rel) *)NULL)->r_info) == sizeof(guint64) ? 32 : 8;
    gboolean any = FALSE;

    for (gsize at = 0; at < places->size; at += places->stride) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): it is the loader's
        const ElfW(Rel) *place = (const ElfW(Rel) *)(places->begin + at);
        const ElfW(Sym) *symbol = &names->symbols[place->r_info >> shift];
        if (strcmp(names->text + symbol->st_name, name) == 0)
            any |= write_place(image, image->base + place->r_offset, ours);
    }
    return any;
}

gboolean image_redirect(const Image *image, const char *name, void (*ours)(void))
{
    gboolean is_long = entry(image, DT_PLTREL) == DT_RELA;
    // NOLINTBEGIN(performance-no-int-to-ptr): they are the loader's
    const Names names = {(const ElfW(Sym) *)address_entry(image, DT_SYMTAB),
                         (const char *)address_entry(image, DT_STRTAB)};
    // NOLINTEND(performance-no-int-to-ptr)
    const Places places[] = {
        {address_entry(image, DT_JMPREL), entry(image, DT_PLTRELSZ),
         is_long ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel))},
        {address_entry(image, DT_RELA), entry(image, DT_RELASZ), sizeof(ElfW(Rela))},
        {address_entry(image, DT_REL), entry(image, DT_RELSZ), sizeof(ElfW(Rel))},
    };
    gboolean any = FALSE;

    g_assert(names.symbols != NULL && names.text != NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        any |= redirect(image, &places[i], &names, name, ours);
    return any;
}
