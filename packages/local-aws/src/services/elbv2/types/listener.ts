import type {
  DescribeListenersCommandOutput,
  MutualAuthenticationAttributes,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import { readTags, updateTags } from "./attributes.js";
import type { ResourceType } from "../../../resources/resource.js";
import { fromActions, toActions } from "./routing.js";
import { pascal, text, unlessGone, upperTags } from "../../../resources/convert.js";

export const listener: ResourceType = {
  tokens: ["aws:lb/listener:Listener", "aws:alb/listener:Listener"],
  replaces: ["loadBalancerArn"],

  async create(inputs, scope) {
    const request = {
      ...settings(inputs),
      LoadBalancerArn: inputs["loadBalancerArn"],
      ...(inputs["tags"] === undefined ? {} : { Tags: upperTags(inputs["tags"]) }),
    };
    const made = await scope.call<DescribeListenersCommandOutput>("elbv2", "CreateListener", request);
    return { id: text(made.Listeners?.[0]?.ListenerArn) };
  },

  async read(id, scope) {
    const input = { ListenerArns: [id] };
    const call = scope.call<DescribeListenersCommandOutput>("elbv2", "DescribeListeners", input);
    const live = (await unlessGone(call, "ListenerNotFound", "LoadBalancerNotFound"))?.Listeners?.[0];
    if (live === undefined) return undefined;
    return {
      arn: id,
      loadBalancerArn: live.LoadBalancerArn,
      port: live.Port,
      protocol: live.Protocol,
      sslPolicy: live.SslPolicy,
      certificateArn: live.Certificates?.[0]?.CertificateArn,
      ...(live.MutualAuthentication && { mutualAuthentication: fromMutual(live.MutualAuthentication) }),
      defaultActions: fromActions(live.DefaultActions),
      tags: await readTags(id, scope),
    };
  },

  async update(id, news, olds, scope) {
    await scope.call("elbv2", "ModifyListener", { ...settings(news), ListenerArn: id });
    await updateTags(id, news["tags"], olds["tags"], scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(scope.call("elbv2", "DeleteListener", { ListenerArn: id }), "ListenerNotFound");
  },
};

function fromMutual(told: MutualAuthenticationAttributes): Properties {
  const { Mode, TrustStoreArn, IgnoreClientCertificateExpiry, AdvertiseTrustStoreCaNames } = told;
  return {
    mode: Mode,
    ...(TrustStoreArn !== undefined && { trustStoreArn: TrustStoreArn }),
    ...(IgnoreClientCertificateExpiry !== undefined && {
      ignoreClientCertificateExpiry: IgnoreClientCertificateExpiry,
    }),
    ...(AdvertiseTrustStoreCaNames !== undefined && {
      advertiseTrustStoreCaNames: AdvertiseTrustStoreCaNames,
    }),
  };
}

function settings(inputs: Properties): Properties {
  const { port, protocol, sslPolicy, certificateArn, defaultActions, mutualAuthentication } = inputs;
  return {
    ...(mutualAuthentication !== undefined && { MutualAuthentication: pascal(mutualAuthentication) }),
    Port: port,
    Protocol: protocol ?? "HTTP",
    SslPolicy: sslPolicy,
    ...(certificateArn === undefined ? {} : { Certificates: [{ CertificateArn: certificateArn }] }),
    DefaultActions: toActions(defaultActions),
  };
}
