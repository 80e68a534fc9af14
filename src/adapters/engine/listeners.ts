import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { ResourceEvent, StackSpec } from "./engine.js";

/** Is told of what an engine's updates and previews do. */
export interface EngineListener {
  /** A program begins; `config` is its stack's whole configuration by full key, decrypted. Costs nothing: Pulumi hands it over. */
  onProgram?(run: { spec: StackSpec; config: Record<string, string> }): void;
  /** An update does something to a resource. */
  onResource?(event: ResourceEvent): void;
}

/** Those that one engine tells, in the order in which they came. */
export class EngineListeners {
  private readonly listeners: Set<EngineListener>;

  constructor(listeners: Iterable<EngineListener> = []) {
    this.listeners = new Set(listeners);
  }

  /** The listener is told of what happens while `work` is done. */
  async during<Value>(listener: EngineListener, work: () => Promise<Value>): Promise<Value> {
    this.listeners.add(listener);
    try {
      return await work();
    } finally {
      this.listeners.delete(listener);
    }
  }

  tellResource(event: ResourceEvent): void {
    for (const listener of this.listeners) listener.onResource?.(event);
  }

  /** The program, of whose beginning everybody is told before its first line runs. */
  announcing(spec: StackSpec, program: PulumiFn): PulumiFn {
    return async () => {
      const { runtime } = await import("@pulumi/pulumi");
      const config = runtime.allConfig();
      for (const listener of this.listeners) listener.onProgram?.({ spec, config });
      return program();
    };
  }
}
