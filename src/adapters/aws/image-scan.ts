import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"] as const;
export type Severity = (typeof severities)[number];

/** What a scan of an image has found; undefined where ECR has not scanned it. */
export interface ImageScan {
  /** `COMPLETE`, `ACTIVE`, `IN_PROGRESS`, `FAILED`, ... */
  status: string;
  counts: Partial<Record<Severity, number>>;
}

/** Source: ECR, DescribeImageScanFindings; one page is enough, since every page carries the counts. */
export async function imageScan(
  clients: AwsClients,
  {
    account: registryId,
    repository: repositoryName,
    digest,
  }: { account: string; repository: string; digest: string },
): Promise<ImageScan | undefined> {
  const { DescribeImageScanFindingsCommand } = await import("@aws-sdk/client-ecr");
  const imageId = { imageDigest: digest };
  const command = new DescribeImageScanFindingsCommand({
    registryId,
    repositoryName,
    imageId,
    maxResults: 1,
  });
  try {
    const answer = await unlessAbsent((await clients.ecr()).send(command), "ScanNotFoundException");
    if (answer === undefined) return undefined;
    const { imageScanStatus, imageScanFindings } = answer;
    return { status: imageScanStatus?.status ?? "", counts: imageScanFindings?.findingSeverityCounts ?? {} };
  } catch (error) {
    throw classify(error, `read what a scan of ${repositoryName}@${digest} has found`);
  }
}
