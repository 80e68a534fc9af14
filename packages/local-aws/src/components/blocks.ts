/** IPv4 blocks as numbers: where they begin, and how many bits name them. */
interface Block {
  first: number;
  prefix: number;
}

/** `10.0.0.0/16` cut into `count` equal blocks, rounded up to a power of two. */
export function splitBlock(cidr: string, count: number): string[] {
  const { first, prefix } = parse(cidr);
  const longer = prefix + Math.ceil(Math.log2(count));
  const size = 2 ** (32 - longer);
  return Array.from({ length: count }, (_, index) => format({ first: first + index * size, prefix: longer }));
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const [around, within] = [parse(outer), parse(inner)];
  return within.prefix >= around.prefix && startOf(within, around.prefix) === startOf(around, around.prefix);
}

export function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

function startOf({ first }: Block, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(first / size) * size;
}

function parse(cidr: string): Block {
  const [address = "", prefix = "32"] = cidr.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, prefix: Number(prefix) };
}

function format({ first, prefix }: Block): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${bytes.join(".")}/${prefix}`;
}
