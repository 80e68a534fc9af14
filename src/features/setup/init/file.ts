/** A file that `init` would have in the folder. */
export interface ScaffoldFile {
  /** Relative to the folder, with slashes. */
  path: string;
  content: string | Buffer;
  /** Written only where there is none: it may be the team's own. */
  isOptional?: true;
}
