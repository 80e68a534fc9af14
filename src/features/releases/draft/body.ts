const begin = "<!-- moorage release draft -->";
const end = "<!-- /moorage release draft -->";

/** GitHub refuses a longer one. Source: its API, "body is too long (maximum is 125000 characters)". */
const bodyLimit = 125_000;
const smallestNotes = 1_000;

/** Whether Moorage wrote the draft, or a part of it; a draft of a person's own is never touched. */
export function isOurDraft(body: string): boolean {
  return body.includes(begin);
}

/** The draft's text: what people wrote around the generated part stays. */
export function draftBody(notes: string, known = ""): string {
  const from = known.indexOf(begin);
  const to = known.indexOf(end);
  const before = from < 0 ? "" : known.slice(0, from);
  const after = from < 0 || to < from ? "" : known.slice(to + end.length);
  const room = Math.max(
    smallestNotes,
    bodyLimit - before.length - after.length - begin.length - end.length - 2,
  );
  return `${before}${begin}\n${fitted(withoutMarkers(notes), room)}\n${end}${after}`;
}

/** Titles of pull requests are in the notes: none of them ends the generated part. */
function withoutMarkers(notes: string): string {
  return notes.replace(/<!--(?= \/?moorage)/g, "<!--\u200b");
}

function fitted(notes: string, room: number): string {
  if (notes.length <= room) return notes;
  const note = "\n\n_Shortened to GitHub's limit._";
  const cut = notes.slice(0, room - note.length);
  return `${cut.slice(0, Math.max(0, cut.lastIndexOf("\n")))}${note}`;
}
