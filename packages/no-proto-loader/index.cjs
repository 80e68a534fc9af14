/**
 * Instead of gRPC's loader of .proto files and protobufjs, which it needs (6 MB): @grpc/grpc-js loads it where a server offers
 * its channelz or ORCA services, and ours offers neither. Its messages are compiled with google-protobuf.
 * Source: grpc-node: packages/grpc-js/src/channelz.ts, orca.ts.
 */
module.exports = {
  loadSync() {
    throw new Error(
      "No .proto file is loaded here: packages/no-proto-loader stands in for @grpc/proto-loader",
    );
  },
};
