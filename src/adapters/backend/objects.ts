/** An object's text, and the tag that names this version of it. */
export interface StoredObject {
  body: string;
  etag: string;
}

/** What must be true of a key for a write to it to happen. */
export type Condition = { absent: true } | { etag: string };

/** Objects with conditional writes: what a record and a state lock need of S3. Keys are whole. */
export interface Objects {
  /** Undefined when there is none. */
  read(key: string): Promise<StoredObject | undefined>;
  /** The new version's tag; undefined when the condition does not hold. */
  write(key: string, body: string, condition: Condition): Promise<string | undefined>;
  /** Removes that version; false when it is not the newest. Without a tag, whatever is there. */
  remove(key: string, etag?: string): Promise<boolean>;
  /** Keys that begin so. */
  list(prefix: string): Promise<string[]>;
}
