/* Kernels for virtual time: files linux-VERSION, as tools/linux-kernel builds them. */
#ifndef TCPWALTZ_LIVE_KERNELS_H
#define TCPWALTZ_LIVE_KERNELS_H

#include <glib.h>

/* The folders to search, free with g_strfreev(): those of TCPWALTZ_KERNELS, separated by colons; `built`, where
 * tools/linux-kernel of this source tree puts them (NULL: there is none); the user's own, tcpwaltz/kernels in
 * XDG_DATA_HOME (~/.local/share). */
char **live_kernel_folders(const char *built);

/* The path of a kernel in `folders` (NULL-terminated; the first that has it wins): of the version `wish`,
 * "6.1"; the newest where it is NULL or empty; and where there is a slash in it, this very file.  NULL with
 * an error of LIVE_VIRTUAL_ERROR that says how to get one. */
char *live_kernel_find(const char *const *folders, const char *wish, GError **error);

#endif
