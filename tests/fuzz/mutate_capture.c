/* Mutations of captures and segment tables: the same ones every time. Whatever the bytes are, there
 * is a trace or a problem, and what the trace holds can be shown and compared.
 *
 * usage: mutate_capture [COUNT [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/capture_bytes.h"
#include "expect/compare.h"
#include "view/view.h"

enum { COUNT_DEFAULT = 12000, CHANGES_MAX = 4, SEEDS_MAX = 16 };

static const char table[] =
    "# a note\nt_s,from,segment,seq,ack,len,win,options,fate,conn\n"
    "0.0002,client,SYN,0,,0,64240,mss 1460 sackOK TS wscale 10,lost,1\n"
    "1.017400001,client,SYN,0,,0,64240,mss 1460 sackOK TS wscale 10,dup,1\n"
    "1.0200,server,SYN-ACK,0,1,0,65160,mss 1460 sackOK TS wscale 10,delay,1\n"
    "1.0300,\"client\",DATA,1,1,1448,63,\"TS sack x1\",corrupt,1\n"
    "2.0000,client,FIN,1449,1,0,63,,pass,2\n2.0100,\"a \"\"b\"\"\",RST,1,,0,0,,pass,\n";

/* What a blind change would rarely come upon. */
static const char *const pieces[] = {
    ",",          "\"",   "\"\"",    "\n",  "\r\n", "#",    "0.00000",      "99999999999999999999",
    "-1",         "x",    "SYN-ACK", "mss", "é",    "\xff", "\xef\xbb\xbf", "\x1b[2J",
    "4294967296", "conn", "lost",
};

static GByteArray *seeds[SEEDS_MAX];
static guint seed_count;

/* SplitMix64 (Steele, Lea, Flood 2014): a step of a counter, mixed. */
static guint64 random_state;

static guint64 draw(guint64 below)
{
    guint64 z = random_state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* --- what is mutated ---------------------------------------------------------------------- */

static void add_seed(GByteArray *bytes)
{
    g_assert(seed_count < SEEDS_MAX);
    seeds[seed_count++] = bytes;
}

static void make_seeds(void)
{
    static const guint32 links[] = {LINK_ETHERNET, LINK_RAW, LINK_SLL2, LINK_NULL};
    GByteArray *text = g_byte_array_new();

    for (CaptureFormat format = 0; format < CAPTURE_FORMAT_COUNT; format++) {
        for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
            CaptureFile file = capture_begin(format, i % 2 == 1, links[i], 65535);

            add_connection(&file);
            add_seed(file.bytes);
        }
    }
    put_bytes(text, table, sizeof table - 1);
    add_seed(text);
}

/* --- changes ------------------------------------------------------------------------------ */

static guint any_place(const GByteArray *bytes)
{
    return (guint)draw(bytes->len);
}

static void change_byte(GByteArray *bytes)
{
    bytes->data[any_place(bytes)] = (guint8)draw(256);
}

static void flip_bit(GByteArray *bytes)
{
    bytes->data[any_place(bytes)] ^= (guint8)(1U << draw(8));
}

/* Lengths and counts: the least, the most, and those next to them. */
static void set_number(GByteArray *bytes)
{
    static const guint32 numbers[] = {0,          1,          0x7fffffff, 0x80000000,
                                      0xfffffffe, 0xffffffff, 0x40000};
    guint32 number = numbers[draw(G_N_ELEMENTS(numbers))];
    guint at = any_place(bytes), length = draw(2) ? 4 : 2;

    memcpy(bytes->data + at, &number, MIN(bytes->len - at, length));
}

static void cut(GByteArray *bytes)
{
    g_byte_array_set_size(bytes, (guint)draw(bytes->len) + 1);
}

static void remove_part(GByteArray *bytes)
{
    guint at = any_place(bytes), room = MIN(bytes->len - at, 40);

    g_byte_array_remove_range(bytes, at, (guint)draw(room));
}

