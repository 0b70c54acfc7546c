// The browser's memory: small texts by name. Where it is full or forbidden nothing is kept, and the page goes on.

export function remember(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // It is still in the editor, and can be saved as a file.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
