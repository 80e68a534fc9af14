import { platformFailure } from "../../core/errors.js";

/** What one page of a list holds, and the token of the page after it. */
export interface Page<Item> {
  items: readonly Item[] | undefined;
  next: string | undefined;
}

/**
 * The pages of a list, asked for one after another: what reads only the first decides by chance. Raises `endless-list`
 * (exit 1) where a page leads back to one that was there already.
 */
export async function* eachPage<Answer, Item>(
  ask: (token: string | undefined) => Promise<Answer>,
  read: (answer: Answer) => Page<Item>,
): AsyncGenerator<readonly Item[]> {
  const asked = new Set<string>();
  for (let token: string | undefined; ;) {
    const { items = [], next } = read(await ask(token));
    yield items;
    if (!next) return;
    if (asked.has(next)) throw endless();
    asked.add(next);
    token = next;
  }
}

/** Every item of a list, over all its pages. Raises what `eachPage` raises. */
export async function everyPage<Answer, Item>(
  ask: (token: string | undefined) => Promise<Answer>,
  read: (answer: Answer) => Page<Item>,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of eachPage(ask, read)) all.push(...items);
  return all;
}

/**
 * How many items a call takes at most. Source: each operation's page in its API reference; the SDK's types repeat all but
 * that of DescribeAlarms.
 */
export const mostPerCall = {
  DescribeServices: 10,
  DescribeClusters: 100,
  DescribeTasks: 100,
  DescribeServiceDeployments: 20,
  DescribeServiceRevisions: 20,
  DeleteTaskDefinitions: 10,
  DescribeAlarms: 100,
  DescribeTags: 20,
} as const;

/** Calls as often as it takes, each time with no more items than the operation takes, and gives all that it answers. */
export async function inChunks<Item, Found>(
  operation: keyof typeof mostPerCall,
  items: readonly Item[],
  ask: (chunk: Item[]) => Promise<readonly Found[] | undefined>,
): Promise<Found[]> {
  const size = mostPerCall[operation];
  const found: Found[] = [];
  for (let first = 0; first < items.length; first += size) {
    found.push(...((await ask(items.slice(first, first + size))) ?? []));
  }
  return found;
}

function endless(): Error {
  return platformFailure(
    "endless-list",
    "The pages of a list repeat: a page that was already read came again.",
    "Run the command again; nothing was changed because of the incomplete list.",
  );
}
