import type { CertificateSummary } from "@aws-sdk/client-acm";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { LookupFinding } from "../../engine/engine.js";
import { unlessAbsent } from "../errors.js";
import {
  absent,
  type Finder,
  type Inputs,
  isOwn,
  chooseInterchangeable,
  type Sought,
  tagsOf,
  textOrEmpty,
} from "./finding.js";

export const hostFinders: Record<string, Finder> = {
  "aws:acm/certificate:Certificate": findCertificate,
  // A wait, nothing on AWS: it is waited again.
  "aws:acm/certificateValidation:CertificateValidation": async () => absent,
  "aws:route53/record:Record": findRecord,
};

const ended = new Set(["EXPIRED", "REVOKED", "FAILED", "VALIDATION_TIMED_OUT"]);

/** Certificates have no names, and a host may have many: tags tell whose they are. */
async function findCertificate({ clients, inputs, owner, known }: Sought): Promise<LookupFinding> {
  const { KeyAlgorithm, ListTagsForCertificateCommand, paginateListCertificates } =
    await import("@aws-sdk/client-acm");
  const client = await clients.acm();
  // By default, ACM lists keys of RSA 2048 only.
  const Includes = { keyTypes: Object.values(KeyAlgorithm) };
  const arns: string[] = [];
  for await (const page of paginateListCertificates({ client }, { Includes })) {
    for (const summary of page.CertificateSummaryList ?? []) {
      if (!isFor(summary, inputs) || ended.has(summary.Status ?? "")) continue;
      const { CertificateArn = "" } = summary;
      const answer = await unlessAbsent(
        client.send(new ListTagsForCertificateCommand({ CertificateArn })),
        "ResourceNotFoundException",
      );
      if (answer && isOwn(tagsOf(answer.Tags), owner)) arns.push(CertificateArn);
    }
  }
  return chooseInterchangeable(arns, known);
}

function isFor(
  { DomainName, SubjectAlternativeNameSummaries = [] }: CertificateSummary,
  inputs: Inputs,
): boolean {
  const names = new Set([DomainName, ...SubjectAlternativeNameSummaries]);
  const others = (inputs["subjectAlternativeNames"] ?? []) as string[];
  const wanted = new Set([textOrEmpty(inputs["domainName"]), ...others]);
  return (
    DomainName === inputs["domainName"] &&
    wanted.size === names.size &&
    [...wanted].every((name) => names.has(name))
  );
}

/** Records have no tags. One in our zone that says exactly what ours is to say is ours. */
async function findRecord({ clients, inputs }: Sought): Promise<LookupFinding> {
  const { ListResourceRecordSetsCommand } = await import("@aws-sdk/client-route-53");
  const [zone, name, type, set] = ["zoneId", "name", "type", "setIdentifier"].map((key) =>
    textOrEmpty(inputs[key]),
  );
  const route53 = await clients.route53();
  const answer = await unlessAbsent(
    route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zone,
        StartRecordName: name,
        StartRecordType: type as never,
        ...(set && { StartRecordIdentifier: set }),
        MaxItems: 1,
      }),
    ),
    "NoSuchHostedZone",
  );
  const found = answer?.ResourceRecordSets?.find(
    (record) =>
      plain(record.Name) === plain(name) && record.Type === type && (record.SetIdentifier ?? "") === set,
  );
  if (found === undefined) return absent;
  if (valuesOf(found).join() === valuesOf(wantedRecord(inputs)).join()) {
    return { is: "ours", id: [zone, name, type, ...(set ? [set] : [])].join("_") };
  }
  return {
    is: "others",
    what: `${String(type)} record of ${plain(name)} (it says ${valuesOf(found).join(", ")})`,
  };
}

function wantedRecord(inputs: Inputs): Pick<ResourceRecordSet, "AliasTarget" | "ResourceRecords"> {
  const [alias] = (inputs["aliases"] ?? []) as { name?: string; zoneId?: string }[];
  const records = (inputs["records"] ?? []) as string[];
  return alias
    ? { AliasTarget: { DNSName: alias.name, HostedZoneId: alias.zoneId, EvaluateTargetHealth: false } }
    : { ResourceRecords: records.map((Value) => ({ Value })) };
}

function valuesOf({
  AliasTarget,
  ResourceRecords = [],
}: Pick<ResourceRecordSet, "AliasTarget" | "ResourceRecords">): string[] {
  if (AliasTarget) return [plain(AliasTarget.DNSName).replace(/^dualstack\./, "")];
  return ResourceRecords.map(({ Value }) => plain(Value)).sort();
}

/** Route 53 writes names with a dot at their end, and `*` as `\052`. */
function plain(name: string | undefined): string {
  return (name ?? "").replace(/\.$/, "").replace(/\\052/g, "*").toLowerCase();
}
