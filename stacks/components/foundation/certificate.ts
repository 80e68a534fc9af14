import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Basis } from "./basis.js";
import { balancerDomain } from "./names.js";

/** The hosts below each load balancer's domain, and those that are named: what the certificate is for. */
function hostsOf({ config, balancers }: Basis): string[] {
  const { domain } = config;
  const { existing, count } = balancers;
  // Those that exist have a certificate of their own, and the named hosts are at the first.
  const hosts = existing.length === 0 ? config.hosts : [];
  if (domain === undefined) return hosts;
  const made = Array.from({ length: count }, (_, index) => index).slice(existing.length);
  return [...new Set([...made.map((index) => `*.${balancerDomain(domain, index)}`), ...hosts])];
}

/**
 * The certificate's ARN, known when it is valid: the one that exists, or one of its own in the load balancer's region,
 * proved by records in the zone. Undefined where nothing is encrypted.
 */
export function declareCertificate(basis: Basis): pulumi.Input<string> | undefined {
  const { config, tags } = basis;
  const { count, existing } = basis.balancers;
  if (config.listener.protocol === "HTTP" || count === existing.length) return undefined;
  if (config.certificate !== undefined) return config.certificate;
  const [domainName = "", ...subjectAlternativeNames] = hostsOf(basis);
  // Not protected: another name replaces it, and the new one is in use before the old one goes.
  const certificate = new Certificate("certificate", {
    domainName,
    subjectAlternativeNames,
    validationMethod: "DNS",
    tags,
  });
  const proved = new Set([domainName, ...subjectAlternativeNames].map(provedName));
  const proofs = [...proved].map((name) => declareProof(basis, certificate, name));
  const validation = new CertificateValidation("certificate", {
    certificateArn: certificate.arn,
    validationRecordFqdns: proofs.map(({ fqdn }) => fqdn),
  });
  return validation.certificateArn;
}

/** A wildcard and the name above it are proved by one record. Source: ACM, "DNS validation", how it works. */
function provedName(host: string): string {
  return host.replace(/^\*\./, "");
}

/** ACM's options come in no order: each name takes its own. */
function declareProof({ config }: Basis, certificate: Certificate, name: string): DnsRecord {
  const option = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => provedName(domainName) === name);
    if (found === undefined) throw new Error(`ACM tells no record that proves ${name}`);
    return found;
  });
  return new DnsRecord(
    `proof-${name}`,
    {
      zoneId: config.zone ?? "",
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl: 300,
      // A certificate that replaces this one is proved by the same record.
      allowOverwrite: true,
    },
    // What it was called as the proof of a wildcard alone.
    { aliases: [{ name: `proof-any.${name}` }] },
  );
}

/**
 * Every host below a load balancer's domain leads to it; the named ones lead to the first. Those of a load balancer that exists are
 * somebody else's to lead there.
 */
export function declareHosts(
  { config, protect }: Basis,
  balancers: readonly (LoadBalancer | undefined)[],
): void {
  const { zone, domain, hosts } = config;
  if (zone === undefined) return;
  const [first] = balancers;
  const wanted = [
    ...(domain === undefined
      ? []
      : balancers.flatMap((balancer, index) =>
          balancer === undefined ? [] : [{ host: `*.${balancerDomain(domain, index)}`, balancer }],
        )),
    ...(first === undefined ? [] : hosts.map((host) => ({ host, balancer: first }))),
  ];
  for (const { host, balancer } of wanted) {
    new DnsRecord(
      `host-${host.replace("*", "any")}`,
      {
        zoneId: zone,
        name: host,
        type: "A",
        aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
      },
      { protect },
    );
  }
}
