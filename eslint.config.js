import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Each edge of the outside world has one place that may import it (types are free to travel). */
const edges = [
  { place: "src/cli/cli.ts", packages: ["yargs", "yargs/*"] },
  // The local target checks what these sign by signing it again.
  { place: "packages/local-aws/src/wire/signature.ts", packages: ["@smithy/*"] },
  { place: "src/adapters/aws/**", packages: ["@aws-sdk/*", "@smithy/*"] },
  { place: "src/adapters/github/**", packages: ["@octokit/*"] },
];

function restrict(packages) {
  return {
    "@typescript-eslint/no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: packages, allowTypeImports: true, message: "Only its edge imports this package." },
        ],
      },
    ],
  };
}

const allPackages = [...new Set(edges.flatMap((edge) => edge.packages))];

export default tseslint.config(
  { ignores: ["dist/", "packages/*/dist/", "node_modules/", ".moorage/", "coverage/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts", "stacks/**/*.ts", "packages/*/src/**/*.ts"],
    rules: {
      ...restrict(allPackages),
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  ...edges.map(({ place, packages }) => ({
    files: [place],
    rules: restrict(allPackages.filter((name) => !packages.includes(name))),
  })),
  {
    files: ["**/*.cjs"],
    languageOptions: { globals: { module: "writable", require: "readonly" } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        Buffer: "readonly",
        setTimeout: "readonly",
        fetch: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
      },
    },
  },
);
