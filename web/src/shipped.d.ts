// What the build puts in (web/build.mjs): files of the project, as they are when the page is made.

declare module "shipped:scenarios" {
  /** Every scenario and what it includes: its path from the project's folder, and its text. */
  const files: Readonly<Record<string, string>>;
  export default files;
}

declare module "shipped:grammar" {
  /** The editors' grammar, docs/editors: a rule a line, the first that fits. */
  const rules: readonly { readonly name: string; readonly match?: string; readonly begin?: string }[];
  export default rules;
}

declare module "shipped:version" {
  const version: string;
  export default version;
}

declare module "shipped:build" {
  /** Another one for every other content of the page. */
  const build: string;
  export default build;
}
