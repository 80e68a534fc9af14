import type * as Sdk from "@aws-sdk/client-route-53";
import type { AwsService, Site } from "../../cloud.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { list, object, text } from "../../resources/convert.js";

/** What Route 53 tells about the records that the provider recorded. */
export function createRoute53(rows: RecordedRows): AwsService {
  return {
    operations: {
      /** From a name on, in the order of names: as many as are asked for. */
      ListResourceRecordSets(input: Sdk.ListResourceRecordSetsCommandInput, site: Site) {
        const { HostedZoneId, StartRecordName = "", StartRecordType = "", MaxItems = 100 } = input;
        const zone = HostedZoneId?.split("/").at(-1);
        const start = `${ordered(StartRecordName)} ${StartRecordType}`;
        const records = rows
          .list("route53/record", site)
          .filter(({ properties }) => properties["zoneId"] === zone)
          .map(({ properties }) => ({ key: keyOf(properties), record: described(properties) }))
          .filter(({ key }) => key >= start)
          .sort((a, b) => (a.key < b.key ? -1 : 1))
          .map(({ record }) => record);
        return {
          ResourceRecordSets: records.slice(0, Number(MaxItems)),
          IsTruncated: records.length > Number(MaxItems),
          MaxItems: Number(MaxItems),
        };
      },
    },
  };
}

/** Names are compared label by label from the right. Source: Route 53 API, ListResourceRecordSets, sort order. */
function ordered(name: string): string {
  return name.replace(/\.$/, "").replace(/\*/g, "\\052").toLowerCase().split(".").reverse().join(".");
}

function keyOf({ name, type }: RecordedRow["properties"]): string {
  return `${ordered(text(name))} ${text(type)}`;
}

function described({ name, type, setIdentifier, ttl, records, aliases }: RecordedRow["properties"]) {
  const [alias] = list(aliases).map(object);
  return {
    Name: dotted(text(name)),
    Type: type,
    SetIdentifier: setIdentifier,
    TTL: ttl,
    ResourceRecords: alias === undefined ? list(records).map((value) => ({ Value: text(value) })) : undefined,
    AliasTarget: alias && {
      DNSName: dotted(text(alias["name"])),
      HostedZoneId: alias["zoneId"],
      EvaluateTargetHealth: alias["evaluateTargetHealth"] === true,
    },
  };
}

function dotted(name: string): string {
  return `${name.replace(/\.$/, "").replace(/\*/g, "\\052")}.`;
}
