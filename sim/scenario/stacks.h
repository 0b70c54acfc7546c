/* Stacks that can be linked into the program and sit at a scenario's end themselves: `host server lwip!`.
 * What each is made of lies in sim/stacks/; whether this program has it is ScenarioOptions.stacks.
 */
#ifndef TCPWALTZ_SCENARIO_STACKS_H
#define TCPWALTZ_SCENARIO_STACKS_H

#include <glib.h>

typedef struct ScenarioStack {
    const char *word;    /* "lwip!" */
    const char *name;    /* "lwip" */
    const char *profile; /* what we say of it, and what it is taken for where that matters */
    const char *library, *package;
    const char *const *keys; /* what it can be given; NULL-terminated */
    gint64 mss_most;         /* … and of that the largest mss */
} ScenarioStack;

/* Marks a stack's own word. */
enum { STACK_MARK = '!' };

/* NULL: none is called so ("lwip!"). */
const ScenarioStack *scenario_stack_find(const char *word);

/* Their words, NULL-terminated; free with g_free(). */
const char **scenario_stack_words(void);

#endif
