/* Compressed captures: what GLib's own compressor makes, whole, cut, damaged; several members. */
#include "check_main.h"

#include <gio/gio.h>
#include <string.h>

#include "capture/capture.h"
#include "config.h"

#ifdef TCPWALTZ_ZSTD
#include <zstd.h>
#endif

/* Bytes that do not repeat soon: so many that more than one piece comes out. */
static GByteArray *some_bytes(guint length)
{
    GByteArray *out = g_byte_array_sized_new(length);
    guint32 state = 1;

    for (guint i = 0; i < length; i++) {
        state = state * 1664525 + 1013904223;
        guint8 byte = (guint8)(state >> 24);
        g_byte_array_append(out, &byte, 1);
    }
    return out;
}

static GByteArray *gzipped(const GByteArray *bytes)
{
    g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
    gsize room = bytes->len + bytes->len / 8 + 1024, read = 0, written = 0;
    GByteArray *out = g_byte_array_new();

    g_byte_array_set_size(out, (guint)room);
    ck_assert_int_eq(g_converter_convert(G_CONVERTER(gzip), bytes->data, bytes->len, out->data,
                                         room, G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                     G_CONVERTER_FINISHED);
    g_byte_array_set_size(out, (guint)written);
    return out;
}

static void expect_unpacked(const GByteArray *packed, const GByteArray *bytes)
{
    g_autofree char *why = NULL;
    g_autoptr(GByteArray) got = capture_unpack((const char *)packed->data, packed->len, &why);

    ck_assert_int_eq(capture_kind((const char *)packed->data, packed->len), CAPTURE_COMPRESSED);
    ck_assert_msg(why == NULL, "%s", why);
    ck_assert_uint_eq(got->len, bytes->len);
    ck_assert_mem_eq(got->data, bytes->data, bytes->len);
}

START_TEST(gzip_of_any_size)
{
    static const guint sizes[] = {1, 1000, 262144, 262145, 1000000};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GByteArray) bytes = some_bytes(sizes[i]);
        g_autoptr(GByteArray) packed = gzipped(bytes);

        expect_unpacked(packed, bytes);
    }
}
END_TEST

/* As 'cat a.gz b.gz' makes it. */
START_TEST(several_members_are_one_file)
{
    g_autoptr(GByteArray) bytes = some_bytes(1000), packed = gzipped(bytes);
    g_autoptr(GByteArray) second = gzipped(bytes);

    g_byte_array_append(packed, second->data, second->len);
    g_autoptr(GByteArray) twice = some_bytes(1000);
    g_byte_array_append(twice, bytes->data, bytes->len);
    expect_unpacked(packed, twice);
}
END_TEST

START_TEST(a_file_that_is_cut_is_unpacked_up_to_there)
{
    g_autoptr(GByteArray) bytes = some_bytes(300000), packed = gzipped(bytes);
    g_autofree char *why = NULL, *nothing = NULL;

    g_autoptr(GByteArray) got = capture_unpack((const char *)packed->data, packed->len / 2, &why);
    ck_assert_ptr_nonnull(got);
    ck_assert_ptr_nonnull(why);
    ck_assert_uint_ge(got->len, 100000);
    ck_assert_mem_eq(got->data, bytes->data, got->len);
    ck_assert_ptr_null(capture_unpack((const char *)packed->data, 12, &nothing));
    ck_assert_ptr_nonnull(nothing);
}
END_TEST

START_TEST(nonsense_behind_the_magic)
{
    g_autofree char *gzip = NULL, *zstd = NULL;

    ck_assert_ptr_null(capture_unpack("\x1f\x8b nonsense that is no gzip", 27, &gzip));
    ck_assert_ptr_nonnull(gzip);
    ck_assert_ptr_null(capture_unpack("\x28\xb5\x2f\xfd nonsense that is no zstd", 29, &zstd));
    ck_assert_ptr_nonnull(zstd);
}
END_TEST

#ifdef TCPWALTZ_ZSTD
START_TEST(zstd_of_any_size)
{
    static const guint sizes[] = {1, 1000, 262144, 262145, 1000000};

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GByteArray) bytes = some_bytes(sizes[i]), packed = g_byte_array_new();

        g_byte_array_set_size(packed, (guint)ZSTD_compressBound(bytes->len));
        gsize length = ZSTD_compress(packed->data, packed->len, bytes->data, bytes->len, 3);
        ck_assert(!ZSTD_isError(length));
        g_byte_array_set_size(packed, (guint)length);
        expect_unpacked(packed, bytes);

        g_autofree char *why = NULL;
        g_autoptr(GByteArray) got = capture_unpack((const char *)packed->data, length - 1, &why);
        ck_assert_str_eq(why, "it is cut");
        ck_assert(got == NULL || memcmp(got->data, bytes->data, got->len) == 0);
    }
}
END_TEST
#endif

Suite *suite(void)
{
    Suite *s = suite_create("capture unpack");
    TCase *tc = tcase_create("unpack");

    tcase_add_test(tc, gzip_of_any_size);
    tcase_add_test(tc, several_members_are_one_file);
    tcase_add_test(tc, a_file_that_is_cut_is_unpacked_up_to_there);
    tcase_add_test(tc, nonsense_behind_the_magic);
#ifdef TCPWALTZ_ZSTD
    tcase_add_test(tc, zstd_of_any_size);
#endif
    suite_add_tcase(s, tc);
    return s;
}
