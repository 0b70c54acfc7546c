/* The scenarios that a command line names. */
#ifndef TCPWALTZ_CLI_FILES_H
#define TCPWALTZ_CLI_FILES_H

#include <glib.h>

/* Expands arguments (NULL-terminated): a file stays as it is, a folder becomes the *.scn and
 * *.pkt below it, sorted bytewise.  As the shell's * does, it leaves out what begins with a dot; symbolic
 * links to files are followed, those to folders are not, so nothing is found twice and a loop is
 * no loop.  Returns char *; free with g_ptr_array_unref().  A folder that cannot be read or has
 * no scenario adds a line to `problems` (char *). */
GPtrArray *files_expand(const char *const *arguments, GPtrArray *problems);

/* All files below the folder whose names end so, by the same rules. */
GPtrArray *files_find(const char *folder, const char *const *suffixes, GPtrArray *problems);

/* The path of a file below the folder among the arguments that it was found in; its name alone when
 * it was named itself.  Free with g_free(). */
char *files_relative(const char *const *arguments, const char *file);

#endif
