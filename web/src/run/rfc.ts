// Sections of RFCs in a sentence, as links.

const citation = /RFC (\d+)(?: (?:§|sec\. )([\d.]*\d))?/g;

/** The text's nodes, with a link for each RFC that it names. */
export function withLinks(text: string): (string | HTMLAnchorElement)[] {
  const nodes: (string | HTMLAnchorElement)[] = [];
  let at = 0;
  for (const match of text.matchAll(citation)) {
    const [whole, number, section] = match;
    const link = document.createElement("a");
    link.href = `https://www.rfc-editor.org/rfc/rfc${number}${section ? `#section-${section}` : ""}`;
    link.rel = "noopener";
    link.target = "_blank";
    link.textContent = whole;
    nodes.push(text.slice(at, match.index), link);
    at = match.index + whole.length;
  }
  return [...nodes, text.slice(at)];
}
