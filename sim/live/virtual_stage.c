/* The folder of a kernel in virtual time: where it can be, what lies in it, and that nothing stays. */
#include "live/virtual_stage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "live/virtual.h"

/* What the kernel's memory takes as it is used: an idle one 40 MB, a long trace a few hundred. */
enum { ROOM_LEAST_MB = 512 };

/* program, folder, umask, one_output, argv, environment: bytes, as the system has them. */
static const char job_format[] = "(^ay^aybu^aay^aay)";

void live_job_clear(LiveJob *job)
{
    g_free(job->program);
    g_free(job->folder);
    g_strfreev(job->argv);
    g_strfreev(job->environment);
}

/* ---- Where ---- */

static gboolean has_room(const char *folder)
{
    struct statvfs status;

    return statvfs(folder, &status) == 0 &&
           (guint64)status.f_bavail * status.f_frsize >= (guint64)ROOM_LEAST_MB << 20;
}

/* Processes inside execute what lies in the kernel's memory, which is a file to the host: containers often
 * forbid that in /dev/shm. */
static gboolean may_execute(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "tcpwaltz-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    gboolean may = FALSE;

    if (fd < 0)
        return FALSE;
    g_unlink(path);
    if (ftruncate(fd, 1) == 0) {
        void *page = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

        may = page != MAP_FAILED;
        if (may)
            munmap(page, 1);
    }
    close(fd);
    return may;
}

/* Memory before disks.  A kernel's command line has no blanks in its words. */
static char *find_place(GError **error)
{
    const char *const places[] = {"/dev/shm", g_get_tmp_dir(), "/tmp", "/var/tmp"};

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (g_path_is_absolute(places[i]) && strpbrk(places[i], " \t\n\"") == NULL &&
            has_room(places[i]) && may_execute(places[i]))
            return g_strdup(places[i]);
    g_set_error(
        error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_SYSTEM,
        "neither /dev/shm nor %s can hold a kernel's memory: %d MB free and files that may be "
        "executed are needed",
        g_get_tmp_dir(), ROOM_LEAST_MB);
    return NULL;
}

/* ---- What ---- */

static gboolean fail(GError **error, const char *path, int failure)
{
    g_set_error(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_SYSTEM, "cannot write %s: %s", path,
                g_strerror(failure));
    return FALSE;
}

static gboolean make_file(const LiveStage *stage, const char *name, int *fd, GError **error)
{
    g_autofree char *path = g_build_filename(stage->folder, name, NULL);

    *fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *fd >= 0 || fail(error, path, errno);
}

static gboolean write_job(const LiveStage *stage, const LiveJob *job, GError **error)
{
    g_autofree char *path = g_build_filename(stage->folder, LIVE_STAGE_JOB, NULL);
    g_autoptr(GVariant) all =
        g_variant_ref_sink(g_variant_new(job_format, job->program, job->folder, job->one_output,
                                         job->umask, job->argv, job->environment));

    /* Written in place: there is nothing to be replaced. */
    return g_file_set_contents_full(path, g_variant_get_data(all), (gssize)g_variant_get_size(all),
                                    G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static gboolean fill(LiveStage *stage, const LiveJob *job, GError **error)
{
    g_autofree char *init = g_build_filename(stage->folder, LIVE_STAGE_INIT, NULL);
    g_autofree char *this_program = g_file_read_link("/proc/self/exe", error);
    g_autofree char *kernel = g_build_filename(stage->folder, LIVE_STAGE_KERNEL, NULL);

    if (this_program == NULL)
        return FALSE;
    if (symlink(this_program, init) != 0)
        return fail(error, init, errno);
    if (g_mkdir(kernel, 0700) != 0)
        return fail(error, kernel, errno);
    return write_job(stage, job, error) &&
           make_file(stage, LIVE_STAGE_INPUT, &stage->input, error) &&
           make_file(stage, LIVE_STAGE_OUTPUT, &stage->output, error) &&
           make_file(stage, LIVE_STAGE_ERRORS, &stage->errors, error) &&
           make_file(stage, LIVE_STAGE_STATUS, &stage->status, error);
}

gboolean live_stage_open(LiveStage *stage, const LiveJob *job, GError **error)
{
    *stage = (LiveStage){.input = -1, .output = -1, .errors = -1, .status = -1, .control = -1};
    stage->place = find_place(error);
    if (stage->place == NULL)
        return FALSE;

    g_autofree char *folder = g_build_filename(stage->place, "tcpwaltz-XXXXXX", NULL);

    if (g_mkdtemp(folder) == NULL)
        return fail(error, folder, errno);
    stage->folder = g_steal_pointer(&folder);
    return fill(stage, job, error);
}

/* ---- That nothing stays ---- */

/* A datagram socket that is connected works on when its name is gone. */
static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
        return -1;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Of depth three at most: stage/uml/ID/mconsole. */
static void remove_all(const char *folder)
{
    GDir *names = g_dir_open(folder, 0, NULL);
    const char *name;

    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_unlink(path) != 0)
            remove_all(path);
    }
    if (names != NULL)
        g_dir_close(names);
    g_rmdir(folder);
}

void live_stage_vanish(LiveStage *stage)
{
    if (stage->folder == NULL)
        return;

    g_autofree char *control =
        g_build_filename(stage->folder, LIVE_STAGE_KERNEL, "it", "mconsole", NULL);

    stage->control = connect_to(control);
    remove_all(stage->folder);
    g_clear_pointer(&stage->folder, g_free);
}

void live_stage_close(LiveStage *stage)
{
    const int open[] = {stage->input, stage->output, stage->errors, stage->status};

    live_stage_vanish(stage);
    for (gsize i = 0; i < G_N_ELEMENTS(open); i++)
        if (open[i] >= 0)
            close(open[i]);
    if (stage->control >= 0)
        close(stage->control);
    g_free(stage->place);
}

/* ---- Inside ---- */

gboolean live_job_load(LiveJob *job, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, LIVE_STAGE_JOB, NULL);
    char *data;
    gsize length;

    if (!g_file_get_contents(path, &data, &length, error))
        return FALSE;

    g_autoptr(GVariant) all = g_variant_ref_sink(g_variant_new_from_data(
        G_VARIANT_TYPE("(ayaybuaayaay)"), data, length, FALSE, g_free, data));

    g_variant_get(all, job_format, &job->program, &job->folder, &job->one_output, &job->umask,
                  &job->argv, &job->environment);
    return TRUE;
}
