import { servePage } from "../serve.mjs";

/** The page of the client's tests. */
export const serveTestPage = () => servePage("page");
