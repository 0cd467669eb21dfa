/** The module that connect({ worker: true }) starts. */
import { serve } from "./serve.js";
import type { Port } from "./worker-link.js";

serve(globalThis as unknown as Port);
