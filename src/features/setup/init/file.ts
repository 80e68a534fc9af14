/** A file that `init` would have in the folder. */
export interface ScaffoldFile {
  /** Relative to the folder, with slashes. */
  path: string;
  content: string;
}