static void insert(GByteArray *bytes, guint at, const void *part, guint length)
{
    guint behind = bytes->len - at;

    g_byte_array_set_size(bytes, bytes->len + length);
    memmove(bytes->data + at + length, bytes->data + at, behind);
    memcpy(bytes->data + at, part, length);
}

static void repeat_part(GByteArray *bytes)
{
    guint at = any_place(bytes), room = MIN(bytes->len - at, 80);
    guint length = (guint)draw(room) + 1;
    g_autofree guint8 *part = g_memdup2(bytes->data + at, length);

    insert(bytes, any_place(bytes), part, length);
}

static void insert_piece(GByteArray *bytes)
{
    const char *piece = pieces[draw(G_N_ELEMENTS(pieces))];

    insert(bytes, any_place(bytes), piece, (guint)strlen(piece));
}

static void (*const changes[])(GByteArray *bytes) = {
    change_byte, flip_bit,    flip_bit,    set_number,   set_number,
    cut,         remove_part, repeat_part, insert_piece,
};

/* --- what is tried ------------------------------------------------------------------------ */

static Trace *read_any(const GByteArray *bytes, CaptureProblem *problem)
{
    /* An allocation of its own size: one byte too far is seen. */
    g_autofree char *exact = g_memdup2(bytes->data, bytes->len);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);

    if (capture_kind(exact, bytes->len) == CAPTURE_PACKETS)
        return capture_read_packets(exact, bytes->len, draw(4) ? NULL : "10.0.0.1", notes, problem);
    return capture_read_table(exact, bytes->len, problem);
}

static void use(const Trace *trace, const Trace *other)
{
    g_autoptr(GString) out = g_string_new(NULL);
    CompareOptions options = {.kind = COMPARE_WHEEL, .has_capture = draw(2) != 0};
    g_autoptr(Comparison) comparison = compare_traces(trace, other, &options, NULL);

    g_assert(comparison != NULL);
    view_segments(trace, NULL, out);
}

/* Was it good? */
static gboolean try_bytes(const GByteArray *bytes, const Trace *other)
{
    CaptureProblem problem;
    g_autoptr(Trace) trace = read_any(bytes, &problem);
    gboolean is_good = trace != NULL;

    g_assert(is_good == (problem.message == NULL));
    g_assert(problem.text == NULL || problem.line > 0);
    if (is_good)
        use(trace, other);
    capture_problem_clear(&problem);
    return is_good;
}

static GByteArray *mutated(const GByteArray *seed)
{
    GByteArray *bytes = g_byte_array_new();

    put_bytes(bytes, seed->data, seed->len);
    for (guint64 n = draw(CHANGES_MAX) + 1; n > 0; n--)
        changes[draw(G_N_ELEMENTS(changes))](bytes);
    return bytes;
}

int main(int argc, char **argv)
{
    guint64 count = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : COUNT_DEFAULT;
    guint64 good = 0;
    CaptureProblem problem;

    random_state = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) : 1;
    make_seeds();
    g_autoptr(Trace) whole = read_any(seeds[0], &problem);

    for (guint i = 0; i < seed_count; i++) {
        if (whole == NULL || !try_bytes(seeds[i], whole)) {
            fprintf(stderr, "file %u to begin with is wrong\n", i);
            return EXIT_FAILURE;
        }
    }
    for (guint64 i = 0; i < count; i++) {
        GByteArray *bytes = mutated(seeds[draw(seed_count)]);

        good += try_bytes(bytes, whole) ? 1 : 0;
        g_byte_array_unref(bytes);
    }
    for (guint i = 0; i < seed_count; i++)
        g_byte_array_unref(seeds[i]);
    printf("%" G_GUINT64_FORMAT " mutations, %" G_GUINT64_FORMAT " of them good files\n", count,
           good);
    return EXIT_SUCCESS;
}
