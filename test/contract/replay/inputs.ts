type Inputs = Record<string, unknown>;

/** What a call is made from, member by member; a member that no call carries would be declared for nothing. */
export class Taken {
  private readonly left: Set<string>;
  private readonly inner: Taken[] = [];

  constructor(private readonly inputs: Inputs) {
    this.left = new Set(Object.keys(inputs).filter((key) => inputs[key] !== undefined));
  }

  text(key: string): string | undefined {
    return this.take(key) as string | undefined;
  }

  number(key: string): number | undefined {
    return this.take(key) as number | undefined;
  }

  flag(key: string): boolean | undefined {
    return this.take(key) as boolean | undefined;
  }

  texts(key: string): string[] {
    return (this.take(key) as string[] | undefined) ?? [];
  }

  /** An object's members, all of which must be taken too. */
  part(key: string): Taken {
    return this.nested((this.take(key) as Inputs | undefined) ?? {});
  }

  parts(key: string): Taken[] {
    return ((this.take(key) as Inputs[] | undefined) ?? []).map((inputs) => this.nested(inputs));
  }

  pairs(key: string): [string, string][] {
    return Object.entries((this.take(key) as Record<string, string> | undefined) ?? {});
  }

  /** Members that tell the engine's provider how to work, and AWS nothing. */
  ignore(...keys: string[]): void {
    keys.forEach((key) => this.take(key));
  }

  /** Members that no call has carried. */
  remaining(): string[] {
    return [...this.left, ...this.inner.flatMap((taken) => taken.remaining())];
  }

  private nested(inputs: Inputs): Taken {
    const taken = new Taken(inputs);
    this.inner.push(taken);
    return taken;
  }

  private take(key: string): unknown {
    this.left.delete(key);
    return this.inputs[key];
  }
}

/** Tags as IAM, EC2, Elastic Load Balancing and CloudWatch take them. */
export function upperTags(inputs: Taken): { Key: string; Value: string }[] {
  return inputs.pairs("tags").map(([Key, Value]) => ({ Key, Value }));
}

/** Tags as ECS takes them. */
export function lowerTags(inputs: Taken): { key: string; value: string }[] {
  return inputs.pairs("tags").map(([key, value]) => ({ key, value }));
}
