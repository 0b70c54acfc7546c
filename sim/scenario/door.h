/* The door through which files come in that somebody else may have named.
 *
 * A scenario names files: what it includes, profiles by path.  Whoever runs a scenario that he has
 * not written does not want it to read what it likes.  So nothing that a scenario names is opened
 * unless it is an ordinary file on a disk: no FIFO, no device, nothing of /proc.  And where there
 * is a root, no file at all is opened that is not below it, whatever symbolic links say; an error
 * is the same whether a file outside exists or not.
 */
#ifndef TCPWALTZ_SCENARIO_DOOR_H
#define TCPWALTZ_SCENARIO_DOOR_H

#include <glib.h>

typedef enum DoorFor {
    DOOR_FOR_USER,     /* a file of the command line: a pipe is welcome, where there is no root */
    DOOR_FOR_SCENARIO, /* a file that a scenario names */
} DoorFor;

/* Opens a file for reading.  `root` confines it; NULL: nothing does.  `..` is taken by the words:
 * "a/../b" is "b", whatever a is.  Returns the descriptor, or -1 with *why ("No such file or
 * directory", "it is a FIFO"), which the caller frees. */
int door_open(const char *root, const char *path, DoorFor whom, char **why);

#endif
