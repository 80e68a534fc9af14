#!/usr/bin/env node
// Stack traces name the sources' lines; reading the maps takes time.
if (process.env.MOORAGE_LOG === "debug" || process.argv.includes("--verbose"))
  process.setSourceMapsEnabled(true);
await import("../dist/main.js");
