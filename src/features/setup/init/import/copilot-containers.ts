import { type Fields, isMapping } from "./fields.js";
import type { Settings } from "./imported.js";
import { isSecretLike, secondsIn, withoutEmpty, wordsOf } from "./words.js";

/** Variables of a container, and its secrets as ARNs, as far as names tell them. */
export function copilotVariables(fields: Fields): { env: Settings; secrets: Settings } {
  const env: Settings = {};
  const secrets: Settings = {};
  const variables = fields.take("variables");
  for (const [name, value] of Object.entries(isMapping(variables) ? variables : {})) {
    if (isMapping(value))
      fields.say(
        ["variables", name],
        `it is read from CloudFormation (${Object.keys(value).join(", ")}): set its value in \`env\``,
      );
    else if (["PORT", "MOORAGE_STACK", "MOORAGE_IMAGE_TAG"].includes(name))
      fields.say(["variables", name], "Moorage sets it itself");
    else if (isSecretLike(name, String(value)))
      fields.say(["variables", name], "it looks like a secret: name its ARN in `secrets`");
    else env[name] = value;
  }
  const named = fields.take("secrets");
  for (const [name, value] of Object.entries(isMapping(named) ? named : {})) {
    if (typeof value !== "string")
      fields.say(["secrets", name], "only AWS knows the ARN of a secret that is named: set it in `secrets`");
    else if (value.startsWith("arn:")) secrets[name] = value;
    else secrets[name] = `arn:<partition>:ssm:<region>:<account>:parameter/${value.replace(/^\//, "")}`;
  }
  return { env, secrets };
}

/** Source: Copilot, "image.healthcheck". */
export function copilotHealthcheck(value: unknown): Settings | undefined {
  if (!isMapping(value)) return undefined;
  const seconds = (name: string, least: number) => {
    const found = secondsIn(value[name]);
    return found === undefined ? undefined : Math.max(least, found);
  };
  return withoutEmpty({
    command: typeof value["command"] === "string" ? value["command"] : wordsOf(value["command"]),
    interval: seconds("interval", 5),
    timeout: seconds("timeout", 2),
    retries: value["retries"],
    startPeriod: seconds("start_period", 0),
  });
}

export function copilotOrder(value: unknown): Settings | undefined {
  if (!isMapping(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, condition]) => [name, String(condition).toUpperCase()]),
  );
}

export function copilotSidecars(fields: Fields): Settings {
  const all = fields.below("sidecars");
  const found: Settings = {};
  for (const name of all.names()) {
    const own = all.below(name);
    const image = own.take("image");
    if (typeof image !== "string") {
      all.say([name], "its image is built: push it to a registry, and name it as `image`");
      continue;
    }
    const port = own.text("port");
    if (port !== undefined)
      own.say(["port"], "containers of a task reach each other at localhost; `target` sends requests to one");
    own.leave(
      "credentialsParameter",
      "images of other registries are pulled without a login: copy it to ECR",
    );
    own.leave("mount_points", "containers of a task share no disk");
    own.leave("env_file", "its values are not read");
    found[name] = withoutEmpty({
      image,
      // Copilot's sidecars are essential unless they say otherwise.
      essential: own.take("essential") ?? true,
      ...copilotVariables(own),
      command: wordsOf(own.take("command")),
      entrypoint: wordsOf(own.take("entrypoint")),
      labels: own.take("labels"),
      dependsOn: copilotOrder(own.take("depends_on")),
      healthcheck: copilotHealthcheck(own.take("healthcheck")),
    });
    own.finish();
  }
  return found;
}
