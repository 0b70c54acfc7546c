/* Random worlds: whole scenarios, made up by dice.
 *
 * A world is text in the language of scenarios, so that whoever meets a bad one can read it, shorten
 * it, and run it by hand.  The same number gives the same text, everywhere and always.  All that a
 * scenario can say occurs: hosts of any profile and with any key, links of every kind of badness,
 * faults, scripts of all actions, forged segments, floods, expectations.  Nothing keeps a world from
 * being foolish: applications act when they must not, ports collide, hosts fail in the midst of it.
 */
#ifndef TESTS_WORLDS_WORLD_H
#define TESTS_WORLDS_WORLD_H

#include <glib.h>

/* Appends the world with this number. */
void world_write(guint64 number, GString *out);

#endif
