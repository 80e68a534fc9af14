import type {
  AddListenerCertificatesCommandInput,
  DescribeListenerCertificatesCommandInput,
  RemoveListenerCertificatesCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Operation } from "../../cloud.js";
import type { Context } from "./context.js";
import { findListener } from "./listeners.js";
import { elbv2Page } from "./paginate.js";
import { invalidConfiguration, required } from "./refusals.js";

/** Certificates are kept and listed; nothing is encrypted with them, because the load balancer here speaks HTTP. */
export function certificateOperations(context: Context): Record<string, Operation> {
  return {
    DescribeListenerCertificates(input: DescribeListenerCertificatesCommandInput) {
      const row = findListener(context, input.ListenerArn);
      const all = row.certificates.map((certificate, index) => ({ ...certificate, IsDefault: index === 0 }));
      const { items, next } = elbv2Page(all, input);
      return { Certificates: items, NextMarker: next };
    },
    AddListenerCertificates(input: AddListenerCertificatesCommandInput) {
      const row = findListener(context, input.ListenerArn);
      if (row.protocol !== "HTTPS") {
        throw invalidConfiguration("Certificates can only be added to HTTPS listeners");
      }
      const asked = required(input.Certificates, "certificates");
      const held = new Set(row.certificates.map((certificate) => certificate.CertificateArn));
      const added = asked.filter((certificate) => !held.has(certificate.CertificateArn));
      if (row.certificates.length - 1 + added.length > context.limits().certificates) {
        throw new AwsError(
          "TooManyCertificates",
          "You've reached the limit on the number of certificates per load balancer",
        );
      }
      row.certificates.push(...added.map(({ CertificateArn }) => ({ CertificateArn })));
      context.saved();
      return { Certificates: asked.map(({ CertificateArn }) => ({ CertificateArn, IsDefault: false })) };
    },
    RemoveListenerCertificates(input: RemoveListenerCertificatesCommandInput) {
      const row = findListener(context, input.ListenerArn);
      const gone = new Set(
        required(input.Certificates, "certificates").map(({ CertificateArn }) => CertificateArn),
      );
      if (gone.has(row.certificates[0]?.CertificateArn)) {
        throw new AwsError(
          "OperationNotPermitted",
          "The default certificate of a listener cannot be removed",
        );
      }
      row.certificates = row.certificates.filter(({ CertificateArn }) => !gone.has(CertificateArn));
      context.saved();
      return {};
    },
  };
}
