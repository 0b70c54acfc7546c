// The browser's memory: small texts by name. Where it is full or forbidden nothing is kept, and the page goes on.

/** Says whether it is kept; if not, neither is what was there before, which would come back in its place. */
export function remember(key: string, text: string): boolean {
  forget(key);
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is none.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
