import { serve } from "./serve.js";

const prices = { rope: 12.5, cleat: 7.9 };

serve("prices", (method, path) => (method === "GET" && path === "/prices" ? [200, prices] : undefined));
