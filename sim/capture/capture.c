/* What kind of file it is, and problems. */
#include "capture/capture.h"

#include <string.h>

void capture_problem_clear(CaptureProblem *problem)
{
    g_free(problem->message);
    g_free(problem->hint);
    memset(problem, 0, sizeof *problem);
}

/* How captures begin: pcap of micro- and nanoseconds in either byte order, pcapng; and two dialects
 * of pcap that libpcap knows. */
static const guint8 magics[][4] = {
    {0xa1, 0xb2, 0xc3, 0xd4}, {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d},
    {0x4d, 0x3c, 0xb2, 0xa1}, {0x0a, 0x0d, 0x0d, 0x0a}, {0xa1, 0xb2, 0xcd, 0x34},
    {0x34, 0xcd, 0xb2, 0xa1},
};

/* And what is compressed: gzip (RFC 1952 §2.3.1), zstd (RFC 8878 §3.1.1). */
static const guint8 gzip_magic[] = {0x1f, 0x8b}, zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

/* The first line that is no note, behind a byte order mark. */
static const char *first_line(const char *bytes, gsize length, gsize *left)
{
    static const char mark[] = "\xef\xbb\xbf";
    const char *at = bytes, *end = bytes + length;

    if (length >= 3 && memcmp(at, mark, 3) == 0)
        at += 3;
    while (at < end && (*at == '#' || *at == '\n' || *at == '\r')) {
        const char *line_end = memchr(at, '\n', (gsize)(end - at));

        at = line_end != NULL ? line_end + 1 : end;
    }
    *left = (gsize)(end - at);
    return at;
}

static gboolean begins_with(const char *bytes, gsize length, const guint8 *magic, gsize size)
{
    return length >= size && memcmp(bytes, magic, size) == 0;
}

CaptureKind capture_kind(const char *bytes, gsize length)
{
    static const char head[] = "t_s,";
    gsize left;

    for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (begins_with(bytes, length, magics[i], sizeof magics[i]))
            return CAPTURE_PACKETS;
    }
    if (begins_with(bytes, length, gzip_magic, sizeof gzip_magic) ||
        begins_with(bytes, length, zstd_magic, sizeof zstd_magic))
        return CAPTURE_COMPRESSED;
    const char *line = first_line(bytes, length, &left);

    return left >= 4 && memcmp(line, head, 4) == 0 ? CAPTURE_TABLE : CAPTURE_UNKNOWN;
}
