/** What the fake remembers, and how GitHub shows it. */

export interface Comment {
  id: number;
  pr: number;
  body: string;
  author: Author;
  createdAt: string;
  updatedAt: string;
}

export interface Author {
  login: string;
  type: "Bot" | "User";
  association: "NONE" | "COLLABORATOR" | "MEMBER" | "OWNER" | "CONTRIBUTOR";
}

export const bot: Author = { login: "github-actions[bot]", type: "Bot", association: "NONE" };
export const stranger: Author = { login: "stranger", type: "User", association: "NONE" };

export interface Status {
  id: number;
  state: string;
  environmentUrl: string;
  logUrl: string;
  description: string;
  autoInactive: boolean;
  createdAt: string;
}

export interface Deployment {
  id: number;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: Record<string, unknown> | string;
  transient: boolean;
  production: boolean;
  createdAt: string;
  statuses: Status[];
}

export interface Pull {
  number: number;
  state: "open" | "closed";
  merged: boolean;
  draft: boolean;
  title: string;
  headRef: string;
  headCommit: string;
  headRepository: string | null;
  labels: string[];
  author: string;
  createdAt: string;
  updatedAt: string;
}

export class Views {
  /** `api` and `repository` as in `http://127.0.0.1:1234` and `acme/hello`. */
  constructor(
    private readonly api: string,
    private readonly repository: string,
  ) {}

  user(login: string, type = "User") {
    const url = `${this.api}/users/${login}`;
    return {
      login,
      id: idOf(login),
      node_id: `U_${login}`,
      avatar_url: `${url}/avatar`,
      gravatar_id: "",
      url,
      html_url: url,
      followers_url: `${url}/followers`,
      following_url: `${url}/following`,
      gists_url: `${url}/gists`,
      starred_url: `${url}/starred`,
      subscriptions_url: `${url}/subscriptions`,
      organizations_url: `${url}/orgs`,
      repos_url: `${url}/repos`,
      events_url: `${url}/events`,
      received_events_url: `${url}/received_events`,
      type,
      site_admin: false,
    };
  }

  comment({ id, pr, body, author, createdAt, updatedAt }: Comment) {
    return {
      id,
      node_id: `IC_${id}`,
      url: `${this.base}/issues/comments/${id}`,
      html_url: `${this.base}/pull/${pr}#issuecomment-${id}`,
      issue_url: `${this.base}/issues/${pr}`,
      body,
      user: this.user(author.login, author.type),
      author_association: author.association,
      created_at: createdAt,
      updated_at: updatedAt,
    };
  }

  deployment(deployment: Deployment) {
    const url = `${this.base}/deployments/${deployment.id}`;
    return {
      url,
      id: deployment.id,
      node_id: `DE_${deployment.id}`,
      sha: deployment.ref,
      ref: deployment.ref,
      task: deployment.task,
      payload: deployment.payload,
      original_environment: deployment.environment,
      environment: deployment.environment,
      description: deployment.description,
      creator: this.user(bot.login, bot.type),
      created_at: deployment.createdAt,
      updated_at: deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt,
      statuses_url: `${url}/statuses`,
      repository_url: this.base,
      transient_environment: deployment.transient,
      production_environment: deployment.production,
    };
  }

  status(deployment: Deployment, status: Status) {
    const url = `${this.base}/deployments/${deployment.id}`;
    return {
      url: `${url}/statuses/${status.id}`,
      id: status.id,
      node_id: `DES_${status.id}`,
      state: status.state,
      creator: this.user(bot.login, bot.type),
      description: status.description,
      environment: deployment.environment,
      target_url: status.logUrl,
      log_url: status.logUrl,
      environment_url: status.environmentUrl,
      created_at: status.createdAt,
      updated_at: status.createdAt,
      deployment_url: url,
      repository_url: this.base,
    };
  }

  label(name: string) {
    return {
      id: idOf(name),
      node_id: `LA_${name}`,
      url: `${this.base}/labels/${encodeURIComponent(name)}`,
      name,
      description: "",
      color: "ededed",
      default: false,
    };
  }

  /** A pull request as the list of issues shows it. */
  issue(pull: Pull) {
    const url = `${this.base}/issues/${pull.number}`;
    return {
      id: pull.number,
      node_id: `PR_${pull.number}`,
      url,
      repository_url: this.base,
      labels_url: `${url}/labels{/name}`,
      comments_url: `${url}/comments`,
      events_url: `${url}/events`,
      html_url: `${this.base}/pull/${pull.number}`,
      number: pull.number,
      title: pull.title,
      user: this.user(pull.author),
      labels: pull.labels.map((name) => this.label(name)),
      state: pull.state,
      locked: false,
      assignee: null,
      assignees: [],
      milestone: null,
      comments: 0,
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.state === "closed" ? pull.updatedAt : null,
      author_association: "CONTRIBUTOR",
      draft: pull.draft,
      body: null,
      pull_request: {
        url: `${this.base}/pulls/${pull.number}`,
        html_url: `${this.base}/pull/${pull.number}`,
        diff_url: `${this.base}/pull/${pull.number}.diff`,
        patch_url: `${this.base}/pull/${pull.number}.patch`,
        merged_at: pull.merged ? pull.updatedAt : null,
      },
    };
  }

  private get base(): string {
    return `${this.api}/repos/${this.repository}`;
  }
}

/** The same name has the same id. */
function idOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
}
