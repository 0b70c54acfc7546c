/* Where there is no Linux: nobody is real, and that is said. */

#include "live/kernels.h"
#include "live/live.h"
#include "live/virtual.h"

static const char sorry[] = "real hosts are Linux: there is none here";

const LabReality *live_new(const LiveOptions *options, char **trouble)
{
    (void)options;
    *trouble = g_strdup(sorry);
    return NULL;
}

void live_free(const LabReality *reality)
{
    g_assert(reality == NULL);
}

GQuark live_virtual_error_quark(void)
{
    return g_quark_from_static_string("live-virtual-error");
}

char **live_kernel_folders(const char *built)
{
    (void)built;
    return g_new0(char *, 1);
}

char *live_kernel_find(const char *const *folders, const char *wish, GError **error)
{
    (void)folders;
    (void)wish;
    g_set_error_literal(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_SYSTEM, sorry);
    return NULL;
}

gboolean live_virtual_run(const LiveVirtual *task, int *status, GError **error)
{
    (void)task;
    (void)status;
    g_set_error_literal(error, LIVE_VIRTUAL_ERROR, LIVE_VIRTUAL_ERROR_SYSTEM, sorry);
    return FALSE;
}

gboolean live_virtual_is_inside(void)
{
    return FALSE;
}

gboolean live_virtual_is_init(void)
{
    return FALSE;
}

void live_virtual_init(void)
{
    g_assert_not_reached();
}
