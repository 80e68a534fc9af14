import type { WrittenRecord } from "../install/record.js";
import type { Installation } from "./installation.js";
import type { Commands } from "./commands.js";
import type { Imported } from "./import/imported.js";
import type { ExistingParts } from "./existing.js";
import type { Siblings } from "./siblings.js";
import type { FoundService } from "./services.js";

/** GitHub's people and teams. */
export interface Reviewers {
  users: string[];
  teams: string[];
}

/** An environment, where its images live, and the foundation of another project that it stands on, if it does. */
export interface PlannedPlace {
  name: string;
  registry: string;
  foundation?: string | undefined;
}

/** All that the written files say, decided. */
export interface Answers {
  app: string;
  /** `acme/hello`. */
  repository: string;
  /** Environments in the order in which a change travels, each with where its images live. */
  environments: PlannedPlace[];
  region: string;
  /** Hosts are `<stack>.<environment>.<domain>`. */
  domain: string;
  /** Route 53: the zone of the domain; undefined where none is known yet, and no foundation is written. */
  zone: string | undefined;
  /** The repository that deploys, where it is another one: `acme/infrastructure`. */
  infrastructure?: string | undefined;
  port: number;
  /** What is built and run; the first one gets all requests that no other one gets. */
  services: FoundService[];
  /** What another tool or a running service says of them: it is written in place of a first draft. */
  imported?: Imported | undefined;
  /** Asked by the load balancer and by the smoke test. */
  health: string;
  /** Who approves a release, by environment; nobody makes the last one's deployment a manual one. */
  reviewers: Readonly<Record<string, Reviewers>>;
  /** Where Pulumi keeps its state. */
  backendUrl: string | undefined;
  /** The ARN of the state's KMS key, where it is known. */
  stateKey: string | undefined;
  /** The other apps of the repository. */
  siblings: Siblings;
  /** What is in the account already. */
  existing: ExistingParts | undefined;
  /** Environments that releases reach though no approval is required, as somebody has said. */
  unreviewed: string[];
  /** How workflows come to Moorage. */
  installation: Installation;
  /** What `init` has written in the repository before. */
  known: WrittenRecord | undefined;
  /** Where the folder is in its repository: `apps/shop`; empty at the top. */
  place: string;
  /** `moorage:scope`: of an app that is not at the top, which others may join. */
  scope: string | undefined;
  /** The repository's main branch. */
  main: string;
  /** Moorage's programs, where it is vendored or installed in the folder: the plain `pulumi` CLI runs them. */
  program: string | undefined;
  commands: Commands;
  /** What images are not to hold, where nothing says it yet. */
  dockerignore?: string | undefined;
  /** Status checks that a pull request has to pass. */
  checks: string[];
}
