import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route, text } from "./route.js";
import { bot } from "./views.js";

export interface FakeRelease {
  id: number;
  tag: string;
  name: string;
  body: string;
  draft: boolean;
  prerelease: boolean;
  target: string;
  createdAt: string;
}

export class FakeReleases {
  readonly all: FakeRelease[] = [];
  /** Commits by tag, branch or abbreviation. */
  readonly refs = new Map<string, string>();

  constructor(private readonly fake: GitHubFake) {}

  add(tag: string, changes: Partial<FakeRelease> = {}): FakeRelease {
    const release: FakeRelease = {
      id: this.fake.id(),
      tag,
      name: tag,
      body: "",
      draft: false,
      prerelease: tag.includes("-"),
      target: "main",
      createdAt: githubTime(),
      ...changes,
    };
    this.all.push(release);
    return release;
  }

  get drafts(): FakeRelease[] {
    return this.all.filter(({ draft }) => draft);
  }
}

const areas = new WeakMap<GitHubFake, FakeReleases>();

/** The releases of a fake. */
export function releasesOf(fake: GitHubFake): FakeReleases {
  const known = areas.get(fake) ?? new FakeReleases(fake);
  areas.set(fake, known);
  return known;
}

export const releaseRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/releases$/, answer: list },
  { method: "POST", pattern: /^\/releases$/, answer: create },
  { method: "POST", pattern: /^\/releases\/generate-notes$/, answer: generateNotes },
  { method: "PATCH", pattern: /^\/releases\/(\d+)$/, answer: update },
  { method: "DELETE", pattern: /^\/releases\/(\d+)$/, answer: remove },
  { method: "GET", pattern: /^\/commits\/(.+)$/, answer: getCommit },
];

function list(fake: GitHubFake, asked: Asked): Answer {
  const newestFirst = releasesOf(fake).all.toReversed();
  return page(
    asked,
    newestFirst.map((release) => view(fake, release)),
  );
}

function create(fake: GitHubFake, { body }: Asked): Answer {
  const release = releasesOf(fake).add(text(body["tag_name"]) ?? "", changesOf(body));
  return { status: 201, body: view(fake, release) };
}

function update(fake: GitHubFake, { body, parts }: Asked): Answer {
  const release = releasesOf(fake).all.find(({ id }) => id === Number(parts[0]));
  if (release === undefined) return notFound;
  Object.assign(release, changesOf(body), { tag: text(body["tag_name"]) ?? release.tag });
  return { status: 200, body: view(fake, release) };
}

function changesOf(body: Asked["body"]): Partial<FakeRelease> {
  return {
    name: text(body["name"]) ?? "",
    body: text(body["body"]) ?? "",
    draft: body["draft"] === true,
    target: text(body["target_commitish"]) ?? "main",
  };
}

function remove(fake: GitHubFake, { parts }: Asked): Answer {
  const { all } = releasesOf(fake);
  const at = all.findIndex(({ id }) => id === Number(parts[0]));
  if (at < 0) return notFound;
  all.splice(at, 1);
  return { status: 204 };
}

function generateNotes(_fake: GitHubFake, { body }: Asked): Answer {
  const tag = text(body["tag_name"]) ?? "";
  const previous = text(body["previous_tag_name"]);
  const since = previous === undefined ? "since the beginning" : `since ${previous}`;
  const at = text(body["target_commitish"]) ?? "";
  return { status: 200, body: { name: tag, body: `## What's Changed\n* ${since}, at ${at}` } };
}

function getCommit(fake: GitHubFake, { parts }: Asked): Answer {
  const ref = decodeURIComponent(parts[0] ?? "");
  const sha = releasesOf(fake).refs.get(ref);
  if (sha === undefined) return { status: 422, body: { message: `No commit found for SHA: ${ref}` } };
  const url = `${fake.apiUrl}/repos/${fake.repository}/commits/${sha}`;
  const person = { name: "octocat", email: "octocat@example.com", date: githubTime() };
  const commit = {
    author: person,
    committer: person,
    comment_count: 0,
    message: "A change",
    tree: { sha, url },
    url,
  };
  const addresses = { url, html_url: url, comments_url: url };
  const user = fake.views.user("octocat");
  return {
    status: 200,
    body: { sha, node_id: "C_1", ...addresses, commit, author: user, committer: user, parents: [] },
  };
}

function view(fake: GitHubFake, release: FakeRelease) {
  const { id, tag, name, body, draft, prerelease, target, createdAt } = release;
  const url = `${fake.apiUrl}/repos/${fake.repository}/releases/${id}`;
  return {
    id,
    node_id: `RE_${id}`,
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: null,
    zipball_url: null,
    html_url: `https://github.com/${fake.repository}/releases/tag/${tag}`,
    tag_name: tag,
    target_commitish: target,
    name,
    body,
    draft,
    prerelease,
    created_at: createdAt,
    published_at: draft ? null : createdAt,
    author: fake.views.user(bot.login, bot.type),
    assets: [],
  };
}
