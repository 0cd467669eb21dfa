import type { ModuleOptions, RawFullModule } from "./hadal-glue.js";

export default function createHadal(options: ModuleOptions): Promise<RawFullModule>;
