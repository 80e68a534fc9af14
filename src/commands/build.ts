import { defineCommand } from "../command.js";

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
    const [{ readEnvironment }, { openContext }, { registryOf }, { buildServices }, { describeBuild }] =
      await Promise.all([
        import("../environment-stack.js"),
        import("../context.js"),
        import("../promotion/environment.js"),
        import("../images/build-services.js"),
        import("../images/describe.js"),
      ]);
    const { environment, place, request } = await readEnvironment(invocation.cwd, args.env);
    const context = await openContext(invocation, place);
    try {
      const value = await buildServices(context, {
        folder: invocation.cwd,
        env: invocation.env,
        config: request.config,
        registry: registryOf({ environment, config: request.config }),
        tag: args.tag,
        services: args.services?.split(","),
        push: args.push,
        latest: args.latest,
        dockerfile: args.dockerfile,
      });
      return { value, text: describeBuild(value) };
    } finally {
      context.close();
    }
  },
});
