/** More than a repository holds: a rule with it expires nothing, and keeps its images from the rules after it. */
const never = 100_000;

/**
 * What ECR may delete. Its rules know nothing of what runs, so release tags are exempt, and of the commits' images more
 * are kept than are deployed between two releases. An image that an earlier rule matches is left alone by the later ones,
 * and so are the parts of an index that stays. Source: ECR, "Lifecycle policies", evaluation rules.
 *
 * `keep`: commit images; `untaggedDays`: how long one without a tag stays.
 */
export function lifecycle(keep: number, untaggedDays: number, prefix = ""): string {
  const tagged = (tagPatternList: string[], countNumber: number) => ({
    selection: { tagStatus: "tagged", tagPatternList, countType: "imageCountMoreThan", countNumber },
    action: { type: "expire" },
  });
  const rules = [
    { description: "Releases stay", ...tagged(prefix === "" ? ["v*"] : ["v*", `${prefix}v*`], never) },
    { description: "What `latest` names stays", ...tagged(["latest"], never) },
    { description: `The last ${keep} commits stay`, ...tagged(["sha-*"], keep) },
    {
      description: `What lost its tag goes after ${untaggedDays} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedDays,
      },
      action: { type: "expire" },
    },
  ];
  return JSON.stringify({ rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule })) });
}

/** Of pull requests' images each goes, `days` after it was pushed, whatever its tag. */
export function lifecycleOfPreviews(days: number): string {
  const selection = {
    tagStatus: "any",
    countType: "sinceImagePushed",
    countUnit: "days",
    countNumber: days,
  };
  const description = `What a pull request pushed goes after ${days} days`;
  return JSON.stringify({
    rules: [{ rulePriority: 1, description, selection, action: { type: "expire" } }],
  });
}

/** What reading an image takes: for tasks that pull, and for a promotion that copies. */
export const pullActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
];

/** Lets other accounts read images, each by what its own policies allow. */
export function pullPolicy(partition: string, accounts: readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Promotion",
        Effect: "Allow",
        Principal: { AWS: [...accounts].sort().map((account) => `arn:${partition}:iam::${account}:root`) },
        Action: pullActions,
      },
    ],
  });
}
