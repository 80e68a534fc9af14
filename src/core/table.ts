/** cli-table3's options for a table without lines: columns, and nothing else. */
const none = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
];
const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];

export const plain = {
  chars: { ...Object.fromEntries([...none, ...lines].map((name) => [name, ""])), middle: "  " },
  style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
};
