// Times as the language writes them.

const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, min: 6e10, h: 3.6e12 };

/** "1.5s" in nanoseconds; null: it is no time, or none that is more than 0. */
export function parseTime(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s|min|h)$/.exec(text.trim());
  const ns = match ? Math.round(Number(match[1]) * (units[match[2] ?? ""] ?? 0)) : 0;
  return ns >= 1 && Number.isSafeInteger(ns) ? ns : null;
}
