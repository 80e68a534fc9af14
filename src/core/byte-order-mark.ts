/** Text without the mark that some editors begin files with: RFC 8259, 8.1, lets parsers ignore it, and npm and Docker do. */
export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}
