import { badRequest } from "../../core/errors.js";

/** What `s3://bucket/folder?region=...` says, in Pulumi's words (gocloud.dev: aws.V2ConfigFromURLParams, blob/s3blob). */
export interface S3Place {
  bucket: string;
  /** What comes before `.pulumi/` in every key: empty, or ending in a slash. */
  prefix: string;
  region: string | undefined;
  /** Instead of AWS's own: whole, with its scheme. */
  endpoint: string | undefined;
  forcePathStyle: boolean;
  /** Of the AWS configuration files. */
  profile: string | undefined;
  dualstack: boolean;
  fips: boolean;
  /** Asked for with each write; buckets may insist on it. */
  encryption: { type: string | undefined; keyId: string | undefined };
}

/** Parameters that change nothing in where the state is, or how it is reached from here. */
const indifferent = [
  "awssdk",
  "rate_limiter_capacity",
  "hostname_immutable",
  "request_checksum_calculation",
  "response_checksum_validation",
];

/** Raises a bad request for a URL that Pulumi would refuse too, or that has an unknown option. */
export function parseS3Url(url: string): S3Place {
  const { host, pathname, searchParams } = parsed(url);
  const taken = new Set<string>();
  const text = (...names: string[]) => {
    names.forEach((name) => taken.add(name));
    return (
      names.map((name) => searchParams.get(name)).find((value) => value !== null && value !== "") ?? undefined
    );
  };
  const flag = (...names: string[]) => /^(1|t|true)$/i.test(text(...names) ?? "");
  const folder = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, "");
  const plain = flag("disableSSL", "disable_https");
  const place: S3Place = {
    bucket: host,
    prefix: folder === "" ? "" : `${folder}/`,
    region: text("region"),
    endpoint: withScheme(text("endpoint"), plain),
    forcePathStyle: flag("s3ForcePathStyle", "use_path_style"),
    profile: text("profile"),
    dualstack: flag("dualstack"),
    fips: flag("fips"),
    encryption: { type: text("ssetype"), keyId: text("kmskeyid") },
  };
  const unknown = [...searchParams.keys()].find((name) => !taken.has(name) && !indifferent.includes(name));
  if (unknown !== undefined) throw wrong(url, `its parameter ${unknown} is not known`);
  return place;
}

function parsed(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || address.host === "") throw wrong(url, "it names no bucket");
  return address;
}

/** An endpoint without a scheme had one implied in AWS's first Go SDK; Pulumi still takes it. */
function withScheme(endpoint: string | undefined, plain: boolean): string | undefined {
  if (endpoint === undefined || endpoint.includes("://")) return endpoint;
  return `${plain ? "http" : "https"}://${endpoint}`;
}

function wrong(url: string, why: string): Error {
  return badRequest(
    "bad-backend-url",
    `The backend ${url.split("?")[0]} cannot be used: ${why}.`,
    "s3://<bucket>[/<folder>][?region=...&endpoint=...&s3ForcePathStyle=true&profile=...]",
  );
}
