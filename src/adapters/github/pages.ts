import { platformFailure } from "../../core/errors.js";

/** Requests one page from GitHub. */
export interface PageQuery {
  per_page: number;
  page: number;
}

interface Answer {
  headers: { link?: string | undefined };
}

/** No list of a repository that is asked for is as long. */
const mostPages = 1_000;

/**
 * A list, page by page, `size` a page (a hundred is the most of nearly all). Raises `github-endless` (exit 1) for a list
 * without end. Source: GitHub's REST API, "Using pagination": the header `link` names the next page.
 */
export async function* pagesOf<Given extends Answer, Item>(
  ask: (query: PageQuery) => Promise<Given>,
  itemsOf: (answer: Given) => readonly Item[],
  size = 100,
): AsyncGenerator<readonly Item[]> {
  for (let page = 1; page <= mostPages; page++) {
    const answer = await ask({ per_page: size, page });
    const items = itemsOf(answer);
    yield items;
    const { link } = answer.headers;
    // A server before the header: a page that is not full is the last.
    const isLast = link === undefined ? items.length < size : !/rel="?next"?/.test(link);
    if (isLast) return;
  }
  throw platformFailure(
    "github-endless",
    "GitHub keeps returning further pages of a list.",
    "Run the command again; nothing was changed because of the incomplete list.",
  );
}

/** Every item of a list, over all its pages. */
export async function everyGitHubPage<Given extends Answer, Item>(
  ask: (query: PageQuery) => Promise<Given>,
  itemsOf: (answer: Given) => readonly Item[],
  size?: number,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of pagesOf(ask, itemsOf, size)) all.push(...items);
  return all;
}
