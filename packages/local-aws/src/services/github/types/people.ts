import type { Invoke } from "../../../provider/invokes.js";
import { githubNumber } from "./github.js";
import { text } from "../../../resources/convert.js";

/** Every named user and team exists on the local target. */
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
