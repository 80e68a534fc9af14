/** Polls until the condition holds; rejects with what it was waiting for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  boundMs = 5000,
): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${boundMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
