import { defineCommand } from "../command.js";
import { onEnvironment } from "./on-environment.js";

export const build = defineCommand({
  name: "build",
  describe: "Builds each service's image once; a tag that is there is not built again",
  options: {
    tag: { type: "text", describe: "The images' tag [default: sha- and 12 digits of git's HEAD]" },
    push: { type: "flag", describe: "Push them to the environment's registry", default: false },
    latest: {
      type: "flag",
      describe: "With --push: move the tag latest too, for a commit on main only",
      default: false,
    },
    env: { type: "text", describe: "The environment whose services and registry are meant", default: "dev" },
    services: { type: "text", describe: "Only these services, as in web,api" },
    dockerfile: {
      type: "flag",
      describe: "Local target: build Dockerfiles also where a start script would do",
      default: false,
    },
  },
  examples: ["$0 build --push"],
  async run(args, invocation) {
    const [{ registryOf }, { buildServices }, { describeBuild }] = await Promise.all([
      import("../promotion/environment.js"),
      import("../images/build-services.js"),
      import("../images/describe.js"),
    ]);
    const { cwd: folder, env } = invocation;
    const { tag, push, latest, dockerfile } = args;
    const services = args.services?.split(",").map((name) => name.trim());
    return onEnvironment(invocation, args.env, async (context, { environment, request: { config } }) => {
      const registry = registryOf({ environment, config });
      const options = { folder, env, config, registry, tag, services, push, latest, dockerfile };
      const value = await buildServices(context, options);
      return { value, text: describeBuild(value) };
    });
  },
});
