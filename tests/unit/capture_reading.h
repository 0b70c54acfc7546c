/* Reading captures that a test has written, and what is held of what comes of it. */
#ifndef TESTS_UNIT_CAPTURE_READING_H
#define TESTS_UNIT_CAPTURE_READING_H

#include <check.h>

#include "capture_bytes.h"
#include "view/view.h"

static CaptureSelection selection;
static GPtrArray *notes;
static CaptureProblem problem;

static inline void setup(void)
{
    selection = (CaptureSelection){0};
    notes = g_ptr_array_new_with_free_func(g_free);
}

static inline void teardown(void)
{
    g_ptr_array_unref(notes);
    capture_problem_clear(&problem);
}

static inline Trace *read_file(const CaptureFile *file)
{
    g_ptr_array_set_size(notes, 0);
    capture_problem_clear(&problem);
    return capture_read_packets((const char *)file->bytes->data, file->bytes->len, &selection,
                                notes, &problem);
}

static inline char *table_of(const Trace *trace)
{
    ViewOptions options = {0};
    GString *out = g_string_new(NULL);

    view_segments(trace, &options, out);
    return g_string_free(out, FALSE);
}

/* What add_connection() comes to. */
#define HEAD "t_s,from,segment,seq,ack,len,win,options,fate,conn\n"
#define FIVE                                                                                       \
    "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"                                      \
    "1.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"                                      \
    "1.0100,server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n"                                 \
    "1.0200,client,ACK,1,1,0,65535,,pass,1\n"                                                      \
    "1.5000,client,DATA,1,1,100,65535,,pass,1\n"
#define CONNECTION HEAD FIVE "1.5100,server,ACK,1,101,0,65535,,pass,1\n"

static inline void expect_table(const CaptureFile *file, const char *table)
{
    g_autoptr(Trace) trace = read_file(file);

    ck_assert_msg(trace != NULL, "%s", problem.message);
    g_autofree char *got = table_of(trace);
    ck_assert_str_eq(got, table);
}

static inline void expect_problem(const CaptureFile *file, const char *message)
{
    g_autoptr(Trace) trace = read_file(file);

    ck_assert_ptr_null(trace);
    ck_assert_ptr_nonnull(problem.message);
    ck_assert_msg(strstr(problem.message, message) != NULL, "%s", problem.message);
}

static inline void expect_note(const char *text)
{
    for (guint i = 0; i < notes->len; i++) {
        if (strstr(notes->pdata[i], text) != NULL)
            return;
    }
    ck_abort_msg("no note says '%s'; there are %u", text, notes->len);
}

static inline TCase *case_of(const char *name)
{
    TCase *tc = tcase_create(name);

    tcase_add_checked_fixture(tc, setup, teardown);
    return tc;
}

#endif
