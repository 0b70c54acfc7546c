/* Digests: mixing, and the order of what is pending. */
#include "core/digest.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/random.h"

void digest_begin(Digest *digest, SimTime now)
{
    digest->now = now;
    digest->exact = digest->alike = 0;
    digest->is_partial = false;
    digest->pending_count = 0;
}

void digest_clear(Digest *digest)
{
    free(digest->pending);
    *digest = (Digest){0};
}

void digest_records(Digest *digest, const void *exact, const void *alike, size_t size)
{
    const uint64_t *words = exact, *others = alike;

    for (size_t i = 0; i < size / sizeof *words; i++)
        digest_both(digest, words[i], others[i]);
}

void digest_bytes(Digest *digest, const void *bytes, size_t size)
{
    const char *at = bytes;

    for (uint64_t word; size > 0; at += sizeof word) {
        size_t part = size < sizeof word ? size : sizeof word;

        word = 0;
        memcpy(&word, at, part);
        digest_add(digest, word);
        size -= part;
    }
}

void digest_pending(Digest *digest, SimDue due, uint64_t exact, uint64_t alike)
{
    if (digest->pending_count == digest->pending_room) {
        digest->pending_room = digest->pending_room > 0 ? 2 * digest->pending_room : 16;
        digest->pending =
            memory_grow(digest->pending, digest->pending_room, sizeof *digest->pending);
    }
    digest->pending[digest->pending_count++] = (DigestPending){due, exact, alike};
}

/* They are few, and nearly in order. */
static void sort_pending(Digest *digest)
{
    DigestPending *all = digest->pending;

    for (uint32_t i = 1; i < digest->pending_count; i++) {
        DigestPending one = all[i];
        uint32_t at = i;

        for (; at > 0 && sim_due_before(one.due, all[at - 1].due); at--)
            all[at] = all[at - 1];
        all[at] = one;
    }
}

void digest_end(Digest *digest)
{
    sort_pending(digest);
    for (uint32_t i = 0; i < digest->pending_count; i++) {
        const DigestPending *one = &digest->pending[i];

        digest_both(digest, one->exact, one->alike);
        digest_both(digest, (uint64_t)one->due.at, (uint64_t)(one->due.at - digest->now));
    }
    digest->exact = splitmix64_mix(digest_mix(digest->exact, (uint64_t)digest->now));
    digest->alike = splitmix64_mix(digest->alike);
}
