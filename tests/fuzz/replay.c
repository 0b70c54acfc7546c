/* Inputs of a fuzz target without a fuzzer.
 *
 * usage: replay_NAME [--changes COUNT SEED] FILE|FOLDER…   each file once, then COUNT changes of them
 *        replay_NAME --show N SEED FILE|FOLDER…            writes change N, counted from 0
 *        replay_NAME                                       standard input once
 *
 * The changes are always the same ones, so that a failure can be repeated.  Compiled by AFL's compiler, standard input is read again and again in one process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dice.h"
#include "fuzz.h"
#include "mutate_bytes.h"

enum { ROOM = 16384, CHANGES_MAX = 4 };

/* Text targets have one (mutate_text.c). */
#pragma weak LLVMFuzzerCustomMutator

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();
#endif

typedef struct Input {
    char *path;
    GBytes *bytes;
} Input;

static void input_free(gpointer data)
{
    Input *input = data;

    g_free(input->path);
    g_bytes_unref(input->bytes);
    g_free(input);
}

/* ---- Reading ---- */

static gboolean add_file(GPtrArray *inputs, const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, &error)) {
        fprintf(stderr, "replay: %s\n", error->message);
        return FALSE;
    }
    Input *input = g_new(Input, 1);

    *input = (Input){g_strdup(path), g_bytes_new_take(text, size)};
    g_ptr_array_add(inputs, input);
    return TRUE;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their names: folders have none. */
static gboolean add_folder(GPtrArray *inputs, const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    gboolean good = folder != NULL;
    const char *name;

    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_clear_pointer(&folder, g_dir_close);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++)
        good = add_file(inputs, g_ptr_array_index(names, i)) && good;
    return good;
}

static gboolean add(GPtrArray *inputs, const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) ? add_folder(inputs, path)
                                                 : add_file(inputs, path);
}

/* ---- Trying ---- */

/* Said when the process is about to end. */
static char trying[1024];

static void say_what_was_tried(int number)
{
    (void)!write(STDERR_FILENO, trying, strlen(trying));
    signal(number, SIG_DFL);
    raise(number);
}

static void try_bytes(const uint8_t *data, size_t size)
{
    /* An allocation of its own size: a byte too far is seen. */
    uint8_t *exact = g_memdup2(data, size);

    (void)LLVMFuzzerTestOneInput(exact, size);
    g_free(exact);
}

static void try_files(const GPtrArray *inputs)
{
    for (guint i = 0; i < inputs->len; i++) {
        const Input *input = g_ptr_array_index(inputs, i);
        gsize size;
        const uint8_t *data = g_bytes_get_data(input->bytes, &size);

        g_snprintf(trying, sizeof trying, "replay: with %s\n", input->path);
        try_bytes(data, size);
    }
}

/* The n-th change of this seed: of which input, and its bytes. */
static const Input *make_change(const GPtrArray *inputs, guint64 seed, guint64 n,
                                uint8_t data[ROOM], gsize *size)
{
    Dice dice = {seed};
    dice.state = dice_draw(&dice, G_MAXUINT64) + n;
    const Input *input = g_ptr_array_index(inputs, dice_draw(&dice, inputs->len));
    const uint8_t *begin = g_bytes_get_data(input->bytes, size);

    *size = MIN(*size, ROOM);
    if (*size > 0)
        memcpy(data, begin, *size);
    for (guint64 changes = dice_draw(&dice, CHANGES_MAX) + 1; changes > 0; changes--) {
        unsigned one = (unsigned)dice_draw(&dice, G_MAXUINT32);
        mutate_bytes_seed(one);
        *size = LLVMFuzzerCustomMutator != NULL ? LLVMFuzzerCustomMutator(data, *size, ROOM, one)
                                                : LLVMFuzzerMutate(data, *size, ROOM);
    }
    return input;
}

static void try_changes(const GPtrArray *inputs, guint64 count, guint64 seed)
{
    static uint8_t data[ROOM];
    gsize size;

    for (guint64 n = 0; n < count; n++) {
        const Input *input = make_change(inputs, seed, n, data, &size);
        g_snprintf(trying, sizeof trying,
                   "replay: with change %" G_GUINT64_FORMAT " (--show) of %s\n", n, input->path);
        try_bytes(data, size);
    }
}

static void show_change(const GPtrArray *inputs, guint64 n, guint64 seed)
{
    static uint8_t data[ROOM];
    gsize size;

    make_change(inputs, seed, n, data, &size);
    fwrite(data, 1, size, stdout);
}

/* ---- Standard input ---- */

#ifdef __AFL_FUZZ_TESTCASE_LEN

static int try_stdin(void)
{
    const uint8_t *data = __AFL_FUZZ_TESTCASE_BUF;

    while (__AFL_LOOP(10000))
        try_bytes(data, __AFL_FUZZ_TESTCASE_LEN);
    return EXIT_SUCCESS;
}

#else

static int try_stdin(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    uint8_t part[4096];
    size_t length;

    while ((length = fread(part, 1, sizeof part, stdin)) > 0)
        g_byte_array_append(bytes, part, (guint)length);
    try_bytes(bytes->data, bytes->len);
    return EXIT_SUCCESS;
}

#endif

int main(int argc, char **argv)
{
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func(input_free);
    gboolean has_option = argc > 3 && g_str_has_prefix(argv[1], "--"), good = TRUE;
    guint64 number = has_option ? g_ascii_strtoull(argv[2], NULL, 10) : 0;
    guint64 seed = has_option ? g_ascii_strtoull(argv[3], NULL, 10) : 0;

    if (argc == 1)
        return try_stdin();
    for (int i = has_option ? 4 : 1; i < argc; i++)
        good = add(inputs, argv[i]) && good;
    if (!good || inputs->len == 0) {
        fprintf(stderr, "replay: nothing to try\n");
        return EXIT_FAILURE;
    }
    if (has_option && g_str_equal(argv[1], "--show")) {
        show_change(inputs, number, seed);
        return EXIT_SUCCESS;
    }
    signal(SIGABRT, say_what_was_tried);
    try_files(inputs);
    try_changes(inputs, number, seed);
    printf("%u inputs, %" G_GUINT64_FORMAT " changes of them\n", inputs->len, number);
    return EXIT_SUCCESS;
}
