import type { S3Client } from "@aws-sdk/client-s3";
import type { S3Place } from "../backend/s3-url.js";
import { bounds } from "../../core/bounds.js";
import { attemptBounds } from "./call-bound.js";

/** A client of the bucket that a backend URL names: its own region, endpoint and profile, the SDK's own credentials. */
export async function openS3(
  { region, endpoint, profile, ...place }: S3Place,
  attemptMs: number = bounds.bucketAttempt,
): Promise<S3Client> {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== undefined && { profile }),
    forcePathStyle: place.forcePathStyle,
    useDualstackEndpoint: place.dualstack,
    useFipsEndpoint: place.fips,
    retryMode: "adaptive",
    maxAttempts: 6,
    requestHandler: { ...attemptBounds(attemptMs, bounds.bucketIdle), httpsAgent: { maxSockets: 64 } },
  });
}
