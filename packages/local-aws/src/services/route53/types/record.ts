import type { RecordedType } from "../../../resources/recorded.js";
import { text } from "../../../resources/convert.js";

export const record: RecordedType = {
  token: "aws:route53/record:Record",
  replaces: ["zoneId", "name", "type", "setIdentifier"],
  id: (inputs) => [inputs["zoneId"], inputs["name"], inputs["type"]].map(text).join("_"),
  outputs: (inputs) => ({ fqdn: text(inputs["name"]).replace(/\.$/, "") }),
  unique: {
    by: ["zoneId", "name", "type", "setIdentifier"],
    code: "InvalidChangeBatch",
    message: ({ name, type }) =>
      `Tried to create resource record set [name='${text(name)}', type='${text(type)}'] but it already exists`,
    unless: "allowOverwrite",
  },
};
