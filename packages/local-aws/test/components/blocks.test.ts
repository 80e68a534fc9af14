import fc from "fast-check";
import { expect, it } from "vitest";
import { splitBlock } from "../../src/components/blocks.js";

it.each([
  ["10.0.0.0/16", 2, ["10.0.0.0/17", "10.0.128.0/17"]],
  ["10.20.0.0/16", 3, ["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18"]],
  ["192.168.255.0/24", 1, ["192.168.255.0/24"]],
])("%s is cut into %i", (cidr, count, blocks) => {
  expect(splitBlock(cidr, count)).toEqual(blocks);
});

it("no two blocks of a network meet, and none leaves it", () => {
  const sizes = fc.record({
    prefix: fc.integer({ min: 16, max: 24 }),
    count: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(sizes, ({ prefix, count }) => {
      const ranges = splitBlock(`10.0.0.0/${prefix}`, count).map(range);
      expect(ranges.every(([first], index) => index === 0 || first === ranges[index - 1]?.[1])).toBe(true);
      expect(ranges.at(-1)?.[1]).toBeLessThanOrEqual(range(`10.0.0.0/${prefix}`)[1]);
    }),
  );
});

/** Its first address, and the first after it. */
function range(cidr: string): [number, number] {
  const [address = "", prefix] = cidr.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return [first, first + 2 ** (32 - Number(prefix))];
}
