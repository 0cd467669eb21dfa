export { DepthChart } from "./depth-chart.js";
export type { DepthChartOptions } from "./depth-chart.js";
export type { ChartTheme } from "./theme.js";
export { fixed } from "./format.js";
export { stateTitle, stateSentence } from "./words.js";
