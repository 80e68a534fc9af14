/** A repository as GitHub shows it within other answers, with all the addresses that it lists. */
export function minimalRepository(api: string, repository: string, owner: unknown) {
  const url = `${api}/repos/${repository}`;
  const places = `archive assignees blobs branches collaborators comments commits compare contents contributors deployments
    downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges
    milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees`;
  const addresses = places.split(/\s+/).map((place) => [`${place}_url`, `${url}/${place}`]);
  return {
    id: 1,
    node_id: "R_1",
    name: repository.split("/")[1] ?? "",
    full_name: repository,
    owner,
    private: true,
    html_url: `https://github.com/${repository}`,
    description: null,
    fork: false,
    url,
    ...(Object.fromEntries(addresses) as Record<string, string>),
  };
}
