/**
 * Instead of OpenTelemetry's SDK, its exporters and the 20 packages that come with them (28 MB to install, and loaded at each
 * start of a program): @pulumi/pulumi traces a program when `pulumi --tracing` or TRACEPARENT ask for it. Here nothing is
 * recorded then, and the program runs.
 * Source: pulumi: sdk/nodejs/cmd/run/tracing.ts, instrumentation.ts.
 */
class Resource {
  static default() {
    return new Resource();
  }
  merge() {
    return this;
  }
}

class NodeTracerProvider {
  addSpanProcessor() {}
  register() {}
  async forceFlush() {}
  async shutdown() {}
}

class W3CTraceContextPropagator {
  inject() {}
  extract(context) {
    return context;
  }
  fields() {
    return [];
  }
}

function Unused() {}

module.exports = {
  Resource,
  NodeTracerProvider,
  W3CTraceContextPropagator,
  registerInstrumentations() {},
  GrpcInstrumentation: Unused,
  SimpleSpanProcessor: Unused,
  BatchSpanProcessor: Unused,
  ZipkinExporter: Unused,
  OTLPTraceExporter: Unused,
  ATTR_SERVICE_NAME: "service.name",
};
