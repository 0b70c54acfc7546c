// The profiles that the library knows, with their keys.

import type { Key, Profile } from "./messages";
import type { Library } from "./wasm";

function keysOf(library: Library): Key[] {
  const keys: Key[] = [];
  for (let index = 0, name: string; (name = library.keyName(index)); index++)
    keys.push({
      name,
      help: library.keyHelp(index),
      takes: library.keyTakes(index),
      value: library.keyValue(index),
      source: library.keySource(index),
    });
  return keys;
}

export function profilesIn(library: Library): Profile[] {
  const profiles: Profile[] = [];
  for (let index = 0, name: string; (name = library.profileName(index)); index++)
    profiles.push({ name, title: library.profile(name), keys: keysOf(library) });
  return profiles;
}
