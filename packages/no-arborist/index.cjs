/**
 * Instead of npm's library and the 80 packages that come with it (25 MB to install, and loaded at each start of a program):
 * @pulumi/pulumi lists a project's packages with it when it serializes a function for a cloud, and Moorage serializes none.
 * Source: pulumi: sdk/nodejs/runtime/closure/codePaths.ts.
 */
module.exports = {
  Arborist: function Arborist() {
    throw new Error("Functions are not serialized here: packages/no-arborist stands in for @npmcli/arborist");
  },
};
