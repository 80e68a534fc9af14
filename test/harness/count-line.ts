import type { Reporter, TestModule } from "vitest/node";

/** The last line of a run, for people and CI alike: `N passed, N failed`. */
export default class CountLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const results = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const passed = results.filter((state) => state === "passed").length;
    const failed = results.filter((state) => state === "failed").length;
    const broken = modules.filter((module) => !module.ok()).length + errors.length;
    // A file that cannot be loaded has no test that failed.
    process.stdout.write(`\n${passed} passed, ${failed === 0 && broken > 0 ? broken : failed} failed\n`);
  }
}
