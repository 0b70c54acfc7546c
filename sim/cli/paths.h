/* Where things that come with the program are found. */
#ifndef TCPWALTZ_CLI_PATHS_H
#define TCPWALTZ_CLI_PATHS_H

#include <glib.h>

/* The folders to search for profiles, in this order; free with g_strfreev():
 *
 *   those of TCPWALTZ_PROFILES, separated by colons
 *   the source tree's, when the program runs from a build folder
 *   ../share/tcpwaltz/profiles as seen from the program, so that an installation can be moved
 *   the one it was configured to be installed to */
char **paths_profiles(void);

/* The folders to search for symptoms: those of TCPWALTZ_SYMPTOMS, then the one that comes with the program; free with
 * g_strfreev(). */
char **paths_symptoms(void);

/* The folder of the gnuplot scripts: the source tree's, the one beside the program, or the one it
 * was configured to be installed to; free with g_free(). */
char *paths_plots(void);

/* The same of the scenarios. */
char *paths_scenarios(void);

/* The folder of the page: build/page of the source tree, where tools/page makes it, or as the above. */
char *paths_page(void);

/* The folder that has scenarios/ and docs/lessons/. */
char *paths_data(void);

/* The folders to search for kernels in virtual time (live_kernel_folders()), build/kernels of the source tree among
 * them when the program runs from a build folder; free with g_strfreev(). */
char **paths_kernels(void);

/* This program; NULL when the system does not tell; free with g_free(). */
char *paths_program(void);

#endif
