import { parse } from "yaml";
import { parseYaml } from "../../../core/project/yaml-file.js";

/** A text for a yaml file: in quotes where a YAML reader would take it for something else (`null`, `1.10`, `on`). */
export function inYaml(text: string): string {
  const isPlain = /^[A-Za-z0-9/][A-Za-z0-9._/:-]*$/.test(text) && !text.endsWith(":") && !/^\d/.test(text);
  const isText =
    isPlain &&
    parse(text, { version: "1.1" }) === text &&
    parseYaml(`a: ${text}`, "").unclear([]).length === 0;
  return isText ? text : JSON.stringify(text);
}
