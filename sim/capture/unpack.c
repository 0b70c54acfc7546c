/* Compressed captures: gzip by GLib, zstd by libzstd where the program was built with it. */
#include <gio/gio.h>
#include <string.h>

#include "capture/capture.h"
#include "config.h"

#ifdef TCPWALTZ_ZSTD
#include <zstd.h>
#endif

enum { PIECE_BYTES = 256 * 1024 };

/* FALSE with *why: it would be longer than anybody wants to read. */
static gboolean append(GByteArray *out, const guint8 *piece, gsize length, char **why)
{
    if (out->len + length > CAPTURE_BYTES_MAX) {
        *why = g_strdup_printf("unpacked it is larger than %u MB",
                               (guint)(CAPTURE_BYTES_MAX / 1024 / 1024));
        return FALSE;
    }
    g_byte_array_append(out, piece, (guint)length);
    return TRUE;
}

static gboolean is_of_gzip(const char *bytes, gsize length)
{
    return length >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0;
}

/* A file may hold several members, one behind the other (RFC 1952 §2.2). */
static void unpack_gzip(const char *bytes, gsize length, GByteArray *out, char **why)
{
    g_autoptr(GZlibDecompressor) gzip = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    g_autofree guint8 *piece = g_malloc(PIECE_BYTES);

    while (length > 0) {
        g_autoptr(GError) error = NULL;
        gsize read = 0, written = 0;
        GConverterResult result =
            g_converter_convert(G_CONVERTER(gzip), bytes, length, piece, PIECE_BYTES,
                                G_CONVERTER_INPUT_AT_END, &read, &written, &error);

        if (result == G_CONVERTER_ERROR) {
            *why = g_strdup(error->message);
            return;
        }
        if (!append(out, piece, written, why))
            return;
        bytes += read;
        length -= read;
        if (result == G_CONVERTER_FINISHED) {
            if (!is_of_gzip(bytes, length)) /* padding, as of tapes, is no trouble */
                return;
            g_converter_reset(G_CONVERTER(gzip));
        }
    }
    *why = g_strdup("it is cut");
}

#ifdef TCPWALTZ_ZSTD
static void unpack_zstd(const char *bytes, gsize length, GByteArray *out, char **why)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    g_autofree guint8 *piece = g_malloc(PIECE_BYTES);
    ZSTD_inBuffer input = {bytes, length, 0};
    gsize more = 1; /* 0: a frame has ended, and is written */

    while (*why == NULL && (input.pos < input.size || more != 0)) {
        ZSTD_outBuffer output = {piece, PIECE_BYTES, 0};
        gsize before = input.pos;

        more = ZSTD_decompressStream(stream, &output, &input);
        if (ZSTD_isError(more))
            *why = g_strdup(ZSTD_getErrorName(more));
        else if (append(out, piece, output.pos, why) && output.pos == 0 && input.pos == before &&
                 more != 0)
            *why = g_strdup("it is cut");
    }
    ZSTD_freeDStream(stream);
}
#else
static void unpack_zstd(const char *bytes, gsize length, GByteArray *out, char **why)
{
    (void)bytes, (void)length, (void)out;
    *why = g_strdup("this tcpwaltz was built without zstd: unpack it with 'zstd -d'");
}
#endif

GByteArray *capture_unpack(const char *bytes, gsize length, char **why)
{
    GByteArray *out = g_byte_array_new();

    *why = NULL;
    if (is_of_gzip(bytes, length))
        unpack_gzip(bytes, length, out, why);
    else
        unpack_zstd(bytes, length, out, why);
    if (*why == NULL || (out->len > 0 && out->len < CAPTURE_BYTES_MAX))
        return out;
    g_byte_array_unref(out);
    return NULL;
}
