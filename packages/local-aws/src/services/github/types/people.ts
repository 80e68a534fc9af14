import type { Invoke } from "../../../provider/invokes.js";
import { githubNumber } from "./github.js";
import { text } from "../../../resources/convert.js";

/** Whoever is named exists here: rehearsals know nobody. */
export const githubInvokes: Record<string, Invoke> = {
  "github:index/getUser:getUser": ({ username }) => ({
    id: String(githubNumber("user", text(username))),
    login: username,
    username,
  }),
  "github:index/getTeam:getTeam": ({ slug }) => ({
    id: String(githubNumber("team", text(slug))),
    slug,
    name: slug,
  }),
};
