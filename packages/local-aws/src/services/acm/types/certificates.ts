import { createHash, randomUUID } from "node:crypto";
import type {
  DescribeListenerCertificatesCommandOutput,
  DescribeListenersCommandOutput,
  DescribeLoadBalancersCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, arn } from "../../../cloud.js";
import type { Properties } from "../../../provider/values.js";
import type { RecordedType } from "../../../resources/recorded.js";
import type { Failure, Scope } from "../../../resources/resource.js";
import type { RecordedRow } from "../../../resources/rows.js";
import { list, text } from "../../../resources/convert.js";

/** The record that proves a host, which a wildcard shares with the name that it covers. */
function proofOf(host: unknown): Properties {
  const name = text(host);
  const proved = name.replace(/^\*\./, "");
  const hash = createHash("sha256").update(proved).digest("hex").slice(0, 32);
  return {
    domainName: name,
    resourceRecordName: `_${hash}.${proved}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${hash}.acm-validations.aws.`,
  };
}

const certificate: RecordedType = {
  token: "aws:acm/certificate:Certificate",
  replaces: [
    "domainName",
    "subjectAlternativeNames",
    "validationMethod",
    "keyAlgorithm",
    "certificateAuthorityArn",
  ],
  id: (_inputs, site) => arn("acm", site, `certificate/${randomUUID()}`),
  outputs: (inputs, id) => ({
    arn: id,
    status: "PENDING_VALIDATION",
    type: "AMAZON_ISSUED",
    keyAlgorithm: "RSA_2048",
    domainValidationOptions: [inputs["domainName"], ...list(inputs["subjectAlternativeNames"])].map(proofOf),
    subjectAlternativeNames: [],
  }),
  check: checkNames,
  holds: refuseServed,
  retries: ["ResourceInUseException"],
};

/** Source: RequestCertificate, `DomainName`; ACM quotas: the first name has 64 characters at most, a certificate ten names. */
function checkNames({ domainName, subjectAlternativeNames }: Properties): Failure[] {
  const names = new Set([domainName, ...list(subjectAlternativeNames)]);
  return [
    ...(text(domainName).length > 64
      ? [{ property: "domainName", reason: "a certificate's first name has at most 64 characters" }]
      : []),
    ...(names.size > 10
      ? [{ property: "subjectAlternativeNames", reason: "a certificate has at most 10 names" }]
      : []),
  ];
}

/** Source: DeleteCertificate; what uses it here are listeners. */
async function refuseServed({ id, site }: RecordedRow, scope: Scope): Promise<void> {
  const { LoadBalancers = [] } = await scope.call<DescribeLoadBalancersCommandOutput>(
    "elbv2",
    "DescribeLoadBalancers",
    {},
  );
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await scope.call<DescribeListenersCommandOutput>(
      "elbv2",
      "DescribeListeners",
      {
        LoadBalancerArn,
      },
    );
    for (const { ListenerArn, Protocol } of Listeners) {
      if (Protocol !== "HTTPS") continue;
      const served = await scope.call<DescribeListenerCertificatesCommandOutput>(
        "elbv2",
        "DescribeListenerCertificates",
        { ListenerArn },
      );
      if (served.Certificates?.some(({ CertificateArn }) => CertificateArn === id)) {
        const words = `Certificate ${id} in account ${site.account} is in use.`;
        throw new AwsError("ResourceInUseException", words);
      }
    }
  }
}

const certificateValidation: RecordedType = {
  token: "aws:acm/certificateValidation:CertificateValidation",
  replaces: ["certificateArn", "validationRecordFqdns"],
  id: () => new Date().toISOString(),
  parents: [
    {
      type: "acm/certificate",
      property: "certificateArn",
      code: "ResourceNotFoundException",
      message: (id) => `Could not find certificate ${id}.`,
    },
  ],
};

export const certificateTypes = [certificate, certificateValidation];
