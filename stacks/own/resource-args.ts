/** A resource that the team's own program declares, as its class hands it over. */
export interface ResourceArgs {
  /** `aws:sqs/queue:Queue`. */
  type: string;
  /** The logical name. */
  name: string;
  /** An entry for each property that the type has. */
  props: Readonly<Record<string, unknown>>;
  /** Whether it is one that exists, which is only read. */
  isRead: boolean;
}
