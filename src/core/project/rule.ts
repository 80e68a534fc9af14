import { z } from "zod";

/** Tells a mistake at a path below the checked value. `input` is what stands there, when it may be shown. */
export type Report = (path: string[], message: string, input?: unknown) => void;

type Rule = (value: unknown, report: Report) => void;

/**
 * Something that several settings must agree on. `shape` is what the rule reads: where those settings are wrong
 * themselves the rule is silent, and all other rules still speak.
 */
export function rule<Shape extends z.ZodRawShape>(
  shape: Shape,
  check: (value: z.infer<z.ZodObject<Shape>>, report: Report) => void,
): Rule {
  const schema = z.object(shape);
  return (value, report) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) check(parsed.data, report);
  };
}

/** The schema with rules that are checked even where other settings are wrong: all mistakes are told at once. */
export function withRules<Schema extends z.ZodType>(schema: Schema, rules: readonly Rule[]): Schema {
  const checkAll = (value: unknown, context: z.RefinementCtx) => {
    for (const check of rules) {
      check(value, (path, message, input) => {
        context.addIssue({ code: "custom", path, message, input });
      });
    }
  };
  return schema.superRefine(checkAll, { when: () => true });
}
