/**
 * A workflow as GitHub Enterprise Server can run it. Judged by GitHub's documentation, not run:
 * - `queue` of a concurrency group and `deployment` of an environment are on GitHub.com alone (GitHub docs, "Workflow
 *   syntax"; github/docs, data/features/actions-environments-without-deployments.yml).
 * - actions/upload-artifact and download-artifact from v4 on are refused (their READMEs): the last v3 that runs on Node 20.
 */
export function forEnterpriseServer(workflow: string): string {
  return workflow
    .replaceAll(queue, noQueue)
    .replaceAll(noDeployment, "")
    .replaceAll(
      newerArtifacts,
      (_, name: "upload" | "download") => `actions/${name}-artifact@${artifacts[name]}`,
    );
}

const queue = /^( +)# [^\n]*`max`[^\n]*\n((?: +(?!queue:)[^\n]*\n)*?) +queue: max\n/gm;

const noQueue =
  "$1# Shared by deployment and teardown. Of several runs that wait here the newest alone is kept: it looks at the pull\n" +
  "$1# request as it is then, and the sweep destroys what is left over.\n$2";

/** With the comment before it, which says why there is none. */
const noDeployment = /^(?: +# [^\n]*\n)? +deployment: false\n/gm;

const newerArtifacts = /actions\/(upload|download)-artifact@[0-9a-f]{40} # v(?:[4-9]|\d\d)[\d.]*/g;

/** Read from the actions' own tags. */
const artifacts = {
  upload: "c24449f33cd45d4826c6702db7e49f7cdb9b551d # v3.2.1-node20",
  download: "ad191675b41f6a5b46da9a048cb6893812da158b # v3.1.0-node20",
};
