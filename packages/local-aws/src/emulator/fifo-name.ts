import type { Properties } from "../provider/values.js";
import { text } from "../resources/convert.js";
import { randomId } from "../resources/recorded.js";

/** How what may be first-in-first-out is named, by the property that says whether it is. Source: SQS and SNS, names of FIFO ones. */
export function fifoNaming(flag: string) {
  const nameEnding = (inputs: Properties) => (inputs[flag] === true ? ".fifo" : "");
  return {
    /** What the resource type says of its names. */
    naming: { autoname: "name", nameEnding, replaces: ["name", "namePrefix", flag] },
    nameOf: (inputs: Properties) =>
      text(inputs["name"]) || `${randomId(text(inputs["namePrefix"]))}${nameEnding(inputs)}`,
  };
}
