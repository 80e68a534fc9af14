/** Dependencies point one way: cli > commands > features > context > adapters > core (ARCHITECTURE.md). */
const layers = ["cli", "commands", "features", "context", "adapters", "core"];

const upward = layers.slice(1).map((layer, index) => ({
  name: `${layer}-looks-up`,
  comment: `src/${layer} may not import ${layers.slice(0, index + 1).join(", ")}: move what it needs down.`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${layers.slice(0, index + 1).join("|")})/` },
}));

/** What a feature may use of others. `board` and `demo` may use any. */
const features = [
  { from: "deploy", may: [] },
  { from: "publish", may: ["deploy"] },
  { from: "setup", may: ["deploy", "publish", "inspect"] },
  { from: "(?!deploy/|publish/|setup/|board/|demo/)[^/]+", may: ["deploy", "publish"] },
].map(({ from, may }) => ({
  name: `features-apart-${may.join("-") || "none"}`,
  comment: `A feature may use deploy and publish; setup also inspect; board and demo any; publish only deploy; deploy none.`,
  severity: "error",
  from: { path: `^src/features/(${from})/` },
  to: { path: "^src/features/", pathNot: `^src/features/(${["$1", ...may].join("|")})/` },
}));

export default {
  forbidden: [
    ...upward,
    ...features,
    {
      name: "stacks-use-core-project",
      comment: "The programs import src/core/project only.",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(src|packages)/", pathNot: "^src/core/project/" },
    },
    {
      name: "programs-are-run-by-features",
      comment: "Only features know the programs.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/features/" },
      to: { path: "^stacks/" },
    },
    {
      name: "local-aws-stands-alone",
      comment: "The local target imports nothing of the driver or its programs.",
      severity: "error",
      from: { path: "^packages/local-aws/src/" },
      to: { path: "^(src|stacks|bench|test)/" },
    },
    {
      name: "local-aws-has-one-door",
      comment: "Import @moorage/local-aws.",
      severity: "error",
      from: { path: "^(src|stacks)/" },
      to: { path: "^packages/local-aws/", pathNot: "^packages/local-aws/src/index\\.ts$" },
    },
    {
      name: "no-circles",
      comment: "Two files that need each other's values are one, or need a third.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
